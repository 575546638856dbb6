"""Who answers the phone may enter a request for a caller."""

from importlib import import_module
from typing import Any

from django.db import migrations

first = import_module("requests.migrations.0002_roles")
before = import_module("requests.migrations.0004_roles_for_shared_words")
ROLES = {
    **before.ROLES,
    **{
        name: before.ROLES[name] | {"requests.enter_inquiry"}
        for name in ("Reception", "Triage nurse", "Clinician")
    },
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


class Migration(migrations.Migration):
    dependencies = [("requests", "0006_same_person_and_by_phone")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
