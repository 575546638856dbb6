"""Every verb: the move, the history row, the message, and what it refuses."""

import pytest
from django.db.utils import InternalError

from clinic.models import OutboxMessage
from requests import actions
from requests.models import Assignment, Inquiry, Message, Note, PhoneCall, StatusChange
from requests.models.status import MOVES

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse():
    return a_user("Triage nurse")


@pytest.fixture
def inquiry(nurse):
    return an_inquiry(status="in_triage", assignee=nurse)


def moves(inquiry) -> list[tuple[str, str]]:
    return list(inquiry.statuschanges.values_list("old", "new"))


def mails(inquiry) -> list[str]:
    return list(OutboxMessage.objects.filter(about=inquiry.pk).values_list("kind", flat=True))


def stored(inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=inquiry.pk)


def test_taking_a_request_records_who_gave_it_to_whom(nurse):
    inquiry = an_inquiry()

    actions.assign(inquiry, by=nurse, to=nurse)

    assert stored(inquiry).assignee == nurse
    assert list(Assignment.objects.values_list("by", "to")) == [(nurse.pk, nurse.pk)]


def test_a_request_is_not_given_to_somebody_who_left(nurse):
    leaver = a_user("Reception", is_active=False)

    with pytest.raises(actions.NotAllowed):
        actions.assign(an_inquiry(), by=nurse, to=leaver)


def test_the_second_of_two_who_take_a_request_is_told(nurse):
    colleague = a_user("Triage nurse")
    inquiry = an_inquiry()
    seen_by_both = stored(inquiry)
    actions.assign(inquiry, by=nurse, to=nurse)

    with pytest.raises(actions.SomebodyWasFaster):
        actions.assign(seen_by_both, by=colleague, to=colleague)

    assert stored(inquiry).assignee == nurse
    assert Assignment.objects.count() == 1


def test_triage_starts(nurse):
    inquiry = an_inquiry()

    actions.start_triage(inquiry, by=nurse)

    assert stored(inquiry).status == inquiry.status == "in_triage"
    assert moves(inquiry) == [("", "new"), ("new", "in_triage")]
    assert mails(inquiry) == []


def test_writing_shows_the_words_and_mails_that_there_is_news(inquiry, nurse):
    actions.write_to_patient(inquiry, by=nurse, text="Which medicine?", wait_for_answer=False)

    assert [m.text for m in Message.objects.all()] == ["Which medicine?"]
    assert stored(inquiry).status == "in_triage"
    assert stored(inquiry).first_answered_at is not None
    assert mails(inquiry) == ["news"]


def test_writing_to_wait_moves_the_request(nurse):
    inquiry = an_inquiry(assignee=nurse)

    actions.write_to_patient(inquiry, by=nurse, text="Which medicine?", wait_for_answer=True)

    assert moves(inquiry)[1:] == [("new", "in_triage"), ("in_triage", "awaiting_patient")]


def test_writing_from_a_stale_page_is_refused_and_sends_nothing(inquiry, nurse):
    stale = stored(inquiry)
    actions.close(inquiry, by=nurse)
    before = mails(inquiry)

    with pytest.raises(actions.SomebodyWasFaster):
        actions.write_to_patient(stale, by=nurse, text="Hello", wait_for_answer=False)

    assert Message.objects.count() == 0
    assert mails(inquiry) == before


def test_nobody_writes_on_an_ended_request(nurse):
    with pytest.raises(actions.NotAllowed):
        actions.write_to_patient(an_inquiry(status="closed"), by=nurse, text="Hello", wait_for_answer=False)


def test_a_note_stays_inside(inquiry, nurse):
    actions.add_note(inquiry, by=nurse, text="Rang twice")

    assert [note.text for note in Note.objects.all()] == ["Rang twice"]
    assert mails(inquiry) == []


@pytest.mark.parametrize(("outcome", "answers_it"), [("reached", True), ("no_answer", False)])
def test_only_a_call_that_reached_somebody_counts_as_an_answer(inquiry, nurse, outcome, answers_it):
    actions.log_phone_call(inquiry, by=nurse, outcome=outcome)

    assert (stored(inquiry).first_answered_at is not None) is answers_it


