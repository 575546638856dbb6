"""Sheets to print and fill in (A11, A13)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clinic.public import public_page

from . import page, shared_words, tools, views
from .models import Edition, Explainer


# /procedures/<slug>/checklist/
@public_page
def checklist(request: HttpRequest, slug: str) -> HttpResponse:
    editions = Edition.objects.public().filter(explainer__kind=Explainer.Kind.PROCEDURE, explainer__slug=slug)
    edition = editions.with_page_parts().defer("html", "references_html").order_by("-number").first()
    if edition is None:
        return views.taken_back(request, Explainer.Kind.PROCEDURE, slug)
    if not (found := tools.checklist(page.from_json(edition.content))):
        raise Http404
    address = edition.explainer.get_absolute_url()
    context = {
        "edition": edition,
        "review": edition.review,
        "address": address,
        "medicine_lines": tools.MEDICINE_LINES,
        "crumbs": [
            {"text": "Procedures", "url": reverse("procedures:list")},
            {"text": edition.plain_name, "url": address},
        ],
    }
    return render(request, "procedures/checklist.html", context | found)


# /pain-diary/
@public_page
def diary(request: HttpRequest) -> HttpResponse:
    return diary_page(request, shared_words.standing("pain-diary"))


def diary_page(request: HttpRequest, standing: dict[str, Any]) -> HttpResponse:
    words = tools.diary(links_terms="glossary" in standing["public_words"])
    context = {
        "hours": tools.HOURS,
        "days": tools.DAYS,
        "crumbs": [{"text": "Procedures", "url": reverse("procedures:list")}],
    }
    return render(request, "procedures/diary.html", standing | context | words)
