"""What the one screen for daily work needs besides the list: groups of views, neighbours, buttons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from clinic.staff import signed_in
from requests.models import Inquiry

from . import keys, keyset, listing, markup, search
from .counts import Entry
from .listing import Listing
from .rows import Row
from .verbs import Verb

# How the views stand in the rail: what is ours first, then what presses, then what waits.
GROUPS = (
    ("To do", ("todo", "mine", "role", "unassigned")),
    ("Pressing", ("urgent", "late", "step", "replied", "phone")),
    ("Waiting", ("waiting", "offered", "snoozed")),
    ("More", ("open", "ended", "all")),
)
SAVED = "Saved views"
# Decisions that end a request stand apart from the daily steps.
RARE = ("decline", "duplicate", "close")
# Nothing to say, nothing to choose and easily put right: no page of their own is needed.
ONE_PRESS = ("take", "triage", "wake", "settle")


@dataclass(frozen=True)
class Group:
    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class Button:
    verb: Verb
    key: str
    is_next: bool

    @property
    def is_one_press(self) -> bool:
        return self.verb.slug in ONE_PRESS


@dataclass(frozen=True)
class Neighbour:
    """Without a name on another page: who is named on a page is on its access record."""

    pk: UUID
    url: str
    name: str = ""


@dataclass(frozen=True)
class Neighbours:
    """What stands beside the open request; `is_listed`: whether it stands in this list itself."""

    before: Neighbour | None
    after: Neighbour | None
    is_listed: bool


def context(request: HttpRequest, found: Listing) -> dict[str, Any]:
    base, carried = reverse(search.QUEUE), f"?{found.query}" if found.query else ""
    return {
        "listing": found,
        "rows": markup.rows(found, base=base, carried=carried, user=signed_in(request)),
        "rail": list(rail(found)),
        "base": base,
        "carried": carried,
        "carried_fields": carried_fields(request),
        "urgent": urgent_words(found.views),
        "uses_keys": found.around.uses_keys,
        "keys_help": keys.HELP,
        "verb_keys": keys.OF_VERBS,
    }


def rail(found: Listing) -> Iterator[Group]:
    entries = {entry.view.slug: entry for entry in found.views}
    grouped = {slug for _, slugs in GROUPS for slug in slugs}
    for title, slugs in GROUPS:
        if held := [entries[slug] for slug in slugs if slug in entries]:
            yield Group(title, held)
    own = [*(entry for slug, entry in entries.items() if slug not in grouped), *found.saved]
    if own:
        yield Group(SAVED, own)


def urgent_words(entries: Iterable[Entry]) -> str:
    """For the page's title: a number and never a name; nothing when nothing presses."""
    return next((entry.words for entry in entries if entry.view.slug == "urgent" and entry.count), "")


def neighbours(request: HttpRequest, found: Listing, open: Inquiry) -> Neighbours:
    """Beside the open request, or beside where it would stand when it has left this list."""
    rows = found.rows
    at = next((number for number, row in enumerate(rows) if row.inquiry.pk == open.pk), None)
    following = rows[at + 1 :] if at is not None else [row for row in rows if stands_after(found, row, open)]
    after = on_page(found, following[0]) if following else beyond(request, found, open)
    if at is None:
        return Neighbours(None, after, False)
    before = on_page(found, rows[at - 1]) if at else beyond(request, found, open, is_before=True)
    return Neighbours(before, after, True)


def on_page(found: Listing, row: Row) -> Neighbour:
    return Neighbour(row.inquiry.pk, beside_list(row.inquiry.pk, found.query), row.inquiry.full_name)


def beyond(
    request: HttpRequest, found: Listing, open: Inquiry, *, is_before: bool = False
) -> Neighbour | None:
    """On the page that begins, or ends, at the open request; asked for only where there is another page."""
    if not (found.previous_url if is_before else found.next_url):
        return None
    pk = keyset.beside(found.found, found.order, open, reverse=is_before)
    place = {"before" if is_before else "after": found.order.cursor(open)}
    return Neighbour(pk, beside_list(pk, listing.query_of(request.GET, **place))) if pk else None


def beside_list(pk: UUID, query: str) -> str:
    """A request with its row in the list."""
    return f"{reverse(search.QUEUE)}{pk}/{f'?{query}' if query else ''}#r-{pk}"


def stands_after(found: Listing, row: Row, open: Inquiry) -> bool:
    mine, theirs = (found.order.place(found.order.cursor(inquiry)) for inquiry in (open, row.inquiry))
    if mine is None or theirs is None:
        return False
    return theirs < mine if found.order.is_descending else theirs > mine


def buttons(verbs: list[Verb], step: Verb | None) -> dict[str, list[Button]]:
    """What is done every day, and what ends a request."""
    made = [Button(verb, keys.OF_VERBS.get(verb.slug, ""), verb == step) for verb in verbs]
    return {
        "daily": [button for button in made if button.verb.slug not in RARE],
        "rare": [button for button in made if button.verb.slug in RARE],
    }


# What a page about one request carries along, so that one comes back to the same list.


def carried(request: HttpRequest) -> str:
    return listing.query_of(request.GET, **listing.place_of(request.GET))


def with_carried(address: str, request: HttpRequest) -> str:
    query = carried(request)
    return f"{address}?{query}" if query else address


def page_of(request: HttpRequest, pk: UUID) -> str:
    return with_carried(reverse("admin:requests_inquiry_change", args=[pk]), request)


def list_of(request: HttpRequest) -> str:
    return with_carried(reverse(search.QUEUE), request)


def carried_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """For forms whose own fields make the address."""
    return parse_qsl(carried(request))


def own_fields(request: HttpRequest) -> QueryDict | None:
    """What a form sent by GET, without what is carried along; None when nothing was sent."""
    sent = request.GET.copy()
    for name, _ in carried_fields(request):
        del sent[name]
    return sent or None
