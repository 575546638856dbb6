"""Sections, headings, lists, drawings (A2 to A16, E11, E35, E36, E40, E41)."""

import re
from collections import Counter
from collections.abc import Iterator

from procedures import blocks, readability
from procedures.models.trait import Trait
from procedures.reading import Reading

from .registry import Failure, check

# A2 to A16: the sections of a page in their order; those in MAY_LACK may be left out.
SLOTS = {
    "procedure": (
        "who", "anatomy", "test-or-treatment", "how-well", "risks", "alternatives", "tell-us",
        "prepare", "steps", "afterwards", "next", "when-to-call", "cost", "questions",
    ),
    "condition": (
        "what-it-is", "symptoms", "causes", "how-common", "how-found", "not-this", "what-helps",
        "when-to-call", "questions",
    ),
}  # fmt: skip
MAY_LACK = {"anatomy", "test-or-treatment", "causes", "how-common", "not-this"}
# What stands where one looks when something is wrong after the injection.
AFTERWARDS = ("after-emergency", "after-same-day")
# The risk that a treatment does nothing: "Little or no relief", "It may not help".
NO_EFFECT = re.compile(
    r"\b(?:no|not|little|less)\b.*\b(?:relief|helps?|benefit|effect|works?)\b|\bpain (?:stays|is the same)\b|\bfails\b",
    re.IGNORECASE,
)
# Sections that are gone through in order.
PROCESSES = ("prepare", "steps")
ITEMS_IN_LIST = 7
SENTENCES_IN_ITEM = 1
HEADING_LENGTH = 65
NAMES = {"Good", "Faith", "Estimate", "I", "English", "Spanish"}


