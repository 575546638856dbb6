"""Home, notices, and what must work without the database."""

import re

import pytest
from django.db import connections
from django.test import Client

from clinic.languages import NOTICES
from clinic.models import ClinicProfile, OpeningHours
from tests import pages


def html(client, url):
    return client.get(url).content.decode()


def text(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


@pytest.fixture
def clinic(db):
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens_at="08:00", closes_at="17:00")
    return ClinicProfile.objects.create(
        name="Sample Clinic", phone="202-555-0111", address_lines="1 Sample Street\nSample Town, DC 20001"
    )


def test_home_says_how_to_reach_us(client, clinic):
    home = text(html(client, "/"))

    for words in ("202-555-0111", "Monday to Friday 8am to 5pm", "1 Sample Street Sample Town", "call 911"):
        assert words in home


def test_home_leads_to_pages_and_to_a_request(client, tmp_path, clinic):
    pages.a_published_page(tmp_path)

    links = re.findall(r'href="([^"#]+)"', html(client, "/"))

    assert {"/procedures/sample-block/", "/requests/new/", "/privacy/", "/language-help/"} <= set(links)


@pytest.mark.parametrize("url", ["/", "/procedures/", "/conditions/"])
def test_without_pages_a_list_says_so(client, db, url):
    assert "There is no page here yet. Call us with your question." in text(html(client, url))


def test_the_language_notice_is_marked_in_each_language(client, clinic):
    page = html(client, "/language-help/")

    found = re.findall(r'<dd lang="([^"]+)" dir="([^"]+)">(.*?)</dd>', page)

    assert [code for code, _, _ in found] == [notice.code for notice in NOTICES]
    assert len(found) == 15
    assert {code for code, direction, _ in found if direction == "rtl"} == {"ar", "fa"}
    assert all("202-555-0111" in words for _, _, words in found)
    assert "No qualified translator has checked them yet." in page


def test_privacy_tells_what_matters(client, db):
    page = text(html(client, "/privacy/"))

    for words in (
        "set no cookies",
        "24 hours",
        "encrypted",
        "Office for Civil Rights",
        "Notice of Privacy Practices",
    ):
        assert words in page


def test_the_accessibility_statement_names_aim_gaps_contact_and_date(client, db):
    page = text(html(client, "/accessibility/"))

    for words in ("WCAG 2.2, level AA", "What does not work yet", "202-555-0100", "November 22, 2026"):
        assert words in page


def test_robots_stay_out_of_requests_search_and_staff(client, db):
    assert html(client, "/robots.txt") == (
        "User-agent: *\nDisallow: /requests/\nDisallow: /search/\nDisallow: /staff/\n\n"
        "Sitemap: http://127.0.0.1:8000/sitemap.xml\n"
    )


@pytest.fixture
def no_database(django_db_blocker):
    """Every query meets a port on which nobody listens."""
    alive = connections["default"]
    dead = alive.copy()
    dead.settings_dict = {**alive.settings_dict, "HOST": "127.0.0.1", "PORT": "9"}
    connections["default"] = dead
    with django_db_blocker.unblock():
        yield
    connections["default"] = alive


def test_without_the_database_the_error_page_shows_the_emergency_words(no_database):
    response = Client(raise_request_exception=False).get("/procedures/")

    page = text(response.content.decode())
    assert response.status_code == 500
    assert "Something went wrong on our side" in page
    assert "Call 911" in page
    assert "202-555-0100" in page


@pytest.mark.parametrize("url", ["/privacy/", "/accessibility/", "/language-help/"])
def test_notices_show_without_the_database(no_database, url):
    response = Client().get(url)

    assert response.status_code == 200
    assert "202-555-0100" in response.content.decode()
