"""A second press of the same button is told that it was done; anything else is asked, and nothing typed is lost."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from clinic.calendar import local_today
from requests.admin.again import STANDS
from requests.admin.verbs import VERBS
from requests.models import (
    Assignment,
    Message,
    NextAction,
    Note,
    PhoneCall,
    Sending,
    Settlement,
    Snooze,
    StatusChange,
)

from .builders import a_role, a_user, an_inquiry
from .triage import address, do, fresh, opened, send
from .work import BULK, given, picked, results, told

pytestmark = pytest.mark.django_db

DONE = "This was already done."
CHANGED = "It changed since you opened the page. Nothing was done."
RECORDS = (
    Assignment, Message, NextAction, Note, PhoneCall, Sending, Settlement, Snooze, StatusChange,
)  # fmt: skip
STATE = (
    "status", "assignee_id", "role_id", "snoozed_until", "next_action", "next_action_on", "decline_reason",
    "duplicate_of_id", "first_answered_at", "patient_wrote_at",
)  # fmt: skip
FEVER = "Fever since yesterday; told to go to the emergency room"
WARFARIN = "Ask Dr. Lee about warfarin"


def ahead(days):
    return local_today() + timedelta(days=days)


def sleep_until(days):
    return {"choice": "other", "day": ahead(days).isoformat()}


def everything_of(inquiry):
    counts = [model.objects.count() for model in RECORDS]
    return counts, [getattr(fresh(inquiry), name) for name in STATE]


def far(**fields):
    return an_inquiry(answer_by=ahead(60), **fields)


def with_step(staff):
    inquiry = far()
    do(staff, inquiry, "next", text="Ask for the scan", on="")
    return inquiry


def asleep(staff):
    return far(snoozed_until=ahead(9))


def test_each_verb_says_when_it_is_done():
    assert set(STANDS) == set(VERBS)


# A second press


@pytest.fixture
def values():
    """What stands for a person, a role and another request in the tables below."""
    other = an_inquiry(status="in_triage")
    one, two = a_user("Clinician", last_name="Xu"), a_user("Clinician", last_name="Young")
    return {
        "X": str(one.pk),
        "Y": str(two.pk),
        "role": f"role-{a_role('Reception').pk}",
        "turn": f"turn-{a_role('Clinician').pk}",
        "OTHER": other.reference,
        "ANOTHER": an_inquiry(status="in_triage").reference,
    }


def filled(typed, values):
    return {name: values.get(value, value) for name, value in typed.items()}


FIRST = {
    "clear": with_step,
    "wake": asleep,
    "settle": lambda staff: far(patient_wrote_at=timezone.now()),
    "reopen": lambda staff: far(status="closed"),
    "held": lambda staff: far(assignee=a_user("Clinician")),
}
SAME = [
    ("take", "", {}),
    ("triage", "", {}),
    ("wake", "wake", {}),
    ("settle", "settle", {}),
    ("phone", "", {"outcome": "no_answer", "text": ""}),
    ("phone", "", {"outcome": "no_answer", "text": "", "take_over": "on"}),
    ("phone", "", {"outcome": "reached", "text": "One\r\nTwo", "take_over": "on"}),
    ("note", "", {"text": " Hello "}),
    ("write", "", {"text": "Hello", "wait_for_answer": "on", "take_over": "on"}),
    ("write", "", {"text": "Hello"}),
    ("assign", "", {"to": "X"}),
    ("assign", "", {"to": "role"}),
    ("assign", "", {"to": "turn"}),
    ("assign", "held", {"to": "nobody"}),
    ("snooze", "", sleep_until(5)),
    ("next", "", {"text": "Call  her", "on": ""}),
    ("next", "", {"text": "Call her", "on": ahead(3).isoformat()}),
    ("next", "clear", {"text": "", "on": ""}),
    ("decline", "", {"reason": "not_offered", "text": "Dear Rosa"}),
    ("duplicate", "", {"reference": "OTHER"}),
    ("close", "", {"text": ""}),
    ("close", "", {"text": "Done"}),
    ("reopen", "reopen", {"text": "She called"}),
]


@pytest.mark.parametrize(("slug", "first", "typed"), SAME)
def test_the_same_again_is_done_already(staff, values, slug, first, typed):
    inquiry = FIRST.get(first, lambda staff: far())(staff)
    page, typed = opened(staff, inquiry, slug, **first_of(slug, typed, values)), filled(typed, values)
    assert send(staff, inquiry, slug, page, **typed).status_code == 302
    before = everything_of(inquiry)

    again = send(staff, inquiry, slug, page, **typed)

    assert (again.status_code, told(again)[-1]) == (302, DONE)
    assert everything_of(inquiry) == before


def first_of(slug, typed, values):
    """The page before asks for it, and prefills the second."""
    names = {"decline": "reason", "duplicate": "reference"}
    return filled({names[slug]: typed[names[slug]], "continue": "1"}, values) if slug in names else {}


# Two tabs of one person


NO_ANSWER = ("phone", {"outcome": "no_answer", "text": ""})
CLEARED = ("next", {"text": "", "on": ""})
DIFFERS = [
    ("phone", "", NO_ANSWER, {"outcome": "reached", "text": FEVER}),
    ("phone", "", NO_ANSWER, {"outcome": "reached", "text": ""}),
    ("phone", "", NO_ANSWER, {"outcome": "no_answer", "text": "The line is dead"}),
    ("phone", "", ("phone", {"outcome": "reached", "text": "Fine"}), {"outcome": "no_answer", "text": "Fine"}),
    ("phone", "", ("phone", {"outcome": "reached"}), {"outcome": "reached", "take_over": "on"}),
    ("next", "clear", CLEARED, {"text": WARFARIN, "on": ""}),
    ("next", "clear", ("next", {"text": WARFARIN}), {"text": "", "on": ""}),
    ("next", "", ("next", {"text": WARFARIN}), {"text": WARFARIN, "on": ahead(3).isoformat()}),
    ("assign", "", ("assign", {"to": "X"}), {"to": "Y"}),
    ("assign", "", ("assign", {"to": "X"}), {"to": "role"}),
    ("assign", "", ("assign", {"to": "X"}), {"to": "turn"}),
    ("assign", "", ("assign", {"to": "role"}), {"to": "X"}),
    ("assign", "held", ("assign", {"to": "X"}), {"to": "nobody"}),
    ("take", "", ("assign", {"to": "X"}), {}),
    ("assign", "", ("take", {}), {"to": "X"}),
    ("snooze", "", ("snooze", sleep_until(5)), sleep_until(9)),
    ("snooze", "wake", ("wake", {}), sleep_until(5)),
    ("note", "", ("note", {"text": "Hello"}), {"text": "Hello again"}),
    ("write", "", ("write", {"text": "Hello"}), {"text": "Hello", "wait_for_answer": "on"}),
    ("write", "", ("write", {"text": "Hello", "wait_for_answer": "on"}), {"text": "Hello"}),
    (
        "decline", "", ("decline", {"reason": "not_offered", "text": "A"}),
        {"reason": "needs_referral", "text": "A"},
    ),
    ("decline", "", ("decline", {"reason": "not_offered", "text": "A"}), {"reason": "not_offered", "text": "B"}),
    ("close", "", ("close", {"text": ""}), {"text": "All is done"}),
    ("close", "", ("close", {"text": "All is done"}), {"text": ""}),
    ("duplicate", "", ("duplicate", {"reference": "OTHER"}), {"reference": "ANOTHER"}),
    ("reopen", "reopen", ("reopen", {"text": "A"}), {"text": "B"}),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "first", "one", "two"), DIFFERS)
def test_something_else_is_not_done_already(staff, values, slug, first, one, two):
    inquiry = FIRST.get(first, lambda staff: far())(staff)
    page, two = opened(staff, inquiry, slug, **first_of(slug, two, values)), filled(two, values)
    assert do(staff, inquiry, one[0], **filled(one[1], values)).status_code == 302
    before = everything_of(inquiry)

    refused = send(staff, inquiry, slug, page, **two)

    assert refused.status_code == 409
    assert refused.context["changes"]
    assert everything_of(inquiry) == before
    assert two.get("text", "") in unescape(refused.content.decode())


def kept(refused):
    """What the form on the page that refused sends when nothing in it is changed."""
    form, seen = refused.context["form"], refused.context["seen"]
    typed = {field.name: field.value() or "" for field in form}
    return {f"seen_{name}": value for name, value in vars(seen).items()} | typed


@pytest.mark.parametrize(
    ("slug", "first", "one", "two"),
    [
        ("phone", "", NO_ANSWER, {"outcome": "reached", "text": FEVER}),
        ("next", "clear", CLEARED, {"text": WARFARIN, "on": ahead(3).isoformat()}),
        ("assign", "", ("assign", {"to": "X"}), {"to": "Y"}),
        ("snooze", "", ("snooze", sleep_until(5)), sleep_until(9)),
    ],
)
def test_what_was_typed_can_be_sent_again_as_it_is(staff, values, slug, first, one, two):
    inquiry = FIRST.get(first, lambda staff: far())(staff)
    page = opened(staff, inquiry, slug)
    do(staff, inquiry, one[0], **filled(one[1], values))
    refused = send(staff, inquiry, slug, page, **filled(two, values))

    assert send(staff, inquiry, slug, kept(refused)).status_code == 302

    after = fresh(inquiry)
    if slug == "phone":
        assert [call.text for call in PhoneCall.objects.order_by("at")] == ["", FEVER]
        assert after.first_answered_at is not None
    elif slug == "next":
        assert (after.next_action, after.next_action_on) == (WARFARIN, ahead(3))
    elif slug == "assign":
        assert str(after.assignee_id) == values["Y"]
    else:
        assert after.snoozed_until == ahead(9)


def test_what_was_taken_back_is_not_done(staff):
    inquiry = far()
    page = opened(staff, inquiry, "write")
    do(staff, inquiry, "write", text="Hello")
    staff.post(address(inquiry, "undo"), {"sending": str(Sending.objects.get().pk)})

    assert send(staff, inquiry, "write", page, text="Hello").status_code == 409


def test_what_does_not_hold_any_more_is_not_done(staff):
    inquiry = asleep(staff)
    page = opened(staff, inquiry, "wake")
    do(staff, inquiry, "wake")
    do(staff, inquiry, "snooze", **sleep_until(5))

    assert send(staff, inquiry, "wake", page).status_code == 409


def test_a_hidden_character_is_not_an_empty_field(staff):
    """It is refused, so it says nothing about what was meant."""
    inquiry = with_step(staff)
    page = opened(staff, inquiry, "next")
    do(staff, inquiry, "next", text="", on="")

    assert send(staff, inquiry, "next", page, text=f"{WARFARIN}\u202e", on="").status_code == 409


@pytest.mark.parametrize("status", ["", "asleep", "closed"])
def test_a_made_up_state_is_no_excuse(staff, status):
    inquiry = far()
    do(staff, inquiry, "note", text="Hello")
    page = {"seen_status": status, "seen_assignee": "x", "seen_events": "0"}

    for slug in ("write", "assign", "phone"):
        assert send(staff, inquiry, slug, page, text="Hello", to="x", outcome="x").status_code == 409


# Several at once


@pytest.mark.parametrize("typed", [{"to": "X"}, {"to": "role"}, {"to": "turn"}])
def test_several_given_to_the_same_again_are_done_already(staff, values, typed):
    inquiries = [far() for _ in range(2)]
    page = picked(staff, "assign", *inquiries) | filled(typed, values)
    staff.post(BULK, page)
    before = [everything_of(inquiry) for inquiry in inquiries]

    again = staff.post(BULK, page)

    assert set(results(again).values()) == {(True, DONE)}
    assert [everything_of(inquiry) for inquiry in inquiries] == before


@pytest.mark.parametrize(
    ("verb", "one", "two"),
    [
        ("assign", {"to": "X"}, {"to": "Y"}),
        ("assign", {"to": "X"}, {"to": "role"}),
        ("assign", {"to": "X"}, {"to": "turn"}),
        ("assign", {"to": "role"}, {"to": "nobody"}),
        ("snooze", sleep_until(5), sleep_until(9)),
        ("close", {"text": ""}, {"text": "All is done"}),
    ],
)
def test_several_to_something_else_are_left_and_told(staff, values, verb, one, two):
    inquiries = [far() for _ in range(2)]
    page = picked(staff, verb, *inquiries)
    staff.post(BULK, page | filled(one, values))
    before = [everything_of(inquiry) for inquiry in inquiries]

    left = staff.post(BULK, page | filled(two, values))

    assert set(results(left).values()) == {(False, CHANGED)}
    assert [everything_of(inquiry) for inquiry in inquiries] == before


@pytest.mark.parametrize(("verb", "typed"), [("snooze", sleep_until(5)), ("close", {"text": "All is done"})])
def test_several_put_off_or_closed_again_are_done_already(staff, verb, typed):
    inquiries = [far() for _ in range(2)]
    page = picked(staff, verb, *inquiries) | typed
    staff.post(BULK, page)
    before = [everything_of(inquiry) for inquiry in inquiries]

    again = staff.post(BULK, page)

    assert set(results(again).values()) == {(True, DONE)}
    assert [everything_of(inquiry) for inquiry in inquiries] == before


def test_words_for_those_that_were_left_can_be_copied(staff, nurse):
    fine, changed = far(), far()
    page = picked(staff, "close", fine, changed)
    do(staff, changed, "note", text="Wait")

    left = staff.post(BULK, page | {"text": "All is done, “Rosa”."})
    all_done = staff.post(BULK, picked(staff, "close", changed) | {"text": "All is done."})

    assert "All is done, “Rosa”.</textarea>" in left.content.decode()
    assert "</textarea>" not in all_done.content.decode()


def test_giving_it_to_who_has_it_says_so(staff, nurse):
    inquiry = far(assignee=nurse)

    refused = do(staff, inquiry, "assign", to=str(nurse.pk))

    assert refused.status_code == 409
    assert given(fresh(inquiry)) == (nurse, None)
