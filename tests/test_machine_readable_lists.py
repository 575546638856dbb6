"""The feed of changes and the site map."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest

from procedures import publishing
from procedures.models import Edition, Explainer
from tests import pages
from tests.test_procedures_pages import review

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
URL = f"{SITE}/procedures/sample-block/"
ATOM = "{http://www.w3.org/2005/Atom}link"


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


def parsed(response):
    return ElementTree.fromstring(response.content)  # noqa: S314 # our own answer


def channel(client):
    root = parsed(client.get("/changes.rss"))
    assert (root.tag, root.attrib["version"]) == ("rss", "2.0")
    return root.find("channel")


def items(client):
    return channel(client).findall("item")


def republish(explainer, note):
    explainer.sections.filter(slot="cost").update(
        body=f"It costs {explainer.editions.count()} dollars. {{.own}}"
    )
    return publishing.publish(explainer, change_note=note)


def test_the_feed_says_what_it_is(client, explainer):
    found = channel(client)

    assert client.get("/changes.rss")["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert found.findtext("title") == "Changes to the pages of Sample Spine & Nerve Clinic"
    assert found.findtext("link") == f"{SITE}/"
    assert found.find(ATOM).attrib == {"href": f"{SITE}/changes.rss", "rel": "self"}


def test_each_publication_is_told_with_what_changed_the_newest_first(client, explainer):
    edition = republish(explainer, "New price.")
    newest, first = items(client)

    assert [part.findtext("description") for part in (newest, first)] == ["New price.", "First version."]
    assert newest.findtext("title") == "Sample injection for a sore knee (Sample block)"
    assert newest.findtext("link") == URL
    assert newest.findtext("guid") == f"{URL}#edition-2"
    assert newest.find("guid").attrib == {"isPermaLink": "false"}
    assert parsedate_to_datetime(newest.findtext("pubDate")) == edition.published_at.replace(microsecond=0)


def test_the_feed_tells_only_what_readers_may_see(client, explainer, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True
    assert items(client) == []

    review(Edition.objects.get())
    republish(explainer, "Not reviewed yet.")
    assert [item.findtext("description") for item in items(client)] == ["First version."]

    Explainer.objects.update(is_withdrawn=True)
    assert items(client) == []


def test_the_feed_costs_the_same_with_more_editions(client, explainer, django_assert_num_queries):
    with django_assert_num_queries(2):
        items(client)
    republish(explainer, "Second.")
    republish(explainer, "Third.")

    with django_assert_num_queries(2):
        assert len(items(client)) == 3


def test_an_unchanged_feed_is_not_sent_again(client, explainer):
    first = client.get("/changes.rss")
    dated = {"if-modified-since": first["Last-Modified"]}

    assert not first.cookies
    assert first["Cache-Control"] == "public, no-cache"
    assert client.get("/changes.rss", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/changes.rss", headers=dated).status_code == 304

    republish(explainer, "New price.")

    assert client.get("/changes.rss", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_words_in_the_feed_stay_words(client, explainer):
    republish(explainer, "Less than <b>5</b> & more.")

    assert items(client)[0].findtext("description") == "Less than <b>5</b> & more."


def test_the_footer_leads_to_the_feed(client, explainer):
    assert '<a href="/changes.rss">Changes to our pages (RSS)</a>' in client.get("/").content.decode()


def entries(client):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    root = parsed(response)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return {
        url.findtext("s:loc", namespaces=space).removeprefix(SITE): url.findtext(
            "s:lastmod", namespaces=space
        )
        for url in root.findall("s:url", space)
    }


def test_the_sitemap_lists_every_public_page_with_its_day(client, explainer):
    Edition.objects.create(
        explainer=Explainer.objects.create(slug="sore", kind="condition", plain_name="Sore"),
        number=1,
        plain_name="Sore",
        # Still the day before in the clinic's zone.
        published_at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
    )
    day = entries(client)["/procedures/sample-block/"]
    signs = entries(client)["/emergency-signs/"]

    assert entries(client) == {
        "/": day,
        "/procedures/": day,
        "/conditions/": "2026-03-01",
        "/conditions/how-they-differ/": "2026-03-01",
        "/emergency-signs/": signs,
        "/glossary/": None,
        "/pain-diary/": None,
        "/accessibility/": None,
        "/privacy/": None,
        "/language-help/": None,
        "/conditions/sore/": "2026-03-01",
        "/procedures/sample-block/": day,
        "/procedures/sample-block/checklist/": day,
    }
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", found) for found in (day, signs))


def test_every_address_of_the_sitemap_can_be_opened_and_may_be_found(client, explainer):
    for address in entries(client):
        response = client.get(address)
        page = response.content.decode()

        assert (address, response.status_code) == (address, 200)
        assert (address, "noindex" in page) == (address, False)
        assert (address, page.count(f'<link rel="canonical" href="{SITE}{address}">')) == (address, 1)


def test_a_withdrawn_page_is_not_on_the_sitemap(client, explainer):
    Explainer.objects.update(is_withdrawn=True)

    assert [address for address in entries(client) if "sample-block" in address] == []
