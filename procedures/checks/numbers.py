"""Numbers: stored once, told in one way (E30, E31, E33)."""

import re
from collections.abc import Iterator

from procedures import blocks, readability
from procedures.page import Finding, Risk
from procedures.reading import Reading

from .registry import Failure, check, sentences_with

PEOPLE = "(?:people|persons|patients|adults|men|women)"
# One in 20, 68 people per 100, 1:10,000 (no time of the day), 1/3 of people.
ONE_IN = re.compile(
    r"\b(?:(?:one|\d+) in (?!(?:19|20)\d\d\b)(?:\d[\d,]*|a (?:hundred|thousand|million))"
    rf"|\d[\d,]* (?:{PEOPLE} )?per (?:100|1,?000|10,?000|100,?000|hundred|thousand)"
    rf"|\d+:(?:\d{{3,}}|\d{{1,3}}(?:,\d{{3}})+)|\d+/\d+ (?:of )?(?:all |the |our |these )*{PEOPLE})\b",
    re.IGNORECASE,
)
PERCENT = re.compile(r"\d+ ?%|\bper ?cent\b|\b\d+ ?(?:p\.c\.|pct\b)", re.IGNORECASE)
SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ROUND = {
    100: "(?:(?:one |a )?hundred)",
    1000: "(?:(?:one |a )?thousand)",
    10_000: "(?:ten thousand)",
}
COUNTED = re.compile(r"\b(\d[\d,]*) (?:out )?of (?:the |all )?(\d[\d,]*\d|\d)\b")
# The count behind a share: 77 of 113 people; not "2 of 3 signs".
BEHIND = re.compile(rf"{COUNTED.pattern}(?=\)| (?:\w+ ){{0,2}}{PEOPLE}\b)", re.IGNORECASE)
ANOTHER_COUNT = re.compile(r"\b(?:an?other|higher|lower|elsewhere)\b", re.IGNORECASE)
OUT_OF = re.compile(r"\bout of (\d[\d,]*\d|\d)\b")
NUMBER_WORD = re.compile(
    r"\b(?:one (?:of|or|to|out|in|week|day|month|year|hour|side|leg|study|trial)(?!\w)|"
    + "|".join((*SMALL[2:], *TENS))
    + r")\b",
    re.IGNORECASE,
)
RANGE = re.compile(r"(?<![\w-])\d[\d.,]* ?[-\u2013] ?\d[\d.,]*(?![\w-])")
SHORT_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b")
SPACED_TIME = re.compile(
    r"\b\d{1,2}(?::\d\d)? (?:[ap]m\b|[ap]\.m\.)|\b\d{1,2}(?::\d\d)?[ap]\.m\.", re.IGNORECASE
)
BARE_THOUSANDS = re.compile(r"(?<![\d.,])\d{5,}")
FREQUENCY = re.compile(
    r"\b(?:(?<!in )(?:un)?common(?:ly)?|rare(?:ly)?|seldom|frequent(?:ly)?|(?<!how )(?<!more )(?<!less )often|usually"
    r"|(?:very|highly|extremely) unlikely"
    r"|(?:help(?:s|ed)?|works?|last(?:s|ed)?|stays?|relief|better|pain[- ]free|less pain|without pain) for (?:many )?years)\b",
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
    """Also in another coat: 68 of 100, 68%, 68 in 100, sixty-eight out of a hundred, 77 of 113."""
    rows: list[Finding | Risk] = [*reading.page.findings, *reading.page.risks]
    patterns = [_as_typed(few, whole) for row in rows for few, whole in _stored_pairs(row)]
    patterns += [
        re.compile(
            rf"(?<![\d,.])(?:from )?{re.escape(row.before)}(?: [a-z]+){{0,2}} to {re.escape(row.after)}(?![\d,.]*\d)"
        )
        for row in reading.page.findings
        if row.before and row.after
    ]
    for place, text in reading.typed:
        found = {match[0] for pattern in patterns for match in pattern.finditer(text)}
        for words in sorted(found):
            yield Failure("E30", place, "a stored number is typed again; write {finding:KEY}", words)


@check
def shares_agree_with_their_words(reading: Reading) -> Iterator[Failure]:
    """What is counted beside a share is that share; limits may count others, such as those who left."""
    findings, risks = reading.page.findings, reading.page.risks
    rows: list[tuple[str, Finding | Risk, str]] = [("finding", each, each.what) for each in findings]
    rows += [("risk", each, each.number_note) for each in risks]
    for kind, row, words in rows:
        for sentence in readability.sentences(words):
            for found in BEHIND.finditer(sentence):
                if row.denominator and not ANOTHER_COUNT.search(sentence) and _differs(row, found):
                    message = f"the stored share is {row.share}, and the words beside it say {found[0]}"
                    yield Failure("E30", f'{kind} "{row.key}"', message, sentence)


def _differs(row: Finding | Risk, count: re.Match[str]) -> bool:
    """By more than rounding, which may go further where the words say so: rounded up from 1.2."""
    few, whole = _whole(count[1]), _whole(count[2])
    farthest = 1 if "ounded" in count.string else 0.5
    shares = row.numerator or 0, row.denominator or 1
    return not whole or abs(shares[0] - few / whole * shares[1]) > farthest


def _stored_pairs(row: Finding | Risk) -> set[tuple[int, int]]:
    """The share, and the counts behind it: had less pain (77 of 113 people)."""
    words = row.what if isinstance(row, Finding) else row.number_note
    pairs = {(_whole(few), _whole(whole)) for few, whole in COUNTED.findall(words)}
    if row.numerator is not None and row.denominator is not None:
        pairs.add((row.numerator, row.denominator))
    return pairs


def _whole(digits: str) -> int:
    return int(digits.replace(",", ""))


def _as_typed(few: int, whole: int) -> re.Pattern[str]:
    either = rf"(?:{few:,}|{few}|{in_words(few)})"
    base = rf"(?:{whole:,}|{whole}|{in_words(whole)})"
    forms = rf"{either} (?:{PEOPLE} )?(?:out of|of|in|per)(?: the| a| all| every)? {base}(?![\d,]*\d|-)"
    # The other way round: of 100 people, 68 had less pain.
    forms += rf"|(?:out )?of(?: the| all| every)? {base} (?:{PEOPLE},? ){either}(?![\d,]*\d|-)"
    if whole == 100:
        forms += rf"|{either}(?: ?(?:%|p\.c\.|pct\b)| per ?cent\b)"
    return re.compile(rf"(?<![\d,.-])\b(?:{forms})", re.IGNORECASE)


def in_words(number: int) -> str:
    """Sixty-eight, as a pattern; large numbers only as hundred or thousand."""
    if number in ROUND:
        return ROUND[number]
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if number < 20:
        return SMALL[number]
    return TENS[tens - 2] + (f"[- ]{SMALL[ones]}" if ones else "")


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
def findings_share_a_denominator(reading: Reading) -> Iterator[Failure]:
    found = {row.denominator for row in reading.page.findings} - {None}
    if len(found) > 1:
        numbers = " and ".join(f"{number:,}" for number in sorted(filter(None, found)))
        yield Failure("E30", "findings", f"one list counts people out of {numbers}")


@check
def lists_share_a_denominator(reading: Reading) -> Iterator[Failure]:
    lists: dict[tuple[str, int], dict[int, str]] = {}
    for block in reading.prose:
        if block.list_number:
            bases = lists.setdefault((block.place, block.list_number), {})
            bases |= {_whole(base): block.text for base in OUT_OF.findall(block.text)}
    for (place, _), bases in lists.items():
        if len(bases) > 1:
            numbers = " and ".join(f"{base:,}" for base in sorted(bases))
            yield Failure("E30", place, f"one list counts people out of {numbers}", bases[max(bases)])


@check
def numbers_are_numerals(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(NUMBER_WORD, reading, "E33", "write the number in digits")


@check
def ranges_are_spoken(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(RANGE, reading, "E33", 'write a range with "to"')


@check
def dates_and_times_are_spelled_out(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(SHORT_MONTH, reading, "E33", "write the month in full")
    yield from sentences_with(SPACED_TIME, reading, "E33", "write times like 5pm")
    yield from sentences_with(BARE_THOUSANDS, reading, "E33", "write large numbers like 10,000")


@check
def frequency_words_have_numbers(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        for sentence in readability.sentences(block.text):
            found = FREQUENCY.search(sentence)
            if found and not re.search(r"\d|reliable number", sentence) and block.kind != "safety":
                yield Failure("E31", block.place, f'"{found[0]}" without a number', sentence)
