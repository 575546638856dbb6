"""Reads page files: TOML between +++ lines, then Markdown.

Every error is one sentence that names the file and the line.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from . import page
from .page import Page

FOLDER = Path(__file__).parent / "content"
HEADING = re.compile(r"^## (?P<heading>.+?) \{#(?P<slot>[a-z-]+)\}$")

# Field: (type, must be there)
Shape = dict[str, tuple[type | tuple[type, ...], bool]]
FRONT: Shape = {
    "kind": (str, True),
    "plain_name": (str, True),
    "medical_name": (str, True),
    "description": (str, True),
    "lead": (str, True),
    "related": (list, True),
    "first_published": (date, True),
    "change_note": (str, True),
    "author": (str, True),
    "key_facts": (list, True),
    "findings": (list, False),
    "risks": (list, False),
    "traits": (list, False),
}
NUMBERS: Shape = {"numerator": (int, False), "denominator": (int, False)}
TABLES: dict[str, Shape] = {
    "key_facts": {"label": (str, True), "text": (str, True)},
    "findings": {
        **{name: (str, True) for name in ("key", "title", "what", "population", "time", "design", "limits")},
        **NUMBERS,
        "before": ((int, float), False),
        "after": ((int, float), False),
        "scale": (str, False),
        "references": (list, True),
    },
    "risks": {
        **{name: (str, True) for name in ("key", "group", "name", "what_it_is", "what_to_do")},
        **NUMBERS,
        "number_note": (str, False),
        "references": (list, True),
    },
    "traits": {"aspect": (str, True), "text": (str, True)},
}
REFERENCE: Shape = {
    "citation": (str, True),
    "doi": (str, False),
    "url": (str, False),
    "year": (int, False),
    "study_type": (str, True),
    "size": (str, True),
}
TYPE_WORDS = {str: "text", int: "a whole number", list: "a list", date: "a date", (int, float): "a number"}


class ContentError(Exception):
    """A file that cannot be loaded; the text says where and why."""


@dataclass(frozen=True)
class PageFile:
    page: Page
    related: list[str]
    change_note: str


def read_page(path: Path) -> PageFile:
    return parse_page(path, path.read_text(encoding="utf-8"))


def parse_page(path: Path, text: str) -> PageFile:
    """The page a text holds; the references, drawings and safety text are left out."""
    front, body, body_line = _split(path, text)
    data = read_toml(path, front, first_line=2)
    check_shape(path, "the front matter", 2, data, FRONT)
    for name, shape in TABLES.items():
        for index, row in enumerate(data.setdefault(name, [])):
            line = _line_of_table(text, name, index)
            check_shape(path, f"{name} {index + 1}", line, row, shape)
    return PageFile(
        page=_page(path.stem, data, _sections(path, body, body_line)),
        related=data["related"],
        change_note=data["change_note"],
    )


def _split(path: Path, text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line on which the body begins."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "+++":
        raise ContentError(f"{path.name}, line 1: the file must begin with a line +++.")
    try:
        end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "+++")
    except StopIteration:
        raise ContentError(f"{path.name}, line 1: the front matter has no closing line +++.") from None
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def read_toml(path: Path, text: str, *, first_line: int = 1) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = re.sub(r"line (\d+)", lambda found: f"line {int(found[1]) + first_line - 1}", str(error))
        raise ContentError(f"{path.name}: {words}.") from None


def _line_of_table(text: str, name: str, index: int) -> int:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{name}]]"]
    return lines[index] if index < len(lines) else 1


def check_shape(path: Path, what: str, line: int, data: dict[str, Any], shape: Shape) -> None:
    where = f"{path.name}, line {line}: {what}"
    for name, (wanted, needed) in shape.items():
        if name not in data:
            if needed:
                raise ContentError(f'{where} has no "{name}".')
        elif not isinstance(data[name], wanted):
            raise ContentError(f'{where}: "{name}" must be {TYPE_WORDS[wanted]}.')  # type: ignore[index]
    if unknown := sorted(set(data) - set(shape)):
        raise ContentError(f'{where} has an unknown field "{unknown[0]}".')


def _sections(path: Path, body: str, first_line: int) -> list[page.Section]:
    sections: list[tuple[str, str, list[str]]] = []
    for number, line in enumerate(body.splitlines(), first_line):
        if line.startswith("## "):
            if not (found := HEADING.match(line)):
                raise ContentError(
                    f"{path.name}, line {number}: a section heading must end in its slot, like {{#risks}}."
                )
            sections.append((found["slot"], found["heading"], []))
        elif sections:
            sections[-1][2].append(line)
        elif line.strip():
            raise ContentError(f"{path.name}, line {number}: text before the first section heading.")
    return [page.Section(slot, heading, "\n".join(lines).strip()) for slot, heading, lines in sections]


def _page(slug: str, data: dict[str, Any], sections: list[page.Section]) -> Page:
    names = ("kind", "plain_name", "medical_name", "description", "lead", "author")
    return Page(
        slug=slug,
        **{name: data[name] for name in names},
        first_published_on=data["first_published"].isoformat(),
        key_facts=tuple(page.KeyFact(**row) for row in data["key_facts"]),
        findings=tuple(_finding(row) for row in data["findings"]),
        risks=tuple(
            page.Risk(**(row | {"references": tuple(sorted(row["references"]))})) for row in data["risks"]
        ),
        sections=tuple(sections),
        traits=tuple(page.Trait(**row) for row in data["traits"]),
    )


def _finding(row: dict[str, Any]) -> page.Finding:
    scores = {name: page.plain_number(row.get(name)) for name in ("before", "after")}
    return page.Finding(**(row | scores | {"references": tuple(sorted(row["references"]))}))
