"""How long patients lately waited for a first answer; requests/promise.py measures it."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .personal_data import declare
from .public_change import shows_at_once


class AnswerTime(models.Model):
    """One row for routine requests and one for urgent ones (docs/adr/0008).

    Of `counted` requests, `answered` had their first answer within `days` working
    days. Without `days` there were too few requests to tell.
    """

    is_urgent = models.BooleanField(unique=True)
    days = models.PositiveSmallIntegerField(null=True)
    counted = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(default=timezone.now)

    personal_data = declare(none="id is_urgent days counted answered measured_at")

    class Meta:
        # The hourly measurement changes pages only when the days are others.
        triggers = [shows_at_once(pgtrigger.Insert | pgtrigger.UpdateOf("days") | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                name="answer_time_counts_what_it_answered", condition=Q(answered__lte=F("counted"))
            )
        ]

    def __str__(self) -> str:
        return f"{'urgent' if self.is_urgent else 'routine'}: {self.answered} of {self.counted} within {self.days}"

    @property
    def is_half(self) -> bool:
        """Half or more of them: otherwise the days are the least that is certain."""
        return self.days is not None and self.answered * 2 >= self.counted > 0
