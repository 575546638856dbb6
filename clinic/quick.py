"""What a page of a hundred rows cannot spend its time on: writing and planning the same SQL again, whole objects.

`__in` reads each of its values on its own, and Model.__init__ takes longer than all the rest of a row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models
from django.db.models import F, Lookup, QuerySet, UUIDField, Value
from django.db.models.base import ModelState
from psycopg2 import errors
from psycopg2.extensions import AsIs


class OneOf(Lookup):
    """The list is read first, then its rows. A join would read all open requests to meet a few ids."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        ids, more = compiler.compile(self.rhs)
        return f"{column} = ANY ({ids})", (*params, *more)


def one_of(column: str, ids: Iterable[UUID]) -> OneOf:
    """Instead of `__in`: one value, however many ids."""
    return OneOf(F(column), Value(list(ids), ArrayField(UUIDField())))


def made(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
    """Objects of which just these columns were read; Django fetches another when it is asked for."""
    for row in rows:
        one: Any = model.__new__(model)
        one._state = ModelState()
        one._state.adding, one._state.db = False, connection.alias
        one.__dict__.update(zip(names, row, strict=True))
        yield one


class Given(NamedTuple):
    """The place of a value that differs from one time to the next; everything else is planned for."""

    number: int


class Statement(NamedTuple):
    sql: str
    params: Sequence[Any]


PLANNED_ELSEWHERE = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement)
# The names of what each connection has planned already.
planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def run(cursor: Any, name: str, write: Callable[[], Statement], *given: Any) -> None:
    """Executes what `write` gives under a name, written and planned once for each connection.

    Inside a transaction a fault would spoil all of it, so there the statement is planned anew.
    """
    if connection.in_atomic_block:
        return cursor.execute(*at_once(write(), given))
    names = planned.setdefault(cursor.connection, set())
    try:
        if name not in names:
            sql, params = write()
            slots = [AsIs(f"${value.number}") if isinstance(value, Given) else value for value in params]
            cursor.execute(f"PREPARE {name} AS {sql}", slots)
            names.add(name)
        values = f" ({', '.join(['%s'] * len(given))})" if given else ""
        return cursor.execute(f"EXECUTE {name}{values}", given)
    except DatabaseError as error:
        if not isinstance(error.__cause__, PLANNED_ELSEWHERE):
            raise
        # Behind a pooler the next statement may meet another connection of the server.
        names.discard(name)
        return cursor.execute(*at_once(write(), given))


def run_planned(cursor: Any, statement: Statement, *given: Any) -> None:
    """For a statement that somebody's choices shape, so it has no name of its own."""
    digest = blake2b(repr(statement).encode(), digest_size=12).hexdigest()
    run(cursor, f"shaped_{digest}", lambda: statement, *given)


def at_once(statement: Statement, given: Sequence[Any]) -> tuple[str, list[Any]]:
    return statement.sql, [
        given[value.number - 1] if isinstance(value, Given) else value for value in statement.params
    ]


class Written:
    """The rows of a query whose SQL Django writes once in the life of a process."""

    MARK = [UUID(int=0)]

    def __init__(self, name: str, query: Callable[[list[UUID]], QuerySet[Any, Any]]) -> None:
        """`query` gets the ids that one_of() looks for, if it looks for any."""
        self.name, self.query = name, query

    @cached_property
    def statement(self) -> Statement:
        sql, params = self.query(self.MARK).query.sql_with_params()
        return Statement(sql, [Given(1) if value == self.MARK else value for value in params])

    def rows(self, *ids: list[UUID]) -> list[Any]:
        """As the database gives them: encrypted columns have to be made Sealed."""
        with connection.cursor() as cursor:
            run(cursor, self.name, lambda: self.statement, *ids)
            return cursor.fetchall()
