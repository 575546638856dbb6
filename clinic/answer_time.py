"""How long patients lately waited for a first answer; requests/answer_times.py measures it."""

import pgtrigger
from django.db import DatabaseError, models
from django.db.models import F, Q
from django.utils import timezone

from .personal_data import declare
from .public_change import shows_at_once

WEEKS = 4


class AnswerTime(models.Model):
    """One row for routine requests and one for urgent ones (docs/adr/0008).

    Of `counted` requests, `answered` had their first answer in time: within `days`
    working days, or, when that is less than half, in fewer than `days`. Without
    `days` there were too few requests to tell.
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

    @classmethod
    def routine(cls) -> "AnswerTime | None":
        """Also None without a database."""
        try:
            return cls.objects.filter(is_urgent=False).first()
        except DatabaseError:
            return None

    @property
    def is_half(self) -> bool:
        """Otherwise all that is known is that half of them wait at least these days."""
        return self.days is not None and self.answered * 2 >= self.counted > 0

    @property
    def words(self) -> str:
        """For managers; empty when there were too few requests."""
        if self.days is None:
            return ""
        share, days = ("half", self.days) if self.is_half else ("fewer than half", self.days - 1)
        which = "urgent ones: " if self.is_urgent else ""
        return f"{which}{share} were answered {within(days)} ({self.counted} requests in {WEEKS} weeks)"


def within(days: int) -> str:
    if days == 0:
        return "on the same working day"
    return f"within {days} working day{'' if days == 1 else 's'}"
