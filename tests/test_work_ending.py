"""An urgent request ends only when somebody has spoken to the patient."""

import pytest
from django.utils import timezone

from requests import actions
from requests.models import Message
from requests.models.status import DeclineReason

from .builders import an_inquiry
from .triage import address, do, fresh, opened, send
from .work import BULK, picked, results

pytestmark = pytest.mark.django_db

SPEAK_FIRST = (
    "The answers or a message raised an urgent sign and nobody has spoken to the patient since."
    " Call the patient first, save the call, then {0} it."
)
UNREACHED = " If nobody can reach the patient, decline it for that reason."
CLOSE, DECLINE = (SPEAK_FIRST.format(verb) + UNREACHED for verb in ("close", "decline"))
ENDS = {
    "close": lambda inquiry, by: actions.close(inquiry, by=by, text="Bye"),
    "decline": lambda inquiry, by: actions.decline(inquiry, by=by, reason="not_offered", text="Dear Rosa"),
}
OTHERS = [reason for reason in DeclineReason.values if reason != "not_reached"]


def urgent(nurse, **columns):
    return an_inquiry(**({"urgency": 1, "assignee": nurse} | columns))


@pytest.mark.parametrize("urgency", [1, 2])
@pytest.mark.parametrize(("verb", "words"), [("close", CLOSE), ("decline", DECLINE)])
def test_the_verb_itself_waits_until_somebody_has_spoken_to_the_patient(nurse, verb, words, urgency):
    inquiry = urgent(nurse, urgency=urgency)
    actions.log_phone_call(inquiry, by=nurse, outcome="no_answer")
    actions.write_to_patient(inquiry, by=nurse, text="Call us", wait_for_answer=False)

    with pytest.raises(actions.NotAllowed) as refused:
        ENDS[verb](fresh(inquiry), nurse)
    still = fresh(inquiry).status
    actions.log_phone_call(fresh(inquiry), by=nurse, outcome="reached")
    ENDS[verb](fresh(inquiry), nurse)

    assert (str(refused.value), still) == (words, "new")
    assert fresh(inquiry).status == {"close": "closed", "decline": "declined"}[verb]


@pytest.mark.parametrize("reason", OTHERS)
def test_no_other_reason_than_not_reached_declines_it(nurse, reason):
    inquiry = urgent(nurse)

    with pytest.raises(actions.NotAllowed):
        actions.decline(inquiry, by=nurse, reason=reason, text="Dear Rosa")

    assert fresh(inquiry).status == "new"


def test_a_patient_whom_nobody_reached_can_be_declined(staff, nurse):
    inquiry = urgent(nurse)

    do(staff, inquiry, "decline", reason="not_reached", text="Dear Rosa")

    assert (fresh(inquiry).status, fresh(inquiry).decline_reason) == ("declined", "not_reached")


def test_close_says_so_before_somebody_writes(staff, nurse):
    page = staff.get(address(urgent(nurse), "close"))

    assert (page.status_code, page.context["words"]) == (409, CLOSE)


def test_once_a_time_is_booked_it_can_be_closed(nurse):
    inquiry = urgent(nurse, status="booked")

    actions.close(inquiry, by=nurse)

    assert fresh(inquiry).status == "closed"


def test_decline_offers_the_reasons_that_are_possible(staff, nurse):
    page, wrong = (
        staff.get(address(urgent(nurse), "decline"), asked) for asked in ({}, {"reason": "not_offered"})
    )

    field = page.context["form"].fields["reason"]
    assert (page.status_code, [value for value, _ in field.choices]) == (200, ["not_reached"])
    assert (field.help_text, DECLINE in page.content.decode()) == (DECLINE, True)
    assert wrong.status_code == 422


def test_after_the_call_every_reason_is_offered(staff, nurse):
    inquiry = urgent(nurse)
    actions.log_phone_call(inquiry, by=nurse, outcome="reached")

    field = staff.get(address(inquiry, "decline")).context["form"].fields["reason"]

    assert [value for value, _ in field.choices] == DeclineReason.values


@pytest.mark.parametrize(
    ("verb", "words", "typed"),
    [("close", CLOSE, {}), ("decline", DECLINE, {"reason": "not_offered"})],
)
def test_a_page_sent_all_the_same_keeps_what_was_typed(staff, nurse, verb, words, typed):
    inquiry = an_inquiry(urgency=1)

    done = send(staff, inquiry, verb, opened(staff, inquiry, "note"), text="Dear Rosa", **typed)

    assert (done.status_code, done.context["words"], done.context["typed"]) == (409, words, "Dear Rosa")
    assert (fresh(inquiry).status, fresh(inquiry).assignee) == ("new", None)


