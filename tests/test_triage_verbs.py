"""Every change of a request by staff: confirm page, POST, and what stands in its way."""

from datetime import timedelta

import pytest

from clinic.calendar import local_today
from clinic.models import OutboxMessage
from requests import actions
from requests.admin.verbs import VERBS
from requests.models import Assignment, Message, Note, PhoneCall, PromiseChange, StatusChange

from .builders import a_user, an_inquiry
from .triage import address, do, fresh, opened, send

pytestmark = pytest.mark.django_db


def told(response):
    """What the message on the next page says."""
    return [str(message) for message in response.wsgi_request._messages]


def test_take(staff, nurse):
    inquiry = an_inquiry()

    response = do(staff, inquiry, "take")

    assert response["Location"] == address(inquiry)
    assert told(response) == ["You have this request now."]
    assert fresh(inquiry).assignee == nurse


def test_take_over_from_a_colleague(staff, nurse):
    inquiry = an_inquiry(assignee=a_user("Clinician"))

    do(staff, inquiry, "take")

    assert fresh(inquiry).assignee == nurse


def test_assign_to_a_colleague(staff):
    inquiry, colleague = an_inquiry(), a_user("Reception")

    do(staff, inquiry, "assign", to=str(colleague.pk))

    assert fresh(inquiry).assignee == colleague


def test_hand_back_to_the_queue(staff, nurse):
    inquiry = an_inquiry(assignee=nurse)

    do(staff, inquiry, "assign", to="nobody")

    assert fresh(inquiry).assignee is None


@pytest.mark.parametrize("who", ["Editor", "Manager", "left", "superuser"])
def test_only_people_who_work_on_requests_can_be_assigned(staff, who):
    person = a_user("Triage nurse", is_active=False) if who == "left" else a_user(who)
    inquiry = an_inquiry()

    response = do(staff, inquiry, "assign", to=str(person.pk))

    assert response.status_code == 422
    assert response.context["form"].errors == {"to": ["Choose a colleague or a role from the list"]}
    assert fresh(inquiry).assignee is None


def test_start_triage_takes_a_request_that_nobody_has(staff, nurse):
    inquiry = an_inquiry()

    do(staff, inquiry, "triage")

    assert (fresh(inquiry).status, fresh(inquiry).assignee) == ("in_triage", nurse)


def test_start_triage_leaves_a_colleague_the_request(staff):
    colleague = a_user("Clinician")
    inquiry = an_inquiry(assignee=colleague)

    do(staff, inquiry, "triage")

    assert (fresh(inquiry).status, fresh(inquiry).assignee) == ("in_triage", colleague)


def test_back_to_triage_when_the_patient_answered(staff):
    inquiry = an_inquiry(status="awaiting_patient")

    do(staff, inquiry, "triage")

    assert fresh(inquiry).status == "in_triage"


def test_write_to_the_patient(staff, nurse):
    inquiry = an_inquiry(status="in_triage")

    do(staff, inquiry, "write", text="Which medicine\r\ndo you take?")

    message = Message.objects.get()
    assert (message.by, message.text) == (nurse, "Which medicine\ndo you take?")
    assert fresh(inquiry).status == "in_triage"
    assert [mail.kind for mail in OutboxMessage.objects.filter(about=inquiry.pk)] == ["news"]


@pytest.mark.parametrize("status", ["new", "in_triage"])
def test_write_and_wait_for_the_answer(staff, status):
    inquiry = an_inquiry(status=status)

    do(staff, inquiry, "write", text="Which medicine?", wait_for_answer="on")

    assert fresh(inquiry).status == "awaiting_patient"


@pytest.mark.parametrize("status", ["awaiting_patient", "offered", "booked"])
def test_waiting_cannot_be_ticked_where_there_is_nothing_to_wait_for(staff, status):
    inquiry = an_inquiry(status=status)

    do(staff, inquiry, "write", text="Hello", wait_for_answer="on")

    assert (fresh(inquiry).status, Message.objects.get().text) == (status, "Hello")


def test_a_message_without_words_is_not_sent(staff):
    response = do(staff, an_inquiry(), "write", text="  ")

    assert response.status_code == 422
    assert response.context["form"].errors == {"text": ["Write the message to the patient"]}
    assert Message.objects.count() == 0


def test_note(staff, nurse):
    inquiry = an_inquiry(status="closed")

    do(staff, inquiry, "note", text="Called the pharmacy")

    assert [(note.by, note.text) for note in Note.objects.all()] == [(nurse, "Called the pharmacy")]


