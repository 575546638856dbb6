"""Flesch-Kincaid grade and what it needs: sentences, words, syllables (E24, E26).

A gate against hard texts, no proof of an easy one (E25).
"""

import re
from collections.abc import Iterable

WORD = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*|\d[\d,.]*")
# A full stop that ends no sentence.
ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|e\.g|i\.e|U\.S|No|approx)\.$")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"\u201c(]?[A-Z0-9])|(?<=:)\s+(?=[\"\u201c(]?[A-Z])")
# Two vowels beside each other that are spoken apart: "me-di-um", "cre-ate", "easi-er", "go-ing".
HIATUS = re.compile(
    r"(?<![ctsgx])i[au]|(?<![ctsgxln])io|iet|ier$|(?<!f)[rdn]ien|eo|(?<![qg])ua(?!y)|creat|react|[aeouy]ing"
)
# A written e that is not spoken: at the end, in most -es and -ed, before -ful, -ment and the like.
SILENT = re.compile(
    r"(?:(?<![cgsxzh])(?<=[^aeiouyl])es|(?<=[^aeioudt])ed|(?<=[^aeiouyl])e)$"
    r"|(?<=[^aeiouyl])e(?=(?:ful|ment|ments|ly|ness|less)$)"
)
# Words of these pages that the rules above get wrong.
SYLLABLES = {
    "anyone": 3, "area": 3, "areas": 3, "clothes": 1, "cluneal": 3, "diabetes": 4, "every": 2, "everyone": 3,
    "guideline": 2, "guidelines": 2, "idea": 3, "ideas": 3, "medicine": 3, "medicines": 3, "neuralgia": 4, "people": 2,
    "sacroiliac": 5, "science": 2, "someone": 2, "something": 2, "sometimes": 2, "whole": 1, "x": 1,
}  # fmt: skip


def sentences(text: str) -> list[str]:
    """Split behind full stops; a colon ends a sentence only when a capital letter follows."""
    found: list[str] = []
    for part in SENTENCE_END.split(text.strip()):
        if found and ABBREVIATION.search(found[-1]):
            found[-1] += " " + part
        elif part:
            found.append(part)
    return found


def words(text: str) -> list[str]:
    return WORD.findall(text)


def syllables(word: str) -> int:
    """By rule of thumb; digits count as one."""
    word = word.lower()
    if "-" in word:
        return sum(syllables(part) for part in word.split("-"))
    if word in SYLLABLES:
        return SYLLABLES[word]
    groups = len(re.findall(r"[aeiouy]+", word))
    groups += len(HIATUS.findall(word))
    if SILENT.search(word) and groups > 1:
        groups -= 1
    return max(groups, 1)


def grade(texts: Iterable[str]) -> float:
    """The Flesch-Kincaid grade of all texts together; each text ends its last sentence."""
    found = [sentence for text in texts for sentence in sentences(text) if words(sentence)]
    spoken = [word for sentence in found for word in words(sentence)]
    if not found:
        return 0.0
    per_sentence = len(spoken) / len(found)
    per_word = sum(map(syllables, spoken)) / len(spoken)
    return round(0.39 * per_sentence + 11.8 * per_word - 15.59, 1)
