"""The roles with what came later: the safety text, patients' questions, what readers say."""

from importlib import import_module
from typing import Any

from django.db import migrations

first = import_module("requests.migrations.0002_roles")
ANSWERS_QUESTIONS = {"procedures.view_question", "procedures.answer_question"}
ROLES = {
    **first.ROLES,
    "Triage nurse": first.ROLES["Triage nurse"] | ANSWERS_QUESTIONS,
    "Clinician": first.ROLES["Clinician"] | ANSWERS_QUESTIONS | {"procedures.view_feedback"},
    "Editor": first.ROLES["Editor"]
    | ANSWERS_QUESTIONS
    | first.may_change("procedures", "askedquestion", "trait")
    | {"procedures.add_safetytext", "procedures.view_feedback"},
}


def make_roles(apps: Any, schema_editor: Any) -> None:
    first.set_roles(apps, ROLES)


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0002_roles"),
        ("procedures", "0008_add_questions_and_feedback"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
