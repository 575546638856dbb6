"""What a request is found by: the beginnings of folded words.

A search for "nun" finds Núñez and "0147" the phone that ends so, because a request
keeps each word that somebody may type, and the index answers for beginnings of any
length, one letter included. A trigram index needs three letters.
"""

import re
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Cast

from .tokens import fold

# Each word that the space-divided text holds, as it stands; a dictionary would change names.
WORDS = Func(
    Func(F("search_text"), Value(" "), function="string_to_array"),
    function="array_to_tsvector",
    output_field=SearchVectorField(),
)
PHONE = re.compile(r"\+?[0-9 ().-]{7,}")
# People read out the end of a number.
ENDS = (4, 7, 10)


class Holds(Func):
    """`words @@ query`, with no dictionary between."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True


def begins(asked: list[str], *, whole: bool = False) -> Any:
    """A condition: every word asked for begins a word of the request, or is one as a `whole`."""
    query = " & ".join(f"'{_quoted(word)}'{'' if whole else ':*'}" for word in asked)
    return Holds(WORDS, Cast(Value(query), SearchQueryField()))


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")


def asked_words(asked: str) -> list[str]:
    """As they are kept: folded, and a phone number as its digits."""
    if PHONE.fullmatch(asked.strip()):
        return [digits(asked)] if digits(asked) else []
    return fold(asked).split()


def kept_words(*, names: list[str], reference: str, phones: list[str], email: str) -> str:
    """Every word once, with spaces between."""
    words = [word for name in names for word in (*fold(name).split(), *pieces(name))]
    words += [fold(reference), *pieces(reference), fold(reference.replace("-", ""))]
    words += [word for phone in phones if (word := digits(phone))]
    words += [phone[-end:] for phone in map(digits, phones) for end in ENDS if len(phone) > end]
    words += fold(email).split()
    return " ".join(dict.fromkeys(words))


def pieces(name: str) -> list[str]:
    """Both halves of a double name."""
    return [piece for piece in re.split(r"[^\w]+", fold(name)) if piece]


def digits(phone: str) -> str:
    return "".join(re.findall("[0-9]", phone))
