"""The leaflet itself: its tags, its words, its sheets. What was checked, and that veraPDF was not: leaflets.py."""

import re
from datetime import timedelta

import pytest
import segno
from django.core.management import call_command
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import ClinicProfile
from procedures import blocks, drawings, figures, leaflet, page, paper
from procedures.checks.language import PRAISE, PROMISE
from procedures.models import Edition, Review
from tests import pages
from tests.builders import a_user
from tests.leaflets import Leaflet, dark_squares

pytestmark = pytest.mark.django_db

VARIANTS = ["letter", "a4", "large", "large-a4"]
SIZES = {
    "letter": (612, 792),
    "large": (612, 792),
    "a4": (595, 842),
    "large-a4": (595, 842),
}
URL = "http://127.0.0.1:8000/procedures/sample-block/"


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


def read(explainer, variant="letter"):
    edition = explainer.editions.with_page_parts().order_by("-number").first()
    return Leaflet(leaflet.of(edition, variant))


def review(edition, **days):
    today = local_today()
    days = {"reviewed_on": today, "next_due": today + timedelta(days=365)} | days
    words = {"reviewer_name": "Ada Sample", "credential": "MD"}
    return Review.objects.create(edition=edition, reviewer=a_user("Clinician"), **words, **days)


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_says_that_it_is_pdf_ua(explainer, variant):
    found = read(explainer, variant)

    assert "<pdfuaid:part>1</pdfuaid:part>" in found.metadata
    assert found.root["/MarkInfo"] == {"/Marked": True, "/Suspects": False}
    assert found.root["/Lang"] == "en-US"
    assert found.root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert found.reader.metadata.title == "Sample injection for a sore knee (Sample block)"
    assert found.reader.metadata.author == "Sample Spine & Nerve Clinic"


@pytest.mark.parametrize("variant", VARIANTS)
def test_its_parts_are_tagged_as_what_they_are(explainer, variant):
    found = read(explainer, variant)
    roles = found.roles

    # The name; 2 cards, 13 sections, who wrote it, references; 3 lists of risks, 2 cards, 1 own.
    assert (roles["/H1"], roles["/H2"], roles["/H3"]) == (1, 17, 6)
    assert [
        level for level, before in zip(found.levels[1:], found.levels, strict=False) if level > before + 1
    ] == []
    assert (roles["/Table"], roles["/TH"]) == (4, 8)
    assert (roles["/L"], roles["/LI"]) == (10, roles["/LBody"])
    assert roles["/P"] > 40


def test_each_drawing_has_its_words(explainer):
    assert read(explainer).alternatives == [
        f"Square code for a phone camera. It opens {URL}",
        drawings.in_words(figures.read("cluneal-nerves", figures.FOLDER)),
        "60 of 100 dots are filled",
    ]


