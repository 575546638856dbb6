"""What must hold about who works on what, the database holds: each rule is broken on purpose."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.db.utils import InternalError
from django.utils import timezone

from clinic.calendar import local_today
from requests.models import Absence, Assignment, Inquiry, Letter, NextAction, Snooze

from .builders import a_role, a_user, an_inquiry
from .test_constraints import refused

pytestmark = pytest.mark.django_db


def away(user, first, last, **fields):
    today = local_today()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return Absence.objects.create(user=user, entered_by=user, **days, **fields)


def test_an_absence_does_not_end_before_it_begins():
    user = a_user("Reception")

    with refused("absence_ends_after_it_begins"):
        away(user, 2, 1)


@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 5), (-2, 9), (1, 2)])
def test_nobody_is_away_twice_on_a_day(first, last):
    user = a_user("Reception")
    away(user, 0, 3)

    with refused("absence_once_a_day"):
        away(user, first, last)


def test_other_days_other_people_and_days_that_ended_early_do_not_overlap():
    user = a_user("Reception")
    away(user, 0, 3, returned_at=timezone.now())
    away(user, 0, 3)
    away(user, 4, 5)

    away(a_user("Reception"), 0, 3)

    assert Absence.objects.count() == 4


def test_a_day_without_a_next_step_is_refused():
    inquiry = an_inquiry()

    with refused("inquiry_day_of_a_next_action"):
        Inquiry.objects.filter(pk=inquiry.pk).update(next_action_on=local_today())


def test_an_assignment_has_a_known_reason():
    with refused("assignment_known_reason"):
        Assignment.objects.create(inquiry=an_inquiry(), reason="mood")


def test_a_role_that_was_given_a_request_stays():
    role = type(a_role("Reception")).objects.create(name="Night desk")
    an_inquiry(role=role)

    with pytest.raises(ProtectedError):
        role.delete()


@pytest.mark.parametrize(("model", "fields"), [(Snooze, {}), (NextAction, {"text": "Call"}), (Letter, {})])
def test_what_was_planned_is_neither_changed_nor_deleted(model, fields):
    row = model.objects.create(inquiry=an_inquiry(), **fields)

    for change in (lambda: model.objects.update(at=timezone.now()), row.delete):
        with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
            change()

    assert model.objects.filter(pk=row.pk, at=row.at).exists()
