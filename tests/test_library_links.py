"""All public pages with the real content, walked once: valid HTML, and no link that leads nowhere."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from procedures import content

# The database is made for tests that are marked; only the walk reads it.
pytestmark = pytest.mark.django_db

PAGES = {path.stem: content.read_page(path) for path in sorted(content.FOLDER.glob("*.md"))}
ADDRESSES = {f"/{file.page.kind}s/{slug}/" for slug, file in PAGES.items()}
COLLECTED = {
    "/",
    "/procedures/",
    "/conditions/",
    "/conditions/how-they-differ/",
    "/emergency-signs/",
    "/glossary/",
}
# Made when they are asked for, or no page: that the address is known is enough.
NOT_WALKED = re.compile(
    r"^/(?:staff|static|requests|questions)/|\.(?:pdf|png|ico|svg|rss|xml|txt|webmanifest)$|^/search/\?"
)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker) -> dict[str, str]:
    """The HTML of every page that a reader can reach from the home page, by address."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_pages", verbosity=0)
        found = walk(Client(raise_request_exception=False))
        transaction.set_rollback(True)
    return found


def walk(client: Client) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        response = client.get(address)
        assert response.status_code == 200, f"{address} answers {response.status_code}"
        found[address] = response.content.decode()
        waiting += [link for link, _ in links(address, found[address]) if not NOT_WALKED.search(link)]
    return found


def links(address: str, markup: str) -> Iterator[tuple[str, str]]:
    """Address and anchor of each link within the site."""
    for target in re.findall(r'<(?:a|link)\b[^>]*?\bhref="([^"]*)"', markup):
        whole, anchor = urldefrag(urljoin(f"http://testserver{address}", target.replace("&amp;", "&")))
        parts = urlsplit(whole)
        if parts.scheme == "http" and parts.hostname in ("testserver", "127.0.0.1"):
            yield parts.path + (f"?{parts.query}" if parts.query else ""), anchor


def ids(markup: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', markup)


def test_every_page_is_reached_from_the_home_page(site):
    assert set(site) >= ADDRESSES | COLLECTED


def test_the_html_of_every_page_is_valid(site):
    faults = {}
    for address, markup in site.items():
        parser = html5lib.HTMLParser()
        parser.parse(markup)
        if parser.errors:
            faults[address] = parser.errors[:3]

    assert faults == {}


def test_no_id_stands_twice_on_a_page(site):
    assert {
        address: sorted({name for name in ids(markup) if ids(markup).count(name) > 1})
        for address, markup in site.items()
        if len(ids(markup)) != len(set(ids(markup)))
    } == {}


def test_every_anchor_of_every_link_is_there(site):
    missing = {
        (address, f"{target}#{anchor}")
        for address, markup in site.items()
        for target, anchor in links(address, markup)
        if anchor and target in site and anchor not in ids(site[target])
    }

    assert missing == set()


def test_every_address_that_is_not_walked_is_known(site):
    unknown = {
        target
        for address, markup in site.items()
        for target, _ in links(address, markup)
        if target not in site and not is_known(target)
    }

    assert unknown == set()


def is_known(target: str) -> bool:
    path = urlsplit(target).path
    if path.startswith("/static/"):
        return bool(finders.find(path.removeprefix("/static/")))
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def test_every_term_that_a_page_links_is_in_the_glossary(site):
    terms = set(ids(site["/glossary/"]))
    linked = {term for markup in site.values() for term in re.findall(r'href="/glossary/#([^"]+)"', markup)}

    assert len(linked) > 20
    assert linked - terms == set()


def test_related_pages_name_each_other():
    one_way = {
        (slug, other)
        for slug, file in PAGES.items()
        for other in file.related
        if slug not in PAGES[other].related
    }

    assert one_way == set()


@pytest.mark.parametrize("slug", PAGES)
def test_each_condition_leads_to_a_procedure_and_back(slug):
    file = PAGES[slug]
    kinds = {PAGES[other].page.kind for other in file.related}

    assert {"condition", "procedure"} - {file.page.kind} <= kinds


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_shows_its_related_pages_in_2_groups(site, slug):
    file = PAGES[slug]
    section = site[f"/{file.page.kind}s/{slug}/"].split('id="related"')[1].split("</section>")[0]
    groups = dict(re.findall(r"<h3>(\w+)</h3>\s*<ul>(.*?)</ul>", section, re.DOTALL))

    shown = {kind: sorted(re.findall(r'href="/\w+/([^/]+)/"', group)) for kind, group in groups.items()}

    assert shown == {
        heading: related
        for heading, kind in (("Conditions", "condition"), ("Procedures", "procedure"))
        if (related := sorted(other for other in file.related if PAGES[other].page.kind == kind))
    }


def test_every_condition_is_in_the_table_with_all_its_cells(site):
    body = site["/conditions/how-they-differ/"].split("<tbody>")[1].split("</tbody>")[0]
    rows = {
        re.findall(r'href="/conditions/([^/]+)/"', row)[0]: row for row in body.split("</tr>") if "<th" in row
    }

    assert set(rows) == {slug for slug, file in PAGES.items() if file.page.kind == "condition"}
    for slug, row in rows.items():
        cells = [
            re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        assert (slug, len(cells), all(cells)) == (slug, 6, True)


def test_conditions_lead_to_the_table(site):
    for slug, file in PAGES.items():
        if file.page.kind == "condition":
            assert 'href="/conditions/how-they-differ/"' in site[f"/conditions/{slug}/"], slug