@pytest.mark.parametrize("variant", VARIANTS)
def test_letters_are_in_the_file_and_large_enough(explainer, variant):
    found = read(explainer, variant)

    assert found.fonts == {"AtkinsonHyperlegibleNext-Bold": True, "AtkinsonHyperlegibleNext-Regular": True}
    assert found.usual_size == (18 if "large" in variant else 10)
    assert {tuple(round(side) for side in sheet.mediabox[2:]) for sheet in found.reader.pages} == {
        SIZES[variant]
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_sheet_says_whose_it_is(explainer, variant):
    sheets = read(explainer, variant).sheets
    edition = explainer.editions.get()
    day = timezone.localdate(edition.published_at)
    foot = [
        "Sample Spine & Nerve Clinic, 202-555-0100.",
        "No clinician has reviewed this text yet.",
        f"Version 1, {day:%B} {day.day}, {day.year}.",
        "127.0.0.1:8000/procedures/sample-block/",
    ]

    assert len(sheets) > 1
    for number, words in enumerate(sheets, 1):
        assert [line for line in [*foot, f"Page {number} of {len(sheets)}"] if line not in words] == []


def test_the_review_stands_on_every_sheet_and_takes_the_banner_off(explainer):
    banner = "Sample text. No clinician has reviewed it yet."
    assert banner in read(explainer).sheets[0]
    day = local_today()
    review(explainer.editions.get())

    found = read(explainer)

    assert not found.says(banner)
    assert found.says("Reviewed by: Ada Sample, MD")
    assert {f"Last reviewed {day:%B} {day.day}, {day.year}." in words for words in found.sheets} == {True}


def test_an_overdue_review_is_told_on_the_first_sheet(explainer):
    today = local_today()
    review(
        explainer.editions.get(), reviewed_on=today - timedelta(days=300), next_due=today - timedelta(days=1)
    )
    due = today - timedelta(days=1)

    assert f"The next review was due on {due:%B} {due.day}, {due.year}." in read(explainer).sheets[0]


def test_the_square_code_holds_the_address_of_the_page(explainer):
    code = leaflet.square_code(URL)
    squares = [list(row) for row in segno.make(URL, error="m", micro=False).matrix]

    assert dark_squares(code["svg"], len(squares), border=2) == squares
    assert read(explainer).says("This page on the web: 127.0.0.1:8000/procedures/sample-block/")


def test_the_same_edition_gives_the_same_bytes(explainer):
    edition = explainer.editions.with_page_parts().get()
    first = leaflet.of(edition, "letter")
    edition.files.all().delete()

    assert leaflet.of(edition, "letter") == first


def test_text_is_never_taken_for_layout(tmp_path):
    words = 'The #panic("skin") *turns* $blue$ <ref-1> @ONE20 \\ `raw` // = / - + [all] it.'
    explainer = pages.an_edition_of_old(tmp_path, "The skin turns blue.", words)

    assert read(explainer).says(words)


def test_it_promotes_nothing_around_the_words_of_the_page(explainer):
    edition = explainer.editions.with_page_parts().get()
    frame = leaflet.around(edition, "letter", ClinicProfile.load())

    assert [pattern.findall(str(frame)) for pattern in (PRAISE, PROMISE)] == [[], []]


def test_it_knows_every_block_that_a_page_can_have():
    assert set(paper.DIRECTIVES) == set(blocks.DIRECTIVES)


def test_questions_that_patients_ask_are_in_it():
    words = pages.a_page(asked=(page.Asked("Does it hurt?", "It can sting [@TWO]."),))

    last = paper.words_of(words)["sections"][-1]

    assert last["heading"] == "Questions patients ask"
    assert [block["kind"] for block in last["blocks"]] == ["heading", "paragraph"]


def test_a_drawing_has_a_rule_for_each_of_its_classes():
    rules = set(re.findall(r"\.(fig[\w-]*)", drawings.styles()))
    used = {
        name
        for path in figures.FOLDER.glob("*.svg")
        for names in re.findall(r'class="([^"]+)"', path.read_text())
        for name in names.split()
    }

    assert used - rules == set()
    assert re.findall(r"var\(|@media|color-mix", drawings.styles()) == []


def test_the_real_pages_are_whole():
    """Every heading, risk, fact and source of every page; as on the page; on 6 sheets at the most."""
    call_command("load_pages", verbosity=0)
    found = {
        edition.explainer.slug: faults(edition) for edition in Edition.objects.current().with_page_parts()
    }

    assert {slug: missing for slug, missing in found.items() if missing} == {}
    assert {"cluneal-nerve-block", "cluneal-neuralgia"} <= set(found)


def faults(edition):
    made = Leaflet(leaflet.of(edition, "letter"))
    content = page.from_json(edition.content)
    expected = [edition.plain_name, edition.medical_name]
    expected += [section.heading for section in content.sections]
    expected += [fact.label for fact in content.key_facts]
    if any(section.body.count("::findings") for section in content.sections):
        expected += [row.title for row in content.findings]
    if any(section.body.count("::risks") for section in content.sections):
        expected += [
            words for risk in content.risks for words in (risk.name, risk.what_it_is, risk.what_to_do)
        ]
    expected += [item["text"] for item in content.safety["emergency"]["items"]]
    missing = [words for words in expected if not made.says(words)]
    return missing + other_sources(edition, content) + wrong_size(edition, made)


def other_sources(edition, content):
    """The leaflet's sources against those of the page, by number."""
    listed = re.findall(r'<li id="ref-(\d+)".*?href="([^"]+)"', edition.references_html, re.DOTALL)
    own = [(str(row["number"]), row["address"]) for row in paper.words_of(content)["references"]]
    return [] if own == [(number, link.replace("&amp;", "&")) for number, link in listed] else [own, listed]


def wrong_size(edition, made):
    """At most 6 sheets, and the link to it says about how many, and how large the file is."""
    told, sheets, kilobytes = leaflet.about_size(edition), len(made.sheets), len(made.body) / 1000
    is_right = sheets <= 6 and abs(told["sheets"] - sheets) <= 1
    is_right &= abs(told["kilobytes"] - kilobytes) < kilobytes / 4
    return [] if is_right else [told, sheets, kilobytes]
