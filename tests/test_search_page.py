"""The search page: what it shows, and that what was typed goes nowhere."""

import json
import logging
import re

import html5lib
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from clinic.logs import JsonLines
from procedures import publishing, safety_text, search
from procedures.models import Edition, Explainer
from tests import pages
from tests.builders import PASSWORD, a_user
from tests.test_procedures_pages import review

pytestmark = pytest.mark.django_db

PAGE = "/procedures/sample-block/"
# Pages, words, passages, excerpts; the clinic and its hours.
QUERIES = 6


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


def ask(client, text):
    return client.get("/search/", {"q": text})


def html(client, text=""):
    return (ask(client, text) if text else client.get("/search/")).content.decode()


def text(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def found(client, text):
    return re.findall(r'<h3><a href="([^"]+)">', html(client, text))


def test_without_words_it_offers_the_form_and_all_pages(client, explainer):
    page = html(client)

    assert '<form class="search no-print" role="search" action="/search/" method="get">' in page
    assert f'<a href="{PAGE}">Sample injection for a sore knee</a> (Sample block)' in page
    assert "We do not keep what you search for." in text(page)


def test_a_result_tells_what_it_is_and_leads_to_the_passage(client, explainer):
    page = html(client, "skin turns blue")
    shown = page.split('<ol class="results">')[1].split("</ol>")[0]

    assert "1 page found" in text(page)
    assert f'<h3><a href="{PAGE}">Sample injection for a sore knee</a></h3>' in shown
    assert "Procedure: Sample block" in text(shown)
    assert "The <mark>skin</mark> <mark>turns</mark> <mark>blue</mark>." in shown
    assert f'<a href="{PAGE}#risks-common">Go to: More common risks</a>' in shown


def test_a_key_fact_is_shown_behind_its_label(client, explainer):
    assert "<p>How long it takes: About 15 <mark>minutes</mark>.</p>" in html(client, "minutes")


@pytest.mark.parametrize("typed", ["jniection", "injektion", "injecton"])
def test_a_slip_of_the_finger_is_mended_and_told(client, explainer, typed):
    page = text(html(client, typed))

    assert f"We searched for injection , because no page says \u201c{typed}\u201d." in page
    assert found(client, typed) == [PAGE]


def test_a_doubtful_spelling_is_offered(client, explainer):
    page = html(client, "kneecap")

    assert "We found nothing for \u201ckneecap\u201d" in text(page)
    assert '<a href="/search/?q=knee" rel="nofollow">knee</a>?' in page


def test_accents_make_no_difference(client, tmp_path):
    pages.a_published_page(tmp_path, ("Germs get in.", "Un caf\u00e9, and germs get in."))

    assert found(client, "cafe") == found(client, "CAF\u00c9") == [PAGE]


@pytest.mark.parametrize("typed", ["zzzzzz", "the", "\U0001f9b4", "''", "%"])
def test_when_there_is_nothing_it_helps_on(client, explainer, typed):
    page = html(client, typed)

    assert "We found nothing for" in text(page)
    assert "Call us with your question: 202-555-0100" in text(page)
    assert f'<a href="{PAGE}">' in page


def test_an_emergency_comes_before_everything(client, explainer):
    page = html(client, "sore knee and I cannot pee")
    card = safety_text.current().emergency

    assert page.index(card["heading"]) < page.index('role="search"') < page.index('class="results"')
    assert all(item["text"] in page for item in card["items"])
    assert "988" not in page


def test_who_writes_about_dying_is_told_of_the_crisis_line(client, explainer):
    page = html(client, "I want to die")

    assert page.index("call or text 988") < page.index('href="tel:988"') < page.index('role="search"')


def test_ordinary_words_bring_no_emergency_card(client, explainer):
    assert 'class="care ' not in html(client, "sore knee")


# Nothing that is typed goes anywhere.


def test_what_was_typed_is_in_no_title_and_in_no_address(client, explainer):
    page = html(client, "bruise")

    assert re.findall("<title>(.*?)</title>", page) == ["Search \u2013 Sample Spine &amp; Nerve Clinic"]
    assert [link for link in re.findall(r'href="([^"]+)"', page) if "bruise" in link or "?" in link] == []
    assert '<meta name="robots" content="noindex">' in page
    assert "canonical" not in page


def test_the_answer_is_kept_nowhere_and_sent_along_to_nobody(client, explainer):
    response = ask(client, "bruise")

    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_the_empty_form_is_a_public_page(client, explainer):
    assert client.get("/search/")["Cache-Control"] == "public, no-cache"


def test_a_colleague_searches_like_everybody(client, explainer):
    stranger = ask(client, "bruise").content
    user = a_user("Reception", password=PASSWORD)
    assert client.login(username=user.username, password=PASSWORD)

    response = ask(client, "bruise")

    assert (response.content, len(response.cookies)) == (stranger, 0)


@pytest.fixture
def log_lines():
    """What the log would hold."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(JsonLines().format(record))  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def test_the_log_does_not_learn_what_was_typed_even_when_it_fails(explainer, log_lines):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TEXT SEARCH CONFIGURATION english_unaccent RENAME TO away")

    response = ask(Client(raise_request_exception=False), "secretbruise")

    assert response.status_code == 500
    assert "/search/" in [json.loads(line).get("path") for line in log_lines]
    assert [line for line in log_lines if "secretbruise" in line] == []


# What readers may see, and nothing else.


def test_a_withdrawn_page_is_not_found(client, explainer):
    Explainer.objects.update(is_withdrawn=True)

    page = text(html(client, "bruise"))

    assert "We found nothing for \u201cbruise\u201d" in page
    assert "Sample injection" not in page


def test_a_withdrawn_pages_words_are_no_suggestions(client, explainer):
    Explainer.objects.update(is_withdrawn=True)

    assert "Did you mean" not in text(html(client, "kneecap"))
    assert "We searched for" not in text(html(client, "leaflit"))


def test_where_review_is_needed_only_what_was_reviewed_is_found(client, explainer, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True
    assert found(client, "bruise") == []

    review(Edition.objects.get())

    assert found(client, "bruise") == [PAGE]


def test_only_the_current_edition_is_found(client, explainer):
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    publishing.publish(explainer, change_note="New price.")

    assert found(client, "dollars") == [PAGE]
    assert found(client, "written") == []


# Whatever is typed, the page answers, and soon.

HOSTILE = [
    "\x00", "a\x00b", "'; DROP TABLE procedures_passage; --", "%", "_", "%%%s%(words)s", "\\", '"', "'", "''''",
    "&", "|", "!", "!!", "& | !", "a & b", "a:*", "a:b", "<->", "(((", "foo <2> bar", "<script>alert(1)</script>",
    "{{ 7 }}", "{% url %}", "\ue000x\ue001", "\U0001f9b4\U0001f62d", "\u202e\u200f", "\ufffe", "a" * 5000,
    "ab " * 2000, "x" * 41, "\u0430\u0431\u0432\u0433", "\u8179\u75db", "-1", "1e999", "\n\r\t", "or and not",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_the_page_answers(client, explainer, typed):
    page = html(client, typed)

    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "address",
    ["/search/?q=%ff%fe", "/search/?q=%ed%a0%80", "/search/?q=a&q=b", "/search/?p=a", "/search/?q[]=a"],
)
def test_odd_addresses_are_answered(client, explainer, address):
    assert client.get(address).status_code == 200


def test_marks_stay_around_words_and_text_stays_text(client, tmp_path):
    pages.an_edition_of_old(tmp_path, "Germs get in.", "Germs <b>get</b> & in.")

    assert "<mark>Germs</mark> &lt;b&gt;get&lt;/b&gt; &amp; in" in html(client, "germs")


def test_only_the_first_100_characters_count_and_it_says_so(client, explainer):
    page = html(client, "bruise " + "x" * 200)

    assert "We looked at the first 100 characters only." in text(page)
    assert re.findall(r'name="q" value="([^"]*)"', page) == ["bruise " + "x" * 93]


def test_it_is_only_read(client, explainer):
    assert client.post("/search/", {"q": "bruise"}).status_code == 405
    assert client.head("/search/", {"q": "bruise"}).status_code == 200


@pytest.mark.parametrize(
    "typed", ["bruise", "injecton", "nerve knee trial leaflet germs skin blue half pain week wait ride"]
)
def test_the_cost_is_the_same_with_more_pages(client, tmp_path, typed, django_assert_num_queries):
    pages.a_published_page(tmp_path)
    with django_assert_num_queries(QUERIES):
        ask(client, typed)
    for name in ("second-block", "third-block"):
        pages.a_folder(tmp_path, name=name)
    call_command("load_pages", folder=tmp_path, verbosity=0)

    with django_assert_num_queries(QUERIES):
        assert len(found(client, typed)) == 3


# Ways to the search.


@pytest.mark.parametrize("url", ["/", "/procedures/", "/conditions/"])
def test_lists_have_the_search_box(client, explainer, url):
    page = client.get(url).content.decode()

    assert page.count('role="search"') == 1
    assert '<input class="form-control" id="q" type="search" name="q" value=""' in page


def test_the_menu_leads_to_it_but_not_out_of_a_request(client, explainer):
    link = '<li><a href="/search/">Search</a></li>'

    assert client.get(PAGE).content.decode().count(link) == 2
    assert client.get(reverse("requests:start")).content.decode().count(link) == 1


@pytest.mark.parametrize(
    ("words", "perhaps", "suggestion"),
    [
        (["nerve", "bluck"], {"bluck": "block"}, "nerve block"),
        (["quiero", "matar"], {"quiero": "quiero", "matar": "tear"}, ""),
        (["orino", "sin", "darme"], {"orino": "worn", "sin": "sit", "darme": "darker"}, ""),
        (["nerve", "block"], {}, ""),
    ],
)
def test_words_of_another_language_are_not_turned_into_nonsense(words, perhaps, suggestion):
    assert search.guess(words, perhaps) == suggestion
