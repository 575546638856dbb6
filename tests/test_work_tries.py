"""Calls that nobody answered, where staff decide: in the row, the head, and the form of the next call."""

from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import calendar
from requests import calling
from requests.models import PhoneCall

from .builders import a_user, an_inquiry
from .triage import address

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"


@pytest.fixture(autouse=True)
def wednesday_at_ten():
    with time_machine.travel(at(25, 10), tick=False):
        yield


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=calendar.zone())


def called(inquiry, by, *moments, outcome="no_answer"):
    for moment in moments:
        PhoneCall.objects.create(inquiry=inquiry, by=by, outcome=outcome, text="Rang", at=moment)


def hints(client, **params):
    rows = client.get(QUEUE, params).context["listing"].rows
    return {row.inquiry: [tag.words for tag in row.hints] for row in rows}


def head(client, inquiry, verb="change"):
    return client.get(address(inquiry, verb)).context["tried"]


@pytest.mark.django_db(transaction=True)
def test_a_row_tells_how_often_and_when_last(staff, nurse):
    inquiry, other = an_inquiry(), an_inquiry()
    called(inquiry, nurse, at(24, 8, 24), at(23, 16))

    assert hints(staff) == {inquiry: ["Tried 2 of 3, last Tue 8:24am"], other: []}
    assert "Tried 2 of 3, last Tue 8:24am" in staff.get(QUEUE).content.decode()


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        ([at(25, 9)], "Tried 1 of 3, last today 9am"),
        ([at(24, 8), at(24, 8, 10), at(24, 9, 59)], "Tried 1 of 3, last Tue 9:59am"),
        ([at(19, 15)], "Tried 1 of 3, last Thu 3pm"),
        ([at(18, 15)], "Tried 1 of 3, last Nov 18"),
        ([at(18, 15), at(19, 15), at(20, 15)], "Tried 3 of 3, last Fri 3pm"),
        ([at(18, 15), at(19, 15), at(20, 15), at(23, 15)], "Tried 4 times, last Mon 3pm"),
    ],
)
def test_tries_close_together_count_once_and_the_last_call_gives_the_time(staff, nurse, moments, words):
    inquiry = an_inquiry()
    called(inquiry, nurse, *moments)

    assert hints(staff) == {inquiry: [words]}


@pytest.mark.parametrize("outcome", ["reached", "reached_contact"])
def test_who_was_reached_since_has_no_tries(staff, nurse, outcome):
    inquiry = an_inquiry()
    called(inquiry, nurse, at(23, 8), at(24, 8))
    called(inquiry, nurse, at(24, 9), outcome=outcome)

    assert (hints(staff), head(staff, inquiry)) == ({inquiry: []}, "")


def test_what_has_ended_says_nothing_of_it(staff, nurse):
    inquiry = an_inquiry(status="closed")
    called(inquiry, nurse, at(24, 8))

    assert (hints(staff, view="ended"), head(staff, inquiry)) == ({inquiry: []}, "")


def test_reception_reads_it_too_and_not_what_was_said(client, nurse):
    inquiry = an_inquiry()
    called(inquiry, nurse, at(24, 8, 24), outcome="voicemail")
    client.force_login(a_user("Reception"))

    assert hints(client) == {inquiry: ["Tried 1 of 3, last Tue 8:24am"]}
    assert "Rang" not in client.get(address(inquiry)).content.decode()


@pytest.mark.parametrize(
    ("moments", "email", "words"),
    [
        ([at(24, 8, 24)], "", "1 try without an answer, last at 8:24am on Tuesday."),
        (
            [at(23, 16), at(24, 8, 24)], "",
            "2 tries without an answer, last at 8:24am on Tuesday; a third proposes a letter.",
        ),
        (
            [at(10, 16), at(13, 8)], "rosa@example.org",
            "2 tries without an answer, last on Fri, Nov 13; a third proposes to write instead.",
        ),
        (
            [at(23, 16), at(25, 8, 24)], "",
            "2 tries without an answer, last at 8:24am today; a third from 10:24am on proposes a letter.",
        ),
        (
            [at(20, 16), at(23, 16), at(24, 8, 24)], "",
            "3 tries without an answer, last at 8:24am on Tuesday.",
        ),
    ],
)  # fmt: skip
def test_the_head_says_it_in_full(staff, nurse, moments, email, words):
    inquiry = an_inquiry(email=email)
    called(inquiry, nurse, *moments)

    assert head(staff, inquiry) == words
    assert words in staff.get(address(inquiry)).content.decode()


def test_a_patient_who_wrote_meanwhile_gets_no_letter_at_the_third(staff, nurse):
    inquiry = an_inquiry(email="")
    called(inquiry, nurse, at(23, 16), at(24, 8, 24))
    inquiry.messages.create(by=None, text="I was at work", at=at(24, 9))

    assert head(staff, inquiry) == "2 tries without an answer, last at 8:24am on Tuesday."


def test_what_the_head_says_of_the_third_comes_true(nurse):
    inquiry = an_inquiry(email="")
    called(inquiry, nurse, at(23, 16), at(25, 8, 24))
    called(inquiry, nurse, at(25, 10, 23))
    assert not calling.proposes_letter(inquiry)

    called(inquiry, nurse, at(25, 10, 24))

    assert calling.proposes_letter(inquiry)


def test_the_form_of_a_call_says_it_once_and_before_the_advice(staff, nurse):
    inquiry = an_inquiry(voicemail="name_only")
    called(inquiry, nurse, at(24, 8, 24))

    page = staff.get(address(inquiry, "phone")).content.decode()

    assert page.count("1 try without an answer") == 1
    assert page.index("1 try without an answer") < page.index("This is Nora Nurse.")
    assert "1 try without an answer" in staff.get(address(inquiry, "note")).content.decode()


def test_calls_cost_a_list_nothing_more(staff, nurse):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            staff.get(QUEUE)
        return len(captured)

    first = an_inquiry()
    staff.get(QUEUE)
    without = asked()
    called(first, nurse, at(24, 8))
    called(an_inquiry(), nurse, at(24, 8))
    called(an_inquiry(), nurse, at(23, 8), at(24, 8))

    assert asked() == without


@pytest.mark.django_db(transaction=True)
def test_flags_stay_in_order_beside_calls(staff, nurse):
    inquiry = an_inquiry()
    for day, words in ((24, "Later"), (23, "First"), (25, "Last")):
        inquiry.flags.create(
            severity="urgent",
            rule=f"rule_{day}",
            rule_version=1,
            words=words,
            answer="",
            raised_at=at(day, 8),
        )
    called(inquiry, nurse, at(24, 9))

    (row,) = staff.get(QUEUE).context["listing"].rows

    assert [tag.words for tag in row.flags] == ["First", "Later", "Last"]
