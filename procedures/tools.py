"""Sheets to print and fill in by hand: the checklist before a procedure, the diary after it.

What is written on them stays with the patient: nothing is typed, nothing is kept.
"""

import tomllib
from functools import cache
from itertools import groupby
from typing import Any

from markdown_it.tree import SyntaxTreeNode as Node

from . import content, library, markdown, page
from .blocks import PageBlocks
from .page import Page
from .paper import Paper, plain_text

HOURS = range(1, 13)
DAYS = range(1, 15)
MEDICINE_LINES = range(5)
LONGEST_TIME = 30
DIARY = content.FOLDER / "pain_diary.toml"


def checklist(page: Page) -> dict[str, Any] | None:
    """What to do, by the time it begins, and what to tell us; None for a page without such a list."""
    steps = _items(page, "prepare")
    if not steps:
        return None
    times = groupby(map(_when, steps), key=lambda step: step[0])
    return {
        "times": [{"when": when, "steps": [_capital(step) for _, step in group]} for when, group in times],
        "tell_us": _items(page, "tell-us"),
    }


def _items(page: Page, slot: str) -> list[str]:
    """The lines of the lists of a section; their sources stand on the page."""
    section, paper = page.section(slot), Paper(page)
    if section is None:
        return []
    lists = [node for node in Node(markdown.parse(section.body)).children if node.type.endswith("_list")]
    return [plain_text(paper.parts(item.children)) for each in lists for item in each.children]


def _when(step: str) -> tuple[str, str]:
    """ "The day before: eat as usual." is ("The day before", "eat as usual.")."""
    when, colon, rest = step.partition(": ")
    return (when, rest) if colon and len(when) <= LONGEST_TIME else ("", step)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def diary(*, links_terms: bool = True) -> dict[str, Any]:
    """How to fill in the diary and how to judge it, with sources."""
    words = library.plain_page("pain-diary", "tool", diary_entry())
    blocks = PageBlocks(page.replace(words, references=_references(words)))
    blocks.links_terms = links_terms
    # In the order of the page, which numbers the sources.
    lead = blocks.line(words.lead)
    sections = {
        part.slot: {"heading": part.heading, "html": blocks.text(part.body)} for part in words.sections
    }
    return {
        "name": words.plain_name,
        "description": words.description,
        "lead": lead,
        "sections": sections,
        "references": [{"number": number, "reference": row} for number, row in blocks.cited_references()],
    }


@cache
def diary_entry() -> dict[str, Any]:
    """As the file has it."""
    return tomllib.loads(DIARY.read_text(encoding="utf-8"))


def _references(words: Page) -> dict[str, page.Reference]:
    """As editors keep them; on a site without pages as the file has them."""
    keys = page.cited(words.lead, *(part.body for part in words.sections))
    return {key: row for key, row in _file_references().items() if key in keys} | page.with_shared(
        words
    ).references


@cache
def _file_references() -> dict[str, page.Reference]:
    path = content.FOLDER / "references.toml"
    rows = content.read_toml(path, path.read_text(encoding="utf-8"))
    names = ("doi", "url")
    return {
        key: page.Reference(
            key=key,
            citation=row["citation"],
            year=row.get("year"),
            study_type=row["study_type"],
            size=row["size"],
            **{name: row.get(name, "") for name in names},
        )
        for key, row in rows.items()
    }
