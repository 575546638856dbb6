"""Nurses and managers share views of the queue; everybody keeps their own."""

from importlib import import_module
from typing import Any

from django.db import migrations

first = import_module("requests.migrations.0002_roles")
before = import_module("requests.migrations.0013_roles_for_replies")
SHARES = {"requests.share_savedview"}
ROLES = {
    **before.ROLES,
    "Triage nurse": before.ROLES["Triage nurse"] | SHARES,
    "Manager": before.ROLES["Manager"] | SHARES,
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


class Migration(migrations.Migration):
    dependencies = [("requests", "0014_saved_views")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
