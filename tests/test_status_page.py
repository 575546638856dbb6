"""The patient's private page: what it says, to whom, and how a request is taken back."""

import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from clinic import outbox
from clinic.models import OutboxMessage
from requests import actions
from requests.models import Draft, Inquiry, Sending, StatusChange
from requests.models.sending import HELD_FOR
from requests.tokens import token_hash

from .builders import ANSWERS, a_safety_text, a_user, an_inquiry

pytestmark = pytest.mark.django_db


def page(client, inquiry, name="status"):
    return client.get(reverse(f"requests:{name}", args=[inquiry.token]))


def words(response) -> str:
    return " ".join(response.content.decode().split())


def after_the_hold():
    """Words to the patient show some seconds after they were sent."""
    return time_machine.travel(timezone.now() + HELD_FOR, tick=False)


def without_secrets(text):
    return re.sub(r'(name="(?:key|csrfmiddlewaretoken)" value=)"[^"]+"', r"\1", text)


@pytest.fixture
def nurse():
    return a_user("Triage nurse", first_name="Nora", last_name="Secretname")


def test_it_says_reference_promise_and_that_it_is_no_booking(client):
    inquiry = an_inquiry(answer_by="2099-01-05")

    text = words(page(client, inquiry))

    assert inquiry.reference in text
    assert "We will answer by Monday, January 5." in text
    assert "There is no appointment yet." in text


def test_a_broken_promise_is_said_honestly(client):
    text = words(page(client, an_inquiry(answer_by="2020-01-02")))

    assert "We told you that we would answer by Thursday, January 2. We are late." in text


def test_a_wrong_link_is_not_found_and_says_the_same_as_a_foreign_one(client):
    inquiry = an_inquiry()
    wrong = [inquiry.token[:-1], inquiry.token.swapcase(), "x" * 32, "%00"]

    pages = [client.get(f"/requests/{token}/") for token in wrong]

    assert [response.status_code for response in pages] == [404] * 4
    assert len({response.content for response in pages}) == 1


def test_nothing_keeps_the_page_or_tells_its_address(client):
    headers = page(client, an_inquiry()).headers

    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    # Not no-referrer: browsers then send "Origin: null" and the form on it is refused (E52).
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_message_is_read_here_and_names_no_member_of_staff(client, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    actions.write_to_patient(inquiry, by=nurse, text="Which <b>medicine</b>?", wait_for_answer=True)
    actions.add_note(inquiry, by=nurse, text="canary-note")

    with after_the_hold():
        text = words(page(client, inquiry))

    assert "Which &lt;b&gt;medicine&lt;/b&gt;?" in text
    assert "We are waiting for you" in text
    assert "Secretname" not in text
    assert "canary-note" not in text


@pytest.mark.parametrize("verb", ["write", "decline", "close"])
def test_words_on_their_way_change_nothing_yet_and_then_show(client, nurse, verb):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    before = words(page(client, inquiry))
    {
        "write": lambda: actions.write_to_patient(inquiry, by=nurse, text="canary", wait_for_answer=True),
        "decline": lambda: actions.decline(inquiry, by=nurse, reason="not_offered", text="canary"),
        "close": lambda: actions.close(inquiry, by=nurse, text="canary"),
    }[verb]()

    assert without_secrets(words(page(client, inquiry))) == without_secrets(before)
    with after_the_hold():
        after = page(client, inquiry)
    assert [said.text for said in after.context["thread"]] == ["canary"]
    assert after.context["state"] != "We are looking at your request"


def test_what_was_taken_back_never_shows(client, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    before = words(page(client, inquiry))
    actions.decline(inquiry, by=nurse, reason="not_offered", text="canary")
    actions.undo(Sending.objects.get(), by=nurse)

    with after_the_hold():
        assert without_secrets(words(page(client, inquiry))) == without_secrets(before)


def test_history_is_told_from_the_newest_to_the_oldest(client, nurse):
    inquiry = an_inquiry(assignee=nurse, submitted_at=timezone.now() - timezone.timedelta(days=1))
    actions.start_triage(inquiry, by=nurse)

    text = words(page(client, inquiry))

    assert text.index("We began to read your request") < text.index("You sent your request")


def test_answers_show_only_on_the_device_that_sent_them(client):
    draft = Draft.objects.create(
        key_hash=token_hash("key"),
        safety_text=a_safety_text(),
        answers=ANSWERS | {"anything_else": "canary-9"},
    )
    inquiry = actions.submit(draft=draft)

    assert "canary-9" not in words(page(client, inquiry))

    client.cookies["draft"] = "key"
    assert "canary-9" in words(page(client, inquiry))


def test_a_mail_that_did_not_arrive_is_said(client):
    inquiry = an_inquiry()
    OutboxMessage.objects.create(
        kind="receipt",
        to=inquiry.email,
        about=inquiry.pk,
        state="failed",
        context={},
        gave_up_at=timezone.now(),
        failing_since=timezone.now(),
    )
    (line,) = outbox.delivery_lines(inquiry.pk)

    assert line.words in words(page(client, inquiry))


@pytest.mark.parametrize("status", Inquiry.Status.values)
def test_every_state_has_its_page(client, status):
    assert page(client, an_inquiry(status=status)).status_code == 200


def test_following_the_link_withdraws_nothing(client):
    inquiry = an_inquiry()
    for method in (client.get, client.head):
        assert method(reverse("requests:withdraw", args=[inquiry.token])).status_code == 200

    assert Inquiry.objects.get().status == "new"


def test_the_patient_takes_the_request_back_and_a_second_click_changes_nothing(client):
    inquiry = an_inquiry()
    url = reverse("requests:withdraw", args=[inquiry.token])

    answers = [client.post(url), client.post(url)]

    assert [answer.url for answer in answers] == [reverse("requests:status", args=[inquiry.token])] * 2
    assert StatusChange.objects.filter(inquiry=inquiry, new="withdrawn").count() == 1
    assert OutboxMessage.objects.filter(about=inquiry.pk, kind="withdrawn").count() == 1


def test_a_request_that_ended_meanwhile_is_not_taken_back(client):
    inquiry = an_inquiry(status="declined")

    response = client.post(reverse("requests:withdraw", args=[inquiry.token]))

    assert response.status_code == 409
    assert Inquiry.objects.get(pk=inquiry.pk).status == "declined"


def test_withdrawing_needs_the_forms_own_token(client):
    inquiry = an_inquiry()
    client.handler.enforce_csrf_checks = True

    assert client.post(reverse("requests:withdraw", args=[inquiry.token])).status_code == 403
    assert Inquiry.objects.get().status == "new"


def test_the_number_of_queries_does_not_grow_with_the_messages(client, nurse, django_assert_num_queries):
    counts = []
    for messages in (1, 3):
        inquiry = an_inquiry(status="in_triage", assignee=nurse)
        for number in range(messages):
            actions.write_to_patient(inquiry, by=nurse, text=f"Message {number}", wait_for_answer=False)
        with after_the_hold(), django_assert_num_queries(10, exact=False) as queries:
            assert len(page(client, inquiry).context["thread"]) == messages
        counts.append(len(queries))

    assert counts[0] == counts[1]
