"""A request being filled in; it lives for a day."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from clinic.crypto import EncryptedJSONField
from clinic.personal_data import declare

from .inquiry import Inquiry

LIFETIME = timedelta(hours=24)


def a_day_from_now() -> Any:
    return timezone.now() + LIFETIME


class DraftQuerySet(models.QuerySet["Draft"]):
    def alive(self) -> "DraftQuerySet":
        return self.filter(expires_at__gt=timezone.now())

    def expired(self) -> "DraftQuerySet":
        return self.filter(expires_at__lte=timezone.now())


class Draft(models.Model):
    """Answers so far, behind an opaque cookie whose hash is kept here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_hash = models.CharField(max_length=64, unique=True)
    resume_hash = models.CharField(max_length=64, unique=True, null=True)
    answers: Any = EncryptedJSONField(default=dict)
    edition = models.ForeignKey("procedures.Edition", models.SET_NULL, null=True)
    safety_text = models.ForeignKey("procedures.SafetyText", models.PROTECT)
    # A red flag was ticked: nothing goes on until that answer is changed (R3, R4).
    is_stopped = models.BooleanField(default=False)
    red_flag_changed = models.BooleanField(default=False)
    # Set when it was sent: the answers are emptied and a second send finds this.
    inquiry = models.OneToOneField(Inquiry, models.CASCADE, null=True, related_name="draft")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=a_day_from_now)

    personal_data = declare(
        erase="key_hash resume_hash answers edition is_stopped red_flag_changed",
        none="id safety_text inquiry created_at expires_at",
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="draft_age", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"Draft of {self.created_at:%Y-%m-%d %H:%M}"
