"""The parts of the safety text and its signs, each with a key that stays.

Answers of patients, flags and stored requests name a sign by its key. So a key is
never typed and never changes, a new sign gets a key that no version has used, and
what the request form or a rule relies on cannot be taken away (hold()).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .models import SafetyText

KEY_LENGTH = 40
# Means "none of these" in the answers to a list.
RESERVED = {"none"}


@dataclass(frozen=True)
class Part:
    """One card. `asked`: its signs are also questions of the request form."""

    name: str
    path: tuple[str, ...]
    title: str
    asked: bool = False
    ends_in_if: bool = True

    def of(self, body: dict[str, Any]) -> dict[str, Any]:
        found: Any = body
        for name in self.path:
            found = found[name]
        return found


PARTS = (
    Part("emergency", ("emergency",), "Emergency card", asked=True),
    Part("urgent", ("urgent",), "Urgent card", asked=True),
    Part("after_emergency", ("after", "emergency"), "After the injection: emergency"),
    Part("after_same_day", ("after", "same_day"), "After the injection: same day"),
    Part("after_expected", ("after", "expected"), "After the injection: to be expected", ends_in_if=False),
)
_held: dict[str, set[str]] = {}
_holders: list[tuple[str, Callable[[], set[str]]]] = []


def hold(part: str, keys: Iterable[str]) -> None:
    """Say that a sign has to stay; called by the app that relies on it, in AppConfig.ready()."""
    _held.setdefault(part, set()).update(keys)


def hold_by(part: str, keys_now: Callable[[], set[str]]) -> None:
    """The same for keys that come and go, like those that rules of the day name."""
    _holders.append((part, keys_now))


def is_held(part: str, key: str) -> bool:
    return key in _held.get(part, ()) or any(key in keys_now() for name, keys_now in _holders if name == part)


def keys_ever(part: Part) -> set[str]:
    """The keys that any version has used for this card."""
    bodies = SafetyText.objects.values_list("body", flat=True)
    return {item["key"] for body in bodies for item in part.of(body)["items"]}


def new_key(text: str, taken: set[str]) -> str:
    """Made of the first words, and different from all that are taken."""
    words = re.findall(r"[a-z0-9]+", text.casefold())
    stem = "_".join([word for word in words if len(word) > 2][:4])[: KEY_LENGTH - 4].strip("_") or "sign"
    number, key = 1, stem
    while key in taken | RESERVED:
        number += 1
        key = f"{stem}_{number}"
    return key


# What differs between two versions


@dataclass(frozen=True)
class Change:
    """`before` or `after` is empty where something was added or taken away."""

    place: str
    before: str
    after: str


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    before, after = dict(_lines(old)), dict(_lines(new))
    places = [*after, *(place for place in before if place not in after)]
    changes = [Change(place, before.get(place, ""), after.get(place, "")) for place in places]
    return [change for change in changes if change.before != change.after]


def _lines(body: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Every text that somebody can change, with the words that say where it stands."""
    for part in PARTS:
        card = part.of(body)
        for name in ("heading", "intro"):
            yield f"{part.title}, {name}", card.get(name, "")
        for item in card["items"]:
            yield f"{part.title}, sign {item['key']}", item["text"]
            if "question" in item:
                yield f"{part.title}, sign {item['key']} in the request form", item["question"]
        yield f"{part.title}, order of the signs", ", ".join(item["key"] for item in card["items"])
        yield f"{part.title}, advice", "\n".join(card.get("advice", []))
        yield f"{part.title}, sources", ", ".join(card.get("sources", []))
    yield "Crisis line", body["crisis"]["text"]
