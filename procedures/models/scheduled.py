"""Words set aside to be published at a day and time."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.personal_data import declare

from .edition import Edition
from .explainer import Explainer


class ScheduledPublication(models.Model):
    """The words as they were when they were checked; later edits do not reach them.

    `based_on` are the page's words that readers had then: when others are
    published in between, these would take them back, so they are not published.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        PUBLISHED = "published"
        FAILED = "failed"
        TAKEN_BACK = "taken_back"

    explainer = models.ForeignKey(Explainer, models.PROTECT, related_name="scheduled")
    content = models.JSONField()
    own_hash = models.CharField(max_length=64)
    based_on = models.CharField(max_length=64, blank=True)
    change_note = models.CharField(max_length=200)
    publish_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    problems = models.JSONField(default=list, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When an editor had read the problems.")

    personal_data = declare(
        keep="created_by",
        none="id explainer content own_hash based_on change_note publish_at created_at state ended_at edition problems seen_at",
    )

    class Meta:
        ordering = ["-publish_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="scheduled_known_state",
                condition=Q(state__in=["waiting", "published", "failed", "taken_back"]),
            ),
            models.CheckConstraint(
                name="scheduled_waits_or_has_ended",
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="scheduled_published_an_edition",
                condition=Q(state="published", edition__isnull=False)
                | (~Q(state="published") & Q(edition__isnull=True)),
            ),
            models.CheckConstraint(
                name="scheduled_failed_for_a_reason",
                condition=(Q(state="failed") & ~Q(problems=[])) | (~Q(state="failed") & Q(problems=[])),
            ),
            models.CheckConstraint(
                name="scheduled_seen_when_failed", condition=Q(state="failed") | Q(seen_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="scheduled_waits_once", fields=["explainer"], condition=Q(state="waiting")
            ),
        ]
        indexes = [models.Index(name="scheduled_due", fields=["publish_at"], condition=Q(state="waiting"))]
        triggers = [
            pgtrigger.Protect(name="scheduled_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="scheduled_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__explainer__df=pgtrigger.F("new__explainer"))
                | pgtrigger.Q(old__content__df=pgtrigger.F("new__content"))
                | pgtrigger.Q(old__own_hash__df=pgtrigger.F("new__own_hash"))
                | pgtrigger.Q(old__based_on__df=pgtrigger.F("new__based_on"))
                | pgtrigger.Q(old__change_note__df=pgtrigger.F("new__change_note"))
                | pgtrigger.Q(old__publish_at__df=pgtrigger.F("new__publish_at"))
                | pgtrigger.Q(old__created_by__df=pgtrigger.F("new__created_by"))
                | (
                    ~pgtrigger.Q(old__state="waiting")
                    & (
                        pgtrigger.Q(old__state__df=pgtrigger.F("new__state"))
                        | pgtrigger.Q(old__edition__df=pgtrigger.F("new__edition"))
                        | pgtrigger.Q(old__problems__df=pgtrigger.F("new__problems"))
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.explainer}, set for {timezone.localtime(self.publish_at):%Y-%m-%d %H:%M}"
