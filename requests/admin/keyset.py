"""Pages that begin behind a row instead of at a number, so page 9,000 costs what page 1 costs.

A cursor is where a row stood when it was shown: the values of the order's keys,
none of which says who the patient is. One that cannot be read is no cursor.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from clinic.crypto import Sealed
from clinic.quick import Given, Statement, made, run_planned
from requests.models import Inquiry
from requests.models.inquiry_queries import PRESSING

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# All but long and encrypted columns that no row shows.
UNSHOWN = ("answers", "token", "search_text", "next_action")
SHOWN = tuple(one.attname for one in Inquiry._meta.concrete_fields if one.attname not in UNSHOWN)
INTEGER = re.compile(r"-?[0-9]{1,17}")


@dataclass(frozen=True)
class Key:
    column: Any
    value: Callable[[Inquiry], str]
    read: Callable[[str], Any]


def integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise ValueError
    return int(text)


def instant(text: str) -> datetime:
    return EPOCH + timedelta(microseconds=integer(text))


URGENCY = Key(PRESSING, lambda inquiry: str(-inquiry.urgency), integer)
PROMISED = Key(F("promised_first"), lambda inquiry: inquiry.promised_first.isoformat(), date.fromisoformat)
SUBMITTED = Key(
    F("submitted_at"),
    lambda inquiry: str((inquiry.submitted_at - EPOCH) // timedelta(microseconds=1)),
    instant,
)
ID = Key(F("id"), lambda inquiry: inquiry.pk.hex, UUID)


@dataclass(frozen=True)
class Order:
    """All keys go the same way, so one row comparison and one index answer it."""

    slug: str
    title: str
    keys: tuple[Key, ...]
    is_descending: bool = False

    def sorted(self, found: QuerySet[Inquiry], *, reverse: bool = False) -> QuerySet[Inquiry]:
        columns = [key.column for key in self.keys]
        if self.is_descending != reverse:
            return found.order_by(*(column.desc() for column in columns))
        return found.order_by(*(column.asc() for column in columns))

    def beyond(
        self, found: QuerySet[Inquiry], place: tuple[Any, ...], *, reverse: bool = False
    ) -> QuerySet[Inquiry]:
        compare = TupleLessThan if self.is_descending != reverse else TupleGreaterThan
        return found.filter(compare(Tuple(*(key.column for key in self.keys)), place))

    def cursor(self, inquiry: Inquiry) -> str:
        return ".".join(key.value(inquiry) for key in self.keys)

    def place(self, cursor: str) -> tuple[Any, ...] | None:
        parts = cursor.split(".")
        if len(parts) != len(self.keys) or len(cursor) > 100:
            return None
        try:
            return tuple(key.read(part) for key, part in zip(self.keys, parts, strict=True))
        except (ValueError, OverflowError):
            return None


ORDERS = {
    order.slug: order
    for order in (
        Order(
            "pressing", "Urgent first, then the longest overdue, then the oldest",
            (URGENCY, PROMISED, SUBMITTED, ID),
        ),
        Order("newest", "The newest first", (SUBMITTED, ID), is_descending=True),
        Order("oldest", "The oldest first", (SUBMITTED, ID)),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    inquiries: list[Inquiry]
    after: str = ""
    before: str = ""


def page(
    found: QuerySet[Inquiry], order: Order, params: Mapping[str, str], size: int, *, is_gathered: bool = False
) -> Page:
    """The rows behind `after` or before `before`; the first page where those lead nowhere."""
    if place := order.place(params.get("before", "")):
        rows = read(order.beyond(order.sorted(found, reverse=True), place, reverse=True)[: size + 1])
        # Fewer rows than a page: that is the top, and the first page shows it whole.
        if len(rows) > size:
            shown = rows[size - 1 :: -1]
            return Page(shown, after=order.cursor(shown[-1]), before=order.cursor(shown[0]))
    elif place := order.place(params.get("after", "")):
        rows = read(order.beyond(order.sorted(found), place)[: size + 1])
        if rows:
            return _cut(rows, order, size, before=order.cursor(rows[0]))
    first = order.sorted(found)[: size + 1]
    if is_gathered:
        # Sorted by what their index holds, before any of them is read whole.
        first = order.sorted(Inquiry.objects.filter(pk__in=first.values("pk")))
    return _cut(read_planned(first), order, size)


def beside(found: QuerySet[Inquiry], order: Order, inquiry: Inquiry, *, reverse: bool = False) -> UUID | None:
    """Which request stands right behind this one, or before it, on whatever page."""
    place = order.place(order.cursor(inquiry))
    if place is None:
        return None
    rest = order.beyond(order.sorted(found, reverse=reverse), place, reverse=reverse)
    return rest.values_list("pk", flat=True).first()


def read(found: QuerySet[Inquiry]) -> list[Inquiry]:
    return list(made(Inquiry, SHOWN, found.values_list(*SHOWN)))


def read_planned(found: QuerySet[Inquiry]) -> list[Inquiry]:
    """For what is asked again and again but for the ids that it may look for."""
    sql, params = found.values_list(*SHOWN).query.sql_with_params()
    ids = [value for value in params if isinstance(value, list)]
    statement = Statement(sql, [Given(1) if isinstance(value, list) else value for value in params])
    with connection.cursor() as cursor:
        run_planned(cursor, statement, *ids)
        inquiries = list(made(Inquiry, SHOWN, cursor.fetchall()))
    for one in inquiries:
        if one.__dict__["needs"] is not None:
            one.needs = Sealed(one.__dict__["needs"])
    return inquiries


def _cut(rows: list[Inquiry], order: Order, size: int, *, before: str = "") -> Page:
    shown = rows[:size]
    return Page(shown, after=order.cursor(shown[-1]) if len(rows) > size else "", before=before)
