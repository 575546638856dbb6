"""Claims and their sources (E6, E7)."""

import re
from collections.abc import Iterator

from procedures import readability
from procedures.models.evidence import DOI
from procedures.reading import Reading

from .registry import Failure, check, words_of

# Tags, and marks of other kinds of Markdown: readers see them as they were typed.
LEFTOVER = re.compile(r"</?[a-z][^<>]*>?|<!--|!\[|\*\*|__|~~|`", re.IGNORECASE)
MARKUP = re.compile(r"\[@|\{finding|\{\.|\]\(|^::", re.MULTILINE)


@check
def claims_cite(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        announces_a_list = block.kind == "paragraph" and block.text.endswith(":")
        if not (block.keys or block.is_own or announces_a_list or block.kind == "caption"):
            yield Failure("E6", block.place, "no source, and not marked as our own with {.own}", block.text)


@check
def sources_are_known(reading: Reading) -> Iterator[Failure]:
    known = reading.page.references
    for block in reading.blocks:
        if block.kind != "safety":
            for key in sorted(set(block.keys) - set(known)):
                yield Failure("E6", block.place, f"the source {key} does not exist", block.text)


@check
def sources_can_be_found(reading: Reading) -> Iterator[Failure]:
    for key, reference in reading.page.references.items():
        if not (DOI.match(reference.doi) or reference.url.startswith("https://")):
            yield Failure("E7", f"reference {key}", "needs a DOI like 10.1000/abc or an https address")
        if not (reference.study_type and reference.size):
            yield Failure("E7", f"reference {key}", "needs the type and the size of the study")


@check
def markup_is_complete(reading: Reading) -> Iterator[Failure]:
    for block in reading.blocks:
        if MARKUP.search(block.text):
            yield Failure("E6", block.place, "marks that were not understood", block.text)


@check
def nothing_is_left_over(reading: Reading) -> Iterator[Failure]:
    for block in words_of(reading):
        for sentence in readability.sentences(block.text):
            if found := LEFTOVER.search(sentence):
                yield Failure("E34", block.place, f"readers see the mark {found[0]} as it is typed", sentence)
