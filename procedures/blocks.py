"""The parts of a page that are not plain Markdown: citations, numbers, drawings, tables, cards."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from . import glossary, markdown
from .page import Finding, Page, Reference, Risk

# Where the rendered page leaves room for the clinic's number, which may change without a new edition.
PHONE_LINES = SafeString("<!--phone-lines-->")
CALL_BUTTON = SafeString("<!--call-button-->")
# Directive argument: (look of the card, where its words are in the safety text).
CARDS = {
    "emergency": ("emergency", ("emergency",)),
    "urgent": ("urgent", ("urgent",)),
    "after-emergency": ("emergency", ("after", "emergency")),
    "after-same-day": ("urgent", ("after", "same_day")),
    "after-expected": ("advice", ("after", "expected")),
}
SAFETY_CARD = re.compile(
    rf'<section class="care care-[a-z]+" id="(?P<id>{"|".join(CARDS)})">\s*<h(?P<level>[23]).*?</section>\s*',
    re.DOTALL,
)
RISK_GROUPS = {"common": "More common risks", "uncommon": "Less common risks", "serious": "Serious risks"}
NO_NUMBER = "We do not have a reliable number"


class PageBlocks:
    """Numbers the references in the order in which the page comes to them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.references = page.references
        self.numbers: dict[str, int] = {}
        self.explained: set[str] = set()
        self.links_terms = True

    def cite(self, keys: Sequence[str]) -> str:
        return format_html(
            '<sup class="cite">{}</sup>', format_html_join("", "{}", ((self._sign(key),) for key in keys))
        )

    def _sign(self, key: str) -> SafeString:
        is_first = key not in self.numbers
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        way_back = format_html(' id="cite-{}"', number) if is_first else ""
        return format_html(
            '<a href="#ref-{}"{} aria-label="Reference {}">[{}]</a>', number, way_back, number, number
        )

    def number(self, key: str) -> str:
        return self._finding(key).number

    def directive(self, name: str, argument: str) -> str:
        return DIRECTIVES[name](self, argument)

    def explain(self, text: str) -> SafeString:
        """The text with a link to the glossary at each term that the page has not had yet (E28)."""
        return format_html_join("", "{}", ((self._term(*piece),) for piece in glossary.split(text)))

    def _term(self, words: str, term: glossary.Term | None) -> str:
        if term is None or not self.links_terms or term.slug in self.explained:
            return words
        self.explained.add(term.slug)
        address = f"{reverse('procedures:glossary')}#{term.slug}"
        return format_html('<a class="term" href="{}">{}</a>', address, words)

    def line(self, text: str, *, explains: bool = False) -> SafeString:
        return markdown.render_line(text, self, explains=explains)

    def text(self, text: str, slot: str = "") -> SafeString:
        return markdown.render(text, self, slot=slot)

    def cited_references(self) -> list[tuple[int, Reference]]:
        found = sorted((number, key) for key, number in self.numbers.items())
        return [(number, self.references[key]) for number, key in found]

    def _finding(self, key: str) -> Finding:
        return next(finding for finding in self.page.findings if finding.key == key)


def figure(blocks: PageBlocks, name: str) -> str:
    drawing = blocks.page.figures[name]
    context = {
        "svg": mark_safe(drawing.drawing),  # noqa: S308 # a file of the repository, checked by checks.py
        "caption": blocks.line(drawing.caption),
        "paragraphs": [part for part in drawing.long_description.splitlines() if part.strip()],
    }
    return render_to_string("procedures/_figure.html", context)


def finding(blocks: PageBlocks, key: str) -> str:
    found = blocks._finding(key)
    return render_to_string(
        "procedures/_finding.html", {"finding": found, "cite": blocks.cite(found.references)}
    )


def findings(blocks: PageBlocks, argument: str) -> str:
    rows = [
        {
            "finding": row,
            "cite": blocks.cite(row.references),
            "limits": blocks.explain(f"{row.design}. {row.limits}"),
        }
        for row in blocks.page.findings
    ]
    return render_to_string("procedures/_findings.html", {"rows": rows})


