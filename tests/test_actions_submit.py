"""Sending a request: one draft gives one request, whatever the client does (P51)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connection

from clinic.models import OutboxMessage
from procedures.models import SafetyText
from requests import actions
from requests.models import Draft, Flag, Inquiry, StatusChange
from requests.tokens import token_hash

from .builders import ANSWERS, a_safety_text


def a_draft(**overrides) -> Draft:
    answers = ANSWERS | overrides.pop("answers", {})
    return Draft.objects.create(key_hash="k", safety_text=a_safety_text(), answers=answers, **overrides)


@pytest.mark.django_db
def test_a_request_keeps_what_was_answered_and_what_was_shown():
    inquiry = actions.submit(draft=a_draft())

    again = Inquiry.objects.get()
    assert again == inquiry
    assert again.answers == ANSWERS
    assert again.full_name == "Rosa Example"
    assert (again.phone, again.phone_as_typed) == ("+12025550147", "202-555-0147")
    assert again.safety_text == SafetyText.objects.get()
    assert again.token_hash == token_hash(again.token)
    assert list(StatusChange.objects.values_list("old", "new", "by")) == [("", "new", None)]
    assert list(OutboxMessage.objects.values_list("kind", "to")) == [("receipt", "rosa@example.com")]


@pytest.mark.django_db
def test_sending_twice_gives_the_same_request():
    draft = a_draft()

    assert actions.submit(draft=draft) == actions.submit(draft=draft)
    assert (Inquiry.objects.count(), OutboxMessage.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_draft_is_emptied_when_it_was_sent():
    draft = a_draft(resume_hash="r")
    actions.submit(draft=draft)

    draft.refresh_from_db()
    assert (draft.answers, draft.resume_hash) == ({}, None)


@pytest.mark.django_db
def test_nothing_is_sent_while_a_red_flag_stands():
    with pytest.raises(actions.NotAllowed):
        actions.submit(draft=a_draft(is_stopped=True))

    assert Inquiry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "changed", "urgency", "rules"),
    [
        ({}, False, 0, []),
        ({"urgent": ["one_leg", "fever"]}, False, 1, ["one_leg", "fever"]),
        ({"urgent": ["cancer"]}, True, 2, ["red_flag_changed", "cancer"]),
        ({"blood_thinners": "yes", "blood_thinners_details": "Warfarin"}, False, 0, ["blood_thinners"]),
        ({"diabetes": "not_sure", "pregnant": "not_sure"}, False, 0, ["pregnant", "diabetes"]),
        (
            {"help_needs": ["interpreter", "cannot_lie_face_down"], "help_language": "Vietnamese"},
            False,
            0,
            ["face_down", "interpreter"],
        ),
    ],
)
def test_answers_raise_flags_and_urgency(answers, changed, urgency, rules):
    inquiry = actions.submit(draft=a_draft(answers=answers, red_flag_changed=changed))

    assert inquiry.urgency == urgency
    assert list(Flag.objects.values_list("rule", flat=True)) == rules


@pytest.mark.django_db
def test_a_flag_stores_rule_version_and_the_answer():
    actions.submit(draft=a_draft(answers={"blood_thinners": "yes", "blood_thinners_details": "Warfarin"}))

    flag = Flag.objects.get()
    assert (flag.rule, flag.rule_version, flag.severity) == ("blood_thinners", 1, "before_booking")
    assert (flag.words, flag.answer) == ("Blood thinner", "Yes: Warfarin")


@pytest.mark.django_db
def test_no_answer_stands_in_clear_in_the_database():
    actions.submit(draft=a_draft(answers={"anything_else": "canary-7731", "reaction": "yes"}))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i::text FROM requests_inquiry i UNION ALL SELECT d::text FROM requests_draft d"
        )
        rows = "".join(row[0] for row in cursor.fetchall())
    assert "canary-7731" not in rows
    assert b"canary-7731".hex() not in rows


@pytest.mark.django_db(transaction=True)
def test_forty_sends_at_once_give_one_request_one_reference_and_one_set_of_mails():
    draft = a_draft()
    start = threading.Barrier(40)

    def send(_: int) -> str:
        close_old_connections()
        try:
            start.wait()
            return actions.submit(draft=Draft(pk=draft.pk)).reference
        finally:
            connection.close()

    with ThreadPoolExecutor(40) as clients:
        references = set(clients.map(send, range(40)))

    assert references == {Inquiry.objects.get().reference}
    assert OutboxMessage.objects.count() == 1
    assert StatusChange.objects.count() == 1
