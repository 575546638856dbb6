"""How many requests there are, without ever counting many: exact while few, else the planner's word.

Counting is what grows with the years, so every count ends at a limit.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection, transaction
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from psycopg2 import errors

from clinic.calendar import local_today
from clinic.models import User
from clinic.sessions import in_background
from clinic.staff import needs, signed_in
from requests.models import Inquiry

from .views import VIEWS, View

CHIP_LIMIT = 100
EXACT_LIMIT = 500


@dataclass(frozen=True)
class Entry:
    """A view with how many requests it holds; beyond the limit `count` stays there."""

    view: View
    count: int
    url: str
    is_chosen: bool = False

    @property
    def words(self) -> str:
        return f"{CHIP_LIMIT - 1}+" if self.count >= CHIP_LIMIT else str(self.count)


class Few(Subquery):
    """How many rows, up to where the subquery ends."""

    template = "(SELECT count(*) FROM (%(subquery)s) few)"
    output_field = IntegerField()


PLANNED_ELSEWHERE = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement)
# Which statements each connection has planned already.
planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def by_view(user: User) -> dict[str, int]:
    """For every view, up to the limit: one statement."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"EXECUTE {prepared(cursor, user.pk, local_today())}")
        except DatabaseError as error:
            if not isinstance(error.__cause__, PLANNED_ELSEWHERE):
                raise
            # Behind a pooler the next statement may meet another connection of the server.
            planned.pop(cursor.connection, None)
            cursor.execute(*statement(user.pk))
        return dict(zip(VIEWS, cursor.fetchone(), strict=True))


def prepared(cursor: Any, user_id: int, today: date) -> str:
    """The statement's name. Planning takes longer than counting, so a connection plans it once."""
    name = f"queue_counts_{user_id:d}_{today:%Y%m%d}"
    names = planned.setdefault(cursor.connection, set())
    if name not in names:
        sql, params = statement(user_id)
        cursor.execute(f"PREPARE {name} AS {sql}", params)
        names.add(name)
    return name


def statement(user_id: int) -> tuple[str, tuple[Any, ...]]:
    return few_of(VIEWS.values(), User(pk=user_id)).query.sql_with_params()


def of(views: Collection[View], user: User) -> list[int]:
    """For views that somebody saved, up to the limit."""
    return list(few_of(views, user).get()) if views else []


def few_of(views: Iterable[View], user: User) -> Any:
    found = (view.pick(Inquiry.objects.all(), user).order_by().values("pk") for view in views)
    return User.objects.filter(pk=user.pk).values_list(*(Few(few[:CHIP_LIMIT]) for few in found))


def about(found: QuerySet[Inquiry]) -> str:
    """In words: 43, or about 12,000."""
    sql, params = found.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql} LIMIT {EXACT_LIMIT}) few", params)  # noqa: S608 - the ORM wrote it
        exact = cursor.fetchone()[0]
        if exact < EXACT_LIMIT:
            return str(exact)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return f"about {rounded(max(estimate(cursor.fetchone()[0]), exact)):,}"


def estimate(plan: Any) -> int:
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
