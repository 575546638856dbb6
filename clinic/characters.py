"""What is typed or sent, taken with care.

Nobody means to type controls, halves of a character, or what turns the direction of the words after it.
Marks that Arabic, Hebrew, Persian and emoji need stay: U+200C to U+200F.
"""

import re
import unicodedata

REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
SMALL_NUMBER = re.compile("[0-9]{1,6}")
LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")


def first_refused(text: str, *, among_lines: bool = False) -> int:
    """Where it stands, or -1; a paragraph may have line ends and tabs."""
    seen = text.replace("\n", " ").replace("\t", " ") if among_lines else text
    found = REFUSED.search(seen)
    return found.start() if found else -1


def just_after(before: str) -> str:
    """In a long text nobody finds what does not show without its place."""
    nearest = " ".join(before.split()[-3:])[-40:]
    return f"what comes after “{nearest}”" if nearest else "the beginning"


def small_number(typed: str) -> int:
    """What a page sends back as a number, at most six digits; 0 for anything else."""
    return int(typed) if SMALL_NUMBER.fullmatch(typed) else 0


def is_blank(text: str) -> bool:
    """Nothing of it can be seen."""
    return all(unicodedata.category(letter) in ("Cf", "Zs") for letter in text)


def one_line_end(text: str) -> str:
    """A browser sends two characters for each line end; whoever typed it typed one."""
    return LINE_ENDS.sub("\n", text)


def composed(text: str) -> str:
    """Each letter with its accents as one character, so that equal words are equal."""
    return unicodedata.normalize("NFC", text)
