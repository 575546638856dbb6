"""The real pages in the tables of a live site: loaded and published once in a run, then copied back.

Tests that really commit leave empty tables behind, and to check and publish all pages takes seconds.
"""

import io
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

COPIES: dict[str, bytes] = {}


def bring_back() -> None:
    if not COPIES:
        call_command("load_pages", verbosity=0)
        COPIES.update(take())
    else:
        put(COPIES)


def tables() -> list[str]:
    models = apps.get_app_config("procedures").get_models(include_auto_created=True)
    return [model._meta.db_table for model in models if not model._meta.proxy]


def take() -> dict[str, bytes]:
    with connection.cursor() as cursor:
        return {table: copied(cursor, table) for table in tables()}


def copied(cursor: Any, table: str) -> bytes:
    rows = io.BytesIO()
    cursor.copy_expert(f'COPY "{table}" TO STDOUT (FORMAT binary)', rows)
    return rows.getvalue()


def put(copies: dict[str, bytes]) -> None:
    """As a replica does: in any order of the tables, and without the triggers that ran the first time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in copies.items():
            cursor.copy_expert(f'COPY "{table}" FROM STDIN (FORMAT binary)', io.BytesIO(rows))
