"""Explainer pages and the evidence behind them; published pages never change."""

import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def opaque_code() -> str:
    """Names an edition in an address without saying which page it is (E52)."""
    return secrets.token_urlsafe(8)


class Explainer(models.Model):
    class Kind(models.TextChoices):
        PROCEDURE = "procedure"
        CONDITION = "condition"

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    plain_name = models.CharField(max_length=65)
    medical_name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.medical_name


class Edition(models.Model):
    explainer = models.ForeignKey(Explainer, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=16, unique=True, default=opaque_code)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="edition_number_once", fields=["explainer", "number"])]

    def __str__(self) -> str:
        return f"{self.explainer}, edition {self.number}"


class SafetyText(models.Model):
    """All words about danger signs in one versioned record (R9): page, form, confirmation, mail."""

    version = models.PositiveIntegerField(unique=True)
    body = models.JSONField()
    body_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                name="safety_text_sign_off_is_who_and_when",
                condition=Q(signed_off_by__isnull=True, signed_off_at__isnull=True)
                | Q(signed_off_by__isnull=False, signed_off_at__isnull=False),
            )
        ]
        triggers = [pgtrigger.Protect(name="safety_text_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Safety text, version {self.version}"
