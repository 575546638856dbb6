"""Many clicks at once over connections of their own: one request, and the same page for every click."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse

from clinic.models import OutboxMessage
from requests.models import Draft, Inquiry

from .intake import answer, client_of, complete_draft

CLICKS = 40


def in_parallel(do, times):
    """`do` with each number at once; every thread closes the connection it opened."""

    def once(number):
        try:
            return do(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


@pytest.mark.django_db(transaction=True)
def test_forty_clicks_at_once_send_one_request():
    draft = complete_draft()

    def click(_number):
        return client_of(draft).post(reverse("requests:send"), {"privacy_given": "on"})

    responses = in_parallel(click, CLICKS)

    inquiry = Inquiry.objects.get()
    status = reverse("requests:status", args=[inquiry.token])
    assert {(response.status_code, response.url) for response in responses} == {(302, status)}
    assert inquiry.statuschanges.count() == 1
    assert OutboxMessage.objects.filter(about=inquiry.pk, kind="receipt").count() == 1


@pytest.mark.django_db(transaction=True)
def test_answers_of_many_tabs_at_once_are_all_kept():
    draft = complete_draft()
    changes = [
        ("name", {"first_name": "Zoë"}),
        ("pain-side", {"pain_side": "both"}),
        ("phone", {"phone": "+12025550111", "phone_typed": "202-555-0111"}),
        ("anything-else", {"anything_else": "Walker"}),
    ]

    in_parallel(
        lambda number: answer(client_of(draft), changes[number][0], **changes[number][1]), len(changes)
    )

    answers = Draft.objects.get(pk=draft.pk).answers
    assert {key: answers[key] for _slug, change in changes for key in change} == {
        key: value for _slug, change in changes for key, value in change.items()
    }
