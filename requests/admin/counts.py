"""How many requests there are, without ever counting many: exact while few, else the planner's word.

Counting is what grows with the years, so every count ends at a limit.
"""

import json
import time
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from clinic.calendar import local_today
from clinic.models import User
from clinic.quick import Statement, run
from clinic.sessions import in_background
from clinic.staff import needs, signed_in
from requests.models import Inquiry

from .views import VIEWS, View

CHIP_LIMIT = 100
EXACT_LIMIT = 500
GOOD_FOR = 60  # seconds
MOST_ESTIMATES = 1000


@dataclass(frozen=True)
class Entry:
    """A view with how many requests it holds; beyond the limit `count` stays there."""

    view: View
    count: int
    url: str
    is_chosen: bool = False

    @property
    def is_cut(self) -> bool:
        return self.count >= CHIP_LIMIT

    @property
    def words(self) -> str:
        return f"{CHIP_LIMIT - 1}+" if self.is_cut else str(self.count)


class Estimate(NamedTuple):
    words: str
    at: float


# By list, in this process.
estimated: dict[Hashable, Estimate] = {}


class Few(Subquery):
    """How many rows, up to where the subquery ends."""

    template = "(SELECT count(*) FROM (%(subquery)s) few)"
    output_field = IntegerField()


def by_view(user: User) -> dict[str, int]:
    """For every view, up to the limit: one statement."""
    today = local_today()
    with connection.cursor() as cursor:
        run(cursor, f"queue_counts_{user.pk:d}_{today:%Y%m%d}", lambda: statement(user.pk, today))
        return dict(zip(VIEWS, cursor.fetchone(), strict=True))


@lru_cache(maxsize=100)
def statement(user_id: int, today: date) -> Statement:
    """Today is part of it."""
    return Statement(*few_of(VIEWS.values(), User(pk=user_id)).query.sql_with_params())


def of(views: Collection[View], user: User) -> list[int]:
    """For views that somebody saved, up to the limit."""
    return list(few_of(views, user).get()) if views else []


def few_of(views: Iterable[View], user: User) -> Any:
    found = (in_index_order(view, view.pick(Inquiry.objects.all(), user)).values("pk") for view in views)
    return User.objects.filter(pk=user.pk).values_list(*(Few(few[:CHIP_LIMIT]) for few in found))


def in_index_order(view: View, found: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """What goes through all years is counted in its index: any hundred rows would be read whole."""
    return found.order_by("submitted_at", "id") if view.order == "newest" else found.order_by()


def about(found: QuerySet[Inquiry], key: Hashable) -> str:
    """In words: 43, or about 12,000, which is good for a minute for all that have the same key."""
    kept = estimated.get(key)
    if kept and kept.at > time.monotonic() - GOOD_FOR:
        return kept.words
    number = counted(found)
    if number < CHIP_LIMIT:
        return str(number)
    if len(estimated) >= MOST_ESTIMATES:
        estimated.clear()
    estimate = Estimate(f"about {rounded(number):,}", time.monotonic())
    # Another thread may clear them at any moment.
    estimated[key] = estimate
    return estimate.words


def counted(found: QuerySet[Inquiry]) -> int:
    """One by one while few, else the planner's word."""
    sql, params = found.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql} LIMIT {EXACT_LIMIT}) few", params)  # noqa: S608 - the ORM wrote it
        exact: int = cursor.fetchone()[0]
        if exact < EXACT_LIMIT:
            return exact
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return max(rows_of(cursor.fetchone()[0]), exact)


def rows_of(plan: Any) -> int:
    """The planner's; how the driver gives JSON depends on the connection."""
    read = json.loads(plan) if isinstance(plan, str) else plan
    return int(read[0]["Plan"]["Plan Rows"])


def rounded(number: int) -> int:
    """To two digits: more would promise what an estimate cannot keep."""
    unit = 10 ** max(0, len(str(number)) - 2)
    return round(number / unit) * unit


# /staff/requests/inquiry/counts/
@require_safe
@in_background
@needs("requests.view_inquiry")
def counts(request: HttpRequest) -> HttpResponse:
    """For the script that keeps the numbers of an open page fresh."""
    user = signed_in(request)
    words = {slug: Entry(VIEWS[slug], count, "").words for slug, count in by_view(user).items()}
    return JsonResponse(words)