def test_phone_call(staff, nurse):
    inquiry = an_inquiry()

    do(staff, inquiry, "phone", outcome="reached", text="Comes on Monday")

    call = PhoneCall.objects.get()
    assert (call.by, call.outcome, call.text) == (nurse, "reached", "Comes on Monday")


def test_a_message_left_against_the_wish_is_refused_with_the_reason(staff):
    inquiry = an_inquiry(voicemail="no")
    page = staff.get(address(inquiry, "phone"))

    response = do(staff, inquiry, "phone", outcome="voicemail")

    outcome = page.context["form"].fields["outcome"]
    assert [value for value, _ in outcome.choices] == ["reached", "no_answer"]
    assert "the patient asked us to leave none" in page.content.decode()
    assert response.status_code == 422
    assert PhoneCall.objects.count() == 0


def test_the_person_who_asked_can_be_reached_only_where_there_is_one(staff):
    response = staff.get(address(an_inquiry(contact_name="Ana Helper"), "phone"))

    values = [value for value, _ in response.context["form"].fields["outcome"].choices]
    assert values == ["reached", "reached_contact", "voicemail", "no_answer"]


def test_decline_asks_for_the_reason_first(staff):
    inquiry = an_inquiry()

    first = staff.get(address(inquiry, "decline"))
    wrong = staff.get(address(inquiry, "decline"), {"reason": "because"})
    second = staff.get(address(inquiry, "decline"), {"reason": "under_18"})

    assert list(first.context["form"].fields) == ["reason"]
    assert wrong.status_code == 422
    assert second.context["form"].initial["text"].startswith("Dear Rosa,\n\nThank you for asking us. We see")
    assert fresh(inquiry).status == "new"


def test_decline(staff, nurse):
    inquiry = an_inquiry()

    do(staff, inquiry, "decline", reason="not_offered", text="Dear Rosa, we do not offer this.")

    found = fresh(inquiry)
    assert (found.status, found.decline_reason, found.assignee) == ("declined", "not_offered", nurse)
    assert Message.objects.get().text == "Dear Rosa, we do not offer this."


@pytest.mark.parametrize("typed", [{"reason": "", "text": "Dear"}, {"reason": "not_offered", "text": " "}])
def test_nobody_is_declined_without_reason_and_letter(staff, typed):
    inquiry = an_inquiry()

    response = do(staff, inquiry, "decline", **typed)

    assert response.status_code == 422
    assert fresh(inquiry).status == "new"
    assert Assignment.objects.count() == 0


def test_duplicate_shows_the_other_request_before_it_is_done(staff):
    inquiry, other = an_inquiry(), an_inquiry(first_name="Tom")
    typed = other.reference.replace("-", "").lower()

    page = staff.get(address(inquiry, "duplicate"), {"reference": typed})
    do(staff, inquiry, "duplicate", reference=other.reference)

    assert page.context["other"] == other
    assert (fresh(inquiry).status, fresh(inquiry).duplicate_of) == ("duplicate", other)
    assert fresh(other).status == "new"


def test_different_dates_of_birth_are_said_loudly(staff):
    inquiry, other = an_inquiry(), an_inquiry(date_of_birth="1999-01-01")

    page = staff.get(address(inquiry, "duplicate"), {"reference": other.reference})

    assert "The dates of birth differ" in page.content.decode()


@pytest.mark.parametrize("which", ["itself", "a duplicate", "nobody's"])
def test_only_another_living_request_can_stay(staff, which):
    inquiry = an_inquiry()
    duplicate = an_inquiry(status="duplicate")
    reference = {"itself": inquiry.reference, "a duplicate": duplicate.reference, "nobody's": "000-000"}[
        which
    ]

    assert staff.get(address(inquiry, "duplicate"), {"reference": reference}).status_code == 422
    assert do(staff, inquiry, "duplicate", reference=reference).status_code == 422
    assert fresh(inquiry).status == "new"


@pytest.mark.parametrize("words", ["", "All is settled."])
def test_close(staff, words):
    inquiry = an_inquiry(status="in_triage")

    do(staff, inquiry, "close", text=words)

    assert fresh(inquiry).status == "closed"
    assert [message.text for message in Message.objects.all()] == ([words] if words else [])


def test_reopen(staff):
    inquiry = an_inquiry(status="declined")

    do(staff, inquiry, "reopen", text="The patient called.")

    assert fresh(inquiry).status == "in_triage"
    assert Note.objects.get().text == "The patient called."


