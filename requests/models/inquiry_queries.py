"""Which requests: what the views of the queue and the pages ask for."""

from typing import Any

from django.db import models

from clinic.calendar import local_today
from requests.tokens import fold, token_hash

from .status import ENDED_STATUSES, OPEN_STATUSES, OURS_STATUSES, Status, Urgency


class InquiryQuerySet(models.QuerySet[Any]):
    def open(self) -> "InquiryQuerySet":
        return self.filter(status__in=OPEN_STATUSES)

    def late(self) -> "InquiryQuerySet":
        """The promised day has passed and nobody has answered."""
        return self.filter(status__in=OURS_STATUSES, first_answered_at=None, answer_by__lt=local_today())

    def ours(self) -> "InquiryQuerySet":
        """The clinic owes the next step."""
        return self.filter(status__in=OURS_STATUSES)

    def urgent(self) -> "InquiryQuerySet":
        """Danger signs that nobody has settled yet."""
        return self.filter(urgency__gt=Urgency.ROUTINE, status__in=(*OURS_STATUSES, Status.AWAITING_PATIENT))

    def due(self) -> "InquiryQuerySet":
        return self.ours().filter(first_answered_at=None, answer_by=local_today())

    def unassigned(self) -> "InquiryQuerySet":
        return self.open().filter(assignee=None)

    def waiting_for_patient(self) -> "InquiryQuerySet":
        return self.filter(status=Status.AWAITING_PATIENT)

    def ended(self) -> "InquiryQuerySet":
        return self.filter(status__in=ENDED_STATUSES)

    def most_pressing_first(self) -> "InquiryQuerySet":
        """Urgent first, then the most overdue, then the oldest."""
        return self.order_by("-urgency", "answer_by", "submitted_at", "id")

    def matching(self, words: str) -> "InquiryQuerySet":
        """Name, reference, phone or e-mail; every word must match somewhere."""
        found = self
        for word in fold(words).split():
            found = found.filter(search_text__contains=word)
        return found

    def with_token(self, token: str) -> "InquiryQuerySet":
        return self.filter(token_hash=token_hash(token))
