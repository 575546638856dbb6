"""The facts that the page of a request and the pages of its verbs share."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import User
from requests import roles, undelivered
from requests.models import Inquiry

from . import wishes, words


def find(pk: UUID) -> Inquiry:
    related = ("assignee", "role", "entered_by", "edition__explainer", "safety_text", "duplicate_of")
    return get_object_or_404(Inquiry.objects.select_related(*related), pk=pk)


def header(found: Inquiry, user: User) -> dict[str, Any]:
    """What stands on top of the request's own page and of every page about it."""
    call = undelivered.calls([found]).get(found.pk)
    # "Call today" is both how urgent it is and by when: once is enough.
    tags = dict.fromkeys(
        (words.urgency(found), words.patient_wrote(found), words.deadline(found), words.status(found))
    )
    return {
        "inquiry": found,
        "age": words.age(found.date_of_birth, local_today()),
        "since": words.since(found.submitted_at, timezone.now(), "ago"),
        "came_while_closed": words.came_while_closed(found),
        "tags": [tag for tag in tags if tag],
        "hints": wishes.hints(found),
        "is_mine": found.assignee_id == user.pk,
        "role_words": roles.words(found.role) if found.role and found.assignee is None else "",
        "tried": words.tried_in_full(found) if found.is_open or call else "",
        "needs_call": call.sentence if call else "",
    }
