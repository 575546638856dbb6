"""What can be done to several requests at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from clinic.models import User
from requests import actions
from requests.models import Assignment, Inquiry, Sending, Snooze
from requests.staff_forms.bulk import (
    BulkAssignForm,
    BulkCloseForm,
    BulkExportForm,
    BulkForm,
    BulkSnoozeForm,
)

from .verbs import VERBS, Verb, snoozed_words

EXPORT = "export"


@dataclass(frozen=True)
class Leaves:
    """A record that the verb writes, and how it is taken back.

    `standing` tells those that are not taken back yet; some are left only where nobody had the request.
    """

    record: Any
    undo: Callable[..., None]
    standing: dict[str, Any] = field(default_factory=dict)
    only_if_free: bool = False


@dataclass(frozen=True)
class BulkVerb:
    """`verb` is what is done to each; an export changes nothing and has none. What it leaves is taken back in this order."""

    slug: str
    button: str
    permission: str
    form: type[BulkForm]
    verb: Verb | None = None
    leaves: tuple[Leaves, ...] = ()
    told_back: Callable[[Inquiry], str] = lambda inquiry: ""


def _of(slug: str, form: type[BulkForm], *leaves: Leaves, told_back: Callable[[Inquiry], str]) -> BulkVerb:
    verb = VERBS[slug]
    return BulkVerb(slug, verb.button, verb.permission, form, verb, leaves, told_back)


def _place(inquiry: Inquiry) -> str:
    return f"The request is {actions.place(inquiry)} again."


def _asleep(inquiry: Inquiry) -> str:
    return snoozed_words(inquiry) if inquiry.snoozed_until else "The request is back in the daily views."


def _open(inquiry: Inquiry) -> str:
    return f"The request is {inquiry.get_status_display().lower()} again. The patient did not see it."


BULK_VERBS = {
    bulk.slug: bulk
    for bulk in (
        _of("assign", BulkAssignForm, Leaves(Assignment, actions.undo_assignment), told_back=_place),
        _of("snooze", BulkSnoozeForm, Leaves(Snooze, actions.undo_snooze), told_back=_asleep),
        _of(
            "close", BulkCloseForm,
            Leaves(Sending, actions.undo, {"undo": None}),
            Leaves(Assignment, actions.undo_assignment, only_if_free=True),
            told_back=_open,
        ),
        BulkVerb(EXPORT, "Export", "requests.export_inquiry", BulkExportForm),
    )
}  # fmt: skip


def verbs_for(user: User) -> list[BulkVerb]:
    return [verb for verb in BULK_VERBS.values() if user.has_perm(verb.permission)]
