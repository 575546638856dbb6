"""What must hold about words to the patient, the database holds."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.utils import timezone

from requests import actions
from requests.models import Message, Sending, Settlement, Undo

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.fixture
def sending():
    nurse = a_user("Triage nurse")
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    actions.write_to_patient(inquiry, by=nurse, text="Hello", wait_for_answer=False)
    return Sending.objects.get()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("sending_known_verb", {"verb": "shout"}),
        ("sending_names_who", {"by": None}),
        ("sending_waits", {"shows_at": timezone.now() - timezone.timedelta(days=1)}),
    ],
)
def test_an_impossible_sending_is_refused(constraint, fields):
    usual = {"inquiry": an_inquiry(), "by": a_user("Triage nurse"), "verb": "write"}

    with refused(constraint), transaction.atomic():
        Sending.objects.create(**(usual | fields))


def test_a_sending_is_undone_once(sending):
    actions.undo(sending, by=sending.by)

    with refused("requests_undo_sending_id"), transaction.atomic():
        Undo.objects.create(inquiry=sending.inquiry, by=sending.by, sending=sending)


def test_a_sending_has_one_message(sending):
    with refused("requests_message_sending_id"), transaction.atomic():
        Message.objects.create(inquiry=sending.inquiry, by=sending.by, sending=sending, text="Again")


@pytest.mark.parametrize("fields", [{"is_clinical": False}, {"sending": True}])
def test_the_patients_words_are_clinical_and_wait_for_nobody(sending, fields):
    if "sending" in fields:
        inquiry = an_inquiry()
        fields = {"sending": Sending.objects.create(inquiry=inquiry, by=sending.by, verb="write")}

    with refused("message_of_the_patient_is_not_held"), transaction.atomic():
        Message.objects.create(inquiry=sending.inquiry, by=None, text="Hello", **fields)


def test_these_records_never_change(sending):
    actions.undo(sending, by=sending.by)
    Settlement.objects.create(inquiry=sending.inquiry, by=sending.by)

    for model in (Sending, Undo, Settlement):
        for change in (
            lambda model=model: model.objects.update(at=timezone.now()),
            model.objects.all().delete,
        ):
            with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
                change()
