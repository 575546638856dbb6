"""What stands without a source: our advice and arrangements, but no measured claim (E6, E7)."""

import re
from collections.abc import Iterator

from procedures.reading import Block, Reading

from .numbers import FREQUENCY, PEOPLE, PERCENT
from .registry import Failure, check

UNIT = "(?:minute|hour|day|night|week|month|year)"
SHARE = re.compile(
    rf"(?<!step )(?<!page )(?<!part )\b\d[\d,]* (?:{PEOPLE} )?(?:out of|of|in)(?: the| all| every)? (?!(?:19|20)\d\d\b)\d[\d,]*"
    rf"|{PERCENT.pattern}",
    re.IGNORECASE,
)
DOSE = re.compile(
    r"\b(?:\d[\d.,]* ?(?:mg|mcg|[\u00b5\u03bcu]g|g|ml|cc|iu|[mµ]sv|units?|(?:milli|micro)?grams?|millilit(?:er|re)s?"
    r"|tablets?|pills?|capsules?|puffs?|drops?|degrees|\u00b0 ?[cf])|half a (?:tablet|pill))\b",
    re.IGNORECASE,
)
# What a treatment does to people, for good or ill; not what we do, nor how long a visit takes.
EFFECT = re.compile(
    r"\b(?:relie(?:f|ve[sd]?)|eas(?:es?|ed|ing)|helps|helped|help (?:after|for|in|within)"
    r"|(?<!we )(?:can|could|may|might|should|will) help|(?<!you )(?:can|could|may|might|should|will) work"
    r"|(?<!working )works|worked|(?:begins?|starts?|takes?)\b[^.]* to work"
    r"|(?<!visit )(?<!appointment )(?<!call )(?<!talk )(?<!stay )lasts|lasted|lasting|long-lasting"
    r"|(?:can|could|may|might|should|will) last"
    r"|(?:wears?|wore) off|fades?|go(?:es)? away|gone|numb(?:ness)?|weak(?:ness)?|dizz(?:y|iness)|symptoms?|effects?|scores?|free of pain|pain-free"
    r"|(?:less|more|no|without) pain|pain (?:is|was|stays?|goes|went|comes|came|returns?|drops?|falls?|fell|gets?)"
    r"|(?:cuts?|lowers?|halves|doubles) (?:your |the )?(?:pain|risk)"
    r"|(?:feel|felt|get|got|are|is|be|was|were|much|far)s? (?:better|worse)(?! to\b)|improve[sd]?|improvement"
    r"|heal(?:s|ed|ing)?|recover(?:s|ed|y)?|risks?|chances?|odds|likel(?:y|ihood)|infect(?:ed|ions?)"
    r"|bleed(?:s|ing)?|bruis(?:es?|ed|ing)|swelling|swollen|soreness|damaged?|harm(?:s|ed)?|strokes?"
    r"|dies?|died|deaths?|complications?)\b",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    rf"\b(?:\d[\d.,]*(?: {UNIT}s?)?|(?:a few |some |several |many )?{UNIT}s"
    rf"|(?<!once )(?<!twice )(?<!times )(?:half )?an? {UNIT}|(?:a )?long time|long-lasting|for (?:life|good|ever)|forever"
    r"|half|halves|twice|doubles?|a third|thirds|a quarter)\b",
    re.IGNORECASE,
)
# Prices, times of the day, telephone numbers, the pain scale, and the days on which we work.
OUR_NUMBERS = re.compile(
    r"\$ ?\d[\d.,]*|\b(?:\d[\d.,]* dollars|\d{1,2}(?::\d\d)?[ap]m|(?:\d+-)?\d{3}-\d{3}-\d{4}|911|0 to 10"
    r"|(?:\d+ )?(?:working|business) (?:days?|hours?)|(?:opening|office) hours)\b",
    re.IGNORECASE,
)
HOW_OFTEN = re.compile(
    rf"{FREQUENCY.pattern}|\b(?:sometimes|occasionally|infrequent(?:ly)?|mostly|typically|most of the time"
    rf"|(?<!how )(?:most|many|few|half|almost all|nearly all)(?: of)?(?: the| our| these)? {PEOPLE})\b",
    re.IGNORECASE,
)
OURS = re.compile(
    r"\b(?:we|us|our|visits?|appointments?|takes|open|closed|phone|price|bill|insurance|plan)\b",
    re.IGNORECASE,
)
REQUEST = re.compile(
    r"(?:(?:and|or|then|so|but|please) )*(?:ask|avoid|bring|call|check|come|cool|do|drink|drive|eat|find|go|keep"
    r"|leave|let|lie|list|look|move|note|phone|press|put|rate|rest|sit|start|stop|take|tell|try|wait|walk|wash|watch"
    r"|wear|write|stay (?!free|pain))\b",
    re.IGNORECASE,
)
CONDITION = re.compile(r"\b(?:if|when|whether|unless|what|how|why)\b.*", re.IGNORECASE)
NOT_KNOWN = re.compile(
    r"reliable number|\bwe (?:do not|cannot) (?:know|say|tell)\b"
    r"|\bwe (?:found|have|know of) no (?:\w+ )?(?:answer|count|number|source|study|trial)\b",
    re.IGNORECASE,
)


@check
def own_words_claim_nothing(reading: Reading) -> Iterator[Failure]:
    """Neither do those that need no mark: captions, and what announces a list."""
    for block in reading.prose:
        if block.kind not in ("safety", "question") and (block.is_own or not block.keys):
            for sentence in block.unsourced:
                if found := _claim(block, sentence):
                    message = f'how much, how long or how often needs a source, even with {{.own}}, "{found}"'
                    yield Failure("E6", block.place, message, sentence)


def _claim(block: Block, sentence: str) -> str:
    if found := SHARE.search(sentence) or DOSE.search(sentence):
        return found[0]
    said = OUR_NUMBERS.sub("", _said(block, sentence))
    effect = EFFECT.search(said)
    if effect and (found := AMOUNT.search(said)):
        return found[0]
    found = HOW_OFTEN.search(said)
    is_claim = found and "reliable number" not in sentence and (effect or not OURS.search(sentence))
    return found[0] if found and is_claim else ""


def _said(block: Block, sentence: str) -> str:
    """What the sentence states, behind the label of a key fact: no questions, requests or conditions."""
    if sentence.endswith("?"):
        return ""
    parts = re.split(r"[,:;] ", sentence)
    if block.place == 'section "next"' and block.kind == "item" and ": " in sentence:
        # A branch: what may come, then what we do about it.
        parts = re.split(r"[,:;] ", sentence.partition(": ")[2])
    if len(parts) == 1 and CONDITION.match(parts[0]):
        return f"{block.label}: {sentence}"
    stated = [
        CONDITION.sub("", part) for part in parts if not (REQUEST.match(part) or NOT_KNOWN.search(part))
    ]
    return f"{block.label}: {', '.join(stated)}"
