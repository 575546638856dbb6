"""What every check is made of: a function from a reading to the failures it found."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from procedures import readability
from procedures.page import Page
from procedures.reading import Block, Reading

QUOTED = re.compile(r"[\"\u201c][^\"\u201d]*[\"\u201d]")


@dataclass(frozen=True)
class Failure:
    rule: str
    place: str
    message: str
    quote: str = ""

    def __str__(self) -> str:
        quote = f": \u201c{self.quote}\u201d" if self.quote else ""
        return f"{self.place}: {self.message} ({self.rule}){quote}"


Check = Callable[[Reading], Iterable[Failure]]
ALL: list[Check] = []


def check(function: Check) -> Check:
    ALL.append(function)
    return function


def run(page: Page) -> list[Failure]:
    reading = Reading(page)
    return [failure for each in ALL for failure in each(reading)]


def sentences_with(
    pattern: re.Pattern[str],
    reading: Reading,
    rule: str,
    message: str,
    unless_behind: re.Pattern[str] | None = None,
) -> Iterator[Failure]:
    """Sentences, names and headings that hold such words outside quotation marks."""
    for block in words_of(reading):
        for sentence in readability.sentences(block.text):
            said = QUOTED.sub("", sentence)
            for found in pattern.finditer(said):
                if not (unless_behind and unless_behind.search(said[: found.start()])):
                    yield Failure(rule, block.place, f'{message}, "{found[0]}"', sentence)
                    break


def words_of(reading: Reading) -> list[Block]:
    """All that readers see, the names of the page and of its sections too."""
    page = reading.page
    headings = [Block(f'section "{section.slot}"', "heading", section.heading) for section in page.sections]
    names = [Block("name", "heading", page.plain_name), Block("description", "paragraph", page.description)]
    return [*names, *headings, *reading.blocks]
