"""What was done to several requests at once can be taken back for 20 seconds, by whoever did it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import OutboxMessage
from requests import actions
from requests.admin import history
from requests.admin.words import short_day
from requests.models import AccessLog, Assignment, Inquiry, Sending, Snooze, StatusChange, Undo

from .builders import a_role, a_user, an_inquiry
from .triage import do, fresh
from .work import BULK, given, picked, results

pytestmark = pytest.mark.django_db
UNDO = f"{BULK}undo/"
STATE = (
    "status", "assignee_id", "role_id", "snoozed_until", "first_answered_at", "patient_wrote_at", "decline_reason",
)  # fmt: skip


@pytest.fixture
def colleague():
    client = Client()
    client.force_login(a_user("Triage nurse", first_name="Chris", last_name="Colleague"))
    return client


def in_seconds(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def in_days(days):
    return local_today() + timedelta(days=days)


def state(*inquiries):
    rows = Inquiry.objects.in_bulk([inquiry.pk for inquiry in inquiries])
    return [[getattr(rows[inquiry.pk], name) for name in STATE] for inquiry in inquiries]


def pressed(client, verb, *inquiries, **typed):
    """Do it to all of them; gives what the button on the page after it sends."""
    page = client.post(BULK, picked(client, verb, *inquiries) | typed)
    return button_of(page)


def button_of(page):
    offer = page.context["undo"]
    return {"do": page.context["chosen"].slug, "pick": [str(pk) for pk in offer.records]}


def assigned(client, *inquiries):
    return pressed(client, "assign", *inquiries, to=f"role-{a_role('Reception').pk}")


def snoozed(client, *inquiries, days=5):
    day = in_days(days).isoformat()
    return pressed(client, "snooze", *inquiries, choice="other", day=day, past_promise="on")


def closed(client, *inquiries):
    return pressed(client, "close", *inquiries, text="All is done.")


PRESSES = {"assign": assigned, "snooze": snoozed, "close": closed}


def some(nurse):
    """One that nobody has, one that a colleague has, one of a role."""
    taken, roles = an_inquiry(status="in_triage"), an_inquiry()
    actions.assign(fresh(taken), by=nurse, to=a_user("Clinician"))
    actions.assign(fresh(roles), by=nurse, role=a_role("Clinician"))
    return [an_inquiry(), fresh(taken), fresh(roles)]


@pytest.mark.parametrize("verb", PRESSES)
def test_all_stand_as_before(staff, nurse, verb):
    inquiries = some(nurse)
    before = state(*inquiries)
    button = PRESSES[verb](staff, *inquiries)
    assert all(now != was for now, was in zip(state(*inquiries), before, strict=True))

    page = staff.post(UNDO, button)

    assert state(*inquiries) == before
    assert page.context["title"] == f"{verb.capitalize()}: 3 of 3 taken back"
    assert [is_done for is_done, _ in results(page).values()] == [True] * 3
    assert [result.inquiry for result in page.context["done"]] == inquiries
    assert page.context["undo"] is None


def test_what_became_of_each_is_said(staff, nurse):
    inquiries = some(nurse)

    told = {
        verb: [words for _, words in results(staff.post(UNDO, press(staff, *inquiries))).values()]
        for verb, press in PRESSES.items()
    }

    clinician = inquiries[1].assignee
    assert told == {
        "assign": [
            "The request is in the queue again.", f"The request is with {clinician} again.",
            "The request is with Clinicians again.",
        ],
        "snooze": ["The request is back in the daily views."] * 3,
        "close": [
            f"The request is {status} again. The patient did not see it."
            for status in ("new", "in triage", "new")
        ],
    }  # fmt: skip


def test_no_mail_goes_to_patients_whose_requests_are_open_again(staff):
    inquiries = [an_inquiry() for _ in range(2)]
    button = closed(staff, *inquiries)
    assert OutboxMessage.objects.count() == 2

    staff.post(UNDO, button)

    assert (OutboxMessage.objects.count(), Undo.objects.count()) == (0, 2)


def test_a_snooze_goes_back_to_the_day_before_it(staff, nurse):
    inquiry = an_inquiry()
    actions.snooze(inquiry, by=nurse, until=in_days(3), past_promise=True)
    button = snoozed(staff, inquiry, days=9)

    page = staff.post(UNDO, button)

    assert fresh(inquiry).snoozed_until == in_days(3)
    words = f"The request is snoozed until {in_days(3):%A, %B} {in_days(3).day}."
    assert list(results(page).values()) == [(True, words)]


def test_a_snooze_that_an_end_broke_off_does_not_come_back(staff, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    actions.snooze(inquiry, by=nurse, until=in_days(3), past_promise=True)
    actions.close(fresh(inquiry), by=nurse)
    actions.reopen(fresh(inquiry), by=nurse, text="They called")

    staff.post(UNDO, snoozed(staff, fresh(inquiry)))

    assert fresh(inquiry).snoozed_until is None


def test_a_snooze_whose_end_was_taken_back_comes_back(staff, nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    actions.snooze(inquiry, by=nurse, until=in_days(3), past_promise=True)
    staff.post(UNDO, closed(staff, fresh(inquiry)))
    assert fresh(inquiry).snoozed_until == in_days(3)

    staff.post(UNDO, snoozed(staff, fresh(inquiry), days=9))

    assert fresh(inquiry).snoozed_until == in_days(3)


def test_a_person_goes_back_without_the_role_that_would_fit(staff, nurse):
    """Assigning by hand keeps a role whose people include the new one; taking back keeps to what was."""
    clinician = a_user("Clinician")
    inquiry = an_inquiry()
    actions.assign(inquiry, by=nurse, to=clinician)

    staff.post(UNDO, pressed(staff, "assign", inquiry, to=f"role-{a_role('Clinician').pk}"))

    assert given(fresh(inquiry)) == (clinician, None)


@pytest.mark.parametrize("verb", PRESSES)
def test_history_keeps_both(staff, nurse, verb):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    known = len(history.of(inquiry, reader=nurse))
    staff.post(UNDO, PRESSES[verb](staff, inquiry))

    headings = [event.heading for event in history.of(fresh(inquiry), reader=nurse)][known:]
    assert headings == {
        "assign": ["Given to Reception", "Taken"],
        "snooze": [f"Snoozed until {short_day(in_days(5))}", "Back from snooze"],
        "close": [
            "Closed", "Message to the patient, taken back",
            "Words that close taken back: the patient did not see it", "As before: in triage",
        ],
    }[verb]  # fmt: skip


@pytest.mark.parametrize("verb", PRESSES)
def test_a_second_click_takes_back_once(staff, verb):
    inquiries = [an_inquiry() for _ in range(2)]
    button = PRESSES[verb](staff, *inquiries)
    first = staff.post(UNDO, button)
    before = state(*inquiries), [kind.objects.count() for kind in (Assignment, Snooze, StatusChange, Undo)]

    with in_seconds(60):
        second = staff.post(UNDO, button)

    assert results(second) == results(first)
    after = state(*inquiries), [kind.objects.count() for kind in (Assignment, Snooze, StatusChange, Undo)]
    assert after == before


@pytest.mark.parametrize("verb", PRESSES)
def test_a_double_click_on_the_verb_still_offers_it(staff, verb):
    """The page that stays on the screen is the answer to the second click."""
    inquiries = [an_inquiry() for _ in range(2)]
    before = state(*inquiries)
    typed = {
        "assign": {"to": f"role-{a_role('Reception').pk}"},
        "snooze": {"choice": "other", "day": in_days(5).isoformat(), "past_promise": "on"},
        "close": {"text": ""},
    }[verb]
    page = picked(staff, verb, *inquiries) | typed
    staff.post(BULK, page)

    staff.post(UNDO, button_of(staff.post(BULK, page)))

    assert state(*inquiries) == before


@pytest.mark.parametrize("verb", PRESSES)
def test_a_colleague_takes_back_nothing(staff, colleague, verb):
    inquiries = [an_inquiry() for _ in range(2)]
    button = PRESSES[verb](staff, *inquiries)
    before = state(*inquiries)

    page = colleague.post(UNDO, button)

    did = "sent" if verb == "close" else "did"
    assert set(results(page).values()) == {(False, f"Only the person who {did} it can take it back.")}
    assert state(*inquiries) == before


LATE = {
    "assign": "It is too late to take this back. Assign the request again.",
    "snooze": "It is too late to take this back. Wake the request instead.",
    "close": "It is too late to undo: the patient can read it now. Write another message that puts it right, or phone.",
}


@pytest.mark.parametrize("verb", PRESSES)
def test_there_are_as_many_seconds_as_for_one(staff, verb):
    inquiry = an_inquiry()
    before = state(inquiry)
    with in_seconds(0):
        button = PRESSES[verb](staff, inquiry)
    pressed_at = (Sending if verb == "close" else Assignment if verb == "assign" else Snooze).objects.get().at
    done = state(inquiry)

    with time_machine.travel(pressed_at + timedelta(seconds=20), tick=False):
        late = staff.post(UNDO, button)
    assert (list(results(late).values()), state(inquiry)) == ([(False, LATE[verb])], done)
    with time_machine.travel(pressed_at + timedelta(seconds=19), tick=False):
        staff.post(UNDO, button)
    assert state(inquiry) == before


def test_what_somebody_went_on_with_stays_and_the_others_go_back(staff, colleague):
    inquiries = [an_inquiry() for _ in range(4)]
    button = assigned(staff, *inquiries)
    do(colleague, inquiries[0], "take")
    clinician = a_user("Clinician")
    actions.start_triage(fresh(inquiries[1]), by=clinician)
    actions.add_note(fresh(inquiries[2]), by=clinician, text="A note changes nothing")

    page = staff.post(UNDO, button)

    assert [(result.inquiry, result.words) for result in page.context["left"]] == [
        (inquiries[0], "It was given on meanwhile: the request is with Chris Colleague now."),
        (inquiries[1], "It went on meanwhile: the request is in triage now."),
    ]
    assert page.context["title"] == "Assign: 2 of 4 taken back"
    assert [given(fresh(inquiry))[1] for inquiry in inquiries[2:]] == [None, None]
    assert given(fresh(inquiries[0]))[0] is not None
    assert given(fresh(inquiries[1])) == (None, "Reception")


def test_a_request_that_the_patient_woke_stays_awake(staff):
    inquiry = an_inquiry()
    button = snoozed(staff, inquiry)
    actions.hear_from_patient(fresh(inquiry), text="I am worse", form="a")

    page = staff.post(UNDO, button)

    words = "It went on meanwhile, so there is nothing to take back."
    assert (list(results(page).values()), fresh(inquiry).snoozed_until) == ([(False, words)], None)


def test_a_request_does_not_sleep_on_through_what_was_planned_meanwhile(staff, nurse):
    inquiry = an_inquiry()
    actions.snooze(inquiry, by=nurse, until=in_days(9), past_promise=True)
    button = snoozed(staff, inquiry, days=2)
    actions.plan_next(fresh(inquiry), by=nurse, text="Call the lab", on=in_days(3))

    page = staff.post(UNDO, button)

    (is_done, words) = results(page)[inquiry.pk]
    assert (is_done, words.startswith("Its next step is due on "), fresh(inquiry).snoozed_until) == (
        False, True, in_days(2),
    )  # fmt: skip


def test_one_who_left_meanwhile_gets_nothing_back(staff, nurse):
    other = a_user("Clinician")
    inquiry = an_inquiry()
    actions.assign(inquiry, by=nurse, to=other)
    button = assigned(staff, fresh(inquiry))
    other.is_active = False
    other.save()

    page = staff.post(UNDO, button)

    assert list(results(page).values()) == [(False, "Choose a colleague who works here.")]
    assert given(fresh(inquiry)) == (None, "Reception")


def test_a_letter_that_is_being_sent_leaves_all_of_it(staff):
    """The request that was taken with the step is not given back either: all of it or nothing."""
    inquiry = an_inquiry()
    button = closed(staff, inquiry)
    OutboxMessage.objects.update(due_at=timezone.now(), attempts=1)
    before = state(inquiry)

    page = staff.post(UNDO, button)

    assert (list(results(page).values()), state(inquiry)) == ([(False, LATE["close"])], before)


def test_the_button_says_how_many_and_until_when(staff):
    inquiries = [an_inquiry() for _ in range(3)]
    ended = an_inquiry(status="closed")

    page = staff.post(
        BULK, picked(staff, "assign", *inquiries, ended) | {"to": f"role-{a_role('Reception').pk}"}
    )

    offer, words = page.context["undo"], page.content.decode()
    assert (offer.number, len(offer.records)) == (3, 3)
    assert offer.until == min(record.at for record in Assignment.objects.all()) + timedelta(seconds=20)
    assert 0 < offer.seconds <= 20
    assert f'action="{UNDO}"' in words
    assert "Take all 3 back" in words


def test_nothing_is_offered_where_nothing_was_done(staff):
    ended = an_inquiry(status="closed")

    page = staff.post(BULK, picked(staff, "assign", ended) | {"to": f"role-{a_role('Reception').pk}"})

    assert page.context["undo"] is None
    assert "Take" not in page.content.decode().split("<main")[1]


def test_taking_back_is_on_record(staff, nurse):
    inquiries = [an_inquiry() for _ in range(2)]
    button = assigned(staff, *inquiries)

    staff.post(UNDO, button)

    log = AccessLog.objects.latest("at")
    assert (log.by, log.what, log.listed) == (
        nurse,
        "undo bulk assign",
        [inquiry.pk for inquiry in inquiries],
    )


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"do": "assign"}, {"do": "assign", "pick": ["x", "", "\0"]}, {"do": "export", "pick": ["x"]},
        {"do": "take"}, {"do": "assign", "pick": [str(uuid4())]},
    ],
)  # fmt: skip
def test_what_names_nothing_finds_nothing(staff, sent):
    assert staff.post(UNDO, sent).status_code == 404


def test_records_of_another_kind_are_not_touched(staff):
    inquiry = an_inquiry()
    button = snoozed(staff, inquiry)

    assert staff.post(UNDO, button | {"do": "assign"}).status_code == 404
    assert fresh(inquiry).snoozed_until == in_days(5)


def test_who_may_no_longer_do_it_takes_nothing_back(client):
    client.force_login(a_user("Reception"))

    assert client.post(UNDO, {"do": "close", "pick": [str(uuid4())]}).status_code == 403
    assert client.get(UNDO).status_code == 405


def test_the_list_that_one_came_from_is_kept(staff):
    inquiry = an_inquiry()
    page = picked(staff, "assign", inquiry) | {"to": f"role-{a_role('Reception').pk}"}

    done = staff.post(f"{BULK}?view=unassigned", page)
    back = staff.post(f"{UNDO}?view=unassigned", button_of(done))

    assert f'action="{UNDO}?view=unassigned"' in done.content.decode()
    assert back.context["back_url"] == "/staff/requests/inquiry/?view=unassigned"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", PRESSES)
def test_two_presses_at_once_take_back_each_once(verb):
    staff = Client()
    staff.force_login(a_user("Triage nurse"))
    inquiries = [an_inquiry() for _ in range(4)]
    before = state(*inquiries)
    button = PRESSES[verb](staff, *inquiries)
    gate = Barrier(2)

    def press(_):
        client = Client()
        client.cookies = staff.cookies
        gate.wait()
        try:
            return client.post(UNDO, button).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(press, range(2)))

    assert (codes, state(*inquiries)) == ([200, 200], before)
    kind = {"assign": Assignment, "snooze": Snooze, "close": Undo}[verb]
    assert kind.objects.count() == (4 if verb == "close" else 8)
