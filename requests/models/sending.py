"""Words on their way to the patient, that they were taken back, and that none were needed."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from clinic.personal_data import declare

from .record import Record, never_changes

# So long may whoever sent words take them back.
UNDO_FOR = timedelta(seconds=20)
# A moment more, so that the patient never reads words that are being taken back just then.
HELD_FOR = UNDO_FOR + timedelta(seconds=2)


def after_the_hold() -> datetime:
    return timezone.now() + HELD_FOR


class SendingQuerySet(models.QuerySet[Any]):
    def held(self) -> "SendingQuerySet":
        """Not yet shown to the patient, and not taken back."""
        return self.filter(shows_at__gt=timezone.now(), undo=None)


class Sending(Record):
    """One sending of words: its message, its mail (which has the same id) and its changes of state.

    The patient sees nothing of it before `shows_at`, whatever the worker does; until
    shortly before, whoever sent it can take it back. `was_first`, `patient_wrote_at` and
    `snoozed_until` say how the request stood before.
    """

    class Verb(models.TextChoices):
        WRITE = "write", "Message"
        DECLINE = "decline", "Letter that declines"
        CLOSE = "close", "Words that close"

    verb = models.CharField(max_length=10, choices=Verb.choices)
    shows_at = models.DateTimeField(default=after_the_hold)
    was_first = models.BooleanField(default=False, help_text="The first answer to this request.")
    patient_wrote_at = models.DateTimeField(null=True)
    snoozed_until = models.DateField(null=True)

    personal_data = declare(
        keep="by", none="id inquiry at verb shows_at was_first patient_wrote_at snoozed_until"
    )

    objects = SendingQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers = [never_changes("sending_stays")]
        constraints = [
            models.CheckConstraint(
                name="sending_known_verb", condition=Q(verb__in=["write", "decline", "close"])
            ),
            models.CheckConstraint(name="sending_names_who", condition=Q(by__isnull=False)),
            models.CheckConstraint(name="sending_waits", condition=Q(shows_at__gt=F("at"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} of {self.at:%Y-%m-%d}"


class Undo(Record):
    """A sending was taken back before the patient saw it."""

    sending = models.OneToOneField(Sending, models.PROTECT, related_name="undo")

    personal_data = declare(keep="by", none="id inquiry at sending")

    class Meta(Record.Meta):
        triggers = [never_changes("undo_stays")]

    def __str__(self) -> str:
        return f"Undone on {self.at:%Y-%m-%d}"


class Settlement(Record):
    """Somebody read what the patient wrote and found nothing to answer."""

    personal_data = declare(keep="by", none="id inquiry at")

    class Meta(Record.Meta):
        triggers = [never_changes("settlement_stays")]

    def __str__(self) -> str:
        return f"Nothing to answer on {self.at:%Y-%m-%d}"
