"""What the tests of the editor's desk share."""

from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from clinic.models import User
from procedures.models import Explainer
from tests.builders import a_user

OTHERS = ("Reception", "Triage nurse", "Manager")


def url(row: Any, verb: str = "change") -> str:
    return reverse(f"admin:procedures_{row._meta.model_name}_{verb}", args=[row.pk])


def signed_in(role: str, **fields: Any) -> tuple[Client, User]:
    client, user = Client(), a_user(role, **fields)
    client.force_login(user)
    return client, user


def form_data(response: Any) -> dict[str, Any]:
    """What a browser would send when somebody presses the button at once."""
    desk = response.context["form"]
    data: dict[str, Any] = {"shown": response.context["sealed"]}
    forms = [desk.names]
    for rows in desk.tables.values():
        forms += [rows.management_form, *rows.forms]
    for form in forms:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None or value is False else value
    if "related" in desk.names.fields:
        data["related"] = [str(getattr(row, "pk", row)) for row in desk.names["related"].value() or []]
    return data


def opened(client: Client, explainer: Explainer) -> dict[str, Any]:
    return form_data(client.get(url(explainer)))


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def row_of(data: dict[str, Any], table: str, key: str, value: str) -> str:
    """The beginning of the fields of one row, like "sections-3"."""
    (found,) = [
        name
        for name, each in data.items()
        if name.endswith(f"-{key}") and each == value and name.startswith(table)
    ]
    return found.removesuffix(f"-{key}")
