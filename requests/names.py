"""How alike two people's names are, with the difference in words.

Accents, case, hyphens and apostrophes do not count. A short first name that
differs by one letter is another name: Anna and Hanna may be twins.
"""

from dataclasses import dataclass

from .tokens import fold

LONG_ENOUGH = {"first": 5, "last": 4}
# Twins share the last name, so it may differ more.
SIMILAR = {"first": 0.6, "last": 0.4}


@dataclass(frozen=True)
class Name:
    first: str
    last: str
    preferred: str = ""

    @classmethod
    def of(cls, first: str, last: str, preferred: str = "") -> "Name":
        return cls(plain(first), plain(last), plain(preferred))


@dataclass(frozen=True)
class Likeness:
    """`doubts`: how many parts are only alike; `words` say what differs, empty when nothing does."""

    doubts: int
    words: str = ""
    is_first_only: bool = False


def plain(text: str) -> str:
    kept = (c for c in fold(text) if c not in "'.")
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())


def compare(one: Name, two: Name) -> Likeness | None:
    """None when these are names of two people."""
    words, others = _all_words(one), _all_words(two)
    if not words or not others:
        return None
    if words == others:
        is_swapped = (one.first, one.last) != (two.first, two.last)
        return Likeness(0, "first and last name in another order" if is_swapped else "")
    found = [
        _parts(one.first, one.last, two.first, two.last),
        _swapped(one, two),
        _called(one, two),
        _called(two, one),
    ]
    likely = [likeness for likeness in found if likeness]
    if likely:
        return min(likely, key=lambda likeness: likeness.doubts)
    if one.first and one.first == two.first:
        differs = "another last name" if one.last and two.last else "one has no last name"
        return Likeness(1, differs, is_first_only=True)
    return None


def _all_words(name: Name) -> list[str]:
    return sorted(f"{name.first} {name.last}".split())


def _called(one: Name, two: Name) -> Likeness | None:
    """One of them gave as first name what the other likes to be called."""
    if not one.preferred or one.preferred != two.first:
        return None
    last = _part("last", one.last, two.last)
    if last is None:
        return None
    return Likeness(
        bool(last), "; ".join(filter(None, ("first name is the one they like to be called", last)))
    )


def _swapped(one: Name, two: Name) -> Likeness | None:
    found = _parts(one.last, one.first, two.first, two.last)
    if found is None:
        return None
    differs = found.words.replace("first name", "one name").replace("last name", "one name")
    return Likeness(found.doubts, f"names swapped; {differs}")


def _parts(first: str, last: str, other_first: str, other_last: str) -> Likeness | None:
    parts = [_part("first", first, other_first), _part("last", last, other_last)]
    words = [part for part in parts if part is not None]
    if len(words) < 2:
        return None
    doubts = [part for part in words if part]
    return Likeness(len(doubts), "; ".join(doubts))


def _part(kind: str, one: str, two: str) -> str | None:
    """What differs in words, nothing when they are the same, None when they are two names."""
    if one == two:
        return ""
    if not one or not two:
        return None
    if min(len(one), len(two)) >= LONG_ENOUGH[kind] and is_one_letter_apart(one, two):
        return f"{kind} name differs by one letter"
    words, others = set(one.split()), set(two.split())
    if words < others or others < words:
        return f"{kind} name is longer in one"
    if min(len(one), len(two)) >= LONG_ENOUGH[kind] and similarity(one, two) >= SIMILAR[kind]:
        return f"{kind} name is similar"
    return None


def is_one_letter_apart(one: str, two: str) -> bool:
    """One letter more, less or other, or two neighbours swapped."""
    if abs(len(one) - len(two)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )
    left, right = one[start:], two[start:]
    if len(left) != len(right):
        longer, shorter = sorted((left, right), key=len, reverse=True)
        return longer[1:] == shorter
    return left[1:] == right[1:] or (left[:2] == right[:2][::-1] and left[2:] == right[2:])


def similarity(one: str, two: str) -> float:
    """As in PostgreSQL's pg_trgm: groups of three letters in both, of those in either."""
    left, right = _trigrams(one), _trigrams(two)
    return len(left & right) / len(left | right) if left | right else 0.0


def _trigrams(text: str) -> set[str]:
    padded = [f"  {word} " for word in text.split()]
    return {word[i : i + 3] for word in padded for i in range(len(word) - 2)}
