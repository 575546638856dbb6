"""What an absence does to a person's open requests, said before it; and the way back on the same day."""

from collections import Counter
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clinic.calendar import local_today
from clinic.models import User
from clinic.staff import needs, signed_in
from requests import actions, roles
from requests.models import Absence, Assignment, Inquiry

from .verb import Seen, do
from .verbs import VERBS

LIST = "admin:requests_absences"
TAKE = VERBS["take"]


@dataclass(frozen=True)
class Leaving:
    """The open requests of somebody whose absence begins today; `places`: how many go where."""

    number: int
    urgent: int
    places: Counter[str]

    @property
    def words(self) -> str:
        if self.number == 1:
            (place,) = self.places
            return f"1 open request goes back to {place}{', and it is urgent' if self.urgent else ''}."
        urgent = f", {self.urgent} of them urgent" if self.urgent else ""
        if len(self.places) == 1:
            (place,) = self.places
            return f"{self.number} open requests go back to {place}{urgent}."
        each = ", ".join(f"{number} to {place}" for place, number in self.places.most_common())
        return f"{self.number} open requests go back{urgent}: {each}."


def leaving(user: User) -> Leaving:
    held = list(Inquiry.objects.open().filter(assignee=user).only("urgency", "role").select_related("role"))
    places = Counter(roles.words(one.role) if one.role else "the queue" for one in held)
    return Leaving(len(held), sum(1 for one in held if one.urgency), places)


def handed_today(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        had_it=user, reason=Assignment.Reason.ABSENCE, at__date=local_today()
    ).order_by()


def still_free(user: User) -> QuerySet[Inquiry]:
    """What went back today because this person was away, and nobody has taken or given to anybody since.

    Nothing while the person is away, or when the absence that handed it back did not end today.
    """
    free = Inquiry.objects.open().filter(assignee=None, pk__in=handed_today(user).values("inquiry"))
    if not is_back_on_the_day(user):
        return free.none()
    latest = Assignment.objects.filter(inquiry=OuterRef("pk")).order_by("-at").values("pk")[:1]
    in_order = free.most_pressing_first().annotate(latest=Subquery(latest))
    return in_order.filter(latest__in=handed_today(user).values("pk"))


def is_back_on_the_day(user: User) -> bool:
    today = local_today()
    if Absence.objects.on(today).filter(user=user).exists():
        return False
    ended = Absence.objects.filter(user=user, handed_back_at__date=today, returned_at__date=today)
    return ended.exists()


# /staff/requests/absences/take-back/
@require_POST
@needs(TAKE.permission)
def take_back(request: HttpRequest) -> HttpResponse:
    """Each by the verb that takes one; whoever was faster keeps theirs."""
    user = signed_in(request)
    free = list(still_free(user))
    taken = sum(take(inquiry, user) for inquiry in free)
    if taken:
        messages.success(request, taken_words(taken, missed=len(free) - taken))
    else:
        messages.info(request, nothing_words(user))
    return redirect(LIST)


def take(inquiry: Inquiry, user: User) -> bool:
    try:
        do(TAKE, inquiry.pk, user, Seen.now(inquiry), partial(TAKE.form, {}, user=user))
    except (actions.SomebodyWasFaster, actions.NotAllowed):
        return False
    return True


def taken_words(taken: int, *, missed: int) -> str:
    words = f"You have {counted(taken)} again."
    return f"{words} {counted(missed)} changed meanwhile and stayed." if missed else words


def nothing_words(user: User) -> str:
    """For a second click, too."""
    has_some = Inquiry.objects.open().filter(assignee=user, pk__in=handed_today(user).values("inquiry"))
    return "You have them already." if has_some.exists() else "None of them is left with nobody."


def counted(number: int) -> str:
    return f"{number} request{'' if number == 1 else 's'}"


def offer(number: int) -> str:
    """The button; empty when there is nothing to give back."""
    which = "one" if number == 1 else str(number)
    return f"Give me back the {which} that nobody has taken" if number else ""
