"""The glossary and the words of the collected pages pass the checks of all pages."""

from dataclasses import replace
from pathlib import Path

import pytest

from procedures import checks, content, glossary, library, page, readability, reading, safety_text
from procedures.checks import evidence, language, links, numbers, own, structure, terms

OF_WORDS = (
    evidence.claims_cite,
    evidence.markup_is_complete,
    evidence.nothing_is_left_over,
    links.links_lead_to_a_page,
    links.images_are_drawings,
    language.sentences_are_short,
    language.paragraphs_are_short,
    language.nothing_promotes,
    language.nothing_reassures,
    language.nothing_is_stressed,
    numbers.no_one_in_many,
    numbers.no_percent,
    numbers.numbers_are_numerals,
    numbers.ranges_are_spoken,
    numbers.frequency_words_have_numbers,
    own.own_words_claim_nothing,
    structure.headings_are_plain,
    structure.lists_are_short,
    structure.items_are_one_sentence,
)
GRADE = 6.0


def blank(**fields):
    return page.from_json({"references": {}, **fields})


@pytest.fixture
def without_references(monkeypatch):
    """The words alone: whether their sources exist is asked below."""
    monkeypatch.setattr(page, "known_references", lambda keys: {})


def glossary_page():
    return replace(
        blank(plain_name="Medical words in plain words", lead="Words. {.own}"),
        sections=tuple(page.Section(term.slug, term.term, term.text) for term in glossary.terms()),
    )


def failures(words, tried):
    return [str(failure) for check in tried for failure in check(checks.Reading(words))]


@pytest.mark.parametrize("name", ["compare", "emergency-signs"])
def test_the_words_of_a_collected_page_pass(name, without_references):
    words = library.words(name)

    assert failures(words, (*OF_WORDS, terms.acronyms_are_explained, terms.words_are_plain)) == []
    assert readability.grade(block.text for block in reading.Reading(words).prose) <= GRADE


def test_the_words_of_the_glossary_pass():
    words = glossary_page()
    # What a word means is no claim: chronic pain lasts for months.
    tried = set(OF_WORDS) - {structure.headings_are_plain, own.own_words_claim_nothing}

    assert failures(words, tried) == []
    assert readability.grade(block.text for block in reading.Reading(words).prose) <= GRADE


@pytest.mark.parametrize("term", glossary.terms(), ids=lambda term: term.slug)
def test_a_term_is_explained_in_1_or_2_short_sentences_and_not_by_itself(term):
    block = reading.Reading(replace(blank(), sections=(page.Section("one", "One", term.text),))).prose[-1]

    assert 1 <= len(readability.sentences(block.text)) <= 2
    assert not block.text.lower().startswith(term.term.lower())


def test_every_source_exists():
    path = content.FOLDER / "references.toml"
    known = set(content.read_toml(path, path.read_text()))
    used = page.cited(*(term.text for term in glossary.terms()), library.FILE.read_text())

    assert used - known == set()
    assert library.sources(safety_text.file_body()) - known == set()


def test_every_page_that_a_term_names_exists():
    named = {term.page for term in glossary.terms()} - {""}

    assert named <= {path.stem for path in Path(content.FOLDER).glob("*.md")}


def test_no_word_leads_to_2_terms():
    words = [word.lower() for term in glossary.terms() for word in {term.term.lower(), *term.forms}]

    assert sorted(words) == sorted(set(words))


def test_there_are_enough_terms():
    assert len(glossary.terms()) >= 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Facet joints hurt.", [("Facet joints", "facet-joint")]),
        ("It does not mean a mean score.", [("mean score", "mean")]),
        ("A nice CT scan, says NICE.", [("CT scan", "ct"), ("NICE", "nice")]),
        ("A medial branch block is no medial branch.", [
            ("medial branch block", "medial-branch-block"), ("medial branch", "medial-branch-nerves"),
        ]),
        ("A non-steroid discourse on X-rays.", [("X-rays", "x-ray")]),
    ],
)  # fmt: skip
def test_terms_are_found_as_whole_words_the_longest_first(text, expected):
    assert [(found[0], term.slug) for found, term in glossary.find(text)] == expected


def test_the_pieces_of_a_text_make_the_text():
    text = "Numb (NSAID) <b>facet joints</b> and steroids"

    assert "".join(words for words, _ in glossary.split(text)) == text
