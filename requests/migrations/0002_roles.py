"""The roles, each with the fewest permissions that its work needs.

It states the whole set: permissions that a role has beyond it are taken away.
"""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

SEES_REQUESTS = {"requests.view_inquiry"}
WORKS_ON_REQUESTS = SEES_REQUESTS | {
    "requests.take_inquiry",
    "requests.add_message",
    "requests.add_note",
    "requests.add_phonecall",
    "requests.mark_duplicate",
}
TRIAGES = WORKS_ON_REQUESTS | {
    "requests.read_clinical",
    "requests.assign_inquiry",
    "requests.triage_inquiry",
    "requests.decline_inquiry",
    "requests.close_inquiry",
    "requests.reopen_inquiry",
}
SEES_PAGES = {
    "procedures.view_explainer",
    "procedures.view_edition",
    "procedures.view_reference",
    "procedures.view_safetytext",
}


def may_change(app: str, *models: str) -> set[str]:
    return {f"{app}.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


ROLES = {
    "Reception": WORKS_ON_REQUESTS,
    "Triage nurse": TRIAGES,
    "Clinician": TRIAGES
    | SEES_PAGES
    | {"procedures.review_edition", "procedures.view_review", "procedures.sign_off_safetytext"},
    "Editor": SEES_PAGES
    | may_change("procedures", "section", "keyfact", "risk", "finding")
    | {
        "procedures.add_explainer",
        "procedures.change_explainer",
        "procedures.publish_explainer",
        "procedures.add_reference",
        "procedures.change_reference",
        "procedures.view_review",
    },
    "Manager": SEES_REQUESTS
    | {"requests.assign_inquiry", "auth.view_group"}
    | {"clinic.view_user", "clinic.add_user", "clinic.change_user"}
    | {"clinic.view_clinicprofile", "clinic.add_clinicprofile", "clinic.change_clinicprofile"}
    | may_change("clinic", "openinghours", "holiday"),
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    set_roles(apps, ROLES)


def set_roles(apps: Any, roles: dict[str, set[str]]) -> None:
    """Each role gets these permissions and no other."""
    make_permissions(apps)
    Group = apps.get_model("auth", "Group")
    for name, wanted in roles.items():
        role, _ = Group.objects.get_or_create(name=name)
        role.permissions.set([find_permission(apps, permission) for permission in sorted(wanted)])


def make_permissions(apps: Any) -> None:
    """On a fresh database Django makes them only after the last migration."""
    for label in ("auth", "clinic", "procedures", "requests"):
        config = apps.get_app_config(label)
        # A migration's stand-in of an app has no models module and would be passed over.
        config.models_module = getattr(config, "models_module", True)
        create_permissions(config, apps=apps, verbosity=0)


def find_permission(apps: Any, name: str) -> Any:
    app, codename = name.split(".")
    return apps.get_model("auth", "Permission").objects.get(content_type__app_label=app, codename=codename)


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0001_initial"),
        ("procedures", "0001_initial"),
        ("clinic", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
