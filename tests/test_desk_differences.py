"""What differs: by part, side by side, word by word, said in words too."""

from dataclasses import replace

import pytest
from django.utils.html import strip_tags

from procedures import page, publishing
from procedures.desk import differences
from procedures.models import Section
from tests import desk, pages

OLD = '<del><span class="visually-hidden">[taken out: </span>{}<span class="visually-hidden">]</span></del>'
NEW = '<ins><span class="visually-hidden">[put in: </span>{}<span class="visually-hidden">]</span></ins>'


def titles(old, new):
    return [(part.kind, part.title) for part in differences.between(old, new).differences]


def test_words_that_differ_are_marked_and_said():
    old, new = differences.marked("Wait for 3 days at home.", "Wait for 4 days at work.")

    assert old == f"Wait for {OLD.format('3')} days at {OLD.format('home')}."
    assert new == f"Wait for {NEW.format('4')} days at {NEW.format('work')}."


def test_words_that_were_only_put_in_leave_the_other_side_alone():
    old, new = differences.marked("Wait.", "Wait. Rest.")

    assert (old, new) == ("Wait.", f"Wait.{NEW.format(' Rest.')}")


def test_small_words_between_changes_go_with_them():
    old, _ = differences.marked("red in blue boxes", "warm in cold boxes")

    assert old == f"{OLD.format('red in blue')} boxes"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", '"><img src=x>', ""])
def test_nothing_typed_becomes_html(text):
    for side in (
        *differences.marked(text, "x"),
        *differences.marked("x", text),
        *differences.marked(text, text),
    ):
        assert "<script" not in side
        assert "<img" not in side


@pytest.mark.parametrize(
    ("old", "new"),
    [("", "one two"), ("one two", ""), ("a b c", "c b a"), ("x\n\n- y", "x\n- y\n- z"), ("é 🙂", "e 🙂 ok")],
)
def test_each_side_holds_all_its_words(old, new):
    left, right = differences.marked(old, new)

    plain = [
        strip_tags(side.replace('<span class="visually-hidden">[taken out: </span>', "")
        .replace('<span class="visually-hidden">[put in: </span>', "")
        .replace('<span class="visually-hidden">]</span>', ""))
        for side in (left, right)
    ]  # fmt: skip
    assert plain == [old, new]


def test_the_same_page_does_not_differ():
    whole = pages.a_page()

    assert differences.between(whole, whole).differences == []


def test_every_kind_of_part_is_told():
    old = pages.a_page()
    finding = replace(old.findings[0], numerator=61)
    risk = replace(old.risks[0], what_to_do="Call us.")
    new = replace(
        old,
        lead="It may help [@ONE20].",
        key_facts=(*old.key_facts[1:], page.KeyFact("Cost", "Ask us. {.own}")),
        sections=old.sections[:-1],
        findings=(finding, *old.findings[1:]),
        risks=(risk, *old.risks[1:]),
        traits=(page.Trait("where", "In the knee."),),
        asked=(page.Asked("How long?", "A day. {.own}"),),
        references=old.references | {"TWO": replace(old.references["TWO"], size="2 leaflets")},
        figures={},
        safety={},
    )

    assert titles(old, new) == [
        ("changed", "Main message"),
        ("added", "Key fact: Cost"),
        ("added", "Comparison: Where it hurts"),
        ("changed", "Finding half: Pain cut by half"),
        ("changed", "Risk bruise: A bruise"),
        ("added", "Question: How long?"),
        ("changed", "Source TWO"),
        ("removed", "Key fact: What it is for"),
        ("removed", "Section: Questions to bring"),
        ("removed", "Drawing cluneal-nerves"),
        ("removed", "Words about danger signs"),
    ]


def test_sections_that_trade_places_are_told():
    old = pages.a_page()
    new = replace(old, sections=(old.sections[1], old.sections[0], *old.sections[2:]))

    assert titles(old, new) == [("changed", "Order of the sections")]


def test_the_first_edition_is_all_new():
    found = differences.between(None, pages.a_page())

    assert {part.kind for part in found.differences} == {"added"}


@pytest.fixture
def explainer(tmp_path, db):
    explainer = pages.a_published_page(tmp_path)
    Section.objects.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    publishing.publish(explainer, change_note="New price.")
    Section.objects.filter(slot="next").update(body="Bring your diary. {.own}")
    return explainer


@pytest.mark.parametrize("role", ["Editor", "Clinician"])
def test_the_draft_stands_beside_the_newest_edition(explainer, role):
    client, _ = desk.signed_in(role)

    response = client.get(desk.url(explainer, "differences"))

    assert (response.context["old_name"], response.context["new_name"]) == ("Edition 2", "Draft")
    assert [part.title for part in response.context["comparison"].differences] == ["Section: What comes next"]
    assert "[put in: </span>" in response.content.decode()


def test_any_two_editions_are_compared(explainer):
    client, _ = desk.signed_in("Editor")

    response = client.get(desk.url(explainer, "differences"), {"old": "1", "new": "2"})

    assert [part.title for part in response.context["comparison"].differences] == ["Section: What it costs"]


@pytest.mark.parametrize(
    "query", [{"old": "9"}, {"old": "x"}, {"new": ""}, {"new": "\0"}, {"old": "1 or 1=1"}]
)
def test_an_edition_that_is_not_there_is_not_found(explainer, query):
    client, _ = desk.signed_in("Editor")

    assert client.get(desk.url(explainer, "differences"), query).status_code == 404


def test_an_edition_from_before_a_field_was_added_is_compared(explainer):
    content = explainer.editions.get(number=1).content
    del content["key_facts"]
    old = page.from_json(content)

    assert ("added", "Key fact: Going home") in titles(old, page.of(explainer))
