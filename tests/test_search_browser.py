"""The search in a real browser: by keyboard, without scripts, in both themes, for everybody."""

import re

import pytest
from django.core.management import call_command

from tests.browser.hands import follow
from tests.browsing import assert_accessible, no_foreign_requests
from tests.pages import a_folder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATES = {
    "empty": "/search/",
    "results": "/search/?q=injection",
    "mended": "/search/?q=injecton",
    "nothing": "/search/?q=kneecap",
    "emergency": "/search/?q=knee+and+cannot+pee",
}


@pytest.fixture(autouse=True)
def a_page(tmp_path):
    call_command("load_pages", folder=a_folder(tmp_path), verbosity=0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_is_accessible_and_fits(visitor, width, theme):
    page = visitor.page(width=width, color_scheme=theme)
    for address in STATES.values():
        page.goto(address)

        assert_accessible(page)
        no_foreign_requests(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_patient_finds_a_passage_from_home_with_the_keyboard(visitor):
    page = visitor.page(width=390, javascript=False)
    page.goto("/")

    page.get_by_label("Search for a pain or a procedure").fill("bruise")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, "Go to: More common risks")

    assert page.url.endswith("/procedures/sample-block/#risks-common")
    assert page.get_by_role("heading", name="More common risks").is_visible()


def test_an_empty_box_is_not_printed(visitor):
    page = visitor.page()
    page.emulate_media(media="print")

    printed = {}
    for address in ("/", "/search/", "/search/?q=injection"):
        page.goto(address)
        printed[address] = page.get_by_label(re.compile("Search for|looking for")).is_visible()

    assert printed == {"/": False, "/search/": False, "/search/?q=injection": True}


def test_what_is_pressed_is_big_enough(visitor):
    page = visitor.page(width=390)
    page.goto("/search/?q=injection")
    search = page.get_by_role("search")

    sizes = [
        search.get_by_role("searchbox").bounding_box(),
        search.get_by_role("button", name="Search").bounding_box(),
    ]

    assert [box["height"] >= 44 for box in sizes] == [True, True]


@pytest.mark.parametrize("width", [320, 360, 390])
def test_the_menu_stays_on_one_line(visitor, width):
    page = visitor.page(width=width)
    page.goto("/")

    tops = {
        link.bounding_box()["y"]
        for link in page.get_by_role("navigation", name="Main").get_by_role("link").all()
    }

    assert len(tops) == 1
