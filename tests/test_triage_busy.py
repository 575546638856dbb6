"""Somebody has the request's row for longer than anybody waits: each way says so, and the same press does it later."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from clinic.calendar import local_today
from requests import actions
from requests.actions import joining
from requests.models import Absence, Assignment, Comparison, Inquiry, Sending, Snooze, Undo

from .builders import a_role, a_user, an_inquiry
from .test_triage_races import signed_in
from .triage import address, fresh, opened, send
from .work import BULK, given, picked, results

pytestmark = pytest.mark.django_db(transaction=True)
BUSY = "Somebody is working on it at this moment"


@pytest.fixture
def nurse():
    return a_user("Triage nurse")


@pytest.fixture
def staff(nurse):
    return signed_in(nurse)


@contextmanager
def held(inquiry):
    """As a colleague's transaction holds the row while it changes something."""
    with transaction.atomic():
        Inquiry.objects.select_for_update(no_key=True).get(pk=inquiry.pk)
        yield


def elsewhere(press):
    """Pressed on a connection of its own that does not wait long."""

    def run():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        try:
            return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def pressed_while_held(inquiry, press):
    with held(inquiry):
        return elsewhere(press)


@pytest.mark.parametrize("which", ["staying", "ending"])
def test_joining(staff, which):
    both = {"staying": an_inquiry(), "ending": an_inquiry()}
    ending, typed = both["ending"], {"reference": both["staying"].reference}
    page = opened(staff, ending, "duplicate", **typed)

    answer = pressed_while_held(both[which], lambda: send(staff, ending, "duplicate", page, **typed))

    assert answer.status_code == 409
    assert BUSY in answer.content.decode()
    assert (fresh(ending).status, Comparison.objects.count()) == ("new", 0)
    assert answer.context["form"]["reference"].value() == typed["reference"]
    again = {f"seen_{name}": value for name, value in vars(answer.context["seen"]).items()}
    assert send(staff, ending, "duplicate", again, **typed).status_code == 302
    assert fresh(ending).status == "duplicate"


def test_who_may_not_join_is_told_that_first():
    ending, staying = an_inquiry(), an_inquiry()
    manager = signed_in(a_user("Manager"))

    answer = pressed_while_held(
        ending, lambda: send(manager, ending, "duplicate", {}, reference=staying.reference)
    )

    assert answer.status_code == 403


def test_reopening(staff):
    inquiry = an_inquiry(status="closed")
    page, typed = opened(staff, inquiry, "reopen"), {"text": "She called again"}

    answer = pressed_while_held(inquiry, lambda: send(staff, inquiry, "reopen", page, **typed))

    assert answer.status_code == 409
    assert BUSY in answer.content.decode()
    assert answer.context["form"]["text"].value() == typed["text"]
    assert fresh(inquiry).status == "closed"


def test_any_other_verb(staff):
    inquiry = an_inquiry()
    page = opened(staff, inquiry, "note")

    answer = pressed_while_held(inquiry, lambda: send(staff, inquiry, "note", page, text="Called"))

    assert answer.status_code == 409
    assert BUSY in answer.content.decode()
    assert "changed since" not in answer.content.decode()


@pytest.mark.parametrize("which", [0, 1])
def test_saying_that_it_is_another_person(staff, which):
    both = [an_inquiry(), an_inquiry()]
    sent = {"other": str(both[1].pk)}

    answer = pressed_while_held(both[which], lambda: staff.post(address(both[0], "different"), sent))

    assert answer.status_code == 409
    assert BUSY in answer.content.decode()
    assert Comparison.objects.count() == 0
    assert answer.context["posted"] == [("other", sent["other"])]
    assert staff.post(address(both[0], "different"), sent).status_code == 302
    assert Comparison.objects.count() == 2


