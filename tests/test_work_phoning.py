"""Before a call, after it, and when calling has failed three times."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from clinic import calendar
from clinic.models import ClinicProfile
from requests import actions, calling
from requests.models import Letter, PhoneCall

from .builders import an_inquiry
from .triage import address, do, fresh, opened, send
from .work import told

pytestmark = pytest.mark.django_db


def at(hour, minute=0):
    """That hour in the clinic's zone, in winter and summer alike."""
    return datetime(2026, 11, 25, hour, minute, tzinfo=calendar.zone())


def advice(inquiry, caller, hour=9):
    return [(line.words, line.says) for line in calling.advice(inquiry, caller, at(hour))]


# Before the call


def test_who_takes_only_a_name_gets_the_exact_words_to_say(nurse):
    found = advice(an_inquiry(voicemail="name_only"), nurse)

    says = "This is Nora Nurse. Please call me back at 202-555-0100. Thank you."
    assert found == [("On a machine say only this:", says)]


def test_who_did_not_say_gets_the_careful_words(nurse):
    assert advice(an_inquiry(voicemail=""), nurse)[0][0] == "On a machine say only this:"


def test_who_wants_no_message_gets_none(nurse):
    assert advice(an_inquiry(voicemail="no"), nurse) == [("Leave no message", "")]


def test_details_are_allowed_when_the_patient_says_so(nurse):
    assert advice(an_inquiry(voicemail="details"), nurse) == [("You may leave a message with details.", "")]


def test_the_words_for_a_machine_name_neither_clinic_nor_health(nurse):
    words = calling.message(nurse).lower()

    assert [
        word for word in ("clinic", "block", "pain", "request", "appointment", "rosa") if word in words
    ] == []


@pytest.mark.parametrize(
    ("wished", "hour", "warned"),
    [
        (["morning"], 9, False), (["morning"], 12, True), (["morning"], 8, False), (["afternoon"], 11, True),
        (["afternoon"], 12, False), (["afternoon"], 17, True), (["evening"], 17, False), (["evening"], 20, True),
        (["morning", "evening"], 14, True), (["morning", "afternoon", "evening"], 14, False), ([], 3, False),
    ],
)  # fmt: skip
def test_a_call_outside_the_wished_times_is_warned_of(wished, hour, warned):
    inquiry = an_inquiry(answers={"call_times": wished})

    assert bool(calling.outside_wishes(inquiry, at(hour))) is warned


def test_the_warning_says_when(nurse):
    found = advice(an_inquiry(answers={"call_times": ["morning", "evening"]}), nurse, hour=14)

    assert found[0][0] == (
        "It is 2pm. The patient asked for calls in the morning or in the early evening:"
        " call now only if it cannot wait."
    )


def test_through_someone_else_means_not_the_patient(nurse):
    inquiry = an_inquiry(
        channel="other_person",
        contact_name="Bo Helper",
        contact_relationship="daughter",
        contact_phone="+12025550188",
    )

    assert (
        advice(inquiry, nurse)[0][0]
        == "Call Bo Helper (daughter), not the patient: the patient asked for that."
    )


def test_without_a_relationship_there_are_no_empty_brackets(nurse):
    inquiry = an_inquiry(channel="other_person", contact_name="Bo Helper", contact_phone="+12025550188")

    assert advice(inquiry, nurse)[0][0].startswith("Call Bo Helper, not the patient")


def test_the_page_shows_it_before_the_form(staff):
    page = staff.get(address(an_inquiry(voicemail="name_only"), "phone")).content.decode()

    shown = ["Before you call", "tel:+12025550147", "This is Nora Nurse.", "Save the call"]
    assert sorted(shown, key=page.index) == shown


# Three tries


def tried(inquiry, nurse, *hours, outcome="no_answer"):
    """Calls that many hours ago."""
    for hours_ago in hours:
        PhoneCall.objects.create(
            inquiry=inquiry,
            by=nurse,
            outcome=outcome,
            text="",
            at=timezone.now() - timedelta(hours=hours_ago),
        )


@pytest.mark.parametrize(
    ("hours", "proposed"),
    [
        ((), False), ((50, 26), False), ((50, 26, 2), True), ((72, 50, 26, 2), True),
        ((0.3, 0.2, 0.1), False), ((6, 5.5, 3, 2.5), False), ((6, 4, 2), True), ((6, 4, 2.1), False),
    ],
)  # fmt: skip
def test_three_tries_on_different_occasions_propose_a_letter(nurse, hours, proposed):
    inquiry = an_inquiry()
    tried(inquiry, nurse, *hours)

    assert calling.proposes_letter(inquiry) is proposed


def test_messages_on_a_machine_are_tries_too(nurse):
    inquiry = an_inquiry()
    tried(inquiry, nurse, 50, 2)
    tried(inquiry, nurse, 26, outcome="voicemail")

    assert calling.proposes_letter(inquiry)


