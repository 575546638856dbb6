"""Two editors at one page: the second is told, and loses nothing."""

from dataclasses import replace

import pytest

from procedures import page, working_copy
from procedures.models import Explainer, Section
from tests import desk, pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def ada():
    return desk.signed_in("Editor", first_name="Ada", last_name="One")[0]


@pytest.fixture
def ben():
    return desk.signed_in("Editor", first_name="Ben", last_name="Two")[0]


def body_of(data, slot):
    return desk.row_of(data, "sections", "slot", slot) + "-body"


def section(slot):
    return Section.objects.get(slot=slot).body


def test_the_second_save_is_told_and_stores_nothing(explainer, ada, ben):
    hers, his = desk.opened(ada, explainer), desk.opened(ben, explainer)
    hers |= {"lead": "Hers [@TWO].", body_of(hers, "cost"): "It costs 7 dollars. {.own}"}
    his |= {"lead": "His [@TWO].", body_of(his, "next"): "Call us. {.own}"}
    ada.post(desk.url(explainer), hers)

    response = ben.post(desk.url(explainer), his)

    told = response.content.decode()
    again = desk.form_data(response)
    assert response.status_code == 409
    assert "This page was saved while you were writing. Your words are not saved yet." in told
    assert "<bdi>Ada One</bdi> saved it on" in told
    assert [part.title for part in response.context["meanwhile"].differences] == [
        "Main message",
        "Section: What it costs",
    ]
    assert response.context["both"] == ["Main message"]
    assert (again["lead"], again[body_of(again, "next")]) == ("His [@TWO].", "Call us. {.own}")
    assert again[body_of(again, "cost")] == "It costs 7 dollars. {.own}"
    assert (Explainer.objects.get().lead, section("next")) == ("Hers [@TWO].", "Show us your diary. {.own}")

    assert ben.post(desk.url(explainer), again).status_code == 302
    assert (Explainer.objects.get().lead, section("next"), section("cost")) == (
        "His [@TWO].",
        "Call us. {.own}",
        "It costs 7 dollars. {.own}",
    )


def test_a_fault_in_the_second_form_does_not_hide_the_first_save(explainer, ada, ben):
    hers, his = desk.opened(ada, explainer), desk.opened(ben, explainer)
    ada.post(desk.url(explainer), hers | {"lead": "Hers [@TWO]."})

    refused = ben.post(desk.url(explainer), his | {"description": "His words.", "plain_name": ""})
    data = his | {"description": "His words.", "shown": refused.context["sealed"]}
    response = ben.post(desk.url(explainer), data)

    assert (refused.status_code, response.status_code) == (422, 409)
    assert Explainer.objects.get().lead == "Hers [@TWO]."


def test_the_same_words_twice_are_no_quarrel(explainer, ada, ben):
    hers, his = desk.opened(ada, explainer), desk.opened(ben, explainer)
    ada.post(desk.url(explainer), hers | {"lead": "Same [@TWO]."})

    assert ben.post(desk.url(explainer), his | {"lead": "Same [@TWO]."}).status_code == 302


def test_one_editor_with_two_windows_is_told_too(explainer, ada):
    one, two = desk.opened(ada, explainer), desk.opened(ada, explainer)
    ada.post(desk.url(explainer), one | {"lead": "One [@TWO]."})

    assert ada.post(desk.url(explainer), two | {"lead": "Two [@TWO]."}).status_code == 409


# How two editors' words are joined


def facts(*rows):
    return replace(
        pages.a_page(references={}, figures={}, safety={}),
        key_facts=tuple(page.KeyFact(*row.split("=")) for row in rows),
    )


@pytest.mark.parametrize(
    ("shown", "theirs", "ours", "joined", "both"),
    [
        (["a=1", "b=1"], ["a=2", "b=1"], ["a=1", "b=3"], ["a=2", "b=3"], []),
        (["a=1"], ["a=2"], ["a=3"], ["a=3"], ["a"]),
        (["a=1", "b=1"], ["b=1"], ["a=1", "b=1"], ["b=1"], []),
        (["a=1", "b=1"], ["b=1"], ["a=2", "b=1"], ["a=2", "b=1"], ["a"]),
        (["a=1", "b=1"], ["a=2", "b=1"], ["b=1"], ["a=2", "b=1"], ["a"]),
        (["a=1", "b=1"], ["a=1", "b=1"], ["b=1"], ["b=1"], []),
        (["a=1", "b=1"], ["a=1", "n=1", "b=1"], ["a=1", "b=2"], ["a=1", "n=1", "b=2"], []),
        (["a=1", "b=1"], ["n=1", "a=1", "b=1"], ["b=1", "a=1"], ["n=1", "b=1", "a=1"], []),
        (["a=1"], ["a=1", "n=1"], ["a=1", "n=2"], ["a=1", "n=2"], ["n"]),
        (["a=1"], ["a=1", "n=1"], ["a=1", "n=1"], ["a=1", "n=1"], []),
        ([], ["a=1"], ["b=1"], ["a=1", "b=1"], []),
    ],
)
def test_rows_are_joined(shown, theirs, ours, joined, both):
    found = working_copy.join(facts(*shown), facts(*theirs), facts(*ours))

    assert [f"{fact.label}={fact.text}" for fact in found.words.key_facts] == joined
    assert list(found.both) == [("key_facts", key) for key in both]


def test_what_a_form_had_shown_is_read_back():
    words = pages.a_page(references={}, figures={}, safety={}, traits=(page.Trait("where", "Here."),))

    assert working_copy.unseal(working_copy.seal(words), pages.a_page()) == words


def test_words_written_over_a_copy_are_read_back(explainer):
    words = replace(
        page.own(explainer),
        lead="New [@TWO].",
        first_published_on="2020-02-03",
        traits=(page.Trait("where", "Here [@TWO]."),),
        asked=(page.Asked("Why?", "So. {.own}"),),
        sections=page.own(explainer).sections[::-1],
        findings=page.own(explainer).findings[::-1],
    )

    working_copy.write(explainer, words)

    assert page.own(Explainer.objects.get()) == words


def test_what_did_not_change_is_not_written(explainer):
    rows = list(Section.objects.values_list("pk", flat=True))

    working_copy.write(explainer, replace(page.own(explainer), lead="New [@TWO]."))

    assert list(Section.objects.values_list("pk", flat=True)) == rows
