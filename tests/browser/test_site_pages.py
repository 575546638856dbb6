"""The reading pages in a real browser: first screen, ways through the page, bytes, paper."""

import re

import pytest

from .hands import is_focused

pytestmark = pytest.mark.usefixtures("real_pages")

PAGE = "/procedures/cluneal-nerve-block/"


def test_the_page_says_what_matters_on_the_first_screen_of_a_phone(visitor):
    page = visitor.page(width=390, height=844, javascript=False)
    page.goto(PAGE)

    for first in ("h1", ".banner", ".lead", ".facts dd >> nth=0"):
        box = page.locator(first).first.bounding_box()
        assert box["y"] + box["height"] <= 844, first


def test_the_way_through_the_page_moves_the_focus(visitor):
    page = visitor.page()
    page.goto(PAGE)

    page.get_by_role("navigation", name="On this page").get_by_role(
        "link", name="The block has risks"
    ).click()

    assert is_focused(page.locator("#risks"))


def test_a_citation_leads_to_its_reference_and_back(visitor):
    page = visitor.page(javascript=False)
    page.goto(PAGE)

    page.get_by_role("link", name="Reference 1", exact=True).first.click()
    assert page.url.endswith("#ref-1")

    page.get_by_role("link", name="Back to reference 1 in the text").click()
    assert page.url.endswith("#cite-1")


def test_the_page_prints_on_four_sheets_with_phone_and_review_date_on_each(visitor):
    page = visitor.page()
    page.goto(PAGE)

    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter", prefer_css_page_size=True))
    foot = page.locator(".print-foot").text_content()

    assert len(sheets) <= 4
    assert "202-555-0100" in foot
    assert "Not reviewed yet" in foot
