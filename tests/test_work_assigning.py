"""To a person, to a role, to the next in turn, back to the queue."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from clinic.calendar import local_today
from requests import actions, roles
from requests.models import Absence, Assignment, Inquiry

from .builders import a_role, a_user, an_inquiry
from .triage import address, do, fresh, opened, send
from .work import given, told

pytestmark = pytest.mark.django_db


def to_role(name):
    return f"role-{a_role(name).pk}"


def in_turn(name):
    return f"turn-{a_role(name).pk}"


def choices(page):
    """Heading -> the labels under it; what stands under none has the heading ''."""
    found = {}
    for value, label in page.context["form"].fields["to"].choices:
        if isinstance(label, list):
            found[value] = [name for _, name in label]
        else:
            found.setdefault("", []).append(label)
    return found


def test_the_form_offers_colleagues_turns_roles_and_the_queue(staff, nurse):
    ana = a_user("Clinician", username="ana", first_name="Ana", last_name="Sample")
    inquiry = an_inquiry(assignee=nurse)

    page = staff.get(address(inquiry, "assign"))

    assert choices(page) == {
        "": ["Choose a colleague or a role", "Nobody: back to the queue"],
        "Colleagues": [f"Ana Sample ({ana.username})"],
        "Next in turn: who is here and got one longest ago": ["Clinicians", "Reception", "Triage nurses"],
        "A role: whoever takes it first": ["Clinicians", "Reception", "Triage nurses"],
    }


def test_a_request_that_nobody_has_is_not_offered_to_nobody(staff):
    assert choices(staff.get(address(an_inquiry(), "assign")))[""] == ["Choose a colleague or a role"]


def test_given_to_a_role(staff):
    inquiry = an_inquiry()

    page = do(staff, inquiry, "assign", to=to_role("Triage nurse"))

    assert told(page)[-1] == "The request is with Triage nurses now."
    assert given(fresh(inquiry)) == (None, "Triage nurse")
    assert headings(staff, inquiry)[0] == "Given to Triage nurses"


def headings(client, inquiry):
    return [event.heading for event in client.get(address(inquiry)).context["events"]]


def test_a_role_of_the_clinics_own_is_named_as_such(staff):
    role = a_role("Triage nurse")
    own = type(role).objects.create(name="Night desk")
    own.permissions.set(role.permissions.all())
    inquiry = an_inquiry()

    do(staff, inquiry, "assign", to=f"role-{own.pk}")

    assert headings(staff, inquiry)[0] == "Given to the role Night desk"


def test_taking_what_was_given_to_a_role_keeps_the_role(staff, nurse):
    inquiry = an_inquiry()
    do(staff, inquiry, "assign", to=to_role("Triage nurse"))

    do(staff, inquiry, "take")

    assert given(fresh(inquiry)) == (nurse, "Triage nurse")
    assert headings(staff, inquiry)[0] == "Taken"


def test_a_person_outside_the_role_takes_it_out_of_the_role(staff):
    inquiry, clinician = an_inquiry(), a_user("Clinician")
    do(staff, inquiry, "assign", to=to_role("Triage nurse"))

    do(staff, inquiry, "assign", to=str(clinician.pk))

    assert given(fresh(inquiry)) == (clinician, None)


def test_back_to_the_queue_leaves_the_role_too(staff):
    inquiry = an_inquiry()
    do(staff, inquiry, "assign", to=to_role("Reception"))

    page = do(staff, inquiry, "assign", to="nobody")

    assert given(fresh(inquiry)) == (None, None)
    assert told(page)[-1] == "The request is in the queue now."
    assert headings(staff, inquiry)[0] == "Handed back to the queue"


@pytest.mark.parametrize(
    "wrong", ["", "role-0", "role-x", "turn-", "role-99999", "person", "' OR 1=1 --", "-1"]
)
def test_a_target_that_is_not_in_the_list_is_refused_in_words(staff, wrong):
    inquiry = an_inquiry()

    response = do(staff, inquiry, "assign", to=wrong)

    words = "Choose a colleague or a role from the list" if wrong else "Choose a colleague or a role"
    assert (response.status_code, response.context["form"].errors) == (422, {"to": [words]})
    assert given(fresh(inquiry)) == (None, None)


def test_a_role_whose_people_take_no_requests_is_not_offered(staff):
    inquiry = an_inquiry()

    assert do(staff, inquiry, "assign", to=to_role("Manager")).status_code == 422
    assert do(staff, inquiry, "assign", to=to_role("Editor")).status_code == 422


def test_giving_it_where_it_is_already_is_refused():
    inquiry, nurse, role = an_inquiry(), a_user("Triage nurse"), a_role("Triage nurse")
    actions.assign(inquiry, by=nurse, role=role)

    with pytest.raises(actions.NotAllowed, match="with Triage nurses already"):
        actions.assign(inquiry, by=nurse, role=role)

    assert Assignment.objects.count() == 1


def test_two_roles_at_the_same_time_one_wins():
    inquiry, stale, nurse = an_inquiry(), None, a_user("Triage nurse")
    stale = fresh(inquiry)
    actions.assign(inquiry, by=nurse, role=a_role("Reception"))

    with pytest.raises(actions.SomebodyWasFaster):
        actions.assign(stale, by=nurse, role=a_role("Clinician"))

    assert given(fresh(inquiry)) == (None, "Reception")


def test_a_stale_page_is_refused_when_it_was_given_to_a_role_meanwhile(client, staff):
    inquiry, page = an_inquiry(), None
    page = opened(staff, inquiry, "take")
    do(staff, inquiry, "assign", to=to_role("Clinician"))
    colleague = type(client)()
    colleague.force_login(a_user("Triage nurse"))

    response = send(colleague, inquiry, "take", page)

    assert response.status_code == 409
    assert [event.heading for event in response.context["changes"]] == ["Given to Clinicians"]
    assert given(fresh(inquiry)) == (None, "Clinician")


# Next in turn


def test_the_one_who_got_one_longest_ago_is_next(staff):
    first, second, third = (a_user("Clinician") for _ in range(3))
    got(second, days_ago=3)
    got(first, days_ago=2)
    got(third, days_ago=1)

    assert [turn(staff) for _ in range(4)] == [second, first, third, second]


def got(person, *, days_ago):
    at = timezone.now() - timedelta(days=days_ago)
    Assignment.objects.create(inquiry=an_inquiry(), to=person, by=person, at=at)


def turn(client, role="Clinician"):
    inquiry = an_inquiry()
    do(client, inquiry, "assign", to=in_turn(role))
    return fresh(inquiry).assignee


def test_who_never_got_one_comes_first(staff):
    old, new = a_user("Clinician"), a_user("Clinician")
    got(old, days_ago=300)

    assert turn(staff) == new


def test_the_page_says_who_got_it_and_history_says_why(staff):
    ana = a_user("Clinician", first_name="Ana", last_name="Sample")
    inquiry = an_inquiry()

    page = do(staff, inquiry, "assign", to=in_turn("Clinician"))

    assert told(page)[-1] == "The request is with Ana Sample now."
    assert given(fresh(inquiry)) == (ana, "Clinician")
    assert headings(staff, inquiry)[0] == "Given to Ana Sample, next in turn of Clinicians"


def test_who_is_away_gets_none_in_turn_and_is_marked(staff, nurse):
    away, here = (a_user("Clinician", first_name=name, last_name="Sample") for name in ("Away", "Here"))
    today = local_today()
    Absence.objects.create(user=away, entered_by=away, starts_on=today, ends_on=today + timedelta(days=3))

    page = staff.get(address(an_inquiry(), "assign"))

    last = today + timedelta(days=3)
    named = f"Away Sample ({away.username}), away until {last:%B} {last.day}"
    assert choices(page)["Colleagues"] == [
        f"Nora Nurse ({nurse.username})",
        named,
        f"Here Sample ({here.username})",
    ]
    assert [turn(staff), turn(staff)] == [here, here]


@pytest.mark.parametrize("left", [{"is_active": False}, {"is_staff": False}])
def test_who_left_gets_none_in_turn(staff, left):
    a_user("Clinician", **left)
    here = a_user("Clinician")

    assert [turn(staff), turn(staff)] == [here, here]


def test_when_all_are_away_nothing_is_given_and_it_says_so(staff):
    inquiry, only = an_inquiry(), a_user("Clinician")
    Absence.objects.create(user=only, entered_by=only, starts_on=local_today(), ends_on=local_today())

    response = do(staff, inquiry, "assign", to=in_turn("Clinician"))

    assert response.status_code == 409
    assert "Nobody of Clinicians is here today." in response.content.decode()
    assert given(fresh(inquiry)) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_turns_are_fair_when_twenty_come_at_once():
    manager, nurses = a_user("Manager"), [a_user("Triage nurse") for _ in range(4)]
    role, inquiries = a_role("Triage nurse"), [an_inquiry() for _ in range(20)]
    gate = Barrier(len(inquiries))

    def give(inquiry):
        gate.wait()
        try:
            return actions.assign_in_turn(Inquiry.objects.get(pk=inquiry.pk), by=manager, role=role)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(inquiries)) as pool:
        got_one = list(pool.map(give, inquiries))

    assert {nurse: got_one.count(nurse) for nurse in nurses} == dict.fromkeys(nurses, 5)
    held = {nurse: Inquiry.objects.filter(assignee=nurse).count() for nurse in nurses}
    assert held == dict.fromkeys(nurses, 5)


def test_whose_turn_it_is_costs_the_same_for_one_and_three(django_assert_num_queries):
    role = a_role("Reception")
    a_user("Reception")
    with django_assert_num_queries(1):
        roles.next_in_turn(role)
    for _ in range(2):
        got(a_user("Reception"), days_ago=1)
    with django_assert_num_queries(1):
        roles.next_in_turn(role)
