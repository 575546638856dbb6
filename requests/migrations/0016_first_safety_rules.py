"""The rules of the first day go live; clinicians write others, nurses read them."""

from importlib import import_module
from typing import Any

from django.db import migrations

from requests.rules import first as first_rules

first = import_module("requests.migrations.0002_roles")
before = import_module("requests.migrations.0015_roles_for_saved_views")
ROLES = {
    **before.ROLES,
    "Triage nurse": before.ROLES["Triage nurse"] | {"requests.view_rule"},
    "Clinician": before.ROLES["Clinician"] | {"requests.view_rule", "requests.write_rule"},
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


def store_rules(apps: Any, schema_editor: Any) -> None:
    first_rules.store(apps)


class Migration(migrations.Migration):
    dependencies = [("requests", "0015_roles_for_saved_views")]

    operations = [
        migrations.RunPython(store_rules, migrations.RunPython.noop),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
