"""Who works on requests plans them; managers keep absences; managers and nurses take lists away."""

from importlib import import_module
from typing import Any

from django.db import migrations

first = import_module("requests.migrations.0002_roles")
before = import_module("requests.migrations.0007_roles_for_calls")
PLANS = {"requests.add_snooze", "requests.add_nextaction"}
EXPORTS = {"requests.export_inquiry"}
ROLES = {
    **before.ROLES,
    "Reception": before.ROLES["Reception"] | PLANS,
    "Triage nurse": before.ROLES["Triage nurse"] | PLANS | EXPORTS,
    "Clinician": before.ROLES["Clinician"] | PLANS,
    "Manager": before.ROLES["Manager"] | EXPORTS | {"requests.manage_absences"},
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


class Migration(migrations.Migration):
    dependencies = [("requests", "0008_who_works_on_it_and_when")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
