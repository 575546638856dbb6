"""The one safety text: which version patients see, and how a new one comes to be.

Patients see the newest version that a clinician has signed off. Until there is one,
they see the newest that came with the content files, and without a database the copy
in the file. What an editor writes in the admin waits for a signature in every case.
Production makes no difference here: words about an emergency always show (R5),
so nothing on the way to them raises because the database is away.

Every reader (pages, form, confirmation, status page, mail, leaflets) takes
current(); an edition's cards are put in again each time it is shown
(blocks.with_safety), so a sign-off shows at once and needs no new edition.
"""

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import Error, connection, transaction
from django.db.models import Max

from .models import SafetyText

if TYPE_CHECKING:
    from clinic.models import User

FILE = Path(__file__).parent / "content" / "safety.toml"


def current() -> SafetyText:
    """The text to show now; its `pk` is None when it comes from the file."""
    try:
        found = SafetyText.objects.shown_first().first()
    except Error:
        found = None
    return found or SafetyText(version=0, body=file_body(), body_hash=hash_of(file_body()))


def waits_for_sign_off(text: SafetyText) -> bool:
    """Nobody has signed it off, nor a newer one."""
    later = SafetyText.objects.filter(version__gte=text.version)
    return not later.exclude(signed_off_at=None).exists()


@transaction.atomic
def load(body: dict[str, Any] | None = None) -> tuple[SafetyText, bool]:
    """Store the file's words as a new version, only when the file has changed.

    It is compared with what came from the file last, so that words written in the
    admin since then stay the newest.
    """
    body = body or file_body()
    _lock()
    from_file = SafetyText.objects.filter(created_by=None).first()
    if from_file and from_file.body_hash == hash_of(body):
        return from_file, False
    return _add(body), True


class Refused(Exception):
    """The text says in one sentence why not."""


@transaction.atomic
def write(body: dict[str, Any], *, base: SafetyText, by: "User", change_note: str) -> SafetyText:
    """An editor's words as a new version, made from the newest one; patients see it once it is signed off."""
    _lock()
    if SafetyText.objects.first() != base:
        raise Refused("Somebody saved another version in the meantime. Open it and make your changes there.")
    if hash_of(body) == hash_of(base.body):
        raise Refused("Nothing has changed.")
    return _add(body, created_by=by, change_note=change_note)


def _add(body: dict[str, Any], **fields: Any) -> SafetyText:
    version = (SafetyText.objects.aggregate(Max("version"))["version__max"] or 0) + 1
    return SafetyText.objects.create(version=version, body=body, body_hash=hash_of(body), **fields)


def _lock() -> None:
    """One new version at a time, also while there is no row yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('safety text', 0))")


@cache
def file_body() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def hash_of(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
