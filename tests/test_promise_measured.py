"""How long a first answer lately took: what is counted, and what is said of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic import calendar
from clinic.calendar import DAY
from clinic.models import AnswerTime, ClinicProfile, OpeningHours, PublicChange
from requests import answer_times
from requests.models import StatusChange
from requests.models.status import Urgency

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db
# A Friday; the four weeks before it have twenty working days.
TODAY = date(2026, 11, 20)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), calendar.zone()).astimezone(UTC)


@pytest.fixture(autouse=True)
def _friday_at_ten():
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens_at=time(8), closes_at=time(17))
    with time_machine.travel(at(TODAY), tick=False):
        yield


def sent(number: int, *, days_ago: int = 10, answered_after: int | None = None, **fields):
    """`number` requests, answered that many working days later or not at all."""
    came = at(TODAY - DAY * days_ago)
    days = calendar.working_days()
    answered = None
    if answered_after is not None:
        answered = at(days.after(days.first_day(came), answered_after), 11)
    return [an_inquiry(submitted_at=came, first_answered_at=answered, **fields) for _ in range(number)]


def measured(is_urgent: bool = False) -> tuple[int | None, int, int]:
    answer_times.measure()
    row = AnswerTime.objects.get(is_urgent=is_urgent)
    return row.days, row.counted, row.answered


def test_half_of_the_requests_decide():
    sent(10, answered_after=1)
    sent(10, answered_after=6)

    assert measured() == (1, 20, 10)


def test_one_more_slow_answer_and_it_is_the_slow_ones_day():
    sent(10, answered_after=1)
    sent(11, answered_after=6)

    assert measured() == (6, 21, 21)


def test_too_few_requests_say_nothing():
    sent(19, answered_after=0)

    assert measured() == (None, 0, 0)
    assert answer_times.to_show() is None


def test_an_answer_on_the_same_working_day_is_no_day():
    sent(20, answered_after=0)

    assert measured() == (0, 20, 20)


def test_what_came_on_a_weekend_is_counted_from_monday():
    saturday = TODAY - DAY * 6
    for _ in range(20):
        an_inquiry(submitted_at=at(saturday), first_answered_at=at(saturday + DAY * 2))

    assert measured() == (0, 20, 20)


def test_an_answer_on_a_day_off_counts_as_the_day_before():
    friday = TODAY - DAY * 7
    for _ in range(20):
        an_inquiry(submitted_at=at(friday), first_answered_at=at(friday + DAY))

    assert measured() == (0, 20, 20)


def test_requests_that_still_wait_count_so_silence_makes_no_record_better():
    sent(10, answered_after=0)
    sent(11, days_ago=10)

    days, counted, answered = measured()

    assert (days, counted, answered) == (8, 21, 10)
    assert not AnswerTime.routine().is_half
    assert answer_times.to_show() is None


def test_requests_of_today_are_not_asked_yet():
    sent(20, answered_after=1)
    sent(40, days_ago=0)

    assert measured() == (1, 20, 20)


def test_older_requests_are_forgotten():
    sent(30, days_ago=29, answered_after=3)
    sent(20, answered_after=1)

    assert measured() == (1, 20, 20)


def test_urgent_requests_are_measured_apart():
    sent(20, answered_after=2)
    sent(20, answered_after=0, urgency=Urgency.URGENT)
    sent(20, answered_after=0, urgency=Urgency.RED_FLAG)

    assert measured() == (2, 20, 20)
    assert measured(is_urgent=True) == (0, 40, 40)


def test_who_took_the_request_back_unanswered_or_sent_it_twice_owes_us_no_answer():
    sent(20, answered_after=1)
    sent(20, status="withdrawn")
    sent(20, status="duplicate", duplicate_of=an_inquiry(submitted_at=at(TODAY)))

    assert measured() == (1, 20, 20)


def test_a_reopened_request_is_counted_from_no_first_day():
    sent(20, answered_after=1)
    for inquiry in sent(20, days_ago=20, answered_after=9):
        StatusChange.objects.create(inquiry=inquiry, old="closed", new="in_triage", by=a_user("Manager"))

    assert measured() == (1, 20, 20)


def test_measuring_again_changes_nothing_and_makes_no_page_anew():
    sent(20, answered_after=1)
    answer_times.measure()
    before = PublicChange.objects.count()

    answer_times.measure()

    assert AnswerTime.objects.count() == 2
    assert PublicChange.objects.count() == before


def test_other_days_make_the_public_pages_anew():
    sent(20, answered_after=1)
    answer_times.measure()
    before = PublicChange.objects.count()
    sent(40, answered_after=3)

    assert measured() == (3, 60, 60)
    assert PublicChange.objects.count() == before + 1


@pytest.mark.parametrize("number", [20, 60])
def test_it_costs_the_same_few_statements_however_many_there_are(number):
    sent(number, answered_after=1)
    answer_times.measure()

    with CaptureQueriesContext(connection) as statements:
        answer_times.measure()

    assert len(statements) == 8


def test_an_old_measurement_is_not_told_as_one_of_these_weeks():
    sent(20, answered_after=1)
    answer_times.measure()
    assert answer_times.to_show() == AnswerTime.routine()

    with time_machine.travel(at(TODAY) + timedelta(days=2, minutes=1), tick=False):
        assert answer_times.to_show() is None


def test_a_measurement_is_one_row_a_kind_and_counts_what_it_answered():
    AnswerTime.objects.create(is_urgent=False)
    for impossible in ({"is_urgent": False}, {"is_urgent": True, "counted": 1, "answered": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AnswerTime.objects.create(**impossible)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"days": None}, ""),
        ({"days": 0, "answered": 22}, "half were answered on the same working day (43 requests in 4 weeks)"),
        ({"days": 1, "answered": 22}, "half were answered within 1 working day (43 requests in 4 weeks)"),
        (
            {"days": 8, "answered": 21, "is_urgent": True},
            "urgent ones: fewer than half were answered within 7 working days (43 requests in 4 weeks)",
        ),
    ],
)
def test_managers_read_what_was_measured(client, fields, words):
    ClinicProfile.objects.create(name="Sample", phone="202-555-0100")
    AnswerTime.objects.create(**({"is_urgent": False, "counted": 43} | fields))
    client.force_login(a_user("Manager"))

    panel = next(panel for panel in client.get("/staff/").context["panels"] if panel.title == "Clinic")

    about = next(item.about for item in panel.items if item.label == "Clinic profile")
    assert list(about) == ["202-555-0100", "answers within 2 working days", *([words] if words else [])]
