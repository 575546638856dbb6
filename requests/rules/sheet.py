"""A version while it is being written: lines to add and remove until it is saved.

    parts joined by all or any -> lines joined by all or any -> a question and its answers

That is as deep as the language goes, so every sound condition fits and comes back the same.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from requests.models import RuleVersion

from .language import JOINS, MOST_LINES, WITH_A_NUMBER, WITH_VALUES, Condition
from .questions import CHOICE, LIST, NUMBER, Catalogue, Question
from .samples import MOST_SAMPLES

HEAD = ("words", "severity", "source", "tells", "why")
MOST_PARTS = 5
LONGEST = 500


@dataclass
class Line:
    key: str
    values: list[str] = field(default_factory=list)
    test: str = "at_least"
    number: str = ""


@dataclass
class Part:
    join: str = "all"
    lines: list[Line] = field(default_factory=list)


@dataclass
class Sample:
    """`raises` is yes, no or not chosen yet."""

    answers: dict[str, Any] = field(default_factory=dict)
    raises: str = ""


@dataclass
class Sheet:
    head: dict[str, str] = field(default_factory=dict)
    join: str = "all"
    parts: list[Part] = field(default_factory=lambda: [Part()])
    samples: list[Sample] = field(default_factory=list)

    def keys(self) -> list[str]:
        """The questions that matter to it, once each."""
        named = [line.key for part in self.parts for line in part.lines]
        return list(dict.fromkeys([*named, *([self.head["tells"]] if self.head.get("tells") else [])]))

    def keys_of(self, sample: Sample) -> list[str]:
        """Also what was answered for a line that is gone: nothing typed gets lost."""
        return list(dict.fromkeys([*self.keys(), *sample.answers]))

    def condition(self, questions: Catalogue) -> Condition:
        parts = [
            _joined(part.join, [_condition(line, questions) for line in part.lines])
            for part in self.parts
            if part.lines
        ]
        return _joined(self.join, parts)

    def sample_rows(self) -> list[dict[str, Any]]:
        return [{"answers": sample.answers, "raises": sample.raises == "yes"} for sample in self.samples]


def _joined(join: str, parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else {join: parts}


def _condition(line: Line, questions: Catalogue) -> Condition:
    question = questions[line.key]
    if question.kind == LIST:
        return {"key": line.key, "is": "ticked", "values": line.values}
    if question.kind == CHOICE:
        if set(line.values) == {"yes", "not_sure"}:
            return {"key": line.key, "is": "yes_or_not_sure"}
        return {"key": line.key, "is": "one_of", "values": line.values}
    if question.kind == NUMBER:
        return {"key": line.key, "is": line.test, "number": int(line.number)}
    return {"key": line.key, "is": "not_empty"}


# From a version


def of_version(version: RuleVersion) -> Sheet:
    """All but the reason: the next version has its own."""
    head = {name: getattr(version, name) for name in HEAD if name != "why"}
    join, parts = _parts(version.condition)
    samples = [
        Sample(dict(sample["answers"]), "yes" if sample["raises"] else "no") for sample in version.samples
    ]
    return Sheet(head, join, parts, samples)


def _parts(condition: Condition) -> tuple[str, list[Part]]:
    join, inner = _open(condition)
    if not any(each in part for part in inner for each in JOINS):
        return "all", [Part(join, [_line(line) for line in inner])]
    opened = [_open(part) for part in inner]
    return join, [Part(inner_join, [_line(line) for line in lines]) for inner_join, lines in opened]


def _open(condition: Condition) -> tuple[str, list[Condition]]:
    join = next((join for join in JOINS if join in condition), "")
    return (join, condition[join]) if join else ("all", [condition])


def _line(condition: Condition) -> Line:
    line, test = Line(condition["key"]), condition["is"]
    if test in WITH_VALUES:
        line.values = list(condition["values"])
    elif test == "yes_or_not_sure":
        line.values = ["yes", "not_sure"]
    elif test in WITH_A_NUMBER:
        line.test, line.number = test, str(condition["number"])
    return line


# From what the browser sends


def read(posted: QueryDict, questions: Catalogue) -> Sheet:
    """As it stands on the page, right or wrong; what no page of ours sends is left out."""
    sheet = Sheet({name: posted.get(name, "").strip()[:LONGEST] for name in HEAD})
    sheet.join = _join(posted.get("join"))
    sheet.parts = [_read_part(posted, name, questions) for name in _numbered(posted, r"(p\d+)-join")]
    sheet.parts = sheet.parts[:MOST_PARTS] or [Part()]
    names, keys = _numbered(posted, r"(s\d+)-is"), sheet.keys()
    sheet.samples = [_read_sample(posted, name, questions, keys) for name in names[:MOST_SAMPLES]]
    return sheet


def _numbered(posted: QueryDict, pattern: str) -> list[str]:
    """The beginnings of the names that fit, in the order of their numbers."""
    found = [match[1] for name in posted if (match := re.fullmatch(pattern, name, re.ASCII))]
    return sorted(found, key=lambda name: [int(number) for number in re.findall(r"\d{1,4}", name)])


def _join(typed: str | None) -> str:
    return typed if typed in JOINS else "all"


def _read_part(posted: QueryDict, name: str, questions: Catalogue) -> Part:
    lines = [
        Line(
            posted.get(f"{line}-key", "")[:LONGEST],
            posted.getlist(f"{line}-values")[:LONGEST],
            posted.get(f"{line}-test", "") if posted.get(f"{line}-test") in WITH_A_NUMBER else "at_least",
            posted.get(f"{line}-number", "")[:LONGEST],
        )
        for line in _numbered(posted, rf"({name}-l\d+)-key")
    ]
    return Part(_join(posted.get(f"{name}-join")), lines[:MOST_LINES])


def _read_sample(posted: QueryDict, name: str, questions: Catalogue, keys: list[str]) -> Sample:
    answers: dict[str, Any] = {}
    for key, question in questions.items():
        typed = [value for value in posted.getlist(f"{name}-{key}") if value.strip()]
        if typed:
            answers[key] = _answer(question, typed)
        elif question.kind == LIST and key in keys:
            answers[key] = ["none"]
    raises = posted.get(f"{name}-raises", "")
    return Sample(answers, raises if raises in ("yes", "no") else "")


def _answer(question: Question, typed: list[str]) -> Any:
    if question.kind == LIST:
        return typed[:LONGEST]
    answer = typed[-1].strip()[:LONGEST]
    return int(answer) if question.kind == NUMBER and answer in question.choices else answer


# The buttons beside the lines


def act(sheet: Sheet, do: str, chosen: str, questions: Catalogue) -> None:
    """Add or remove something; a button that no page of ours has does nothing."""
    kind, *numbers = do.split("-")
    at = [int(number) for number in numbers if re.fullmatch(r"\d{1,2}", number, re.ASCII)]
    part = sheet.parts[at[0]] if at and at[0] < len(sheet.parts) else None
    if kind == "add" and part and chosen in questions and len(part.lines) < MOST_LINES:
        part.lines.append(Line(chosen))
    elif kind == "remove" and part and len(at) == 2 and at[1] < len(part.lines):
        del part.lines[at[1]]
    elif kind == "part" and len(sheet.parts) < MOST_PARTS:
        sheet.parts.append(Part("any"))
    elif kind == "unpart" and part and len(sheet.parts) > 1:
        del sheet.parts[at[0]]
    elif kind == "sample" and len(sheet.samples) < MOST_SAMPLES:
        sheet.samples.append(Sample())
    elif kind == "unsample" and at and at[0] < len(sheet.samples):
        del sheet.samples[at[0]]
