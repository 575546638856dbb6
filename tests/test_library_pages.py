"""How pains differ, emergency signs, the glossary, and the words that lead to it."""

import re
from dataclasses import replace

import html5lib
import pytest
from django.template.loader import render_to_string

from clinic.models import ClinicProfile
from clinic.templatetags import clinic_tags
from procedures import blocks, loading, page, safety_text
from procedures.models import Edition, Explainer, Reference
from tests import pages
from tests.shared_words import signed_off

pytestmark = pytest.mark.django_db

COMPARE, SIGNS, WORDS = "/conditions/how-they-differ/", "/emergency-signs/", "/glossary/"
ADDRESSES = [COMPARE, SIGNS, WORDS]
REFERENCES = {
    key: {
        "key": key, "citation": f"{key}. A study.", "doi": f"10.1000/{key.lower()}", "url": "", "year": 2020,
        "study_type": "Trial", "size": "10 people",
    }
    for key in ("ONE20", "TWO", "FUJ21", "ISU18", "COH20")
}  # fmt: skip


@pytest.fixture(autouse=True)
def sources():
    for row in REFERENCES.values():
        Reference.objects.create(**row)


def a_condition(slug, name, *, number=1, findings=(), **traits):
    explainer, _ = Explainer.objects.get_or_create(
        slug=slug, defaults={"kind": "condition", "plain_name": name, "medical_name": slug}
    )
    return Edition.objects.create(
        explainer=explainer,
        number=number,
        plain_name=name,
        medical_name=slug.capitalize(),
        content={
            "traits": [{"aspect": aspect, "text": text} for aspect, text in traits.items()],
            "findings": list(findings),
            "references": {key: REFERENCES[key] for key in page.cited(*traits.values())},
        },
        content_hash=f"{slug}{number}",
    )


