"""Words of the pages that are made of parts of all others: content/library.toml, as a Page."""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from . import page
from .page import Page

FILE = Path(__file__).parent / "content" / "library.toml"


def words(name: str, *, safety: dict[str, Any] | None = None) -> Page:
    """With the sources that its texts and the cards of the safety text have."""
    own = replace(plain_page(name, "library", entry(name)), safety=safety or {})
    keys = page.cited(own.lead, *(section.body for section in own.sections))
    return replace(own, references=page.known_references(keys | sources(own.safety)))


def plain_page(slug: str, kind: str, row: dict[str, Any]) -> Page:
    """Words that belong to no procedure or condition, as a Page."""
    return Page(
        slug=slug,
        kind=kind,
        plain_name=row["name"],
        medical_name="",
        description=row["description"],
        lead=row["lead"],
        author="",
        first_published_on="",
        sections=tuple(page.Section(**section) for section in row["sections"]),
    )


def entry(name: str) -> dict[str, Any]:
    """As the file has it."""
    return _file()[name]


def sources(safety: dict[str, Any]) -> set[str]:
    cards = [safety.get("emergency", {}), safety.get("urgent", {}), *safety.get("after", {}).values()]
    return {key for card in cards for key in card.get("sources", [])}


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
