"""Grade, length of sentences, words that promote or reassure (E15, E16, E24, E26, E34), and what does not show (P20)."""

import re
from collections.abc import Iterable, Iterator

from clinic import characters
from procedures import readability
from procedures.reading import ABOVE, BESIDE, EASY_SLOTS, Reading

from .registry import Failure, check, sentences_with

GRADE_OF_EASY_PARTS = 6.0
GRADE_OF_PAGE = 8.0
GRADE_OF_SECTION = 8.0
WORDS_IN_SENTENCE = 25
SENTENCES_IN_PARAGRAPH = 3
# Never in our own words, whatever stands around it.
PRAISE = re.compile(
    r"\b(?:best|top(?! of\b)|leading(?! to\b)|revolutionary|breakthroughs?|state[- ]of[- ]the[- ]art|highly effective"
    r"|(?:number|no\.|#) ?1 (?:choice|clinics?|doctors?|hospital|practice|team|treatment)"
    r"|promising|world[- ]class|cutting[- ]edge|life[- ]changing|safe(?:r|st))\b",
    re.IGNORECASE,
)
# What pages may deny: "there is no cure".
PROMISE = re.compile(
    r"\b(?:guarantee[sd]?|painless(?:ly)?|proven|permanent(?:ly)?|cur(?:es?|ed|ing)|miracles?|miraculous(?:ly)?|magic(?:al)?"
    r"|always (?:works|helps)|will always (?:work|help)|never (?:fails|failed)"
    r"|excellent|gold standard|(?:high|higher|good|great|our) success rates?"
    r"|(?:very|extremely|really) effective|works? (?:very|really|so|extremely) well"
    r"|(?:confirms|proves|(?:can|will) (?:confirm|prove)) (?:the|your) (?:cause|diagnosis|source)"
    r"|(?:works?|helps?) (?:every time|for (?:every(?:one|body)|all)))\b",
    re.IGNORECASE,
)
REASSURANCE = re.compile(
    r"\b(?:safe(?:ly)?|eas(?:y|ily)|simpl[ey]|good chance|harmless(?:ly)?"
    r"|(?:do not|don['\u2019]t|need not|needn['\u2019]t|no (?:need|reason) to|nothing to) (?:worry|fear)|nothing to be afraid of"
    r"|(?:no|zero|without(?: any)?|free (?:of|from)(?: any)?)[ -](?:risks?(?! factors?\b|[ -]free\b)|dangers?(?! signs?\b))"
    r"|risk[ -]free|do(?:es)? no harm|nothing (?:can |could |will |ever )?(?:go(?:es)?|went) wrong"
    r"|hardly (?:any (?:side effects?|risks?|problems?|pain|harm)|(?:ever )?hurts?)"
    r"|never (?:seen|had) (?:an?|any) (?:\w+ )?(?:problem|harm|complication|infection|injury|accident)s?"
    r"|(?:fever|weak(?:ness| legs?)?) (?:[\w-]+ ){0,5}?(?:is|are) (?:quite |very |perfectly )?normal"
    r"|(?:do not|don['\u2019]t|no) (?:need|have) to (?:call|tell|phone)[^.;]*\b(?:weak(?:ness)?|fever|bleed(?:s|ing)?|pus|chest|breath(?:e|ing)?)"
    r"|(?:every|any)(?:one|body) can (?:have|get) (?:the|this|an?) (?:\w+ )?(?:block|injection|shot|treatment))\b",
    re.IGNORECASE,
)
FILLER = (
    r"(?:be|been|is|a|an|the|any|yet|known|sure|real|miracle|always|ever|entirely|completely|totally|fully|quite|able"
    r"|meant|to|100 ?%?) "
)
# What denies the word behind it: "not a", "no test" in "no test cures", "no test for this is", "nothing can".
DENIAL = re.compile(
    rf"\b(?:(?:no|not|never|neither|nor|nothing|nobody|cannot|without|\w+n['\u2019]t) (?:{FILLER})*"
    r"|(?:no|not every) (?!doubt|fear|harm|needles?|other|pain|risk|surgery|wonder)[\w-]+ (?:ever )?"
    r"|(?:no|nothing|none of|not every|not all) "
    r"(?:(?!(?:and|as|because|but|doubt|it|only|or|other|so|than|they|we|wonder|you)\b)[\w-]+ )*?"
    rf"(?:is|are|was|were|has|have|can|will|could|that|comes?) (?:{FILLER})*)$",
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
    yield from sentences_with(PRAISE, reading, "E15", "a promoting word")
    yield from sentences_with(PROMISE, reading, "E15", "a promoting word", unless_behind=DENIAL)


@check
def nothing_reassures(reading: Reading) -> Iterator[Failure]:
    yield from sentences_with(REASSURANCE, reading, "E16", "a reassuring word", unless_behind=DENIAL)


@check
def nothing_is_stressed(reading: Reading) -> Iterator[Failure]:
    for place, token in reading.tokens:
        if token.type in ("em_open", "strong_open"):
            yield Failure("E34", place, "bold or italic words")


@check
def nothing_hides(reading: Reading) -> Iterator[Failure]:
    """A character that does not show may turn the order of the words around it."""
    for place, text in _words(reading):
        at = characters.first_refused(text, among_lines=True)
        if at >= 0:
            part = characters.just_after(text[:at])
            yield Failure("P20", place, f"{part} has a character that does not show; type it again")


def _words(reading: Reading) -> Iterator[tuple[str, str]]:
    """All that readers see, each with its place."""
    page = reading.page
    yield from (
        ("name", page.plain_name),
        ("medical name", page.medical_name),
        ("description", page.description),
    )
    yield from ((place, asked.question) for place, asked in reading.asked)
    yield from reading.typed
    typed = {place for place, _ in reading.typed}
    yield from ((block.place, block.text) for block in reading.blocks if block.place not in typed)
