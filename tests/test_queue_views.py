"""Views that depend on a role, a day or the patient's own words."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from clinic import outbox
from clinic.calendar import local_today
from clinic.models import OutboxMessage
from requests import actions, undelivered
from requests.admin import keyset
from requests.admin.views import VIEWS
from requests.models import Inquiry

from .builders import a_role, a_user, an_inquiry
from .triage import address, do, fresh
from .work import told

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


@pytest.mark.parametrize("status", ["offered", "booked"])
def test_an_urgent_patient_who_writes_after_an_offer_presses_until_it_is_read(staff, nurse, status):
    inquiry = an_inquiry(status=status)
    an_inquiry(status=status, urgency=1)
    an_inquiry(status=status, patient_wrote_at=timezone.now())
    an_inquiry(status="closed", urgency=1, patient_wrote_at=timezone.now())
    actions.hear_from_patient(inquiry, text="I have chest pain and cannot breathe", form="a")

    before = listed(staff, "urgent")
    actions.settle(Inquiry.objects.get(pk=inquiry.pk), by=nurse)

    assert (before, listed(staff, "urgent")) == ([inquiry], [])


def test_the_urgent_are_read_from_their_index(nurse):
    found = VIEWS["urgent"].pick(Inquiry.objects.all(), nurse)
    order = keyset.ORDERS["pressing"]
    second = order.beyond(order.sorted(found), order.place(order.cursor(an_inquiry(urgency=1))))
    with connection.cursor() as cursor:
        # On few rows the planner would read all and sort them.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

    plans = [pages[:51].explain() for pages in (order.sorted(found), second)]

    assert [("inquiry_urgent" in plan, "Sort" in plan) for plan in plans] == [(True, False)] * 2


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


def a_failed_mail(inquiry, kind="news", **columns):
    return OutboxMessage.objects.create(
        kind=kind, to="a@example.com", about=inquiry.pk, state="failed", gave_up_at=timezone.now(), **columns
    )


def all_mail_fails():
    for mail in OutboxMessage.objects.filter(state="waiting"):
        outbox.give_up(mail, outbox.State.FAILED, "SMTPRecipientsRefused 550 5.1.1")


def settle_later(minutes=2):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        undelivered.settle()


def unsettled():
    failed = OutboxMessage.objects.filter(state="failed", settled_at=None)
    return set(failed.values_list("about", flat=True))


def test_mail_of_before_the_end_is_settled_and_what_tells_of_the_end_is_not(staff, nurse):
    open_one, reached, ended, told_of = an_inquiry(), an_inquiry(), an_inquiry(), an_inquiry()
    for inquiry in (open_one, reached, ended, told_of):
        a_failed_mail(inquiry)
    actions.log_phone_call(reached, by=nurse, outcome="reached")
    for inquiry in (ended, told_of):
        actions.assign(inquiry, by=nurse, to=nurse)
        actions.close(inquiry, by=nurse)
    OutboxMessage.objects.filter(about=ended.pk, state="waiting").update(state="sent", sent_at=timezone.now())
    all_mail_fails()

    settle_later()
    settle_later()

    assert set(listed(staff, "phone")) == {open_one, fresh(told_of)}
    assert unsettled() == {open_one.pk, told_of.pk}


def ended_by(verb, nurse):
    inquiry = an_inquiry(assignee=nurse)
    if verb == "decline":
        actions.decline(inquiry, by=nurse, reason="not_offered", text="Dear Rosa")
    elif verb == "close":
        actions.close(inquiry, by=nurse, text="All is done")
    else:
        actions.mark_duplicate(inquiry, by=nurse, of=an_inquiry())
    return inquiry


@pytest.mark.parametrize("verb", ["decline", "close", "duplicate"])
def test_an_end_that_never_arrived_is_a_call_to_make(staff, nurse, verb):
    inquiry = ended_by(verb, nurse)
    all_mail_fails()
    settle_later(minutes=600)

    assert listed(staff, "phone") == [inquiry]
    row = staff.get(QUEUE, {"view": "phone"}).context["listing"].rows[0]
    assert row.needs_call == "Phone: mail not delivered"
    page = staff.get(address(inquiry)).content.decode()
    assert "Phone the patient: a mail could not be delivered." in page

    assert told(do(staff, inquiry, "phone", outcome="no_answer", text=""))[-1] == "The call is saved."
    assert listed(staff, "phone") == [fresh(inquiry)]
    do(staff, inquiry, "phone", outcome="reached", text="")

    assert (listed(staff, "phone"), unsettled()) == ([], set())


def stands_out(client, inquiry):
    context = client.get(address(inquiry)).context
    return [button.verb.slug for button in (*context["daily"], *context["rare"]) if button.is_next]


def test_the_call_stands_out_on_an_ended_request_while_it_is_owed(staff, nurse):
    inquiry = ended_by("decline", nurse)
    before = stands_out(staff, inquiry)
    all_mail_fails()

    assert (before, stands_out(staff, inquiry)) == (["reopen"], ["phone"])


def test_a_letter_after_three_tries_settles_it_too(staff, nurse):
    inquiry = ended_by("decline", nurse)
    all_mail_fails()
    start = timezone.now()
    for hours in (0, 3, 6):
        with time_machine.travel(start + timedelta(hours=hours)):
            actions.log_phone_call(inquiry, by=nurse, outcome="no_answer")
    assert "Send a letter by post" in staff.get(address(inquiry)).content.decode()
    assert "writing is faster" not in staff.get(address(inquiry, "letter")).content.decode()
    sheet = staff.get(address(inquiry) + "letter/print/").content.decode()
    assert "We have answered it, but our e-mail to you could not be delivered." in sheet

    page = do(staff, inquiry, "letter")

    assert told(page)[-1] == "The letter is noted."
    assert (listed(staff, "phone"), unsettled()) == ([], set())
    assert staff.get(address(inquiry, "letter")).status_code == 409


def test_who_took_it_back_is_not_phoned_about_that(staff):
    inquiry = an_inquiry()
    a_failed_mail(inquiry)
    actions.withdraw(inquiry)
    all_mail_fails()

    settle_later()

    assert (listed(staff, "phone"), unsettled()) == ([], set())


def test_nothing_is_settled_while_the_end_can_be_taken_back(staff, nurse):
    inquiry = an_inquiry(assignee=nurse)
    a_failed_mail(inquiry)
    actions.close(inquiry, by=nurse)
    undelivered.settle()

    actions.undo(inquiry.sendings.get(), by=nurse)
    settle_later()

    assert (listed(staff, "phone"), unsettled()) == ([fresh(inquiry)], {inquiry.pk})


def test_a_reopened_request_keeps_the_call_it_owes(staff, nurse):
    inquiry = ended_by("decline", nurse)
    all_mail_fails()
    actions.reopen(inquiry, by=nurse, text="Asked again")

    settle_later()

    assert listed(staff, "phone") == [fresh(inquiry)]
