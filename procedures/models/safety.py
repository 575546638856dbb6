import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils import timezone

from clinic.personal_data import declare
from clinic.public_change import shows_at_once


class SafetyTextQuerySet(models.QuerySet["SafetyText"]):
    def shown_first(self) -> "SafetyTextQuerySet":
        """The one that patients see first: the newest that is signed off, or else the newest from the files.

        Words that somebody wrote in the admin and nobody signed off are not among them.
        """
        may_show = Q(created_by=None) | ~Q(signed_off_at=None)
        is_unsigned = ExpressionWrapper(Q(signed_off_at=None), output_field=models.BooleanField())
        return self.filter(may_show).order_by(is_unsigned, "-version")


class SafetyText(models.Model):
    """All words about danger signs in one versioned record (R9): page, form, confirmation, mail."""

    version = models.PositiveIntegerField(unique=True)
    body = models.JSONField()
    body_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    # Nobody: it came with the content files.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    change_note = models.CharField(max_length=200, blank=True)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)

    personal_data = declare(
        keep="created_by signed_off_by", none="id version body body_hash created_at change_note signed_off_at"
    )

    objects = SafetyTextQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        permissions = [("sign_off_safetytext", "Can sign off the safety text")]
        constraints = [
            models.CheckConstraint(
                name="safety_text_sign_off_is_who_and_when",
                condition=Q(signed_off_by__isnull=True, signed_off_at__isnull=True)
                | Q(signed_off_by__isnull=False, signed_off_at__isnull=False),
            )
        ]
        triggers = [
            shows_at_once(),
            pgtrigger.Protect(name="safety_text_stays", operation=pgtrigger.Delete),
            # A signature is put under these words once; both stay as they are.
            pgtrigger.Protect(
                name="safety_text_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                | pgtrigger.Q(old__body__df=pgtrigger.F("new__body"))
                | pgtrigger.Q(old__body_hash__df=pgtrigger.F("new__body_hash"))
                | pgtrigger.Q(old__created_at__df=pgtrigger.F("new__created_at"))
                | pgtrigger.Q(old__created_by__df=pgtrigger.F("new__created_by"))
                | pgtrigger.Q(old__change_note__df=pgtrigger.F("new__change_note"))
                | (
                    pgtrigger.Q(old__signed_off_at__isnull=False)
                    & (
                        pgtrigger.Q(old__signed_off_at__df=pgtrigger.F("new__signed_off_at"))
                        | pgtrigger.Q(old__signed_off_by__df=pgtrigger.F("new__signed_off_by"))
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Safety text, version {self.version}"

    @property
    def emergency(self) -> dict:
        return self.body["emergency"]

    @property
    def urgent(self) -> dict:
        return self.body["urgent"]

    @property
    def after(self) -> dict:
        return self.body["after"]

    @property
    def crisis(self) -> dict:
        return self.body["crisis"]
