"""What was typed, as groups of words that mean the same: plain words beside the medical ones."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from pathlib import Path

from .search_index import plain

FILE = Path(__file__).parent / "content" / "search_words.toml"
LONGEST_TEXT = 100
LONGEST_WORD = 40
MOST_WORDS = 12
# How alike two spellings are, from 0 to 1: searched for at once, or offered.
SURE, PERHAPS = 0.8, 0.65
SHORTEST_MISSPELLED = 4

Words = tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """One thing that was asked for: the words as typed, and other ways to say it."""

    typed: str
    means: tuple[str, ...] = ()
    # Names of urls of pages that are no editions.
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class StaticPage:
    url: str
    title: str
    text: str


def tidy(text: str) -> str:
    """One line without control characters, not longer than we look at."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * LONGEST_TEXT]).split())[
        :LONGEST_TEXT
    ]


def words_in(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in re.findall(r"\w+", plain(text))][:MOST_WORDS]


def groups(words: Sequence[str], dull: Iterable[str] = ()) -> list[Group]:
    """The longest phrases that the file knows, then the words between them but for the dull ones."""
    found, place, skipped = [], 0, set(dull)
    while place < len(words):
        phrase = _phrase_at(words, place)
        length = len(phrase) or 1
        typed = " ".join(words[place : place + length])
        if phrase:
            found.append(Group(typed, *dictionary()[phrase]))
        elif typed not in skipped:
            found.append(Group(typed))
        place += length
    return list(dict.fromkeys(found))


def _phrase_at(words: Sequence[str], place: int) -> Words:
    for length in range(min(longest_phrase(), len(words) - place), 0, -1):
        phrase = tuple(singular(word) for word in words[place : place + length])
        if phrase in dictionary():
            return phrase
    return ()


def singular(word: str) -> str:
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


@cache
def file() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def dictionary() -> dict[Words, tuple[Words, Words]]:
    """Phrase: (what our pages call it, urls of other pages about it)."""
    found: dict[Words, tuple[Words, Words]] = {}
    for phrase, means, url in entries():
        old_means, old_pages = found.get(phrase, ((), ()))
        found[phrase] = (old_means + means, old_pages + url)
    return found


def entries() -> Iterator[tuple[Words, Words, Words]]:
    for row in [*file()["words"], *file()["pages"]]:
        means: Words = tuple(row.get("means", ()))  # type: ignore[arg-type]
        url: Words = (str(row["url"]),) if "url" in row else ()
        for typed in row["typed"]:  # type: ignore[attr-defined]
            yield tuple(singular(word) for word in plain(typed).split()), means, url


@cache
def longest_phrase() -> int:
    return max(map(len, dictionary()))


@cache
def static_pages() -> dict[str, StaticPage]:
    rows = file()["pages"]
    return {
        str(row["url"]): StaticPage(*(str(row[name]) for name in ("url", "title", "text"))) for row in rows
    }


@cache
def own_words() -> frozenset[str]:
    """Words that need no correction although no page has them."""
    return frozenset(word for phrase in dictionary() for word in phrase)


def correction(word: str, alike: Iterable[str]) -> tuple[str, float]:
    """The likeliest spelling and how alike it is; ("", 0) when nothing comes near."""
    if len(word) < SHORTEST_MISSPELLED:
        return "", 0.0
    near = {*alike, *get_close_matches(word, own_words(), n=5, cutoff=PERHAPS)}
    scored = sorted(((likeness(word, other), other) for other in near if len(other) > 3), reverse=True)
    if not scored or scored[0][0] < PERHAPS:
        return "", 0.0
    return scored[0][1], scored[0][0]


def likeness(word: str, other: str) -> float:
    """Letters in the wrong order are the commonest slip in a short word."""
    return 0.9 if sorted(word) == sorted(other) else SequenceMatcher(None, word, other).ratio()
