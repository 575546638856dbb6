"""The questions that a rule can ask about, straight from the steps of the form.

Names, addresses and phone numbers are no matter for a rule. Nor are emergency
signs: nobody can send a request while one is ticked.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.html import strip_tags

from procedures.models import SafetyText
from requests import steps
from requests.forms.fields import AnyOf, Line, OneOf, Scale, Spoken

NOT_ASKED = {
    "emergency-signs", "your-details", "date-of-birth", "name", "contact-person", "phone", "email",
}  # fmt: skip
LIST, CHOICE, NUMBER, TEXT = "list", "choice", "number", "text"
# The first that fits: a scale is a choice to the browser and a number in the answers.
KINDS: tuple[tuple[type[Spoken], str], ...] = ((Scale, NUMBER), (AnyOf, LIST), (OneOf, CHOICE), (Line, TEXT))
Catalogue = dict[str, "Question"]


@dataclass(frozen=True)
class Question:
    """`choices`: what can be chosen, by its key. `unnamed`: what to say when the answer is missing."""

    key: str
    label: str
    group: str
    kind: str
    choices: dict[str, str] = field(default_factory=dict)
    unnamed: str = ""

    def words(self, value: Any) -> str:
        """The answer as staff read it; nothing when there is none."""
        if value in (None, "", []):
            return ""
        if self.kind == NUMBER:
            return f"{value} out of {list(self.choices)[-1]}"
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(self.choices.get(str(each), str(each)) for each in chosen)

    def has_yes_or_not_sure(self) -> bool:
        return self.kind == CHOICE and {"yes", "not_sure"} <= set(self.choices)


def catalogue(shown: SafetyText | None = None) -> Catalogue:
    """With the signs of this safety text, or without one with the keys that every version has."""
    found = dict(_of_the_form())
    if shown is not None:
        signs = {item["key"]: item["question"] for item in shown.urgent["items"]}
        found["urgent"] = Question("urgent", found["urgent"].label, found["urgent"].group, LIST, signs)
    return found


@cache
def _of_the_form() -> Catalogue:
    """In English, the language of the staff's site, whatever the patient reads."""
    with translation.override("en"):
        found = [question for step in steps.STEPS if step.slug not in NOT_ASKED for question in _of(step)]
    # Made by way.tidy() from the two answers about language, for who asks for an interpreter.
    language = Question(
        "help_language", "Language of the interpreter", found[-1].group, TEXT, unnamed="Language not named"
    )
    return {question.key: question for question in [*found, language]}


def _of(step: steps.Step) -> list[Question]:
    form = step.form(answers={})
    keys, fields = form.answer_keys(), form.spoken_fields()
    found = []
    for name, each in fields:
        kind = next((kind for type_, kind in KINDS if isinstance(each, type_)), "")
        if kind and name in keys:
            label = str(_label(step, form, name, each, is_alone=len(fields) == 1))
            found.append(Question(name, label, str(step.group), kind, _choices(form, name, each)))
    return found


def _label(step: steps.Step, form: Any, name: str, each: Spoken, *, is_alone: bool) -> Any:
    if is_alone:
        return step.label
    return getattr(form, "shorts", {}).get(name) or each.short or each.name or each.label


def _choices(form: Any, name: str, each: Any) -> dict[str, str]:
    """`none` contradicts all others, so it is nothing to look for."""
    if not isinstance(each, AnyOf | OneOf):
        return {}
    in_records = getattr(form, "in_records", {})
    labels = {str(key): strip_tags(str(in_records.get(key, label))) for key, label in each.labels()}
    return {key: label for key, label in labels.items() if key != "none"}
