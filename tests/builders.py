"""Rows for tests, made straight through the models.

an_inquiry()                                     a new request with all answers
an_inquiry(status="declined", assignee=nurse)    moved there along the table
an_inquiry(flags=[("urgent", "fever", "Fever, chills or very unwell", "Ticked")])
a_user("Triage nurse")   a_user("superuser")   a_user(None)
"""

import itertools
import tomllib
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from clinic.calendar import local_today
from clinic.models import User
from procedures.models import SafetyText
from requests.actions.sending import needs
from requests.models import Flag, Inquiry, StatusChange
from requests.rules import first
from requests.tokens import new_token, token_hash

ROLES = ("Reception", "Triage nurse", "Clinician", "Editor", "Manager")
PASSWORD = "correct horse battery staple"
# The shortest legal way from new to each status.
WAYS = {
    "new": (),
    "in_triage": ("in_triage",),
    "awaiting_patient": ("in_triage", "awaiting_patient"),
    "offered": ("in_triage", "offered"),
    "booked": ("in_triage", "offered", "booked"),
    "declined": ("in_triage", "declined"),
    "withdrawn": ("withdrawn",),
    "duplicate": ("in_triage", "duplicate"),
    "closed": ("in_triage", "closed"),
}
ANSWERS: dict[str, Any] = {
    "emergency": ["none"],
    "urgent": ["none"],
    "for_whom": "me",
    "date_of_birth": "1970-05-04",
    "been_before": "no",
    "topic": "cluneal_nerve_block",
    "pain_areas": ["top_of_buttock"],
    "pain_side": "left",
    "pain_duration": "3_to_12_months",
    "peg_pain": 7,
    "peg_enjoyment": 8,
    "peg_activity": 6,
    "blood_thinners": "no",
    "pregnant": "does_not_apply",
    "infection": "no",
    "diabetes": "no",
    "reaction": "no",
    "first_name": "Rosa",
    "last_name": "Example",
    "channel": "phone",
    "phone": "+12025550147",
    "phone_typed": "202-555-0147",
    "voicemail": "name_only",
    "call_times": ["morning"],
    "email": "rosa@example.com",
    "text_reminders": "no",
    "visit_days": ["mon", "wed"],
    "visit_times": ["morning"],
    "visit_dates": [],
    "help_needs": ["none"],
    "language": "en",
    "insurance": "yes",
    "insurer": "Sample Mutual",
    "injury": "no",
    "referral": "no",
    "anything_else": "",
    "privacy_given": True,
}
numbers = itertools.count(1)


@cache
def safety_body() -> dict[str, Any]:
    return tomllib.loads((Path(settings.BASE_DIR) / "procedures/content/safety.toml").read_text())


def a_safety_text() -> SafetyText:
    """The newest one, or version 1 of the text in the repository."""
    newest = SafetyText.objects.first()
    return newest or SafetyText.objects.create(version=1, body=safety_body(), body_hash="0" * 64)


def a_user(role: str | None = None, *, username: str = "", password: str = "", **fields: Any) -> User:
    """A member of staff. Without a password it can only be signed in by force_login."""
    name = username or f"{(role or 'nobody').lower().replace(' ', '-')}-{next(numbers)}"
    fields = {"is_staff": True, "is_superuser": role == "superuser", **fields}
    user = User(username=name, email=f"{name}@clinic.example", **fields)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    if role in ROLES:
        user.groups.add(a_role(role))
    return user


def a_role(name: str) -> Group:
    """Tests that really commit empty the tables, and the migrated roles with them."""
    if not Group.objects.filter(name=name).exists():
        make_roles()
    return Group.objects.get(name=name)


def make_roles() -> None:
    import_module("requests.migrations.0016_first_safety_rules").make_roles(apps, None)


def bring_back_migrated_rows() -> None:
    make_roles()
    first.store(apps)


@transaction.atomic
def an_inquiry(*, flags: list[tuple[str, str, str, str]] | None = None, **overrides: Any) -> Inquiry:
    """A request as submit() writes it; `answers` are laid over complete ones."""
    token, status = new_token(), overrides.pop("status", "new")
    at_the_end = {key: overrides.pop(key) for key in ("decline_reason", "duplicate_of") if key in overrides}
    answers = ANSWERS | overrides.pop("answers", {})
    columns = {
        "token": token,
        "token_hash": token_hash(token),
        "answer_by": local_today(),
        "topic": "Cluneal nerve block",
        "first_name": answers["first_name"],
        "last_name": answers["last_name"],
        "date_of_birth": date.fromisoformat(answers["date_of_birth"]),
        "phone": answers["phone"],
        "phone_as_typed": answers["phone_typed"],
        "email": answers["email"],
        "channel": answers["channel"],
        "voicemail": answers["voicemail"],
        "language": answers["language"],
        "answers": answers,
        "needs": needs(answers),
    }
    if "safety_text" not in overrides and "safety_text_id" not in overrides:
        columns["safety_text"] = a_safety_text()
    inquiry = Inquiry.objects.create(**(columns | overrides))
    StatusChange.objects.create(inquiry=inquiry, new="new", at=inquiry.submitted_at)
    for severity, rule, words, answer in flags or ():
        Flag.objects.create(
            inquiry=inquiry, rule=rule, rule_version=1, severity=severity, words=words, answer=answer
        )
    _walk(inquiry, status, at_the_end)
    return Inquiry.objects.get(pk=inquiry.pk)


def _walk(inquiry: Inquiry, status: str, at_the_end: dict[str, Any]) -> None:
    if status == "declined":
        at_the_end.setdefault("decline_reason", "not_offered")
    if status == "duplicate" and "duplicate_of" not in at_the_end:
        at_the_end["duplicate_of"] = an_inquiry()
    old = "new"
    for step in WAYS[status]:
        changes = at_the_end if step == status else {}
        Inquiry.objects.filter(pk=inquiry.pk).update(status=step, **changes)
        StatusChange.objects.create(inquiry=inquiry, old=old, new=step)
        old = step
