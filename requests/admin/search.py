"""Search words name patients, so no address carries them: they come by POST and stay in the session.

Signing out, or half an hour without a click, forgets them with the session.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.staff import needs
from requests.models import Inquiry
from requests.search_words import asked_words, begins

KEPT = "search_words"
LONGEST = 100
QUEUE = "admin:requests_inquiry_changelist"
# More than this nobody reads; another letter finds it sooner.
MOST = 200
# Words that many requests hold are looked for among the newest, one by one.
NEWEST = 2000
# Words that probably fit more than these are too common for an index: it would give a long list.
COMMON = 5000


# /staff/requests/inquiry/search/
@require_POST
@needs("requests.view_inquiry")
def search(request: HttpRequest) -> HttpResponse:
    """Keep the words and show what they find; no words clear the search."""
    asked = request.POST.get("words", "").replace("\0", "").strip()[:LONGEST]
    if not asked:
        request.session.pop(KEPT, None)
        return redirect(QUEUE)
    request.session[KEPT] = asked
    return redirect(f"{reverse(QUEUE)}?view=search")


def kept(request: HttpRequest) -> str:
    return request.session.get(KEPT, "")


@dataclass(frozen=True)
class Found:
    ids: list[UUID]
    is_more: bool = False


def find(within: QuerySet[Inquiry], asked: str) -> Found:
    """The newest that fit, at most MOST of them, at a cost that does not grow with the years.

    Common words would make any index give a long list to sort, rare ones would make a
    walk through the newest a long one: so a short walk first, and the index for the rest.
    """
    words = asked_words(asked)
    if not words:
        return Found([])
    newest, is_all, likely = among_newest(within, words)
    if is_all or likely > COMMON:
        return cut(newest, is_more=not is_all)
    indexed = by_index(within, words)
    if len(indexed) <= MOST:
        return cut(indexed)
    return cut({**indexed, **newest}, is_more=True)


def cut(found: dict[UUID, Any], *, is_more: bool = False) -> Found:
    ids = sorted(found, key=lambda pk: (found[pk], pk), reverse=True)
    return Found(ids[:MOST], is_more or len(ids) > MOST)


def among_newest(within: QuerySet[Inquiry], words: list[str]) -> tuple[dict[UUID, Any], bool, float]:
    """By id when it came; whether those are all there are; and how many fit in all years, if these are typical."""
    newest = within.order_by("-submitted_at", "-id").values("pk", "submitted_at", "search_text")[:NEWEST]
    sql, params = newest.query.sql_with_params()
    patterns = [f"% {escaped(word)}%" for word in words]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH newest AS MATERIALIZED ({sql}),"  # noqa: S608 - Django wrote this SQL
            " fitting AS (SELECT * FROM newest WHERE ' ' || search_text LIKE ALL(%s) LIMIT %s)"
            " SELECT (SELECT count(*) FROM newest), array_agg(pk), array_agg(submitted_at),"
            " (SELECT reltuples FROM pg_class WHERE oid = 'requests_inquiry'::regclass) FROM fitting",
            [*params, patterns, MOST + 1],
        )
        looked_at, ids, times, known = cursor.fetchone()
    found = dict(zip(ids or (), times or (), strict=True))
    return found, looked_at < NEWEST, len(found) / NEWEST * known


def escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def by_index(within: QuerySet[Inquiry], words: list[str]) -> dict[UUID, Any]:
    """Two common names are first looked for as whole words: that is quicker, and often gives enough."""
    with transaction.atomic(), connection.cursor() as cursor:
        # A wrong guess of the planner would read every request there is.
        cursor.execute("SET LOCAL enable_seqscan = off")
        wholes = few(within.filter(begins(words, whole=True))) if len(words) > 1 else {}
        return wholes if len(wholes) > MOST else few(within.filter(begins(words)))


def few(found: QuerySet[Inquiry]) -> dict[UUID, Any]:
    return dict(found.order_by().values_list("pk", "submitted_at")[: MOST + 1])
