"""Markdown with citations, numbers and lines of our own; no HTML gets through."""

import pytest

from procedures import blocks, markdown
from procedures.readability import grade, sentences, syllables
from tests import pages


def render(text: str, slot: str = "") -> str:
    return blocks.PageBlocks(pages.a_page()).text(text, slot)


def test_citations_are_numbered_in_the_order_of_the_page():
    html = render("It helps [@TWO]. It lasts [@ONE20; @TWO].")

    assert html == (
        '<p>It helps<sup class="cite"><a href="#ref-1" id="cite-1" aria-label="Reference 1">[1]</a></sup>. '
        'It lasts<sup class="cite"><a href="#ref-2" id="cite-2" aria-label="Reference 2">[2]</a>'
        '<a href="#ref-1" aria-label="Reference 1">[1]</a></sup>.</p>\n'
    )


def test_a_stored_number_is_put_in():
    assert render("We saw {finding:half} people.") == "<p>We saw 60 out of 100 people.</p>\n"


def test_a_stored_score_is_put_in():
    assert render("It fell {finding:score}.") == "<p>It fell from 70 to 45.5.</p>\n"


def test_the_mark_of_our_own_words_is_taken_out():
    assert render("Bring a friend. {.own}\n\n- Sit down. {.own}") == (
        "<p>Bring a friend.</p>\n<ul>\n<li>Sit down.</li>\n</ul>\n"
    )


def test_headings_have_an_address():
    assert render("### In the first hours", "afterwards") == (
        '<h3 id="afterwards-in-the-first-hours">In the first hours</h3>\n'
    )


@pytest.mark.parametrize(
    ("slot", "text", "beginning"),
    [
        ("steps", "1. Sit", '<ol class="steps">'),
        ("prepare", "1. Sit", '<ol class="checklist">'),
        ("questions", "- Why me", '<ul class="checklist">'),
        ("risks", "- Sit", "<ul>"),
        ("steps", "- Sit", "<ul>"),
    ],
)
def test_lists_look_like_what_they_are_for(slot, text, beginning):
    assert render(text, slot).splitlines()[0] == beginning


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[link](javascript:alert(1))",
        "[link](data:text/html;base64,AAAA)",
        "![picture](https://other.example/a.png)",
        "<https://other.example>",
        "[@ONE20<script>]",
    ],
)
def test_nothing_hostile_gets_through(hostile):
    html = render(hostile)

    for tag in ("<script", "<img", 'href="javascript', 'href="data'):
        assert tag not in html


def test_a_link_within_the_site_works():
    assert render("[the block](/procedures/sample-block/)") == (
        '<p><a href="/procedures/sample-block/">the block</a></p>\n'
    )


def test_a_drawing_comes_with_caption_and_words():
    html = render("::figure cluneal-nerves")

    assert pages.SVG in html
    assert f"<figcaption>{pages.CAPTION}</figcaption>" in html
    assert f"<p>{pages.LONG_DESCRIPTION}</p>" in html


def test_a_finding_is_dots_and_words():
    html = render("::finding half")

    assert 'aria-label="60 of 100 dots are filled"' in html
    assert "60 out of 100</span> had half the pain" in html


def test_risks_say_what_their_numbers_count_and_where_there_is_none():
    html = render("::risks")

    assert "Where there is a number, it counts people out of 100." in html
    assert "We do not have reliable numbers for these." in html
    assert "We do not have a reliable number</td>" in html


def test_the_phone_number_is_left_to_the_moment_of_reading():
    assert render("::phone") == "<!--phone-lines-->\n"


def test_parsing_for_checks_needs_no_page():
    assert [token.type for token in markdown.parse("::phone")] == ["directive"]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("nerve", 1), ("injection", 3), ("medicine", 3), ("serious", 3), ("special", 2), ("places", 2),
        ("eased", 1), ("needed", 2), ("easier", 3), ("radiofrequency", 6), ("going", 2), ("useful", 2),
        ("table", 2), ("X-ray", 2), ("911", 1), ("long-term", 2),
    ],
)  # fmt: skip
def test_syllables(word, count):
    assert syllables(word) == count


def test_sentences_end_at_full_stops_but_not_at_titles():
    assert sentences("Ask Dr. Lee. Is it 7.5 cm? Yes: sit. Then: Walk.") == [
        "Ask Dr. Lee.",
        "Is it 7.5 cm?",
        "Yes: sit.",
        "Then:",
        "Walk.",
    ]


def test_the_grade_is_that_of_flesch_and_kincaid():
    # 2 sentences, 13 words, 14 syllables
    assert grade(["The cat sat on the mat.", "It was a warm and sunny day."]) == pytest.approx(-0.3, abs=0.05)


def test_the_grade_of_nothing_is_zero():
    assert grade(["", " "]) == 0.0
