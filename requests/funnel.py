"""How far people get with the form, and where it turns them back (F30).

Both are counts by day. Nobody is counted by name or by device: a draft counts once for
each question, when that is answered for the first time.
"""

from dataclasses import dataclass

from django.db.models import Sum

from clinic import limits
from clinic.models import DailyCount

from . import steps
from .forms.base import Answers
from .statistics import Period
from .steps import Step

STARTED, SENT, STOPPED = "intake started", "intake sent", "intake stop page"
STEP, ERROR = "intake step ", "intake error "
ERROR_WORDS = {
    "required": "Left empty",
    "invalid_choice": "Not in the list",
    "invalid": "Could not be read",
    "max_length": "Too long",
}


@dataclass(frozen=True)
class Stage:
    """`only_some`: a question that is asked only after certain answers."""

    label: str
    count: int
    only_some: bool = False


@dataclass(frozen=True)
class Trouble:
    question: str
    kind: str
    count: int


def count_step(step: Step, answers: Answers) -> None:
    """Count the question, unless this draft has answered it before."""
    if not step.form.is_answered(answers):
        limits.count(STEP + step.slug)


def stages(period: Period) -> list[Stage]:
    """Started, every question in the order of the form, sent."""
    counts = counted(period)
    return [
        Stage("Began the form", counts.get(STARTED, 0)),
        *(Stage(str(step.label), counts.get(STEP + step.slug, 0), is_for_some(step)) for step in steps.STEPS),
        Stage("Sent the request", counts.get(SENT, 0)),
    ]


def is_for_some(step: Step) -> bool:
    return step.asked is not steps.always


def stopped(period: Period) -> int:
    """How often the form ended with emergency care."""
    return counted(period).get(STOPPED, 0)


def troubles(period: Period) -> list[Trouble]:
    """Error messages by question, the most frequent first."""
    found = [trouble(name, count) for name, count in counted(period).items() if name.startswith(ERROR)]
    return sorted(found, key=lambda one: (-one.count, one.question, one.kind))


def trouble(name: str, count: int) -> Trouble:
    field, _, code = name.removeprefix(ERROR).partition(" ")
    kind = ERROR_WORDS.get(code) or code.replace("_", " ").capitalize() or "Not said"
    return Trouble(question_of(field), kind, count)


def question_of(field: str) -> str:
    """The question's label in summaries; a field that is no longer asked keeps its own name."""
    for step in steps.STEPS:
        if field in step.form.base_fields:
            label = step.form.base_fields[field].label
            alone = len(step.form.base_fields) == 1
            return str(step.label) if alone or not label else f"{step.label}: {label}"
    return field.replace("_", " ").capitalize()


def counted(period: Period) -> dict[str, int]:
    rows = DailyCount.objects.filter(name__startswith="intake ", on__range=(period.first, period.last))
    return dict(rows.order_by().values_list("name").annotate(total=Sum("count")))
