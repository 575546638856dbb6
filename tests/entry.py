"""Entering a request for a caller, as a browser posts the page."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from requests import steps
from requests.forms.people import ContactPersonForm

from .builders import a_safety_text, a_user
from .intake import complete_answers, post_for


def url() -> str:
    return reverse("admin:requests_inquiry_new")


def typed(**overrides: Any) -> dict[str, Any]:
    """The answers as fields of the page; questions that these do not lead to stay empty."""
    answers = complete_answers(**overrides)
    data: dict[str, Any] = {}
    for step in steps.asked(answers):
        posted = post_for(step, answers)
        prefix = "contact-" if step.form is ContactPersonForm else ""
        data |= {f"{prefix}{name}": value for name, value in posted.items()}
    return data | {"privacy_given": "on", "do": "save"}


def opened(client: Client) -> dict[str, str]:
    """The hidden fields of a fresh page."""
    page = client.get(url()).content.decode()
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("key", "safety_version")}
    return {name: match[1] for name, match in found.items() if match}


def enter(client: Client, page: dict[str, str] | None = None, **overrides: Any) -> HttpResponse:
    return client.post(url(), typed(**overrides) | (page or opened(client)))


def a_desk(role: str = "Reception") -> Client:
    a_safety_text()
    client = Client()
    client.force_login(a_user(role))
    return client
