"""A page as plain data for a leaflet: what blocks.py says in HTML, said without it.

Text is a list of parts: {"kind": "text", "text": "..."}, {"kind": "cite", "numbers": [1, 2]} ...
A section is a list of blocks: {"kind": "paragraph", "text": [parts]}, {"kind": "list", ...} ...
The layout procedures/typst/leaflet.typ names every kind that there is.
"""

from collections.abc import Callable, Sequence
from typing import Any

from markdown_it.tree import SyntaxTreeNode as Node

from . import drawings, markdown
from .blocks import CARDS, NO_NUMBER, RISK_GROUPS
from .page import Finding, Page, Reference, Risk

Part = dict[str, Any]
CHECKED_SLOTS = {"prepare", "questions"}


class Paper:
    """Numbers the references in the order of the page, as blocks.PageBlocks does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.numbers: dict[str, int] = {}

    def cite(self, keys: Sequence[str]) -> Part:
        return {
            "kind": "cite",
            "numbers": [self.numbers.setdefault(key, len(self.numbers) + 1) for key in keys],
        }

    def line(self, text: str) -> list[Part]:
        (inline,) = markdown.parser().parseInline(text)
        return self.parts(Node([inline]).children)

    def blocks(self, text: str, slot: str = "") -> list[Part]:
        tree = Node(markdown.parse(text))
        return [block for node in tree.children for block in self._block(node, slot)]

    def parts(self, nodes: Sequence[Node]) -> list[Part]:
        return [part for node in nodes for part in self._part(node)]

    def cited_references(self) -> list[tuple[int, Reference]]:
        found = sorted((number, key) for key, number in self.numbers.items())
        return [(number, self.page.references[key]) for number, key in found]

    def _part(self, node: Node) -> list[Part]:
        match node.type:
            case "inline":
                return self.parts(node.children)
            case "cite":
                return [self.cite(node.meta["keys"])]
            case "number":
                return [{"kind": "strong", "text": [_text(self.finding(node.meta["key"]).number)]}]
            case "softbreak" | "hardbreak":
                return [_text(" ")]
            case "strong" | "em":
                return [{"kind": node.type, "text": self.parts(node.children)}]
            case "link":
                return self._link(str(node.attrs["href"]), self.parts(node.children))
            case "text":
                return [_text(node.content)]
        return self.parts(node.children) or [_text(node.content)]

    def _link(self, address: str, text: list[Part]) -> list[Part]:
        """Paper cannot follow an address within the site."""
        if address.startswith(("https://", "http://", "tel:")):
            return [{"kind": "link", "address": address, "text": text}]
        return text

    def _block(self, node: Node, slot: str) -> list[Part]:
        match node.type:
            case "directive":
                return DIRECTIVES[node.meta["name"]](self, node.meta["argument"])
            case "heading":
                return [{"kind": "heading", "text": self.parts(node.children)}]
            case "bullet_list" | "ordered_list":
                return [self._list(node, slot)]
        text = self.parts(node.children)
        return [{"kind": "paragraph", "text": text, "leads_on": plain_text(text).endswith(":")}]

    def _list(self, node: Node, slot: str) -> Part:
        is_checked = node.level == 0 and slot in CHECKED_SLOTS
        return {
            "kind": "list",
            "mark": "box" if is_checked else "number" if node.type == "ordered_list" else "dot",
            "items": [
                [block for child in item.children for block in self._block(child, slot)]
                for item in node.children
            ],
        }

    def finding(self, key: str) -> Finding:
        return next(finding for finding in self.page.findings if finding.key == key)


def _text(text: str) -> Part:
    return {"kind": "text", "text": text}


def plain_text(parts: list[Part]) -> str:
    """The words alone, without sources."""
    texts = (part.get("text", "") for part in parts)
    return "".join(text if isinstance(text, str) else plain_text(text) for text in texts)


def figure(paper: Paper, name: str) -> list[Part]:
    drawing = paper.page.figures[name]
    return [
        {
            "kind": "figure",
            "svg": drawings.for_paper(drawing.drawing),
            "alt": drawings.in_words(drawing),
            "caption": paper.line(drawing.caption),
        }
    ]


def finding(paper: Paper, key: str) -> list[Part]:
    return [{"kind": "finding", **_finding(paper, paper.finding(key))}]


def findings(paper: Paper, argument: str) -> list[Part]:
    return [{"kind": "findings", "rows": [_finding(paper, row) for row in paper.page.findings]}]


def _finding(paper: Paper, row: Finding) -> Part:
    result = f"{row.share} {row.what}" if row.denominator else f"{row.number} on a scale from {row.scale}"
    return {
        "title": row.title,
        "number": row.number,
        "what": row.what,
        "result": result[:1].upper() + result[1:],
        "who": f"{row.population[:1].upper()}{row.population[1:]}, {row.time}.",
        "design": row.design,
        "limits": row.limits,
        "dots": round(100 * (row.numerator or 0) / row.denominator) if row.denominator else None,
        "cite": paper.cite(row.references),
    }


def risks(paper: Paper, argument: str) -> list[Part]:
    groups = [_risk_group(paper, group, heading) for group, heading in RISK_GROUPS.items()]
    return [group for group in groups if group["rows"]]


def _risk_group(paper: Paper, group: str, heading: str) -> Part:
    """One list with one denominator, said above it (E30)."""
    found = [risk for risk in paper.page.risks if risk.group == group]
    base = next((f"{risk.denominator:,}" for risk in found if risk.denominator), "")
    words = "We do not have reliable numbers for these."
    return {
        "kind": "risks",
        "heading": heading,
        "base": f"Where there is a number, it counts people out of {base}." if base else words,
        "rows": [_risk(paper, risk) for risk in found],
    }


def _risk(paper: Paper, risk: Risk) -> Part:
    return {
        "name": risk.name,
        "number": risk.share or NO_NUMBER,
        "has_number": bool(risk.share),
        "note": risk.number_note,
        "what_it_is": risk.what_it_is,
        "what_to_do": risk.what_to_do,
        "cite": paper.cite(risk.references),
    }


def care(paper: Paper, argument: str) -> list[Part]:
    return [card(paper.page, argument)]


def card(page: Page, argument: str) -> Part:
    look, path = CARDS[argument]
    words: Any = page.safety
    for name in path:
        words = words[name]
    return {
        "kind": "card",
        "look": look,
        "heading": words["heading"],
        "intro": words.get("intro", ""),
        "items": [item["text"] for item in words["items"]],
        "advice": words.get("advice", []),
    }


def phone(paper: Paper, argument: str) -> list[Part]:
    return [{"kind": "phone"}]


DIRECTIVES: dict[str, Callable[[Paper, str], list[Part]]] = {
    "figure": figure,
    "finding": finding,
    "findings": findings,
    "risks": risks,
    "care": care,
    "phone": phone,
}


def words_of(page: Page) -> dict[str, Any]:
    """All words of the page, in its order, and its references."""
    paper = Paper(page)
    above = {
        "plain_name": page.plain_name,
        "medical_name": page.medical_name,
        "lead": paper.line(page.lead),
        "facts": [{"label": fact.label, "text": paper.line(fact.text)} for fact in page.key_facts],
        "cards": [card(page, name) for name in ("emergency", "urgent")],
    }
    sections = [
        {"heading": section.heading, "blocks": paper.blocks(section.body, section.slot)}
        for section in page.sections
    ]
    sections += asked(paper)
    references = [_reference(number, found) for number, found in paper.cited_references()]
    return above | {"sections": sections, "references": references}


def asked(paper: Paper) -> list[Part]:
    """The last section, where an editor has written down what patients ask (E55)."""
    blocks: list[Part] = []
    for row in paper.page.asked:
        blocks += [{"kind": "heading", "text": [_text(row.question)]}, *paper.blocks(row.answer)]
    return [{"heading": "Questions patients ask", "blocks": blocks}] if blocks else []


def _reference(number: int, found: Reference) -> Part:
    return {
        "number": number,
        "text": f"{found.citation} {found.study_type}. {found.size}.",
        "address": found.address,
        "shown": f"doi:{found.doi}" if found.doi else found.url,
    }
