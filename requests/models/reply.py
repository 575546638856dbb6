"""Replies that managers write once and staff choose when they write to a patient."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.personal_data import declare

from .record import never_changes

# What a reply may leave open. None of it is about health, and the database takes no other blank.
BLANKS = {
    "name": "the name to call the patient by",
    "reference": "the reference of the request",
    "answer_by": "the day by which we answer",
    "today": "the date of today",
    "date": "a date that you type",
    "clinic_phone": "the phone number of the clinic",
    "staff_name": "your name",
}


ONLY_KNOWN_BLANKS = r"^([^{}]|[{](" + "|".join(BLANKS) + r")[}])*$"


class Reply(models.Model):
    """One reply; its words are in `texts`, one row a language."""

    title = models.CharField(max_length=80, unique=True, help_text="Staff choose it by this title.")
    place = models.PositiveSmallIntegerField(
        default=100, help_text="Replies with a lower number stand higher in the list."
    )
    is_active = models.BooleanField("offered to staff", default=True)
    number = models.PositiveIntegerField("version", default=1, editable=False)

    personal_data = declare(none="id title place is_active number")

    class Meta:
        ordering = ["place", "title"]
        verbose_name_plural = "replies"
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.title


class ReplyText(models.Model):
    reply = models.ForeignKey(Reply, models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    text = models.TextField(max_length=4000)

    personal_data = declare(none="id reply language text")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="reply_text_is_one_a_language", fields=["reply", "language"]),
            models.CheckConstraint(name="reply_text_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="reply_text_has_known_blanks", condition=Q(text__regex=ONLY_KNOWN_BLANKS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply} ({self.language})"


class ReplyVersion(models.Model):
    """What a reply was from then on, and who made it so."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    title = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField()
    is_active = models.BooleanField()
    texts: Any = models.JSONField(help_text="The words by language.")

    personal_data = declare(keep="by", none="id reply number at title place is_active texts")

    class Meta:
        ordering = ["-number"]
        default_permissions = ()
        triggers = [never_changes("reply_version_stays")]
        constraints = [
            models.UniqueConstraint(name="reply_version_is_one_a_number", fields=["reply", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.reply}, version {self.number}"
