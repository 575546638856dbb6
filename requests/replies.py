"""Replies ready to be chosen: in which language, and with their blanks filled."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats, timezone, translation

from clinic.calendar import local_today
from clinic.models import ClinicProfile, User

from .forms.visit import LANGUAGES
from .models import Inquiry, Reply, ReplyText
from .models.reply import BLANKS

BLANK = re.compile(r"[{]([^{}\n]{0,40})[}]")
FALLBACK = "en"


@dataclass(frozen=True)
class Group:
    """The replies of one language."""

    language: str
    texts: list[ReplyText]

    @property
    def label(self) -> str:
        return language_label(self.language)


def language_label(code: str) -> str:
    own, english = LANGUAGES.get(code, (code, code))
    return own if own == str(english) else f"{own} ({english})"


def choices(inquiry: Inquiry) -> list[Group]:
    """The patient's own language first, then English."""
    wanted = list(dict.fromkeys((inquiry.language, FALLBACK)))
    texts = ReplyText.objects.filter(reply__is_active=True, language__in=wanted).select_related("reply")
    texts = texts.order_by("reply__place", "reply__title")
    groups = [Group(code, [text for text in texts if text.language == code]) for code in wanted]
    return [group for group in groups if group.texts]


def chosen(key: str) -> ReplyText | None:
    """One that is still offered."""
    if not (key.isdecimal() and len(key) < 10):
        return None
    found = ReplyText.objects.filter(pk=int(key), reply__is_active=True).select_related("reply")
    return found.first()


def in_english(text: ReplyText) -> str:
    """For staff who do not read the patient's language."""
    english = text.reply.texts.filter(language=FALLBACK).exclude(pk=text.pk).first()
    return english.text if english else ""


# Blanks


def fill(text: str, values: dict[str, str]) -> str:
    """In one pass, so that a name with a blank in it stays a name."""
    return BLANK.sub(lambda blank: values.get(blank[1]) or blank[0], text)


def values_for(inquiry: Inquiry, by: User, language: str) -> dict[str, str]:
    """What is known; the rest stays a blank that somebody has to fill in."""
    owed = inquiry.is_open and inquiry.first_answered_at is None and inquiry.answer_by >= local_today()
    return {
        "name": inquiry.preferred_name or inquiry.first_name or inquiry.full_name,
        "reference": inquiry.reference,
        "answer_by": day_words(inquiry.answer_by, language) if owed else "",
        "today": day_words(timezone.localdate(), language),
        "clinic_phone": ClinicProfile.load().phone,
        "staff_name": by.get_full_name() or by.get_username(),
    }


def made_up_values(language: str) -> dict[str, str]:
    """For the preview of managers."""
    today = local_today()
    return {
        "name": "Rosa",
        "reference": "7K3-XW9",
        "answer_by": day_words(today, language),
        "today": day_words(today, language),
        "date": day_words(today, language),
        "clinic_phone": ClinicProfile.load().phone,
        "staff_name": "Nora Sample",
    }


def day_words(day: date, language: str) -> str:
    with translation.override(language):
        return formats.date_format(day, "l, F j" if language == FALLBACK else "DATE_FORMAT")


def unknown_blanks(text: str) -> list[str]:
    """What a reply must not leave open, as written; a lone brace among it."""
    found = [blank[0] for blank in BLANK.finditer(text) if blank[1] not in BLANKS]
    lone = re.findall(r"[{}]", BLANK.sub("", text))
    return list(dict.fromkeys(found + lone))


def unfilled(text: str) -> list[str]:
    return list(dict.fromkeys(blank[0] for blank in BLANK.finditer(text)))


def unfilled_words(text: str) -> str:
    """Which words to put in their place; empty when nothing is open."""
    parts = [f"{blank} with {_meaning(blank)}" for blank in unfilled(text)]
    return f"Replace {' and '.join(parts)}" if parts else ""


def _meaning(blank: str) -> str:
    return BLANKS.get(blank.strip("{}"), "your own words")


# Saved versions


def texts_of(reply: Reply) -> dict[str, str]:
    return {text.language: text.text for text in reply.texts.all()}


def in_order(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The languages as the form lists them."""
    return ((code, texts[code]) for code in LANGUAGES if texts.get(code))


def words(texts: dict[str, Any]) -> str:
    return ", ".join(language_label(code) for code, _ in in_order(texts))
