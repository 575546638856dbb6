"""Back, then the same button again: the words are old, everything else of the form is fresh."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.utils import timezone

from requests.models import Message, Note, PhoneCall, Sending

from .builders import a_user, an_inquiry
from .triage import address, do, fresh

pytestmark = pytest.mark.django_db

SAID = "The same words are there already, so nothing was done twice."
TYPED = {
    "note": {"text": "Hello"},
    "phone": {"outcome": "reached", "text": "Hello"},
    "write": {"text": "Hello"},
}
ENTRIES = {"note": Note, "phone": PhoneCall, "write": Message}


@pytest.fixture
def nurse(client):
    nurse = a_user("Triage nurse")
    client.force_login(nurse)
    return nurse


@pytest.fixture
def inquiry(nurse):
    return an_inquiry(status="in_triage")


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)][-1]


@pytest.mark.parametrize("slug", TYPED)
@pytest.mark.parametrize("again", ["Hello", " Hello\r\n"])
def test_a_fresh_form_with_the_same_words_saves_nothing_and_says_so(client, inquiry, slug, again):
    do(client, inquiry, slug, **TYPED[slug])

    answer = do(client, inquiry, slug, **TYPED[slug] | {"text": again})

    assert (answer.status_code, answer["Location"], told(answer)) == (302, address(inquiry), SAID)
    assert ENTRIES[slug].objects.count() == 1


@pytest.mark.parametrize("slug", TYPED)
def test_two_lines_are_the_same_as_the_browser_sends_them(client, inquiry, slug):
    for _ in range(2):
        do(client, inquiry, slug, **TYPED[slug] | {"text": "One\r\nTwo"})

    assert ENTRIES[slug].objects.count() == 1


@pytest.mark.parametrize("slug", TYPED)
def test_other_words_are_saved(client, inquiry, slug):
    for text in ("Hello", "Hello again", "hello"):
        do(client, inquiry, slug, **TYPED[slug] | {"text": text})

    assert ENTRIES[slug].objects.count() == 3


@pytest.mark.parametrize("slug", TYPED)
@pytest.mark.parametrize(("minutes", "saved"), [(9, 1), (11, 2)])
def test_some_minutes_later_the_same_words_are_meant(client, inquiry, slug, minutes, saved):
    do(client, inquiry, slug, **TYPED[slug])

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        do(client, inquiry, slug, **TYPED[slug])

    assert ENTRIES[slug].objects.count() == saved


@pytest.mark.parametrize("slug", TYPED)
def test_a_colleague_and_another_request_have_the_same_words(client, inquiry, slug):
    do(client, inquiry, slug, **TYPED[slug])

    do(client, an_inquiry(status="in_triage"), slug, **TYPED[slug])
    client.force_login(a_user("Triage nurse"))
    do(client, inquiry, slug, **TYPED[slug])

    assert ENTRIES[slug].objects.count() == 3


def test_another_outcome_is_another_call(client, inquiry):
    for outcome in ("no_answer", "reached"):
        do(client, inquiry, "phone", outcome=outcome, text="His daughter's number")

    assert PhoneCall.objects.count() == 2


def test_two_calls_without_words_are_two_calls(client, inquiry):
    for _ in range(2):
        do(client, inquiry, "phone", outcome="no_answer", text="")

    assert PhoneCall.objects.count() == 2


def test_a_message_that_was_taken_back_is_sent_again(client, inquiry):
    do(client, inquiry, "write", text="Hello")
    client.post(address(inquiry, "undo"), {"sending": str(Sending.objects.get().pk)})

    do(client, inquiry, "write", text="Hello")

    assert (Message.objects.count(), Sending.objects.filter(undo=None).count()) == (2, 1)


def test_the_words_of_another_verb_are_not_a_message(client, inquiry):
    do(client, inquiry, "close", text="Hello")
    do(client, fresh(inquiry), "reopen", text="Hello")

    do(client, fresh(inquiry), "write", text="Hello")

    assert Message.objects.count() == 2
