"""Pages made of parts of all others: how pains differ, emergency signs, the glossary."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.models import ClinicProfile
from clinic.public import public_page

from . import blocks, library, page, safety_text, shared_words, views
from .glossary import Term, terms
from .models import Edition, Explainer, Trait
from .page import Page


class CollectedBlocks(blocks.PageBlocks):
    """Numbers the references of several pages as one list.

    A source that is not known is left out: words about an emergency do not fail for want of it (R5).
    """

    def __init__(self, words: Page, standing: dict[str, Any]) -> None:
        super().__init__(words)
        self.links_terms = "glossary" in standing["public_words"]

    def cite(self, keys: Sequence[str]) -> str:
        known = [key for key in keys if key in self.references]
        return super().cite(known) if known else ""

    def turn_to(self, words: Page) -> None:
        self.page = words
        self.references = self.references | words.references

    def rows(self) -> list[dict[str, Any]]:
        return [{"number": number, "reference": found} for number, found in self.cited_references()]

    def sections(self) -> dict[str, dict[str, Any]]:
        return {
            section.slot.replace("-", "_"): {
                "slot": section.slot,
                "heading": section.heading,
                "html": self.text(section.body, section.slot),
            }
            for section in self.page.sections
        }


# /conditions/how-they-differ/
@public_page
def compare(request: HttpRequest) -> HttpResponse:
    return compare_page(request, shared_words.standing("compare"))


def compare_page(request: HttpRequest, standing: dict[str, Any]) -> HttpResponse:
    words = library.words("compare")
    collected, editions = CollectedBlocks(words, standing), compared_editions()
    if not all(edition.review for edition in editions):
        standing = standing | {"signature": None}
    context = {
        "words": words,
        "lead": collected.line(words.lead, explains=True),
        "sections": collected.sections(),
        "aspects": Trait.Aspect.labels,
        "rows": [_compared(collected, edition) for edition in editions],
        "crumbs": [{"text": _("Conditions"), "url": reverse("procedures:conditions")}],
    }
    context |= {"references": collected.rows()}
    return render(request, "procedures/compare.html", standing | context)


def compared_editions() -> list[Edition]:
    """The current editions of conditions that say what tells them apart."""
    editions = Edition.objects.current().filter(explainer__kind=Explainer.Kind.CONDITION)
    editions = editions.with_page_parts().defer("html", "references_html")
    found = [edition for edition in editions if edition.content.get("traits")]
    return sorted(found, key=lambda edition: edition.plain_name)


def _compared(collected: CollectedBlocks, edition: Edition) -> dict[str, Any]:
    words = page.from_json(edition.content)
    collected.turn_to(words)
    texts = {trait.aspect: trait.text for trait in words.traits}
    cells = [
        {"label": label, "text": collected.line(texts.get(aspect, "").replace("{.own}", ""), explains=True)}
        for aspect, label in Trait.Aspect.choices
    ]
    return {"edition": edition, "cells": cells}


# /emergency-signs/
@public_page
def emergency_signs(request: HttpRequest) -> HttpResponse:
    return emergency_signs_page(request, shared_words.standing("emergency-signs"))


def emergency_signs_page(request: HttpRequest, standing: dict[str, Any]) -> HttpResponse:
    """The same cards as on every page, why they matter, and where that is from (R9)."""
    text = safety_text.current()
    words = library.words("emergency-signs", safety=text.body)
    collected = CollectedBlocks(words, standing)
    clinic = ClinicProfile.load()
    cards = {
        name.replace("-", "_"): views.with_phone(blocks.safety_card(text.body, name, 2), clinic)
        for name in ("emergency", "urgent", "after-emergency", "after-same-day")
    }
    context = {
        "words": words,
        "lead": collected.line(words.lead.replace("{.own}", "")),
        "cards": cards,
        "sections": collected.sections(),
        "card_sources": collected.cite(sorted(library.sources(text.body))),
        "crisis": text.crisis["text"],
        "safety_text": text,
    }
    context |= {"references": collected.rows()}
    return render(request, "procedures/emergency_signs.html", standing | context)


# /glossary/
@public_page
def glossary(request: HttpRequest) -> HttpResponse:
    return glossary_page(request, shared_words.standing("glossary"))


def glossary_page(request: HttpRequest, standing: dict[str, Any]) -> HttpResponse:
    references = page.known_references(page.cited(*(term.text for term in terms())))
    collected = CollectedBlocks(page.from_json({"references": {}}), standing)
    collected.references = references
    published = {explainer.slug: explainer.get_absolute_url() for explainer in Explainer.objects.published()}
    letters = [
        (letter, [_explained(collected, term, published) for term in group])
        for letter, group in groupby(terms(), key=lambda term: term.term[0].upper())
    ]
    context = {"letters": letters, "references": collected.rows()}
    return render(request, "procedures/glossary.html", standing | context)


def _explained(collected: CollectedBlocks, term: Term, published: dict[str, str]) -> dict[str, Any]:
    text = term.text.replace("{.own}", "").strip()
    return {"term": term, "text": collected.line(text), "page_url": published.get(term.page, "")}
