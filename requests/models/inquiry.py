"""What a patient asked for."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from clinic.calendar import local_today
from clinic.crypto import EncryptedJSONField, EncryptedTextField
from clinic.personal_data import declare
from requests.search_words import kept_words
from requests.tokens import REFERENCE_LETTERS, new_reference

from .inquiry_indexes import INDEXES
from .inquiry_queries import InquiryQuerySet
from .status import MOVES, OPEN_STATUSES, OURS_STATUSES, DeclineReason, Status, Urgency


class Source(models.TextChoices):
    WEB = "web", "Online form"
    PHONE = "phone", "By phone"


class Inquiry(models.Model):
    """One request for an appointment; patients read "your request".

    Names, phone, e-mail and date of birth are plain columns that staff search;
    everything about health is in `answers`, encrypted (docs/adr/0002).
    """

    Status = Status
    Urgency = Urgency
    DeclineReason = DeclineReason
    Source = Source

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=7, unique=True, default=new_reference, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token: Any = EncryptedTextField()
    # The draft it was sent from: sending twice gives one request.
    draft_id = models.UUIDField(unique=True, null=True, editable=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    # By phone: a colleague asked the caller the same questions.
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.WEB)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.ROUTINE)
    submitted_at = models.DateTimeField(default=timezone.now)
    # answer_by is the day that holds now; a promise that passed was moved (requests/promise.py).
    answer_by = models.DateField()
    promised_first = models.DateField(help_text="First promised when it was sent or reopened.")
    late_since = models.DateTimeField(null=True, blank=True, help_text="Stays, for the statistics.")
    out_of_hours = models.BooleanField(default=False)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    # The patient wrote and nobody has answered or settled it yet; the oldest such moment.
    patient_wrote_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # inquiry_newest_by_assignee is one
        related_name="inquiries",
    )
    # Given to a role: with an assignee, a person of that role has taken it.
    role = models.ForeignKey("auth.Group", models.PROTECT, null=True, blank=True, related_name="inquiries")
    snoozed_until = models.DateField(null=True, blank=True)
    next_action: Any = EncryptedTextField(null=True)
    next_action_on = models.DateField(null=True, blank=True)
    next_action_is_clinical = models.BooleanField(default=True)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    decline_reason = models.CharField(max_length=20, choices=DeclineReason.choices, blank=True)

    topic = models.CharField("wants", max_length=80, help_text="What the patient asks for, in staff's words.")
    edition = models.ForeignKey("procedures.Edition", models.PROTECT, null=True, blank=True)
    safety_text = models.ForeignKey("procedures.SafetyText", models.PROTECT)

    first_name = models.CharField(max_length=128, blank=True)
    last_name = models.CharField(max_length=128, blank=True)
    preferred_name = models.CharField(max_length=128, blank=True)
    date_of_birth = models.DateField()
    # The person who asks for somebody else.
    contact_name = models.CharField(max_length=128, blank=True)
    contact_relationship = models.CharField(max_length=80, blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    phone_as_typed = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    channel = models.CharField(max_length=12)
    voicemail = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=40, default="English")
    search_text = models.TextField(editable=False)
    answers: Any = EncryptedJSONField()
    # The part of the answers that a row of the queue shows; null for the many who need no help.
    needs: Any = EncryptedJSONField(null=True)

    personal_data = declare(
        erase="token token_hash first_name last_name preferred_name date_of_birth contact_name"
        " contact_relationship contact_phone phone phone_as_typed email channel voicemail language"
        " search_text answers needs topic edition next_action",
        keep="reference assignee entered_by",
        none="id draft_id source status urgency submitted_at answer_by promised_first"
        " late_since out_of_hours first_answered_at patient_wrote_at duplicate_of"
        " decline_reason safety_text role snoozed_until next_action_on next_action_is_clinical",
    )

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = "request"
        permissions = [
            ("read_clinical", "Can read what patients wrote about their health"),
            ("take_inquiry", "Can take a request"),
            ("assign_inquiry", "Can assign a request to a colleague"),
            ("triage_inquiry", "Can triage a request"),
            ("decline_inquiry", "Can decline a request"),
            ("mark_duplicate", "Can mark a request as a duplicate"),
            ("close_inquiry", "Can close a request"),
            ("reopen_inquiry", "Can reopen a request"),
            ("enter_inquiry", "Can enter a request for a caller"),
            ("view_statistics", "Can see how the work goes"),
            ("export_inquiry", "Can export a list of requests"),
        ]
        constraints = [
            models.CheckConstraint(
                name="inquiry_day_of_a_next_action",
                condition=Q(next_action_on=None) | Q(next_action__isnull=False),
            ),
            models.CheckConstraint(
                name="inquiry_moves_its_promise_when_late",
                condition=Q(answer_by=F("promised_first"))
                | Q(answer_by__gt=F("promised_first"), late_since__isnull=False),
            ),
            models.CheckConstraint(name="inquiry_known_status", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="inquiry_reference_has_no_look_alikes",
                condition=Q(reference__regex=rf"^[{REFERENCE_LETTERS}]{{3}}-[{REFERENCE_LETTERS}]{{3}}$"),
            ),
            models.CheckConstraint(name="inquiry_has_a_name", condition=~Q(first_name="", last_name="")),
            models.CheckConstraint(
                name="inquiry_can_be_answered",
                condition=~Q(phone="", email="", contact_phone=""),
            ),
            models.CheckConstraint(
                name="inquiry_duplicate_names_the_other",
                condition=Q(status="duplicate", duplicate_of__isnull=False)
                | (~Q(status="duplicate") & Q(duplicate_of__isnull=True)),
            ),
            models.CheckConstraint(
                name="inquiry_is_not_its_own_duplicate", condition=~Q(duplicate_of=F("id"))
            ),
            models.CheckConstraint(
                name="inquiry_by_phone_names_who_entered_it",
                condition=Q(source="phone", entered_by__isnull=False)
                | Q(source="web", entered_by__isnull=True),
            ),
            models.CheckConstraint(
                name="inquiry_declined_with_a_reason",
                condition=(Q(status="declined") & ~Q(decline_reason=""))
                | (~Q(status="declined") & Q(decline_reason="")),
            ),
        ]
        indexes = INDEXES
        triggers = [
            pgtrigger.FSM(
                name="inquiry_moves",
                field="status",
                transitions=[(old, new) for old, news in MOVES.items() for new in news],
            ),
            pgtrigger.Protect(
                name="inquiry_starts_new",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.status <> 'new'"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.promised_first is None:
            self.promised_first = self.answer_by
        self.search_text = self.findable()
        super().save(*args, **kwargs)

    def findable(self) -> str:
        return kept_words(
            names=[self.first_name, self.last_name, self.preferred_name, self.contact_name],
            reference=self.reference,
            phones=[self.phone, self.phone_as_typed, self.contact_phone],
            email=self.email,
        )

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_owed(self) -> bool:
        """The clinic has to answer, and has not."""
        return self.status in OURS_STATUSES and self.first_answered_at is None

    @property
    def is_late(self) -> bool:
        return self.is_owed and self.promised_first < local_today()

    @property
    def is_untold(self) -> bool:
        """A new day was promised, and no mail can say so."""
        return self.is_owed and self.answer_by > self.promised_first and not self.email
