"""Plain files for the web server in front, with the emergency words in them (R5)."""

import re

import html5lib
import pytest
from django.core.management import call_command

from clinic.models import ClinicProfile
from procedures import safety_text

pytestmark = pytest.mark.django_db

NAMES = ["500.html", "stop.html"]
EACH = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "new" / "away"
    call_command("write_static_pages", folder, verbosity=0)
    return folder


def words(element):
    return " ".join("".join(element.itertext()).split())


def test_it_writes_two_files_and_leaves_nothing_else(folder):
    assert sorted(path.name for path in folder.iterdir()) == NAMES


def test_writing_again_replaces_them(folder):
    (folder / "stop.html").write_text("old")

    call_command("write_static_pages", folder, verbosity=0)

    assert "Get emergency care now" in (folder / "stop.html").read_text()


@EACH
def test_a_file_needs_nothing_from_the_app(folder, name):
    page = (folder / name).read_text()

    assert not re.search(r"<link|<script|<img|\ssrc=|url\(|@import|@font-face", page)
    assert page.count("<style>") == 1
    assert 'href="tel:911"' in page
    html5lib.HTMLParser(strict=True).parse(page)


def test_the_stop_page_says_all_that_the_safety_text_advises(folder):
    page = html5lib.parse((folder / "stop.html").read_text(), namespaceHTMLElements=False)
    card = page.find(".//section")

    assert [words(line) for line in card.iter("li")] == safety_text.current().emergency["advice"]
    assert ClinicProfile.load().phone in words(page)
