"""What clinicians say about words that come from files and belong to no page of their own."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.personal_data import declare
from clinic.public_change import shows_at_once


class SharedWordsQuerySet(models.QuerySet["SharedWords"]):
    def of(self, hashes: dict[str, str]) -> "SharedWordsQuerySet":
        """The rows of these words: name -> hash."""
        found = Q(pk__in=[])
        for name, words_hash in hashes.items():
            found |= Q(name=name, words_hash=words_hash)
        return self.filter(found)

    def signed_off(self) -> "SharedWordsQuerySet":
        return self.filter(signed_off_at__isnull=False)


class SharedWords(models.Model):
    """One state of the words of such a page; `words_hash` stands for them (procedures/shared_words.py).

    Name and credential are kept as they were on the day of the signature.
    """

    class Name(models.TextChoices):
        COMPARE = "compare", "How do these pains differ?"
        EMERGENCY_SIGNS = "emergency-signs", "Emergency signs"
        GLOSSARY = "glossary", "Medical words in plain words"
        PAIN_DIARY = "pain-diary", "Pain diary"

    name = models.CharField(max_length=20, choices=Name.choices)
    words_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    signer_name = models.CharField(max_length=150, blank=True)
    credential = models.CharField(max_length=60, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)

    personal_data = declare(
        keep="signed_off_by signer_name credential", none="id name words_hash created_at signed_off_at"
    )
    objects = SharedWordsQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-created_at", "-pk"]
        verbose_name = verbose_name_plural = "shared words"
        permissions = [("sign_off_sharedwords", "Can sign off shared words")]
        constraints = [
            models.UniqueConstraint(name="shared_words_once", fields=["name", "words_hash"]),
            models.CheckConstraint(
                name="shared_words_known_name",
                condition=Q(name__in=["compare", "emergency-signs", "glossary", "pain-diary"]),
            ),
            models.CheckConstraint(
                name="shared_words_sign_off_is_who_and_when",
                condition=Q(signed_off_by=None, signed_off_at=None, signer_name="", credential="")
                | (
                    Q(signed_off_by__isnull=False, signed_off_at__isnull=False)
                    & ~Q(signer_name="")
                    & ~Q(credential="")
                ),
            ),
        ]
        triggers = [
            shows_at_once(),
            pgtrigger.Protect(name="shared_words_stay", operation=pgtrigger.Delete),
            # A signature is put under these words once; both stay as they are.
            pgtrigger.Protect(
                name="shared_words_and_signature_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__name__df=pgtrigger.F("new__name"))
                | pgtrigger.Q(old__words_hash__df=pgtrigger.F("new__words_hash"))
                | pgtrigger.Q(old__created_at__df=pgtrigger.F("new__created_at"))
                | pgtrigger.Q(old__signed_off_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_name_display()
