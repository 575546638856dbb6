"""Conditions on answers, as data.

    {"key": "urgent", "is": "ticked", "values": ["fever"]}        one of these is ticked in the list
    {"key": "topic", "is": "one_of", "values": ["follow_up"]}     the answer is one of these
    {"key": "diabetes", "is": "yes_or_not_sure"}
    {"key": "anything_else", "is": "not_empty"}
    {"key": "peg_pain", "is": "at_least", "number": 8}            or at_most
    {"all": [...]} and {"any": [...]}                             of those above, or of one more such layer

A condition that problems() finds nothing wrong with is one that the form for rules
can show and change again.
"""

from collections.abc import Callable, Iterator
from typing import Any

from .questions import CHOICE, LIST, NUMBER, TEXT, Catalogue, Question

Condition = dict[str, Any]
Answers = dict[str, Any]
DEEPEST = 2
MOST_LINES = 20
JOINS = ("all", "any")
JOINED = {"all": "and", "any": "or"}
# What can be asked about which kind of question, and how that reads.
TESTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ticked": ("ticked", (LIST,)),
    "one_of": ("", (CHOICE,)),
    "yes_or_not_sure": ("yes or not sure", (CHOICE,)),
    "at_least": ("at least", (NUMBER,)),
    "at_most": ("at most", (NUMBER,)),
    "not_empty": ("any words", (TEXT,)),
}
WITH_VALUES = ("ticked", "one_of")
WITH_A_NUMBER = ("at_least", "at_most")


# Does it hold?


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


HOLDS: dict[str, Callable[[Any, Condition], bool]] = {
    "ticked": lambda answer, line: any(value in _listed(answer) for value in line["values"]),
    "one_of": lambda answer, line: answer in line["values"],
    "yes_or_not_sure": lambda answer, line: answer in ("yes", "not_sure"),
    "at_least": lambda answer, line: _is_number(answer) and answer >= line["number"],
    "at_most": lambda answer, line: _is_number(answer) and answer <= line["number"],
    "not_empty": lambda answer, line: answer not in (None, ""),
}


def lines_of(condition: Condition) -> list[Condition]:
    """The single tests in it, in order."""
    joined = next((condition[join] for join in JOINS if join in condition), None)
    return [condition] if joined is None else [line for part in joined for line in lines_of(part)]


def holding(condition: Condition, answers: Answers) -> list[Condition]:
    """The lines that hold when the whole does; nothing when it does not."""
    if "all" in condition:
        parts = [holding(part, answers) for part in condition["all"]]
        return [line for part in parts for line in part] if all(parts) else []
    if "any" in condition:
        return [line for part in condition["any"] for line in holding(part, answers)]
    return [condition] if HOLDS[condition["is"]](answers.get(condition["key"]), condition) else []


def answer_in_words(condition: Condition, answers: Answers, questions: Catalogue, *, tells: str = "") -> str:
    """The answer that meets the condition, as staff read it; nothing when none does."""
    held = holding(condition, answers)
    if not held:
        return ""
    is_alone = len(lines_of(condition)) == 1
    said = "; ".join(_said(line, answers, questions, is_alone=is_alone) for line in held)
    if not tells:
        return said
    question = questions[tells]
    told = question.words(answers.get(tells))
    if said == "Ticked":
        return told or question.unnamed or said
    return f"{said}: {told}" if told else said


def _said(line: Condition, answers: Answers, questions: Catalogue, *, is_alone: bool) -> str:
    question, answer = questions[line["key"]], answers[line["key"]]
    if line["is"] == "ticked":
        answer = [value for value in line["values"] if value in answer]
        if is_alone and len(line["values"]) == 1:
            return "Ticked"
    words = question.words(answer)
    return words if is_alone else f"{question.label}: {words}"


# In words


def in_words(condition: Condition, questions: Catalogue) -> list[str]:
    """One line for each part; all but the last end in the word that joins them."""
    join = next((join for join in JOINS if join in condition), "")
    parts = condition[join] if join else [condition]
    if len(parts) == 1:
        return in_words(parts[0], questions) if join else [line_in_words(condition, questions)]
    texts = [_part_in_words(part, questions) for part in parts]
    return [f"{text}, {JOINED[join]}" for text in texts[:-1]] + texts[-1:]


def _part_in_words(part: Condition, questions: Catalogue) -> str:
    join = next((join for join in JOINS if join in part), "")
    lines = [line_in_words(line, questions) for line in (part[join] if join else [part])]
    joined = f", {JOINED[join]} ".join(lines) if join else lines[0]
    return f"({joined})" if len(lines) > 1 else joined


def line_in_words(line: Condition, questions: Catalogue) -> str:
    question = questions.get(line["key"]) or Question(line["key"], f"“{line['key']}”", "", TEXT)
    said = TESTS[line["is"]][0]
    if line["is"] in WITH_VALUES:
        values = " or ".join(f"“{question.words(value)}”" for value in line["values"])
        said = f"{said} {values}".strip()
    elif line["is"] in WITH_A_NUMBER:
        said = f"{said} {line['number']}"
    return f"{question.label}: {said}"


# Is it sound?


def problems(condition: Any, questions: Catalogue) -> list[str]:
    """Everything because of which it could not be tried, or could never hold."""
    found = list(_shape(condition, DEEPEST))
    if found:
        return found
    lines = lines_of(condition)
    if len(lines) > MOST_LINES:
        return [f"The rule has more than {MOST_LINES} lines."]
    return [problem for line in lines for problem in _line_problems(line, questions)]


def _shape(node: Any, depth: int) -> Iterator[str]:
    if not isinstance(node, dict):
        yield "A part of the condition is no condition."
        return
    join = next((join for join in JOINS if join in node), "")
    if not join:
        yield from _line_shape(node)
    elif set(node) != {join} or not isinstance(node[join], list) or not node[join]:
        yield f"“{join}” needs a list of conditions and nothing beside it."
    elif depth == 0:
        yield f"Conditions stand inside each other more than {DEEPEST} deep."
    else:
        for part in node[join]:
            yield from _shape(part, depth - 1)


def _line_shape(line: Condition) -> Iterator[str]:
    test = line.get("is")
    if not isinstance(line.get("key"), str) or not isinstance(test, str) or test not in TESTS:
        yield "A line names no question, or a test that there is not."
        return
    extra = {"values"} if test in WITH_VALUES else {"number"} if test in WITH_A_NUMBER else set()
    if set(line) != {"key", "is"} | extra:
        yield f"The line about “{line['key']}” says too much or too little."
    elif test in WITH_VALUES and not (
        isinstance(line["values"], list)
        and line["values"]
        and all(isinstance(value, str) for value in line["values"])
    ):
        yield f"The line about “{line['key']}” names no answer."
    elif test in WITH_A_NUMBER and not _is_number(line["number"]):
        yield f"The line about “{line['key']}” names no number."


def _line_problems(line: Condition, questions: Catalogue) -> Iterator[str]:
    question = questions.get(line["key"])
    if question is None:
        yield f"The form has no question “{line['key']}”."
        return
    words, kinds = TESTS[line["is"]]
    if question.kind not in kinds or (line["is"] == "yes_or_not_sure" and not question.has_yes_or_not_sure()):
        yield f"“{question.label}” is another kind of question than “{words or 'one of these'}” needs."
    for value in line.get("values", ()):
        if value not in question.choices:
            yield f"“{question.label}” has no answer “{value}”."
    if "number" in line and str(line["number"]) not in question.choices:
        yield f"“{question.label}” has no answer “{line['number']}”."
