"""What happened to a request. These rows are written once and never change."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import HashIndex
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
    # Part of a sending, so the patient sees it when the words show, and never when they were taken back.
    sending = models.ForeignKey("Sending", models.PROTECT, null=True, related_name="changes")

    personal_data = declare(keep="by", none="id inquiry at old new sending")

    class Meta(Record.Meta):
        triggers = [never_changes("status_change_stays")]
        constraints = [
            models.CheckConstraint(name="status_change_known_status", condition=Q(new__in=Status.values))
        ]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"


class Assignment(Record):
    """To a person, to a role, or with neither back to the queue; `by` is empty when it happened by itself."""

    class Reason(models.TextChoices):
        CHOSEN = "", "Chosen by hand"
        IN_TURN = "in_turn", "Next in turn"
        ABSENCE = "absence", "The person is away"
        LEFT = "left", "The account was closed"

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    to_role = models.ForeignKey("auth.Group", models.PROTECT, null=True, related_name="+")
    had_it = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)

    personal_data = declare(keep="by to had_it", none="id inquiry at to_role reason")

    class Meta(Record.Meta):
        triggers = [never_changes("assignment_stays")]
        constraints = [
            models.CheckConstraint(
                name="assignment_known_reason", condition=Q(reason__in=["", "in_turn", "absence", "left"])
            ),
        ]
        # Whose turn it is: who got one longest ago.
        indexes = [models.Index(name="assignment_latest_of_each", fields=["to", "-at"])]

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
    """Words to the patient, or with nobody in `by` from them: read on the status page, never put into a mail."""

    sending = models.OneToOneField("Sending", models.PROTECT, null=True, related_name="message")

    personal_data = declare(erase="text", keep="by", none="id inquiry at is_clinical sending")

    class Meta(Said.Meta):
        triggers = [never_changes("message_stays")]
        constraints = [
            models.CheckConstraint(
                name="message_of_the_patient_is_not_held",
                condition=Q(by__isnull=False) | Q(sending__isnull=True, is_clinical=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Message of {self.at:%Y-%m-%d}"


class PhoneCall(Said):
    class Outcome(models.TextChoices):
        REACHED = "reached", "Spoke to the patient"
        REACHED_CONTACT = "reached_contact", "Spoke to the person who asked"
        VOICEMAIL = "voicemail", "Left a message"
        NO_ANSWER = "no_answer", "No answer, left no message"

    REACHED = (Outcome.REACHED, Outcome.REACHED_CONTACT)

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="phonecalls", db_index=False)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    text: Any = EncryptedTextField(blank=True)

    personal_data = declare(erase="text", keep="by", none="id inquiry at outcome is_clinical")

    class Meta(Said.Meta):
        triggers = [never_changes("phone_call_stays")]
        # As for flags: a list asks for the calls of a hundred requests.
        indexes = [HashIndex(name="phone_call_of_inquiry", fields=["inquiry"])]
        constraints = [
            models.CheckConstraint(
                name="phone_call_known_outcome",
                condition=Q(outcome__in=["reached", "reached_contact", "voicemail", "no_answer"]),
            )
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Snooze(Record):
    """Put off until a day; with no day it was woken."""

    until = models.DateField(null=True)

    personal_data = declare(keep="by", none="id inquiry at until")

    class Meta(Record.Meta):
        triggers = [never_changes("snooze_stays")]

    def __str__(self) -> str:
        return f"until {self.until}" if self.until else "woken"


class NextAction(Said):
    """What comes next and when; without words the one before was done or dropped."""

    text: Any = EncryptedTextField(blank=True)
    on = models.DateField(null=True)

    personal_data = declare(erase="text", keep="by", none="id inquiry at on is_clinical")

    class Meta(Said.Meta):
        triggers = [never_changes("next_action_stays")]

    def __str__(self) -> str:
        return f"Next action of {self.at:%Y-%m-%d}"


class Letter(Record):
    """A letter by post that asks the patient to call; it says nothing about health."""

    personal_data = declare(keep="by", none="id inquiry at")

    class Meta(Record.Meta):
        triggers = [never_changes("letter_stays")]

    def __str__(self) -> str:
        return f"Letter of {self.at:%Y-%m-%d}"


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
