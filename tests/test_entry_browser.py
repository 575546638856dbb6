"""A call in a real browser: with and without scripts, the stop, and two requests side by side."""

import pytest

from requests.models import Inquiry

from .browser.hands import follow, is_focused, press
from .browser.staff import signed_in
from .browsing import assert_accessible
from .builders import a_safety_text, a_user, an_inquiry

pytestmark = pytest.mark.browser
NEW = "/staff/requests/inquiry/new/"


@pytest.fixture
def reception(live_site):
    a_safety_text()
    return a_user("Reception")


def test_without_scripts_every_question_stands_there_and_says_when_it_is_asked(visitor, reception):
    page = signed_in(visitor, reception, javascript=False)
    page.goto(NEW)

    assert page.locator("#insurer").is_visible()
    assert page.locator("#insurer .only-if").inner_text() == "Only if they use health insurance."
    assert_accessible(page)


def test_with_scripts_a_question_that_is_not_asked_is_out_of_the_way(visitor, reception):
    page = signed_in(visitor, reception)
    page.goto(NEW)

    assert is_focused(page.locator("#emergency-signs"))
    assert not page.locator("#insurer").is_visible()
    page.locator("[name=insurance][value=yes]").check()
    page.locator("[name=insurer]").fill("Sample Mutual")
    page.locator("[name=insurance][value=no]").check()
    assert page.locator("#insurer").is_visible(), "what was typed stays in sight"
    page.locator("[name=insurer]").fill("")
    page.locator("[name=insurance][value=not_sure]").check()
    assert not page.locator("#insurer").is_visible()
    page.locator("[name=pain_areas][value=none]").check()
    assert not page.locator("#pain-side").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_stop_says_what_to_say_and_leads_back_with_what_was_typed(visitor, reception, width):
    page = signed_in(visitor, reception, javascript=False)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(NEW)
    page.locator("[name=emergency][value=saddle]").check()
    page.locator("[name=first_name]").fill("Bruno")

    press(page, "Check these signs and go on")

    assert page.locator("h1").inner_text() == "Stop. Say this to the caller now"
    assert_accessible(page)
    press(page, "It was a mistake: read the signs again")
    assert page.locator("[name=first_name]").input_value() == "Bruno"
    assert not page.locator("[name=emergency][value=saddle]").is_checked()
    assert Inquiry.objects.count() == 0


def test_the_browser_s_back_from_the_stop_loses_nothing(visitor, reception):
    page = signed_in(visitor, reception)
    page.goto(NEW)
    key = page.locator("[name=key]").input_value()
    page.locator("[name=first_name]").fill("Bruno")
    page.locator("[name=emergency][value=bladder]").check()
    press(page, "Check these signs and go on")

    page.go_back()

    assert page.locator("[name=first_name]").input_value() == "Bruno"
    assert page.locator("[name=key]").input_value() == key
    assert page.get_by_text("The caller changed an answer.").is_visible()
    page.goto(NEW)
    assert page.locator("[name=first_name]").input_value() == "", "the next call begins empty"
    assert page.locator("[name=key]").input_value() != key


@pytest.mark.parametrize("width", [390, 1280])
def test_two_requests_are_compared_and_joined(visitor, live_site, width):
    older, newer = an_inquiry(), an_inquiry(last_name="Exampel")
    page = signed_in(visitor, a_user("Triage nurse"), javascript=False)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/staff/requests/inquiry/{newer.pk}/")
    assert_accessible(page)
    follow(page, f"Compare and join {older.reference}")

    assert page.locator(".pairs .differs th").first.inner_text().split() == ["Name", "differs"]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert_accessible(page)
    press(page, "Mark as a duplicate")
    page.goto(f"/staff/requests/inquiry/{older.pk}/")
    assert page.get_by_role("heading", name=f"From {newer.reference}, joined on").is_visible()
    assert_accessible(page)
