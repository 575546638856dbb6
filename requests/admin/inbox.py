"""What the one screen for daily work needs besides the list: groups of views, neighbours, buttons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.urls import reverse

from clinic.staff import signed_in
from requests.models import Inquiry

from . import keys, search
from .counts import Entry
from .listing import Listing
from .rows import Row
from .verbs import Verb

# How the views stand in the rail: what is ours first, then what presses, then what waits.
GROUPS = (
    ("To do", ("todo", "mine", "role", "unassigned")),
    ("Pressing", ("urgent", "late", "replied", "phone")),
    ("Waiting", ("waiting", "offered", "snoozed")),
    ("More", ("open", "ended", "all")),
)
SAVED = "Saved views"
# Decisions that end a request stand apart from the daily steps.
RARE = ("decline", "duplicate", "close")


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
        """Nothing to say and nothing to choose: no page of its own is needed."""
        return not self.verb.form.base_fields and self.verb.first is None


@dataclass(frozen=True)
class Neighbours:
    """The rows beside the open request; `is_listed`: whether it stands in this list itself."""

    before: Row | None
    after: Row | None
    is_listed: bool


def context(request: HttpRequest, found: Listing) -> dict[str, Any]:
    return {
        "listing": found,
        "groups": list(groups(found)),
        "base": reverse(search.QUEUE),
        "carried": f"?{found.query}" if found.query else "",
        "urgent": urgent_words(found.views),
        **keys.context(signed_in(request)),
    }


def groups(found: Listing) -> Iterator[Group]:
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


def neighbours(found: Listing, open: Inquiry) -> Neighbours:
    """Beside the open request, or beside where it would stand when it has left this list."""
    rows = found.rows
    at = next((number for number, row in enumerate(rows) if row.inquiry.pk == open.pk), None)
    if at is not None:
        return Neighbours(rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None, True)
    return Neighbours(None, next((row for row in rows if stands_after(found, row, open)), None), False)


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


def fields(query: str) -> list[tuple[str, str]]:
    """A carried query as hidden fields, for forms whose own fields make the address."""
    return parse_qsl(query)
