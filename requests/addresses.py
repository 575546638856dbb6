"""Where the pages of the form are, and which one comes next."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from . import way
from .models import Draft, Inquiry
from .steps import Step

CHANGE = "change=1"


def step_url(to: Step) -> str:
    return reverse("requests:step", args=[to.slug])


def status_url(inquiry: Inquiry) -> str:
    return reverse("requests:status", args=[inquiry.token])


def with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def origin(request: HttpRequest) -> str:
    """The opaque code of the page the patient came from, carried along (E52)."""
    code = request.GET.get("from", "")
    return urlencode({"from": code}) if code else ""


def is_change(request: HttpRequest) -> bool:
    return request.GET.get("change") == "1"


def next_url(draft: Draft, current: Step | None = None, *, is_change: bool = False) -> str:
    """The next page; after a change only what it newly asks, then straight back (F24)."""
    answers = draft.answers
    to = way.after(current, answers) if current and not is_change else way.first_unanswered(answers)
    if to is None:
        return reverse("requests:check")
    return with_query(step_url(to), CHANGE if is_change else "")


def back_url(request: HttpRequest, current: Step, answers: dict[str, Any]) -> str:
    if is_change(request):
        return reverse("requests:check")
    previous = way.before(current, answers)
    return step_url(previous) if previous else with_query(reverse("requests:start"), origin(request))
