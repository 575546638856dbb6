"""Views that depend on a role, a day or the patient's own words."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import OutboxMessage
from requests import actions, undelivered

from .builders import a_role, a_user, an_inquiry

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"


@pytest.fixture
def nurse():
    return a_user("Triage nurse")


def listed(client, view, **params):
    return [row.inquiry for row in client.get(QUEUE, {"view": view, **params}).context["listing"].rows]


def test_what_waits_for_my_role(staff, nurse):
    ours = an_inquiry(role=a_role("Triage nurse"))
    an_inquiry(role=a_role("Clinician"))
    an_inquiry(role=a_role("Triage nurse"), assignee=a_user("Triage nurse"))
    an_inquiry(role=a_role("Triage nurse"), status="closed")

    assert listed(staff, "role") == [ours]


def test_offers_that_wait_for_the_patient(staff):
    offered = an_inquiry(status="offered")
    an_inquiry(status="booked")

    assert listed(staff, "offered") == [offered]


def test_patients_who_wrote(staff):
    wrote = an_inquiry(patient_wrote_at=timezone.now())
    an_inquiry(patient_wrote_at=timezone.now(), status="closed")
    an_inquiry()

    assert listed(staff, "replied") == [wrote]


SLEEPS_IN = ("todo", "mine", "unassigned", "role")


@pytest.mark.parametrize("view", SLEEPS_IN)
def test_a_snoozed_request_is_left_out_until_its_day(staff, nurse, view):
    tomorrow = local_today() + timedelta(days=1)
    holder = {"mine": {"assignee": nurse}, "role": {"role": a_role("Triage nurse")}}.get(view, {})
    snoozed = an_inquiry(snoozed_until=tomorrow, answer_by=tomorrow, **holder)

    before = listed(staff, view)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        staff.force_login(nurse)
        after = listed(staff, view)

    assert (before, after) == ([], [snoozed])


@pytest.mark.parametrize("view", SLEEPS_IN)
def test_the_patients_words_wake_a_snoozed_request(staff, nurse, view):
    holder = {"mine": {"assignee": nurse}, "role": {"role": a_role("Triage nurse")}}.get(view, {})
    tomorrow = local_today() + timedelta(days=1)
    woken = an_inquiry(snoozed_until=tomorrow, patient_wrote_at=timezone.now(), **holder)

    assert listed(staff, view) == [woken]
    assert listed(staff, "snoozed") == []


def test_no_snooze_hides_danger_or_delay(staff):
    tomorrow = local_today() + timedelta(days=1)
    urgent = an_inquiry(snoozed_until=tomorrow, urgency=1, answer_by=tomorrow)
    late = an_inquiry(snoozed_until=tomorrow, answer_by=local_today() - timedelta(days=1))

    assert (listed(staff, "urgent"), listed(staff, "late")) == ([urgent], [late])
    assert listed(staff, "snoozed") == [urgent, late]


def test_a_step_that_is_due_shows_wherever_its_request_stands(staff):
    today, day = local_today(), timedelta(days=1)
    step = {"next_action": "Call", "next_action_on": today, "answer_by": today}
    waiting = an_inquiry(status="awaiting_patient", **step)
    asleep = an_inquiry(snoozed_until=today + day, **step)
    forgotten = an_inquiry(urgency=1, **step | {"next_action_on": today - 9 * day})
    an_inquiry(**step | {"next_action_on": today + day})
    an_inquiry(**step | {"next_action_on": None})
    an_inquiry(status="closed", **step)

    assert listed(staff, "step") == [forgotten, waiting, asleep]


def test_a_step_is_due_from_its_day_on(staff, nurse):
    later = an_inquiry(next_action="Call", next_action_on=local_today() + timedelta(days=1))

    before = listed(staff, "step")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        staff.force_login(nurse)
        after = listed(staff, "step")

    assert (before, after) == ([], [later])


def test_nobody_and_oneself_are_choices_too(staff, nurse):
    own = an_inquiry(assignee=nurse)
    nobodys = an_inquiry()
    colleagues = an_inquiry(assignee=a_user("Clinician"))

    chosen = [listed(staff, "open", assignee=who) for who in ("me", "nobody", str(colleagues.assignee_id))]

    assert chosen == [[own], [nobodys], [colleagues]]


def test_undelivered_mail_is_settled_once_nothing_is_to_do(staff, nurse):
    open_one, reached, ended = an_inquiry(), an_inquiry(), an_inquiry(status="closed")
    for inquiry in (open_one, reached, ended):
        OutboxMessage.objects.create(
            kind="news", to="a@example.com", about=inquiry.pk, state="failed", gave_up_at=timezone.now()
        )
    actions.log_phone_call(reached, by=nurse, outcome="reached")
    before = listed(staff, "phone")

    undelivered.settle()
    undelivered.settle()

    unsettled = OutboxMessage.objects.filter(settled_at=None).values_list("about", flat=True)
    assert list(unsettled) == [open_one.pk]
    assert (before, listed(staff, "phone")) == ([open_one], [open_one])
