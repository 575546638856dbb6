"""Full-text search over what readers may see now: ranked, with excerpts, forgiving of slips.

A page answers when it has the words that were asked for, wherever they stand in it;
what is shown of it is its best passage. The number of queries is the same for any
text. What somebody searches for is about their health: it is kept nowhere.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add, or_
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, F, FloatField, Q, When
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from . import search_words
from .models import Edition, Passage
from .models.passage import CONFIG
from .search_words import Group

MOST_PASSAGES = 300
MOST_RESULTS = 20
# Around a found word, in characters that no keyboard types.
MARK, UNMARK = "\ue000", "\ue001"
SENTENCE_END = re.compile(r"(?<=[.;?!]) +")
LONGEST_EXCERPT = 32
# How much the words count as they were typed, beside what they mean.
AS_TYPED = 2
MOST_GUESSED = 2

WORDS_SQL = """
SELECT asked.word, numnode(asked.query) = 0, page.is_known, ARRAY(
    SELECT word FROM procedures_searchword
    WHERE NOT page.is_known AND word %% asked.word AND edition_id = ANY(%(editions)s)
    GROUP BY word ORDER BY similarity(word, asked.word) DESC, word LIMIT 8
)
FROM (
    SELECT word, plainto_tsquery('english_unaccent', word) AS query FROM unnest(%(words)s) AS word
) AS asked, LATERAL (
    SELECT EXISTS (
        SELECT FROM procedures_passage WHERE vector @@ asked.query AND edition_id = ANY(%(editions)s)
    ) AS is_known
) AS page
"""


@dataclass(frozen=True)
class Result:
    kind: str
    title: str
    medical_name: str
    url: str
    excerpt: SafeString | str
    heading: str = ""
    anchor: str = ""


@dataclass
class Found:
    """The results of `text`; when it was misspelled, those of `corrected`."""

    text: str
    corrected: str = ""
    suggestion: str = ""
    results: list[Result] = field(default_factory=list)


@dataclass
class Candidate:
    """A page while its passages are read, the best first."""

    page: Edition
    covers: set[int] = field(default_factory=set)
    score: float = 0.0
    best: Passage | None = None
    best_covers: int = 0

    @property
    def rank(self) -> tuple[int, float]:
        return len(self.covers), self.score


def find(text: str, editions: Sequence[Edition], hidden: Collection[str] = ()) -> Found:
    """Search in these editions; `text` is tidy(), `hidden` names urls that readers may not open."""
    typed = search_words.words_in(text)
    if not typed:
        return Found(text)
    words, dull, suggestion = spelled([edition.pk for edition in editions], typed)
    groups = search_words.groups(words, dull)
    corrected = " ".join(words) if words != typed else ""
    return Found(text, corrected, suggestion, results(groups, editions, hidden) if groups else [])


def spelled(editions: list[int], typed: list[str]) -> tuple[list[str], set[str], str]:
    """The words as our pages spell them, those too common to count, and what else was perhaps meant."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS_SQL, {"editions": editions, "words": typed})
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    sure: dict[str, str] = {}
    perhaps: dict[str, str] = {}
    dull = set()
    for word, (is_dull, is_known, alike) in rows.items():
        if is_dull:
            dull.add(word)
        elif not (is_known or search_words.singular(word) in search_words.own_words()):
            other, likeness = search_words.correction(word, alike)
            (sure if likeness >= search_words.SURE else perhaps)[word] = other or word
    words = [sure.get(word, word) for word in typed]
    return words, dull, guess(words, perhaps)


def guess(words: list[str], perhaps: dict[str, str]) -> str:
    """None for words of another language, which would become nonsense."""
    if not perhaps or len(perhaps) > MOST_GUESSED or any(word == other for word, other in perhaps.items()):
        return ""
    return " ".join(perhaps.get(word, word) for word in words)


def results(groups: list[Group], editions: Sequence[Edition], hidden: Collection[str]) -> list[Result]:
    """The best first; a page that is no edition comes first only when nothing else was asked for."""
    found = sorted(candidates(groups, editions), key=lambda candidate: candidate.rank, reverse=True)
    most = len(found[0].covers) if found else 0
    found = [candidate for candidate in found if 3 * len(candidate.covers) >= 2 * most][:MOST_RESULTS]
    marked = excerpts([candidate.best.pk for candidate in found if candidate.best], groups)
    pages = static_results(groups, hidden)
    shown = [result_of(candidate, marked) for candidate in found]
    return pages + shown if all(group.pages for group in groups) else shown + pages


