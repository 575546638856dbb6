"""Where the promise is read: before sending, on the status page, in the queue and on the request's page."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AnswerTime, ClinicProfile, Holiday, OutboxMessage
from requests import late
from requests.admin.rows import Row
from requests.models import Inquiry
from requests.models.status import Urgency

from .builders import a_user, an_inquiry
from .intake import client_of, complete_draft, send
from .test_promise_moved import FRIDAY, MONDAY, WEDNESDAY, at, on, open_on_weekdays, promised
from .triage import address, fresh, opened
from .triage import send as press

pytestmark = pytest.mark.django_db
SATURDAY = FRIDAY + timedelta(days=1)
QUEUE = reverse("admin:requests_inquiry_changelist")


@pytest.fixture(autouse=True)
def _open_on_weekdays(db):
    open_on_weekdays()
    ClinicProfile.objects.create(name="Sample Clinic", phone="202-555-0100")


def text(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def measured(days: int | None, **fields) -> None:
    AnswerTime.objects.create(is_urgent=False, days=days, **({"counted": 43, "answered": 30} | fields))


# Before sending


def before_sending(client, name: str) -> str:
    if name == "check":
        client = client_of(complete_draft())
    return text(client.get(reverse(f"requests:{name}")))


@pytest.fixture(params=["start", "check"])
def page(request):
    return request.param


def test_the_day_is_told_before_sending(client, page):
    with on(MONDAY, 9):
        said = before_sending(client, page)

    assert "If you send your request now, we will answer by Wednesday, November 25 ." in said
    assert "closed now" not in said
    assert "In the last 4 weeks" not in said


def test_when_we_are_closed_it_says_when_we_open(client, page):
    Holiday.objects.create(on=MONDAY, name="Closed")

    with on(SATURDAY, 12):
        said = before_sending(client, page)

    assert (
        "we will answer by Thursday, November 26 . We are closed now. We open again on Tuesday at 8am."
        in said
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "half of all requests were answered on the same working day."),
        (1, "half of all requests were answered within 1 working day."),
        (2, "half of all requests were answered within 2 working days."),
    ],
)
def test_a_good_record_is_told_with_the_number_behind_it(client, page, days, words):
    with on(MONDAY, 9):
        measured(days)
        said = before_sending(client, page)

    assert f"In the last 4 weeks, {words} We counted 43 requests." in said
    assert "we will answer by Wednesday, November 25 ." in said


def test_a_record_that_is_worse_gives_a_later_day(client, page):
    with on(MONDAY, 9):
        measured(4)
        said = before_sending(client, page)

    assert "we will answer by Friday, November 27 ." in said
    assert "within 4 working days. We counted 43 requests." in said


def test_no_figure_is_told_that_is_not_known(client, page):
    with on(MONDAY, 9):
        measured(5, answered=3)
        said = before_sending(client, page)

    assert "we will answer by Monday, November 30 ." in said
    assert "In the last 4 weeks" not in said


def test_the_last_page_promises_what_sending_then_promises():
    with on(MONDAY, 9):
        draft = complete_draft(urgent=["fever"])
        client = client_of(draft)
        said = text(client.get(reverse("requests:check")))
        inquiry = send(client)

    assert "we will answer by Monday, November 23 ." in said
    assert (inquiry.answer_by, inquiry.promised_first) == (MONDAY, MONDAY)


def test_public_pages_say_the_days_that_hold(client):
    measured(6)

    assert "We answer within 6 working days." in text(client.get("/"))


def test_the_receipt_says_the_day_and_no_hour():
    with on(SATURDAY, 12):
        inquiry = send(client_of(complete_draft()))

    context = OutboxMessage.objects.get(about=inquiry.pk, kind="receipt").context
    assert context["answer_by"] == "Wednesday, November 25"


@pytest.mark.parametrize(
    ("day", "clock", "is_out"),
    [(MONDAY, (7,), True), (MONDAY, (9,), False), (MONDAY, (17,), True), (SATURDAY, (9,), True)],
)
def test_what_comes_out_of_hours_is_marked(day, clock, is_out):
    with on(day, *clock):
        inquiry = send(client_of(complete_draft()))

    assert inquiry.out_of_hours is is_out


# The status page


def status(client, inquiry: Inquiry) -> str:
    return text(client.get(reverse("requests:status", args=[inquiry.token])))


def test_who_wrote_while_we_were_closed_is_told_so_until_we_open(client):
    with on(SATURDAY, 12):
        inquiry = send(client_of(complete_draft()))
        assert "You wrote while we were closed. We open again on Monday at 8am." in status(client, inquiry)
    with on(MONDAY, 7, 59):
        assert "You wrote while we were closed. We open again today at 8am." in status(client, inquiry)
    with on(MONDAY, 8):
        said = status(client, inquiry)

    assert "closed. We open" not in said
    assert "We will answer by Wednesday, November 25." in said


def test_in_the_next_night_it_is_not_said_again(client):
    with on(SATURDAY, 12):
        inquiry = send(client_of(complete_draft()))
    with on(MONDAY, 20):
        assert "You wrote while we were closed" not in status(client, inquiry)


def test_once_answered_it_is_not_said(client):
    with on(SATURDAY, 12):
        inquiry = an_inquiry(
            out_of_hours=True, first_answered_at=at(SATURDAY, 12), submitted_at=at(SATURDAY, 11)
        )
        assert "You wrote while we were closed" not in status(client, inquiry)


def test_in_the_night_after_the_day_the_patient_is_told_that_we_are_late(client):
    inquiry = promised()

    with on(SATURDAY, 0, 1):
        said = status(client, inquiry)

    assert (
        "We told you that we would answer by Friday, November 20. We are late. We will tell you a new day here. "
        "If you do not want to wait, call us: 202-555-0100 . We are closed now. We open again on Monday at 8am."
        in said
    )


def test_the_new_day_is_told_with_the_phone_number_and_in_the_history(client):
    inquiry = promised()

    with on(MONDAY, 9):
        late.tell_patients()
        said = status(client, inquiry)

    assert (
        "We told you that we would answer by Friday, November 20. We are late. Our new day is Wednesday, "
        "November 25. If you do not want to wait, call us: 202-555-0100 ." in said
    )
    assert "closed now" not in said
    assert "We told you a new day for our answer: Wednesday, November 25" in said
    assert "A new day for our answer" in said


def test_a_second_day_that_passed_is_named_and_not_the_first(client):
    inquiry = promised()
    with on(MONDAY, 9):
        late.tell_patients()

    with on(WEDNESDAY + timedelta(days=1), 1):
        said = status(client, inquiry)

    assert "We told you that we would answer by Wednesday, November 25. We are late." in said


def test_after_the_answer_nothing_is_promised(client):
    inquiry = promised(first_answered_at=at(MONDAY, 9))

    with on(MONDAY, 10):
        said = status(client, inquiry)

    assert "We are late" not in said
    assert "We will answer by" not in said


# Staff


def staff() -> Client:
    """Signed in now: a session does not live through the days that a test passes over."""
    client = Client()
    client.force_login(a_user("Triage nurse"))
    return client


def rows(view: str) -> list[Row]:
    return staff().get(QUEUE, {"view": view}).context["listing"].rows


def deadline(inquiry: Inquiry) -> tuple[str, str]:
    found = next(row for row in rows("all") if row.inquiry == inquiry)
    return found.deadline.words, found.deadline.tone


def test_the_queue_counts_late_days_from_the_first_promise():
    inquiry = promised()

    with on(SATURDAY, 0, 1):
        assert deadline(inquiry) == ("Late by 1 day", "u")
    with on(MONDAY, 9):
        late.tell_patients()
        assert deadline(inquiry) == ("Late by 3 days, new day Wed, Nov 25", "u")
    with on(WEDNESDAY, 9):
        assert deadline(inquiry) == ("Late by 5 days, new day today", "u")
    with on(WEDNESDAY + timedelta(days=1), 7):
        assert deadline(inquiry) == ("Late by 6 days", "u")


def test_a_late_request_with_a_new_day_stays_above_those_that_are_due():
    due = an_inquiry(answer_by=MONDAY, submitted_at=at(FRIDAY, 9))
    moved = promised()

    with on(MONDAY, 9):
        late.tell_patients()
        found = rows("late")

    assert [row.inquiry for row in found] == [moved, due]
    assert list(Inquiry.objects.most_pressing_first()) == [moved, due]


@pytest.mark.parametrize("day", [MONDAY, WEDNESDAY, WEDNESDAY + timedelta(days=1)])
def test_the_column_and_the_query_agree_on_what_is_late(day):
    made = [
        promised(), promised(MONDAY), promised(WEDNESDAY), promised(status="awaiting_patient"),
        promised(first_answered_at=at(MONDAY, 9)), promised(urgency=Urgency.URGENT),
    ]  # fmt: skip
    with on(MONDAY, 9):
        late.tell_patients()
    with on(day, 12):
        by_row = {inquiry.pk for inquiry in map(fresh, made) if inquiry.is_late}
        assert by_row == set(Inquiry.objects.late().values_list("pk", flat=True))
        untold = {inquiry.pk for inquiry in map(fresh, made) if inquiry.is_untold}
        assert untold == set(Inquiry.objects.untold().values_list("pk", flat=True))


def test_what_came_while_we_were_closed_is_said_quietly_until_it_is_answered():
    inquiry = an_inquiry(out_of_hours=True)
    an_inquiry()

    def told():
        queue = staff().get(QUEUE, {"view": "all"}).content.decode()
        own = text(staff().get(address(inquiry)))
        return queue.count("came while closed"), own.count("while we were closed")

    assert told() == (1, 1)
    Inquiry.objects.filter(pk=inquiry.pk).update(first_answered_at=at(date(2026, 11, 2), 9))
    assert told() == (0, 0)


def test_a_patient_without_an_email_stands_on_the_list_to_phone_with_the_reason():
    inquiry = promised(email="")
    with on(MONDAY, 9):
        late.tell_patients()
        page = staff().get(QUEUE, {"view": "phone"})
        own = text(staff().get(address(inquiry)))

    assert [(row.inquiry, row.needs_call) for row in page.context["listing"].rows] == [
        (inquiry, "Phone: tell the new day")
    ]
    assert "Phone: tell the new day" in text(page)
    assert "we are late, and there is no e-mail address to tell the new day." in own
    assert "Late: Fri, Nov 20 passed, new day Wed, Nov 25" in own


def test_a_day_that_the_clock_moves_makes_no_open_page_stale():
    """The nurse who is just writing the answer must not be sent back."""
    inquiry = promised()
    with on(MONDAY, 9):
        client = staff()
        page = opened(client, inquiry, "take")
        late.tell_patients()

        assert press(client, inquiry, "take", page).status_code == 302


def test_the_list_to_phone_costs_the_same_for_one_and_for_three():
    def statements() -> int:
        promised(email="")
        late.tell_patients()
        with CaptureQueriesContext(connection) as found:
            client.get(QUEUE, {"view": "phone"})
        return len(found)

    with on(MONDAY, 9):
        client = staff()
        client.get(QUEUE)
        one, _, three = statements(), statements(), statements()

    assert one == three
