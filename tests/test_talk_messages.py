"""The patient writes to us on the status page, and the request comes back."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import OutboxMessage
from procedures.models import SafetyText
from requests import actions
from requests.admin import history
from requests.message_views import AN_HOUR
from requests.models import Flag, Message, Sending, Settlement, StatusChange, Undo

from .builders import a_user, an_inquiry
from .triage import fresh

pytestmark = pytest.mark.django_db


def address(inquiry, name="write"):
    return reverse(f"requests:{name}", args=[inquiry.token])


def page(client, inquiry):
    return client.get(address(inquiry, "status"))


def words(response) -> str:
    return " ".join(response.content.decode().split())


def write(client, inquiry, text="I take aspirin.", **more):
    key = page(client, inquiry).context["form"].initial["key"]
    return client.post(address(inquiry), {"text": text, "key": key, **more})


@pytest.fixture
def nurse():
    return a_user("Triage nurse", first_name="Nora", last_name="Secretname")


def test_an_answer_brings_the_request_back_with_a_mark(client, nurse):
    inquiry = an_inquiry(status="awaiting_patient", assignee=nurse)

    response = write(client, inquiry, "I take aspirin.\nOnce a day.")

    assert response.url == address(inquiry, "status")
    message = Message.objects.get()
    assert (message.by, message.text, message.is_clinical) == (None, "I take aspirin.\nOnce a day.", True)
    assert fresh(inquiry).status == "in_triage"
    assert abs((fresh(inquiry).patient_wrote_at - message.at).total_seconds()) < 1
    assert StatusChange.objects.latest("at").by is None


@pytest.mark.parametrize("status", ["new", "in_triage", "offered", "booked"])
def test_in_other_open_states_only_the_mark_comes(client, status):
    inquiry = an_inquiry(status=status)

    write(client, inquiry)

    assert fresh(inquiry).status == status
    assert fresh(inquiry).patient_wrote_at is not None


def test_a_second_message_keeps_since_when_the_patient_waits(client):
    inquiry = an_inquiry(status="in_triage")
    write(client, inquiry)
    first = fresh(inquiry).patient_wrote_at

    write(client, inquiry, "One more thing")

    assert fresh(inquiry).patient_wrote_at == first
    assert Message.objects.count() == 2


def test_a_message_wakes_a_snoozed_request(client):
    inquiry = an_inquiry(status="in_triage", snoozed_until="2099-01-01")

    write(client, inquiry)

    assert fresh(inquiry).snoozed_until is None
    assert [(snooze.by, snooze.until) for snooze in inquiry.snoozes.all()] == [(None, None)]


def test_the_thread_says_who_and_when_and_names_nobody(client, nurse):
    inquiry = an_inquiry(status="awaiting_patient", assignee=nurse)
    Message.objects.create(inquiry=inquiry, by=nurse, text="Which medicine?")
    write(client, inquiry, "Aspirin")

    response = page(client, inquiry)

    assert [(said.who, said.text) for said in response.context["thread"]] == [
        ("The clinic", "Which medicine?"),
        ("You", "Aspirin"),
    ]
    assert "Secretname" not in words(response)
    assert "We read your message and answer it here." in words(response)


def test_the_history_tells_it_once(client, nurse):
    inquiry = an_inquiry(status="awaiting_patient", assignee=nurse)
    write(client, inquiry)

    headings = [event.heading for event in page(client, inquiry).context["events"]]

    assert headings == [
        "You wrote to us",
        "We asked you for something",
        "We began to read your request",
        "You sent your request",
    ]


def test_a_double_click_gives_one_message(client):
    inquiry = an_inquiry(status="awaiting_patient")
    key = page(client, inquiry).context["form"].initial["key"]

    answers = [client.post(address(inquiry), {"text": "Aspirin", "key": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Message.objects.count() == 1


def test_going_back_and_writing_something_else_is_a_new_message(client):
    inquiry = an_inquiry(status="awaiting_patient")
    key = page(client, inquiry).context["form"].initial["key"]

    for text in ("Aspirin", "Aspirin and iron"):
        client.post(address(inquiry), {"text": text, "key": key})

    assert [message.text for message in Message.objects.order_by("at")] == ["Aspirin", "Aspirin and iron"]


def test_the_same_form_sent_to_another_request_is_another_message(client):
    one, other = an_inquiry(), an_inquiry()
    for inquiry in (one, other):
        client.post(address(inquiry), {"text": "Aspirin", "key": "the same"})

    assert {message.inquiry for message in Message.objects.all()} == {one, other}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write your message"),
        (" \n\t ", "Write your message"),
        ("x" * 2001, "Your message must be 2000 characters or fewer"),
        ("x" * 20_001, "Your message must be 2000 characters or fewer"),
        ("a\0b", "Your message has a character that we cannot store. Type it again"),
        ("a\u202eb", "Your message has a character that we cannot store. Type it again"),
    ],
)
def test_an_error_says_what_to_do_and_keeps_the_words(client, text, says):
    inquiry = an_inquiry()

    response = write(client, inquiry, text)

    assert response.status_code == 422
    assert response.context["form"].errors["text"] == [says]
    assert response.context["form"]["text"].value() == text
    assert not Message.objects.exists()
    assert fresh(inquiry).patient_wrote_at is None


def test_two_thousand_characters_go(client):
    write(client, an_inquiry(), "é" * 2000)

    assert len(Message.objects.get().text) == 2000


def test_hostile_words_are_only_words(client):
    inquiry = an_inquiry()
    write(client, inquiry, "<script>alert(1)</script> {{ 7*7 }} {% now 'Y' %}")

    text = words(page(client, inquiry))

    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {% now &#x27;Y&#x27; %}" in text


def test_many_messages_meet_a_limit_and_nothing_is_lost(client):
    inquiry = an_inquiry()
    for number in range(AN_HOUR):
        assert write(client, inquiry, f"Message {number}").status_code == 302

    response = write(client, inquiry, "One too many")

    assert response.status_code == 429
    assert response.context["form"]["text"].value() == "One too many"
    assert "Send this one later, or call us" in words(response)
    assert Message.objects.count() == AN_HOUR
    assert write(client, an_inquiry(), "Another patient").status_code == 302


@pytest.mark.parametrize("status", ["declined", "withdrawn", "duplicate", "closed"])
def test_when_it_has_ended_the_page_says_how_to_go_on(client, status):
    inquiry = an_inquiry(status=status)
    assert "This request has ended" in words(page(client, inquiry))

    response = write(client, inquiry, "Are you there?")

    assert response.status_code == 409
    assert "Are you there?" in words(response)
    assert "What you wrote was not sent." in words(response)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["I cannot pee since this morning", "I want to kill myself"])
def test_words_that_sound_like_an_emergency_show_the_card_first(client, text):
    inquiry = an_inquiry()

    response = write(client, inquiry, text)

    assert response.status_code == 200
    assert "Nothing is sent yet" in words(response)
    assert 'class="care care-emergency"' in words(response)
    assert not Message.objects.exists()
    assert dict(response.context["fields"])["text"] == text


def test_they_do_not_stop_the_message_and_staff_are_told_to_call(client):
    inquiry = an_inquiry()

    response = write(client, inquiry, "I cannot pee since this morning", confirmed="yes")

    assert response.status_code == 302
    assert Message.objects.count() == 1
    assert fresh(inquiry).urgency == 1
    flag = Flag.objects.get()
    assert (flag.severity, flag.answer) == ("urgent", "I cannot pee since this morning")


def test_a_second_such_message_raises_the_same_flag_anew_and_lowers_nothing(client):
    inquiry = an_inquiry(urgency=2)
    write(client, inquiry, "I cannot pee", confirmed="yes")
    first = Flag.objects.get()

    write(client, inquiry, "I still cannot pee", confirmed="yes")

    second = Flag.objects.get()
    assert Message.objects.count() == 2
    assert (first.answer, second.answer) == ("I cannot pee", "I still cannot pee")
    assert second.raised_at > first.raised_at
    assert fresh(inquiry).urgency == 2


def test_the_words_can_be_changed_after_the_card(client):
    response = write(client, an_inquiry(), "I cannot pee", change="yes")

    assert response.context["form"]["text"].value() == "I cannot pee"
    assert not Message.objects.exists()


def test_following_the_address_sends_nothing(client):
    inquiry = an_inquiry()

    for method in (client.get, client.head):
        assert method(address(inquiry), {"text": "Hello"}).url == address(inquiry, "status")

    assert not Message.objects.exists()


def test_it_needs_the_forms_own_token(client):
    inquiry = an_inquiry()
    client.handler.enforce_csrf_checks = True

    assert client.post(address(inquiry), {"text": "Hello"}).status_code == 403
    assert not Message.objects.exists()


def test_a_wrong_link_takes_no_message(client):
    assert client.post("/requests/wrong-token/write/", {"text": "Hello"}).status_code == 404


def test_nothing_keeps_what_was_written(client):
    response = write(client, an_inquiry(), "")

    assert response.headers["Cache-Control"] == "no-store, private"


ANSWERS = {
    "write": lambda inquiry, by: actions.write_to_patient(
        inquiry, by=by, text="Thanks", wait_for_answer=False
    ),
    "reached": lambda inquiry, by: actions.log_phone_call(inquiry, by=by, outcome="reached"),
    "decline": lambda inquiry, by: actions.decline(inquiry, by=by, reason="not_offered", text="Dear Rosa"),
    "close": lambda inquiry, by: actions.close(inquiry, by=by),
    "settle": lambda inquiry, by: actions.settle(inquiry, by=by),
}


@pytest.mark.parametrize("verb", ANSWERS)
def test_an_answer_takes_the_mark_away(verb, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse, patient_wrote_at=timezone.now())

    ANSWERS[verb](inquiry, nurse)

    assert fresh(inquiry).patient_wrote_at is None


def test_a_call_that_reached_nobody_leaves_the_mark(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse, patient_wrote_at=timezone.now())

    actions.log_phone_call(inquiry, by=nurse, outcome="no_answer")

    assert fresh(inquiry).patient_wrote_at is not None


def test_settling_is_kept_and_tells_the_patient_nothing(client, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    write(client, inquiry, "Thank you")

    actions.settle(fresh(inquiry), by=nurse)

    assert Settlement.objects.get().by == nurse
    assert fresh(inquiry).first_answered_at is None
    assert [said.text for said in page(client, inquiry).context["thread"]] == ["Thank you"]


def test_what_came_after_the_page_was_opened_is_not_settled_with_it(client, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)

    with pytest.raises(actions.SomebodyWasFaster):
        actions.settle(inquiry, by=nurse)


def test_the_emergency_card_stands_on_the_page(client):
    body = words(page(client, an_inquiry()))

    assert "Do not use this for emergencies." in body
    assert SafetyText.objects.get().crisis["text"] in body


ENDINGS = {
    "decline": lambda inquiry, by: actions.decline(inquiry, by=by, reason="not_offered", text="Dear Rosa"),
    "close": lambda inquiry, by: actions.close(inquiry, by=by, text="All is done"),
}
EMERGENCY = "I cannot hold my urine since this morning and my groin is numb"


def ended_but_held(verb, nurse, **columns):
    """Nobody but staff sees yet that it ended."""
    inquiry = an_inquiry(**{"status": "in_triage", "assignee": nurse} | columns)
    ENDINGS[verb](inquiry, nurse)
    return inquiry


def listed(staff, view):
    page = staff.get("/staff/requests/inquiry/", {"view": view})
    return [row.inquiry for row in page.context["listing"].rows]


@pytest.mark.parametrize("verb", ENDINGS)
@pytest.mark.parametrize("text", [EMERGENCY, "I take aspirin."])
def test_words_written_before_the_ending_shows_bring_the_request_back(client, staff, nurse, verb, text):
    inquiry = ended_but_held(verb, nurse)

    assert write(client, inquiry, text, confirmed="1").status_code == 302

    after = fresh(inquiry)
    is_urgent = text == EMERGENCY
    assert (after.status, after.decline_reason, after.assignee) == ("in_triage", "", nurse)
    assert (after.urgency, after.first_answered_at) == (int(is_urgent), None)
    assert after.patient_wrote_at is not None
    views = ("todo", "replied", "urgent") if is_urgent else ("todo", "replied")
    assert [listed(staff, view) for view in views] == [[inquiry]] * len(views)
    assert listed(staff, "ended") == []


@pytest.mark.parametrize("verb", ENDINGS)
@pytest.mark.parametrize("status", ["new", "awaiting_patient", "offered"])
def test_it_comes_back_from_every_state(client, nurse, verb, status):
    inquiry = ended_but_held(verb, nurse, status=status)

    write(client, inquiry)

    assert fresh(inquiry).status == "in_triage"


@pytest.mark.parametrize("verb", ENDINGS)
def test_the_patient_never_reads_that_it_had_ended(client, nurse, verb):
    inquiry = ended_but_held(verb, nurse)
    assert OutboxMessage.objects.filter(about=inquiry.pk).exists()

    write(client, inquiry)

    assert not OutboxMessage.objects.filter(about=inquiry.pk).exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        response = page(client, inquiry)
    assert [said.text for said in response.context["thread"]] == ["I take aspirin."]
    assert response.context["events"][0].heading == "You wrote to us"
    assert response.context["state"] == "We are looking at your request"
    assert "We will answer by" in response.context["promise"]


def test_staff_read_what_happened(client, nurse):
    inquiry = ended_but_held("decline", nurse)

    write(client, inquiry)

    events = [(event.heading, event.who) for event in history.of(inquiry, reader=nurse)]
    assert events[-5:] == [
        ("Declined", str(nurse)),
        ("Message to the patient, taken back", str(nurse)),
        ("Letter that declines taken back: the patient wrote before seeing it", "by itself"),
        ("Reopened", "the patient"),
        ("The patient wrote", "the patient"),
    ]


def test_the_undo_pressed_after_that_changes_nothing(client, staff, nurse):
    inquiry = ended_but_held("close", nurse)
    staff.force_login(nurse)
    write(client, inquiry)

    response = staff.post(
        reverse("admin:requests_inquiry_undo", args=[inquiry.pk]), {"sending": str(Sending.objects.get().pk)}
    )

    assert response.status_code == 302
    assert (fresh(inquiry).status, Undo.objects.get().by) == ("in_triage", None)


def test_a_day_that_was_still_owed_is_not_put_off(client, nurse):
    yesterday = local_today() - timedelta(days=1)
    owed = ended_but_held("decline", nurse, answer_by=yesterday)
    answered = ended_but_held("decline", nurse, answer_by=yesterday, first_answered_at=timezone.now())

    for inquiry in (owed, answered):
        write(client, inquiry)

    assert (fresh(owed).promised_first, fresh(owed).answer_by) == (yesterday, yesterday)
    assert fresh(answered).promised_first == fresh(answered).answer_by > local_today()


def test_it_waits_since_the_first_words_that_nobody_answered(client, nurse):
    first = timezone.now() - timedelta(hours=3)
    inquiry = ended_but_held("decline", nurse, patient_wrote_at=first)

    write(client, inquiry)

    assert fresh(inquiry).patient_wrote_at == first


@pytest.mark.parametrize("verb", ENDINGS)
def test_once_the_ending_shows_nothing_is_taken(client, nurse, verb):
    inquiry = ended_but_held(verb, nurse)

    with time_machine.travel(timezone.now() + timedelta(seconds=23)):
        response = write(client, inquiry, EMERGENCY, confirmed="1")

    assert response.status_code == 409
    assert "What you wrote was not sent." in words(response)
    assert fresh(inquiry).status == {"decline": "declined", "close": "closed"}[verb]
    assert not Message.objects.filter(by=None).exists()
