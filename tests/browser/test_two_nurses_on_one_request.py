"""Story: two nurses open the same request; one takes it, the other is told and loses nothing."""

import pytest
from playwright.sync_api import Page

from clinic.models import User
from requests.models import Assignment, Inquiry, Message
from tests.browsing import Visitor, assert_accessible, no_foreign_requests
from tests.builders import a_user, an_inquiry

from .hands import press
from .staff import signed_in

QUEUE = "/staff/requests/inquiry/"
TYPED = "We can see you next week. Does Tuesday suit you?"


class Nurse:
    def __init__(self, visitor: Visitor, user: User, *, javascript: bool = True) -> None:
        self.user = user
        self.page: Page = signed_in(visitor, user, javascript=javascript)

    def when_i_open(self, inquiry: Inquiry, verb: str = "") -> None:
        self.page.goto(f"{QUEUE}{inquiry.pk}/{verb}")

    def when_i_press(self, button: str) -> int:
        return press(self.page, button)

    def then_i_see_that(self, who: str) -> None:
        assert self.page.get_by_text(f"{who} is looking at this now").first.is_visible()
        self.then_the_page_is_fine()

    def then_the_page_is_fine(self) -> None:
        assert_accessible(self.page)
        no_foreign_requests(self.page)


@pytest.fixture
def inquiry(visitor: Visitor) -> Inquiry:
    return an_inquiry()


@pytest.mark.parametrize("javascript", [True, False])
def test_two_nurses_on_one_request(visitor: Visitor, inquiry: Inquiry, javascript: bool) -> None:
    nora = Nurse(visitor, a_user("Triage nurse", first_name="Nora", last_name="Nurse"), javascript=javascript)
    ana = Nurse(visitor, a_user("Triage nurse", first_name="Ana", last_name="Sample"), javascript=javascript)
    nora.when_i_open(inquiry)
    ana.when_i_open(inquiry)
    ana.then_i_see_that("Nora Nurse")
    nora.when_i_open(inquiry)
    nora.then_i_see_that("Ana Sample")
    ana.when_i_open(inquiry, "write/")
    ana.page.get_by_label("Message", exact=True).fill(TYPED)

    assert nora.when_i_press("Take") == 200
    assert ana.when_i_press("See what the patient will see") == 409

    assert ana.page.locator("h1").inner_text() == "The request changed since you opened it"
    assert ana.page.locator(".timeline h3").all_inner_texts() == ["Taken"]
    ana.then_the_page_is_fine()
    assert ana.page.get_by_label("Message", exact=True).input_value() == TYPED
    assert Message.objects.count() == 0
    assert list(Assignment.objects.values_list("by", "to")) == [(nora.user.pk, nora.user.pk)]