def test_reopening_needs_words(staff):
    inquiry = an_inquiry(status="closed")

    assert do(staff, inquiry, "reopen", text="").status_code == 422
    assert fresh(inquiry).status == "closed"


FITS = {
    "new": {
        "take",
        "triage",
        "write",
        "phone",
        "note",
        "assign",
        "snooze",
        "next",
        "decline",
        "duplicate",
        "close",
    },
    "in_triage": {
        "take",
        "write",
        "phone",
        "note",
        "assign",
        "snooze",
        "next",
        "decline",
        "duplicate",
        "close",
    },
    "awaiting_patient": {
        "take",
        "triage",
        "write",
        "phone",
        "note",
        "assign",
        "snooze",
        "next",
        "decline",
        "duplicate",
        "close",
    },
    "offered": {"take", "write", "phone", "note", "assign", "snooze", "next", "decline", "close"},
    "booked": {"take", "write", "phone", "note", "assign", "snooze", "next", "close"},
    "declined": {"phone", "note", "reopen"},
    "withdrawn": {"phone", "note", "reopen"},
    "duplicate": {"phone", "note", "reopen"},
    "closed": {"phone", "note", "reopen"},
}


@pytest.mark.parametrize("status", FITS)
def test_the_buttons_are_what_can_be_done_now(staff, status):
    inquiry = an_inquiry(status=status)

    page = staff.get(address(inquiry))

    buttons = [*page.context["daily"], *page.context["rare"]]
    assert {button.verb.slug for button in buttons} == FITS[status]


@pytest.mark.parametrize(
    ("status", "slug"), [(status, slug) for status in FITS for slug in VERBS if slug not in FITS[status]]
)
def test_what_cannot_be_done_now_is_refused(staff, status, slug):
    inquiry = an_inquiry(status=status)
    page = opened(staff, inquiry, "note")

    asked = staff.get(address(inquiry, slug))
    done = send(staff, inquiry, slug, page, text="typed words", reason="not_offered", to="nobody")

    assert (asked.status_code, done.status_code) == (409, 409)
    assert "typed words" in done.content.decode()
    assert fresh(inquiry).status == status
    assert Message.objects.count() + Assignment.objects.count() == 0


TYPED = {
    "take": {},
    "triage": {},
    "write": {"text": "Hello"},
    "phone": {"outcome": "reached", "text": "Hello"},
    "note": {"text": "Hello"},
    "decline": {"reason": "not_offered", "text": "Dear Rosa"},
    "close": {"text": "Done"},
}


def everything_of(inquiry):
    counts = [
        model.objects.count() for model in (StatusChange, Assignment, Message, Note, PhoneCall, OutboxMessage)
    ]
    return counts, fresh(inquiry).status, fresh(inquiry).assignee_id


@pytest.mark.parametrize("slug", TYPED)
def test_a_second_click_changes_nothing_and_says_so(staff, slug):
    inquiry = an_inquiry()
    page = opened(staff, inquiry, slug)
    send(staff, inquiry, slug, page, **TYPED[slug])
    before = everything_of(inquiry)

    again = send(staff, inquiry, slug, page, **TYPED[slug])

    assert everything_of(inquiry) == before
    assert again["Location"] == address(inquiry)
    assert told(again)[-1] == "This was already done."


@pytest.mark.parametrize("slug", TYPED)
def test_the_second_of_two_clerks_is_told_and_nothing_is_overwritten(client, staff, slug):
    inquiry, colleague = an_inquiry(), type(client)()
    colleague.force_login(a_user("Clinician", first_name="Chris", last_name="Clinician"))
    page = opened(staff, inquiry, slug)
    send(colleague, inquiry, slug, opened(colleague, inquiry, slug), **TYPED[slug])
    before = everything_of(inquiry)

    response = send(staff, inquiry, slug, page, **TYPED[slug])

    assert everything_of(inquiry) == before
    assert response.status_code == 409
    assert {event.who for event in response.context["changes"]} == {"Chris Clinician"}
    assert TYPED[slug].get("text", "") in response.content.decode()