def risks(blocks: PageBlocks, argument: str) -> str:
    groups = [_risk_group(blocks, group, heading) for group, heading in RISK_GROUPS.items()]
    return render_to_string(
        "procedures/_risks.html", {"groups": [group for group in groups if group["rows"]]}
    )


def _risk_group(blocks: PageBlocks, group: str, heading: str) -> dict[str, Any]:
    """One list with one denominator, said above it (E30)."""
    found = [risk for risk in blocks.page.risks if risk.group == group]
    return {
        "slug": f"risks-{group}",
        "heading": heading,
        "denominator_words": next((f"{risk.denominator:,}" for risk in found if risk.denominator), ""),
        "rows": [
            {
                "risk": risk,
                "number": _how_many(risk),
                "cite": blocks.cite(risk.references),
                "what_it_is": blocks.explain(risk.what_it_is),
                "what_to_do": blocks.explain(risk.what_to_do),
            }
            for risk in found
        ],
    }


def _how_many(risk: Risk) -> str:
    return risk.share or NO_NUMBER


def care(blocks: PageBlocks, argument: str, level: int = 3) -> str:
    return safety_card(blocks.page.safety, argument, level)


def with_safety(html: str, safety: dict[str, Any]) -> str:
    """The cards of an edition in the words of another version of the safety text (R9)."""

    def again(found: re.Match[str]) -> str:
        return safety_card(safety, found["id"], int(found["level"]))

    return SAFETY_CARD.sub(again, html)


def safety_card(safety: dict[str, Any], argument: str, level: int) -> str:
    kind, path = CARDS[argument]
    card: Any = safety
    for name in path:
        card = card[name]
    advice = [*card.get("advice", []), *([CALL_BUTTON] if kind == "urgent" else [])]
    context = {
        "kind": kind,
        "id": argument,
        "level": level,
        "heading": card["heading"],
        "intro": card.get("intro"),
        "items": card["items"],
        "advice": advice,
        "call": "911" if kind == "emergency" else "",
    }
    return render_to_string("_care_card.html", context)


def phone(blocks: PageBlocks, argument: str) -> str:
    return PHONE_LINES + "\n"


DIRECTIVES: dict[str, Callable[[PageBlocks, str], str]] = {
    "figure": figure,
    "finding": finding,
    "findings": findings,
    "risks": risks,
    "care": care,
    "phone": phone,
}


def asked(blocks: PageBlocks) -> list[dict[str, Any]]:
    """The last section, where an editor has written down what patients ask (E55)."""
    rows = [
        {"question": row.question, "html": blocks.text(row.answer, f"asked-{number}")}
        for number, row in enumerate(blocks.page.asked, 1)
    ]
    html = render_to_string("procedures/_asked.html", {"rows": rows})
    return [{"slot": "asked", "heading": "Questions patients ask", "html": html}] if rows else []


def render_page(page: Page, kind: type[PageBlocks] = PageBlocks) -> tuple[str, str]:
    """The HTML of the page from its lead to its last section, and of its references."""
    blocks = kind(page)
    context = {
        "page": page,
        "lead": blocks.line(page.lead, explains=True),
        "facts": [{"label": fact.label, "text": blocks.line(fact.text)} for fact in page.key_facts],
        "cards": [care(blocks, name, level=2) for name in ("emergency", "urgent")],
        "sections": [
            *(
                {
                    "slot": section.slot,
                    "heading": section.heading,
                    "html": blocks.text(section.body, section.slot),
                }
                for section in page.sections
            ),
            *asked(blocks),
        ],
    }
    html = render_to_string("procedures/_body.html", context)
    references = [{"number": number, "reference": found} for number, found in blocks.cited_references()]
    return html, render_to_string("procedures/_references.html", {"references": references})
