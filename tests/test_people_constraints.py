"""What the database holds about decisions on two requests, and about calls."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from clinic.calendar import local_today
from requests.models import Comparison, Inquiry

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db


@contextmanager
def refused(constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


def a_decision(**fields):
    defaults = {
        "inquiry": an_inquiry(),
        "other": an_inquiry(),
        "by": a_user("Reception"),
        "what": "different",
    }
    return Comparison.objects.create(**(defaults | fields))


def test_an_unknown_decision_is_refused():
    with refused("comparison_known_decision"):
        a_decision(what="maybe")


def test_a_request_is_compared_with_another_one():
    inquiry = an_inquiry()

    with refused("comparison_of_two_requests"):
        a_decision(inquiry=inquiry, other=inquiry)


def test_two_people_are_told_apart_once():
    first = a_decision()

    with refused("comparison_different_once"):
        a_decision(inquiry=first.inquiry, other=first.other)


def test_two_requests_may_be_joined_and_split_again_and_again():
    first = a_decision(what="goes_on")
    for what in ("split", "goes_on", "split"):
        a_decision(inquiry=first.inquiry, other=first.other, what=what)

    assert Comparison.objects.count() == 4


@pytest.mark.parametrize(
    "fields",
    [{"urgency_before": 0}, {"urgency_before": 0, "urgency_after": 1}, {"answer_by_after": "2026-01-01"}],
)
def test_before_and_after_are_kept_together(fields):
    with refused("comparison_before_and_after"):
        a_decision(what="goes_on", **fields)


def test_before_and_after_together_are_kept():
    today = local_today()

    a_decision(
        what="goes_on", urgency_before=0, urgency_after=1, answer_by_before=today, answer_by_after=today
    )


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_decision_never_changes(change):
    decision = Comparison.objects.filter(pk=a_decision().pk)

    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        decision.update(what="split") if change == "update" else decision._raw_delete("default")


@pytest.mark.parametrize("source", ["web", "phone"])
def test_a_call_names_who_entered_it_and_nothing_else_does(source):
    inquiry = an_inquiry()
    by = a_user("Reception") if source == "web" else None

    with refused("inquiry_by_phone_names_who_entered_it"):
        Inquiry.objects.filter(pk=inquiry.pk).update(source=source, entered_by=by)


def test_an_unknown_source_is_refused():
    inquiry = an_inquiry()

    with refused("inquiry_by_phone_names_who_entered_it"):
        Inquiry.objects.filter(pk=inquiry.pk).update(source="fax", entered_by=a_user("Reception"))
