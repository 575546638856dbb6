"""Staff write to the patient: a reply to begin with, a look before it goes, and 20 seconds to undo."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import ClinicProfile, OutboxMessage
from requests import actions, replies
from requests.admin import thread
from requests.models import AccessLog, Message, Reply, ReplyText, Sending, Undo

from .builders import a_user, an_inquiry
from .triage import address, do, fresh, opened, send

pytestmark = pytest.mark.django_db
TEXT = "Dear {name},\n\nyour reference is {reference}. Call us by {date} at {clinic_phone}.\n\n{staff_name}"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def a_reply(title="We need a referral", *, place=100, is_active=True, by=None, **texts):
    texts = texts or {"en": TEXT}
    return actions.save_reply(Reply(), by=by, title=title, place=place, is_active=is_active, texts=texts)


def key_of(reply, language="en"):
    return str(reply.texts.get(language=language).pk)


@pytest.fixture
def client(nurse):
    client = Client()
    client.force_login(nurse)
    return client


@pytest.fixture
def inquiry(nurse):
    return an_inquiry(status="in_triage", assignee=nurse)


# Choosing a reply


def test_a_chosen_reply_fills_the_message_and_sends_nothing(client, inquiry):
    ClinicProfile.objects.create(name="Sample Clinic", phone="202-555-0100")
    reply = a_reply()

    page = do(client, inquiry, "write", step="reply", reply=key_of(reply))

    assert page.status_code == 200
    assert page.context["form"]["text"].value() == (
        f"Dear Rosa,\n\nyour reference is {inquiry.reference}. Call us by {{date}} at 202-555-0100.\n\nNora Nurse"
    )
    assert "Replace {date} with a date that you type." in words(page)
    assert not Message.objects.exists()


def test_what_was_typed_stays_before_the_reply(client, inquiry):
    reply = a_reply(en="We will call you.")

    page = do(
        client, inquiry, "write", step="reply", reply=key_of(reply), text="Hello\r\n", wait_for_answer="on"
    )

    assert page.context["form"]["text"].value() == "Hello\n\nWe will call you."
    assert page.context["form"]["wait_for_answer"].value() is True


@pytest.mark.parametrize("key", ["", "0", "99999999", "x", "1; DROP", "9" * 40])
def test_without_a_reply_the_words_stay_as_they_are(client, inquiry, key):
    page = do(client, inquiry, "write", step="reply", reply=key, text="Hello")

    assert page.status_code == 200
    assert page.context["form"]["text"].value() == "Hello"


def test_an_open_blank_stops_the_sending_and_says_what_to_do(client, inquiry):
    page = do(client, inquiry, "write", text="Call us by {date}, {name}.")

    assert page.status_code == 422
    assert page.context["form"].errors["text"] == [
        "Replace {date} with a date that you type and {name} with the name to call the patient by"
    ]
    assert page.context["form"]["text"].value() == "Call us by {date}, {name}."
    assert not Message.objects.exists()


@pytest.mark.parametrize("verb", ["close", "decline"])
def test_it_stops_letters_as_well(client, inquiry, verb):
    page = do(client, inquiry, verb, text="Call by {date}", reason="not_offered")

    assert page.status_code == 422
    assert fresh(inquiry).status == "in_triage"


def test_a_name_with_a_blank_in_it_stays_a_name():
    assert (
        replies.fill("{name} {reference}", {"name": "{reference}", "reference": "7K3"}) == "{reference} 7K3"
    )


def test_a_day_that_is_no_longer_promised_stays_open(nurse):
    text = "We answer by {answer_by}."
    waiting = an_inquiry(answer_by=date(2099, 1, 5))
    answered = an_inquiry(answer_by=date(2099, 1, 5), first_answered_at=timezone.now())

    filled = [replies.fill(text, replies.values_for(one, nurse, "en")) for one in (waiting, answered)]

    assert filled == ["We answer by Monday, January 5.", "We answer by {answer_by}."]


def test_days_are_written_in_the_language_of_the_reply():
    assert replies.day_words(date(2099, 1, 5), "en") == "Monday, January 5"
    assert replies.day_words(date(2099, 1, 5), "es").lower() == "5 de enero de 2099"


# Languages


def groups(client, inquiry):
    page = client.get(address(inquiry, "write"))
    return [(group.label, [text.reply.title for text in group.texts]) for group in page.context["replies"]]


def test_the_patients_language_comes_first_and_english_after(client):
    a_reply("Second", place=2, en="Hello", es="Hola")
    a_reply("First", place=1, en="Hello", es="Hola")
    a_reply("Only English", place=3, en="Hello")

    assert groups(client, an_inquiry(language="es")) == [
        ("Español (Spanish)", ["First", "Second"]),
        ("English", ["First", "Second", "Only English"]),
    ]
    assert groups(client, an_inquiry()) == [("English", ["First", "Second", "Only English"])]


def test_a_language_without_replies_is_said(client):
    a_reply(en="Hello")
    for language, name in (("vi", "Tiếng Việt (Vietnamese)"), ("Hmong", "Hmong")):
        inquiry = an_inquiry(language=language)

        assert groups(client, inquiry) == [("English", ["We need a referral"])]
        assert f"No reply is written in {name} yet" in words(client.get(address(inquiry, "write")))


def test_who_does_not_read_the_language_sees_it_in_english(client):
    reply = a_reply(en="We will call you.", es="Le llamaremos.")
    inquiry = an_inquiry(language="es")

    page = do(client, inquiry, "write", step="reply", reply=key_of(reply, "es"))

    assert page.context["form"]["text"].value() == "Le llamaremos."
    assert "Its language: Español (Spanish)." in words(page)
    assert page.context["filled"].in_english == "We will call you."


def test_a_reply_that_is_off_is_neither_listed_nor_filled_in(client, inquiry):
    reply = a_reply(is_active=False, en="Old words")

    assert groups(client, inquiry) == []
    page = do(client, inquiry, "write", step="reply", reply=key_of(reply))
    assert not page.context["form"]["text"].value()


# The look before it goes


def test_the_preview_shows_what_the_patient_will_see_and_sends_nothing(client, inquiry):
    page = do(client, inquiry, "write", step="preview", text="Which <b>medicine</b>?", wait_for_answer="on")

    text = words(page)
    assert page.status_code == 200
    assert "This is what the patient will see" in text
    assert "We are waiting for you" in text
    assert "Which &lt;b&gt;medicine&lt;/b&gt;?" in text
    assert not Message.objects.exists()


@pytest.mark.parametrize("waits", ["on", None])
def test_the_preview_sends_what_it_showed(client, inquiry, waits):
    typed = {"text": "Which\nmedicine?"} | ({"wait_for_answer": waits} if waits else {})
    page = do(client, inquiry, "write", step="preview", **typed)

    response = client.post(address(inquiry, "write"), hidden_fields(page))

    assert response.status_code == 302
    assert Message.objects.get().text == "Which\nmedicine?"
    assert fresh(inquiry).status == ("awaiting_patient" if waits else "in_triage")


def hidden_fields(page) -> dict[str, str]:
    form = page.context["form"]
    fields = {f"seen_{name}": value for name, value in vars(page.context["seen"]).items()}
    for tag in re.findall(
        r"<input[^>]+>|<textarea[^>]*>[^<]*</textarea>", "".join(f.as_hidden() for f in form)
    ):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        fields[name[1]] = value[1] if value else ""
    return fields


def test_the_words_can_be_changed_after_the_look(client, inquiry):
    page = do(client, inquiry, "write", step="edit", text="Hello", wait_for_answer="True")

    assert page.status_code == 200
    assert page.context["form"]["text"].value() == "Hello"
    assert "See what the patient will see" in words(page)


def test_an_error_shows_instead_of_a_preview(client, inquiry):
    page = do(client, inquiry, "write", step="preview", text=" ")

    assert page.status_code == 422
    assert "Write the message to the patient" in words(page)


def test_a_letter_that_declines_is_previewed_with_its_reason(client, inquiry):
    page = do(client, inquiry, "decline", step="preview", reason="not_offered", text="Dear Rosa")

    assert "We cannot offer this appointment" in words(page)
    client.post(address(inquiry, "decline"), hidden_fields(page))
    assert fresh(inquiry).decline_reason == "not_offered"


def test_a_change_between_the_look_and_the_sending_is_told(client, inquiry, nurse):
    page = do(client, inquiry, "write", step="preview", text="Hello")
    actions.add_note(inquiry, by=a_user("Clinician"), text="Wait")

    response = client.post(address(inquiry, "write"), hidden_fields(page))

    assert response.status_code == 409
    assert not Message.objects.exists()
    assert "Hello" in words(response)


def test_a_change_before_the_look_is_told_at_once(client, inquiry):
    page = opened(client, inquiry, "write")
    actions.add_note(inquiry, by=a_user("Clinician"), text="Wait")

    response = send(client, inquiry, "write", page, step="preview", text="Hello")

    assert response.status_code == 409
    assert response.context["form"]["text"].value() == "Hello"


def test_the_page_itself_offers_the_look_and_not_the_sending(client, inquiry):
    text = words(client.get(address(inquiry, "write")))

    assert '<button class="btn btn-primary" name="step" value="preview">' in text
    assert ">Send</button>" not in text


# Undo


def undo(client, inquiry, sending):
    return client.post(address(inquiry, "undo"), {"sending": str(sending.pk)})


def test_undo_brings_the_words_back_into_the_form(client, inquiry):
    do(client, inquiry, "write", text="Which medicine?", wait_for_answer="on")

    response = client.post(address(inquiry, "undo"), {"sending": str(Sending.objects.get().pk)}, follow=True)

    assert response.redirect_chain[0][0].startswith(address(inquiry, "write"))
    assert "Which medicine?" not in response.redirect_chain[0][0]
    assert response.context["form"]["text"].value() == "Which medicine?"
    assert response.context["form"]["wait_for_answer"].value() is True
    assert "Taken back: the patient did not see it." in words(response)


def test_undo_of_a_letter_brings_reason_and_letter_back(client, inquiry):
    do(client, inquiry, "decline", reason="needs_referral", text="Dear Rosa, no")

    response = client.post(address(inquiry, "undo"), {"sending": str(Sending.objects.get().pk)}, follow=True)

    assert response.context["form"]["text"].value() == "Dear Rosa, no"
    assert response.context["form"]["reason"].value() == "needs_referral"
    assert fresh(inquiry).status == "in_triage"


def test_undo_of_closing_without_words_goes_back_to_the_request(client, inquiry):
    do(client, inquiry, "close", text="")

    response = undo(client, inquiry, Sending.objects.get())

    assert response.url == address(inquiry)
    assert fresh(inquiry).status == "in_triage"


def test_the_page_offers_the_undo_for_twenty_seconds_to_the_sender(client, inquiry):
    do(client, inquiry, "write", text="Which medicine?")

    offer = client.get(address(inquiry)).context["undo"]
    assert offer.sending == Sending.objects.get()
    assert 15 <= offer.seconds <= 20
    with time_machine.travel(timezone.now() + timedelta(seconds=21), tick=False):
        assert client.get(address(inquiry)).context["undo"] is None
    other = Client()
    other.force_login(a_user("Clinician"))
    assert other.get(address(inquiry)).context["undo"] is None


def test_too_late_says_what_to_do(client, inquiry):
    do(client, inquiry, "write", text="Which medicine?")

    with time_machine.travel(timezone.now() + timedelta(seconds=21), tick=False):
        response = client.post(
            address(inquiry, "undo"), {"sending": str(Sending.objects.get().pk)}, follow=True
        )

    assert "It is too late to undo" in words(response)
    assert not Undo.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_undo_of_nothing_is_not_found(client, inquiry, key):
    assert client.post(address(inquiry, "undo"), {"sending": key}).status_code == 404


def test_undo_at_another_request_is_not_found(client, inquiry, nurse):
    do(client, inquiry, "write", text="Which medicine?")
    other = an_inquiry(status="in_triage", assignee=nurse)

    assert undo(client, other, Sending.objects.get()).status_code == 404
    assert not Undo.objects.exists()


def test_following_the_address_undoes_nothing(client, inquiry):
    assert client.get(address(inquiry, "undo")).status_code == 405


def test_undo_goes_on_the_access_record(client, inquiry, nurse):
    do(client, inquiry, "write", text="Which medicine?")

    undo(client, inquiry, Sending.objects.get())

    assert AccessLog.objects.filter(by=nurse, inquiry=inquiry, what="undo").count() == 1


def test_nobody_reads_the_words_that_a_colleague_took_back(client, inquiry, nurse):
    clinician = a_user("Clinician")
    actions.write_to_patient(inquiry, by=clinician, text="canary", wait_for_answer=False)
    sending = Sending.objects.get()
    actions.undo(sending, by=clinician)

    page = client.get(address(inquiry, "write"), {"again": str(sending.pk)})

    assert page.context["form"]["text"].value() is None


# The thread, and nothing to answer


def test_staff_read_who_wrote_what_and_what_was_taken_back(client, inquiry, nurse):
    actions.write_to_patient(inquiry, by=nurse, text="First", wait_for_answer=False)
    actions.undo(Sending.objects.get(), by=nurse)
    actions.write_to_patient(fresh(inquiry), by=nurse, text="Second", wait_for_answer=False)
    actions.hear_from_patient(inquiry, text="Thank you", form="a")

    thread = client.get(address(inquiry)).context["thread"]

    assert [(said.who, said.text, said.is_undone, said.shows_at is not None) for said in thread] == [
        ("Nora Nurse", "First", True, False),
        ("Nora Nurse", "Second", False, True),
        ("The patient", "Thank you", False, False),
    ]


def test_reception_sees_only_that_a_message_came(inquiry):
    actions.hear_from_patient(inquiry, text="canary-health", form="a")
    reception = Client()
    reception.force_login(a_user("Reception"))

    page = reception.get(address(inquiry))

    assert "canary-health" not in page.content.decode()
    assert [(said.who, said.is_hidden) for said in page.context["thread"]] == [("The patient", True)]
    assert "For clinical roles only." in words(page)


def test_reception_cannot_settle_what_it_may_not_read(inquiry):
    actions.hear_from_patient(inquiry, text="canary-health", form="a")
    reception = Client()
    reception.force_login(a_user("Reception"))

    assert reception.post(address(inquiry, "settle")).status_code == 403
    assert fresh(inquiry).patient_wrote_at is not None


def test_words_of_reception_leave_the_mark_for_those_who_may_read(inquiry):
    actions.hear_from_patient(inquiry, text="canary-health", form="a")

    actions.write_to_patient(
        fresh(inquiry), by=a_user("Reception"), text="We open at 8.", wait_for_answer=False
    )

    assert fresh(inquiry).patient_wrote_at is not None


def test_a_nurse_settles_a_thank_you(client, inquiry):
    actions.hear_from_patient(inquiry, text="Thank you", form="a")

    response = do(client, inquiry, "settle")

    assert response.url == address(inquiry)
    assert fresh(inquiry).patient_wrote_at is None
    headings = [event.heading for event in client.get(address(inquiry)).context["events"]]
    assert headings[0] == "Nothing to answer in what the patient wrote"


def test_a_message_that_came_since_the_page_was_opened_is_not_settled_unread(client, inquiry):
    actions.hear_from_patient(inquiry, text="Thank you", form="a")
    page = opened(client, inquiry, "settle")
    actions.hear_from_patient(inquiry, text="I forgot: I feel worse", form="b")

    assert send(client, inquiry, "settle", page).status_code == 409
    assert fresh(inquiry).patient_wrote_at is not None


def test_the_history_keeps_what_was_taken_back(client, inquiry, nurse):
    actions.write_to_patient(inquiry, by=nurse, text="First", wait_for_answer=True)
    actions.undo(Sending.objects.get(), by=nurse)

    headings = {event.heading for event in client.get(address(inquiry)).context["events"]}

    assert {
        "Message to the patient, taken back",
        "Waiting for the patient's answer",
        "As before: in triage",
        "Message taken back: the patient did not see it",
    } <= headings


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_no_more_for_a_longer_thread(client, inquiry, nurse, number, django_assert_num_queries):
    for text in range(number):
        actions.write_to_patient(fresh(inquiry), by=nurse, text=str(text), wait_for_answer=False)

    with django_assert_num_queries(2):
        assert len(thread.context(inquiry, nurse)["thread"]) == number


def test_mails_say_nothing_of_it(inquiry, nurse):
    actions.write_to_patient(inquiry, by=nurse, text="canary", wait_for_answer=False)

    mail = OutboxMessage.objects.get()

    assert mail.kind == "news"
    assert "canary" not in str(mail.context)
    assert reverse("requests:status", args=[inquiry.token]) in mail.context["link"]
    assert ReplyText.objects.count() == 0
