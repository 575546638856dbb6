"""Whoever talks to the patient of a request that nobody has takes it over in the same step, unless unticked."""

import re

import pytest

from requests import actions
from requests.models import Assignment, Message, PhoneCall, Sending

from .builders import a_role, a_user, an_inquiry
from .triage import address, do, fresh, opened, send
from .work import given

pytestmark = pytest.mark.django_db
TICKED = {"take_over": "on"}


def tick(client, inquiry, verb):
    """Whether the box of an untouched page is ticked; None where there is none."""
    return state(client.get(address(inquiry, verb)))


def state(page):
    form = page.context["form"]
    return bool(form["take_over"].value()) if "take_over" in form.fields else None


@pytest.mark.parametrize("verb", ["write", "phone"])
def test_the_tick_is_set_where_nobody_has_the_request(staff, nurse, verb):
    own, other = a_role("Triage nurse"), a_role("Clinician")
    colleague = a_user("Reception")

    found = [
        tick(staff, an_inquiry(**fields), verb)
        for fields in ({}, {"role": own}, {"role": other}, {"assignee": nurse}, {"assignee": colleague})
    ]

    assert found == [True, True, False, None, None]


@pytest.mark.parametrize("verb", ["write", "phone"])
def test_it_is_the_last_thing_asked(staff, verb):
    assert list(staff.get(address(an_inquiry(), verb)).context["form"].fields)[-1] == "take_over"


def test_it_says_for_whom_the_request_is(staff):
    page = staff.get(address(an_inquiry(role=a_role("Clinician")), "write")).content.decode()

    assert "It is for Clinicians now." in page


def test_an_ended_request_cannot_be_taken_over_by_a_call(staff):
    assert tick(staff, an_inquiry(status="closed"), "phone") is None


def test_who_may_not_take_requests_sees_no_tick_and_cannot_send_one(client):
    user = a_user("Triage nurse")
    user.groups.get().permissions.remove(*user.groups.get().permissions.filter(codename="take_inquiry"))
    client.force_login(user)
    inquiry = an_inquiry()

    assert tick(client, inquiry, "write") is None
    do(client, inquiry, "write", text="Hello", **TICKED)
    assert (fresh(inquiry).assignee, Message.objects.count()) == (None, 1)


def test_writing_takes_it_with_a_line_of_its_own(staff, nurse):
    inquiry = an_inquiry(role=a_role("Triage nurse"))

    do(staff, inquiry, "write", text="Which medicine?", wait_for_answer="on", **TICKED)

    assert given(fresh(inquiry)) == (nurse, "Triage nurse")
    row = Assignment.objects.get()
    assert (row.by, row.to, row.had_it, row.reason) == (nurse, nurse, None, "")
    headings = [event.heading for event in staff.get(address(inquiry)).context["events"]]
    assert headings.count("Taken") == headings.count("Message to the patient") == 1


@pytest.mark.parametrize("verb", ["write", "phone"])
def test_without_the_tick_it_stays_with_nobody(staff, verb):
    inquiry = an_inquiry()

    do(staff, inquiry, verb, text="Hello", outcome="reached")

    assert (fresh(inquiry).assignee, Assignment.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    ("outcome", "takes"),
    [("reached", True), ("reached_contact", True), ("voicemail", False), ("no_answer", False)],
)
def test_a_call_takes_it_when_somebody_was_reached(staff, nurse, outcome, takes):
    inquiry = an_inquiry(voicemail="details", contact_name="Bo Helper", contact_phone="+12025550188")

    do(staff, inquiry, "phone", outcome=outcome, text="", **TICKED)

    assert PhoneCall.objects.get().outcome == outcome
    assert fresh(inquiry).assignee == (nurse if takes else None)


@pytest.mark.parametrize(("typed", "takes"), [(TICKED, True), ({}, False)])
def test_the_last_look_says_it_and_sends_it(staff, nurse, typed, takes):
    inquiry = an_inquiry()
    page = do(staff, inquiry, "write", step="preview", text="Hello", **typed)

    said = "Nobody has this request yet, so you take it with this step." in page.content.decode()
    staff.post(address(inquiry, "write"), sent_by(page))

    assert (said, fresh(inquiry).assignee) == (takes, nurse if takes else None)


def sent_by(page):
    """All hidden fields of the form, as a browser sends them."""
    form = page.content.decode().partition('<form method="post" action="' + page.request["PATH_INFO"])[2]
    tags = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.partition("</form>")[0])
    return dict(tags)


@pytest.mark.parametrize("step", ["reply", "edit"])
@pytest.mark.parametrize(
    ("typed", "ticks"),
    [
        ({}, (False, False)),
        ({"take_over": "False", "wait_for_answer": "False"}, (False, False)),
        ({"take_over": "on", "wait_for_answer": "True"}, (True, True)),
    ],
)
def test_ticks_stay_as_they_were_from_step_to_step(staff, step, typed, ticks):
    page = do(staff, an_inquiry(), "write", step=step, text="Hello", **typed)

    shown = re.findall(r'<input type="checkbox"[^>]*>', page.content.decode())
    assert tuple("checked" in box for box in sorted(shown, key=lambda box: "wait" in box)) == ticks


def test_a_change_meanwhile_keeps_the_tick_as_it_was(staff, nurse):
    inquiry = an_inquiry()
    page = opened(staff, inquiry, "write")
    actions.add_note(inquiry, by=a_user("Reception"), text="Rang")

    refused = send(staff, inquiry, "write", page, text="Hello")

    assert (refused.status_code, state(refused)) == (409, False)


def test_a_colleague_who_took_it_meanwhile_keeps_it(staff):
    inquiry, ana = an_inquiry(), a_user("Reception")
    page = opened(staff, inquiry, "write")
    actions.assign(fresh(inquiry), by=ana, to=ana)

    refused = send(staff, inquiry, "write", page, text="Hello", **TICKED)

    assert (refused.status_code, state(refused), fresh(inquiry).assignee) == (409, None, ana)
    assert not Message.objects.exists()


def test_two_clicks_take_and_write_once(staff):
    inquiry = an_inquiry()
    page = opened(staff, inquiry, "write")

    for _ in range(2):
        send(staff, inquiry, "write", page, text="Hello", **TICKED)

    assert (Assignment.objects.count(), Message.objects.count()) == (1, 1)


def test_taking_the_words_back_gives_the_request_to_nobody(staff, nurse):
    inquiry = an_inquiry()
    do(staff, inquiry, "write", text="Hello", **TICKED)

    undo(staff, inquiry)

    assert fresh(inquiry).assignee == nurse


def test_left_with_nobody_on_purpose_it_is_offered_without_the_tick(staff):
    inquiry = an_inquiry()
    do(staff, inquiry, "write", text="Hello")

    page = undo(staff, inquiry)

    assert (page.context["form"]["text"].value(), state(page)) == ("Hello", False)


def undo(client, inquiry):
    sending = Sending.objects.get()
    return client.post(address(inquiry, "undo"), {"sending": str(sending.pk)}, follow=True)
