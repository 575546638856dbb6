"""The leaflet of an edition (E45, A20): tagged PDF, made once and kept with the edition."""

from dataclasses import replace
from datetime import date
from math import ceil
from typing import Any

import segno
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from clinic.models import ClinicProfile

from . import made_files, page, paper, safety_text, typesetting
from .models import Edition, EditionFile

Variant = EditionFile.Variant
LARGE = {Variant.LARGE, Variant.LARGE_A4}
PAPER = {Variant.LETTER: "us-letter", Variant.LARGE: "us-letter", Variant.A4: "a4", Variant.LARGE_A4: "a4"}
UNREVIEWED = "No clinician has reviewed this text yet"


def of(edition: Edition, variant: str) -> bytes:
    """`edition` comes from with_page_parts(). Raises typesetting.NotSet."""
    frame, safety = around(edition, variant, ClinicProfile.load()), safety_text.current().body
    return made_files.get(edition, variant, [frame, safety], lambda: make(edition, frame, safety))


def about_size(edition: Edition) -> dict[str, int]:
    """What a link to the leaflet says about it (E45): it need not be made for that. Test: the real pages."""
    characters = len(edition.html) + len(edition.references_html)
    return {
        "sheets": max(2, ceil(characters / 11_500)),
        "kilobytes": max(10, 10 * round(characters * 0.00044)),
    }


def make(edition: Edition, frame: dict[str, Any], safety: dict[str, Any]) -> bytes:
    content = replace(page.from_json(edition.content), safety=safety)
    data = frame | {"words": paper.words_of(content)}
    return typesetting.pdf("leaflet", data, at=int(edition.published_at.timestamp()))


def around(edition: Edition, variant: str, clinic: ClinicProfile) -> dict[str, Any]:
    """All that is not in the edition itself: a change of it makes a new file."""
    url = settings.SITE_URL + edition.explainer.get_absolute_url()
    return {
        "paper": PAPER[Variant(variant)],
        "large": variant in LARGE,
        "language": "en",
        "title": f"{edition.plain_name} ({edition.medical_name})",
        "description": edition.description,
        "clinic": {"name": clinic.name, "phone": clinic.phone, "address": clinic.address},
        "banner": banner(edition.review),
        "sheet": {
            "review": reviewed(edition.review),
            "edition": f"Version {edition.number}, {_day(localtime(edition.published_at))}",
            "url": url,
            "address": url.partition("://")[2],
        },
        "code": square_code(url),
        "about": about(edition, clinic),
        "references_heading": "References",
    }


def banner(review: dict[str, Any] | None) -> str:
    if review is None:
        return "Sample text. No clinician has reviewed it yet."
    return f"The next review was due on {_day(review['next_due'])}." if review["is_overdue"] else ""


def reviewed(review: dict[str, Any] | None) -> str:
    return f"Last reviewed {_day(review['reviewed_on'])}" if review else UNREVIEWED


def about(edition: Edition, clinic: ClinicProfile) -> dict[str, Any]:
    """Who stands for the leaflet, and since when (A18): the same as at the end of the page."""
    review = edition.review
    rows = {
        "Written by": edition.author,
        "Reviewed by": f"{review['name']}, {review['credential']}" if review else "Not reviewed yet",
        "Last reviewed": _day(review["reviewed_on"]) if review else "Not reviewed yet",
        "Next review due": _day(review["next_due"]) if review else "After the first review",
        "Version": f"{edition.number}, published on {_day(localtime(edition.published_at))}",
        "What changed": edition.change_note,
        "Who pays": f"{clinic.name} pays for this page and is paid for the care it offers. "
        "No maker of drugs or devices paid for it.",
    }
    return {
        "heading": "Who wrote and reviewed this leaflet",
        "rows": [{"label": label, "text": text} for label, text in rows.items()],
        "closing": "This leaflet supports a talk with your clinician and does not replace it.",
    }


def square_code(url: str) -> dict[str, str]:
    code = segno.make_qr(url, error="m")
    return {
        "svg": code.svg_inline(border=2, dark="#000", light="#fff", omitsize=True),
        "alt": f"Square code for a phone camera. It opens {url}",
        "words": "This page on the web:",
    }


def _day(day: date) -> str:
    return date_format(day, "F j, Y")
