"""The one safety text: the newest version in the database, else the file's own copy.

Emergency words must show when the database is away too (R5), so nothing here
raises because of it.
"""

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.db import Error, transaction
from django.db.models import Max

from .models import SafetyText

FILE = Path(__file__).parent / "content" / "safety.toml"


def current() -> SafetyText:
    """The text to show now; its `pk` is None when it comes from the file."""
    try:
        newest = SafetyText.objects.first()
    except Error:
        newest = None
    return newest or SafetyText(version=0, body=file_body(), body_hash=hash_of(file_body()))


@transaction.atomic
def load(body: dict[str, Any] | None = None) -> tuple[SafetyText, bool]:
    """Store the file's words as a new version, only when they have changed."""
    body = body or file_body()
    newest = SafetyText.objects.select_for_update().first()
    if newest and newest.body_hash == hash_of(body):
        return newest, False
    version = (SafetyText.objects.aggregate(Max("version"))["version__max"] or 0) + 1
    return SafetyText.objects.create(version=version, body=body, body_hash=hash_of(body)), True


@cache
def file_body() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def hash_of(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