def test_closing_several_leaves_the_urgent_one_and_says_why(staff):
    fine, pressing = an_inquiry(), an_inquiry(urgency=1)

    page = staff.get(BULK, {"do": "close", "pick": [str(fine.pk), str(pressing.pk)]})
    done = staff.post(BULK, picked(staff, "close", fine, pressing) | {"text": "Bye"})

    assert [pick.refused for pick in page.context["picks"]] == ["", CLOSE]
    assert results(done) == {fine.pk: (True, "The request is closed."), pressing.pk: (False, CLOSE)}
    assert [message.inquiry for message in Message.objects.all()] == [fine]


def test_the_patient_can_take_it_back(nurse):
    inquiry = urgent(nurse)

    actions.withdraw(inquiry)

    assert fresh(inquiry).status == "withdrawn"


def test_joined_it_makes_the_one_that_goes_on_wait_for_the_call(nurse):
    ending, staying = urgent(nurse, urgency=2), an_inquiry(assignee=nurse)

    actions.mark_duplicate(ending, by=nurse, of=staying)

    assert (fresh(ending).status, fresh(staying).urgency) == ("duplicate", 2)
    with pytest.raises(actions.NotAllowed):
        actions.close(fresh(staying), by=nurse)


READ_IT = " If nobody can reach the patient, read the message and answer it in writing."
IN_BOOKED = SPEAK_FIRST.format("close") + READ_IT
EMERGENCY = "I have chest pain and cannot breathe"


def hear(inquiry, text=EMERGENCY):
    return actions.hear_from_patient(fresh(inquiry), text=text, form=text)


def reached(inquiry, nurse):
    actions.log_phone_call(fresh(inquiry), by=nurse, outcome="reached")


@pytest.mark.parametrize(
    ("status", "verb", "words"),
    [
        ("booked", "close", IN_BOOKED), ("offered", "close", CLOSE), ("offered", "decline", DECLINE),
        ("new", "close", CLOSE), ("awaiting_patient", "decline", DECLINE),
    ],
)  # fmt: skip
def test_an_emergency_message_makes_it_wait_for_a_new_call(nurse, status, verb, words):
    inquiry = an_inquiry(status=status, assignee=nurse)
    reached(inquiry, nurse)
    hear(inquiry)

    with pytest.raises(actions.NotAllowed) as refused:
        ENDS[verb](fresh(inquiry), nurse)
    still = fresh(inquiry).is_open
    reached(inquiry, nurse)
    ENDS[verb](fresh(inquiry), nurse)

    assert (str(refused.value), still, fresh(inquiry).is_open) == (words, True, False)


def test_so_does_the_second_such_message(nurse):
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    hear(inquiry)
    reached(inquiry, nurse)
    hear(inquiry, "Still chest pain, I cannot breathe")

    with pytest.raises(actions.NotAllowed):
        actions.close(fresh(inquiry), by=nurse)


def test_reading_it_is_enough_once_a_time_is_booked(nurse):
    booked, in_triage = (an_inquiry(status=status, assignee=nurse) for status in ("booked", "in_triage"))
    for inquiry in (booked, in_triage):
        hear(inquiry)
        actions.settle(fresh(inquiry), by=nurse)
    hear(booked, "Thank you")

    actions.close(fresh(booked), by=nurse)

    assert fresh(booked).status == "closed"
    with pytest.raises(actions.NotAllowed):
        actions.close(fresh(in_triage), by=nurse)


def test_a_joined_request_brings_its_message_along(nurse):
    ending, staying = an_inquiry(assignee=nurse), an_inquiry(status="in_triage", assignee=nurse)
    reached(staying, nurse)
    hear(ending)

    actions.mark_duplicate(fresh(ending), by=nurse, of=staying)

    with pytest.raises(actions.NotAllowed, match="nobody has spoken"):
        actions.close(fresh(staying), by=nurse)


@pytest.mark.parametrize("verb", ["close", "decline"])
def test_the_page_says_that_the_patient_wrote(staff, nurse, verb):
    wrote, silent = an_inquiry(patient_wrote_at=timezone.now()), an_inquiry()

    pages = [staff.get(address(inquiry, verb)).content.decode() for inquiry in (wrote, silent)]

    assert ["Read it before you end the request." in page for page in pages] == [True, False]
    assert "before you end" not in staff.get(address(wrote, "note")).content.decode()


def test_so_does_the_page_of_several(staff):
    wrote = an_inquiry(patient_wrote_at=timezone.now())

    pages = [
        staff.get(BULK, {"do": verb, "pick": [str(wrote.pk)]}).content.decode()
        for verb in ("close", "assign")
    ]

    assert ["Patient wrote, not answered" in page for page in pages] == [True, False]
