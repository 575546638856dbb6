"""Beside a request: others that may be the same person's, and those that were joined into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clinic.models import User
from clinic.panels import Tag
from clinic.staff import needs, signed_in
from requests import actions, people
from requests.actions import joining
from requests.actions.base import too_late_if_locked
from requests.models import Comparison, Flag, Inquiry
from requests.models.status import MOVES, Status
from requests.people import People, Suggestion

from . import busy, history, looks, rows, verb

SHOWN = 5
# Verbs whose pages are about two requests.
OF_TWO = ("duplicate", "reopen")


@dataclass(frozen=True)
class Shown:
    """`join_url` compares the two before one of them ends; where neither can, `stay_apart` says why."""

    inquiry: Inquiry
    reasons: str
    join_url: str = ""
    stay_apart: str = ""


@dataclass(frozen=True)
class Group:
    """Suggestions of one kind; `more` were found and are not shown."""

    title: str
    shown: list[Shown]
    more: int


@dataclass(frozen=True)
class Joined:
    """A request that ended because this one goes on for it."""

    inquiry: Inquiry
    at: Any
    flags: list[Flag]
    flag_tags: list[Tag]
    events: list[history.Event]


def context(inquiry: Inquiry, user: User) -> dict[str, Any]:
    """What _people.html and _joined.html show; other people's names on the screen go on record."""
    found = people.who_may_be_the_same(inquiry)
    groups = [group for group in _groups(inquiry, found, user) if group.shown]
    joined = list(_joined(inquiry, user))
    seen = [one.inquiry for group in groups for one in group.shown] + [one.inquiry for one in joined]
    if seen:
        looks.record_list(user, seen, "same person")
    return {
        "same_person": groups,
        "can_tell_apart": user.has_perm("requests.mark_duplicate"),
        "joined": joined,
    }


def _groups(inquiry: Inquiry, found: People, user: User) -> Iterator[Group]:
    can_join = user.has_perm("requests.mark_duplicate") and inquiry.is_open
    if can_join and found.open:
        _know_what_was_joined([inquiry, *(one.inquiry for one in found.open[:SHOWN])])
    title = "May be the same request" if inquiry.is_open else "May be the same person, still open"
    for name, suggestions in ((title, found.open), ("May have asked before", found.ended)):
        shown = [_shown(inquiry, one, can_join=can_join) for one in suggestions[:SHOWN]]
        yield Group(name, shown, max(0, len(suggestions) - SHOWN))


def _know_what_was_joined(inquiries: list[Inquiry]) -> None:
    """One query, so that asking each of them costs none."""
    duplicates = Inquiry.objects.only("duplicate_of")
    prefetch_related_objects(inquiries, Prefetch("duplicates", queryset=duplicates))


def _shown(inquiry: Inquiry, found: Suggestion, *, can_join: bool) -> Shown:
    other = found.inquiry
    if not (can_join and other.is_open):
        return Shown(other, found.reasons)
    # The earlier one has the earlier promise, so the later one ends, if it can.
    earlier, later = sorted((inquiry, other), key=lambda one: one.submitted_at)
    for ending, staying in ((later, earlier), (earlier, later)):
        if not _why_it_stays(ending):
            return Shown(other, found.reasons, join_url=_join_url(ending, staying))
    why = f"They cannot be joined: {_why_it_stays(inquiry)}, and {_why_it_stays(other)}."
    return Shown(other, found.reasons, stay_apart=why)


def _why_it_stays(inquiry: Inquiry) -> str:
    """Why this open request cannot end as a duplicate of another open one; empty when it can."""
    if Status.DUPLICATE not in MOVES[inquiry.status]:
        return f"{inquiry.reference} has the status “{inquiry.get_status_display()}”"
    if inquiry.duplicates.exists():
        return f"another request was joined into {inquiry.reference}"
    return ""


def _join_url(ending: Inquiry, staying: Inquiry) -> str:
    address = reverse("admin:requests_inquiry_duplicate", args=[ending.pk])
    return f"{address}?{urlencode({'reference': staying.reference})}"


def _joined(inquiry: Inquiry, user: User) -> Iterator[Joined]:
    is_clinical = user.has_perm("requests.read_clinical")
    since = {
        record.other_id: record.at
        for record in Comparison.objects.filter(inquiry=inquiry, what=Comparison.What.GOES_ON).order_by("at")
    }
    ended = inquiry.duplicates.order_by("submitted_at").prefetch_related("flags")
    for one in ended:
        yield Joined(
            one,
            since.get(one.pk),
            list(one.flags.all()) if is_clinical else [],
            [] if is_clinical else rows.flag_tags(one, clinical=False),
            history.of(one, reader=user)[::-1],
        )


# /staff/requests/inquiry/<uuid>/duplicate/ and /reopen/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.view_inquiry")
def with_both_locked(request: HttpRequest, pk: UUID, slug: str) -> HttpResponse:
    """Both requests are locked in one order first: joining A into B and B into A at once, one is done."""
    if request.method != "POST":
        return verb.verb(request, pk, slug)
    chosen = verb.permitted(request, slug)
    try:
        with too_late_if_locked(), transaction.atomic():
            joining.locked(pk, _other(request, pk))
            return verb.act(request, chosen, pk)
    except actions.SomebodyWasFaster:
        return verb.told(request, chosen, pk)


def _other(request: HttpRequest, pk: UUID) -> UUID | None:
    reference = request.POST.get("reference", "").strip().replace("\0", "")[:20]
    if reference:
        return Inquiry.objects.filter(reference=reference).values_list("pk", flat=True).first()
    return Inquiry.objects.filter(pk=pk).values_list("duplicate_of_id", flat=True).first()


# /staff/requests/inquiry/<uuid>/different/
@require_POST
@needs("requests.mark_duplicate")
def different(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Not the same person: one press, kept in both histories, and not suggested again."""
    user = signed_in(request)
    inquiry = get_object_or_404(Inquiry, pk=pk)
    other = get_object_or_404(Inquiry, pk=_uuid(request.POST.get("other", "")))
    looks.record_list(user, [inquiry, other], "not the same person")
    try:
        is_new = actions.tell_apart(inquiry, by=user, other=other)
    except actions.SomebodyWasFaster:
        return busy.page(request, inquiry, button="Not the same person")
    except actions.NotAllowed as error:
        messages.error(request, str(error))
    else:
        said = f"Noted: {other.reference} is another person. It is not suggested again."
        messages.success(request, said if is_new else "This was already noted.")
    return redirect("admin:requests_inquiry_change", pk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
