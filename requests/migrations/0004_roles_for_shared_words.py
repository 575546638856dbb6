"""The roles with the words that belong to no page of their own: clinicians sign them off."""

from importlib import import_module
from typing import Any

from django.db import migrations

first = import_module("requests.migrations.0002_roles")
before = import_module("requests.migrations.0003_roles_for_questions")
SEES_WORDS = {"procedures.view_sharedwords"}
ROLES = {
    **before.ROLES,
    "Clinician": before.ROLES["Clinician"] | SEES_WORDS | {"procedures.sign_off_sharedwords"},
    "Editor": before.ROLES["Editor"] | SEES_WORDS,
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0003_roles_for_questions"),
        ("procedures", "0010_add_shared_words"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
