"""The indexes of requests: each serves a view of the queue in its order, or finds somebody.

A page reads its fifty rows from an index that holds just the rows of its view, in
order, so it costs the same however many requests there are. Open requests are few,
so their indexes are small; those over all years follow the time alone.
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Index, Q
from django.db.models.functions import Lower

from requests.search_words import STARTS, WORDS

from .inquiry_queries import PRESSES, PRESSING
from .status import ENDED_STATUSES, OPEN_STATUSES, OURS_STATUSES

OPEN = Q(status__in=OPEN_STATUSES)
OURS = Q(status__in=OURS_STATUSES)
TO_ANSWER = Q(status__in=OURS_STATUSES, first_answered_at=None)


# What tells whether somebody put a request off; so it is counted without reading its row.
SLEEP = ("snoozed_until", "patient_wrote_at")


def pressing(name: str, condition: Q, *first: str, include: tuple[str, ...] = ()) -> Index:
    """In the order of InquiryQuerySet.most_pressing_first()."""
    order = (PRESSING, "promised_first", "submitted_at", "id")
    return Index(*first, *order, name=name, condition=condition, include=include)


def newest(name: str, *first: str, condition: Q | None = None) -> Index:
    return Index(*(F(column) for column in first), "submitted_at", "id", name=name, condition=condition)


def same_person(name: str, column: Any, **given: Any) -> Index:
    """Finds the newest requests that may be the same person's (requests/people.py)."""
    return Index(column, F("submitted_at").desc(), name=name, **given)


INDEXES = [
    pressing("inquiry_todo", OURS, include=SLEEP),
    pressing("inquiry_to_answer", TO_ANSWER),
    pressing("inquiry_untold", TO_ANSWER & Q(email="", answer_by__gt=F("promised_first"))),
    pressing("inquiry_urgent", PRESSES),
    pressing("inquiry_open", OPEN),
    pressing("inquiry_open_by_status", OPEN, "status"),
    pressing("inquiry_open_by_assignee", OPEN, "assignee", include=SLEEP),
    pressing("inquiry_open_by_topic", OPEN, "topic"),
    pressing("inquiry_unassigned", OPEN & Q(assignee=None), include=SLEEP),
    pressing(
        "inquiry_for_role", OPEN & Q(role__isnull=False, assignee=None), "role", include=(*SLEEP, "urgency")
    ),
    pressing("inquiry_replied", OPEN & Q(patient_wrote_at__isnull=False)),
    pressing("inquiry_snoozed", OPEN & Q(snoozed_until__isnull=False), include=SLEEP),
    # Most steps are for a later day, so those that are due are found by it and sorted then.
    Index(
        "next_action_on",
        name="inquiry_step_due",
        condition=OPEN & Q(next_action_on__isnull=False),
        include=("urgency", "promised_first", "submitted_at", "id"),
    ),
    newest("inquiry_open_newest", condition=OPEN),
    newest("inquiry_newest"),
    newest("inquiry_ended", condition=Q(status__in=ENDED_STATUSES)),
    newest("inquiry_newest_by_status", "status"),
    newest("inquiry_newest_by_assignee", "assignee"),
    newest("inquiry_newest_by_topic", "topic"),
    # Lists narrowed by two or three things at once; a rare state would be a long walk without them.
    newest("inquiry_status_assignee", "status", "assignee"),
    newest("inquiry_status_topic", "status", "topic"),
    newest("inquiry_narrowed", "assignee", "topic", "status"),
    Index("assignee", "topic", "status", name="inquiry_open_narrowed", condition=OPEN),
    # Promises that pass (requests/promise.py).
    Index("answer_by", name="inquiry_unanswered", condition=TO_ANSWER),
    GinIndex(WORDS, name="inquiry_search"),
    GinIndex(STARTS, name="inquiry_starts"),
    same_person("inquiry_born", "date_of_birth"),
    same_person("inquiry_phone", "phone", condition=~Q(phone="")),
    same_person("inquiry_contact_phone", "contact_phone", condition=~Q(contact_phone="")),
    same_person("inquiry_email", Lower("email"), condition=~Q(email="")),
]