def candidates(groups: list[Group], editions: Sequence[Edition]) -> list[Candidate]:
    """Each page with the groups that it covers; its best passage covers the most of them by itself."""
    found = {edition.pk: Candidate(edition) for edition in editions}
    for passage in passages(groups, [*found]):
        candidate = found[passage.edition_id]
        covers = {number for number in range(len(groups)) if getattr(passage, f"covers_{number}")}
        candidate.covers |= covers
        candidate.score = max(candidate.score, passage.score)  # type: ignore[attr-defined]
        if passage.text and len(covers) > candidate.best_covers:
            candidate.best, candidate.best_covers = passage, len(covers)
    return [candidate for candidate in found.values() if candidate.covers]


def passages(groups: list[Group], editions: list[int]) -> list[Passage]:
    """With what they cover and their score, the best first."""
    covers = {
        f"covers_{number}": ExpressionWrapper(Q(vector=query_of(group)), BooleanField())
        for number, group in enumerate(groups)
    }
    points = [points_for(query_of(group)) + AS_TYPED * points_for(query(group.typed)) for group in groups]
    rows = Passage.objects.filter(vector=any_of(groups), edition__in=editions).defer("vector", "names")
    rows = rows.annotate(score=F("weight") * reduce(add, points), **covers)
    return list(rows.order_by("-score", "position")[:MOST_PASSAGES])


def points_for(words: Any) -> Case:
    """None for a part of what was asked: "SI joint" is not told by "joint" alone."""
    rank = SearchRank(F("vector"), words, normalization=1)
    return Case(When(vector=words, then=rank), default=0.0, output_field=FloatField())


def query(words: str) -> SearchQuery:
    return SearchQuery(words, config=CONFIG)


def query_of(group: Group) -> Any:
    return reduce(or_, (query(words) for words in (group.typed, *group.means)))


def any_of(groups: list[Group]) -> Any:
    return reduce(or_, (query_of(group) for group in groups))


def excerpts(passages: list[int], groups: list[Group]) -> dict[int, SafeString]:
    """Of each passage the sentences with the words that were asked for, marked."""
    headline = SearchHeadline(
        "text", any_of(groups), config=CONFIG, start_sel=MARK, stop_sel=UNMARK, highlight_all=True
    )
    rows = Passage.objects.filter(pk__in=passages).annotate(headline=headline)
    return {pk: marked(best_sentences(words)) for pk, words in rows.values_list("pk", "headline")}


def best_sentences(text: str) -> str:
    """Whole sentences, from the one with the most marks on."""
    sentences = SENTENCE_END.split(text)
    first = max(range(len(sentences)), key=lambda place: sentences[place].count(MARK))
    words = " ".join(sentences[first:]).split(" ")
    if len(words) <= LONGEST_EXCERPT:
        return " ".join(words)
    return " ".join(words[:LONGEST_EXCERPT]).rstrip(" ,;:.") + "\u2026"


def marked(words: str) -> SafeString:
    html = re.sub(f"{MARK}(.*?){UNMARK}", r"<mark>\1</mark>", escape(words), flags=re.DOTALL)
    return mark_safe(re.sub(f"[{MARK}{UNMARK}]", "", html))  # noqa: S308 # escaped in the line above


def result_of(candidate: Candidate, marked: dict[int, SafeString]) -> Result:
    page, best = candidate.page, candidate.best
    return Result(
        kind=page.explainer.kind,
        title=page.plain_name,
        medical_name=page.medical_name,
        url=page.explainer.get_absolute_url(),
        excerpt=with_label(best, marked[best.pk]) if best else page.description,
        heading=best.heading if best and best.slot else "",
        anchor=best.slot if best else "",
    )


def with_label(passage: Passage, excerpt: SafeString) -> SafeString:
    """A key fact makes sense only behind its label."""
    is_fact = passage.heading and not passage.slot
    return format_html("{}: {}", passage.heading, excerpt) if is_fact else excerpt


def static_results(groups: list[Group], hidden: Collection[str]) -> list[Result]:
    """Pages that are no editions, by the words that lead to them."""
    urls = dict.fromkeys(url for group in groups for url in group.pages)
    pages = [search_words.static_pages()[url] for url in urls if url not in hidden]
    return [Result("page", page.title, "", reverse(page.url), page.text) for page in pages]
