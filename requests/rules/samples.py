"""Made-up answers with what a version should do about them; tried before it goes live."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from requests.models import RuleVersion

from .language import Answers, answer_in_words, lines_of
from .questions import CHOICE, LIST, NUMBER, Catalogue, Question

MOST_SAMPLES = 20


@dataclass(frozen=True)
class Result:
    """`said`: the answer in words that raised the flag, or nothing."""

    answers: Answers
    raises: bool
    said: str
    shown: list[tuple[str, str]]

    @property
    def is_right(self) -> bool:
        return bool(self.said) == self.raises


def tried(version: RuleVersion, questions: Catalogue) -> list[Result]:
    return [_result(sample, version, questions) for sample in version.samples]


def _result(sample: dict[str, Any], version: RuleVersion, questions: Catalogue) -> Result:
    answers = sample["answers"]
    said = answer_in_words(version.condition, answers, questions, tells=version.tells)
    shown = [(questions[key].label, questions[key].words(value)) for key, value in answers.items()]
    return Result(answers, sample["raises"], said, shown)


def keys(version: RuleVersion) -> list[str]:
    """The questions that matter to it, once each."""
    named = [line["key"] for line in lines_of(version.condition)]
    return list(dict.fromkeys([*named, *([version.tells] if version.tells else [])]))


def problems(samples: Any, questions: Catalogue) -> list[str]:
    """What is wrong with the samples themselves, whatever the rule says."""
    if not isinstance(samples, list) or len(samples) > MOST_SAMPLES:
        return [f"A version has at most {MOST_SAMPLES} samples."]
    return [problem for sample in samples for problem in _problems(sample, questions)]


def _problems(sample: Any, questions: Catalogue) -> Iterator[str]:
    is_sample = (
        isinstance(sample, dict)
        and set(sample) == {"answers", "raises"}
        and isinstance(sample["answers"], dict)
        and isinstance(sample["raises"], bool)
    )
    if not is_sample:
        yield "A sample is no sample."
        return
    for key, value in sample["answers"].items():
        question = questions.get(key)
        if question is None:
            yield f"A sample answers “{key}”, which the form does not ask."
        elif not _can_be_answered(question, value):
            yield f"A sample gives “{question.label}” an answer that it cannot have."


def _can_be_answered(question: Question, value: Any) -> bool:
    if question.kind == LIST:
        return isinstance(value, list) and set(value) <= {*question.choices, "none"}
    if question.kind == NUMBER:
        return isinstance(value, int) and str(value) in question.choices
    return isinstance(value, str) and (question.kind != CHOICE or value in question.choices)


def missing(results: list[Result]) -> str:
    """A version is tried in both directions, or it has not been tried."""
    wanted = {True: "raise it", False: "not raise it"}
    for raises, words in wanted.items():
        if not any(result.raises is raises for result in results):
            return f"Add a sample whose answers should {words}."
    return ""
