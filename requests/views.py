"""The patient's way to a request, in the order they meet it.

Every question is the same view, `step`; what it asks stands in steps.py.
"""

from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import limits
from procedures import safety_text

from . import actions, drafts, funnel, promise, safety, shown, steps, way
from .addresses import CHANGE, back_url, is_change, next_url, origin, status_url, step_url, with_query
from .forms.base import StepForm
from .forms.contact import likely_email
from .forms.sending import SendForm, looks_automatic
from .forms.signs import has_emergency_sign
from .models import Draft
from .status_views import private
from .steps import Step
from .trouble import HOUR, Elsewhere, count_errors, draft_at, guarded, open_draft, too_many

# A waiting room or a phone network may share one address, and impatient people
# press the last button many times.
DRAFTS_AN_HOUR = 60
SENDS_AN_HOUR = 100


# /requests/new/


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def start(request: HttpRequest) -> HttpResponse:
    """What this is, before any question (F1). POST forgets an unfinished or sent request."""
    draft = drafts.find(request)
    first = with_query(step_url(steps.FIRST), origin(request))
    if request.method == "POST":
        if draft:
            drafts.discard(draft)
        response = redirect(first)
        drafts.forget(response)
        return response
    context = {
        "safety": safety_text.current().body,
        "first_url": first,
        "continue_url": next_url(draft) if draft and not draft.inquiry_id else "",
        "sent_url": status_url(draft.inquiry) if draft and draft.inquiry else "",
        "promise": promise.outlook(),
    }
    return render(request, "requests/start.html", context)


# /requests/new/<slug>/


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def step(request: HttpRequest, slug: str) -> HttpResponse:
    current = steps.find(slug)
    if current is None:
        raise Http404
    if current is steps.FIRST and has_red_flag(request):
        return stop_here(request)
    draft = draft_at(request, current)
    form = form_for(request, draft, current)
    if request.method != "POST":
        return show(request, draft, current, form)
    if draft is None and shown.is_outdated(request):
        form.add_error(None, shown.LIST_CHANGED)
    if not form.is_valid():
        count_errors(form)
        return show(request, draft, current, form, status=422)
    if instead := form.leads_to():
        return redirect(instead)
    return go_on(request, draft, current, form)


def has_red_flag(request: HttpRequest) -> bool:
    """Decided before anything is looked up: it holds when the database is away (R5)."""
    return request.method == "POST" and has_emergency_sign(request.POST, shown.sent_with(request).body)


def stop_here(request: HttpRequest) -> HttpResponse:
    """Keep nothing of it but the fact, for the case that the form goes on later (R4, R6)."""
    response = redirect("requests:stop")
    drafts.remember_pause(response)
    try:
        if draft := drafts.find(request):
            drafts.stop(draft)
        limits.count("intake stop page")
    except (drafts.Gone, DatabaseError):
        pass
    return response


def form_for(request: HttpRequest, draft: Draft | None, current: Step) -> StepForm:
    form = current.form(
        request.POST if request.method == "POST" else None,
        answers=draft.answers if draft else {},
        safety=shown.safety_body(draft),
        came_from=draft.edition.explainer.plain_name if draft and draft.edition else "",
    )
    form.prepare()
    return form


def show(
    request: HttpRequest, draft: Draft | None, current: Step, form: StepForm, status: int = 200
) -> HttpResponse:
    answers = draft.answers if draft else {}
    context = {
        "step": current,
        "form": form,
        "heading": current.heading_for(answers),
        "why": current.why_for(answers),
        "back_url": back_url(request, current, answers),
        "notices": notice_templates(current.notices, answers),
        "safety": shown.safety_body(draft),
        "safety_version": shown.safety_version(draft) if current is steps.FIRST else None,
        "likely_email": likely_email(answers),
        "can_save": draft is not None,
    }
    return render(request, "requests/step.html", context, status=status)


def go_on(request: HttpRequest, draft: Draft | None, current: Step, form: StepForm) -> HttpResponse:
    key = request.COOKIES.get(drafts.COOKIE, "")
    if draft is None:
        if not limits.allow("draft", limits.client_address(request), limit=DRAFTS_AN_HOUR, per_seconds=HOUR):
            return too_many(request)
        draft, key = begin(request)
    was_stopped = draft.is_stopped
    funnel.count_step(current, draft.answers)
    drafts.save(draft, form.new_answers())
    # After a stop, what was answered before is not walked through again.
    to = next_url(draft) if was_stopped else next_url(draft, current, is_change=is_change(request))
    response = redirect(to)
    drafts.remember(response, key)
    return response


