"""Answers -> flags. Each flag names its rule, the rule's version and the answer that raised it.

Rules are rows that clinicians write (requests/rules/, docs/adr/0007). The form never
tells the patient what a flag means (R12); flags are for staff.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from procedures.models import SafetyText

from .forms.signs import URGENT_KEYS
from .models import Flag, Rule, RuleVersion
from .models.status import Urgency
from .rules import first
from .rules.language import answer_in_words
from .rules.questions import Catalogue, catalogue

Answers = dict[str, Any]
Severity = Flag.Severity
GRAVEST_FIRST = [severity.value for severity in Severity]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FlagDraft:
    rule: str
    version: int
    severity: Severity
    words: str
    answer: str


RED_FLAG_CHANGED = FlagDraft(
    "red_flag_changed", 1, Severity.EMERGENCY, "Red flag ticked, then changed", "Changed to none of these"
)


def flags_for(
    answers: Answers, *, red_flag_changed: bool = False, shown: SafetyText | None = None
) -> list[FlagDraft]:
    """Every flag the answers raise, the gravest first (R4, R7); `shown` is the safety text they answer."""
    raised = [RED_FLAG_CHANGED] if red_flag_changed else []
    raised += added_signs(answers, shown) if shown else []
    questions = catalogue(shown)
    for version in live_rules():
        if answer := finds(version, answers, questions):
            severity = Severity(version.severity)
            raised.append(FlagDraft(version.rule.slug, version.number, severity, version.words, answer))
    return once_a_rule(sorted(raised, key=lambda flag: GRAVEST_FIRST.index(flag.severity)))


def live_rules() -> list[RuleVersion]:
    """What holds now. As long as no rule is stored at all, what came with the software."""
    found = list(RuleVersion.objects.live().select_related("rule"))
    if not found and not Rule.objects.exists():
        found = [_not_stored(number, row) for number, row in enumerate(first.ROWS)]
    return sorted(found, key=lambda version: version.rule_id)


def _not_stored(number: int, row: dict[str, Any]) -> RuleVersion:
    said = {name: value for name, value in row.items() if name != "slug"}
    return RuleVersion(rule=Rule(pk=number, slug=row["slug"]), number=1, **said)


def finds(version: RuleVersion, answers: Answers, questions: Catalogue) -> str:
    """The answer that raises the flag, in words, or an empty text.

    A rule that cannot be tried must neither lose the request nor stay silent.
    """
    try:
        return answer_in_words(version.condition, answers, questions, tells=version.tells)
    except Exception as error:
        # The error's own words could hold an answer.
        said = {"event": "rule_not_tried", "rule": str(version), "error": type(error).__name__}
        log.error("a rule cannot be tried", extra=said)
        return "This rule could not be tried. Read the answers."


def once_a_rule(raised: Iterable[FlagDraft]) -> list[FlagDraft]:
    """The first of each name: a rule may be called like a sign that editors added."""
    found: dict[str, FlagDraft] = {}
    for flag in raised:
        found.setdefault(flag.rule, flag)
    return list(found.values())


def added_signs(answers: Answers, shown: SafetyText) -> list[FlagDraft]:
    """Ticked signs that editors added to the urgent list: their rule is the list itself, in its version."""
    words = {item["key"]: item["question"] for item in shown.urgent["items"]}
    ticked = [key for key in answers.get("urgent", ()) if key in words and key not in URGENT_KEYS]
    return [FlagDraft(key, shown.version, Severity.URGENT, words[key], "Ticked") for key in ticked]


def urgency_of(flags: Iterable[FlagDraft]) -> Urgency:
    severities = {flag.severity for flag in flags}
    if Severity.EMERGENCY in severities:
        return Urgency.RED_FLAG
    return Urgency.URGENT if Severity.URGENT in severities else Urgency.ROUTINE
