"""The flags that a request's answers raised."""

import uuid
from typing import Any

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.crypto import EncryptedTextField
from clinic.personal_data import declare

from .inquiry import Inquiry


class Flag(models.Model):
    """One danger sign or planning fact, with the rule and the answer that raised it."""

    class Severity(models.TextChoices):
        EMERGENCY = "emergency", "Emergency sign"
        URGENT = "urgent", "Call today"
        BEFORE_BOOKING = "before_booking", "Sort out before booking"
        NOTE = "note", "Note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="flags", db_index=False)
    rule = models.CharField(max_length=40)
    rule_version = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=16, choices=Severity.choices)
    words: Any = EncryptedTextField()
    answer: Any = EncryptedTextField()
    raised_at = models.DateTimeField(default=timezone.now)

    personal_data = declare(erase="rule severity words answer", none="id inquiry rule_version raised_at")

    class Meta:
        ordering = ["raised_at"]
        indexes = [
            # A list asks for those of a hundred requests; a tree of millions is met three pages deep each time.
            HashIndex(name="flag_of_inquiry", fields=["inquiry"]),
            # How often each rule was raised in the last weeks, without a look at the words.
            models.Index(name="flag_raised", fields=["raised_at", "rule", "rule_version"]),
        ]
        constraints = [
            models.UniqueConstraint(name="flag_once_a_rule", fields=["inquiry", "rule"]),
            models.CheckConstraint(
                name="flag_known_severity",
                condition=Q(severity__in=["emergency", "urgent", "before_booking", "note"]),
            ),
        ]

    def __str__(self) -> str:
        return self.rule
