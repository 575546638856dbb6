"""Versions of the safety text for tests.

posted(text)                     what the edit page sends when nothing is touched
a_version(text, ...)             a new version with other words, by nobody in particular
"""

import copy
from typing import Any

from procedures import publishing, safety_text
from procedures.models import SafetyText
from procedures.safety_form import SafetyForm
from tests.builders import a_user


def posted(base: SafetyText, /, **changes: Any) -> dict[str, Any]:
    """Changes name fields with _ for -: emergency_saddle_text is emergency-saddle-text to a browser."""
    form = SafetyForm(base=base)
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    return data | {"change_note": "A clearer word."} | changes


def a_version(
    base: SafetyText, *, intro: str = "", item: dict[str, str] | None = None, part: str = "urgent"
) -> SafetyText:
    body = copy.deepcopy(base.body)
    if intro:
        body[part]["intro"] = intro
    if item:
        body[part]["items"].append(item)
    return safety_text.write(body, base=base, by=a_user("Editor"), change_note="Clearer.")


def signed(text: SafetyText) -> SafetyText:
    publishing.sign_off(text, by=a_user("Clinician", credential="MD"))
    return SafetyText.objects.get(pk=text.pk)
