"""What tells conditions apart: from the file to the database, the checks and the edition."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from procedures import checks, content, loading, page
from procedures.checks import evidence, language, numbers, structure
from procedures.models import Explainer, Trait
from tests import pages

TRAITS = """author = "Clinic editorial team (sample)"

[[traits]]
aspect = "where"
text = "At the front of the knee [@TWO]."

[[traits]]
aspect = "feels"
text = "It burns [@ONE20]."
"""
WITH_TRAITS = ('author = "Clinic editorial team (sample)"\n', TRAITS)


def a_page(*traits: page.Trait) -> page.Page:
    return replace(pages.a_page(), traits=traits)


def found(check: checks.Check, *traits: page.Trait) -> list[str]:
    return [str(failure) for failure in check(checks.Reading(a_page(*traits)))]


@pytest.mark.django_db
def test_traits_come_from_the_file_with_their_sources(tmp_path):
    folder = pages.a_folder(tmp_path, WITH_TRAITS)
    loading.load_references(folder / "references.toml")
    loading.store(folder / "sample-block.md", content.read_page(folder / "sample-block.md"))

    loaded = page.of(Explainer.objects.get())

    assert loaded.traits == (
        page.Trait("where", "At the front of the knee [@TWO]."),
        page.Trait("feels", "It burns [@ONE20]."),
    )
    assert loaded.own_hash == content.read_page(folder / "sample-block.md").page.own_hash


@pytest.mark.django_db
def test_an_unknown_aspect_is_named_with_its_place(tmp_path):
    folder = pages.a_folder(tmp_path, WITH_TRAITS, ('aspect = "feels"', 'aspect = "smells"'))

    with pytest.raises(CommandError, match=r'sample-block\.md: trait "smells": "aspect":'):
        call_command("load_pages", folder=folder, verbosity=0)


def test_words_without_traits_keep_the_hash_they_had_before_there_were_traits():
    without = pages.a_page()

    assert "traits" not in without.as_json()
    assert a_page(page.Trait("where", "Here [@TWO].")).content_hash != without.content_hash


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("trait_aspect_once", {"aspect": "where", "text": "There."}),
        ("trait_known_aspect", {"aspect": "smells", "text": "Bad."}),
        ("trait_has_text", {"aspect": "worse", "text": ""}),
    ],
)
def test_the_database_refuses(constraint, fields):
    explainer = Explainer.objects.create(slug="knee", kind="condition", plain_name="Knee")
    Trait.objects.create(explainer=explainer, aspect="where", text="Here.")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Trait.objects.create(explainer=explainer, **fields)


def test_a_trait_needs_its_source():
    assert found(evidence.claims_cite, page.Trait("where", "In the knee.")) == [
        'traits "where": no source, and not marked as our own with {.own} (E6): “In the knee.”'
    ]


def test_a_trait_needs_a_source_that_exists():
    assert found(evidence.sources_are_known, page.Trait("where", "In the knee [@NOBODY].")) == [
        'traits "where": the source NOBODY does not exist (E6): “In the knee.”'
    ]


def test_traits_are_as_easy_to_read_as_key_facts():
    hard = page.Trait("found", "Neurological examination identifies the responsible structures [@TWO].")

    assert found(language.easy_parts_are_easy, hard) == [
        "traits: reads at grade 28.1, and the limit here is 6.0; begin with this (E24): "
        "“Neurological examination identifies the responsible structures.”"
    ]


def test_a_stored_number_is_not_typed_again_in_a_trait():
    assert found(numbers.numbers_are_typed_once, page.Trait("found", "In 60 out of 100 people [@TWO].")) == [
        'traits "found": a stored number is typed again; write {finding:KEY} (E30): “60 out of 100”'
    ]


def test_good_traits_pass():
    texts = {name: "It is so [@TWO]." for name in Trait.Aspect.values}
    good = a_page(*(page.Trait(name, text) for name, text in texts.items()))

    assert [failure.rule for failure in checks.run(good)] == ["A21"]
    assert list(structure.conditions_can_be_compared(checks.Reading(replace(good, kind="condition")))) == []
