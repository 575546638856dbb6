"""Medical words in plain words: content/glossary.toml, and where they stand in a text (E28)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "content" / "glossary.toml"


@dataclass(frozen=True, kw_only=True)
class Term:
    slug: str
    term: str
    text: str
    also: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    page: str = ""
    # Pages link it and need not explain it where it first stands.
    link_only: bool = False


@cache
def terms() -> tuple[Term, ...]:
    """All terms in the order of the alphabet."""
    rows = {slug: row for slug, row in _file().items() if slug != "avoid"}
    found = [_term(slug, row) for slug, row in rows.items()]
    return tuple(sorted(found, key=lambda term: term.term.lower()))


def _term(slug: str, row: dict[str, Any]) -> Term:
    lists = {name: tuple(row.get(name, ())) for name in ("also", "forms")}
    return Term(slug=slug, **(row | lists))


def avoided() -> dict[str, str]:
    """Doctors' words that pages do not use, and what to write."""
    return _file()["avoid"]


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def find(text: str) -> Iterator[tuple[re.Match[str], Term]]:
    """Every place where a term stands, the longest term first where two begin alike."""
    for found in _pattern().finditer(text):
        yield found, _by_word()[_folded(found[0])]


def split(text: str) -> Iterator[tuple[str, Term | None]]:
    """The text in pieces: each term alone, and the words between terms."""
    end = 0
    for found, term in find(text):
        yield text[end : found.start()], None
        yield found[0], term
        end = found.end()
    yield text[end:], None


@cache
def _by_word() -> dict[str, Term]:
    return {_folded(word): term for term in terms() for word in (term.term, *term.forms)}


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_by_word(), key=len, reverse=True)
    either = "|".join(re.escape(word) if is_acronym(word) else f"(?i:{re.escape(word)})" for word in words)
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])")


def _folded(word: str) -> str:
    return word if is_acronym(word) else word.lower()


def is_acronym(word: str) -> bool:
    """NSAID or SI joint, told from nice and CT from ct by their capitals."""
    return bool(re.search(r"[A-Z]{2}", word))
