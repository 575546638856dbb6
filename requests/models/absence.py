"""When a member of staff is away. Only the days are kept, never why."""

import uuid
from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from clinic.calendar import local_today
from clinic.personal_data import declare


class DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gte=day, returned_at=None)

    def not_over(self) -> "AbsenceQuerySet":
        """Now or later."""
        return self.filter(ends_on__gte=local_today(), returned_at=None)

    def to_hand_back(self) -> "AbsenceQuerySet":
        """It has begun and nobody has handed the person's requests back yet."""
        return self.on(local_today()).filter(handed_back_at=None)


class Absence(models.Model):
    """Days in the clinic's zone, the last one included; `returned_at`: came back before the end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    handed_back_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    personal_data = declare(
        keep="user starts_on ends_on entered_by entered_at returned_at", none="id handed_back_at"
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "user__last_name", "user__username"]
        permissions = [("manage_absences", "Can enter when colleagues are away")]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            ExclusionConstraint(
                name="absence_once_a_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(returned_at=None),
            ),
        ]
        indexes = [models.Index(name="absence_days", fields=["ends_on", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"
