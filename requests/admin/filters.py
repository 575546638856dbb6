"""What a list can be narrowed by. No choice is looked up among the requests: those are too many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from clinic.models import User
from requests.actions.sending import TOPICS
from requests.models.status import Status

NARROWING = ("status", "assignee", "wants")
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True)
class Narrowing:
    """What somebody narrowed a list to; two of the same choices are equal."""

    user_id: int
    chosen: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(self.chosen)

    def of(self, found: Any) -> Any:
        return narrowed(found, dict(zip(NARROWING, self.chosen, strict=True)), User(pk=self.user_id))


def narrowing(params: Mapping[str, str], user: User) -> Narrowing:
    return Narrowing(user.pk, tuple(params.get(name, "") for name in NARROWING))


@dataclass(frozen=True)
class Filter:
    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str

    @property
    def options(self) -> SafeString:
        """As HTML, written by hand like the rows: colleagues and topics are many."""
        parts = (
            f'<option value="{escape(value)}"{" selected" if value == self.chosen else ""}>'
            f"{escape(str(label))}</option>"
            for value, label in self.choices
        )
        return mark_safe("".join(parts))  # noqa: S308 - every value in it is escaped above


def read(kept: Mapping[str, Any]) -> dict[str, str]:
    """Of a saved view; what is no filter, or no text, is passed over."""
    return {name: value for name in NARROWING if isinstance(value := kept.get(name), str) and value}


def narrowed(found: Any, params: Mapping[str, str], user: User) -> Any:
    """Values that mean nothing are passed over."""
    if (status := params.get("status")) in Status.values:
        found = found.filter(status=status)
    assignee = params.get("assignee", "")
    if assignee == NOBODY:
        found = found.filter(assignee=None)
    elif assignee == ME:
        found = found.filter(assignee=user)
    elif assignee.isdecimal() and len(assignee) < 10:
        found = found.filter(assignee_id=int(assignee))
    if wants := params.get("wants", "").replace("\0", ""):
        found = found.filter(topic=wants)
    return found


def filters(params: Mapping[str, str], user: User, staff: Iterable[User]) -> list[Filter]:
    choices = (
        ("status", "Status", list(Status.choices)),
        ("assignee", "Assignee", [(ME, "You"), (NOBODY, "Nobody"), *colleagues(params, user, staff)]),
        ("wants", "Wants", topics(params)),
    )
    return [Filter(name, label, values, params.get(name, "")) for name, label, values in choices]


def colleagues(params: Mapping[str, str], user: User, staff: Iterable[User]) -> list[tuple[str, str]]:
    """Who works here now, and somebody who left while the list is narrowed to them."""
    chosen = params.get("assignee", "")
    there = [one for one in staff if (one.is_active and one.is_staff) or str(one.pk) == chosen]
    return [(str(one.pk), str(one)) for one in there if one.pk != user.pk]


def topics(params: Mapping[str, str]) -> list[tuple[str, str]]:
    names = dict.fromkeys(TOPICS.values())
    if chosen := params.get("wants"):
        names.setdefault(chosen)
    return [(name, name) for name in names]
