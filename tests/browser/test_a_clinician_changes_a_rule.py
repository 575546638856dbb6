"""Story: a clinician makes a rule stricter without a script, sees whom that would have caught, and puts it live."""

import pytest
from playwright.sync_api import Page

from requests import safety
from requests.models import Inquiry, RuleVersion
from tests.browsing import Visitor, assert_accessible, no_foreign_requests
from tests.builders import a_user, an_inquiry
from tests.rules import first_rules

from .hands import follow, press
from .staff import signed_in

RULES = "/staff/requests/rules/"
STRONG_PAIN = {"peg_pain": 9, "diabetes": "no"}


@pytest.fixture
def strong_pain(visitor: Visitor) -> Inquiry:
    first_rules()
    return an_inquiry(answers=STRONG_PAIN)


def fine(page: Page) -> None:
    assert_accessible(page)
    no_foreign_requests(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def press_and_look(page: Page, button: str) -> None:
    press(page, button)
    fine(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_clinician_changes_a_rule(visitor: Visitor, strong_pain: Inquiry, width: int) -> None:
    clinician = a_user("Clinician", first_name="Cleo", last_name="Sample", credential="MD")
    page = signed_in(visitor, clinician, javascript=False, width=width)

    page.goto(RULES)
    fine(page)
    follow(page, "Diabetes")
    fine(page)
    follow(page, "Write a new version")
    page.get_by_label("Why you write this version").fill("Strong pain needs a look before booking, too")
    page.get_by_label("Add a line about").select_option("Pain on average, past week")
    press_and_look(page, "Add the line")
    page.get_by_label("At least one line").check()
    page.get_by_label("Number", exact=True).select_option("8")
    press_and_look(page, "Add a sample")
    page.locator("#s3").get_by_label("Pain on average, past week").select_option("9")
    press_and_look(page, "Try the samples")
    assert page.get_by_text("Select whether the rule should be raised").first.is_visible()
    page.locator("#s3").get_by_label("Yes, it should be raised").check()
    press_and_look(page, "Try the samples")
    assert page.locator(".rule-result .tag").all_inner_texts() == ["Right"] * 4
    press_and_look(page, "Save as a draft")
    assert safety.flags_for(STRONG_PAIN) == []

    follow(page, "Replay over past requests")
    fine(page)
    assert page.get_by_role("link", name=strong_pain.reference).is_visible()
    page.go_back()
    follow(page, "Put live")
    fine(page)
    assert page.get_by_text("Pain on average, past week: 9 out of 10").first.is_visible()
    press_and_look(page, "Put live")

    live = RuleVersion.objects.get(rule__slug="diabetes", state="live")
    assert (live.number, live.live_by) == (2, clinician)
    assert [flag.rule for flag in safety.flags_for(STRONG_PAIN)] == ["diabetes"]
    assert not strong_pain.flags.exists()
