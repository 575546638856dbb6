"""Managers write the replies that staff choose from."""

from importlib import import_module
from typing import Any

from django.db import migrations

first = import_module("requests.migrations.0002_roles")
before = import_module("requests.migrations.0010_statistics_permission")
WRITES_REPLIES = {"requests.view_reply", "requests.add_reply", "requests.change_reply"}
ROLES = {**before.ROLES, "Manager": before.ROLES["Manager"] | WRITES_REPLIES}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


class Migration(migrations.Migration):
    dependencies = [("requests", "0012_replies_and_sendings")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
