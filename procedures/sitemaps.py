"""Which pages search engines may find, and since when they say what they say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from clinic.public import public_page

from . import safety_text, shared_words, views
from .models import Edition, Explainer

# Pages without a date of their own.
NOTICES = ("accessibility", "privacy", "language_help")
Kind = Explainer.Kind
Entry = dict[str, Any]


# /sitemap.xml
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    editions = views.sorted_editions()
    procedures = [edition for edition in editions if edition.explainer.kind == Kind.PROCEDURE]
    conditions = [edition for edition in editions if edition.explainer.kind == Kind.CONDITION]
    entries = [
        entry("home", newest(editions)),
        entry("procedures:list", newest(procedures)),
        entry("procedures:conditions", newest(conditions)),
        *others(conditions),
        *map(entry, NOTICES),
        *(page(edition) for edition in [*conditions, *procedures]),
        *(checklist(edition) for edition in procedures),
    ]
    return render(request, "site/sitemap.xml", {"entries": entries}, content_type="application/xml")


def others(conditions: list[Edition]) -> list[Entry]:
    """Pages made of others change when one of these does; those that readers may open."""
    hidden = shared_words.hidden_urls(shared_words.public())
    text = safety_text.current()
    dated = {
        "procedures:compare": newest(conditions),
        "procedures:emergency_signs": timezone.localdate(text.created_at) if text.pk else None,
        "procedures:glossary": None,
        "procedures:diary": None,
    }
    return [entry(name, changed_on) for name, changed_on in dated.items() if name not in hidden]


def page(edition: Edition) -> Entry:
    address = settings.SITE_URL + edition.explainer.get_absolute_url()
    return {"address": address, "changed_on": day_of(edition)}


def checklist(edition: Edition) -> Entry:
    address = settings.SITE_URL + reverse("procedures:checklist", args=[edition.explainer.slug])
    return {"address": address, "changed_on": day_of(edition)}


def entry(name: str, changed_on: date | None = None) -> Entry:
    return {"address": settings.SITE_URL + reverse(name), "changed_on": changed_on}


def newest(editions: Iterable[Edition]) -> date | None:
    return max(map(day_of, editions), default=None)


def day_of(edition: Edition) -> date:
    return timezone.localdate(edition.published_at)
