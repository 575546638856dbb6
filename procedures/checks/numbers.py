"""Numbers: stored once, told in one way (E30, E31)."""

import re
from collections.abc import Iterator

from procedures import blocks, readability
from procedures.reading import Reading

from .registry import Failure, check, sentences_with

ONE_IN = re.compile(
    r"\b(?:one|\d+) in (?!(?:19|20)\d\d\b)(?:\d[\d,]*|a (?:hundred|thousand|million))", re.IGNORECASE
)
PERCENT = re.compile(r"\d+ ?%|\bper ?cent\b", re.IGNORECASE)
FREQUENCY = re.compile(
    r"\b(?:(?<!in )(?:un)?common(?:ly)?|rare(?:ly)?|seldom|frequent(?:ly)?|(?<!how )(?<!more )(?<!less )often|usually)\b",
    re.IGNORECASE,
)


@check
def stored_numbers_exist(reading: Reading) -> Iterator[Failure]:
    known = {finding.key for finding in reading.page.findings}
    for place, text in reading.typed:
        for key in re.findall(r"\{finding:(\w+)\}", text):
            if key not in known:
                yield Failure("E30", place, f"there is no finding {key}")


@check
def numbers_are_typed_once(reading: Reading) -> Iterator[Failure]:
    page = reading.page
    shares = {row.share for row in (*page.findings, *page.risks) if row.share}
    for place, text in reading.typed:
        for share in sorted(shares):
            if re.search(rf"(?<![\d,]){re.escape(share)}(?![\d,]*\d)", text):
                yield Failure("E30", place, "a stored number is typed again; write {finding:KEY}", share)


@check
def no_one_in_many(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(ONE_IN, reading, "E30", "not written like 10 out of 100")


@check
def no_percent(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(PERCENT, reading, "E30", "not written like 10 out of 100")


@check
def risks_share_a_denominator(reading: Reading) -> Iterator[Failure]:
    for group in blocks.RISK_GROUPS:
        found = {risk.denominator for risk in reading.page.risks if risk.group == group} - {None}
        if len(found) > 1:
            numbers = " and ".join(f"{number:,}" for number in sorted(filter(None, found)))
            yield Failure("E30", f"{group} risks", f"one list counts people out of {numbers}")


@check
def frequency_words_have_numbers(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        for sentence in readability.sentences(block.text):
            found = FREQUENCY.search(sentence)
            if found and not re.search(r"\d|reliable number", sentence) and block.kind != "safety":
                yield Failure("E31", block.place, f'"{found[0]}" without a number', sentence)