def test_no_message_is_left_where_the_patient_wants_none(nurse):
    inquiry = an_inquiry(voicemail="no")

    with pytest.raises(actions.NotAllowed):
        actions.log_phone_call(inquiry, by=nurse, outcome="voicemail")

    assert PhoneCall.objects.count() == 0


def test_declining_needs_a_reason_and_sends_a_letter(inquiry, nurse):
    with pytest.raises(actions.NotAllowed):
        actions.decline(inquiry, by=nurse, reason="", text="A kind letter")
    with pytest.raises(actions.NotAllowed):
        actions.decline(inquiry, by=nurse, reason="not_offered", text="  ")

    actions.decline(inquiry, by=nurse, reason="not_offered", text="A kind letter")

    assert (stored(inquiry).status, stored(inquiry).decline_reason) == ("declined", "not_offered")
    assert [m.text for m in Message.objects.all()] == ["A kind letter"]
    assert mails(inquiry) == ["news"]


@pytest.mark.parametrize(
    "decide",
    [
        lambda i, by: actions.decline(i, by=by, reason="not_offered", text="Letter"),
        lambda i, by: actions.close(i, by=by),
        lambda i, by: actions.mark_duplicate(i, by=by, of=an_inquiry()),
    ],
)
def test_whoever_decides_has_taken_the_request(nurse, decide):
    inquiry = an_inquiry(status="in_triage")

    with pytest.raises(actions.NotAllowed):
        decide(inquiry, nurse)

    assert stored(inquiry).status == "in_triage"


def test_a_duplicate_names_the_other_request(inquiry, nurse):
    other = an_inquiry()

    actions.mark_duplicate(inquiry, by=nurse, of=other)

    assert stored(inquiry).duplicate_of == other
    assert stored(other).status == "new"


def test_a_request_is_not_the_duplicate_of_itself_or_of_a_duplicate(inquiry, nurse):
    for wrong in (inquiry, an_inquiry(status="duplicate")):
        with pytest.raises(actions.NotAllowed):
            actions.mark_duplicate(inquiry, by=nurse, of=wrong)


def test_reopening_makes_a_new_promise(nurse):
    inquiry = an_inquiry(status="declined", assignee=nurse, answer_by="2020-01-02")

    actions.reopen(inquiry, by=nurse, text="The patient called again")

    again = stored(inquiry)
    assert (again.status, again.decline_reason, again.first_answered_at) == ("in_triage", "", None)
    assert not again.is_late


def test_the_patient_takes_the_request_back_once():
    inquiry = an_inquiry()
    second_tab = stored(inquiry)
    actions.withdraw(inquiry)

    with pytest.raises(actions.SomebodyWasFaster):
        actions.withdraw(second_tab)

    assert moves(inquiry) == [("", "new"), ("new", "withdrawn")]
    assert mails(inquiry) == ["withdrawn"]


def test_without_an_email_address_nothing_is_mailed(nurse):
    inquiry = an_inquiry(email="")

    actions.withdraw(inquiry)

    assert mails(inquiry) == []


@pytest.mark.parametrize("old", MOVES)
@pytest.mark.parametrize("new", MOVES)
def test_the_database_allows_exactly_the_moves_of_the_table(old, new):
    inquiry = an_inquiry(status=old)
    other = an_inquiry() if new == "duplicate" else None
    reason = "not_offered" if new == "declined" else ""
    move = Inquiry.objects.filter(pk=inquiry.pk)

    if new == old or new in MOVES[old]:
        assert move.update(status=new, duplicate_of=other, decline_reason=reason) == 1
    else:
        with pytest.raises(InternalError):
            move.update(status=new, duplicate_of=other, decline_reason=reason)


def test_a_move_that_is_not_in_the_table_is_refused_in_words(inquiry, nurse):
    with pytest.raises(actions.NotAllowed, match="in triage cannot become in triage"):
        actions.start_triage(inquiry, by=nurse)

    assert StatusChange.objects.filter(inquiry=inquiry).count() == 2
