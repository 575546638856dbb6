"""Grade, length of sentences, words that promote or reassure (E15, E16, E24, E26, E34)."""

import re
from collections.abc import Iterable, Iterator

from procedures import readability
from procedures.reading import ABOVE, BESIDE, EASY_SLOTS, Reading

from .registry import Failure, check, sentences_with

GRADE_OF_EASY_PARTS = 6.0
GRADE_OF_PAGE = 8.0
GRADE_OF_SECTION = 8.0
WORDS_IN_SENTENCE = 25
SENTENCES_IN_PARAGRAPH = 3
PROMOTION = re.compile(
    r"\b(?:best|top(?! of\b)|leading(?! to\b)|revolutionary|breakthrough|guaranteed?|painless(?:ly)?|proven"
    r"|permanent(?:ly)?|cures?|cured|state-of-the-art|highly effective|promising|world-class|cutting-edge)\b",
    re.IGNORECASE,
)
REASSURANCE = re.compile(
    r"\b(?:safe(?:ly|r|st)?|eas(?:y|ily)|simpl[ey]|good chance|do not worry|nothing to worry)\b",
    re.IGNORECASE,
)


@check
def easy_parts_are_easy(reading: Reading) -> Iterator[Failure]:
    for part in (*ABOVE, *BESIDE, *EASY_SLOTS):
        texts = [block.text for block in reading.in_part(part)]
        grade = readability.grade(texts)
        if grade > GRADE_OF_EASY_PARTS:
            message = f"reads at grade {grade}, and the limit here is {GRADE_OF_EASY_PARTS}; begin with this"
            yield Failure("E24", part, message, _hardest(texts))


@check
def page_is_readable(reading: Reading) -> Iterator[Failure]:
    grade = readability.grade(block.text for block in reading.prose)
    if grade > GRADE_OF_PAGE:
        yield Failure("E24", "whole page", f"reads at grade {grade}, and the limit is {GRADE_OF_PAGE}")


@check
def sections_are_readable(reading: Reading) -> Iterator[Failure]:
    for section in reading.page.sections:
        if section.slot not in EASY_SLOTS:
            place = f'section "{section.slot}"'
            found = [block.text for block in reading.prose if block.place.startswith(place)]
            grade = readability.grade(found)
            if grade > GRADE_OF_SECTION:
                message = f"reads at grade {grade}, and the limit here is {GRADE_OF_SECTION}; begin with this"
                yield Failure("E24", place, message, _hardest(found))


def _hardest(texts: Iterable[str]) -> str:
    found = [sentence for text in texts for sentence in readability.sentences(text)]
    return max(found, key=lambda sentence: readability.grade([sentence]), default="")


@check
def sentences_are_short(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        for sentence in readability.sentences(block.text):
            count = len(readability.words(sentence))
            if count > WORDS_IN_SENTENCE:
                yield Failure("E26", block.place, f"{count} words in a sentence", sentence)


@check
def paragraphs_are_short(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        count = len(readability.sentences(block.text))
        if block.kind in ("paragraph", "item") and count > SENTENCES_IN_PARAGRAPH:
            yield Failure("E26", block.place, f"{count} sentences in a paragraph", block.text)


@check
def nothing_promotes(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(PROMOTION, reading, "E15", "a promoting word")


@check
def nothing_reassures(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(REASSURANCE, reading, "E16", "a reassuring word")


@check
def nothing_is_stressed(reading: Reading) -> Iterator[Failure]:
    for place, token in reading.tokens:
        if token.type in ("em_open", "strong_open"):
            yield Failure("E34", place, "bold or italic words")