def html(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def text(markup):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def table(markup):
    """The cells of the body, row by row, as plain text."""
    rows = re.findall(r"<tr>(.*?)</tr>", markup.split("<tbody>")[1].split("</tbody>")[0], re.DOTALL)
    return [
        [text(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows
    ]


@pytest.mark.parametrize("url", ADDRESSES)
def test_the_html_is_right(client, url):
    a_condition("knee", "Pain in the knee", where="At the front [@TWO].")

    markup = html(client, url)
    ids = re.findall(r'\bid="([^"]+)"', markup)

    html5lib.HTMLParser(strict=True).parse(markup)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', markup)) <= set(ids)
    assert not re.search(r"\{finding|\{\.own|\[@|<!--", markup)


@pytest.mark.parametrize("url", ADDRESSES)
def test_readers_leave_no_trace(client, url):
    response = client.get(url)

    assert response.headers["Cache-Control"].startswith("public")
    assert not response.cookies
    assert client.post(url).status_code == 405


def test_the_table_tells_what_each_current_edition_says(client):
    share = {"key": "half", "title": "Half", "numerator": 60, "denominator": 100, "what": "had it"}
    a_condition("old-hip", "Pain in the hip", where="Nowhere.")
    a_condition("knee", "Knee pain", number=1, where="An old word.")
    a_condition(
        "knee",
        "Knee pain",
        number=2,
        where="At the front [@TWO].",
        found="In {finding:half} people [@ONE20; @TWO].",
        findings=[share],
    )

    rows = table(html(client, COMPARE))

    assert rows == [
        ["Knee pain Knee", "At the front [4] .", "", "", "", "In 60 out of 100 people [5] [4] .", ""],
        ["Pain in the hip Old-hip", "Nowhere.", "", "", "", "", ""],
    ]


def test_sources_of_all_conditions_are_one_list(client):
    a_condition("hip", "Hip pain", where="Here [@ONE20].", feels="Sore [@TWO].")
    a_condition("knee", "Knee pain", where="There [@TWO].")

    markup = html(client, COMPARE)

    assert re.findall(r'<li id="ref-(\d)" tabindex="-1">(\w+)\.', markup) == [
        ("1", "FUJ21"), ("2", "ISU18"), ("3", "COH20"), ("4", "ONE20"), ("5", "TWO"),
    ]  # fmt: skip
    assert sorted(re.findall(r'id="cite-(\d)"', markup)) == ["1", "2", "3", "4", "5"]


def test_only_what_readers_may_open_is_compared(client, settings):
    a_condition("knee", "Knee pain", where="Here.")
    a_condition("quiet", "A page without traits")
    gone = a_condition("gone", "A page that is gone", where="Gone.")
    Explainer.objects.filter(pk=gone.explainer_id).update(is_withdrawn=True)

    assert [row[0] for row in table(html(client, COMPARE))] == ["Knee pain Knee"]

    settings.REQUIRE_CLINICAL_REVIEW = True
    signed_off("compare")
    assert "There is no page here yet" in html(client, COMPARE)


def test_more_conditions_cost_no_more_queries(client, django_assert_num_queries):
    a_condition("one", "One", where="Here.")
    with django_assert_num_queries(5):
        html(client, COMPARE)
    a_condition("two", "Two", where="Here.")
    a_condition("three", "Three", where="Here.")
    with django_assert_num_queries(5):
        html(client, COMPARE)


def test_hostile_words_are_only_words(client):
    a_condition(
        "knee", "<script>alert(1)</script>", where="<img src=x onerror=alert(1)> [x](javascript:alert(1))"
    )

    markup = html(client, COMPARE)

    assert "<script" not in markup
    assert "<img" not in markup
    assert 'href="javascript' not in markup


def test_the_table_is_found_from_the_list_of_conditions(client):
    a_condition("knee", "Knee pain", where="Here.")

    assert f'href="{COMPARE}"' in html(client, "/conditions/")
    assert f'href="{COMPARE}"' in html(client, "/")


def test_emergency_signs_are_those_of_the_current_text(client):
    body = safety_text.file_body()
    loading.safety_text.load(body)

    markup = html(client, SIGNS)
    items = [re.sub(r"\s+", " ", item) for item in re.findall(r"<li>([^<]+)</li>", markup)]

    for card in (body["emergency"], body["urgent"], body["after"]["emergency"], body["after"]["same_day"]):
        assert card["heading"] in markup
        assert [item["text"] for item in card["items"] if item["text"] not in items] == []
    assert body["emergency"]["advice"][4] in markup
    assert body["crisis"]["text"] in markup
    assert "Version 1 of our words about danger signs." in markup


def test_emergency_signs_show_without_any_source(client):
    Reference.objects.all().delete()

    assert "Call 911 or go to the nearest emergency room now if" in html(client, SIGNS)


def test_the_cards_name_the_sources_that_are_known(client):
    Reference.objects.create(**{**REFERENCES["TWO"], "key": "NHSBP", "citation": "NHS page."})

    markup = html(client, SIGNS)

    assert len(re.findall(r'<li id="ref-\d+"', markup)) == 1
    assert "NHS page." in markup


def test_the_urgent_card_has_the_phone_number_of_today(client):
    clinic = ClinicProfile.load()
    clinic.phone = "202-555-0199"
    clinic.save()

    assert "Call 202-555-0199" in text(html(client, SIGNS))


def test_emergency_signs_are_one_step_from_every_page(client):
    assert f'href="{SIGNS}"' in html(client, "/privacy/")


def test_the_glossary_leads_to_pages_that_are_published(client):
    assert "/conditions/herniated-disc/" not in html(client, WORDS)

    a_condition("herniated-disc", "Herniated disc")

    assert "/conditions/herniated-disc/" in html(client, WORDS)


def rendered(**changes):
    return blocks.render_page(pages.a_page(**changes))[0]


def links(markup):
    return re.findall(r'<a class="term" href="([^"]+)">([^<]+)</a>', markup)


def test_a_term_is_linked_where_a_page_first_has_it():
    markup = rendered(body=("cost", "The tough layer (fascia) is thin [@TWO]. Fascia and ligaments [@TWO]."))

    assert links(markup)[-2:] == [("/glossary/#fascia", "fascia"), ("/glossary/#ligament", "ligaments")]


@pytest.mark.parametrize(
    "body",
    ["### The fascia\n\nIt is thin [@TWO].", "Read [about fascia](/procedures/sample-block/) [@TWO]."],
)
def test_no_term_is_linked_in_a_heading_or_a_link(body):
    assert "/glossary/#fascia" not in [address for address, _ in links(rendered(body=("cost", body)))]


def test_no_term_is_linked_in_key_facts_or_captions():
    facts = (page.KeyFact("Fascia", "Fascia is a layer [@TWO]."), *pages.a_page().key_facts[1:])

    assert "/glossary/#fascia" not in [address for address, _ in links(rendered(key_facts=facts))]


def test_words_in_tables_of_results_are_linked_too():
    assert ("/glossary/#randomized-trial", "Randomized trial") in links(rendered())
    assert links(rendered()).count(("/glossary/#randomized-trial", "Randomized trial")) == 1


def test_hostile_words_beside_a_term_are_escaped():
    markup = rendered(body=("cost", 'A steroid<script>alert("x")</script> & [@TWO].'))

    assert '<a class="term" href="/glossary/#steroid">steroid</a>&lt;script&gt;' in markup


def dots(numerator, denominator):
    markup = render_to_string("_icon_array.html", clinic_tags.icon_array(numerator, denominator)).strip()
    paths = re.findall(r'<path class="dots-(off|on)" d="([^"]*)"', markup)
    return {
        name: sum(round(float(width)) // 12 + 1 for width in re.findall(r"h([\d.]+)", path))
        for name, path in paths
    }


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (0, 100, {"off": 100, "on": 0}),
        (1, 100, {"off": 99, "on": 1}),
        (68, 100, {"off": 32, "on": 68}),
        (100, 100, {"off": 0, "on": 100}),
        (3, 5, {"off": 40, "on": 60}),
        (9, 1000, {"off": 991, "on": 9}),
    ],
)
def test_as_many_dots_are_filled_as_people_are_counted(numerator, denominator, expected):
    assert dots(numerator, denominator) == expected


@pytest.mark.parametrize(("numerator", "denominator"), [(10, 29), (9, 10000), (77, 113)])
def test_a_share_that_dots_cannot_show_has_none(numerator, denominator):
    assert dots(numerator, denominator) == {}


def test_100_dots_cost_few_bytes():
    assert len(render_to_string("_icon_array.html", clinic_tags.icon_array(68, 100)).strip()) < 450


def test_a_risk_out_of_100_is_shown_as_dots_from_its_stored_number():
    risk = replace(pages.a_page().risks[0], numerator=7)

    assert 'aria-label="7 of 100 dots are filled"' in rendered(risks=(risk,))