def test_one_of_several(staff):
    one, other = an_inquiry(), an_inquiry()
    page = picked(staff, "assign", one, other) | {"to": f"role-{a_role('Clinician').pk}"}

    answer = pressed_while_held(one, lambda: staff.post(BULK, page))

    assert results(answer)[one.pk] == (False, f"{BUSY}. Nothing was done.")
    assert [given(fresh(inquiry)) for inquiry in (one, other)] == [(None, None), (None, "Clinician")]


def test_who_looks_waits_for_no_joining(staff):
    one, other = an_inquiry(), an_inquiry()

    with transaction.atomic():
        joining.locked(one.pk, other.pk)
        assert elsewhere(lambda: staff.get(address(one))).status_code == 200


@pytest.mark.parametrize("do", [actions.write_to_patient, actions.close])
def test_undo(do, nurse, staff):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    more = {"wait_for_answer": True} if do == actions.write_to_patient else {}
    do(inquiry, by=nurse, text="Which medicine?", **more)
    sent = {"sending": str(Sending.objects.get().pk)}

    answer = pressed_while_held(inquiry, lambda: staff.post(address(inquiry, "undo"), sent))

    assert answer.status_code == 409
    assert BUSY in answer.content.decode()
    assert Undo.objects.count() == 0
    assert answer.context["posted"] == [("sending", sent["sending"])]
    assert staff.post(address(inquiry, "undo"), sent).status_code == 302
    assert fresh(inquiry).status == "in_triage"


def test_undo_of_several(staff):
    one, other = an_inquiry(), an_inquiry()
    done = staff.post(BULK, picked(staff, "assign", one, other) | {"to": f"role-{a_role('Clinician').pk}"})
    button = {"do": "assign", "pick": [str(pk) for pk in done.context["undo"].records]}

    answer = pressed_while_held(one, lambda: staff.post(f"{BULK}undo/", button))

    assert results(answer)[one.pk] == (False, f"{BUSY}. Nothing was taken back.")
    assert [given(fresh(inquiry)) for inquiry in (one, other)] == [(None, "Clinician"), (None, None)]


def test_taking_back_an_assignment_or_a_snooze(nurse):
    inquiry = an_inquiry()
    actions.snooze(inquiry, by=nurse, until=local_today() + timedelta(days=3), past_promise=True)
    actions.assign(inquiry, by=nurse, to=nurse)

    for take_back, record in (
        (actions.undo_snooze, Snooze.objects.get()),
        (actions.undo_assignment, Assignment.objects.get()),
    ):
        with pytest.raises(actions.SomebodyWasFaster):
            pressed_while_held(inquiry, partial(take_back, record, by=nurse))


def test_going_away(nurse, staff):
    inquiry, today = an_inquiry(assignee=nurse), local_today().isoformat()
    url, typed = reverse("admin:requests_absences"), {"starts_on": today, "ends_on": today, "hands_back": "1"}

    answer = pressed_while_held(inquiry, lambda: staff.post(url, typed))

    assert answer.status_code == 422
    assert "Somebody is working on one of the requests" in answer.content.decode()
    assert (fresh(inquiry).assignee, Absence.objects.count()) == (nurse, 0)
    assert staff.post(url, typed).status_code == 302
    assert fresh(inquiry).assignee is None


@pytest.mark.parametrize(("name", "typed"), [("withdraw", {}), ("write", {"text": "Aspirin", "key": "a"})])
def test_what_the_patient_does(name, typed):
    inquiry = an_inquiry()
    url = reverse(f"requests:{name}", args=[inquiry.token])

    answer = pressed_while_held(inquiry, lambda: Client().post(url, typed))

    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Nothing about your request has changed." in text
    assert "Answers from pages before" not in text
    assert f'<form method="post" action="{url}">' in text
    assert answer.context["posted"] == list(typed.items())
    assert "no-store" in answer["Cache-Control"]
    assert (fresh(inquiry).status, inquiry.messages.count()) == ("new", 0)
    assert Client().post(url, typed).status_code == 302
    assert (fresh(inquiry).status == "withdrawn") == (name == "withdraw")
