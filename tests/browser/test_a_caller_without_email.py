"""Story: somebody without e-mail calls; reception asks the same questions and hands out the same page."""

import pytest
from playwright.sync_api import Page

from clinic.models import OutboxMessage
from requests.models import Inquiry
from tests.browsing import Visitor, assert_accessible, no_foreign_requests
from tests.builders import a_safety_text, a_user

from .hands import press
from .staff import signed_in

NEW = "/staff/requests/inquiry/new/"
# Field by field, as it stands on the page.
CHECKED = (
    ("emergency", "none"), ("urgent", "none"), ("for_whom", "me"), ("been_before", "no"),
    ("topic", "cluneal_nerve_block"), ("pain_areas", "top_of_buttock"), ("pain_side", "left"),
    ("pain_duration", "3_to_12_months"), ("blood_thinners", "no"), ("pregnant", "does_not_apply"),
    ("infection", "no"), ("diabetes", "no"), ("reaction", "no"), ("channel", "phone"),
    ("voicemail", "name_only"), ("text_reminders", "no"), ("visit_days", "mon"), ("visit_times", "morning"), ("help_needs", "none"), ("language", "en"),
    ("insurance", "no"), ("injury", "no"), ("referral", "no"),
)  # fmt: skip
WRITTEN = {
    "peg_pain": "7",
    "peg_enjoyment": "8",
    "peg_activity": "6",
    "first_name": "Gale",
    "last_name": "Example",
    "phone": "202 555 0147",
}
BORN = {"month": "5", "day": "4", "year": "1950"}


@pytest.fixture
def desk(visitor: Visitor) -> Page:
    a_safety_text()
    return signed_in(visitor, a_user("Reception", first_name="Ana", last_name="Sample"))


def then_it_is_fine(page: Page) -> None:
    assert_accessible(page)
    no_foreign_requests(page)


def test_a_caller_without_email(visitor: Visitor, desk: Page) -> None:
    desk.goto(NEW)
    then_it_is_fine(desk)
    when_i_ask_the_questions(desk)
    desk.locator("input[name=phone]").fill("12")
    assert press(desk, "Save the request") == 422
    then_i_am_told_and_nothing_is_lost(desk)
    desk.locator("input[name=phone]").fill(WRITTEN["phone"])

    status = press(desk, "Save the request")
    assert (status, desk.locator(".error-summary li").all_inner_texts()) == (200, [])

    inquiry = Inquiry.objects.get()
    assert (inquiry.source, str(inquiry.entered_by), inquiry.email) == ("phone", "Ana Sample", "")
    assert OutboxMessage.objects.count() == 0
    address = then_the_slip_can_be_read_out(desk, inquiry)
    then_the_caller_opens_the_same_page(visitor, address, inquiry)
    then_the_nurse_sees_who_entered_it(visitor, inquiry)


def when_i_ask_the_questions(desk: Page) -> None:
    for name, value in CHECKED:
        desk.locator(f"input[name={name}][value='{value}']").check()
    for name, words in WRITTEN.items():
        answer(desk, name, words)
    for part, number in BORN.items():
        desk.locator(f"[name=date_of_birth_{part}]").fill(number)


def answer(desk: Page, name: str, words: str) -> None:
    field = desk.locator(f"[name={name}]")
    if field.count() > 1:
        desk.locator(f"[name={name}][value='{words}']").check()
    else:
        field.fill(words)


def then_i_am_told_and_nothing_is_lost(desk: Page) -> None:
    assert desk.title().startswith("Error: ")
    assert Inquiry.objects.count() == 0
    then_it_is_fine(desk)
    for name, value in CHECKED:
        assert desk.locator(f"input[name={name}][value='{value}']").is_checked()
    assert desk.locator("[name=first_name]").input_value() == "Gale"


def then_the_slip_can_be_read_out(desk: Page, inquiry: Inquiry) -> str:
    then_it_is_fine(desk)
    slip = desk.locator(".slip")
    assert slip.locator(".reference").inner_text() == inquiry.reference
    assert slip.get_by_role("img", name="Square code").first.is_visible()
    return slip.locator(".slip-link").inner_text().strip()


def then_the_caller_opens_the_same_page(visitor: Visitor, address: str, inquiry: Inquiry) -> None:
    page = visitor.page(width=390, height=844, javascript=False)
    page.goto("/" + address.split("/", 3)[3])
    assert page.locator("h1").inner_text() == "Your request"
    assert page.locator(".reference").inner_text() == inquiry.reference
    assert page.get_by_text("You gave us no email address").is_visible()
    then_it_is_fine(page)


def then_the_nurse_sees_who_entered_it(visitor: Visitor, inquiry: Inquiry) -> None:
    page = signed_in(visitor, "Triage nurse")
    page.goto(f"/staff/requests/inquiry/{inquiry.pk}/")
    assert page.get_by_text("By phone, entered by Ana Sample").first.is_visible()
    then_it_is_fine(page)