def begin(request: HttpRequest) -> tuple[Draft, str]:
    safety = safety_text.current()
    if safety.pk is None:
        safety, _is_new = safety_text.load()
    limits.count("intake started")
    return drafts.begin(
        safety=safety,
        code=request.GET.get("from", ""),
        red_flag_changed=drafts.PAUSED_COOKIE in request.COOKIES,
    )


# /requests/new/emergency-care/


@require_safe
@private
def stop(request: HttpRequest) -> HttpResponse:
    """The full stop. Needs no database and leads nowhere but to help (R3, R5)."""
    context = {"safety": safety_text.current().body, "first_url": step_url(steps.FIRST)}
    return render(request, "requests/stop.html", context)


# /requests/new/adults-only/


@require_safe
@private
def under_18(request: HttpRequest) -> HttpResponse:
    context = {
        "back_url": reverse("requests:step", args=["date-of-birth"]),
        "safety": safety_text.current().body,
    }
    return render(request, "requests/under_18.html", context)


# /requests/new/check-your-answers/


@require_safe
@guarded
def check(request: HttpRequest) -> HttpResponse:
    draft = complete_draft(request, drafts.find(request))
    form = SendForm(initial={"privacy_given": draft.answers.get("privacy_given", False)})
    return render(request, "requests/check.html", check_context(draft, form))


def complete_draft(request: HttpRequest, found: Draft | None) -> Draft:
    draft = open_draft(request, found)
    if way.first_unanswered(draft.answers):
        raise Elsewhere(redirect(next_url(draft)))
    return draft


def check_context(draft: Draft, form: SendForm) -> dict[str, Any]:
    answers = draft.answers
    groups = steps.summary(answers, draft.safety_text.body)
    return {
        "form": form,
        "groups": [(group.title, [change_row(row) for row in group.rows]) for group in groups],
        "back_url": step_url(steps.asked(answers)[-1]),
        "notices": notice_templates(("urgent", "today", "email"), answers),
        "likely_email": likely_email(answers),
        "safety": draft.safety_text.body,
        "promise": promise.outlook(urgency_of(draft)),
    }


def urgency_of(draft: Draft) -> int:
    """As sending it will find it."""
    flags = safety.flags_for(draft.answers, red_flag_changed=draft.red_flag_changed, shown=draft.safety_text)
    return safety.urgency_of(flags)


def change_row(row: steps.Row) -> dict[str, Any]:
    url = with_query(reverse("requests:step", args=[row.step_slug]), CHANGE)
    return {"label": row.label, "value": row.lines, "change_url": url}


# /requests/new/send/


@require_POST
@guarded
def send(request: HttpRequest) -> HttpResponse:
    """Once, however often it is clicked: the draft knows what it became (Q29)."""
    found = drafts.find(request)
    if found and found.inquiry:
        return redirect(status_url(found.inquiry))
    draft = complete_draft(request, found)
    form = SendForm(request.POST)
    if looks_automatic(form, draft.created_at):
        return ask_to_be_sure(request, form)
    if not limits.allow("send", limits.client_address(request), limit=SENDS_AN_HOUR, per_seconds=HOUR):
        return too_many(request)
    return submit(draft, form)


def submit(draft: Draft, form: SendForm) -> HttpResponse:
    try:
        drafts.save(draft, {"privacy_given": form.cleaned_data["privacy_given"]})
        limits.count("intake sent")
    except drafts.Gone:
        # A second click arrived while the first was sending; submit() finds what that one made.
        pass
    try:
        inquiry = actions.submit(draft=draft)
    except Draft.DoesNotExist:
        raise drafts.Gone from None
    except actions.NotAllowed:
        return redirect("requests:stop")
    return redirect(status_url(inquiry))


def ask_to_be_sure(request: HttpRequest, form: SendForm) -> HttpResponse:
    """A real person presses once more; nobody's request is dropped (F28)."""
    context = {"privacy_given": form.cleaned_data["privacy_given"], "back_url": reverse("requests:check")}
    return render(request, "requests/sure.html", context, status=422)


# What the pages show


def notice_templates(names: tuple[str, ...], answers: dict[str, Any]) -> list[str]:
    return [f"requests/_notice_{name}.html" for name in way.notices(names, answers)]
