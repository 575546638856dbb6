"""Working days and hours, on which every promised day rests. Times are the clinic's own (New York)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from clinic import calendar
from clinic.calendar import DAY, WorkingDays
from clinic.models import AnswerTime, ClinicProfile, Holiday, OpeningHours

EIGHT_TO_FIVE = {weekday: [(time(8), time(17))] for weekday in range(5)}
PLAIN = WorkingDays(EIGHT_TO_FIVE, frozenset())
# Friday, November 20, 2026, and the Monday after it.
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def local(day: date, *at: int) -> datetime:
    return datetime.combine(day, time(*at), calendar.zone()).astimezone(UTC)


def open_on_weekdays() -> None:
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens_at=time(8), closes_at=time(17))


@pytest.mark.parametrize(
    ("moment", "is_out", "first"),
    [
        (local(FRIDAY, 7, 59), True, FRIDAY),
        (local(FRIDAY, 8), False, FRIDAY),
        (local(FRIDAY, 16, 59), False, FRIDAY),
        (local(FRIDAY, 17), True, MONDAY),
        (local(FRIDAY + DAY, 12), True, MONDAY),
        (local(MONDAY, 0, 1), True, MONDAY),
    ],
)
def test_what_comes_out_of_hours_is_read_on_the_next_working_day(moment, is_out, first):
    assert (PLAIN.is_out_of_hours(moment), PLAIN.first_day(moment)) == (is_out, first)


def test_a_lunch_break_is_not_out_of_hours():
    days = WorkingDays({4: [(time(8), time(12)), (time(13), time(17))]}, frozenset())

    assert not days.is_out_of_hours(local(FRIDAY, 12, 30))


def test_hours_that_overlap_end_with_the_last_of_them():
    days = WorkingDays({4: [(time(8), time(18)), (time(9), time(12))]}, frozenset())

    assert not days.is_out_of_hours(local(FRIDAY, 17))


def test_without_hours_only_days_off_are_out_of_hours():
    days = WorkingDays({}, frozenset({MONDAY}))

    assert not days.is_out_of_hours(local(FRIDAY, 23, 59))
    assert days.is_out_of_hours(local(MONDAY, 12))
    assert days.first_day(local(FRIDAY + DAY, 12)) == MONDAY + DAY


def test_holidays_in_a_row_do_not_count():
    christmas = frozenset(date(2026, 12, day) for day in (24, 25, 28, 29))
    days = WorkingDays(EIGHT_TO_FIVE, christmas)

    assert days.after(date(2026, 12, 23), 1) == date(2026, 12, 30)


def test_a_clinic_that_is_closed_for_weeks_promises_a_day_on_which_it_is_open():
    weeks = frozenset(FRIDAY + DAY * number for number in range(100))
    days = WorkingDays(EIGHT_TO_FIVE, weeks)

    assert days.after(days.first_day(local(FRIDAY, 9)), 2) == date(2027, 3, 3)


def test_a_clinic_with_no_open_day_in_sight_still_answers():
    days = WorkingDays(EIGHT_TO_FIVE, frozenset(FRIDAY + DAY * number for number in range(1000)))

    assert days.next_from(FRIDAY) == FRIDAY


@pytest.mark.parametrize(
    ("moment", "is_out"),
    [
        # The clocks go forward on March 8, 2026: 8 o'clock is 13 UTC before and 12 UTC after.
        (datetime(2026, 3, 6, 12, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 12, 30, tzinfo=UTC), False),
        # They go back on November 1, 2026.
        (datetime(2026, 10, 30, 12, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 2, 12, 30, tzinfo=UTC), True),
    ],
)
def test_hours_follow_the_clock_on_the_wall(moment, is_out):
    assert PLAIN.is_out_of_hours(moment) is is_out


def test_a_promise_over_the_end_of_daylight_saving_counts_days_and_not_hours(db):
    open_on_weekdays()

    assert calendar.answer_by(local(date(2026, 10, 30), 16, 30)) == date(2026, 11, 3)


def test_a_day_ends_at_midnight_of_the_clinic_also_when_it_has_25_hours():
    night = calendar.end_of(date(2026, 11, 1)) - calendar.end_of(date(2026, 10, 31))

    assert calendar.end_of(date(2026, 11, 1)).astimezone(UTC) == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert calendar.end_of(date(2026, 10, 31)).astimezone(UTC) == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert night == timedelta(days=1)  # on the wall


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    number=st.integers(0, 30),
    open_weekdays=st.sets(st.integers(0, 6), min_size=1),
    off=st.sets(st.integers(0, 60)),
)
def test_a_promised_day_is_a_working_day_with_the_days_promised_before_it(moment, number, open_weekdays, off):
    holidays = frozenset(moment.date() + DAY * ahead for ahead in off)
    days = WorkingDays({weekday: [(time(9), time(16))] for weekday in open_weekdays}, holidays)

    first = days.first_day(moment)
    promised = days.after(first, number)

    assert days.includes(first)
    assert days.includes(promised)
    assert first >= moment.astimezone(calendar.zone()).date()
    assert days.between(first, promised) == number


@given(moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_what_comes_in_hours_is_read_the_same_day(moment):
    local_moment = moment.astimezone(calendar.zone())

    if not PLAIN.is_out_of_hours(moment):
        assert PLAIN.first_day(moment) == local_moment.date()
        assert time(8) <= local_moment.time() < time(17)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (local(FRIDAY, 7), "today at 8am"),
        (local(FRIDAY, 12), ""),
        (local(FRIDAY, 18), "on Monday at 8am"),
        (local(FRIDAY + 2 * DAY, 12), "tomorrow at 8am"),
        (local(date(2026, 12, 23), 18), "on Thursday, December 31 at 8am"),
    ],
)
def test_when_the_clinic_opens_again_in_words(db, moment, words):
    open_on_weekdays()
    for day in (24, 25, 28, 29, 30):
        Holiday.objects.create(on=date(2026, 12, day), name=f"Day {day}")

    assert calendar.reopening(moment) == words


def test_without_hours_no_hour_is_made_up(db):
    assert calendar.reopening(local(FRIDAY + DAY, 12)) == "on Monday"


def test_however_many_days_are_counted_the_calendar_is_read_once(db, django_assert_num_queries):
    open_on_weekdays()
    for ahead in range(40):
        Holiday.objects.create(on=FRIDAY + DAY * ahead, name="Closed")

    with django_assert_num_queries(2):
        assert calendar.answer_by(local(FRIDAY, 9), days=30) > FRIDAY


@pytest.mark.parametrize(("measured", "within"), [(None, 2), (1, 2), (2, 2), (5, 5)])
def test_a_record_that_is_worse_moves_the_promise_and_a_better_one_does_not(db, measured, within):
    open_on_weekdays()
    AnswerTime.objects.create(is_urgent=False, days=measured, counted=40, answered=20)
    AnswerTime.objects.create(is_urgent=True, days=9, counted=40, answered=20)

    assert ClinicProfile.load().answers_within == within
    with time_machine.travel(local(MONDAY, 9)):
        assert calendar.answer_by(local(MONDAY, 9)) == PLAIN.after(MONDAY, within)


def test_an_urgent_request_keeps_its_day_whatever_was_measured(db):
    """It is the deadline of staff, not a forecast (F31)."""
    open_on_weekdays()
    AnswerTime.objects.create(is_urgent=True, days=4, counted=40, answered=20)

    assert calendar.answer_by(local(MONDAY, 9), urgent=True) == MONDAY
