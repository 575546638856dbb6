"""What stands around every list: views that were saved, colleagues, roles, keys.

Every page of the inbox needs them, so one statement reads them all.
"""

import json
from functools import cache
from typing import Any, NamedTuple

from django.contrib.auth.models import Group
from django.db import connection, models

from clinic.models import User
from clinic.quick import Given, Statement, made, run
from requests.models import SavedView

# More saved views than these do not stand beside a list; their own page has all of them.
MOST = 20
SAVED = ("id", "name", "view", "filters", "order", "columns")
STAFF = ("id", "username", "first_name", "last_name", "credential", "is_active", "is_staff")
ROLES = ("id", "name")
STATEMENT = """
SELECT
    (SELECT json_agg(json_build_array(id, name, view, filters, "order", columns)) FROM ({saved}) listed)::text,
    (SELECT json_agg(json_build_array(id, username, first_name, last_name, credential, is_active, is_staff)
        ORDER BY last_name, first_name) FROM clinic_user)::text,
    (SELECT json_agg(json_build_array(id, name)) FROM auth_group)::text,
    NOT EXISTS (SELECT 1 FROM requests_inboxchoice WHERE user_id = %s AND NOT uses_keys)
"""
# Stands for whoever asks while the statement is written.
ANYBODY = User(pk=-1)


class Around(NamedTuple):
    """Staff and roles by their ids; staff in the order of their names, and with those who left."""

    saved: list[SavedView]
    staff: dict[int, User]
    roles: dict[int, Group]
    uses_keys: bool


@cache
def statement() -> Statement:
    # No owner is shown beside a list.
    saved = SavedView.objects.for_user(ANYBODY).select_related(None).values_list(*SAVED)[:MOST]
    sql, params = saved.query.sql_with_params()
    slots = [Given(1) if value == ANYBODY.pk else value for value in params]
    return Statement(STATEMENT.format(saved=sql), [*slots, Given(1)])


def of(user: User) -> Around:
    with connection.cursor() as cursor:
        run(cursor, "around_lists", statement, user.pk)
        saved, staff, roles, uses_keys = cursor.fetchone()
    return Around(
        read(SavedView, SAVED, saved),
        {one.pk: one for one in read(User, STAFF, staff)},
        {one.pk: one for one in read(Group, ROLES, roles)},
        uses_keys,
    )


def read(model: type[models.Model], names: tuple[str, ...], rows: str | None) -> list[Any]:
    return list(made(model, names, json.loads(rows or "[]")))
