"""Medical words and acronyms are explained where they first stand (E28, E29)."""

import re
from collections.abc import Iterator

from procedures import glossary, readability
from procedures.reading import BESIDE, Reading

from .registry import Failure, check

ACRONYM = re.compile(r"\b[A-Z]{2,}(?=s?\b)")
# Known to everybody, or named in no other way.
KNOWN_ACRONYMS = {"CT", "ID", "MRI", "TV", "UK", "US"}
NOT_EXPLAINED = '"{0}" is not explained where it first stands; write plain words ({0})'
# Ways to say what a word means in the same sentence; {} is the word.
WAYS_TO_EXPLAIN = (
    r"\([^()]*{}[^()]*\)",  # plain words (word)
    r"{}\S*(?: \w+)? \([^()]+\)",  # word (plain words)
    r"\b(?:called|named|known as|doctors(?: also)? say|means?) (?:an? |the )?[^,;.]*{}",
    r"\bcall(?:s|ed)? (?:it|this|them|these) (?:an? |the )?[^,;.]*{}",
    r"{}[^,;:.]{{0,20}},? (?:which|that) (?:is|are|means?)\b",
    r"{}[^,;:.]{{0,20}}, (?:an?|the|or) ",
    r"\bor (?:an? |the )?{}",
    r"{}[^,;:.]{{0,12}} (?:is|are|means?) (?:an?|the|small|thin|\w+ \w+ (?:that|which|of|from|in|on)) ",
    r"{}:",
    r"\b(?:agency|group|institute|journal|society) {}",
)


@check
def terms_are_explained(reading: Reading) -> Iterator[Failure]:
    """Not those in the page's own name: its heading says them beside the plain name."""
    told = {term.slug for _, term in glossary.find(reading.page.medical_name)}
    for place, sentence in _sentences(reading):
        for found, term in glossary.find(sentence):
            needs_words = not (term.link_only or glossary.is_acronym(found[0]))
            if term.slug not in told and needs_words and not _explains(found[0], sentence):
                yield Failure("E28", place, NOT_EXPLAINED.format(found[0]), sentence)
            told.add(term.slug)


@check
def acronyms_are_explained(reading: Reading) -> Iterator[Failure]:
    told = KNOWN_ACRONYMS | set(ACRONYM.findall(reading.page.medical_name))
    for place, sentence in _sentences(reading):
        for acronym in ACRONYM.findall(sentence):
            if acronym not in told and not _explains(acronym, sentence):
                yield Failure("E29", place, NOT_EXPLAINED.format(acronym), sentence)
            told = told | {acronym}


@check
def words_are_plain(reading: Reading) -> Iterator[Failure]:
    for place, sentence in _sentences(reading):
        for word, plain in glossary.avoided().items():
            found = re.search(rf"\b{re.escape(word)}s?\b", sentence, re.IGNORECASE)
            if found and not _explains(found[0], sentence):
                message = f'"{found[0]}" is a doctors\' word; write "{plain}" or explain it here'
                yield Failure("E28", place, message, sentence)


def _sentences(reading: Reading) -> Iterator[tuple[str, str]]:
    """Without safety texts, which have a review of their own, and parts for other pages."""
    for block in reading.prose:
        if block.kind == "safety" or block.place.startswith(BESIDE):
            continue
        for sentence in readability.sentences(block.text):
            yield block.place, sentence


def _explains(word: str, sentence: str) -> bool:
    return any(re.search(way.format(re.escape(word)), sentence, re.IGNORECASE) for way in WAYS_TO_EXPLAIN)
