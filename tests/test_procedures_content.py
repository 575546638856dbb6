"""The real pages: all checks hold, and what they render is right."""

import gzip
import re
from pathlib import Path

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from procedures import content, page, readability, reading
from procedures.models import Edition, Explainer

pytestmark = pytest.mark.django_db

SLUGS = sorted(path.stem for path in content.FOLDER.glob("*.md"))
BESIDE_THE_PAGE = ("fonts/atkinson-400.woff2", "fonts/atkinson-700.woff2", "print.css", "favicon.svg")


class Library:
    """What the real pages are and render to, by slug; the database is as before."""

    def __init__(self) -> None:
        call_command("load_pages", verbosity=0)
        explainers = {explainer.slug: explainer for explainer in Explainer.objects.all()}
        self.readings = {slug: reading.Reading(page.of(row)) for slug, row in explainers.items()}
        self.markup = {
            slug: Client().get(row.get_absolute_url()).content.decode() for slug, row in explainers.items()
        }
        self.editions = list(Edition.objects.order_by("pk").values_list("pk", "number"))
        call_command("load_pages", verbosity=0)
        self.editions_again = list(Edition.objects.order_by("pk").values_list("pk", "number"))


@pytest.fixture(scope="module")
def library(django_db_setup, django_db_blocker) -> Library:
    with django_db_blocker.unblock(), transaction.atomic():
        found = Library()
        transaction.set_rollback(True)
    return found


def test_six_procedures_and_six_conditions_are_there(library: Library):
    kinds = [read.page.kind for read in library.readings.values()]

    assert sorted(library.markup) == SLUGS
    assert (kinds.count("procedure"), kinds.count("condition")) == (6, 6)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_real_page_is_published_and_keeps_its_grades(library: Library, slug: str):
    read, markup = library.readings[slug], library.markup[slug]
    ids = re.findall(r'\bid="([^"]+)"', markup)

    html5lib.HTMLParser(strict=True).parse(markup)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', markup)) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^" ]+)', markup)) <= set(ids)
    assert not re.search(r"\{finding|\{\.own|\[@|<!--", markup)
    assert readability.grade(block.text for block in read.prose) <= 8
    for part in ("lead", "key facts", "safety text", *reading.EASY_SLOTS):
        assert readability.grade(block.text for block in read.in_part(part)) <= 6, part


@pytest.mark.parametrize("slug", SLUGS)
def test_every_citation_leads_to_a_reference_and_back(library: Library, slug: str):
    markup = library.markup[slug]
    cited = {int(number) for number in re.findall(r'href="#ref-(\d+)"', markup)}
    listed = [int(number) for number in re.findall(r'<li id="ref-(\d+)"', markup)]

    assert listed == list(range(1, len(cited) + 1))
    assert sorted(cited) == listed
    assert re.findall(r'href="#cite-(\d+)"', markup) == [str(number) for number in listed]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_is_light_on_a_slow_line(library: Library, slug: str):
    """With the style sheet in it, and with letters, print sheet and icon beside it (V10)."""
    html = len(gzip.compress(library.markup[slug].encode()))
    files = [Path(str(finders.find(f"clinic/{name}"))) for name in BESIDE_THE_PAGE]
    beside = sum(
        path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes()))
        for path in files
    )

    assert html <= 31_000
    assert html + beside <= 60_000


def test_loading_them_again_changes_nothing(library: Library):
    assert library.editions_again == library.editions
