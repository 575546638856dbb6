"""Who is away, and what becomes of their requests."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import User
from requests import actions
from requests.models import Absence, Assignment, Inquiry

from .builders import a_role, a_user, an_inquiry
from .triage import address, fresh
from .work import given, told

pytestmark = pytest.mark.django_db
URL = "/staff/requests/absences/"
FIELDS = {"first": "starts_on", "last": "ends_on"}


@pytest.fixture
def ana():
    return a_user("Triage nurse", first_name="Ana", last_name="Sample")


@pytest.fixture
def staff(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def manager(client):
    other = type(client)()
    other.force_login(a_user("Manager", first_name="Mo", last_name="Manager"))
    return other


def ahead(days):
    return local_today() + timedelta(days=days)


def typed(first, last, **more):
    return {"starts_on": ahead(first).isoformat(), "ends_on": ahead(last).isoformat(), **more}


def entered(client, first, last, **more):
    """Sent, and once more where the page asks before requests go back."""
    page = client.post(URL, typed(first, last, **more))
    if page.status_code != 200:
        return page
    return client.post(URL, typed(first, last, **more) | {"hands_back": str(page.context["leaving"].number)})


def away(user, first=0, last=3, **fields):
    return Absence.objects.create(
        user=user, entered_by=user, starts_on=ahead(first), ends_on=ahead(last), **fields
    )


def short(day):
    return f"{day:%a, %b} {day.day}"


# Entering


def test_days_that_begin_later_move_nothing_yet(staff, ana):
    inquiry = an_inquiry(assignee=ana)

    page = staff.post(URL, typed(2, 4))

    absence = Absence.objects.get()
    assert (absence.user, absence.entered_by, absence.handed_back_at) == (ana, ana, None)
    words = f"You are away from {short(ahead(2))} to {short(ahead(4))}. Open requests are handed back when it begins."
    assert told(page)[-1] == words
    assert fresh(inquiry).assignee == ana


def test_days_that_begin_today_hand_back_at_once(staff, ana):
    to_queue, of_role = an_inquiry(assignee=ana), an_inquiry(assignee=ana, role=a_role("Triage nurse"))
    ended = an_inquiry(assignee=ana, status="closed")

    page = entered(staff, 0, 0)

    assert told(page)[-1] == f"You are away on {short(ahead(0))}. 2 open requests were handed back."
    found = [given(fresh(inquiry)) for inquiry in (to_queue, of_role, ended)]
    assert found == [(None, None), (None, "Triage nurse"), (ana, None)]


def test_who_has_nothing_open_hands_nothing_back(staff):
    page = entered(staff, 0, 0)

    assert told(page)[-1] == f"You are away on {short(ahead(0))}."


def test_the_history_says_why_and_who(staff, ana):
    inquiry = an_inquiry(assignee=ana, role=a_role("Triage nurse"))
    entered(staff, 0, 1)
    other = an_inquiry(assignee=ana)
    Absence.objects.update(handed_back_at=None)
    actions.hand_back_due()

    events = [staff.get(address(found)).context["events"][0] for found in (inquiry, other)]

    assert [(event.heading, event.who) for event in events] == [
        ("Handed back to Triage nurses: Ana Sample is away", "Ana Sample"),
        ("Handed back to the queue: Ana Sample is away", "by itself"),
    ]


def test_no_reason_is_asked(staff):
    assert set(staff.get(URL).context["form"].fields) == {"starts_on", "ends_on"}


@pytest.mark.parametrize(
    ("first", "last", "errors"),
    [
        (0, -1, {"ends_on": ["Enter a last day that is not over yet"]}),
        (3, 2, {"ends_on": ["Enter a last day that is not before the first, at most a year later"]}),
        (-31, 1, {"starts_on": ["Enter a first day from 30 days ago to a year ahead"]}),
        (366, 366, {"starts_on": ["Enter a first day from 30 days ago to a year ahead"]}),
        (0, 366, {"ends_on": ["Enter a last day that is not before the first, at most a year later"]}),
    ],
)
def test_impossible_days_are_refused_in_words(staff, first, last, errors):
    response = staff.post(URL, typed(first, last))

    assert response.status_code == 422
    assert {
        name: found for name, found in response.context["form"].errors.items() if name in errors
    } == errors
    assert Absence.objects.count() == 0


def test_without_days_it_says_which_are_missing(staff):
    response = staff.post(URL, {"starts_on": "", "ends_on": "Monday"})

    assert response.context["form"].errors == {
        "starts_on": ["Enter the first day"], "ends_on": ["Enter the day in numbers, like 2026-11-30"],
    }  # fmt: skip


def test_the_same_days_are_entered_once(staff):
    staff.post(URL, typed(2, 4))

    again = staff.post(URL, typed(4, 6))

    assert again.status_code == 422
    assert again.context["form"].errors == {
        "starts_on": ["Enter other days: some of these are entered already"]
    }
    assert Absence.objects.count() == 1


def test_a_person_enters_no_days_for_others(staff, ana):
    other = a_user("Triage nurse")

    staff.post(URL, typed(0, 2, user=str(other.pk)))

    assert Absence.objects.get().user == ana


def test_a_manager_enters_them_for_all(manager, ana):
    inquiry = an_inquiry(assignee=ana)

    page = entered(manager, 0, 2, user=str(ana.pk))

    absence = Absence.objects.get()
    assert (absence.user, absence.entered_by.username) == (ana, User.objects.get(first_name="Mo").username)
    assert told(page)[-1].startswith("Ana Sample is away from ")
    assert fresh(inquiry).assignee is None


@pytest.mark.parametrize("user", ["", "0", "x", "99999"])
def test_a_manager_chooses_somebody_who_works_here(manager, user):
    assert manager.post(URL, typed(0, 2, user=user)).status_code == 422
    assert Absence.objects.count() == 0


@pytest.mark.parametrize("role", ["Editor", None])
def test_others_have_no_such_page(client, role):
    client.force_login(a_user(role))

    assert (client.get(URL).status_code, client.post(URL, typed(0, 1)).status_code) == (403, 403)


def test_a_list_shows_the_own_days_and_to_managers_those_of_all(staff, manager, ana):
    own, other = away(ana), away(a_user("Clinician"), 5, 6)
    away(ana, -9, -8)

    assert list(staff.get(URL).context["absences"]) == [own]
    assert list(manager.get(URL).context["absences"]) == [own, other]


def test_the_list_asks_as_often_for_one_as_for_three(manager, ana, django_assert_num_queries):
    away(ana)
    manager.get(URL)
    with django_assert_num_queries(6):
        manager.get(URL)
    away(a_user("Clinician", first_name="A"))
    away(a_user("Reception", first_name="B"))
    with django_assert_num_queries(6):
        manager.get(URL)


# Ending


def end(client, absence):
    return client.post(f"{URL}{absence.pk}/end/")


def test_who_is_back_gets_requests_in_turn_again(staff, ana):
    absence = away(ana)

    page = end(staff, absence)

    assert told(page)[-1] == "You are back."
    assert list(Absence.objects.on(local_today())) == []
    assert Absence.objects.get().returned_at is not None


def test_days_to_come_are_taken_away(staff, ana):
    page = end(staff, away(ana, 3, 4))

    assert told(page)[-1] == "The absence is removed."
    assert Absence.objects.count() == 0


def test_a_second_click_removes_nothing_and_says_so(staff, ana):
    absence = away(ana, 3, 4)
    end(staff, absence)

    page = end(staff, absence)

    assert (page.status_code, page.url) == (302, URL)
    assert told(page)[-1] == "This absence is removed already."


def test_a_second_click_on_being_back_says_so(staff, ana):
    absence = away(ana)
    end(staff, absence)
    back_at = Absence.objects.get().returned_at

    page = end(staff, absence)

    assert told(page)[-1] == "You are back already."
    assert Absence.objects.get().returned_at == back_at


def test_after_coming_back_early_the_same_days_can_be_entered_again(staff, ana):
    end(staff, away(ana))

    assert staff.post(URL, typed(0, 1)).status_code == 302


def test_nobody_ends_the_days_of_others(staff, manager):
    absence = away(a_user("Clinician"))

    assert end(staff, absence).status_code == 403
    assert Absence.objects.get().returned_at is None
    end(manager, absence)
    assert end(staff, absence).status_code == 403


def test_looking_ends_nothing(staff, ana):
    assert staff.get(f"{URL}{away(ana).pk}/end/").status_code == 405


# The worker's job


def test_the_job_hands_back_on_the_first_day_and_once(ana):
    begun, later = away(ana), a_user("Clinician")
    away(later, 1, 2)
    inquiry, kept = an_inquiry(assignee=ana), an_inquiry(assignee=later)

    actions.hand_back_due()
    actions.hand_back_due()

    begun.refresh_from_db()
    assert begun.handed_back_at is not None
    assert (fresh(inquiry).assignee, fresh(kept).assignee) == (None, later)
    rows = [(row.inquiry, row.by, row.to, row.had_it, row.reason) for row in Assignment.objects.all()]
    assert rows == [(inquiry, None, None, ana, "absence")]


def test_what_is_given_to_somebody_away_on_purpose_stays(ana):
    away(ana)
    actions.hand_back_due()
    inquiry = an_inquiry()
    actions.assign(inquiry, by=a_user("Manager"), to=ana)

    actions.hand_back_due()

    assert fresh(inquiry).assignee == ana


def test_a_job_that_was_stopped_half_way_goes_on(ana, monkeypatch):
    away(ana)
    first, second = an_inquiry(assignee=ana), an_inquiry(assignee=ana)
    from requests.actions import away as module

    real, calls = module.assign, []

    def stopped(inquiry, **rest):
        if calls:
            raise ConnectionError
        calls.append(inquiry)
        real(inquiry, **rest)

    monkeypatch.setattr(module, "assign", stopped)
    with pytest.raises(ConnectionError):
        actions.hand_back_due()
    monkeypatch.setattr(module, "assign", real)

    actions.hand_back_due()

    assert {fresh(inquiry).assignee for inquiry in (first, second)} == {None}
    assert Assignment.objects.count() == 2


@pytest.mark.parametrize("left", [{"is_active": False}, {"is_staff": False}])
def test_the_job_hands_back_what_closed_accounts_hold(left, staff, ana):
    gone = a_user("Triage nurse", first_name="Gone", last_name="Person")
    inquiry, ended = an_inquiry(assignee=gone), an_inquiry(assignee=gone, status="closed")
    User.objects.filter(pk=gone.pk).update(**left)

    actions.hand_back_due()
    actions.hand_back_due()

    assert (fresh(inquiry).assignee, fresh(ended).assignee) == (None, gone)
    event = staff.get(address(inquiry)).context["events"][0]
    assert (event.heading, event.who) == ("Handed back to the queue: Gone Person has left", "by itself")
    assert Assignment.objects.count() == 1


def test_urgent_requests_that_come_back_are_first_in_the_queue(ana, staff):
    away(ana)
    routine = an_inquiry(assignee=ana, answer_by=ahead(-3))
    urgent = an_inquiry(assignee=ana, urgency=2)

    actions.hand_back_due()

    rows = staff.get("/staff/requests/inquiry/?view=unassigned").context["listing"].rows
    assert [row.inquiry for row in rows] == [urgent, routine]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_hand_back_each_request_once():
    people = [a_user("Triage nurse") for _ in range(3)]
    for person in people:
        away(person)
    inquiries = [an_inquiry(assignee=person) for person in people for _ in range(4)]
    gate = Barrier(4)

    def work(_number):
        gate.wait()
        try:
            actions.hand_back_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert Inquiry.objects.exclude(assignee=None).count() == 0
    assert Assignment.objects.count() == len(inquiries)


# The home page


def panels(client):
    return {panel.title: panel for panel in client.get("/staff/").context["panels"]}


def test_the_home_page_tells_who_is_away(staff, ana):
    away(a_user("Clinician", first_name="Cleo", last_name="Doctor"), 0, 2)

    items = panels(staff)["Who is away"].items

    assert [(item.label, item.about) for item in items] == [("Cleo Doctor", [f"until {short(ahead(2))}"])]


def test_coming_back_the_home_page_tells_what_was_handed_on(staff, ana):
    absence = away(ana, -3, -1)
    away(ana, 20, 30)
    inquiry, own, ended = (an_inquiry(assignee=ana) for _ in range(3))
    actions.hand_back(ana, by=None, reason="absence")
    actions.assign(fresh(inquiry), by=ana, to=a_user("Clinician", first_name="Cleo", last_name="Doctor"))
    actions.assign(fresh(own), by=ana, to=ana)
    Inquiry.objects.filter(pk=ended.pk).update(status="closed")

    panel = panels(staff)["While you were away"]

    assert {item.label: item.about for item in panel.items} == {
        inquiry.reference: ["New", "It is with Cleo Doctor"],
        own.reference: ["New", "You have it"],
        ended.reference: ["Closed", "Ended"],
    }
    Absence.objects.filter(pk=absence.pk).update(ends_on=ahead(-8), starts_on=ahead(-9))
    assert "While you were away" not in panels(staff)


def test_while_still_away_and_for_others_there_is_no_such_panel(staff, manager, ana):
    away(ana, handed_back_at=timezone.now())
    an_inquiry(assignee=ana)
    actions.hand_back(ana, by=None, reason="absence")

    assert "While you were away" not in panels(staff)
    assert "While you were away" not in panels(manager)
