"""What a request is found by: the beginnings of folded words.

A search for "nun" finds Núñez and "0147" the phone that ends so, because a request
keeps each word that somebody may type, and the index answers for beginnings of any
length, one letter included. A trigram index needs three letters.
"""

import re
from itertools import combinations
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.functions import Cast

from .tokens import fold

# Each word that the space-divided text holds, as it stands; a dictionary would change names.
WORDS = Func(
    Func(F("search_text"), Value(" "), function="string_to_array"),
    function="array_to_tsvector",
    output_field=SearchVectorField(),
)
# For each two words the one or two letters that they begin with, and of every word three signs. Asked for two
# beginnings, WORDS would go through all requests that have either.
STARTS = Func(F("search_text"), function="starts_of_words", output_field=ArrayField(TextField()))
LETTERS = re.compile("[^0-9]{0,2}")
PHONE = re.compile(r"\+?[0-9 ().-]{7,}")
# People read out the end of a number.
ENDS = (4, 7, 10)
# Some type them and some do not, in O'Brien as in Anne-Marie.
LEFT_OUT = str.maketrans("", "", "'-")
# An index takes no longer word, and a sign may become nine letters.
LONGEST_WORD = 200


class Holds(Func):
    """`words @@ query`, with no dictionary between."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True


class HasStarts(Holds):
    arg_joiner = " @> "


def holds(query: str) -> Any:
    """A condition, for what query_of() wrote."""
    return Holds(WORDS, Cast(Value(query), SearchQueryField()))


def query_of(asked: list[str], *, whole: bool = False) -> str:
    """Asks for all these beginnings, or for words that are just so as a `whole`."""
    return " & ".join(f"'{_quoted(word)}'{'' if whole else ':*'}" for word in asked)


def starts_of(asked: list[str]) -> list[str]:
    """What STARTS holds wherever these words begin words of a request, and sometimes elsewhere.

    Of two beginnings of which one begins the other, both may be of the same word: they make no pair.
    """
    letters = sorted({start for word in asked for start in LETTERS.findall(word)[:1] if start})
    pairs = [f"{one} {other}" for one, other in combinations(letters, 2) if not other.startswith(one)]
    return pairs + [word[:3] for word in asked if len(word) >= 3]


def has_starts(starts: list[str]) -> Any:
    return HasStarts(STARTS, Value(starts, ArrayField(TextField())))


def patterns(asked: list[str]) -> list[str]:
    """Each word as LIKE finds it in the kept words with a space before them."""
    signs = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})
    return [f"% {word.translate(signs)}%" for word in asked]


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")


def asked_words(asked: str) -> list[str]:
    """As they are kept: folded and joined, and a phone number as its digits."""
    if PHONE.fullmatch(asked.strip()):
        return [digits(asked)] if digits(asked) else []
    return [joined(word)[:LONGEST_WORD] for word in fold(asked).split()]


def kept_words(*, names: list[str], reference: str, phones: list[str], email: str) -> str:
    """Every word once, with spaces between."""
    words = [word for name in (*names, reference) for word in spellings(name)]
    words += [word for phone in phones if (word := digits(phone))]
    words += [phone[-end:] for phone in map(digits, phones) for end in ENDS if len(phone) > end]
    words += [joined(word) for word in fold(email).split()]
    return " ".join(dict.fromkeys(word[:LONGEST_WORD] for word in words))


def spellings(name: str) -> list[str]:
    """Each word joined and in pieces: O'Brien-Smith is obriensmith, obrien, smith, o and brien."""
    folded = fold(name)
    halves = re.findall(r"[\w']+", folded)
    return [*map(joined, (*folded.split(), *halves)), *re.findall(r"\w+", folded)]


def joined(word: str) -> str:
    """Signs alone stay as they are."""
    return word.translate(LEFT_OUT) or word


def digits(phone: str) -> str:
    return "".join(re.findall("[0-9]", phone))
