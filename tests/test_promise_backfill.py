"""Requests from before promises were kept get what was promised then."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from clinic import calendar
from clinic.models import Holiday, OpeningHours

from .builders import an_inquiry
from .test_promise_moved import at
from .triage import fresh

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 10, 30)


def backfill() -> None:
    migration = import_module("requests.migrations.0017_keep_promises")
    migration.keep_what_was_promised(None, SimpleNamespace(connection=connection))


@pytest.mark.parametrize("has_hours", [True, False])
def test_it_finds_the_hours_that_the_calendar_finds(has_hours):
    """Over a weekend on which the clocks go back, a holiday and a lunch break."""
    Holiday.objects.create(on=date(2026, 11, 3), name="Closed")
    for weekday in range(5 if has_hours else 0):
        for opens, closes in ((time(8), time(12)), (time(13), time(17))):
            OpeningHours.objects.create(weekday=weekday, opens_at=opens, closes_at=closes)
    start = datetime(2026, 10, 29, 12, tzinfo=UTC)
    made = [an_inquiry(submitted_at=start + timedelta(minutes=150 * number)) for number in range(50)]
    expected = [calendar.working_days().is_out_of_hours(inquiry.submitted_at) for inquiry in made]

    backfill()

    assert [fresh(inquiry).out_of_hours for inquiry in made] == expected
    assert {True, False} == set(expected)


@pytest.mark.parametrize(
    ("answered", "late_since"),
    [
        (None, None),
        (at(FRIDAY, 23, 59), None),
        (at(FRIDAY + timedelta(days=1), 0, 0), at(FRIDAY + timedelta(days=1), 0)),
    ],
)
def test_the_day_that_stands_is_the_first_one_and_late_answers_are_marked(answered, late_since):
    inquiry = an_inquiry(answer_by=FRIDAY, first_answered_at=answered)

    backfill()

    found = fresh(inquiry)
    assert (found.promised_first, found.answer_by, found.late_since) == (FRIDAY, FRIDAY, late_since)
