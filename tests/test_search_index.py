"""What is written for the search, and that the database finds it by its indexes."""

from itertools import product

import pytest
from django.contrib.postgres.search import SearchQuery
from django.core.management import call_command
from django.db import connection

from procedures import publishing, search_index, visible_text
from procedures.models import Edition, Explainer, Passage, SearchWord
from procedures.models.passage import CONFIG
from tests import pages

pytestmark = pytest.mark.django_db


def rows(edition):
    return list(edition.passages.values_list("weight", "slot", "heading"))


def test_publishing_writes_the_names_the_facts_and_the_sections(tmp_path):
    edition = pages.a_published_page(tmp_path).current_edition

    assert rows(edition)[:8] == [
        (10, "", "Sample injection for a sore knee"),
        (8, "", "Sample block"),
        (4, "", ""),
        (4, "", "What it is for"),
        (4, "", "How long it takes"),
        (4, "", "Going home"),
        (4, "", "Chance that it helps"),
        (2, "who", "It is for pain from this nerve"),
    ]
    assert [slot for _, slot, _ in rows(edition)[8:]] == [
        "anatomy", "how-well", "risks", "risks-common", "risks-uncommon", "risks-serious", "alternatives",
        "tell-us", "prepare", "steps", "afterwards", "afterwards-in-the-first-hours", "next", "when-to-call", "cost", "questions",
    ]  # fmt: skip


def test_words_are_kept_as_they_are_spelled(tmp_path):
    edition = pages.a_published_page(tmp_path, ("Germs get in.", "Caf\u00e9 germs get in.")).current_edition
    words = set(edition.search_words.values_list("word", flat=True))

    assert {"injection", "leaflet", "germs", "cafe"} <= words
    assert "not" not in words


def test_a_new_edition_is_indexed_beside_the_old_one(tmp_path):
    explainer = pages.a_published_page(tmp_path)
    before = Passage.objects.count()
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    edition = publishing.publish(explainer, change_note="New price.")

    assert edition.passages.count() == before
    assert Passage.objects.count() == 2 * before


def test_a_refused_page_leaves_nothing_behind(tmp_path):
    explainer = pages.a_published_page(tmp_path)
    before = Passage.objects.count()
    explainer.sections.filter(slot="cost").update(body="It is a miracle that always works.")

    with pytest.raises(publishing.Refused):
        publishing.publish(explainer, change_note="New words.")

    assert Passage.objects.count() == before


def test_indexing_twice_changes_nothing(tmp_path):
    edition = pages.a_published_page(tmp_path).current_edition
    before = rows(edition), edition.search_words.count()

    search_index.index(edition)

    assert (rows(edition), edition.search_words.count()) == before


def test_loading_the_pages_indexes_editions_from_before_there_was_a_search(tmp_path):
    edition = pages.a_published_page(tmp_path).current_edition
    before = rows(edition)
    Passage.objects.all().delete()
    SearchWord.objects.all().delete()

    call_command("load_pages", folder=tmp_path, verbosity=0)

    assert rows(edition) == before
    assert search_index.index_missing() == 0


def test_an_address_that_is_too_long_leads_to_its_section(tmp_path):
    words = "In the first hours and in all hours that follow until evening"
    edition = pages.a_published_page(tmp_path, ("In the first hours", words)).current_edition

    assert [slot for _, slot, heading in rows(edition) if heading == words] == ["afterwards"]


def test_passages_hold_what_a_reader_sees_and_no_more():
    html = """
        <p class="lead">Pain<sup class="cite"><a href="#ref-1">[1]</a></sup> ends<br>soon</p>
        <section class="care" id="emergency"><h2>Call 911</h2><ul><li>now</li></ul></section>
        <nav><ul><li>Risks</li></ul></nav>
        <section><h2 id="risks">Risks</h2><p>Ask &amp; wait:</p><ul><li>one</li><li>two.</li></ul>
        <svg><title>A knee</title><path d="M0"/></svg><h3 id="risks-more">More</h3>
        <table><thead><tr><th>Risk</th></tr></thead><tbody><tr><th>Pain</th><td>1 out of 100</td></tr></tbody></table>
        </section>"""

    found = [(piece.kind, piece.slot, piece.heading, piece.text) for piece in visible_text.pieces(html)]

    assert found == [
        ("lead", "", "", "Pain ends soon."),
        ("section", "risks", "Risks", "Ask & wait: one; two."),
        ("section", "risks-more", "More", "Pain. 1 out of 100."),
    ]


# Growth: a few thousand passages, and the plan of the database.


INDEXES = ["passage_vector", "search_word_alike"]


@pytest.fixture
def many():
    page = Explainer.objects.create(slug="many", kind="procedure", plain_name="Many")
    edition = Edition.objects.create(explainer=page, number=1, plain_name="Many")
    Passage.objects.bulk_create(
        Passage(edition=edition, position=number, text=f"word{number} nerve pain", names="Many", weight=2)
        for number in range(8000)
    )
    words = ("".join(letters) + "erve" for letters in product("abcdefghijkl", repeat=4))
    SearchWord.objects.bulk_create(SearchWord(edition=edition, word=word) for word in words)
    with connection.cursor() as cursor:
        # What autovacuum does a moment later.
        cursor.execute("SELECT gin_clean_pending_list(name::regclass) FROM unnest(%s) AS name", [INDEXES])
        cursor.execute("ANALYZE procedures_passage, procedures_searchword")
    return edition


def plan(rows):
    return rows.order_by().explain()


def test_words_are_found_by_the_index(many):
    rows = Passage.objects.filter(vector=SearchQuery("word42", config=CONFIG), edition__in=[many.pk])

    assert rows.count() == 1
    assert "Bitmap Index Scan on passage_vector" in plan(rows)


def test_alike_words_are_found_by_the_index(many):
    rows = SearchWord.objects.filter(word__trigram_similar="abcdervee")

    assert "abcderve" in rows.values_list("word", flat=True)
    assert "Bitmap Index Scan on search_word_alike" in plan(rows)