def test_a_stale_page_keeps_the_typed_text_and_can_be_sent_again(client, staff):
    inquiry, colleague = an_inquiry(), type(client)()
    colleague.force_login(a_user("Reception"))
    page = opened(staff, inquiry, "write")
    do(colleague, inquiry, "note", text="She called again")

    refused = send(staff, inquiry, "write", page, text="Which medicine?", wait_for_answer="on")
    form, seen = refused.context["form"], refused.context["seen"]
    again = {f"seen_{name}": value for name, value in vars(seen).items()}
    send(staff, inquiry, "write", again, text=form.initial["text"], wait_for_answer="on")

    assert refused.status_code == 409
    assert [event.text for event in refused.context["changes"]] == ["She called again"]
    assert Message.objects.get().text == "Which medicine?"


def test_nothing_typed_is_nothing_kept_and_who_has_it_is_said(client, staff):
    inquiry, colleague = an_inquiry(), type(client)()
    colleague.force_login(a_user("Reception", first_name="Rae", last_name="Reception"))
    page = opened(staff, inquiry, "take")
    do(colleague, inquiry, "take")

    refused = send(staff, inquiry, "take", page)

    said = refused.content.decode()
    assert (refused.status_code, "What you typed is kept" in said) == (409, False)
    assert "<bdi>Rae Reception</bdi> has this request." in said


def test_another_change_of_ones_own_is_told_too(staff):
    """Two tabs: what one did must not pass for what the other asked."""
    inquiry = an_inquiry()
    page = opened(staff, inquiry, "write")
    do(staff, inquiry, "note", text="A note")

    response = send(staff, inquiry, "write", page, text="Hello")

    assert response.status_code == 409
    assert Message.objects.count() == 0


def test_a_page_with_an_error_stays_as_old_as_it_was(staff):
    inquiry = an_inquiry()
    page = opened(staff, inquiry, "write")
    refused = send(staff, inquiry, "write", page, text="")

    assert {f"seen_{name}": value for name, value in vars(refused.context["seen"]).items()} == page


def test_taking_what_one_has_says_so(staff, nurse):
    page = staff.get(address(an_inquiry(status="awaiting_patient", assignee=nurse), "take"))

    assert (page.status_code, page.context["words"]) == (409, "You have this request already.")


def test_what_the_patient_did_meanwhile_is_told(staff):
    inquiry = an_inquiry()
    page = opened(staff, inquiry, "decline")
    actions.withdraw(fresh(inquiry))

    response = send(staff, inquiry, "decline", page, reason="not_offered", text="Dear Rosa")

    assert [(event.heading, event.who) for event in response.context["changes"]] == [
        ("Withdrawn", "the patient")
    ]
    assert "form" not in response.context
    assert fresh(inquiry).status == "withdrawn"


def test_a_promise_that_moved_hides_no_change(staff):
    """It is in the history and makes no page stale, so it must not be counted as one of the changes."""
    inquiry = an_inquiry()
    day = local_today()
    PromiseChange.objects.create(inquiry=inquiry, old=day, new=day + timedelta(days=2))
    page = opened(staff, inquiry, "decline")
    actions.withdraw(fresh(inquiry))

    response = send(staff, inquiry, "decline", page, reason="not_offered", text="Dear Rosa")

    assert [event.heading for event in response.context["changes"]] == ["Withdrawn"]


@pytest.mark.parametrize("slug", VERBS)
def test_opening_a_confirm_page_changes_nothing(staff, slug):
    inquiry = an_inquiry(status="closed" if slug == "reopen" else "new")
    before = everything_of(inquiry)

    staff.get(address(inquiry, slug), {"reason": "not_offered", "reference": inquiry.reference, "text": "x"})
    staff.head(address(inquiry, slug))

    assert everything_of(inquiry) == before


@pytest.mark.parametrize("slug", VERBS)
def test_a_forged_post_is_refused(client, nurse, slug):
    forger = type(client)(enforce_csrf_checks=True)
    forger.force_login(nurse)
    inquiry = an_inquiry()

    assert forger.post(address(inquiry, slug), TYPED.get(slug, {})).status_code == 403
    assert fresh(inquiry).assignee is None


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(staff, method):
    assert getattr(staff, method)(address(an_inquiry(), "take")).status_code == 405


def test_fields_that_no_form_has_change_nothing(staff, nurse):
    """Mass assignment (P19)."""
    inquiry = an_inquiry()

    do(
        staff,
        inquiry,
        "note",
        text="Hi",
        status="booked",
        assignee="1",
        urgency="2",
        answer_by="2099-01-01",
        by="1",
    )

    found = fresh(inquiry)
    assert (found.status, found.assignee, found.urgency, found.answer_by) == (
        "new",
        None,
        0,
        inquiry.answer_by,
    )
    assert Note.objects.get().by == nurse
