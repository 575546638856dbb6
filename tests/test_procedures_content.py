"""The real pages: all checks hold, and what they render is right."""

import re

import html5lib
import pytest
from django.core.management import call_command

from procedures import content, page, readability, reading
from procedures.models import Explainer

pytestmark = pytest.mark.django_db

SLUGS = sorted(path.stem for path in content.FOLDER.glob("*.md"))


@pytest.fixture
def explainer(request):
    call_command("load_pages", verbosity=0)
    return Explainer.objects.get(slug=request.param)


def test_the_first_two_pages_are_there():
    assert {"cluneal-nerve-block", "cluneal-neuralgia"} <= set(SLUGS)


@pytest.mark.parametrize("explainer", SLUGS, indirect=True)
def test_a_real_page_is_published_and_keeps_its_grades(client, explainer):
    read = reading.Reading(page.of(explainer))
    markup = client.get(explainer.get_absolute_url()).content.decode()
    ids = re.findall(r'\bid="([^"]+)"', markup)

    html5lib.HTMLParser(strict=True).parse(markup)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', markup)) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^" ]+)', markup)) <= set(ids)
    assert not re.search(r"\{finding|\{\.own|\[@|<!--", markup)
    assert readability.grade(block.text for block in read.prose) <= 8
    for part in ("lead", "key facts", "safety text", *reading.EASY_SLOTS):
        assert readability.grade(block.text for block in read.in_part(part)) <= 6, part


@pytest.mark.parametrize("explainer", SLUGS, indirect=True)
def test_every_citation_leads_to_a_reference_and_back(client, explainer):
    markup = client.get(explainer.get_absolute_url()).content.decode()
    cited = {int(number) for number in re.findall(r'href="#ref-(\d+)"', markup)}
    listed = [int(number) for number in re.findall(r'<li id="ref-(\d+)"', markup)]

    assert listed == list(range(1, len(cited) + 1))
    assert sorted(cited) == listed
    assert re.findall(r'href="#cite-(\d+)"', markup) == [str(number) for number in listed]


@pytest.mark.parametrize("explainer", SLUGS, indirect=True)
def test_loading_it_again_changes_nothing(explainer):
    before = explainer.editions.get()

    call_command("load_pages", verbosity=0)

    assert explainer.editions.get() == before
