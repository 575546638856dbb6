"""The ways to look at the requests: one table."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from clinic.models import User
from requests import undelivered
from requests.models import Inquiry
from requests.models.inquiry_queries import InquiryQuerySet

from .columns import USUAL


@dataclass(frozen=True)
class View:
    """`pick` gets all requests and who is looking; `order` is a row of keyset.ORDERS.

    `is_gathered`: its rows come from several places of an index, and their order does not come with them.
    `definition` tells what a saved view was when it was read: its slug stays when it is changed.
    """

    slug: str
    title: str
    pick: Callable[[InquiryQuerySet, User], QuerySet[Inquiry]]
    empty: str
    order: str = "pressing"
    columns: tuple[str, ...] = USUAL
    is_gathered: bool = False
    definition: str = ""


TABLE = (
    View("todo", "To do", lambda all, user: all.ours().awake(), "Nothing is left to do. Well done."),
    View("mine", "Mine", lambda all, user: all.open().awake().filter(assignee=user), "You have no open request."),
    View(
        "role", "My role's",
        lambda all, user: all.for_roles_of(user).awake(), "Nothing waits for your role.",
        is_gathered=True,
    ),
    View("unassigned", "Unassigned", lambda all, user: all.unassigned().awake(), "Every open request has an owner."),
    View("urgent", "Urgent", lambda all, user: all.urgent(), "No urgent request is waiting."),
    View("late", "Late or due today", lambda all, user: all.late_or_due(), "No request is late or due today."),
    View(
        "step", "Step due",
        lambda all, user: all.step_due(), "No next step is due today or was due before.",
        is_gathered=True,
    ),
    View(
        "waiting", "Waiting for patient",
        lambda all, user: all.waiting_for_patient(), "We wait for no patient.",
    ),
    View("replied", "Patient wrote", lambda all, user: all.replied(), "No patient waits for a reply."),
    View("offered", "Times offered", lambda all, user: all.offered(), "No patient has an offer to answer."),
    View(
        "phone", "To phone",
        lambda all, user: all.filter(undelivered.owed_calls()),
        "Nobody has to be phoned: every mail arrived.",
        is_gathered=True,
    ),
    View("snoozed", "Snoozed", lambda all, user: all.snoozed(), "Nothing is put off to a later day."),
    View("open", "All open", lambda all, user: all.open(), "There is no open request."),
    View("ended", "Ended", lambda all, user: all.ended(), "No request has ended yet.", order="newest"),
    View("all", "All", lambda all, user: all.all(), "There is no request yet.", order="newest"),
)  # fmt: skip
VIEWS = {view.slug: view for view in TABLE}
FIRST = VIEWS["todo"]
# Somebody on the phone may be in any state, so a search looks at all requests.
SEARCH = View("search", "Search", lambda all, user: all.all(), "", order="newest")
