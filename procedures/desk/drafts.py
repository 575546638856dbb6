"""A working copy as readers would see it, also while it cannot be published yet."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from procedures import blocks, page
from procedures.models import Edition, Explainer, Review
from procedures.page import Page

GAP = '<mark class="gap">{}</mark>'


class DraftBlocks(blocks.PageBlocks):
    """Names what is missing in the place where it is missing."""

    def cite(self, keys: Sequence[str]) -> str:
        known = [key for key in keys if key in self.page.references]
        gaps = [gap(f"There is no source {key}") for key in keys if key not in self.page.references]
        return SafeString("".join([super().cite(known) if known else "", *gaps]))

    def number(self, key: str) -> str:
        has_it = any(finding.key == key for finding in self.page.findings)
        return super().number(key) if has_it else gap(f"There is no finding {key}")

    def directive(self, name: str, argument: str) -> str:
        try:
            return super().directive(name, argument)
        except (KeyError, StopIteration):
            return format_html("<p>{}</p>", gap(f"Nothing is known by the line ::{name} {argument}".strip()))


def gap(words: str) -> SafeString:
    return format_html(GAP, words)


def parts(words: Page) -> dict[str, Any]:
    """Each part on its own, to stand beside its text; sources are numbered through the page."""
    draft = DraftBlocks(words)
    return {
        "lead": draft.line(words.lead),
        "key_facts": [draft.line(fact.text) for fact in words.key_facts],
        "sections": [draft.text(section.body, section.slot) for section in words.sections],
        "traits": [draft.line(trait.text) for trait in words.traits],
        "findings": [_finding(draft, finding) for finding in words.findings],
        "risks": [_risk(draft, risk) for risk in words.risks],
        "references": draft.cited_references(),
    }


def _finding(draft: DraftBlocks, finding: page.Finding) -> SafeString:
    return format_html("{} {}. {}", finding.number, finding.what, draft.cite(finding.references))


def _risk(draft: DraftBlocks, risk: page.Risk) -> SafeString:
    return format_html("{} {}", risk.share or blocks.NO_NUMBER, draft.cite(risk.references))


def edition_of(explainer: Explainer, words: Page) -> Edition:
    """What readers would get if it was published now; never saved."""
    html, references_html = blocks.render_page(words, DraftBlocks)
    newest = explainer.editions.with_page_parts().order_by("-number").first()
    draft = Edition(
        explainer=explainer,
        number=newest.number + 1 if newest else 1,
        change_note="Not published yet",
        html=html,
        references_html=references_html,
        content=words.as_json(),
        content_hash=words.content_hash,
        **{name: getattr(words, name) for name in ("plain_name", "medical_name", "description", "author")},
    )
    # What with_page_parts() adds: a review holds for its words, also before they are published again.
    reviews = Review.objects.of(explainer, words.content_hash).annotate(row=Review.ROW)
    draft.review_row = reviews.values_list("row", flat=True).first()  # type: ignore[attr-defined]
    draft.related_rows = newest.related_rows if newest else []  # type: ignore[attr-defined]
    return draft
