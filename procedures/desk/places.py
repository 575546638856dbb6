"""Where on the edit screen a failure is mended: the id of the field it is about."""

import re

from procedures.checks import Failure
from procedures.page import Page

ROWS = {
    "sections": (r'^section "(?P<key>[^"]+)"', "slot", "body"),
    "key_facts": (r'^key facts "(?P<key>[^"]+)"', "label", "text"),
    "traits": (r'^traits? "(?P<key>[^"]+)"', "aspect", "text"),
}
EVIDENCE = {
    "findings": (r'finding "(?P<key>[^"]+)"', "key", "title"),
    "risks": (r'risk "(?P<key>[^"]+)"', "key", "name"),
}
NAMES = {"name": "plain_name", "description": "description", "lead": "lead"}
# Where a failure of the whole page is looked for first.
PART = {"key facts": "key_facts", "traits": "traits", "comparison": "traits", "risks": "risks"}


def field_id(failure: Failure, words: Page) -> str:
    """The most exact field there is; the sections when the words of a place are not known here."""
    place = failure.place
    for name, (pattern, key, field) in (EVIDENCE | ROWS).items():
        if found := re.search(pattern, place):
            return _row_id(words, name, key, found["key"], field)
    if found := re.match(r"asked question (\d+)", place):
        return f"id_asked-{int(found[1]) - 1}-answer"
    if place in NAMES:
        return f"id_{NAMES[place]}"
    if words.section(place):
        return _row_id(words, "sections", "slot", place, "body")
    if found := re.match(r"figure (\S+)", place):
        return _section_with(words, f"::figure {found[1]}")
    return next((f"part-{name}" for words_of, name in PART.items() if words_of in place), "part-sections")


def _row_id(words: Page, name: str, key: str, value: str, field: str) -> str:
    rows = [getattr(row, key) for row in getattr(words, name)]
    return f"id_{name}-{rows.index(value)}-{field}" if value in rows else f"part-{name}"


def _section_with(words: Page, line: str) -> str:
    found = next((place for place, part in enumerate(words.sections) if line in part.body), None)
    return "part-sections" if found is None else f"id_sections-{found}-body"


def part_of(failure: Failure, words: Page) -> str:
    """The part of the edit screen beside which it is shown: "sections-3", "lead" ..."""
    field = field_id(failure, words).removeprefix("id_").removeprefix("part-")
    table, _, rest = field.partition("-")
    return f"{table}-{rest.partition('-')[0]}" if rest else field
