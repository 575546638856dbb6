"""Who looks at which request now, and how each of the staff works in the inbox."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from clinic.personal_data import declare

from .inquiry import Inquiry

LASTS = timedelta(seconds=90)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def now(self) -> "PresenceQuerySet":
        return self.filter(seen_at__gt=timezone.now() - LASTS)

    def gone(self) -> "PresenceQuerySet":
        return self.filter(seen_at__lte=timezone.now() - LASTS)


class Presence(models.Model):
    """Somebody has a request on the screen. It tells colleagues and never holds them back.

    Not a record: the access record keeps who looked at what (AccessLog).
    """

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="present")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    personal_data = declare(erase="user", none="id inquiry seen_at")

    objects: Any = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="presence_once_a_person", fields=["inquiry", "user"])]
        indexes = [models.Index(name="presence_age", fields=["seen_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.seen_at:%Y-%m-%d %H:%M}"


class InboxChoice(models.Model):
    """What a member of staff chose for the inbox; without a row everything is as it comes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox_choice")
    # Single letters as shortcuts get in the way of speech input (WCAG 2.1.4).
    uses_keys = models.BooleanField(default=True)

    personal_data = declare(keep="user", none="id uses_keys")

    def __str__(self) -> str:
        return f"Choices of {self.user_id}"


def forget_gone() -> None:
    """For the worker: rows of those who have left; several workers may do it at once."""
    Presence.objects.gone().delete()
