"""A promised day that passed, and the day promised instead."""

from django.db import models
from django.db.models import F, Q

from clinic.personal_data import declare

from .record import Record, never_changes


class PromiseChange(Record):
    """Written by the clock, so `by` is empty. Each new day is told once."""

    old = models.DateField()
    new = models.DateField()

    personal_data = declare(keep="by", none="id inquiry at old new")

    class Meta(Record.Meta):
        triggers = [never_changes("promise_change_stays")]
        constraints = [
            models.CheckConstraint(name="promise_change_is_later", condition=Q(new__gt=F("old"))),
            models.UniqueConstraint(name="promise_change_told_once", fields=["inquiry", "new"]),
        ]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"
