"""What differs between two states of a page: part by part, side by side, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from procedures import blocks
from procedures.models import Trait
from procedures.page import Page, digest

from .page_forms import SLOT_NAMES

# A mark like [@KUN14], {finding:half} or ::risks is one word.
TOKEN = re.compile(r"\[@[^\]\n]*\]|\{[^}\n]*\}|::\w+|\w+|\s+|[^\w\s]")
NAMES = {
    "plain_name": "Name",
    "medical_name": "Medical name",
    "description": "Description for search engines",
    "lead": "Main message",
    "author": "Author",
    "first_published_on": "First published on",
}
ROW_LABELS = {
    "what_it_is": "What it is",
    "what_to_do": "What to do",
    "number_note": "About the number",
    "design": "Kind of study",
    "population": "Who took part",
    "time": "When",
    "limits": "Limits",
    "group": "Group",
    "scale": "Ends of the score",
    "what": "What the number says",
    "references": "Sources",
}
# With the spaces between them, so few words that marks around each side of them would only blur.
CONFETTI = re.compile(r"\s*|\s*\w{1,2}\s*")


# Of what is the same, as many lines stay beside a change as tell where it is.
LINES_AROUND, LINES_TO_FOLD = 2, 4


@dataclass(frozen=True)
class Difference:
    title: str
    kind: str
    old: SafeString
    new: SafeString


@dataclass(frozen=True)
class Comparison:
    differences: list[Difference]
    same: list[str]


def between(old: Page | None, new: Page) -> Comparison:
    """Each part of either page; `old` is None before the first edition."""
    before, after = dict(texts(old)) if old else {}, dict(texts(new))
    titles = list(after) + [title for title in before if title not in after]
    texts_of_both = [(title, before.get(title, ""), after.get(title, "")) for title in titles]
    texts_of_both += [_order(old, new)] if old else []
    return Comparison(
        [difference(*each) for each in texts_of_both if each[1] != each[2]],
        [title for title in titles if before.get(title, "") == after.get(title, "")],
    )


def difference(title: str, old: str, new: str) -> Difference:
    kind = "changed" if old and new else "added" if new else "removed"
    return Difference(title, kind, *marked(old, new))


def _order(old: Page, new: Page) -> tuple[str, str, str]:
    """Sections that stay but trade places."""
    slots = [[section.slot for section in each.sections] for each in (old, new)]
    both = set(slots[0]) & set(slots[1])
    before, after = ([_slot(slot) for slot in each if slot in both] for each in slots)
    return "Order of the sections", "\n".join(before), "\n".join(after)


def texts(page: Page) -> Iterator[tuple[str, str]]:
    """Every part of a page by its title, as plain text."""
    yield from ((title, getattr(page, name)) for name, title in NAMES.items())
    yield from ((f"Key fact: {fact.label}", fact.text) for fact in page.key_facts)
    for section in page.sections:
        yield f"Section: {_slot(section.slot)}", f"{section.heading}\n\n{section.body}".strip()
    yield from ((f"Comparison: {Trait.Aspect(row.aspect).label}", row.text) for row in page.traits)
    for finding in page.findings:
        yield f"Finding {finding.key}: {finding.title}", _row(finding, f"{finding.number} {finding.what}")
    for risk in page.risks:
        yield f"Risk {risk.key}: {risk.name}", _row(risk, risk.share or blocks.NO_NUMBER)
    yield from ((f"Question: {row.question}", row.answer) for row in page.asked)
    for key, source in page.references.items():
        lines = (source.citation, source.address, source.study_type, source.size)
        yield f"Source {key}", "\n".join(filter(None, lines))
    for name, figure in page.figures.items():
        mark = digest(figure.drawing)[:8]
        yield f"Drawing {name}", f"{figure.caption}\n{figure.long_description}\nDrawing {mark}"
    if page.safety:
        yield "Words about danger signs", "\n".join(_leaves(page.safety))


def _slot(slot: str) -> str:
    return SLOT_NAMES.get(slot, slot)


def _row(row: Any, first: str) -> str:
    values = {name: getattr(row, name, "") for name in ROW_LABELS if name != "what"}
    values["references"] = ", ".join(row.references)
    lines = [f"{ROW_LABELS[name]}: {value}" for name, value in values.items() if value]
    return "\n".join([first, *lines])


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "sources":
                yield f"Sources: {', '.join(each)}"
            elif name != "key":
                yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str):
        yield value


def marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts, with the words that only one of them has in del and ins, said in words too."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    sides: tuple[list[SafeString], list[SafeString]] = ([], [])
    for is_same, left, right in _runs(before, after):
        sides[0].append(_side("del", "taken out", left, is_same))
        sides[1].append(_side("ins", "put in", right, is_same))
    return SafeString("".join(sides[0])), SafeString("".join(sides[1]))


def _runs(before: list[str], after: list[str]) -> Iterator[tuple[bool, str, str]]:
    """(is it the same, words before, words after); confetti goes with its neighbours."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    held = ("", "")
    for tag, i, j, k, m in matcher.get_opcodes():
        left, right = "".join(before[i:j]), "".join(after[k:m])
        is_inside = bool(held[0] or held[1]) and j < len(before) and m < len(after)
        if tag == "equal" and not (is_inside and CONFETTI.fullmatch(left)):
            if held[0] or held[1]:
                yield False, *held
                held = ("", "")
            yield True, left, right
        else:
            held = (held[0] + left, held[1] + right)
    if held[0] or held[1]:
        yield False, *held


def _side(tag: str, word: str, text: str, is_same: bool) -> SafeString:
    if is_same or not text:
        return _folded(text)
    return format_html(
        '<{0}><span class="visually-hidden">[{1}: </span>{2}<span class="visually-hidden">]</span></{0}>',
        SafeString(tag),
        word,
        text,
    )


def _folded(text: str) -> SafeString:
    """A long run of words that are the same, without its middle."""
    lines = text.split("\n")
    first, last = lines[: LINES_AROUND + 1], lines[-LINES_AROUND - 1 :]
    left_out = len([line for line in lines[len(first) : -len(last)] if line])
    if left_out < LINES_TO_FOLD:
        return format_html("{}", text)
    words = f"({left_out} lines are the same)"
    return format_html(
        '{}\n\n<span class="fold">{}</span>\n\n{}',
        "\n".join(first).rstrip(),
        words,
        "\n".join(last).lstrip("\n"),
    )
