"""Managers and clinicians see how the work goes."""

from importlib import import_module
from typing import Any

from django.db import migrations

first = import_module("requests.migrations.0002_roles")
before = import_module("requests.migrations.0009_roles_for_planning")
ROLES = {
    **before.ROLES,
    **{name: before.ROLES[name] | {"requests.view_statistics"} for name in ("Manager", "Clinician")},
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0009_roles_for_planning"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="inquiry",
            options={
                "permissions": [
                    ("read_clinical", "Can read what patients wrote about their health"),
                    ("take_inquiry", "Can take a request"),
                    ("assign_inquiry", "Can assign a request to a colleague"),
                    ("triage_inquiry", "Can triage a request"),
                    ("decline_inquiry", "Can decline a request"),
                    ("mark_duplicate", "Can mark a request as a duplicate"),
                    ("close_inquiry", "Can close a request"),
                    ("reopen_inquiry", "Can reopen a request"),
                    ("enter_inquiry", "Can enter a request for a caller"),
                    ("view_statistics", "Can see how the work goes"),
                    ("export_inquiry", "Can export a list of requests"),
                ],
                "verbose_name": "request",
            },
        ),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
