"""Questions that patients send from a page, and those an editor publishes under it."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.crypto import EncryptedTextField
from clinic.personal_data import declare

from .edition import Edition
from .explainer import Explainer

LIFETIME = timedelta(days=90)


def after_lifetime() -> Any:
    return timezone.now() + LIFETIME


class QuestionQuerySet(models.QuerySet["Question"]):
    def with_token(self, token: str) -> "QuestionQuerySet":
        return self.alive().filter(token_hash=Question.hash_of(token))

    def alive(self) -> "QuestionQuerySet":
        return self.filter(expires_at__gt=timezone.now())

    def waiting(self) -> "QuestionQuerySet":
        """What staff owe an answer, urgent words first, then the oldest."""
        return self.alive().filter(state=Question.State.WAITING).order_by("-sounds_urgent", "sent_at", "pk")


class Question(models.Model):
    """One question of a patient: gone after 90 days, whatever became of it.

    The link to the answer holds a token whose hash is kept. Token and address are
    kept (encrypted) only until somebody decides, for the one mail about it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for an answer"
        ANSWERED = "answered", "Answered"
        SET_ASIDE = "set_aside", "Set aside"

    class Reason(models.TextChoices):
        OWN_HEALTH = "own_health", "It is about the person's own health"
        ON_THE_PAGE = "on_the_page", "The page answers it already"
        OTHER_SUBJECT = "other_subject", "It is about something else"
        NO_QUESTION = "no_question", "It is not a question, or cannot be understood"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="questions")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    text: Any = EncryptedTextField()
    email: Any = EncryptedTextField(null=True)
    token: Any = EncryptedTextField(null=True)
    sounds_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answer: Any = EncryptedTextField(null=True)
    reason = models.CharField(max_length=15, choices=Reason.choices, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(default=after_lifetime)

    personal_data = declare(
        erase="token_hash text email token sounds_urgent answer reason",
        keep="decided_by",
        none="id edition state sent_at decided_at expires_at",
    )
    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "questions from patients"
        ordering = ["-sent_at", "-pk"]
        permissions = [("answer_question", "Can answer patients' questions")]
        constraints = [
            models.CheckConstraint(
                name="question_known_state", condition=Q(state__in=["waiting", "answered", "set_aside"])
            ),
            models.CheckConstraint(
                name="question_is_decided_by_somebody",
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="question_answered_has_answer",
                condition=Q(state="answered", answer__isnull=False)
                | (~Q(state="answered") & Q(answer__isnull=True)),
            ),
            models.CheckConstraint(
                name="question_set_aside_with_a_reason",
                condition=Q(
                    state="set_aside",
                    reason__in=["own_health", "on_the_page", "other_subject", "no_question"],
                )
                | (~Q(state="set_aside") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="question_decided_forgets_the_address",
                condition=Q(state="waiting") | Q(email__isnull=True, token__isnull=True),
            ),
        ]
        indexes = [
            models.Index(name="question_queue", fields=["state", "sent_at"]),
            models.Index(name="question_age", fields=["expires_at"]),
        ]

    def __str__(self) -> str:
        return f"Question of {timezone.localtime(self.sent_at):%Y-%m-%d %H:%M}"

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class AskedQuestion(models.Model):
    """A question that patients ask, in the editor's words and without a person, with its answer.

    It is part of a page's working copy and shows with the page's next edition.
    """

    explainer = models.ForeignKey(Explainer, models.CASCADE, related_name="asked", verbose_name="page")
    question = models.CharField(
        max_length=200, help_text="In your own words: nothing that could point to one person."
    )
    answer = models.TextField(help_text="Markdown. Sources in square brackets, like [@KUN14].")
    position = models.PositiveSmallIntegerField(default=0)

    personal_data = declare(none="id explainer question answer position")

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "question patients ask"
        verbose_name_plural = "questions patients ask"
        constraints = [
            models.UniqueConstraint(
                name="asked_question_once",
                fields=["explainer", "question"],
                violation_error_message="The page answers this question already. Change that answer.",
            ),
            models.CheckConstraint(
                name="asked_question_has_an_answer",
                condition=~Q(question="") & ~Q(answer=""),
                violation_error_message="Write the question and its answer.",
            ),
        ]

    def __str__(self) -> str:
        return self.question
