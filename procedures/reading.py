"""A page the way its checks see it: blocks of plain text, each with its place and sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markdown_it.token import Token

from . import blocks, markdown, readability
from .page import Asked, Finding, Page, Risk, Trait

# Parts that must read at grade 6 (E24): beside these sections, all that stands above the first one.
EASY_SLOTS = ("prepare", "steps", "afterwards", "when-to-call")
ABOVE = ("lead", "key facts", "safety text")
# Short texts that stand on other pages too.
BESIDE = ("traits",)
# Stands for a source in a sentence.
CITED = "\N{OBJECT REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Link:
    """The address as it was typed; ![words](address) is an image elsewhere and a link here."""

    address: str
    is_image: bool = False


@dataclass(frozen=True)
class Block:
    """One paragraph, list item, heading, fact, or row of a table."""

    place: str
    kind: str
    text: str
    keys: tuple[str, ...] = ()
    is_own: bool = False
    links: tuple["Link", ...] = ()
    # Where in the text its sources stand.
    cited_at: tuple[int, ...] = ()
    # Which list of its place an item stands in, from 1; 0 outside lists.
    list_number: int = 0
    # What a key fact is about.
    label: str = ""

    @property
    def unsourced(self) -> list[str]:
        """The sentences that have no source of their own."""
        marked = self.text
        for place in reversed(self.cited_at):
            place -= marked[:place].endswith((".", "!", "?"))
            marked = f"{marked[:place]}{CITED}{marked[place:]}"
        return [sentence for sentence in readability.sentences(marked) if CITED not in sentence]


@dataclass(frozen=True)
class Directive:
    place: str
    name: str
    argument: str


class Reading:
    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def blocks(self) -> list[Block]:
        """Everything a reader reads, in the order of the page."""
        found = [_line(self, "lead", self.page.lead)]
        found += [_fact(self, fact.label, fact.text) for fact in self.page.key_facts]
        found += list(_safety(self.page.safety))
        for section in self.page.sections:
            found += self._section(f'section "{section.slot}"', section.body)
        for place, asked in self.asked:
            found.append(Block(place, "question", asked.question, is_own=True))
            found += self._section(place, asked.answer)
        found += [_trait(self, trait) for trait in self.page.traits]
        return found

    @cached_property
    def typed(self) -> list[tuple[str, str]]:
        """What somebody wrote as Markdown, each text with its place."""
        page = self.page
        facts = [(f'key facts "{fact.label}"', fact.text) for fact in page.key_facts]
        sections = [(f'section "{section.slot}"', section.body) for section in page.sections]
        traits = [(f'traits "{trait.aspect}"', trait.text) for trait in page.traits]
        asked = [(place, row.answer) for place, row in self.asked]
        return [("lead", page.lead), *facts, *sections, *asked, *traits]

    @cached_property
    def asked(self) -> list[tuple[str, Asked]]:
        return [(f"asked question {number}", row) for number, row in enumerate(self.page.asked, 1)]

    @cached_property
    def bodies(self) -> list[tuple[str, str]]:
        """The texts that may hold lists, drawings and tables, each with its place."""
        sections = [(f'section "{section.slot}"', section.body) for section in self.page.sections]
        return sections + [(place, row.answer) for place, row in self.asked]

    @cached_property
    def directives(self) -> list[Directive]:
        return [
            Directive(place, token.meta["name"], token.meta["argument"])
            for place, body in self.bodies
            for token in markdown.parse(body)
            if token.type == "directive"
        ]

    @cached_property
    def tokens(self) -> list[tuple[str, Token]]:
        """Every token of every section, children of lines included, with its place."""
        found = []
        for place, body in self.bodies:
            for token in markdown.parse(body):
                found += [(place, each) for each in (token, *(token.children or []))]
        return found

    @property
    def prose(self) -> list[Block]:
        return [block for block in self.blocks if block.kind != "heading"]

    def in_section(self, slot: str) -> list[Block]:
        return [block for block in self.prose if block.place == f'section "{slot}"']

    def in_part(self, part: str) -> list[Block]:
        """The blocks of one part that must be easy: a section's slot or a name from ABOVE."""
        return [block for block in self.prose if block.place.startswith(part)] or self.in_section(part)

    def share_of(self, key: str) -> str:
        return next((finding.number for finding in self.page.findings if finding.key == key), "")

    def _section(self, place: str, body: str) -> Iterator[Block]:
        kind, lists, depth = "paragraph", 0, 0
        for token in markdown.parse(body):
            if token.type in ("heading_open", "paragraph_open", "list_item_open"):
                kind = {"heading_open": "heading", "list_item_open": "item"}.get(token.type, kind)
            elif token.type in ("heading_close", "list_item_close"):
                kind = "paragraph"
            elif token.type.endswith("_list_open"):
                lists, depth = lists + 1, depth + 1
            elif token.type.endswith("_list_close"):
                depth -= 1
            elif token.type == "inline":
                yield Block(place, kind, *self._plain(token), list_number=lists if depth else 0)
            elif token.type == "directive":
                yield from self._rows(place, token.meta["name"], token.meta["argument"])

    def _rows(self, place: str, name: str, argument: str) -> Iterator[Block]:
        if name == "findings":
            yield from (_finding(place, finding) for finding in self.page.findings)
        elif name == "finding":
            yield from (_finding(place, finding) for finding in self.page.findings if finding.key == argument)
        elif name == "risks":
            yield from (_risk(place, risk) for risk in self.page.risks)
        elif name == "figure" and argument in self.page.figures:
            figure = self.page.figures[argument]
            yield Block(place, "caption", *self._plain(_inline(figure.caption)))
        elif name == "care" and argument.startswith("after"):
            yield from _card(place, self.page.safety.get("after", {}).get(argument[6:].replace("-", "_"), {}))

    def _plain(self, inline: Token) -> tuple[str, tuple[str, ...], bool, tuple[Link, ...], tuple[int, ...]]:
        """The words of a line, its sources, whether it is our own, where it leads, where it is cited."""
        words, keys, links, cited_at = "", [], [], []
        for token in inline.children or []:
            if token.type == "cite":
                keys += token.meta["keys"]
                cited_at.append(len(words))
            elif token.type == "link_open":
                links.append(Link(str(token.attrGet("href")), is_image=words.endswith("!")))
            elif token.type == "number":
                words += self.share_of(token.meta["key"])
            elif token.type in ("softbreak", "hardbreak"):
                words += " "
            else:
                words += token.content
        return words, tuple(keys), bool((inline.meta or {}).get("own")), tuple(links), tuple(cited_at)


