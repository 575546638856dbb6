"""What must hold, the database holds: each rule is broken on purpose."""

from contextlib import contextmanager
from datetime import date, time

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from clinic.models import ClinicProfile, DailyCount, Holiday, OpeningHours, OutboxMessage, RateBucket
from requests.models import (
    AccessLog,
    Assignment,
    Draft,
    Flag,
    Inquiry,
    Message,
    Note,
    PhoneCall,
    StatusChange,
)
from requests.tokens import new_token, token_hash

from .builders import a_safety_text, a_user, an_inquiry

pytestmark = pytest.mark.django_db


@contextmanager
def refused(constraint: str):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("inquiry_known_status", {"status": "lost"}),
        ("inquiry_reference_has_no_look_alikes", {"reference": "O0I-L1Z"}),
        ("inquiry_has_a_name", {"first_name": "", "last_name": ""}),
        ("inquiry_can_be_answered", {"phone": "", "email": "", "contact_phone": ""}),
        ("inquiry_declined_with_a_reason", {"decline_reason": "not_offered"}),
    ],
)
def test_an_impossible_request_is_refused(constraint, changes):
    inquiry = an_inquiry()
    if "status" in changes:  # the trigger would speak first
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            Inquiry.objects.filter(pk=inquiry.pk).update(**changes)
        return

    with refused(constraint):
        Inquiry.objects.filter(pk=inquiry.pk).update(**changes)


def test_declined_without_a_reason_is_refused():
    inquiry = an_inquiry(status="in_triage")

    with refused("inquiry_declined_with_a_reason"):
        Inquiry.objects.filter(pk=inquiry.pk).update(status="declined")


def test_a_duplicate_without_the_other_request_is_refused():
    inquiry = an_inquiry(status="in_triage")

    with refused("inquiry_duplicate_names_the_other"):
        Inquiry.objects.filter(pk=inquiry.pk).update(status="duplicate")


def test_the_other_request_without_being_a_duplicate_is_refused():
    inquiry, other = an_inquiry(), an_inquiry()

    with refused("inquiry_duplicate_names_the_other"):
        Inquiry.objects.filter(pk=inquiry.pk).update(duplicate_of=other)


def test_a_duplicate_of_itself_is_refused():
    inquiry = an_inquiry(status="in_triage")

    with refused("inquiry_is_not_its_own_duplicate"):
        Inquiry.objects.filter(pk=inquiry.pk).update(status="duplicate", duplicate_of=inquiry)


def test_a_reference_a_token_and_a_draft_belong_to_one_request():
    first, second = an_inquiry(draft_id="00000000-0000-4000-8000-000000000001"), an_inquiry()
    for field in ("reference", "token_hash", "draft_id"):
        with refused(field):
            Inquiry.objects.filter(pk=second.pk).update(**{field: getattr(first, field)})


def test_a_request_starts_new():
    inquiry = an_inquiry()
    inquiry.pk, inquiry.reference, token = None, "777-777", new_token()
    inquiry.id = "00000000-0000-4000-8000-000000000002"
    inquiry.token, inquiry.token_hash = token, token_hash(token)
    inquiry.answers, inquiry.status, inquiry._state.adding = {}, "booked", True

    with pytest.raises(InternalError), transaction.atomic():
        inquiry.save(force_insert=True)


def records():
    inquiry, user = an_inquiry(), a_user("Triage nurse")
    text = {"inquiry": inquiry, "by": user, "text": "words"}
    return [
        StatusChange.objects.filter(inquiry=inquiry).get(),
        Assignment.objects.create(inquiry=inquiry, by=user, to=user),
        Note.objects.create(**text),
        Message.objects.create(**text),
        PhoneCall.objects.create(outcome="reached", **text),
        AccessLog.objects.create(by=user, inquiry=inquiry, what="view"),
    ]


def test_history_is_neither_changed_nor_deleted():
    for record in records():
        row = type(record).objects.filter(pk=record.pk)
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            row.update(at="2020-01-01T00:00Z")
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            row.delete()


def test_a_request_with_a_history_is_not_deleted():
    inquiry = an_inquiry()

    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM requests_inquiry WHERE id = %s", [inquiry.pk]
        )


def test_unknown_words_are_refused():
    inquiry, user = an_inquiry(), a_user("Triage nurse")
    flag = {"inquiry": inquiry, "rule": "x", "rule_version": 1, "words": "w", "answer": "a"}
    with refused("flag_known_severity"):
        Flag.objects.create(severity="mild", **flag)
    with refused("phone_call_known_outcome"):
        PhoneCall.objects.create(inquiry=inquiry, by=user, outcome="shouted", text="")
    with refused("status_change_known_status"):
        StatusChange.objects.create(inquiry=inquiry, new="lost")


def test_a_rule_flags_a_request_once():
    flag = {
        "inquiry": an_inquiry(),
        "rule": "x",
        "rule_version": 1,
        "severity": "note",
        "words": "w",
        "answer": "a",
    }
    Flag.objects.create(**flag)

    with refused("flag_once_a_rule"):
        Flag.objects.create(**flag)


def test_two_drafts_never_share_a_key():
    draft = {"key_hash": "k", "safety_text": a_safety_text()}
    Draft.objects.create(**draft)

    with refused("key_hash"):
        Draft.objects.create(**draft)


def test_the_clinic_is_one_row_with_a_sane_promise():
    with refused("clinic_profile_is_one_row"):
        ClinicProfile.objects.create(id=2, name="Second", phone="202-555-0100")
    with refused("clinic_profile_answers_within_1_to_30_days"):
        ClinicProfile.objects.create(name="Sample", phone="202-555-0100", answer_within_days=0)


def test_impossible_opening_hours_are_refused():
    with refused("opening_hours_close_after_open"):
        OpeningHours.objects.create(weekday=0, opens_at=time(9), closes_at=time(9))
    with refused("opening_hours_known_weekday"):
        OpeningHours.objects.create(weekday=7, opens_at=time(8), closes_at=time(9))
    OpeningHours.objects.create(weekday=0, opens_at=time(8), closes_at=time(9))
    with refused("opening_hours_once_a_start"):
        OpeningHours.objects.create(weekday=0, opens_at=time(8), closes_at=time(10))


def test_a_holiday_is_entered_once():
    Holiday.objects.create(on=date(2026, 12, 25), name="Christmas Day")

    with refused("holiday_on"):
        Holiday.objects.create(on=date(2026, 12, 25), name="Again")


def test_a_sent_mail_says_when_and_an_unsent_one_does_not():
    mail = {"kind": "news", "to": "a@example.com", "context": {}}
    with refused("outbox_known_state"):
        OutboxMessage.objects.create(state="lost", **mail)
    with refused("outbox_sent_has_time"):
        OutboxMessage.objects.create(state="sent", **mail)


def test_counters_are_one_row_each():
    day = {"name": "stop-page", "on": date(2026, 11, 22)}
    DailyCount.objects.create(**day)
    with refused("daily_count_is_one_row"):
        DailyCount.objects.create(**day)
    bucket = {"name": "send", "identity": "x", "starts_at": "2026-11-22T00:00Z"}
    RateBucket.objects.create(**bucket)
    with refused("rate_bucket_is_one_row"):
        RateBucket.objects.create(**bucket)
