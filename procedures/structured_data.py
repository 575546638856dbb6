"""What a page says, for machines: JSON-LD and the picture of a link (E46, E47).

Every value is read from what the page itself shows, so the two cannot differ. There
are no ratings, and a reviewer only where a review is recorded.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clinic.models import ClinicProfile

from . import visible_text
from .models import Edition, Explainer

SCHEMA = "https://schema.org"
LANGUAGE = "en"
LONGEST_TEXT = 160
# Inside a script only this can end it early.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}
# What a therapy is told by: property, and the section or key fact that says it.
THERAPY_SECTIONS = {"preparation": "prepare", "howPerformed": "steps", "followup": "afterwards"}
SYMPTOMS, CAUSES, HOW_COMMON = "symptoms", "causes", "how-common"
NOT_NOW = re.compile(r"not the right step(?: now)? if:$")
# Wide enough for any place that shows a link as a card; made by link_image.py.
IMAGE_SIZE = (1200, 630)

Node = dict[str, Any]


def json_ld(edition: Edition, clinic: ClinicProfile) -> SafeString:
    """The script element for the page's head; with_page_parts() gives the edition its review."""
    text = json.dumps(web_page(edition, clinic), ensure_ascii=False, separators=(",", ":"))
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text.translate(ESCAPES)),  # noqa: S308 # no < is left in it
    )


def web_page(edition: Edition, clinic: ClinicProfile) -> Node:
    url = address(edition.explainer.get_absolute_url())
    is_procedure = edition.explainer.kind == Explainer.Kind.PROCEDURE
    page = {
        "@context": SCHEMA,
        "@type": "MedicalWebPage",
        "@id": url,
        "url": url,
        "name": edition.plain_name,
        "description": edition.description,
        "inLanguage": LANGUAGE,
        "image": image_url(edition),
        "dateModified": timezone.localdate(edition.published_at).isoformat(),
        "author": {"@type": "Organization", "name": edition.author},
        "medicalAudience": {"@type": "Patient"},
        **reviewed(edition),
        "publisher": publisher(clinic, url if is_procedure else ""),
        "mainEntity": therapy(edition, url) if is_procedure else condition(edition, url),
    }
    if is_procedure:
        page["about"] = related(edition, Explainer.Kind.CONDITION, "MedicalCondition")
    return without_gaps(page)


def reviewed(edition: Edition) -> Node:
    """Only what a clinician has recorded (E18)."""
    if not (review := edition.review):
        return {}
    return {
        "lastReviewed": review["reviewed_on"].isoformat(),
        "reviewedBy": {"@type": "Person", "name": review["name"], "honorificSuffix": review["credential"]},
    }


def publisher(clinic: ClinicProfile, page: str) -> Node:
    return {
        "@type": "MedicalClinic",
        "name": clinic.name,
        "url": address(reverse("home")),
        "telephone": clinic.phone,
        "address": ", ".join(clinic.address),
        "medicalSpecialty": f"{SCHEMA}/Musculoskeletal",
        "availableService": {"@id": f"{page}#procedure"} if page else None,
    }


def therapy(edition: Edition, url: str) -> Node:
    parts = parts_of(edition.html)
    risks = edition.content.get("risks", [])
    return {
        "@type": "MedicalTherapy",
        "@id": f"{url}#procedure",
        "name": edition.medical_name,
        "alternateName": edition.plain_name,
        "procedureType": f"{SCHEMA}/PercutaneousProcedure",
        "bodyLocation": parts.facts.get("Where it is done"),
        "contraindication": list(parts.not_now),
        **{name: parts.sections.get(slot) for name, slot in THERAPY_SECTIONS.items()},
        "adverseOutcome": outcomes(row["name"] for row in risks if row["group"] != "serious"),
        "seriousAdverseOutcome": outcomes(row["name"] for row in risks if row["group"] == "serious"),
    }


def condition(edition: Edition, url: str) -> Node:
    parts = parts_of(edition.html)
    return {
        "@type": "MedicalCondition",
        "@id": f"{url}#condition",
        "name": edition.medical_name,
        "alternateName": edition.plain_name,
        "signOrSymptom": nodes("MedicalSymptom", parts.items.get(SYMPTOMS, ())),
        "cause": nodes("MedicalCause", parts.items.get(CAUSES, ())),
        "epidemiology": parts.sections.get(HOW_COMMON),
        "possibleTreatment": related(edition, Explainer.Kind.PROCEDURE, "MedicalTherapy"),
    }


def outcomes(names: Any) -> list[Node]:
    return nodes("MedicalEntity", names)


def nodes(kind: str, names: Any) -> list[Node]:
    return [{"@type": kind, "name": name} for name in names]


def related(edition: Edition, kind: str, schema_type: str) -> list[Node]:
    rows = [row for row in edition.related_rows if row["kind"] == kind]  # type: ignore[attr-defined]
    return [
        {
            "@type": schema_type,
            "name": row["text"],
            "url": address(reverse(f"procedures:{kind}", args=[row["slug"]])),
        }
        for row in rows
    ]


@dataclass(frozen=True)
class Parts:
    """What structured data takes from the visible words."""

    facts: dict[str, str]
    sections: dict[str, str]
    items: dict[str, tuple[str, ...]]
    not_now: tuple[str, ...]


@lru_cache(maxsize=64)
def parts_of(html: str) -> Parts:
    """An edition never changes, so its words are read once."""
    pieces = visible_text.pieces(html)
    found = Parts({}, {}, {}, next(filter(None, map(not_now, pieces)), ()))
    for piece in pieces:
        if piece.kind == visible_text.FACT:
            found.facts[piece.heading] = piece.text
        elif piece.section and piece.text and piece.section not in found.sections:
            found.sections[piece.section] = beginning(piece.text)
            found.items[piece.section] = tuple(piece.items)
    return found


def not_now(piece: visible_text.Piece) -> tuple[str, ...]:
    """The list behind "It is not the right step now if:"."""
    return next((tuple(items) for words, items in piece.lists if NOT_NOW.search(words)), ())


def beginning(text: str) -> str:
    """Whole sentences or list items, as many as fit."""
    if len(text) <= LONGEST_TEXT:
        return text
    ends = [found.end() for found in re.finditer(r"[.;!?](?= )", text[: LONGEST_TEXT + 1])]
    return text[: ends[-1]].rstrip(";") if ends else ""


def without_gaps(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_gaps(part) for name, part in value.items() if part not in (None, "", [], {})}
    return [without_gaps(part) for part in value] if isinstance(value, list) else value


def address(path: str) -> str:
    return settings.SITE_URL + path


def image_url(edition: Edition) -> str:
    return address(reverse("procedures:og_image", args=[edition.code]))


def meta(edition: Edition, clinic: ClinicProfile) -> dict[str, Any]:
    """For _page_meta.html, and what stands at the end of the page."""
    return {
        "structured_data": json_ld(edition, clinic),
        "image": image_url(edition),
        "image_size": IMAGE_SIZE,
        "image_alt": f"{edition.plain_name} ({edition.medical_name}). {clinic.name}",
    }
