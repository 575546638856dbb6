"""Words of an edition read back: also those of older editions."""

import json

import pytest

from procedures import page, publishing
from procedures.models import Edition
from tests import pages

pytestmark = pytest.mark.django_db


def stored(content):
    """As the database gives it back."""
    return json.loads(json.dumps(content.as_json()))


def test_words_come_back_as_they_were():
    whole = pages.a_page(traits=(page.Trait("where", "In the knee [@ONE20]."),))

    assert page.from_json(stored(whole)) == whole


def test_words_from_before_a_field_was_added_come_back():
    content = stored(pages.a_page())
    del content["key_facts"], content["author"], content["findings"][0]["scale"]

    read = page.from_json(content)

    assert (read.key_facts, read.author, read.findings[0].scale) == ((), "", "")


def test_a_field_that_is_no_more_is_left_out():
    content = stored(pages.a_page()) | {"mood": "calm"}
    content["sections"][0]["colour"] = "blue"

    assert page.from_json(content) == pages.a_page()


def test_shared_words_are_those_of_today(tmp_path):
    explainer = pages.a_published_page(tmp_path)
    old = page.from_json(explainer.current_edition.content)
    page.models.Reference.objects.filter(key="TWO").update(size="2 leaflets")

    assert page.with_shared(old).references["TWO"].size == "2 leaflets"
    assert page.with_shared(old) == page.of(explainer)


def test_working_copies_are_read_in_as_many_queries_for_three(tmp_path, django_assert_num_queries):
    explainer = pages.a_published_page(tmp_path)
    words = page.own(explainer)

    with django_assert_num_queries(9):
        (copy,) = [page.own(row) for row in page.working_copies()]

    assert copy == words
    for slug in ("second", "third"):
        page.models.Explainer.objects.create(slug=slug, kind="procedure", plain_name=slug, medical_name=slug)
    with django_assert_num_queries(9):
        assert len([page.own(row) for row in page.working_copies()]) == 3


def test_publishing_stored_words_leaves_the_working_copy(tmp_path):
    explainer = pages.a_published_page(tmp_path)
    words = page.of(explainer)
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    publishing.publish(explainer, change_note="New price.")

    edition = publishing.publish_page(explainer, words, change_note="As it was.")

    assert (edition.number, page.from_json(edition.content)) == (3, words)
    assert page.of(explainer).section("cost").body == "It costs 7 dollars. {.own}"


def test_what_follows_a_publication_shares_its_fate(tmp_path, monkeypatch):
    explainer = pages.a_published_page(tmp_path)
    seen = []

    def fail(edition):
        seen.append(edition.number)
        raise RuntimeError("no room")

    monkeypatch.setattr(publishing, "after_publication", [fail])
    publishing.publish(explainer, change_note="Nothing new.")
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    with pytest.raises(RuntimeError):
        publishing.publish(explainer, change_note="New price.")
    assert (seen, Edition.objects.count()) == ([2], 1)
