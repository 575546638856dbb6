"""Ways to find a page: search, and the feed of what changed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.http import http_date

from clinic.models import ClinicProfile
from clinic.public import public_page

from . import safety_text, search, search_words, shared_words, views
from .emergency_words import is_crisis, is_emergency
from .models import Edition, Explainer

NEWEST = 30


# /search/
@public_page
def search_page(request: HttpRequest) -> HttpResponse:
    """What was typed tells about somebody's health, so the answer is kept nowhere and sent along to nobody."""
    typed = " ".join(request.GET.get("q", "").split())
    text = search_words.tidy(typed)
    editions = views.sorted_editions()
    context: dict[str, Any] = {
        "text": text,
        "is_cut": len(typed) > search_words.LONGEST_TEXT,
        "procedures": [row for row in editions if row.explainer.kind == Explainer.Kind.PROCEDURE],
        "conditions": [row for row in editions if row.explainer.kind == Explainer.Kind.CONDITION],
    }
    if text:
        context["public_words"] = shared_words.public()
        hidden = shared_words.hidden_urls(context["public_words"])
        context["found"] = search.find(text, editions, hidden)
        if is_emergency(text):
            context |= {"safety": safety_text.current(), "is_crisis": is_crisis(text)}
    response = render(request, "procedures/search.html", context)
    if typed:
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
    return response


# /changes.rss
@public_page
def changes(request: HttpRequest) -> HttpResponse:
    """Each publication with what changed, the newest first; only what readers may see."""
    rows = Edition.objects.public().select_related("explainer").order_by("-published_at", "-pk")
    editions = list(rows.defer("html", "references_html", "content")[:NEWEST])
    response = HttpResponse(content_type=Rss201rev2Feed.content_type)
    feed_of(editions, ClinicProfile.load().name).write(response, "utf-8")
    if editions:
        response["Last-Modified"] = http_date(editions[0].published_at.timestamp())
    return response


def feed_of(editions: list[Edition], clinic: str) -> Rss201rev2Feed:
    feed = Rss201rev2Feed(
        title=f"Changes to the pages of {clinic}",
        link=settings.SITE_URL + reverse("home"),
        description="New and changed pages about procedures and conditions, with what changed.",
        language="en-US",
        feed_url=settings.SITE_URL + reverse("procedures:feed"),
        ttl=60,
    )
    for edition in editions:
        link = settings.SITE_URL + edition.explainer.get_absolute_url()
        feed.add_item(
            title=f"{edition.plain_name} ({edition.medical_name})",
            link=link,
            description=edition.change_note,
            unique_id=f"{link}#edition-{edition.number}",
            unique_id_is_permalink=False,
            pubdate=edition.published_at,
        )
    return feed
