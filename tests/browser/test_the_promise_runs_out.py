"""Story: nobody answers in time, and everybody who must know is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import time_machine
from playwright.sync_api import Page

from clinic import calendar
from clinic.models import ClinicProfile, OutboxMessage
from requests import actions, late
from requests.models import Inquiry
from tests.browsing import Visitor, assert_accessible, no_foreign_requests
from tests.builders import a_user
from tests.intake import complete_draft

from .staff import signed_in

QUEUE = "/staff/requests/inquiry/"
STATISTICS = "/staff/requests/statistics/?first=2026-03-09&last=2026-03-15"


@contextmanager
def on(day: int, hour: int) -> Iterator[None]:
    """A day of March 2026, by the clinic's clock; the 9th is a Monday."""
    with time_machine.travel(datetime(2026, 3, day, hour, tzinfo=calendar.zone()), tick=True):
        yield


def test_the_promise_runs_out(visitor: Visitor) -> None:
    given_a_clinic_that_answers_within_two_days()
    with on(9, hour=10):
        inquiry = actions.submit(draft=complete_draft())
        then_the_patient_reads(visitor, inquiry, "We will answer by Wednesday, March 11.")

    with on(12, hour=9):
        when_the_worker_comes_by()
        when_the_worker_comes_by()

        then_the_patient_reads(
            visitor,
            inquiry,
            "We told you that we would answer by Wednesday, March 11. We are late."
            " Our new day is Monday, March 16.",
        )
        then_the_patient_can_call(visitor, inquiry)
        then_mails_are_written(("receipt", "rosa@example.com"), ("promise_moved", "rosa@example.com"))
        then_a_manager_is_told_of(inquiry)
        then_the_nurse_sees_it_late(visitor, inquiry)
        then_the_statistics_count_it(visitor)

    with on(12, hour=11):
        nurse = a_user("Triage nurse")
        actions.log_phone_call(
            Inquiry.objects.get(), by=nurse, outcome="reached", text="Spoke about a visit."
        )

        then_nothing_is_promised_any_more(visitor, inquiry)
        then_the_statistics_count_it(visitor)


def given_a_clinic_that_answers_within_two_days() -> None:
    ClinicProfile.objects.create(name="Sample Clinic", phone="202-555-0100", answer_within_days=2)
    a_user("Manager", username="morgan")


def when_the_worker_comes_by() -> None:
    late.tell_patients()
    late.tell_managers()


def the_patients_page(visitor: Visitor, inquiry: Inquiry) -> Page:
    page = visitor.page(width=390, height=844, javascript=False)
    page.goto(f"/requests/{inquiry.token}/")
    assert_accessible(page)
    no_foreign_requests(page)
    return page


def then_the_patient_can_call(visitor: Visitor, inquiry: Inquiry) -> None:
    panel = the_patients_page(visitor, inquiry).locator(".status-panel")
    assert panel.locator("a").get_attribute("href") == "tel:+12025550100"


def then_the_patient_reads(visitor: Visitor, inquiry: Inquiry, promise: str) -> None:
    page = the_patients_page(visitor, inquiry)
    assert page.locator(".status-panel .lead").inner_text() == promise


def then_nothing_is_promised_any_more(visitor: Visitor, inquiry: Inquiry) -> None:
    assert the_patients_page(visitor, inquiry).locator(".status-panel .lead").count() == 0


def then_mails_are_written(*expected: tuple[str, str]) -> None:
    mails = OutboxMessage.objects.exclude(kind="late").order_by("created_at")
    assert list(mails.values_list("kind", "to")) == list(expected)


def then_a_manager_is_told_of(inquiry: Inquiry) -> None:
    """Once, by reference and without a name."""
    mail = OutboxMessage.objects.get(kind="late")
    assert mail.to == "morgan@clinic.example"
    assert inquiry.reference in mail.context["references"]
    assert "Rosa" not in str(mail.context)


def then_the_nurse_sees_it_late(visitor: Visitor, inquiry: Inquiry) -> None:
    page = signed_in(visitor, "Triage nurse")
    page.goto(f"{QUEUE}?view=late")
    assert_accessible(page)
    row = page.locator(f"#r-{inquiry.pk}")
    assert row.locator(".due").inner_text() == "Late by 1 day, new day Mon, Mar 16"


def then_the_statistics_count_it(visitor: Visitor) -> None:
    page = signed_in(visitor, "Manager")
    page.goto(STATISTICS)
    assert_accessible(page)
    no_foreign_requests(page)
    figures = [figure.inner_text().split("\n") for figure in page.locator(".figures > div").all()]
    assert [figures[0], figures[2]] == [["Received", "1"], ["Late", "1"]]
