"""The intake form for tests: fill it in page by page, or make a draft that is ready to send.

complete_draft()                              every page answered, not sent yet
complete_draft(for_whom="other", ...)         other answers, laid over complete ones
client_of(draft)                              a client that holds the draft's cookie
walk(client)                                  posts every page as a browser would
walk(client, to="topic", channel="email")     stops before that page is posted
send(client)                                  presses the last button; gives the Inquiry
"""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests import drafts, steps, way
from requests.forms.dates import DateParts
from requests.models import Draft, Inquiry
from requests.steps import Step
from requests.tokens import new_token, token_hash

from .builders import ANSWERS, a_safety_text

HELPER = {
    "for_whom": "other",
    "helper_name": "Bo Helper",
    "helper_phone": "+12025550188",
    "helper_phone_typed": "202 555 0188",
    "helper_relationship": "daughter",
}


def complete_answers(**overrides: Any) -> dict[str, Any]:
    answers = ANSWERS | overrides
    if answers["for_whom"] == "other" or answers["channel"] == "other_person":
        answers = HELPER | answers
    return answers


def complete_draft(**overrides: Any) -> Draft:
    """`draft.key` is what its cookie holds. It was begun a while ago, as by a person."""
    key = new_token()
    draft = Draft.objects.create(
        key_hash=token_hash(key),
        safety_text=a_safety_text(),
        answers=way.tidy(complete_answers(**overrides)),
        created_at=timezone.now() - timedelta(minutes=5),
    )
    draft.key = key  # type: ignore[attr-defined]
    return draft


def client_of(draft: Draft) -> Client:
    client = Client()
    client.cookies[drafts.COOKIE] = draft.key  # type: ignore[attr-defined]
    return client


def draft_of(client: Client) -> Draft:
    return Draft.objects.get(key_hash=token_hash(client.cookies[drafts.COOKIE].value))


def url(slug: str) -> str:
    return reverse("requests:step", args=[slug])


def post_for(step: Step, answers: dict[str, Any]) -> dict[str, Any]:
    """What a browser posts from this page to give these answers."""
    form = step.form(answers=answers)
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form.initial.get(name)
        if isinstance(field, DateParts):
            parts = zip(("month", "day", "year"), field.widget.decompress(value), strict=True)
            data |= {f"{name}_{part}": "" if number is None else number for part, number in parts}
        elif value is not None:
            data[name] = value
    return data


def answer(client: Client, slug: str, query: str = "", **overrides: Any) -> HttpResponse:
    """Post one page with complete answers, some of them others."""
    step = steps.find(slug)
    assert step is not None
    return client.post(url(slug) + query, post_for(step, complete_answers(**overrides)))


def walk(client: Client, *, to: str = "", **overrides: Any) -> HttpResponse:
    """From the first page on; each answer must lead to the next page."""
    a_safety_text()
    answers = complete_answers(**overrides)
    response = client.get(reverse("requests:start"))
    for step in steps.asked(answers):
        if step.slug == to:
            break
        response = client.post(url(step.slug), post_for(step, answers))
        assert response.status_code == 302, f"{step.slug}: {response.context['form'].errors}"
    Draft.objects.filter(pk=draft_of(client).pk).update(created_at=timezone.now() - timedelta(minutes=5))
    return response


def send(client: Client) -> Inquiry:
    response = client.post(reverse("requests:send"), {"privacy_given": "on"})
    assert response.status_code == 302, response.status_code
    return Inquiry.objects.with_token(response.url.rstrip("/").rsplit("/", 1)[-1]).get()
