"""The day we promise to answer by, and opening hours in words. Times are the clinic's own."""

from datetime import UTC, date, datetime, time

import pytest

from clinic import calendar
from clinic.models import ClinicProfile, Holiday, OpeningHours
from clinic.templatetags.clinic_tags import moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _weekdays_from_eight_to_five():
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens_at=time(8), closes_at=time(17))


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=calendar.zone()).astimezone(UTC)


def test_two_working_days_are_counted_from_the_next_day():
    assert calendar.answer_by(local(2026, 11, 16, 9)) == date(2026, 11, 18)


def test_the_weekend_does_not_count():
    assert calendar.answer_by(local(2026, 11, 20, 9)) == date(2026, 11, 24)


def test_a_request_after_closing_time_counts_from_the_next_working_day():
    assert calendar.answer_by(local(2026, 11, 16, 17)) == date(2026, 11, 19)


def test_a_holiday_does_not_count():
    Holiday.objects.create(on=date(2026, 11, 17), name="Made-up day")

    assert calendar.answer_by(local(2026, 11, 16, 9)) == date(2026, 11, 19)


def test_an_urgent_request_is_answered_the_same_working_day():
    assert calendar.answer_by(local(2026, 11, 16, 16, 59), urgent=True) == date(2026, 11, 16)


@pytest.mark.parametrize("moment", [(2026, 11, 20, 17), (2026, 11, 21, 12), (2026, 11, 22, 23)])
def test_an_urgent_request_out_of_hours_is_answered_the_next_working_day(moment):
    assert calendar.answer_by(local(*moment), urgent=True) == date(2026, 11, 23)


def test_the_clinics_own_day_counts_and_not_the_day_in_utc():
    late_evening_in_utc_is_already_tuesday = datetime(2026, 11, 17, 2, tzinfo=UTC)

    assert calendar.answer_by(late_evening_in_utc_is_already_tuesday, urgent=True) == date(2026, 11, 17)
    assert calendar.answer_by(datetime(2026, 11, 16, 21, tzinfo=UTC), urgent=True) == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        # The clocks go back on November 1, 2026: 8 o'clock is 12 UTC before and 13 UTC after.
        (datetime(2026, 10, 30, 12, tzinfo=UTC), True),
        (datetime(2026, 11, 2, 12, tzinfo=UTC), False),
        (datetime(2026, 11, 2, 13, tzinfo=UTC), True),
        (datetime(2026, 11, 2, 22, tzinfo=UTC), False),
    ],
)
def test_opening_hours_follow_the_local_clock_across_daylight_saving(moment, is_open):
    assert calendar.is_open(moment) is is_open


def test_without_opening_hours_days_are_counted_monday_to_friday():
    OpeningHours.objects.all().delete()

    assert calendar.answer_by(local(2026, 11, 20, 9)) == date(2026, 11, 24)


def test_the_clinic_decides_how_many_days_it_needs():
    ClinicProfile.objects.create(name="Sample", phone="202-555-0100", answer_within_days=1)

    assert calendar.answer_by(local(2026, 11, 16, 9)) == date(2026, 11, 17)


def test_opening_hours_are_grouped_in_words():
    OpeningHours.objects.filter(weekday=4).update(closes_at=time(12, 30))
    OpeningHours.objects.create(weekday=5, opens_at=time(9), closes_at=time(12))

    assert calendar.opening_lines() == [
        ("Monday to Thursday", "8am to 5pm"),
        ("Friday", "8am to 12:30pm"),
        ("Saturday", "9am to 12pm"),
    ]


def test_a_lunch_break_is_said():
    OpeningHours.objects.filter(weekday=0).update(closes_at=time(12))
    OpeningHours.objects.create(weekday=0, opens_at=time(13), closes_at=time(17))

    assert calendar.opening_lines()[0] == ("Monday", "8am to 12pm and 1pm to 5pm")


def test_a_moment_is_told_in_the_clinics_zone_and_words():
    assert moment(datetime(2026, 11, 22, 19, 37, tzinfo=UTC)) == "Sunday, November 22, 2:37pm"
