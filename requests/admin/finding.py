"""Which requests somebody's words fit, at any size (docs/adr/0009)."""

from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from django.db import connection

from clinic.quick import Given, Statement, run_planned
from requests.models import Inquiry
from requests.search_words import asked_words, has_starts, holds, patterns, query_of, starts_of

from .filters import Narrowing

# More than this nobody reads; another letter finds it sooner.
MOST = 200
# A glance at the newest tells rare words from common ones, and those are looked for among more.
GLANCE, NEWEST = 200, 1000
# Words that probably fit more than these are too common for an index: it would give a long list.
COMMON = 5000
LOOKED_AT = ("pk", "submitted_at", "search_text")
# Stand for what is asked while a statement is written; no choice of anybody holds a NUL.
ANY_QUERY, ANY_STARTS = "\0", ["\0"]


@dataclass(frozen=True)
class Found:
    """`ids` as text, from the newest to the oldest; `is_more`: others fit as well, or may do so."""

    ids: list[str]
    is_more: bool = False

    @property
    def how_many(self) -> str:
        """Common words are looked for among the newest only, where fewer may be found than are shown at most."""
        if not self.is_more:
            return str(len(self.ids))
        return f"more than {MOST}" if len(self.ids) == MOST else f"{len(self.ids)} of the newest {NEWEST:,}"


def find(asked: str, narrowing: Narrowing) -> Found:
    """The newest that fit, at most MOST of them, at a cost that does not grow with the years.

    Common words would make any index give a long list to sort, rare ones would make a
    walk through the newest a long one: so a short walk first, and the index for the rest.
    """
    words = asked_words(asked)
    if not words:
        return Found([])
    walk = cache(partial(among_newest, narrowing, words))
    newest = walk(GLANCE)
    if newest.likely > COMMON:
        newest = walk(NEWEST)
    if newest.are_all or newest.likely > COMMON:
        return cut(newest.found, is_more=not newest.are_all)
    indexed = by_index(narrowing, words)
    if len(indexed) <= MOST:
        return cut(indexed)
    return cut(indexed | walk(NEWEST).found, is_more=True)


def cut(found: dict[str, Any], *, is_more: bool = False) -> Found:
    ids = sorted(found, key=lambda pk: (found[pk], pk), reverse=True)
    return Found(ids[:MOST], is_more or len(ids) > MOST)


class Newest(NamedTuple):
    """By id when it came; whether those are all there are; and how many fit in all years, if these are typical."""

    found: dict[str, Any]
    are_all: bool
    likely: float


def among_newest(narrowing: Narrowing, words: list[str], number: int) -> Newest:
    with connection.cursor() as cursor:
        run_planned(cursor, walk_statement(narrowing, number), patterns(words), MOST + 1)
        looked_at, ids, times, known = cursor.fetchone()
    found = dict(zip(ids or (), times or (), strict=True))
    return Newest(found, looked_at < number, len(found) / number * known)


@lru_cache(maxsize=200)
def walk_statement(narrowing: Narrowing, number: int) -> Statement:
    newest = narrowing.of(Inquiry.objects.all()).order_by("-submitted_at", "-id").values(*LOOKED_AT)[:number]
    sql, params = newest.query.sql_with_params()
    return Statement(
        f"WITH newest AS MATERIALIZED ({sql}),"  # noqa: S608 - Django wrote this SQL
        " fitting AS (SELECT * FROM newest WHERE ' ' || search_text LIKE ALL(%s) LIMIT %s)"
        " SELECT (SELECT count(*) FROM newest), array_agg(pk::text), array_agg(submitted_at),"
        " (SELECT reltuples FROM pg_class WHERE oid = 'requests_inquiry'::regclass) FROM fitting",
        [*params, Given(1), Given(2)],
    )


def by_index(narrowing: Narrowing, words: list[str]) -> dict[str, Any]:
    """Whole words are the quickest to find, and often enough; then beginnings, several in a way of their own."""
    wholes = few(narrowing, words, query_of(words, whole=True))
    if len(wholes) > MOST:
        return wholes
    starts = starts_of(words) if len(words) > 1 else []
    return few(narrowing, words, starts or query_of(words))


def few(narrowing: Narrowing, words: list[str], indexed: str | list[str]) -> dict[str, Any]:
    """By their query or their starts."""
    statement = index_statement(narrowing, isinstance(indexed, list))
    with connection.cursor() as cursor:
        run_planned(cursor, statement, indexed, patterns(words), MOST + 1)
        return dict(cursor.fetchall())


@lru_cache(maxsize=200)
def index_statement(narrowing: Narrowing, by_starts: bool) -> Statement:
    """Planned apart from its limit: a wrong guess of the planner would read every request there is."""
    condition = has_starts(ANY_STARTS) if by_starts else holds(ANY_QUERY)
    holding = narrowing.of(Inquiry.objects.all()).filter(condition).order_by().values(*LOOKED_AT)
    sql, params = holding.query.sql_with_params()
    return Statement(
        f"WITH holding AS MATERIALIZED ({sql}) SELECT pk::text, submitted_at FROM holding"  # noqa: S608 - Django wrote it
        " WHERE ' ' || search_text LIKE ALL(%s) LIMIT %s",
        [*(Given(1) if value in (ANY_QUERY, ANY_STARTS) else value for value in params), Given(2), Given(3)],
    )
