"""The safety rules and their versions (docs/adr/0007)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.personal_data import declare

from .flag import Flag
from .record import never_changes


class Rule(models.Model):
    """A name that stays: flags of years ago name it. What it says is in its versions."""

    slug = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    personal_data = declare(none="id slug created_at")

    class Meta:
        ordering = ["pk"]
        permissions = [("write_rule", "Can write safety rules and put them live")]
        constraints = [
            models.CheckConstraint(
                name="rule_slug_is_plain", condition=Q(slug__regex=r"^[a-z0-9]+(_[a-z0-9]+)*$")
            )
        ]
        triggers = [never_changes("rule_stays")]

    def __str__(self) -> str:
        return self.slug


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def live(self) -> "RuleVersionQuerySet":
        return self.filter(state=RuleVersion.State.LIVE)


class RuleVersion(models.Model):
    """What a rule looks for and says. Words never change: other words are another version.

    A version is written as a draft, may go live once and is retired once. Without
    somebody who wrote it or put it live it came with the software.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        RETIRED = "retired", "Retired"

    Severity = Flag.Severity

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    condition = models.JSONField(help_text="In the language of requests/rules/language.py.")
    severity = models.CharField(max_length=16, choices=Flag.Severity.choices)
    words = models.CharField(max_length=100, help_text="What staff read on the flag.")
    tells = models.CharField(
        max_length=40, blank=True, help_text="The answer that staff also see, by its key."
    )
    source = models.CharField(max_length=200)
    samples = models.JSONField(default=list, blank=True)
    why = models.CharField(max_length=200, blank=True, help_text="Why this version was written.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    live_at = models.DateTimeField(null=True)
    live_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    personal_data = declare(
        keep="written_by live_by retired_by",
        none="id rule number condition severity words tells source samples why state"
        " written_at live_at retired_at",
    )

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(name="rule_version_number_once", fields=["rule", "number"]),
            models.UniqueConstraint(
                name="rule_version_live_once", fields=["rule"], condition=Q(state="live")
            ),
            models.CheckConstraint(
                name="rule_version_known_severity",
                condition=Q(severity__in=["emergency", "urgent", "before_booking", "note"]),
            ),
            models.CheckConstraint(
                name="rule_version_says_something", condition=~Q(words="") & ~Q(source="")
            ),
            models.CheckConstraint(
                name="rule_version_state_has_its_dates",
                condition=Q(state="draft", live_at__isnull=True, retired_at__isnull=True)
                | Q(state="live", live_at__isnull=False, retired_at__isnull=True)
                | Q(state="retired", live_at__isnull=False, retired_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rule_version_live_by_somebody",
                condition=Q(live_at__isnull=True, live_by__isnull=True)
                | Q(live_at__isnull=False, live_by__isnull=False)
                | Q(live_at__isnull=False, written_by__isnull=True),
            ),
            models.CheckConstraint(
                name="rule_version_retired_by_somebody",
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="rule_version_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="rule_version_starts_as_draft",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.state <> 'draft'"),
            ),
            pgtrigger.FSM(
                name="rule_version_moves", field="state", transitions=[("draft", "live"), ("live", "retired")]
            ),
            pgtrigger.Protect(
                name="rule_version_words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__rule__df=pgtrigger.F("new__rule"))
                | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                | pgtrigger.Q(old__condition__df=pgtrigger.F("new__condition"))
                | pgtrigger.Q(old__severity__df=pgtrigger.F("new__severity"))
                | pgtrigger.Q(old__words__df=pgtrigger.F("new__words"))
                | pgtrigger.Q(old__tells__df=pgtrigger.F("new__tells"))
                | pgtrigger.Q(old__source__df=pgtrigger.F("new__source"))
                | pgtrigger.Q(old__samples__df=pgtrigger.F("new__samples"))
                | pgtrigger.Q(old__why__df=pgtrigger.F("new__why"))
                | pgtrigger.Q(old__written_at__df=pgtrigger.F("new__written_at"))
                | pgtrigger.Q(old__written_by__df=pgtrigger.F("new__written_by"))
                | (
                    pgtrigger.Q(old__live_at__isnull=False)
                    & (
                        pgtrigger.Q(old__live_at__df=pgtrigger.F("new__live_at"))
                        | pgtrigger.Q(old__live_by__df=pgtrigger.F("new__live_by"))
                    )
                )
                | (
                    pgtrigger.Q(old__retired_at__isnull=False)
                    & (
                        pgtrigger.Q(old__retired_at__df=pgtrigger.F("new__retired_at"))
                        | pgtrigger.Q(old__retired_by__df=pgtrigger.F("new__retired_by"))
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.slug}, version {self.number}"
