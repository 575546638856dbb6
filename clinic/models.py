"""What the whole site shares: staff accounts, the clinic, its hours, the outbox."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .answer_time import AnswerTime
from .crypto import EncryptedJSONField
from .personal_data import declare
from .profile import ClinicProfile
from .public_change import PublicChange, shows_at_once

__all__ = [
    "AnswerTime", "ClinicProfile", "DailyCount", "Holiday", "OpeningHours", "OutboxMessage", "PublicChange", "RateBucket", "User"
]  # fmt: skip

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class User(AbstractUser):
    """A member of staff; what somebody may do comes from the role groups."""

    credential = models.CharField(
        max_length=60, blank=True, help_text="Shown behind the name on reviewed pages, like MD or RN."
    )

    personal_data = declare(
        keep="username first_name last_name email credential last_login date_joined",
        none="id password is_superuser is_staff is_active groups user_permissions",
    )

    def __str__(self) -> str:
        name = self.get_full_name() or self.username
        return f"{name}, {self.credential}" if self.credential else name

    def has_role(self, *roles: str) -> bool:
        return self.is_active and self.groups.filter(name__in=roles).exists()


class OpeningHours(models.Model):
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS)))
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    personal_data = declare(none="id weekday opens_at closes_at")

    class Meta:
        ordering = ["weekday", "opens_at"]
        verbose_name_plural = "opening hours"
        triggers = [shows_at_once()]
        constraints = [
            models.UniqueConstraint(name="opening_hours_once_a_start", fields=["weekday", "opens_at"]),
            models.CheckConstraint(name="opening_hours_known_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="opening_hours_close_after_open", condition=Q(closes_at__gt=F("opens_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M} to {self.closes_at:%H:%M}"


class Holiday(models.Model):
    on = models.DateField(unique=True)
    name = models.CharField(max_length=80)

    personal_data = declare(none="id on name")

    class Meta:
        ordering = ["on"]
        triggers = [shows_at_once()]

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%B} {self.on.day}, {self.on.year}"


class OutboxMessage(models.Model):
    """One mail to send, written in the transaction of the change it tells of.

    `context` holds what the template needs, the private link among it, so it is
    encrypted, and emptied once the mail is sent. `about` is the inquiry's id.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        PARKED = "parked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    to = models.EmailField()
    context: Any = EncryptedJSONField(null=True)
    about = models.UUIDField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # The first failure: the moment from which trying on is counted.
    failing_since = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    # Given up, and nobody has to do anything about it any more.
    settled_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    personal_data = declare(
        erase="to context",
        none="id kind about state attempts created_at due_at leased_until failing_since sent_at gave_up_at settled_at last_error",
    )

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                name="outbox_known_state", condition=Q(state__in=["waiting", "sent", "failed", "parked"])
            ),
            models.CheckConstraint(
                name="outbox_sent_has_time",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="outbox_given_up_has_time",
                condition=Q(state__in=["failed", "parked"], gave_up_at__isnull=False)
                | (~Q(state__in=["failed", "parked"]) & Q(gave_up_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(name="outbox_waiting", fields=["due_at"], condition=Q(state="waiting")),
            models.Index(
                name="outbox_unsettled",
                fields=["about", "gave_up_at"],
                condition=Q(state__in=["failed", "parked"], settled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a second copy can be recognised."""
        return f"<{self.id}@{settings.SITE_URL.split('//')[-1].split(':')[0]}>"


class RateBucket(models.Model):
    """How often somebody did something in one stretch of time; see limits.py."""

    name = models.CharField(max_length=40)
    identity = models.CharField(max_length=64, help_text="A keyed hash, never the address itself.")
    starts_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    personal_data = declare(erase="identity", none="id name starts_at count")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rate_bucket_is_one_row", fields=["name", "identity", "starts_at"])
        ]
        indexes = [models.Index(name="rate_bucket_age", fields=["starts_at"])]

    def __str__(self) -> str:
        return f"{self.name} {self.count}"


class DailyCount(models.Model):
    """Anonymous counts a day: no person, no address, no answer (R6, F30)."""

    name = models.CharField(max_length=80)
    on = models.DateField()
    count = models.PositiveIntegerField(default=1)

    personal_data = declare(none="id name on count")

    class Meta:
        ordering = ["-on", "name"]
        constraints = [models.UniqueConstraint(name="daily_count_is_one_row", fields=["name", "on"])]

    def __str__(self) -> str:
        return f"{self.name} on {self.on}: {self.count}"
