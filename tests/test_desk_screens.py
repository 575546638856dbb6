"""The lists and rows of the desk: plain headings, a way back that says each thing once, names on each cell."""

import re
from typing import Any

import pytest
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from clinic.templatetags.clinic_tags import named_cells
from procedures import publishing, questions
from procedures.desk import differences
from procedures.models import Question
from tests import desk, hostile
from tests.builders import a_user

pytestmark = pytest.mark.django_db
HEADINGS = {
    "explainer": ("Pages", "Home / Pages"),
    "edition": ("Editions", "Home / Pages / Editions"),
    "question": ("Questions from patients", "Home / Pages / Questions from patients"),
    "askedquestion": ("Questions patients ask", "Home / Pages / Questions patients ask"),
    "sharedwords": ("Shared words", "Home / Pages / Shared words"),
    "safetytext": ("Safety texts", "Home / Pages / Safety texts"),
    "review": ("Reviews", "Home / Pages / Reviews"),
    "reference": ("References", "Home / Pages / References"),
}
ADDRESS = "/staff/procedures/"


@pytest.fixture
def world(tmp_path):
    return hostile.a_world(tmp_path)


@pytest.fixture
def editor():
    return desk.signed_in("Editor")[0]


def words(response: Any, pattern: str) -> str:
    (found,) = re.findall(pattern, response.content.decode(), re.DOTALL)
    return " ".join(strip_tags(found).replace("&rsaquo;", "/").split())


def heading(response: Any) -> str:
    return words(response, r"<h1[^>]*>(.*?)</h1>")


def way_back(response: Any) -> str:
    return words(response, r'<div class="breadcrumbs">(.*?)</div>')


def test_lists_are_called_by_what_is_in_them(editor, world):
    answers = {model: editor.get(f"{ADDRESS}{model}/") for model in HEADINGS}

    assert {model: (heading(answer), way_back(answer)) for model, answer in answers.items()} == HEADINGS


def test_a_row_is_headed_by_its_own_name(editor, world):
    page = editor.get(desk.url(world.explainer.current_edition))

    assert heading(page) == "Sample block, edition 1"
    assert way_back(page) == "Home / Pages / Editions / Sample block, edition 1"


@pytest.mark.parametrize("role", ["Clinician", "Editor", "Triage nurse", "Manager"])
def test_no_row_leads_a_role_to_what_it_may_not_open(role, world):
    client, writer = desk.signed_in(role)[0], a_user("Editor")
    world.explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    edition = publishing.publish(world.explainer, by=writer, change_note="New price.")
    question = Question.objects.get()
    questions.answer(question, by=writer, text="Yes.")
    rows = world.rows | {"procedures/edition": edition.pk}
    for model in ("edition", "question", "review", "safetytext", "sharedwords"):
        page = client.get(f"{ADDRESS}{model}/{rows[f'procedures/{model}']}/change/")
        if page.status_code == 200:
            links = set(re.findall(r'href="(/staff/[^"]+)"', page.content.decode()))
            assert {client.get(link).status_code for link in links} == {200}


def test_the_index_of_an_app_shows_its_tables(world):
    page = desk.signed_in("Triage nurse")[0].get(ADDRESS)

    assert heading(page) == "Pages"
    assert words(page, r'<ul class="tables">(.*?)</ul>') == "Questions from patients"


def test_an_empty_list_says_so(editor):
    page = editor.get(f"{ADDRESS}question/")

    assert words(page, r'<p class="empty">(.*?)</p>') == "Nothing is here."


def test_a_new_page_has_one_button(editor):
    page = editor.get(f"{ADDRESS}explainer/add/")

    assert re.findall(r'<input type="submit" value="([^"]+)"', page.content.decode()) == ["Save"]


def test_each_cell_knows_its_column():
    row = [SafeString('<th class="a"><a href="/x">X</a></th>'), SafeString('<td class="b">1 < 2</td>')]

    cells = named_cells(row, [{"text": "name"}, {"text": 'so "called"'}])

    assert cells == [
        '<th data-name="Name" class="a"><a href="/x">X</a></th>',
        '<td data-name="So &quot;called&quot;" class="b">1 < 2</td>',
    ]


def test_a_box_to_tick_has_no_name():
    cell = SafeString('<td class="action-checkbox"><input></td>')

    assert named_cells([cell], [{"text": SafeString('<input type="checkbox">')}]) == [cell]


# What differs


def text_of(count: int) -> str:
    return "\n".join(f"Line <{number}>." for number in range(count))


def test_the_middle_of_what_is_the_same_is_folded():
    old, new = differences.marked(f"{text_of(12)}\nOld.", f"{text_of(12)}\nNew.")

    assert strip_tags(old).replace("[taken out: ", "").replace("]", "") == (
        "Line &lt;0&gt;.\nLine &lt;1&gt;.\nLine &lt;2&gt;.\n\n(7 lines are the same)\n\n"
        "Line &lt;10&gt;.\nLine &lt;11&gt;.\nOld."
    )
    assert old.count('<span class="fold">(7 lines are the same)</span>') == new.count("fold") == 1


def test_what_is_new_or_little_is_shown_whole():
    assert "fold" not in "".join(differences.marked("", text_of(40)))
    assert "fold" not in "".join(differences.marked(text_of(40), ""))
    assert "fold" not in "".join(differences.marked(f"{text_of(8)}\nOld.", f"{text_of(8)}\nNew."))
