"""Words that come from files and belong to no page of their own, and what clinicians say about them.

The comparison, the emergency signs page, the glossary and the pain diary have no
editions: their words are those of the running code. A clinician signs off one state
of them, told by its hash; once the file says something else, the next state waits
for a signature again. Where only reviewed words are public, pages without one are
not there, and neither is any link to them. The emergency signs always show (R5).
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import Http404
from django.urls import reverse

from . import glossary, library, tools
from .models import SharedWords
from .page import digest

Name = SharedWords.Name
URLS = {
    Name.COMPARE: "procedures:compare",
    Name.EMERGENCY_SIGNS: "procedures:emergency_signs",
    Name.GLOSSARY: "procedures:glossary",
    Name.PAIN_DIARY: "procedures:diary",
}
ALL = frozenset(map(str, Name))
# A paragraph that is nothing but a way to a page goes with it; of other links the words stay.
WAY = '<p class="no-print"><a href="{0}">[^<]*</a></p>'
LINK = r'<a\b[^>]*?\shref="{0}(?:#[^"]*)?"[^>]*>(.*?)</a>'


@cache
def hashes() -> dict[str, str]:
    """Name -> what stands for its words as the files have them now."""
    terms = [(term.slug, term.term, term.text, term.also, term.page) for term in glossary.terms()]
    return {
        Name.COMPARE.value: digest(library.entry("compare")),
        Name.EMERGENCY_SIGNS.value: digest(library.entry("emergency-signs")),
        Name.GLOSSARY.value: digest(terms),
        Name.PAIN_DIARY.value: digest(tools.diary_entry()),
    }


def load() -> int:
    """A row for each state of the words that there was none of yet; how many are new."""
    rows = [SharedWords.objects.get_or_create(name=name, words_hash=own) for name, own in hashes().items()]
    return sum(is_new for _, is_new in rows)


def is_current(words: SharedWords) -> bool:
    return hashes()[words.name] == words.words_hash


def to_sign_off() -> int:
    return SharedWords.objects.of(hashes()).filter(signed_off_at=None).count()


def signatures() -> dict[str, SharedWords]:
    """Name -> the row that a clinician has signed; without a database nobody has."""
    try:
        return {row.name: row for row in SharedWords.objects.of(hashes()).signed_off()}
    except Error:
        return {}


def public(signed: Iterable[str] | None = None) -> frozenset[str]:
    """The names of those that readers may open; asks the database only where it matters and nobody has."""
    if not settings.REQUIRE_CLINICAL_REVIEW:
        return ALL
    return frozenset(signatures() if signed is None else signed) | {Name.EMERGENCY_SIGNS.value}


def hidden_urls(public_words: Iterable[str]) -> set[str]:
    """Names of the urls that readers may not open."""
    return {URLS[Name(name)] for name in ALL.difference(public_words)}


def standing(name: str, *, to_staff: bool = False) -> dict[str, Any]:
    """What the page of these words says about them, or 404 where readers may not see it."""
    signed = signatures()
    public_words = public(signed)
    if name not in public_words and not to_staff:
        raise Http404
    return {"public_words": public_words, "signature": signed.get(name)}


def without_hidden_links(html: str, public_words: Iterable[str]) -> str:
    """An edition is rendered once; which links it may show is known only when it is read."""
    for url in hidden_urls(public_words):
        address = re.escape(reverse(url))
        html = re.sub(WAY.format(address), "", html)
        html = re.sub(LINK.format(address), r"\1", html, flags=re.DOTALL)
    return html
