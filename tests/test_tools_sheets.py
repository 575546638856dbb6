"""Sheets to print: the checklist before a procedure and the pain diary."""

import re

import html5lib
import pytest

from procedures import page, tools
from procedures.models import Edition, Explainer
from tests import pages
from tests.builders import PASSWORD, a_user

pytestmark = pytest.mark.django_db

CHECKLIST = "/procedures/sample-block/checklist/"
DIARY = "/pain-diary/"
STEPS = """1. From 2 weeks before: list your medicines [@TWO].
2. From 2 weeks before: find a ride home. {.own}
3. Wear loose clothes [@ONE20].
4. On the day: rate your pain from 0 to 10. {.own}"""


@pytest.fixture
def explainer(tmp_path):
    steps = ("1. List your medicines [@TWO].\n2. Find a ride home. {.own}", STEPS)
    return pages.a_published_page(tmp_path, steps)


def html(client, url):
    return client.get(url).content.decode()


def main_part(markup):
    return markup.partition("<main")[2].partition("</main>")[0]


def test_the_checklist_takes_its_steps_from_the_page_in_order(explainer):
    found = tools.checklist(page.from_json(explainer.editions.get().content))

    assert found["times"] == [
        {"when": "From 2 weeks before", "steps": ["List your medicines.", "Find a ride home."]},
        {"when": "", "steps": ["Wear loose clothes."]},
        {"when": "On the day", "steps": ["Rate your pain from 0 to 10."]},
    ]
    assert [line[:8] for line in found["tell_us"]] == ["You take"]
    assert "@" not in str(found)


def test_each_step_has_a_box_and_each_time_a_line_for_its_date(client, explainer):
    markup = main_part(html(client, CHECKLIST))

    assert re.findall(r"<h2 class=\"blank\">(.*?)</h2>", markup) == [
        "From 2 weeks before (date):",
        "On the day (date):",
    ]
    assert len(re.findall(r"<li>", markup.partition('checklist">')[2])) == 5
    assert "<strong>202-555-0100</strong>" in markup
    assert f'<a href="{explainer.get_absolute_url()}">Sample block</a>' in markup


def test_a_checklist_says_whether_its_page_has_been_reviewed(client, explainer):
    assert "No clinician has reviewed it yet." in html(client, CHECKLIST)


def test_the_page_leads_to_its_checklist_and_to_the_diary(client, explainer):
    markup = main_part(html(client, explainer.get_absolute_url()))

    assert re.findall(rf'<a href="{CHECKLIST}">(.*?)</a>', markup) == ["Print a checklist to get ready"]
    assert re.findall(rf'<a href="{DIARY}">(.*?)</a>', markup) == ["Print a pain diary"]


@pytest.mark.parametrize("change", ["withdrawn", "condition", "no steps"])
def test_there_is_no_checklist_without_a_page_that_has_one(client, explainer, change):
    if change == "no steps":
        Edition.objects.create(explainer=explainer, number=2, content={"sections": []})
    elif change == "withdrawn":
        Explainer.objects.update(is_withdrawn=True)
    else:
        Explainer.objects.update(kind="condition")

    assert client.get(CHECKLIST).status_code == (410 if change == "withdrawn" else 404)
    assert client.get("/procedures/nothing/checklist/").status_code == 404


def test_words_of_a_page_cannot_break_its_checklist(client, tmp_path):
    pages.an_edition_of_old(tmp_path, "Find a ride home.", "Find <b>a ride & home</b>.")

    assert "Find &lt;b&gt;a ride &amp; home&lt;/b&gt;." in html(client, CHECKLIST)


def test_the_diary_has_a_row_for_each_hour_and_each_day(client):
    markup = html(client, DIARY)
    rows = [row.strip() for row in re.findall(r'<th scope="row">(.*?)</th>', markup)]

    assert rows == ["Before", "1 hour", *(f"{hour} hours" for hour in range(2, 13)), *map(str, range(1, 15))]


def test_the_diary_numbers_its_sources_as_it_comes_to_them(client):
    markup = main_part(html(client, DIARY))
    cited = [int(number) for number in re.findall(r'href="#ref-(\d+)"', markup)]
    listed = [int(number) for number in re.findall(r'<li id="ref-(\d+)"', markup)]

    assert list(dict.fromkeys(cited)) == listed == list(range(1, len(listed) + 1))
    assert len(listed) >= 8


@pytest.mark.parametrize("url", [CHECKLIST, DIARY])
def test_nothing_can_be_typed_and_nobody_is_told_apart(client, explainer, url):
    stranger = client.get(url)
    user = a_user("Reception", password=PASSWORD)
    assert client.login(username=user.username, password=PASSWORD)

    response = client.get(url)

    assert response.content == stranger.content
    assert not response.cookies
    assert response["Cache-Control"] == "public, no-cache"
    assert re.findall(r"<(?:input|textarea|select)", main_part(response.content.decode())) == []
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("url", [CHECKLIST, DIARY])
def test_the_html_is_right(client, explainer, url):
    markup = html(client, url)
    ids = re.findall(r'\bid="([^"]+)"', markup)

    html5lib.HTMLParser(strict=True).parse(markup)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', markup)) <= set(ids)
