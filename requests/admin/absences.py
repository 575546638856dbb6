"""Who is away and when: everybody enters the own days, managers those of all."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinic.calendar import local_today
from clinic.characters import small_number
from clinic.models import User
from clinic.panels import Item, Panel, Tag
from clinic.staff import signed_in, site
from requests import actions, roles
from requests.models import Absence, Assignment, Inquiry
from requests.staff_forms.away import AbsenceForm

from . import handed_back
from .handed_back import LIST
from .words import short_day

BUSY = "Somebody is working on one of the requests at this moment. Nothing was saved: press once more"


def needs_a_share(user: User) -> None:
    if not (user.has_perm(roles.TAKES) or user.has_perm("requests.manage_absences")):
        raise PermissionDenied


def kept_by(user: User) -> QuerySet[Absence]:
    everybody = Absence.objects.select_related("user")
    return everybody if user.has_perm("requests.manage_absences") else everybody.filter(user=user)


# /staff/requests/absences/
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    needs_a_share(user)
    if request.POST.get("step") == "edit":
        return show(request, AbsenceForm(initial=request.POST.dict(), by=user))
    form = AbsenceForm(request.POST if request.method == "POST" else None, by=user)
    if form.is_valid():
        if leaving := leaves_unasked(request, form):
            return ask(request, form, leaving)
        if absence := enter(form, by=user):
            messages.success(request, entered_words(absence, by=user))
            return redirect(LIST)
    if form.is_entered:
        messages.info(request, "These days are entered already.")
        return redirect(LIST)
    return show(request, form)


def show(request: HttpRequest, form: AbsenceForm) -> HttpResponse:
    user = signed_in(request)
    context = {
        "title": "Absences",
        "form": form,
        "absences": kept_by(user).not_over(),  # type: ignore[attr-defined]
        "is_for_all": user.has_perm("requests.manage_absences"),
        "today": local_today(),
        "give_back": handed_back.offer(handed_back.still_free(user).count())
        if user.has_perm(roles.TAKES)
        else "",
    }
    status = 422 if form.errors else 200
    return render(
        request, "admin/requests/absences.html", site.each_context(request) | context, status=status
    )


def leaves_unasked(request: HttpRequest, form: AbsenceForm) -> handed_back.Leaving | None:
    """Requests that go back at once, unless the page has asked about as many."""
    if form.cleaned_data["starts_on"] > local_today():
        return None
    leaving = handed_back.leaving(form.cleaned_data["user"])
    asked = small_number(request.POST.get("hands_back", ""))
    return leaving if leaving.number > asked else None


def ask(request: HttpRequest, form: AbsenceForm, leaving: handed_back.Leaving) -> HttpResponse:
    context = {
        "title": "Before the requests go back",
        "form": form,
        "leaving": leaving,
        "words": away_words(Absence(**form.cleaned_data), by=form.by),
        "list_url": reverse(LIST),
    }
    return render(request, "admin/requests/absence_ask.html", site.each_context(request) | context)


def enter(form: AbsenceForm, *, by: User) -> Absence | None:
    """None, with an error in the form, when the same days came in at the very same moment
    or somebody has a request that goes back."""
    try:
        with transaction.atomic():
            return actions.enter_absence(by=by, **form.cleaned_data)
    except actions.SomebodyWasFaster:
        form.add_error(None, BUSY)
        return None
    except IntegrityError:
        form.full_clean()
        if not form.errors:
            form.add_error("starts_on", "Enter other days: some of these are entered already")
        return None


def entered_words(absence: Absence, *, by: User) -> str:
    words = away_words(absence, by=by)
    if absence.handed_back_at is None:
        return f"{words} Open requests are handed back when it begins."
    moved = Assignment.objects.filter(
        had_it=absence.user, reason=Assignment.Reason.ABSENCE, at__gte=absence.entered_at
    ).count()
    if not moved:
        return words
    return f"{words} {moved} open request{'s were' if moved > 1 else ' was'} handed back."


def away_words(absence: Absence, *, by: User) -> str:
    return f"{who_is(absence.user, by)} away {days(absence)}."


def who_is(user: User, by: User) -> str:
    return "You are" if user == by else f"{user} is"


def days(absence: Absence) -> str:
    if absence.starts_on == absence.ends_on:
        return f"on {short_day(absence.starts_on)}"
    return f"from {short_day(absence.starts_on)} to {short_day(absence.ends_on)}"


# /staff/requests/absences/<uuid>/end/
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One press: it can be entered again."""
    user = signed_in(request)
    needs_a_share(user)
    absence = Absence.objects.select_related("user").filter(pk=pk).first()
    if absence is None:
        messages.info(request, "This absence is removed already.")
        return redirect(LIST)
    if not kept_by(user).contains(absence):
        raise PermissionDenied
    if absence.returned_at:
        messages.info(request, f"{who_is(absence.user, user)} back already.")
        return redirect(LIST)
    has_begun = absence.starts_on <= local_today()
    actions.end_absence(absence)
    who = who_is(absence.user, user)
    messages.success(request, f"{who} back." if has_begun else "The absence is removed.")
    return redirect(LIST)


