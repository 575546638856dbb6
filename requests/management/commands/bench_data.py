"""Many made-up requests with their history, for measuring at size.

Rows go in by COPY, past triggers and foreign keys, with the indexes built once
at the end: a million in minutes. An empty database only, and never production.
"""

import io
import multiprocessing
from argparse import ArgumentParser
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError
from django.db import connection, connections, models
from django.utils import timezone

from clinic.crypto import Sealed
from clinic.models import OutboxMessage, User
from procedures import safety_text
from procedures.models import Edition
from requests import crowd
from requests.models import (
    AccessLog,
    Assignment,
    Flag,
    Inquiry,
    Message,
    Note,
    PhoneCall,
    StatusChange,
)

STAFF, PROCESSES, BATCH = 24, 2, 2000
FILLED = (Inquiry, Flag, StatusChange, Assignment, Message, Note, PhoneCall, OutboxMessage, AccessLog)
WORKING_ROLES = ("Reception", "Triage nurse", "Clinician")
# One line a kind of record, all of it read from the requests; encrypted words are copied in instead.
HISTORY = (
    """INSERT INTO requests_statuschange (id, inquiry_id, by_id, at, old, new)
    SELECT gen_random_uuid(), id, NULL, submitted_at, '', 'new' FROM requests_inquiry""",
    """INSERT INTO requests_statuschange (id, inquiry_id, by_id, at, old, new)
    SELECT gen_random_uuid(), id, assignee_id, submitted_at + interval '2 hours', 'new', 'in_triage'
    FROM requests_inquiry WHERE status <> 'new'""",
    """INSERT INTO requests_statuschange (id, inquiry_id, by_id, at, old, new)
    SELECT gen_random_uuid(), id, assignee_id, submitted_at + interval '2 days', 'in_triage', status
    FROM requests_inquiry WHERE status NOT IN ('new', 'in_triage')""",
    """INSERT INTO requests_assignment (id, inquiry_id, by_id, at, to_id, reason)
    SELECT gen_random_uuid(), id, assignee_id, submitted_at + interval '1 hour', assignee_id, ''
    FROM requests_inquiry WHERE assignee_id IS NOT NULL""",
    """INSERT INTO requests_accesslog (by_id, inquiry_id, what, shown, listed, at)
    SELECT assignee_id, id, 'view', 1, ARRAY[id], submitted_at + interval '1 hour'
    FROM requests_inquiry WHERE assignee_id IS NOT NULL""",
    """INSERT INTO clinic_outboxmessage
        (id, kind, "to", about, state, attempts, created_at, due_at, sent_at, gave_up_at,
        settled_at, last_error)
    SELECT gen_random_uuid(), 'receipt', email, id, CASE WHEN lost THEN 'failed' ELSE 'sent' END, 1,
        submitted_at, submitted_at, CASE WHEN NOT lost THEN submitted_at END,
        CASE WHEN lost THEN submitted_at END,
        CASE WHEN lost AND status IN ('declined', 'withdrawn', 'duplicate', 'closed') THEN now() END, ''
    FROM (SELECT *, hashtext(reference) % 200 = 0 AS lost FROM requests_inquiry) AS sent""",
)


class Command(BaseCommand):
    help = "Fills an empty database with N made-up requests, for measuring at size (never in production)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("size", type=int, metavar="N")

    def handle(self, *args: Any, size: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Made-up requests are never written in production.")
        if size < 1:
            raise CommandError("N is how many requests to make: 1 or more.")
        if Inquiry.objects.exists():
            raise CommandError("This database holds requests already. Use an empty one.")
        clinic = a_clinic(size)
        indexes = drop_indexes()
        fill(clinic)
        write_history()
        build(indexes)
        self.stdout.write(f"Made {size:,} requests, {clinic.open_ones:,} of the newest mostly open.")


def a_clinic(size: int) -> crowd.Clinic:
    safety, _ = safety_text.load()
    edition = Edition.objects.order_by("-pk").first()
    roles = list(Group.objects.filter(name__in=WORKING_ROLES))
    staff = [
        User(
            username=f"made-up-{number}", first_name="Sample", last_name=f"Colleague {number}", is_staff=True
        )
        for number in range(STAFF)
    ]
    for user in staff:
        user.set_unusable_password()
        user.save()
        user.groups.add(roles[user.pk % len(roles)])
    return crowd.Clinic(
        staff, [role.pk for role in roles], safety.pk, edition.pk if edition else None, timezone.now(), size
    )


def fill(clinic: crowd.Clinic) -> None:
    """By several processes, each with its own stretch of the years; a few rows by this one."""
    connections.close_all()
    if clinic.size <= BATCH:
        fill_stretch(clinic, range(clinic.size))
        return
    share = -(-clinic.size // PROCESSES)
    stretches = [range(start, min(start + share, clinic.size)) for start in range(0, clinic.size, share)]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        pool.starmap(fill_stretch, [(clinic, stretch) for stretch in stretches], chunksize=1)


def fill_stretch(clinic: crowd.Clinic, numbers: range) -> None:
    with connection.cursor() as cursor:
        past_the_rules(cursor)
        inquiries = crowd.requests_from(clinic, numbers)
        while batch := list(islice(inquiries, BATCH)):
            copy(cursor, batch)
            copy(cursor, (flag for inquiry in batch for flag in crowd.flags_of(inquiry)))
            said = [words for inquiry in batch for words in crowd.words_about(inquiry)]
            for kind in (Message, Note, PhoneCall):
                copy(cursor, (words for words in said if isinstance(words, kind)))
    connections.close_all()


def past_the_rules(cursor: Any) -> None:
    """Requests walk from new to their state; these are born in it. Check constraints still hold."""
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET statement_timeout = 0")


def write_history() -> None:
    with connection.cursor() as cursor:
        past_the_rules(cursor)
        for statement in HISTORY:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def drop_indexes() -> list[str]:
    """Gives their definitions: building one once is many times quicker than keeping it row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique",
            [[table(model) for model in FILLED]],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def build(indexes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for definition in indexes:
            cursor.execute(definition)
        for model in FILLED:
            cursor.execute(f"VACUUM (ANALYZE) {table(model)}")


def copy(cursor: Any, rows: Iterable[models.Model]) -> None:
    rows = list(rows)
    if not rows:
        return
    # A serial key is the database's to give.
    fields = [field for field in rows[0]._meta.concrete_fields if not isinstance(field, models.AutoField)]
    lines = "".join("\t".join(as_text(field.pre_save(row, True)) for field in fields) + "\n" for row in rows)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    cursor.copy_expert(f"COPY {table(type(rows[0]))} ({columns}) FROM STDIN", io.StringIO(lines))


ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def as_text(value: Any) -> str:
    """As COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, Sealed):
        return f"\\\\x{value.hex()}"
    return str(value).translate(ESCAPES)


def table(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'
