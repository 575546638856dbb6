"""Words to the patient wait 20 seconds: the one who sent them can take them back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clinic import outbox
from clinic.calendar import local_today
from clinic.models import OutboxMessage
from requests import actions, held
from requests.models import Inquiry, Message, Sending, Snooze, StatusChange, Undo
from requests.models.status import OPEN_STATUSES

from .builders import a_user, an_inquiry
from .triage import fresh

pytestmark = pytest.mark.django_db
ENDINGS = ("decline", "close", "close without words")
COLUMNS = ("status", "decline_reason", "first_answered_at", "patient_wrote_at", "assignee_id")


def in_seconds(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def columns(inquiry):
    return Inquiry.objects.values(*COLUMNS).get(pk=inquiry.pk)


@pytest.fixture
def nurse():
    return a_user("Triage nurse")


def written(inquiry, nurse, *, wait=True, text="Which medicine?"):
    actions.write_to_patient(inquiry, by=nurse, text=text, wait_for_answer=wait)
    return Sending.objects.latest("at")


SENDINGS = {
    "write": lambda inquiry, by: actions.write_to_patient(inquiry, by=by, text="Hello", wait_for_answer=True),
    "decline": lambda inquiry, by: actions.decline(inquiry, by=by, reason="not_offered", text="Dear Rosa"),
    "close": lambda inquiry, by: actions.close(inquiry, by=by, text="As agreed"),
    "close without words": lambda inquiry, by: actions.close(inquiry, by=by),
}


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        (status, verb)
        for status in OPEN_STATUSES
        for verb in SENDINGS
        if (status, verb) not in (("offered", "write"), ("booked", "write"), ("booked", "decline"))
    ],
)
def test_undo_puts_everything_back(status, verb, nurse):
    inquiry = an_inquiry(status=status, assignee=nurse, patient_wrote_at=timezone.now())
    before = columns(inquiry)
    SENDINGS[verb](inquiry, nurse)
    assert columns(inquiry) != before

    actions.undo(Sending.objects.get(), by=nurse)

    assert columns(inquiry) == before
    assert not OutboxMessage.objects.filter(about=inquiry.pk).exists()


def test_the_history_keeps_that_it_was_undone(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)

    actions.undo(sending, by=nurse)

    assert Undo.objects.get().by == nurse
    assert Message.objects.get().text == "Which medicine?"
    changes = StatusChange.objects.filter(sending=sending).order_by("at")
    assert [(change.old, change.new) for change in changes] == [
        ("in_triage", "awaiting_patient"),
        ("awaiting_patient", "in_triage"),
    ]


def test_a_second_click_changes_nothing(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)

    actions.undo(sending, by=nurse)
    actions.undo(sending, by=nurse)

    assert Undo.objects.count() == 1


@pytest.mark.parametrize(("seconds", "is_undone"), [(19, True), (20, False), (3600, False)])
def test_there_are_twenty_seconds(seconds, is_undone, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)

    with in_seconds(seconds):
        if is_undone:
            actions.undo(sending, by=nurse)
        else:
            with pytest.raises(actions.NotAllowed, match="too late"):
                actions.undo(sending, by=nurse)

    assert Undo.objects.exists() == is_undone
    assert fresh(inquiry).status == ("in_triage" if is_undone else "awaiting_patient")


def test_a_colleague_cannot_undo_it(nurse):
    sending = written(an_inquiry(status="in_triage", assignee=nurse), nurse)

    with pytest.raises(actions.NotAllowed, match="Only the person"):
        actions.undo(sending, by=a_user("Clinician"))


def test_the_mail_waits_for_the_undo(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)

    with in_seconds(19):
        assert outbox.lease() == []
    with in_seconds(23):
        assert [message.pk for message in outbox.lease()] == [sending.pk]


def test_a_mail_that_is_being_sent_is_not_taken_back(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)
    OutboxMessage.objects.update(due_at=timezone.now())
    outbox.lease()

    with pytest.raises(actions.NotAllowed, match="too late"):
        actions.undo(sending, by=nurse)

    assert fresh(inquiry).status == "awaiting_patient"
    assert not Undo.objects.exists()


def test_without_an_address_time_alone_decides(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse, email="")
    sending = written(inquiry, nurse)

    actions.undo(sending, by=nurse)

    assert fresh(inquiry).status == "in_triage"


def test_what_was_undone_uses_up_no_mail(nurse):
    """Three mails an hour go to one mailbox: those that were taken back do not count."""
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    for _ in range(outbox.AN_HOUR + 2):
        actions.undo(written(fresh(inquiry), nurse), by=nurse)

    sending = written(fresh(inquiry), nurse)

    assert OutboxMessage.objects.get(pk=sending.pk).due_at == sending.shows_at


def test_a_call_that_reached_the_patient_meanwhile_counts_as_the_first_answer(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)
    actions.log_phone_call(fresh(inquiry), by=nurse, outcome="reached")

    actions.undo(sending, by=nurse)

    assert fresh(inquiry).first_answered_at == inquiry.phonecalls.get().at


def test_the_next_message_stays_the_first_answer(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    first = written(inquiry, nurse, wait=False)
    second = written(fresh(inquiry), nurse, wait=False)

    actions.undo(first, by=nurse)

    assert fresh(inquiry).first_answered_at == second.at


def test_a_status_that_moved_on_stays(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)
    actions.start_triage(fresh(inquiry), by=nurse)

    actions.undo(sending, by=nurse)

    assert fresh(inquiry).status == "in_triage"
    assert StatusChange.objects.filter(sending=sending).count() == 1


def asleep(nurse, days=20):
    """Until a day in so many days."""
    inquiry = an_inquiry(status="in_triage", assignee=nurse, answer_by=local_today() + timedelta(days=30))
    actions.snooze(inquiry, by=nurse, until=local_today() + timedelta(days=days))
    return inquiry


def snoozes():
    return list(Snooze.objects.order_by("at").values_list("by", "until"))


@pytest.mark.parametrize("verb", ENDINGS)
def test_what_slept_before_its_end_sleeps_on(verb, nurse):
    inquiry = asleep(nurse)
    until, told = inquiry.snoozed_until, snoozes()
    SENDINGS[verb](inquiry, nurse)
    assert fresh(inquiry).snoozed_until is None

    actions.undo(Sending.objects.get(), by=nurse)

    assert (fresh(inquiry).status, fresh(inquiry).snoozed_until) == ("in_triage", until)
    assert snoozes() == told


def test_what_comes_back_on_that_day_comes_back(nurse):
    noon = timezone.now().replace(hour=12)
    with time_machine.travel(noon, tick=False):
        inquiry = asleep(nurse, days=1)
    midnight = timezone.localtime(noon).replace(hour=0, minute=0, second=0) + timedelta(days=1)
    with time_machine.travel(midnight - timedelta(seconds=5), tick=False):
        actions.close(inquiry, by=nurse)

    with time_machine.travel(midnight + timedelta(seconds=5), tick=False):
        actions.undo(Sending.objects.get(), by=nurse)

        assert list(Inquiry.objects.awake()) == [inquiry]


@pytest.mark.parametrize("verb", ENDINGS)
def test_the_patient_who_writes_meanwhile_wakes_it(verb, nurse):
    inquiry = asleep(nurse)
    told = snoozes()
    SENDINGS[verb](inquiry, nurse)
    actions.hear_from_patient(inquiry, text="One more thing", form="b")

    actions.undo(Sending.objects.get(), by=nurse)

    assert (fresh(inquiry).status, fresh(inquiry).snoozed_until) == ("in_triage", None)
    assert snoozes() == [*told, (None, None)]


def test_what_was_reopened_meanwhile_stays_awake(nurse):
    inquiry = asleep(nurse)
    actions.close(inquiry, by=nurse)
    actions.reopen(fresh(inquiry), by=nurse, text="She called")

    actions.undo(Sending.objects.get(), by=nurse)

    assert fresh(inquiry).snoozed_until is None


def test_a_message_that_is_taken_back_leaves_a_snooze(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    sending = written(inquiry, nurse)
    until = local_today() + timedelta(days=5)
    actions.snooze(fresh(inquiry), by=nurse, until=until, past_promise=True)

    actions.undo(sending, by=nurse)

    assert (fresh(inquiry).status, fresh(inquiry).snoozed_until) == ("in_triage", until)


def test_what_the_patient_wrote_meanwhile_stays_marked(nurse):
    inquiry = an_inquiry(status="awaiting_patient", assignee=nurse, patient_wrote_at=timezone.now())
    sending = written(inquiry, nurse)
    message = actions.hear_from_patient(inquiry, text="One more thing", form="b")

    actions.undo(sending, by=nurse)

    assert abs(fresh(inquiry).patient_wrote_at - message.at) < timedelta(seconds=1)


@pytest.mark.parametrize("verb", SENDINGS)
def test_until_it_shows_the_request_looks_as_before(verb, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    SENDINGS[verb](inquiry, nurse)

    seen = held.as_shown(fresh(inquiry))

    assert (seen.status, seen.first_answered_at) == ("in_triage", None)
    with in_seconds(23):
        seen = held.as_shown(fresh(inquiry))
        assert seen.status == fresh(inquiry).status != "in_triage"
        assert seen.first_answered_at is not None