@pytest.mark.parametrize("outcome", ["reached", "reached_contact"])
def test_who_was_reached_is_tried_anew(nurse, outcome):
    inquiry = an_inquiry()
    tried(inquiry, nurse, 90, 70)
    tried(inquiry, nurse, 50, outcome=outcome)
    tried(inquiry, nurse, 26, 2)

    assert not calling.proposes_letter(inquiry)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "closed"])
def test_what_has_ended_needs_no_letter(nurse, status):
    inquiry = an_inquiry(status=status)
    tried(inquiry, nurse, 50, 26, 2)

    assert not calling.proposes_letter(inquiry)


def test_once_somebody_wrote_no_letter_is_proposed(nurse):
    inquiry = an_inquiry()
    tried(inquiry, nurse, 50, 26, 2)

    actions.write_to_patient(inquiry, by=nurse, text="Please call us", wait_for_answer=False)

    assert not calling.proposes_letter(fresh(inquiry))


def test_the_patient_who_wrote_in_between_was_reached(nurse):
    inquiry = an_inquiry()
    tried(inquiry, nurse, 50, 26, 2)

    actions.hear_from_patient(inquiry, text="I was at work", form="form-1")

    assert not calling.proposes_letter(fresh(inquiry))


def test_with_a_mail_address_the_page_proposes_to_write_first(staff, nurse):
    inquiry = an_inquiry()
    tried(inquiry, nurse, 50, 26, 2)

    page = staff.get(address(inquiry)).content.decode()

    assert "Three calls got no answer." in page
    assert page.index(address(inquiry, "write")) < page.index(address(inquiry, "letter"))


def test_without_one_it_proposes_the_letter(staff, nurse):
    inquiry = an_inquiry(email="")
    tried(inquiry, nurse, 50, 26, 2)

    assert (
        "Three calls got no answer, and there is no e-mail address."
        in staff.get(address(inquiry)).content.decode()
    )


def test_before_three_tries_there_is_no_letter(staff, nurse):
    inquiry = an_inquiry()
    tried(inquiry, nurse, 26, 2)

    asked = staff.get(address(inquiry, "letter"))
    sent = send(staff, inquiry, "letter", opened(staff, inquiry, "note"))

    assert (asked.status_code, sent.status_code, Letter.objects.count()) == (409, 409, 0)
    assert "Fewer than three calls have failed" in asked.content.decode()
    assert staff.get(address(inquiry) + "letter/print/").status_code == 404


@pytest.mark.parametrize(
    ("been_before", "words"),
    [
        ("yes", "Use the address in the patient&#x27;s record."),
        ("no", "Without an address a letter cannot go out."),
    ],
)
def test_the_page_is_honest_about_the_address(staff, nurse, been_before, words):
    inquiry = an_inquiry(answers={"been_before": been_before})
    tried(inquiry, nurse, 50, 26, 2)

    page = staff.get(address(inquiry, "letter")).content.decode().replace("'", "&#x27;")

    assert "Our form asks for no postal address" in page
    assert words in page


def test_the_sheet_says_nothing_about_health(staff, nurse):
    inquiry = an_inquiry(flags=[("urgent", "fever", "Fever, chills or very unwell", "Ticked")])
    tried(inquiry, nurse, 50, 26, 2)

    page = staff.get(address(inquiry) + "letter/print/")
    sheet = page.content.decode().partition('<div class="paper letter">')[2].partition("</main>")[0].lower()
    sheet = unescape(sheet).replace(ClinicProfile.load().name.lower(), "")

    assert "dear rosa example," in sheet
    assert f"say your reference, {inquiry.reference.lower()}" in sheet
    told_of = [
        word for word in ("block", "pain", "nerve", "fever", "procedure", "nurse", "triage") if word in sheet
    ]
    assert told_of == []


def test_a_letter_in_the_post_is_our_answer_and_is_proposed_once(staff, nurse):
    inquiry = an_inquiry(email="")
    tried(inquiry, nurse, 50, 26, 2)

    page = do(staff, inquiry, "letter")
    again = staff.get(address(inquiry, "letter"))

    assert told(page)[-1] == "The letter is noted."
    assert fresh(inquiry).first_answered_at is not None
    assert fresh(inquiry).assignee == nurse
    assert [row.by for row in Letter.objects.all()] == [nurse]
    assert staff.get(address(inquiry)).context["events"][0].heading == "Letter posted"
    assert again.status_code == 409


def test_a_second_click_posts_one_letter(staff, nurse):
    inquiry = an_inquiry()
    tried(inquiry, nurse, 50, 26, 2)
    page = opened(staff, inquiry, "letter")
    send(staff, inquiry, "letter", page)

    again = send(staff, inquiry, "letter", page)

    assert told(again)[-1] == "This was already done."
    assert Letter.objects.count() == 1
