"""Undo against the worker, and many clicks at the very same moment, over real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import outbox
from clinic.models import OutboxMessage
from requests import actions
from requests.models import Message, Sending, Settlement, Undo

from .builders import a_user, an_inquiry
from .test_triage_races import all_at_once, signed_in
from .triage import fresh

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs):
    """All begin at one moment; what each gave, in their order."""
    gate = Barrier(len(jobs))

    def run(job):
        gate.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def a_sending(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    actions.write_to_patient(inquiry, by=nurse, text="Which medicine?", wait_for_answer=True)
    return inquiry, Sending.objects.get(inquiry=inquiry)


def undone(sending, nurse):
    try:
        actions.undo(sending, by=nurse)
    except actions.NotAllowed:
        return False
    return True


def test_of_undo_and_worker_exactly_one_wins():
    """The clocks of two machines may differ, so the mail can be due while there is time to undo."""
    nurse = a_user("Triage nurse")
    won = set()
    for _ in range(12):
        inquiry, sending = a_sending(nurse)
        OutboxMessage.objects.filter(pk=sending.pk).update(due_at=timezone.now() - timedelta(seconds=1))

        leased, took_back = together(outbox.lease, lambda sending=sending: undone(sending, nurse))

        assert (len(leased) == 1) != took_back
        assert OutboxMessage.objects.filter(pk=sending.pk).exists() != took_back
        assert fresh(inquiry).status == ("in_triage" if took_back else "awaiting_patient")
        assert Undo.objects.filter(sending=sending).exists() == took_back
        won.add(took_back)
    assert won


def test_an_undo_hit_many_times_undoes_once():
    nurse = a_user("Triage nurse")
    inquiry, sending = a_sending(nurse)

    assert together(*[lambda: undone(sending, nurse)] * 8) == [True] * 8
    assert Undo.objects.count() == 1
    assert fresh(inquiry).status == "in_triage"


def test_a_message_hit_many_times_arrives_once():
    inquiry = an_inquiry(status="awaiting_patient")
    address = reverse("requests:write", args=[inquiry.token])

    def click():
        return Client().post(address, {"text": "Aspirin", "key": "one form"}).status_code

    assert together(*[click] * 8) == [302] * 8
    assert Message.objects.count() == 1
    assert [change.new for change in inquiry.statuschanges.order_by("at")] == [
        "new", "in_triage", "awaiting_patient", "in_triage",
    ]  # fmt: skip


def test_a_request_taken_back_with_many_clicks_is_taken_back_once():
    inquiry = an_inquiry()
    address = reverse("requests:withdraw", args=[inquiry.token])

    assert together(*[lambda: Client().post(address).status_code] * 8) == [302] * 8
    assert [change.new for change in inquiry.statuschanges.order_by("at")] == ["new", "withdrawn"]


def test_a_message_that_comes_while_staff_settle_is_never_settled_unread():
    nurse = a_user("Triage nurse")
    for number in range(6):
        inquiry = an_inquiry(status="in_triage", assignee=nurse)
        actions.hear_from_patient(inquiry, text="Thank you", form="a")
        loaded = fresh(inquiry)

        def settled(loaded=loaded):
            try:
                actions.settle(loaded, by=nurse)
            except actions.SomebodyWasFaster:
                return False
            return True

        together(
            settled,
            lambda inquiry=inquiry, number=number: actions.hear_from_patient(
                inquiry, text=f"Worse {number}", form="b"
            ),
        )

        last = Message.objects.filter(inquiry=inquiry).latest("at")
        settlement = Settlement.objects.filter(inquiry=inquiry).first()
        marked = fresh(inquiry).patient_wrote_at is not None
        assert marked or (settlement is not None and settlement.at > last.at)


def test_one_of_many_nurses_settles_and_the_others_are_told():
    inquiry = an_inquiry(status="in_triage")
    actions.hear_from_patient(inquiry, text="Thank you", form="a")
    clients = [signed_in(a_user("Triage nurse")) for _ in range(6)]

    assert all_at_once(inquiry, "settle", clients) == [302] + [409] * 5
    assert Settlement.objects.count() == 1
