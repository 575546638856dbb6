"""What the database itself forbids about passages and words."""

import pytest
from django.db import IntegrityError

from procedures.models import Edition, Explainer, Passage, SearchWord

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    page = Explainer.objects.create(slug="a-page", kind="procedure", plain_name="A page")
    return Edition.objects.create(explainer=page, number=1, plain_name="A page")


def a_passage(edition, **changes):
    fields = {"position": 0, "heading": "Risks", "text": "Germs get in.", "names": "A page", "weight": 2}
    return Passage.objects.create(edition=edition, **(fields | changes))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("passage_weight_is_1_to_10", {"weight": 0}),
        ("passage_weight_is_1_to_10", {"weight": 11}),
        ("passage_says_something", {"heading": "", "text": ""}),
    ],
)
def test_the_database_refuses_the_passage(edition, name, changes):
    with pytest.raises(IntegrityError, match=name):
        a_passage(edition, **changes)


def test_a_place_in_an_edition_is_taken_once(edition):
    a_passage(edition)

    with pytest.raises(IntegrityError, match="passage_position_once"):
        a_passage(edition)


@pytest.mark.parametrize("word", ["Nerve", "knee pain", "né", "abc", ""])
def test_the_database_refuses_the_word(edition, word):
    with pytest.raises(IntegrityError, match="search_word_is_lower_case"):
        SearchWord.objects.create(edition=edition, word=word)


def test_an_edition_has_a_word_once(edition):
    SearchWord.objects.create(edition=edition, word="nerve")

    with pytest.raises(IntegrityError, match="search_word_once"):
        SearchWord.objects.create(edition=edition, word="nerve")


def test_the_database_makes_the_vector_with_stems_and_without_accents(edition):
    passage = a_passage(edition, heading="Sacré", text="Injections", names="Knee")

    passage.refresh_from_db()

    assert sorted(str(passage.vector).split()) == ["'inject':2B", "'knee':3", "'sacr':1A"]