@check
def items_are_one_sentence(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        # What a colon announces is still the same sentence.
        stops = [part for part in readability.sentences(block.text) if not part.endswith(":")]
        if block.kind == "item" and len(stops) > SENTENCES_IN_ITEM:
            yield Failure("E35", block.place, "more than 1 sentence in an item of a list", block.text)


@check
def processes_are_numbered(reading: Reading) -> Iterator[Failure]:
    for place, token in reading.tokens:
        for slot in PROCESSES:
            if token.type == "bullet_list_open" and place == f'section "{slot}"':
                yield Failure("E35", place, "what is done one after the other is a numbered list: 1. 2. 3.")


@check
def sections_are_complete(reading: Reading) -> Iterator[Failure]:
    known = SLOTS[reading.page.kind]
    there = [section.slot for section in reading.page.sections]
    for slot in known:
        if slot not in there and slot not in MAY_LACK:
            yield Failure("A4 to A16", "page", f'the section "{slot}" is missing')
    for slot in there:
        if slot not in known:
            yield Failure("A4 to A16", f'section "{slot}"', f"a {reading.page.kind} has no such section")
    in_order = [slot for slot in known if slot in there]
    if in_order != [slot for slot in there if slot in known]:
        yield Failure("A4 to A16", "page", "the sections must stand in this order: " + ", ".join(in_order))


@check
def sections_have_text(reading: Reading) -> Iterator[Failure]:
    for section in reading.page.sections:
        if not section.body.strip():
            yield Failure("A4 to A16", f'section "{section.slot}"', "the section is empty")


@check
def signs_afterwards_are_told(reading: Reading) -> Iterator[Failure]:
    """The cards that begin "After the injection": when to call 911, and when to call the same day."""
    place = 'section "when-to-call"'
    cards = {each.argument for each in reading.directives if each.name == "care" and each.place == place}
    for name in AFTERWARDS:
        if reading.page.kind == "procedure" and name not in cards:
            yield Failure("A15", place, f"the card is missing; write the line ::care {name}")


@check
def risks_of_each_kind_are_told(reading: Reading) -> Iterator[Failure]:
    risks = reading.page.risks
    if reading.page.kind != "procedure":
        return
    for group in blocks.RISK_GROUPS:
        if group not in {risk.group for risk in risks}:
            yield Failure("A8", f"{group} risks", "there is none; add at least 1")
    if not any(NO_EFFECT.search(risk.name) for risk in risks):
        yield Failure("A8", "list of risks", 'a risk like "Little or no relief" is missing')


@check
def directives_are_known(reading: Reading) -> Iterator[Failure]:
    page = reading.page
    known = {
        "figure": set(page.figures),
        "finding": {finding.key for finding in page.findings},
        "care": set(blocks.CARDS),
    }
    for directive in reading.directives:
        line = f"::{directive.name} {directive.argument}".strip()
        if directive.name not in blocks.DIRECTIVES:
            yield Failure("A5", directive.place, "unknown line", line)
        elif directive.argument not in known.get(directive.name, {""}):
            yield Failure("A5", directive.place, f"there is no such {directive.name}", line)


@check
def conditions_can_be_compared(reading: Reading) -> Iterator[Failure]:
    """The table of conditions has no empty cell."""
    there = {trait.aspect for trait in reading.page.traits}
    wanted = set(Trait.Aspect.values) if reading.page.kind == "condition" else set()
    for aspect in sorted(wanted - there):
        yield Failure("A21", "traits", f'the cell "{aspect}" of the table of conditions is missing')
    if there - wanted:
        yield Failure("A21", "traits", f"a {reading.page.kind} has no cells in the table of conditions")


@check
def facts_come_first(reading: Reading) -> Iterator[Failure]:
    if len(reading.page.key_facts) < 4:
        yield Failure("A2", "key facts", "at least 4 key facts stand above everything else")


@check
def description_is_short(reading: Reading) -> Iterator[Failure]:
    count = len(readability.sentences(reading.page.description))
    if not 1 <= count <= 2:
        yield Failure("E49", "description", f"{count} sentences; it must be 1 or 2", reading.page.description)


@check
def risks_weigh_as_much_as_benefits(reading: Reading) -> Iterator[Failure]:
    counts = [
        sum(
            len(readability.words(block.text))
            for block in reading.prose
            if block.place.startswith(f'section "{slot}"')
        )
        for slot in ("how-well", "risks")
    ]
    if all(counts) and max(counts) > 2 * min(counts):
        yield Failure(
            "E11", "page", f'"how-well" has {counts[0]} words and "risks" {counts[1]}: over twice as many'
        )


@check
def headings_are_plain(reading: Reading) -> Iterator[Failure]:
    headings = [(f'section "{section.slot}"', section.heading) for section in reading.page.sections]
    headings += [(block.place, block.text) for block in reading.blocks if block.kind == "heading"]
    counts = Counter(heading for _, heading in headings)
    for place, heading in headings:
        if counts[heading] > 1:
            yield Failure("E36", place, "the heading stands twice", heading)
        if len(heading) > HEADING_LENGTH:
            yield Failure("E36", place, f"the heading is longer than {HEADING_LENGTH} characters", heading)
        if heading.endswith("?"):
            yield Failure("E36", place, "the heading is a question", heading)
        if _capitals(heading):
            yield Failure("E36", place, "the heading has capitals inside", heading)


def _capitals(heading: str) -> list[str]:
    """Words after the first that begin with one capital letter, names aside."""
    inside = re.findall(r"(?<!^)(?<![.:] )\b[A-Z][a-z]+", heading)
    return [word for word in inside if word not in NAMES]


@check
def name_is_short(reading: Reading) -> Iterator[Failure]:
    if len(reading.page.plain_name) > HEADING_LENGTH:
        yield Failure("E36", "name", f"longer than {HEADING_LENGTH} characters", reading.page.plain_name)


@check
def levels_are_not_skipped(reading: Reading) -> Iterator[Failure]:
    for place, token in reading.tokens:
        if token.type == "heading_open" and place.startswith("asked"):
            yield Failure("E36", place, "an answer has no headings")
        elif token.type == "heading_open" and token.tag != "h3":
            yield Failure("E36", place, "headings inside a section begin with ###")


@check
def lists_are_short(reading: Reading) -> Iterator[Failure]:
    items: list[int] = []
    for place, token in reading.tokens:
        if token.type.endswith("_list_open"):
            items.append(0)
        elif token.type == "list_item_open":
            items[-1] += 1
        elif token.type.endswith("_list_close") and (count := items.pop()) > ITEMS_IN_LIST:
            yield Failure("E35", place, f"a list of {count} items; the limit is {ITEMS_IN_LIST}")


@check
def drawings_have_words(reading: Reading) -> Iterator[Failure]:
    for name, figure in reading.page.figures.items():
        place = f"figure {name}"
        for tag in ("title", "desc"):
            if not re.search(rf"<{tag}\b[^>]*>\s*\S", figure.svg):
                yield Failure("E41", place, f"the drawing has no <{tag}>")
        if not figure.caption.strip().endswith("."):
            yield Failure("E40", place, "needs a caption of 1 to 2 sentences that ends in a full stop")
        if len(figure.long_description.split()) < 10:
            yield Failure("E41", place, "needs a long description")
        if found := re.search(
            r"<script|<style|<image|<foreignObject|\sstyle=|\son\w+=|href=\"(?!#)", figure.drawing
        ):
            yield Failure("E41", place, "may hold only shapes and text", found[0].strip())
