"""Which requests: what the views of the queue and the pages ask for."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Q, Value

from clinic.calendar import local_today
from clinic.quick import OneOf
from requests.tokens import token_hash

from .status import (
    ENDED_STATUSES,
    OPEN_STATUSES,
    OURS_STATUSES,
    UNSETTLED_STATUSES,
    Status,
    Urgency,
)

# Urgent first, going up like the order's other columns: one index and one row comparison serve it.
PRESSING = F("urgency") * Value(-1)
# An offer settles a sign of the answers; what the patient writes after it presses anew until it is read.
PRESSES = Q(urgency__gt=Urgency.ROUTINE) & (
    Q(status__in=UNSETTLED_STATUSES) | Q(status__in=OPEN_STATUSES, patient_wrote_at__isnull=False)
)


class InquiryQuerySet(models.QuerySet[Any]):
    def open(self) -> "InquiryQuerySet":
        return self.filter(status__in=OPEN_STATUSES)

    def late(self) -> "InquiryQuerySet":
        """The day first promised has passed and nobody has answered, whatever was promised since."""
        return self.filter(status__in=OURS_STATUSES, first_answered_at=None, promised_first__lt=local_today())

    def promise_passed(self) -> "InquiryQuerySet":
        """Late by the day that holds now: the patient has to hear of a new one."""
        return self.filter(status__in=OURS_STATUSES, first_answered_at=None, answer_by__lt=local_today())

    def untold(self) -> "InquiryQuerySet":
        """A new day was promised and the patient has no e-mail; the first answer settles it."""
        unanswered = self.filter(status__in=OURS_STATUSES, first_answered_at=None)
        return unanswered.filter(email="", answer_by__gt=F("promised_first"))

    def ours(self) -> "InquiryQuerySet":
        """The clinic owes the next step."""
        return self.filter(status__in=OURS_STATUSES)

    def urgent(self) -> "InquiryQuerySet":
        """Danger signs that nobody has settled yet."""
        return self.filter(PRESSES)

    def late_or_due(self) -> "InquiryQuerySet":
        """The day first promised has passed or is today, and nobody has answered."""
        return self.filter(
            status__in=OURS_STATUSES, first_answered_at=None, promised_first__lte=local_today()
        )

    def due(self) -> "InquiryQuerySet":
        return self.ours().filter(first_answered_at=None, answer_by=local_today())

    def step_due(self) -> "InquiryQuerySet":
        """What was to do next was to do by today; who has it and whether it sleeps does not matter."""
        return self.open().filter(next_action_on__lte=local_today())

    def unassigned(self) -> "InquiryQuerySet":
        return self.open().filter(assignee=None)

    def waiting_for_patient(self) -> "InquiryQuerySet":
        return self.filter(status=Status.AWAITING_PATIENT)

    def offered(self) -> "InquiryQuerySet":
        return self.filter(status=Status.OFFERED)

    def replied(self) -> "InquiryQuerySet":
        """The patient wrote and nobody has answered yet."""
        return self.open().filter(patient_wrote_at__isnull=False)

    def awake(self) -> "InquiryQuerySet":
        """Not put off to a later day; the patient's own words wake a request."""
        today_or_before = Q(snoozed_until=None) | Q(snoozed_until__lte=local_today())
        return self.filter(today_or_before | Q(patient_wrote_at__isnull=False))

    def snoozed(self) -> "InquiryQuerySet":
        return self.open().filter(snoozed_until__gt=local_today(), patient_wrote_at=None)

    def for_roles_of(self, user: Any) -> "InquiryQuerySet":
        """Given to a role of this person, and nobody has taken it. The roles are a list, read first."""
        theirs = ArraySubquery(user.groups.order_by().values("pk"))
        return self.open().filter(OneOf(F("role_id"), theirs), role__isnull=False, assignee=None)

    def ended(self) -> "InquiryQuerySet":
        return self.filter(status__in=ENDED_STATUSES)

    def most_pressing_first(self) -> "InquiryQuerySet":
        """Urgent first, then the most overdue, then the oldest."""
        return self.order_by(PRESSING.asc(), "promised_first", "submitted_at", "id")

    def with_token(self, token: str) -> "InquiryQuerySet":
        return self.filter(token_hash=token_hash(token))
