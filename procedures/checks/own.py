"""What stands without a source: our advice and arrangements, but no measured claim (E6, E7)."""

import re
from collections.abc import Iterator

from procedures.reading import Block, Reading

from .numbers import FREQUENCY, PEOPLE, PERCENT
from .registry import Failure, check, words_of

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
TREATMENT = r"(?:it|(?:the|this|these|a|our) (?:\w+ )?(?:blocks?|injections?|shots?|steroids?|heat|treatments?|medicines?))"
# What a treatment does, without any amount: it works well, the block ends your pain, you can avoid surgery.
PROMISED = re.compile(
    rf"\b{TREATMENT} (?:(?:can|could|will|does|really|fully|also|often|always|and) )*"
    r"(?:works?|helps?|eases?|relieves?|heals?|mends?|repairs?|fix(?:es)?|removes?|takes? away|improves?|prevents?"
    r"|(?:ends?|stops?) (?:the |your |all )?(?:\w+ )?pain|(?:is|are) (?:very |really |highly |so )?(?:effective|successful))\b"
    r"(?! us\b| (?:your |this )?questions?\b)"
    r"|\byou (?:will|can) (?:(?:soon|then|finally|again) )?(?:(?:be|feel|become|get|live) (?:pain[- ]free|free of pain|without pain)"
    r"|(?:avoid|skip) (?:the |an? )?(?:surgery|operation))\b"
    r"|\b(?:side effects|risks|problems|complications) are (?:\w+ )?(?:minor|mild|small|few|slight)\b"
    rf"|\b{TREATMENT} (?:(?:does|do|will) not|doesn['\u2019]t|don['\u2019]t|won['\u2019]t|never) hurts?\b"
    r"|\bnumb(?:ness| skin| legs?)? (?:[\w-]+ ){0,5}?(?:is|are) (?:quite |very |perfectly )?normal\b"
    r"|\b(?:this|that|these|those|the) (?:\w+ ){1,2}(?:is|are|must be) (?:then )?the (?:cause|source)\b",
    re.IGNORECASE,
)
HEDGE = re.compile(r"[\w ]* (?:some|a few|for a time)\b|[\w ]*, but ")
MEDICINE = (
    r"(?:(?:blood )?thinners?|medicines?|medications?|(?:pain|sleeping|diabetes|blood pressure) (?:pills?|tablets?|medicines?)|painkillers?"
    r"|antibiotics|nsaids?|opioids?|aspirin|ibuprofen|naproxen|diclofenac|acetaminophen|paracetamol|tylenol|advil|motrin|aleve"
    r"|warfarin|coumadin|clopidogrel|plavix|apixaban|eliquis|rivaroxaban|xarelto|dabigatran|pradaxa|edoxaban|heparin"
    r"|insulin|metformin)"
)
# "Stop warfarin", "you can take 2 ibuprofen"; not "do not stop any medicine", nor "take your medicines with you".
TOLD_TO_TAKE = re.compile(
    r"(?:^|[,:;] |\b(?:and|or|then|please|must|should|may|can|need to|have to) )"
    r"(?P<told>(?:(?:do not|don['\u2019]t|never) (?:take|use)|(?:stop|skip|hold|pause|quit|avoid|take|start|halve|double|leave out)"
    r"|(?:do not|don['\u2019]t) (?:start|need))"
    r" (?:(?:taking|using|no|any|all|your|the|an?|only|more|extra|half|of|dose|\d[\d.,]*) )*"
    rf"{MEDICINE})\b(?! (?:lists?|bottles?|with you|along|box))",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"\b(?:ask|tell|call|talk)\b.*\b(?:if|whether|when|what|which|how|why|about)\b.*", re.IGNORECASE
)
AS_AGREED = re.compile(
    r"\b(?:as usual|unless (?:we|you)|(?:as|when|if|until) (?:we|your doctor)|as prescribed)\b"
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


@check
def own_words_promise_nothing(reading: Reading) -> Iterator[Failure]:
    """Also without an amount, and in headings, which have no sources."""
    for block in words_of(reading):
        is_heading = block.kind == "heading"
        if block.kind not in ("safety", "question") and (is_heading or block.is_own or not block.keys):
            for sentence in block.unsourced:
                said = CONDITION.sub("", sentence) if is_heading else _said(block, sentence)
                found = PROMISED.search(said)
                if found and not (is_heading and HEDGE.match(said[found.end() :])):
                    message = f'what a treatment does needs a source, even with {{.own}}, "{found[0]}"'
                    yield Failure("E6", block.place, message, sentence)


@check
def own_words_change_no_medicine(reading: Reading) -> Iterator[Failure]:
    for block in reading.prose:
        if block.kind not in ("safety", "question") and (block.is_own or not block.keys):
            for sentence in block.unsourced:
                found = TOLD_TO_TAKE.search(ASKED.sub("", sentence))
                if found and not sentence.endswith("?") and not AS_AGREED.search(sentence):
                    message = (
                        f'to stop or take a medicine needs a source, even with {{.own}}, "{found["told"]}"'
                    )
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
