"""What happened to a request. These rows are written once and never change."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.crypto import EncryptedTextField
from clinic.personal_data import declare

from .inquiry import Inquiry
from .status import Status


def never_changes(name: str) -> pgtrigger.Protect:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class Record(models.Model):
    """Who did it and when; `by` is empty when the patient did."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="%(class)ss")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["at"]


class Said(Record):
    """Words that somebody wrote; whether they are clinical is decided by the author's role then."""

    text: Any = EncryptedTextField()
    is_clinical = models.BooleanField(
        default=True, help_text="Written by a clinical role or the patient, so only clinical roles read it."
    )

    class Meta(Record.Meta):
        abstract = True


class StatusChange(Record):
    old = models.CharField(max_length=20, blank=True)
    new = models.CharField(max_length=20, choices=Status.choices)

    personal_data = declare(keep="by", none="id inquiry at old new")

    class Meta(Record.Meta):
        triggers = [never_changes("status_change_stays")]
        constraints = [
            models.CheckConstraint(name="status_change_known_status", condition=Q(new__in=Status.values))
        ]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"


class Assignment(Record):
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    personal_data = declare(keep="by to", none="id inquiry at")

    class Meta(Record.Meta):
        triggers = [never_changes("assignment_stays")]

    def __str__(self) -> str:
        return f"to {self.to}"


class Note(Said):
    """Staff's words; the patient never sees them."""

    personal_data = declare(erase="text", keep="by", none="id inquiry at is_clinical")

    class Meta(Said.Meta):
        triggers = [never_changes("note_stays")]

    def __str__(self) -> str:
        return f"Note of {self.at:%Y-%m-%d}"


class Message(Said):
    """Words to the patient, read on the status page and never put into a mail."""

    personal_data = declare(erase="text", keep="by", none="id inquiry at is_clinical")

    class Meta(Said.Meta):
        triggers = [never_changes("message_stays")]

    def __str__(self) -> str:
        return f"Message of {self.at:%Y-%m-%d}"


class PhoneCall(Said):
    class Outcome(models.TextChoices):
        REACHED = "reached", "Spoke to the patient"
        REACHED_CONTACT = "reached_contact", "Spoke to the person who asked"
        VOICEMAIL = "voicemail", "Left a message"
        NO_ANSWER = "no_answer", "No answer, left no message"

    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    text: Any = EncryptedTextField(blank=True)

    personal_data = declare(erase="text", keep="by", none="id inquiry at outcome is_clinical")

    class Meta(Said.Meta):
        triggers = [never_changes("phone_call_stays")]
        constraints = [
            models.CheckConstraint(
                name="phone_call_known_outcome",
                condition=Q(outcome__in=["reached", "reached_contact", "voicemail", "no_answer"]),
            )
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class AccessLog(models.Model):
    """Every look at patients' data: who, when, what was shown; no health detail."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    inquiry = models.ForeignKey(Inquiry, models.PROTECT, null=True, related_name="looks")
    what = models.CharField(max_length=40, help_text="Like view, list or search.")
    shown = models.PositiveIntegerField(default=1, help_text="How many requests were on the screen.")
    listed = ArrayField(models.UUIDField(), default=list, help_text="Which requests a list showed.")
    at = models.DateTimeField(default=timezone.now)

    personal_data = declare(keep="by", none="id inquiry what shown listed at")

    class Meta:
        ordering = ["-at"]
        triggers = [never_changes("access_log_stays")]
        indexes = [models.Index(name="access_log_time", fields=["-at"])]

    def __str__(self) -> str:
        return f"{self.by_id} {self.what} {self.at:%Y-%m-%d %H:%M}"