def away_panel(request: HttpRequest) -> Panel | None:
    """Who is away today, for those who give or take requests."""
    user = signed_in(request)
    if not user.has_perm("requests.view_inquiry"):
        return None
    may_enter = user.has_perm(roles.TAKES) or user.has_perm("requests.manage_absences")
    url = reverse(LIST)
    today = Absence.objects.on(local_today()).select_related("user")
    return Panel(
        "Who is away",
        items=[_away(absence, user, url) for absence in today],
        nothing="Nobody is away today.",
        more=Item("Enter when you are away" if user.has_perm(roles.TAKES) else "Enter absences", url)
        if may_enter
        else None,
    )


def _away(absence: Absence, user: User, url: str) -> Item:
    is_own = absence.user == user
    return Item(
        "You" if is_own else str(absence.user),
        url,
        [f"until {short_day(absence.ends_on)}"],
        tags=[Tag("Say that you are back", "w")] if is_own else (),
    )


SHOWN_FOR_DAYS = 7
LONGEST = 20


def back_panel(request: HttpRequest) -> Panel | None:
    """What became of the requests that somebody had when going away, for a week after coming back."""
    user = signed_in(request)
    today = local_today()
    begun = Absence.objects.filter(user=user, starts_on__lte=today).order_by("-starts_on", "-entered_at")
    absence = begun.first() if _works(user) else None
    if absence is None or not _is_just_back(absence, today):
        return None
    handed = Assignment.objects.filter(
        had_it=user, reason=Assignment.Reason.ABSENCE, at__date__gte=absence.starts_on
    )
    pks = list(dict.fromkeys(handed.order_by("-at").values_list("inquiry", flat=True)[:LONGEST]))
    found = Inquiry.objects.filter(pk__in=pks).select_related("assignee", "role").most_pressing_first()
    if not pks:
        return None
    return Panel(
        "While you were away",
        list_title="Handed back when you left",
        items=[_handed(inquiry, user) for inquiry in found],
        more=Item("Have back what nobody has taken", reverse(LIST))
        if handed_back.still_free(user).exists()
        else None,
    )


def _works(user: User) -> bool:
    return user.has_perm(roles.TAKES) and user.has_perm("requests.view_inquiry")


def _is_just_back(absence: Absence, today: date) -> bool:
    last = timezone.localdate(absence.returned_at) if absence.returned_at else absence.ends_on
    is_over = absence.returned_at is not None or absence.ends_on < today
    return is_over and (today - last).days <= SHOWN_FOR_DAYS


def _handed(inquiry: Inquiry, user: User) -> Item:
    place = "You have it" if inquiry.assignee == user else f"It is {actions.place(inquiry)}"
    return Item(
        inquiry.reference,
        reverse("admin:requests_inquiry_change", args=[inquiry.pk]),
        [inquiry.get_status_display(), place if inquiry.is_open else "Ended"],
        tone="u" if inquiry.urgency and inquiry.is_open else "",
    )
