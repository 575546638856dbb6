"""The same for several requests: each through its verb, reported one by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from clinic.calendar import local_today
from requests.models import AccessLog, Assignment, Inquiry, Message, Snooze, StatusChange

from .builders import a_role, a_user, an_inquiry
from .triage import do, fresh
from .work import BULK, given, picked, results, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(client):
    other = type(client)()
    other.force_login(a_user("Triage nurse", first_name="Chris", last_name="Colleague"))
    return other


def ahead(days):
    return (local_today() + timedelta(days=days)).isoformat()


def test_the_page_lists_what_was_picked_in_the_order_of_the_list(staff):
    first, second, third = (an_inquiry() for _ in range(3))

    page = staff.get(BULK, {"do": "assign", "pick": [str(third.pk), str(first.pk), str(third.pk)]})

    assert [pick.row.inquiry for pick in page.context["picks"]] == [third, first]
    assert page.context["title"] == "Assign: 2 requests"
    assert second.reference not in page.content.decode()


def test_assigning_several_in_turn(staff):
    people = [a_user("Clinician") for _ in range(2)]
    inquiries = [an_inquiry() for _ in range(4)]

    page = staff.post(BULK, picked(staff, "assign", *inquiries) | {"to": f"turn-{a_role('Clinician').pk}"})

    owners = [fresh(inquiry).assignee for inquiry in inquiries]
    assert owners == [*people, *people]
    assert results(page) == {
        inquiry.pk: (True, f"The request is with {owner} now.")
        for inquiry, owner in zip(inquiries, owners, strict=True)
    }


def test_one_that_somebody_changed_is_left_and_what_changed_is_told(staff, colleague):
    inquiries = [an_inquiry() for _ in range(3)]
    page = picked(staff, "assign", *inquiries)
    do(colleague, inquiries[1], "take")

    done = staff.post(BULK, page | {"to": f"role-{a_role('Reception').pk}"})

    assert [is_done for is_done, _ in results(done).values()] == [True, True, False]
    left = done.context["left"][0]
    assert (left.inquiry, left.words) == (
        inquiries[1],
        "It changed since you opened the page. Nothing was done.",
    )
    assert [(event.heading, event.who) for event in left.changes] == [("Taken", "Chris Colleague")]
    assert [given(fresh(inquiry))[1] for inquiry in inquiries] == ["Reception", None, "Reception"]
    assert f'name="pick" value="{inquiries[1].pk}"' in done.content.decode()


def test_a_second_click_changes_nothing_twice(staff):
    inquiries = [an_inquiry() for _ in range(2)]
    page = picked(staff, "assign", *inquiries) | {"to": f"role-{a_role('Reception').pk}"}
    staff.post(BULK, page)

    again = staff.post(BULK, page)

    assert set(results(again).values()) == {(True, "This was already done.")}
    assert Assignment.objects.count() == 2


def test_what_is_not_allowed_says_why_and_the_others_are_done(staff, nurse):
    fine, urgent = an_inquiry(answer_by=local_today() + timedelta(days=9)), an_inquiry(urgency=1)
    ended, soon = an_inquiry(status="closed"), an_inquiry(answer_by=local_today() + timedelta(days=1))
    page = picked(staff, "snooze", fine, urgent, ended, soon)

    done = staff.post(BULK, page | {"choice": "other", "day": ahead(5)})

    words = {pk: text for pk, (is_done, text) in results(done).items() if not is_done}
    assert set(words) == {urgent.pk, ended.pk, soon.pk}
    assert "Call the patient first" in words[urgent.pk]
    assert words[ended.pk] == "The request is closed, so this cannot be done now."
    assert words[soon.pk].startswith("The patient was promised an answer by ")
    assert [row.inquiry for row in Snooze.objects.all()] == [fine]


def test_past_the_promise_when_it_is_meant(staff):
    soon = an_inquiry(answer_by=local_today() + timedelta(days=1))

    staff.post(
        BULK, picked(staff, "snooze", soon) | {"choice": "other", "day": ahead(5), "past_promise": "on"}
    )

    assert fresh(soon).snoozed_until.isoformat() == ahead(5)


def test_what_cannot_be_done_is_marked_before(staff):
    fine, ended = an_inquiry(), an_inquiry(status="closed")

    page = staff.get(BULK, {"do": "close", "pick": [str(fine.pk), str(ended.pk)]})

    assert [pick.refused for pick in page.context["picks"]] == [
        "", "The request is closed, so this cannot be done now.",
    ]  # fmt: skip


def test_no_patient_reads_a_blank_that_nobody_filled(staff, nurse):
    inquiry = an_inquiry(assignee=nurse)

    page = staff.post(BULK, picked(staff, "close", inquiry) | {"text": "Dear {name}, all is done."})

    assert page.context["form"].errors == {"text": ["Replace {name} with the name to call the patient by"]}
    assert fresh(inquiry).status == "new"


def test_closing_several_writes_the_same_words_to_each_and_takes_them(staff, nurse):
    inquiries = [an_inquiry() for _ in range(3)]

    staff.post(BULK, picked(staff, "close", *inquiries) | {"text": "All is done."})

    assert [fresh(inquiry).status for inquiry in inquiries] == ["closed"] * 3
    assert {message.inquiry_id for message in Message.objects.all()} == {inquiry.pk for inquiry in inquiries}
    assert {message.text for message in Message.objects.all()} == {"All is done."}
    assert {fresh(inquiry).assignee for inquiry in inquiries} == {nurse}


def test_a_mistake_keeps_what_was_typed_and_what_was_seen(staff, colleague):
    inquiry = an_inquiry()
    page = picked(staff, "close", inquiry)
    do(colleague, inquiry, "note", text="Wait")

    wrong = staff.post(BULK, page | {"text": "x" * 4001})
    right = staff.post(BULK, picked_again(wrong) | {"text": "Bye"})

    assert wrong.status_code == 422
    assert "x" * 4001 in wrong.content.decode()
    assert [is_done for is_done, _ in results(right).values()] == [False]
    assert fresh(inquiry).status == "new"


def picked_again(page):
    picks = page.context["picks"]
    seen = {f"seen_{pick.row.inquiry.pk}": str(pick.seen) for pick in picks}
    return {"do": page.context["chosen"].slug, "pick": [str(pick.row.inquiry.pk) for pick in picks], **seen}


def test_without_a_target_nothing_is_assigned(staff):
    inquiry = an_inquiry()

    response = staff.post(BULK, picked(staff, "assign", inquiry) | {"to": ""})

    assert (response.status_code, response.context["form"].errors) == (
        422,
        {"to": ["Choose a colleague or a role"]},
    )
    assert Assignment.objects.count() == 0


@pytest.mark.parametrize("pick", [[], ["x"], ["", "../etc/passwd", "' OR 1=1 --", "\0"]])
def test_nothing_picked_leads_back_to_the_same_list(staff, pick):
    for send in (staff.get, staff.post):
        response = send(BULK, {"do": "assign", "pick": pick})
        assert (response.status_code, told(response)[-1]) == (
            302,
            "Pick the requests first, then choose what to do.",
        )
    assert staff.get(f"{BULK}?do=assign&view=mine")["Location"] == "/staff/requests/inquiry/?view=mine"


def test_at_most_a_hundred(staff):
    inquiry = an_inquiry()
    pick = [str(inquiry.pk), *(str(uuid4()) for _ in range(100))]

    response = staff.post(BULK, {"do": "assign", "pick": pick, "to": "nobody"})

    assert (response.status_code, told(response)[-1]) == (302, "Pick at most 100 requests.")


def test_a_request_that_is_not_there_is_passed_over(staff):
    inquiry = an_inquiry()
    page = picked(staff, "assign", inquiry)
    page["pick"].append(str(uuid4()))

    done = staff.post(BULK, page | {"to": f"role-{a_role('Reception').pk}"})

    assert set(results(done)) == {inquiry.pk}


@pytest.mark.parametrize("seen", ["", "new", "new||x", "|||||", "closed||1", "new||" + "9" * 400, "new||-1"])
def test_a_made_up_state_moves_nothing(staff, seen):
    inquiry = an_inquiry()

    done = staff.post(
        BULK,
        {
            "do": "assign",
            "pick": [str(inquiry.pk)],
            f"seen_{inquiry.pk}": seen,
            "to": f"role-{a_role('Reception').pk}",
        },
    )

    assert [is_done for is_done, _ in results(done).values()] == [False]
    assert given(fresh(inquiry)) == (None, None)


ALLOWED = {
    "Reception": {"snooze"},
    "Triage nurse": {"assign", "snooze", "close", "export"},
    "Clinician": {"assign", "snooze", "close"},
    "Manager": {"assign", "export"},
    "Editor": set(),
}


@pytest.mark.parametrize("role", ALLOWED)
def test_each_role_does_what_it_may_do_to_one(client, role):
    client.force_login(a_user(role))
    inquiry = an_inquiry(answer_by=local_today() + timedelta(days=9))
    before = vars(fresh(inquiry)) | {"_state": None}

    opened = {
        verb: client.get(BULK, {"do": verb, "pick": [str(inquiry.pk)]}) for verb in ALLOWED["Triage nurse"]
    }
    forbidden = set(opened) - ALLOWED[role]
    sent = [client.post(BULK, {"do": verb, "pick": [str(inquiry.pk)], "to": "nobody"}) for verb in forbidden]

    assert {verb for verb, page in opened.items() if page.status_code == 200} == ALLOWED[role]
    assert {page.status_code for page in sent} <= {403}
    assert vars(fresh(inquiry)) | {"_state": None} == before


@pytest.mark.parametrize("role", [name for name in ALLOWED if name != "Editor"])
def test_the_list_offers_what_the_role_may_do(client, role):
    client.force_login(a_user(role))
    an_inquiry()

    offered = client.get("/staff/requests/inquiry/").context["listing"].bulk_verbs

    assert {verb.slug for verb in offered} == ALLOWED[role]


@pytest.mark.parametrize("verb", ["", "decline", "take", "delete", "assign/"])
def test_other_verbs_are_not_done_in_bulk(staff, verb):
    assert staff.post(BULK, {"do": verb, "pick": [str(an_inquiry().pk)]}).status_code == 404


def test_looking_is_on_record_and_changes_nothing(staff, nurse):
    inquiries = [an_inquiry() for _ in range(2)]
    before = (StatusChange.objects.count(), Assignment.objects.count())

    staff.get(BULK, {"do": "close", "pick": [str(inquiry.pk) for inquiry in inquiries]})

    log = AccessLog.objects.get()
    assert (log.by, log.what, log.shown) == (nurse, "bulk close", 2)
    assert set(log.listed) == {inquiry.pk for inquiry in inquiries}
    assert (StatusChange.objects.count(), Assignment.objects.count()) == before


def test_the_page_asks_as_often_for_one_as_for_three(staff, django_assert_num_queries):
    inquiries = [an_inquiry() for _ in range(3)]
    pages = [
        {"do": "assign", "pick": [str(inquiry.pk) for inquiry in inquiries[:number]]} for number in (1, 3)
    ]
    staff.get(BULK, pages[0])
    with django_assert_num_queries(NUMBER):
        staff.get(BULK, pages[0])
    with django_assert_num_queries(NUMBER):
        staff.get(BULK, pages[1])


NUMBER = 12


@pytest.mark.django_db(transaction=True)
def test_two_who_do_the_same_at_once_do_each_request_once():
    inquiries = [an_inquiry() for _ in range(6)]
    clients = [Client() for _ in range(2)]
    for client in clients:
        client.force_login(a_user("Triage nurse"))
    pages = [
        picked(client, "close", *inquiries[::step]) for client, step in zip(clients, (1, -1), strict=True)
    ]
    gate = Barrier(2)

    def press(client, page):
        gate.wait()
        try:
            return client.post(BULK, page).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(press, clients, pages))

    # Not the contexts: the test client collects those of all threads.
    done = sum(page.count("The request is closed.") for page in pages)
    left = sum(page.count("It changed since you opened the page.") for page in pages)
    assert (done, left) == (6, 6)
    assert Inquiry.objects.filter(status="closed").count() == 6
    assert StatusChange.objects.filter(new="closed").count() == 6
