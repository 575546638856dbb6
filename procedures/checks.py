"""What stops a page from being published: one small function for each rule, listed in ALL.

The ids are those of the criteria for explainer pages (E1 to E60) and of the
order of their sections (A1 to A22).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from . import blocks, readability
from .models.evidence import DOI
from .page import Page
from .reading import ABOVE, BESIDE, EASY_SLOTS, Block, Reading

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

GRADE_OF_EASY_PARTS = 6.0
GRADE_OF_PAGE = 8.0
WORDS_IN_SENTENCE = 25
SENTENCES_IN_PARAGRAPH = 3
ITEMS_IN_LIST = 7
HEADING_LENGTH = 65

PROMOTION = re.compile(
    r"\b(?:best|top(?! of\b)|leading(?! to\b)|revolutionary|breakthrough|guaranteed?|painless(?:ly)?|proven"
    r"|permanent(?:ly)?|cures?|cured|state-of-the-art|highly effective|promising|world-class|cutting-edge)\b",
    re.IGNORECASE,
)
REASSURANCE = re.compile(
    r"\b(?:safe(?:ly|r|st)?|eas(?:y|ily)|simpl[ey]|good chance|do not worry|nothing to worry)\b",
    re.IGNORECASE,
)
ONE_IN = re.compile(
    r"\b(?:one|\d+) in (?!(?:19|20)\d\d\b)(?:\d[\d,]*|a (?:hundred|thousand|million))", re.IGNORECASE
)
PERCENT = re.compile(r"\d+ ?%|\bper ?cent\b", re.IGNORECASE)
FREQUENCY = re.compile(
    r"\b(?:(?<!in )(?:un)?common(?:ly)?|rare(?:ly)?|seldom|frequent(?:ly)?|(?<!how )(?<!more )(?<!less )often|usually)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"\u201c][^\"\u201d]*[\"\u201d]")
MARKUP = re.compile(r"\[@|\{finding|\{\.|\]\(|^::", re.MULTILINE)
NAMES = {"Good", "Faith", "Estimate", "I", "English", "Spanish"}


@dataclass(frozen=True)
class Failure:
    rule: str
    place: str
    message: str
    quote: str = ""

    def __str__(self) -> str:
        quote = f": \u201c{self.quote}\u201d" if self.quote else ""
        return f"{self.place}: {self.message} ({self.rule}){quote}"


Check = Callable[[Reading], Iterable[Failure]]
ALL: list[Check] = []


def check(function: Check) -> Check:
    ALL.append(function)
    return function


def run(page: Page) -> list[Failure]:
    reading = Reading(page)
    return [failure for each in ALL for failure in each(reading)]


# Evidence


@check
def claims_cite(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        announces_a_list = block.kind == "paragraph" and block.text.endswith(":")
        if not (block.keys or block.is_own or announces_a_list or block.kind == "caption"):
            yield Failure("E6", block.place, "no source, and not marked as our own with {.own}", block.text)


@check
def sources_are_known(reading: Reading) -> Iterator[Failure]:
    known = reading.page.references
    for block in reading.blocks:
        if block.kind != "safety":
            for key in sorted(set(block.keys) - set(known)):
                yield Failure("E6", block.place, f"the source {key} does not exist", block.text)


@check
def sources_can_be_found(reading: Reading) -> Iterator[Failure]:
    for key, reference in reading.page.references.items():
        if not (DOI.match(reference.doi) or reference.url.startswith("https://")):
            yield Failure("E7", f"reference {key}", "needs a DOI like 10.1000/abc or an https address")
        if not (reference.study_type and reference.size):
            yield Failure("E7", f"reference {key}", "needs the type and the size of the study")


@check
def stored_numbers_exist(reading: Reading) -> Iterator[Failure]:
    known = {finding.key for finding in reading.page.findings}
    texts = [
        ("lead", reading.page.lead),
        *((f'key facts "{fact.label}"', fact.text) for fact in reading.page.key_facts),
    ]
    texts += [(f'section "{section.slot}"', section.body) for section in reading.page.sections]
    texts += [(f'traits "{trait.aspect}"', trait.text) for trait in reading.page.traits]
    for place, text in texts:
        for key in re.findall(r"\{finding:(\w+)\}", text):
            if key not in known:
                yield Failure("E30", place, f"there is no finding {key}")


@check
def numbers_are_typed_once(reading: Reading) -> Iterator[Failure]:
    page = reading.page
    shares = {row.share for row in (*page.findings, *page.risks) if row.share}
    sources = [("lead", page.lead), *((f'key facts "{fact.label}"', fact.text) for fact in page.key_facts)]
    sources += [(f'section "{section.slot}"', section.body) for section in page.sections]
    sources += [(f'traits "{trait.aspect}"', trait.text) for trait in page.traits]
    for place, text in sources:
        for share in sorted(shares):
            if re.search(rf"(?<![\d,]){re.escape(share)}(?![\d,]*\d)", text):
                yield Failure("E30", place, "a stored number is typed again; write {finding:KEY}", share)


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
def markup_is_complete(reading: Reading) -> Iterator[Failure]:
    for block in reading.blocks:
        if MARKUP.search(block.text):
            yield Failure("E6", block.place, "marks that were not understood", block.text)


# Language


@check
def easy_parts_are_easy(reading: Reading) -> Iterator[Failure]:
    for part in (*ABOVE, *BESIDE, *EASY_SLOTS):
        grade = readability.grade(block.text for block in reading.in_part(part))
        if grade > GRADE_OF_EASY_PARTS:
            yield Failure("E24", part, f"reads at grade {grade}, and the limit here is {GRADE_OF_EASY_PARTS}")


@check
def page_is_readable(reading: Reading) -> Iterator[Failure]:
    grade = readability.grade(block.text for block in reading.prose)
    if grade > GRADE_OF_PAGE:
        yield Failure("E24", "whole page", f"reads at grade {grade}, and the limit is {GRADE_OF_PAGE}")


@check
def sentences_are_short(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        for sentence in readability.sentences(block.text):
            count = len(readability.words(sentence))
            if count > WORDS_IN_SENTENCE:
                yield Failure("E26", block.place, f"{count} words in a sentence", sentence)


@check
def paragraphs_are_short(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        count = len(readability.sentences(block.text))
        if block.kind in ("paragraph", "item") and count > SENTENCES_IN_PARAGRAPH:
            yield Failure("E26", block.place, f"{count} sentences in a paragraph", block.text)


@check
def nothing_promotes(reading: Reading) -> Iterator[Failure]:
    yield from _words(reading, PROMOTION, "E15", "a promoting word")


@check
def nothing_reassures(reading: Reading) -> Iterator[Failure]:
    yield from _words(reading, REASSURANCE, "E16", "a reassuring word")


@check
def nothing_is_stressed(reading: Reading) -> Iterator[Failure]:
    for place, token in reading.tokens:
        if token.type in ("em_open", "strong_open"):
            yield Failure("E34", place, "bold or italic words")


def _words(reading: Reading, pattern: re.Pattern[str], rule: str, message: str) -> Iterator[Failure]:
    page = reading.page
    headings = [Block(f'section "{section.slot}"', "heading", section.heading) for section in page.sections]
    names = [Block("name", "heading", page.plain_name), Block("description", "paragraph", page.description)]
    for block in (*names, *headings, *reading.blocks):
        for sentence in readability.sentences(block.text):
            if found := pattern.search(QUOTED.sub("", sentence)):
                yield Failure(rule, block.place, f'{message}, "{found[0]}"', sentence)


# Numbers


@check
def no_one_in_many(reading: Reading) -> Iterator[Failure]:
    yield from _words(reading, ONE_IN, "E30", "not written like 10 out of 100")


@check
def no_percent(reading: Reading) -> Iterator[Failure]:
    yield from _words(reading, PERCENT, "E30", "not written like 10 out of 100")


@check
def risks_share_a_denominator(reading: Reading) -> Iterator[Failure]:
    for group in blocks.RISK_GROUPS:
        found = {risk.denominator for risk in reading.page.risks if risk.group == group} - {None}
        if len(found) > 1:
            numbers = " and ".join(f"{number:,}" for number in sorted(filter(None, found)))
            yield Failure("E30", f"{group} risks", f"one list counts people out of {numbers}")


@check
def frequency_words_have_numbers(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        for sentence in readability.sentences(block.text):
            found = FREQUENCY.search(sentence)
            if found and not re.search(r"\d|reliable number", sentence) and block.kind != "safety":
                yield Failure("E31", block.place, f'"{found[0]}" without a number', sentence)


# Structure


@check
def headings_are_plain(reading: Reading) -> Iterator[Failure]:
    headings = [(f'section "{section.slot}"', section.heading) for section in reading.page.sections]
    headings += [(block.place, block.text) for block in reading.blocks if block.kind == "heading"]
    counts = Counter(heading for _, heading in headings)
    for place, heading in headings:
        if counts[heading] > 1:
            yield Failure("E36", place, "the heading stands twice", heading)
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
        if token.type == "heading_open" and token.tag != "h3":
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
