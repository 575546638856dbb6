"""Who else looks at a request now, what changed while it was open, and that neither keeps anybody signed in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from clinic import periodic
from clinic.calendar import local_today
from requests import actions, late
from requests.admin import history
from requests.models import AccessLog, Inquiry, Presence
from requests.models.presence import forget_gone

from .builders import a_user, an_inquiry
from .triage import address, do, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return a_user("Reception", first_name="Ana", last_name="Sample")


@pytest.fixture
def inquiry():
    return an_inquiry()


def as_user(user):
    client = Client()
    client.force_login(user)
    return client


def here(client, inquiry, **sent):
    return client.post(f"{address(inquiry)}here/", sent)


def shown(page):
    return re.search(r'id="here-words" role="status" dir="auto">(.*?)</p>', page.content.decode())[1]


def in_seconds(number):
    return time_machine.travel(timezone.now() + timedelta(seconds=number), tick=False)


def test_one_sees_the_others_and_not_oneself(nurse, ana, inquiry):
    nora = as_user(nurse)
    assert shown(nora.get(address(inquiry))) == ""

    as_user(ana).get(address(inquiry))

    assert shown(nora.get(address(inquiry))) == "Ana Sample is looking at this now"
    assert here(nora, inquiry).json()["here"] == "Ana Sample is looking at this now"


def test_several_are_named_together(nurse, inquiry):
    for first, last in (("Bo", "Beta"), ("Ana", "Alpha"), ("Cy", "Gamma")):
        as_user(a_user("Reception", first_name=first, last_name=last)).get(address(inquiry))

    words = here(as_user(nurse), inquiry).json()["here"]

    assert words == "Ana Alpha, Bo Beta and Cy Gamma are looking at this now"


def test_another_request_is_not_this_one(nurse, ana, inquiry):
    as_user(ana).get(address(an_inquiry()))

    assert here(as_user(nurse), inquiry).json()["here"] == ""


@pytest.mark.parametrize(("seconds", "is_there"), [(89, True), (91, False)])
def test_who_has_not_been_heard_of_for_90_seconds_is_gone(nurse, ana, inquiry, seconds, is_there):
    as_user(ana).get(address(inquiry))
    nora = as_user(nurse)

    with in_seconds(seconds):
        assert bool(here(nora, inquiry).json()["here"]) is is_there


def test_the_page_keeps_saying_that_somebody_is_there(nurse, ana, inquiry):
    looking, nora = as_user(ana), as_user(nurse)
    looking.get(address(inquiry))
    with in_seconds(60):
        here(looking, inquiry)

    with in_seconds(120):
        assert here(nora, inquiry).json()["here"] == "Ana Sample is looking at this now"


def test_leaving_the_page_is_told_at_once(nurse, ana, inquiry):
    looking = as_user(ana)
    at = here(looking, inquiry).json()["at"]

    here(looking, inquiry, leave="1", at=at)

    assert here(as_user(nurse), inquiry).json()["here"] == ""


def test_the_page_itself_knows_since_when_it_is_there(ana, inquiry):
    """Left before the script has asked for the first time."""
    looking = as_user(ana)
    page = looking.get(address(inquiry)).content.decode()
    at = re.search(r'name="at" value="([^"]+)"', page)[1]

    here(looking, inquiry, leave="1", at=at)

    assert not Presence.objects.exists()


@pytest.mark.parametrize(
    "at", ["", "yesterday", "2026-01-01", "2026-99-99T00:00:00Z", "\0", "2026-01-01T00:00:00"]
)
def test_an_older_page_of_the_same_person_takes_nobody_away(ana, inquiry, at):
    looking = as_user(ana)
    first = here(looking, inquiry).json()["at"]
    looking.get(address(inquiry))

    for left in (first, at):
        assert here(looking, inquiry, leave="1", at=left).status_code == 200

    assert Presence.objects.now().count() == 1


def test_nobody_takes_a_colleague_away(nurse, ana, inquiry):
    at = here(as_user(ana), inquiry).json()["at"]

    here(as_user(nurse), inquiry, leave="1", at=at)

    assert here(as_user(nurse), inquiry).json()["here"] == "Ana Sample is looking at this now"


@pytest.mark.parametrize("slug", ["note", "write", "duplicate"])
def test_who_is_on_the_page_of_a_verb_is_there_and_sees_who_else_is(nurse, ana, inquiry, slug):
    nora = as_user(nurse)
    nora.get(address(inquiry, slug))

    page = as_user(ana).get(address(inquiry))
    assert shown(page) == "Nora Nurse is looking at this now"
    assert shown(nora.get(address(inquiry, slug))) == "Ana Sample is looking at this now"


def test_the_look_before_sending_and_a_form_with_a_fault_say_it_too(nurse, ana, inquiry):
    as_user(ana).get(address(inquiry))
    nora = as_user(nurse)

    fault = do(nora, inquiry, "note", text="")
    preview = do(nora, inquiry, "write", text="Hello", step="preview")
    changed = nora.get(address(inquiry, "wake"))

    assert [page.status_code for page in (fault, preview, changed)] == [422, 200, 409]
    assert {shown(page) for page in (fault, preview, changed)} == {"Ana Sample is looking at this now"}


def test_going_on_to_a_verb_leaves_nobody_out(nurse, ana, inquiry):
    """The page that is left says so when the next one is there already."""
    nora = as_user(nurse)
    at = here(nora, inquiry).json()["at"]
    nora.get(address(inquiry, "note"))

    here(nora, inquiry, leave="1", at=at)

    assert here(as_user(ana), inquiry).json()["here"] == "Nora Nurse is looking at this now"


def test_presence_holds_nobody_back(nurse, ana, inquiry):
    as_user(ana).get(address(inquiry))

    actions.assign(inquiry, by=nurse, to=nurse)

    assert fresh(inquiry).assignee == nurse


def test_one_row_for_a_person_and_a_request(ana, inquiry):
    Presence.objects.create(inquiry=inquiry, user=ana)

    with pytest.raises(IntegrityError, match="presence_once_a_person"), transaction.atomic():
        Presence.objects.create(inquiry=inquiry, user=ana)


def test_the_worker_forgets_those_who_left(nurse, ana, inquiry):
    with in_seconds(-91):
        here(as_user(ana), inquiry)
    here(as_user(nurse), inquiry)

    forget_gone()
    forget_gone()

    assert [row.user for row in Presence.objects.all()] == [nurse]
    assert "requests.models.presence.forget_gone" in periodic._jobs


@pytest.mark.parametrize("role", ["Editor", None])
def test_who_may_not_see_requests_is_told_nothing(role, ana, inquiry):
    as_user(ana).get(address(inquiry))

    answer = here(as_user(a_user(role)), inquiry)

    assert (answer.status_code, Presence.objects.count()) == (403, 1)


def test_looking_from_outside_is_refused_and_a_request_that_is_not_there_is_missing(nurse, inquiry):
    assert here(Client(), inquiry).status_code == 403
    assert here(as_user(nurse), Inquiry()).status_code == 404
    assert as_user(nurse).get(f"{address(inquiry)}here/").status_code == 405
    assert not Presence.objects.exists()


def test_saying_that_one_is_there_is_no_second_look_on_record(nurse, inquiry):
    nora = as_user(nurse)
    nora.get(address(inquiry))
    before = AccessLog.objects.count()

    here(nora, inquiry)

    assert AccessLog.objects.count() == before


# What changed since the page was opened


def news(client, inquiry, seen):
    return here(client, inquiry, events=str(seen)).json()["news"]


def test_nothing_new_says_nothing(nurse, inquiry):
    page = as_user(nurse).get(address(inquiry))

    assert news(as_user(nurse), inquiry, page.context["seen"].events) == ""


def test_a_colleague_took_it(nurse, ana, inquiry):
    nora = as_user(nurse)
    seen = nora.get(address(inquiry)).context["seen"].events
    actions.assign(fresh(inquiry), by=ana, to=ana)

    with in_seconds(61):
        assert news(nora, inquiry, seen) == "Ana Sample took this request 1 min ago."


def verbs(inquiry, by, other):
    """What somebody does, and how a colleague is told."""
    return [
        (lambda: actions.start_triage(inquiry, by=by), "started triage"),
        (lambda: actions.add_note(inquiry, by=by, text="CANARY"), "added a note"),
        (lambda: actions.log_phone_call(inquiry, by=by, outcome="no_answer"), "noted a phone call"),
        (
            lambda: actions.assign(inquiry, by=by, to=other),
            "changed this request (assigned to Other Person)",
        ),
        (lambda: actions.assign(inquiry, by=by, to=None), "handed this request back"),
        (lambda: actions.assign(inquiry, by=by, to=by), "took this request"),
        (
            lambda: actions.decline(inquiry, by=by, reason="not_offered", text="CANARY"),
            "declined this request",
        ),
        (lambda: actions.reopen(inquiry, by=by, text="CANARY"), "reopened this request"),
        (lambda: actions.close(inquiry, by=by, text=""), "closed this request"),
    ]


def test_every_change_is_told_in_words_and_without_what_was_written(nurse, ana, inquiry):
    other = a_user("Clinician", first_name="Other", last_name="Person")
    nora = as_user(nurse)
    for act, did in verbs(inquiry, ana, other):
        seen = nora.get(address(inquiry)).context["seen"].events
        act()
        told = news(nora, inquiry, seen)
        assert told.startswith(f"Ana Sample {did} just now.")
        assert "CANARY" not in told


def test_several_changes_are_counted(nurse, ana, inquiry):
    nora = as_user(nurse)
    seen = nora.get(address(inquiry)).context["seen"].events
    actions.assign(inquiry, by=ana, to=ana)
    actions.add_note(inquiry, by=ana, text="One")

    assert news(nora, inquiry, seen) == "Ana Sample added a note just now. There is 1 more change."
    actions.add_note(inquiry, by=nurse, text="Two")
    assert news(nora, inquiry, seen) == "You added a note just now. There are 2 more changes."


def test_a_promise_that_moved_before_is_no_news(nurse, ana, inquiry):
    yesterday = local_today() - timedelta(days=1)
    Inquiry.objects.update(answer_by=yesterday, promised_first=yesterday)
    late.tell_patients()
    nora = as_user(nurse)
    actions.start_triage(fresh(inquiry), by=ana)
    seen = nora.get(address(inquiry)).context["seen"].events
    actions.add_note(fresh(inquiry), by=ana, text="One")

    assert history.PROMISE in [event.kind for event in history.of(inquiry, reader=nurse)]
    assert news(nora, inquiry, seen) == "Ana Sample added a note just now."


def test_the_patient_took_it_back(nurse, inquiry):
    nora = as_user(nurse)
    seen = nora.get(address(inquiry)).context["seen"].events
    actions.withdraw(inquiry)

    assert news(nora, inquiry, seen) == "The patient took the request back just now."


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "٣", "1.5"])
def test_a_page_that_does_not_say_what_it_showed_is_told_nothing(nurse, inquiry, seen):
    actions.add_note(inquiry, by=nurse, text="One")

    assert news(as_user(nurse), inquiry, seen) == ""


# Half an hour without a click


@pytest.mark.parametrize("ask", ["here", "counts"])
def test_what_the_page_asks_by_itself_keeps_nobody_signed_in(nurse, inquiry, ask):
    nora = as_user(nurse)
    nora.get(address(inquiry))
    ends = Session.objects.get().expire_date

    with in_seconds(600):
        answer = here(nora, inquiry) if ask == "here" else nora.get("/staff/requests/inquiry/counts/")
        assert (answer.status_code, Session.objects.get().expire_date) == (200, ends)
        nora.get(address(inquiry))

    assert Session.objects.get().expire_date > ends


def test_after_the_half_hour_the_script_is_refused(nurse, inquiry):
    nora = as_user(nurse)
    nora.get(address(inquiry))
    with in_seconds(29 * 60):
        assert here(nora, inquiry).status_code == 200
    with in_seconds(31 * 60):
        answers = here(nora, inquiry), nora.get("/staff/requests/inquiry/counts/")

    assert [answer.status_code for answer in answers] == [403, 302]
