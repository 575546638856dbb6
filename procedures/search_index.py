"""Writes what search looks into: the passages and the words of each edition."""

import re
import unicodedata

from django.db import transaction
from django.db.models import Exists, OuterRef

from . import visible_text
from .models import Edition, Passage, SearchWord
from .visible_text import FACT, LEAD, SECTION, Piece

# How much a word counts where it is found: a page's names first, its sections last.
TITLE, NAME, TOP, BODY = 10, 8, 4, 2
WEIGHTS = {LEAD: TOP, FACT: TOP, SECTION: BODY}
# How long an address may be; a longer one leads to its section's own heading.
LONGEST_SLOT = 60
WORD = re.compile(r"[a-z]{4,40}")


@transaction.atomic
def index(edition: Edition) -> None:
    """Make an edition findable, anew if it was so before; called whenever one is published."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    edition.passages.all().delete()
    edition.search_words.all().delete()
    passages = passages_of(edition)
    Passage.objects.bulk_create(passages)
    words = sorted({word for passage in passages for word in words_of(passage)})
    SearchWord.objects.bulk_create(SearchWord(edition=edition, word=word) for word in words)


def index_missing() -> int:
    """Editions from before there was a search, or restored without it."""
    passages = Passage.objects.filter(edition=OuterRef("pk"))
    missing = list(Edition.objects.filter(~Exists(passages)))
    for edition in missing:
        index(edition)
    return len(missing)


def passages_of(edition: Edition) -> list[Passage]:
    names = f"{edition.plain_name} {edition.medical_name}"
    top = [(edition.plain_name, TITLE), (edition.medical_name, NAME)]
    found = [Passage(heading=heading, weight=weight) for heading, weight in top if heading]
    found += [_passage(piece) for piece in visible_text.pieces(edition.html)]
    for position, passage in enumerate(found):
        passage.edition, passage.position, passage.names = edition, position, names
    return found


def _passage(piece: Piece) -> Passage:
    slot = piece.slot if len(piece.slot) <= LONGEST_SLOT else piece.section
    return Passage(slot=slot, heading=piece.heading[:150], text=piece.text, weight=WEIGHTS[piece.kind])


def words_of(passage: Passage) -> set[str]:
    return set(WORD.findall(plain(f"{passage.heading} {passage.text}")))


def plain(text: str) -> str:
    """Lower case, without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