def _inline(text: str) -> Token:
    tokens = markdown.parser().parseInline(text)
    return tokens[0]


def _line(reading: Reading, place: str, text: str) -> Block:
    return Block(place, "paragraph", *reading._plain(_inline(text)))


def _fact(reading: Reading, label: str, text: str) -> Block:
    return Block(f'key facts "{label}"', "fact", *reading._plain(_inline(text)), label=label)


def _trait(reading: Reading, trait: Trait) -> Block:
    return Block(f'traits "{trait.aspect}"', "fact", *reading._plain(_inline(trait.text)))


def _finding(place: str, finding: Finding) -> Block:
    result = f"{finding.number} {finding.what}."
    text = f"{finding.title}. {result} {finding.design}. {finding.limits}"
    return Block(f'{place}, finding "{finding.key}"', "finding", text, finding.references)


def _risk(place: str, risk: Risk) -> Block:
    number = risk.share or blocks.NO_NUMBER
    text = " ".join(
        filter(None, (f"{risk.name}. {number}.", risk.number_note, risk.what_it_is, risk.what_to_do))
    )
    return Block(f'{place}, risk "{risk.key}"', "risk", text, risk.references)


def _safety(body: dict[str, Any]) -> Iterator[Block]:
    for name in ("emergency", "urgent"):
        yield from _card("safety text", body.get(name, {}))


def _card(place: str, card: dict[str, Any]) -> Iterator[Block]:
    """Safety words have their sources in their own file."""
    heading = f"{card.get('heading', '')} {card.get('intro', '')}".strip()
    for text in (heading, *(item["text"] for item in card.get("items", [])), *card.get("advice", [])):
        if text:
            yield Block(place, "safety", text, tuple(card.get("sources", [])), is_own=True)
