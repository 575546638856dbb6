"""Who else looks at a request now, and what changed while it was open. Nobody is ever held back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from clinic.models import User
from clinic.sessions import in_background
from clinic.staff import needs, signed_in
from requests.models import Inquiry, Presence

from . import history, words

DID = {
    "message": "wrote to the patient",
    "note": "added a note",
    "call": "noted a phone call",
    "status:declined": "declined this request",
    "status:duplicate": "marked this request as a duplicate",
    "status:closed": "closed this request",
    "status:withdrawn": "took the request back",
}
HEADINGS = {
    "Taken": "took this request",
    "Handed back to the queue": "handed this request back",
    "Triage started": "started triage",
    "Reopened": "reopened this request",
}


def touch(inquiry: Inquiry, user: User) -> datetime:
    """Somebody has this request on the screen now."""
    now = timezone.now()
    Presence.objects.bulk_create(
        [Presence(inquiry=inquiry, user=user, seen_at=now)],
        update_conflicts=True,
        unique_fields=["inquiry", "user"],
        update_fields=["seen_at"],
    )
    return now


def leave(inquiry: Inquiry, user: User, since: datetime) -> None:
    """Only what this page wrote: another page of the same person may have come after it."""
    Presence.objects.filter(inquiry=inquiry, user=user, seen_at=since).delete()


def others(inquiry: Inquiry, user: User) -> list[str]:
    looking: QuerySet[Any] = Presence.objects.now().filter(inquiry=inquiry).exclude(user=user)
    return [str(row.user) for row in looking.select_related("user").order_by("user__last_name", "user_id")]


def looking_words(names: list[str]) -> str:
    if not names:
        return ""
    first = ", ".join(names[:-1])
    return (
        f"{first} and {names[-1]} are looking at this now" if first else f"{names[0]} is looking at this now"
    )


def context(inquiry: Inquiry, user: User) -> dict[str, Any]:
    return {"here_at": touch(inquiry, user), "here_words": looking_words(others(inquiry, user))}


# /staff/requests/inquiry/<uuid>/here/
@require_POST
@in_background
@needs("requests.view_inquiry")
def here(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Asked by the page's script every half minute, and once when the page is left."""
    inquiry, user = get_object_or_404(Inquiry.objects.only("pk"), pk=pk), signed_in(request)
    if "leave" in request.POST:
        if at := moment(request.POST.get("at", "")):
            leave(inquiry, user, at)
        return JsonResponse({})
    now = touch(inquiry, user)
    return JsonResponse(
        {
            "at": now.isoformat(),
            "here": looking_words(others(inquiry, user)),
            "news": news(inquiry, user, request.POST.get("events", "")),
        }
    )


def moment(text: str) -> datetime | None:
    """The time that this page was given; anything else is nobody's."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def news(inquiry: Inquiry, user: User, seen: str) -> str:
    """What changed since the page was opened, in one line: its new state, or else the newest change."""
    if not (seen.isdecimal() and len(seen) < 6) or history.count(inquiry) <= int(seen):
        return ""
    new = history.counted(inquiry, user)[int(seen) :]
    if not new:
        return ""
    told = next((event for event in new[::-1] if event.kind.startswith("status:")), new[-1])
    return sentence(told, user) + more(len(new) - 1)


def more(number: int) -> str:
    if not number:
        return ""
    return " There is 1 more change." if number == 1 else f" There are {number} more changes."


def sentence(event: history.Event, reader: User) -> str:
    who = "You" if event.by == reader else event.who[:1].upper() + event.who[1:]
    return f"{who} {did(event)} {words.since(event.at, timezone.now(), 'ago')}."


def did(event: history.Event) -> str:
    if event.kind == "message" and event.by is None:
        return "wrote to us"
    known = DID.get(event.kind) or HEADINGS.get(event.heading)
    return known or f"changed this request ({event.heading[:1].lower()}{event.heading[1:]})"
