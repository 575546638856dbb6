"""The public pages: what they show, to whom, at what cost, and that they leave no trace."""

import re
from datetime import date, timedelta

import html5lib
import pytest
from django.core.management import call_command
from django.urls import reverse

from clinic.calendar import local_today
from clinic.models import ClinicProfile
from procedures import publishing
from procedures.models import Edition, Explainer, Review
from tests import pages
from tests.builders import PASSWORD, a_user

pytestmark = pytest.mark.django_db

URL = "/procedures/sample-block/"
BANNER = "Sample text. No clinician has reviewed it yet."


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


def html(client, url=URL):
    return client.get(url).content.decode()


def text(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def review(edition, **days):
    today = local_today()
    days = {"reviewed_on": today, "next_due": today + timedelta(days=365)} | days
    return Review.objects.create(
        edition=edition,
        reviewer=a_user("Clinician"),
        reviewer_name="Ada Sample",
        credential="MD",
        **days,
    )


def test_the_page_stands_in_its_order(client, explainer):
    page = html(client)
    marks = [
        'class="breadcrumb"', "<h1>", 'class="banner"', 'class="lead"', 'class="facts"', 'id="emergency"',
        'id="urgent"', 'id="toc"', 'id="who"', 'id="anatomy"', 'id="how-well"', 'id="risks"',
        'id="alternatives"', 'id="tell-us"', 'id="prepare"', 'id="steps"', 'id="afterwards"', 'id="next"',
        'id="when-to-call"', 'id="cost"', 'id="questions"', 'id="ask"', 'id="about-page"', 'id="references"',
        'id="formats"',
    ]  # fmt: skip

    places = [page.find(mark) for mark in marks]

    assert -1 not in places
    assert places == sorted(places)


def test_the_head_names_the_page(client, explainer):
    head = html(client).split("</head>")[0]

    assert re.findall(r"<title>(.*?)</title>", head) == [
        "Sample injection for a sore knee (Sample block) \u2013 Sample Spine &amp; Nerve Clinic"
    ]
    assert (
        '<meta name="description" content="What a sample block is, what it does, and what its risks are.">'
        in head
    )
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{URL}">' in head


def test_the_request_button_carries_only_the_code_of_the_edition(client, explainer):
    links = set(re.findall(r'href="(/requests/new/\?[^"]*)"', html(client)))

    assert links == {f"/requests/new/?from={explainer.current_edition.code}"}


def test_an_unreviewed_page_says_so(client, explainer):
    page = text(html(client))

    assert BANNER in page
    assert "Last reviewed Not reviewed yet Next review due After the first review" in page


def test_a_review_removes_the_banner(client, explainer):
    review(
        explainer.current_edition, reviewed_on=date(2026, 3, 1), next_due=local_today() + timedelta(days=1)
    )
    due = local_today() + timedelta(days=1)

    page = text(html(client))

    assert BANNER not in page
    assert "Reviewed by Ada Sample, MD Last reviewed March 1, 2026" in page
    assert f"Next review due {due:%B} {due.day}, {due.year}" in page


def test_a_review_that_is_overdue_is_told(client, explainer):
    review(explainer.current_edition, reviewed_on=date(2024, 3, 1), next_due=date(2025, 3, 1))

    assert "This page\u2019s review was due on March 1, 2025." in text(html(client))


def test_the_end_of_the_page_says_who_stands_for_it(client, explainer):
    page = text(html(client))

    assert "Written by Clinic editorial team (sample)" in page
    assert "What changed First version." in page
    assert "Who pays Sample Spine &amp; Nerve Clinic pays for this page" in page


def test_the_phone_number_is_todays(client, explainer):
    before = html(client).count("202-555-0100")
    ClinicProfile.objects.create(name="Other Clinic", phone="202-555-0111")

    after = html(client)

    assert (after.count("202-555-0100"), after.count("202-555-0111")) == (0, before)
    assert "<!--" not in after


def test_related_pages_are_those_that_readers_can_open(client, explainer):
    for slug, name in (("open", "Open page"), ("closed", "Closed page")):
        other = Explainer.objects.create(slug=slug, kind="condition", plain_name=name)
        Edition.objects.create(explainer=other, number=1, plain_name=name)
        explainer.related.add(other)
    Explainer.objects.filter(slug="closed").update(is_withdrawn=True)

    links = re.findall(r'<a href="(/conditions/[^"]+)">([^<]+)', html(client))

    assert links == [("/conditions/open/", "Open page")]


@pytest.mark.parametrize("url", ["/procedures/nothing/", "/conditions/sample-block/", "/procedures/draft/"])
def test_what_is_not_published_is_not_there(client, explainer, url):
    Explainer.objects.create(slug="draft", kind="procedure")

    assert client.get(url).status_code == 404


def test_a_withdrawn_page_is_gone_everywhere(client, explainer):
    Explainer.objects.update(is_withdrawn=True)

    assert client.get(URL).status_code == 410
    for url in ("/", "/procedures/", "/sitemap.xml"):
        assert URL not in html(client, url)


@pytest.mark.parametrize("url", [URL, f"{URL}checklist/", f"{URL}leaflet.pdf"])
def test_a_withdrawn_page_says_that_it_was_taken_back(client, explainer, url):
    Explainer.objects.update(is_withdrawn=True)

    response = client.get(url)
    page = text(response.content.decode())

    assert response.status_code == 410
    assert "The page was: Sample injection for a sore knee." in page
    assert "do not rely on a copy or a leaflet of it" in page
    assert 'href="/emergency-signs/"' in response.content.decode()
    assert not response.cookies
    assert response["Cache-Control"] == "public, no-cache"


def test_a_link_in_a_text_to_a_withdrawn_page_leads_to_what_became_of_it(client, explainer):
    other = Explainer.objects.create(slug="open", kind="condition", plain_name="Open page")
    Edition.objects.create(
        explainer=other, number=1, plain_name="Open page", html=f'<a href="{URL}">This</a>'
    )
    Explainer.objects.filter(slug="sample-block").update(is_withdrawn=True)

    assert f'<a href="{URL}">This</a>' in html(client, "/conditions/open/")
    assert "We took this page back" in client.get(URL).content.decode()


def test_only_what_readers_could_open_was_taken_back(client, explainer, settings):
    Explainer.objects.create(slug="draft", kind="procedure", is_withdrawn=True)
    Explainer.objects.update(is_withdrawn=True)
    settings.REQUIRE_CLINICAL_REVIEW = True

    assert client.get("/procedures/draft/").status_code == 404
    assert client.get("/conditions/sample-block/").status_code == 404
    assert client.get(URL).status_code == 404

    review(Edition.objects.get())

    assert client.get(URL).status_code == 410


def test_where_review_is_needed_an_unreviewed_page_is_not_public(client, explainer, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True

    assert client.get(URL).status_code == 404
    assert not Explainer.objects.published().exists()
    assert URL not in html(client, "/procedures/")

    review(Edition.objects.get())

    assert client.get(URL).status_code == 200
    assert URL in html(client, "/procedures/")


PUBLIC = [
    "/", "/procedures/", "/conditions/", URL, "/privacy/", "/accessibility/", "/language-help/",
    "/robots.txt", "/sitemap.xml",
]  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
def test_readers_leave_no_trace(client, explainer, url):
    response = client.get(url, headers={"accept-encoding": "gzip"})

    assert response.status_code == 200
    assert not response.cookies
    assert response["Vary"] == "Accept-Encoding"
    assert response["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("url", PUBLIC)
def test_a_colleagues_session_does_not_leak_into_a_shared_cache(client, explainer, url):
    stranger = client.get(url).content
    user = a_user("Reception", password=PASSWORD)
    assert client.login(username=user.username, password=PASSWORD)
    client.cookies.load({"messages": "old"})

    response = client.get(url)

    assert not response.cookies
    assert response["Vary"] == "Accept-Encoding"
    assert response.content == stranger


@pytest.mark.parametrize("url", PUBLIC)
def test_an_unchanged_page_is_answered_with_304(client, explainer, url):
    first = client.get(url, headers={"accept-encoding": "gzip"})
    again = client.get(url, headers={"accept-encoding": "gzip"})

    answer = client.get(url, headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})

    assert first["ETag"] == again["ETag"]
    assert (answer.status_code, answer.content, answer["Vary"]) == (304, b"", "Accept-Encoding")
    assert answer["Cache-Control"] == "public, no-cache"


def test_a_changed_page_is_sent_again(client, explainer):
    first = client.get(URL)
    review(explainer.current_edition)

    assert client.get(URL, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("url", PUBLIC)
def test_public_pages_are_only_read(client, explainer, url):
    assert client.post(url).status_code == 405
    assert client.head(url).status_code == 200


def test_a_page_view_asks_the_database_three_times(client, explainer, django_assert_num_queries):
    ClinicProfile.objects.create(name="Sample Clinic", phone="202-555-0100")
    with django_assert_num_queries(3):
        client.get(URL)


@pytest.mark.parametrize("url", ["/", "/procedures/", "/sitemap.xml"])
def test_lists_cost_the_same_with_more_pages(client, tmp_path, url, django_assert_max_num_queries):
    ClinicProfile.objects.create(name="Sample Clinic", phone="202-555-0100")
    pages.a_published_page(tmp_path)
    with django_assert_max_num_queries(3):
        client.get(url)
    for name in ("second-block", "third-block"):
        pages.a_folder(tmp_path, name=name)
    call_command("load_pages", folder=tmp_path, verbosity=0)

    with django_assert_max_num_queries(3):
        assert client.get(url).content.count(b"-block/") >= 3


@pytest.mark.parametrize("url", [*PUBLIC[:7], "/procedures/nothing/"])
def test_the_html_is_right(client, explainer, url):
    html5lib.HTMLParser(strict=True).parse(html(client, url))


def test_every_address_within_the_page_exists(client, explainer):
    page = html(client)
    ids = re.findall(r'\bid="([^"]+)"', page)

    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r'aria-(?:labelledby|describedby|controls)="([^" ]+)"', page)) <= set(ids)


def test_references_link_to_their_doi_or_address(client, explainer):
    references = html(client).split('class="refs"')[1].split("</ol>")[0]

    assert re.findall(r'href="(https://[^"]+)"', references) == [
        "https://doi.org/10.1000/sample.1",
        "https://hospital.example/leaflet",
    ]


def test_staff_read_an_edition_that_is_not_public(client, explainer, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True
    edition = Edition.objects.get()
    client.force_login(a_user("Clinician"))

    response = client.get(reverse("admin:procedures_edition_read", args=[edition.pk]))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert BANNER in response.content.decode()


def test_publishing_again_shows_at_once(client, explainer):
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    publishing.publish(explainer, change_note="New price.")

    page = text(html(client))

    assert "It costs 7 dollars." in page
    assert "What changed New price." in page
