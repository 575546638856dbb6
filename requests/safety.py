"""Answers -> flags. Each flag names its rule and the rule's version.

Rules are data: a changed condition or wording gets a new version. The form never
tells the patient what a flag means (R12); flags are for staff.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from procedures.models import SafetyText

from .forms.signs import URGENT_KEYS
from .models import Flag
from .models.status import Urgency

Answers = dict[str, Any]
Severity = Flag.Severity


@dataclass(frozen=True)
class Rule:
    """`finds` gives the answer that raises the flag, in words, or an empty text."""

    id: str
    version: int
    severity: Severity
    words: str
    source: str
    finds: Callable[[Answers], str]


@dataclass(frozen=True)
class FlagDraft:
    rule: str
    version: int
    severity: Severity
    words: str
    answer: str


def ticked(key: str) -> Callable[[Answers], str]:
    return lambda answers: "Ticked" if key in answers.get("urgent", ()) else ""


def yes_or_not_sure(key: str) -> Callable[[Answers], str]:
    def finds(answers: Answers) -> str:
        said = {"yes": "Yes", "not_sure": "Not sure"}.get(answers.get(key, ""), "")
        details = answers.get(f"{key}_details", "")
        return f"{said}: {details}" if said and details else said

    return finds


def needs(key: str) -> Callable[[Answers], str]:
    return lambda answers: "Ticked" if key in answers.get("help_needs", ()) else ""


def interpreter(answers: Answers) -> str:
    if "interpreter" not in answers.get("help_needs", ()):
        return ""
    return answers.get("help_language") or "Language not named"


URGENT_SOURCE = "Urgent card: FIN20, AHCPR"
BOOKING_SOURCE = "Tell the clinic beforehand: FPM19"
RULES: tuple[Rule, ...] = (
    Rule("one_leg", 1, Severity.URGENT, "One leg getting weaker", URGENT_SOURCE, ticked("one_leg")),
    Rule("fever", 1, Severity.URGENT, "Fever, chills or very unwell", URGENT_SOURCE, ticked("fever")),
    Rule("cancer", 1, Severity.URGENT, "Has had cancer", URGENT_SOURCE, ticked("cancer")),
    Rule("weight_loss", 1, Severity.URGENT, "Losing weight without trying", URGENT_SOURCE, ticked("weight_loss")),
    Rule("night_pain", 1, Severity.URGENT, "Pain worse at night or at rest", URGENT_SOURCE, ticked("night_pain")),
    Rule("thin_bones", 1, Severity.URGENT, "Fall with thin bones or steroids", URGENT_SOURCE, ticked("thin_bones")),
    Rule("weak_immune", 1, Severity.URGENT, "Weak immune system", URGENT_SOURCE, ticked("weak_immune")),
    Rule("lump", 1, Severity.URGENT, "New lump or change in back shape", URGENT_SOURCE, ticked("lump")),
    Rule(
        "blood_thinners", 1, Severity.BEFORE_BOOKING, "Blood thinner",
        f"{BOOKING_SOURCE}, ASRA18", yes_or_not_sure("blood_thinners"),
    ),
    Rule("pregnant", 1, Severity.BEFORE_BOOKING, "Could be pregnant", BOOKING_SOURCE, yes_or_not_sure("pregnant")),
    Rule(
        "infection", 1, Severity.BEFORE_BOOKING, "Infection or antibiotics",
        BOOKING_SOURCE, yes_or_not_sure("infection"),
    ),
    Rule("diabetes", 1, Severity.BEFORE_BOOKING, "Diabetes", f"{BOOKING_SOURCE}, MEDS", yes_or_not_sure("diabetes")),
    Rule(
        "reaction", 1, Severity.BEFORE_BOOKING, "Reaction to numbing medicine, steroid or dye",
        BOOKING_SOURCE, yes_or_not_sure("reaction"),
    ),
    Rule(
        "face_down", 1, Severity.BEFORE_BOOKING, "Cannot lie face down",
        "Steps of the procedure: CHEN", needs("cannot_lie_face_down"),
    ),
    Rule("interpreter", 1, Severity.NOTE, "Interpreter", "Free language help: 45 CFR 92", interpreter),
)  # fmt: skip
RED_FLAG_CHANGED = FlagDraft(
    "red_flag_changed", 1, Severity.EMERGENCY, "Red flag ticked, then changed", "Changed to none of these"
)


def flags_for(
    answers: Answers, *, red_flag_changed: bool = False, shown: SafetyText | None = None
) -> list[FlagDraft]:
    """Every flag the answers raise, the gravest first (R4, R7); `shown` is the safety text they answer."""
    raised = [RED_FLAG_CHANGED] if red_flag_changed else []
    raised += added_signs(answers, shown) if shown else []
    for rule in RULES:
        if answer := rule.finds(answers):
            raised.append(FlagDraft(rule.id, rule.version, rule.severity, rule.words, answer))
    return raised


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
