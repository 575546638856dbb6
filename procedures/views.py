"""Public pages of procedures and conditions, and the ways to them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from clinic.models import ClinicProfile
from clinic.public import public_page

from . import blocks, leaflet, safety_text, shared_words, structured_data
from .blocks import CALL_BUTTON, PHONE_LINES
from .models import Edition, Explainer

Kind = Explainer.Kind


# /
@public_page
def home(request: HttpRequest) -> HttpResponse:
    editions = sorted_editions()
    context = {
        "procedures": [edition for edition in editions if edition.explainer.kind == Kind.PROCEDURE],
        "conditions": [edition for edition in editions if edition.explainer.kind == Kind.CONDITION],
    }
    return render(request, "site/home.html", context)


# /procedures/
@public_page
def procedures(request: HttpRequest) -> HttpResponse:
    return render(request, "procedures/list.html", {"editions": sorted_editions(Kind.PROCEDURE)})


# /conditions/
@public_page
def conditions(request: HttpRequest) -> HttpResponse:
    return render(request, "procedures/conditions.html", {"editions": sorted_editions(Kind.CONDITION)})


def sorted_editions(kind: str = "") -> list[Edition]:
    editions = (
        Edition.objects.current().select_related("explainer").defer("html", "references_html", "content")
    )
    if kind:
        editions = editions.filter(explainer__kind=kind)
    return sorted(editions, key=lambda edition: edition.plain_name)


# /procedures/<slug>/
@public_page
def procedure(request: HttpRequest, slug: str) -> HttpResponse:
    return explainer(request, Kind.PROCEDURE, slug)


# /conditions/<slug>/
@public_page
def condition(request: HttpRequest, slug: str) -> HttpResponse:
    return explainer(request, Kind.CONDITION, slug)


def explainer(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    editions = Edition.objects.public().filter(explainer__kind=kind, explainer__slug=slug)
    editions = editions.with_page_parts().with_safety_words().with_signed_words(shared_words.hashes())
    edition = editions.order_by("-number").first()
    if edition is None:
        return taken_back(request, kind, slug)
    return render(request, "procedures/explainer.html", page_context(edition, ClinicProfile.load()))


def taken_back(request: HttpRequest, kind: str, slug: str, *, unsent: str = "") -> HttpResponse:
    """What readers could open once and may have at home; 410 lets search engines forget it sooner.

    `unsent`: what somebody wrote about it meanwhile.
    """
    once = Edition.objects.fit_for_readers().filter(
        explainer__kind=kind, explainer__slug=slug, explainer__is_withdrawn=True
    )
    name = once.order_by("-number").values_list("plain_name", flat=True).first()
    if name is None:
        raise Http404
    context = {"name": name, "is_procedure": kind == Kind.PROCEDURE, "unsent": unsent}
    return render(request, "procedures/taken_back.html", context, status=410)


def page_context(edition: Edition, clinic: ClinicProfile) -> dict[str, Any]:
    """Phone, review, safety words and links are today's; all else was rendered at publication."""
    is_procedure = edition.explainer.kind == Kind.PROCEDURE
    crumb = ("Procedures", "list") if is_procedure else ("Conditions", "conditions")
    safety = getattr(edition, "safety_body", None) or safety_text.current().body
    public_words = shared_words.public(getattr(edition, "signed_words", None))
    html = shared_words.without_hidden_links(blocks.with_safety(edition.html, safety), public_words)
    return {
        "clinic": clinic,
        "edition": edition,
        "public_words": public_words,
        "html": with_phone(html, clinic),
        "references": mark_safe(edition.references_html),  # noqa: S308 # rendered by blocks.py
        "review": edition.review,
        "related": edition.related_pages,
        "leaflet": leaflet.about_size(edition),
        "crumbs": [{"text": crumb[0], "url": reverse(f"procedures:{crumb[1]}")}],
        **structured_data.meta(edition, clinic),
    }


def with_phone(html: str, clinic: ClinicProfile) -> SafeString:
    """Today's phone number in the places that the edition leaves for it."""
    lines = render_to_string("_contact_lines.html", {"clinic": clinic})
    button = render_to_string("procedures/_call_button.html", {"clinic": clinic})
    return mark_safe(html.replace(PHONE_LINES, lines).replace(CALL_BUTTON, button))  # noqa: S308 # as above
