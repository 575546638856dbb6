"""What a page tells machines: structured data, previews, languages (E46, E47, E49)."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest

from clinic.calendar import local_today
from clinic.models import ClinicProfile
from procedures import structured_data
from procedures.models import Edition, Explainer
from tests import pages
from tests.test_procedures_pages import review

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
URL = "/procedures/sample-block/"

# From schema.org's own definitions (schema.ttl and med-health-core.ttl, August 2026): what each type
# is a kind of, and which types a property may stand on.
KIND_OF = {
    "MedicalWebPage": ["WebPage"],
    "WebPage": ["CreativeWork"],
    "CreativeWork": ["Thing"],
    "MedicalTherapy": ["TherapeuticProcedure"],
    "TherapeuticProcedure": ["MedicalProcedure"],
    "MedicalProcedure": ["MedicalEntity"],
    "MedicalSymptom": ["MedicalSignOrSymptom"],
    "MedicalSignOrSymptom": ["MedicalCondition"],
    "MedicalCondition": ["MedicalEntity"],
    "MedicalCause": ["MedicalEntity"],
    "MedicalEntity": ["Thing"],
    "MedicalClinic": ["MedicalBusiness", "MedicalOrganization"],
    "MedicalBusiness": ["LocalBusiness"],
    "LocalBusiness": ["Organization", "Place"],
    "MedicalOrganization": ["Organization"],
    "Organization": ["Thing"],
    "Place": ["Thing"],
    "Patient": ["MedicalAudience", "Person"],
    "MedicalAudience": ["Audience"],
    "Person": ["Thing"],
}
STANDS_ON = {
    **dict.fromkeys(("name", "alternateName", "description", "url", "image"), ("Thing",)),
    **dict.fromkeys(("inLanguage", "dateModified", "author", "publisher", "mainEntity", "about"), ("CreativeWork",)),
    **dict.fromkeys(("lastReviewed", "reviewedBy"), ("WebPage",)),
    "medicalAudience": ("MedicalWebPage",),
    "honorificSuffix": ("Person",),
    **dict.fromkeys(("telephone", "address"), ("Organization", "Person", "Place")),
    "medicalSpecialty": ("Hospital", "MedicalClinic", "MedicalOrganization", "Physician"),
    "availableService": ("Hospital", "MedicalClinic", "Physician"),
    **dict.fromkeys(("procedureType", "bodyLocation", "preparation", "howPerformed", "followup"), ("MedicalProcedure",)),
    **dict.fromkeys(("contraindication", "seriousAdverseOutcome"), ("MedicalDevice", "MedicalTherapy")),
    "adverseOutcome": ("MedicalDevice", "TherapeuticProcedure"),
    **dict.fromkeys(("signOrSymptom", "cause", "epidemiology"), ("MedicalCondition",)),
    "possibleTreatment": ("MedicalCondition", "MedicalSignOrSymptom"),
}  # fmt: skip
HOLDS = {
    "author": "Organization",
    "publisher": "Organization",
    "mainEntity": "Thing",
    "about": "Thing",
    "reviewedBy": "Person",
    "medicalAudience": "MedicalAudience",
    "availableService": "MedicalProcedure",
    "adverseOutcome": "MedicalEntity",
    "seriousAdverseOutcome": "MedicalEntity",
    "signOrSymptom": "MedicalSignOrSymptom",
    "cause": "MedicalCause",
    "possibleTreatment": "MedicalTherapy",
}
# Values that are addresses or codes and not words on the page.
CODES = {"@context", "@type", "@id", "url", "image", "inLanguage", "procedureType", "medicalSpecialty"}
CONDITION = """
<p class="lead">It hurts.</p>
<section><h2 id="symptoms">It hurts in 1 spot</h2><ul><li>The knee is sore<sup class="cite">[1]</sup>.</li></ul></section>
<section><h2 id="causes">We know 1 cause</h2><p>It can be:</p><ul><li>a fall</li></ul></section>
<section><h2 id="how-common">Many have it</h2><p>So many.</p></section>"""


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(
        tmp_path,
        (
            "The block may help with pain from this nerve [@ONE20].",
            "It is not the right step now if:\n\n- you are ill [@TWO]\n- you do not want it {.own}",
        ),
    )


def html(client, url=URL):
    return client.get(url).content.decode()


def data(client, url=URL):
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html(client, url))
    assert len(found) == 1
    return json.loads(found[0])


def nodes(value):
    """Every object in the data, with the property that holds it."""
    if isinstance(value, dict):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    for part in parts:
        yield from nodes(part)


def kinds(name):
    """The type and all that it is a kind of."""
    return {name}.union(*(kinds(parent) for parent in KIND_OF.get(name, [])))


def words(text):
    return " ".join(re.findall(r"[\w']+", text))


def visible(client, url=URL):
    page = re.sub(r"(?s)<head>.*?</head>|<sup.*?</sup>|<svg.*?</svg>", "", html(client, url))
    return words(unescape(re.sub(r"<[^>]+>", " ", page)))


def misplaced(page):
    """Properties on a type that cannot have them, and objects where their type does not belong."""
    types = {node["@id"]: node["@type"] for node in nodes(page) if {"@id", "@type"} <= set(node)}
    for node in nodes(page):
        kind = node.get("@type") or types[node["@id"]]
        for name, value in node.items():
            if not name.startswith("@") and not set(STANDS_ON[name]) & kinds(kind):
                yield f"{name} on {kind}"
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    its_kind = part.get("@type") or types[part["@id"]]
                    if HOLDS[name] not in kinds(its_kind):
                        yield f"{its_kind} in {name}"


def test_a_procedure_is_told_as_a_therapy(client, explainer):
    page = data(client)

    assert page["@type"] == "MedicalWebPage"
    assert page["mainEntity"] == {
        "@type": "MedicalTherapy",
        "@id": f"{SITE}{URL}#procedure",
        "name": "Sample block",
        "alternateName": "Sample injection for a sore knee",
        "procedureType": "https://schema.org/PercutaneousProcedure",
        "contraindication": ["you are ill", "you do not want it"],
        "preparation": "List your medicines. Find a ride home.",
        "howPerformed": "We clean your skin. We put in the medicine.",
        "followup": "Keep the skin away from heat.",
        "adverseOutcome": [
            {"@type": "MedicalEntity", "name": name}
            for name in ("A bruise", "Little or no relief", "You faint")
        ],
        "seriousAdverseOutcome": [{"@type": "MedicalEntity", "name": "Infection"}],
    }
    assert page["publisher"]["availableService"] == {"@id": f"{SITE}{URL}#procedure"}


def test_a_condition_is_told_as_a_condition(client, explainer):
    condition = Explainer.objects.create(slug="sore", kind="condition", plain_name="Sore knee")
    names = {"plain_name": "Sore knee", "medical_name": "Knee pain", "author": "Us"}
    Edition.objects.create(explainer=condition, number=1, html=CONDITION, **names)
    condition.related.add(explainer)

    page = data(client, "/conditions/sore/")

    assert page["mainEntity"] == {
        "@type": "MedicalCondition",
        "@id": f"{SITE}/conditions/sore/#condition",
        "name": "Knee pain",
        "alternateName": "Sore knee",
        "signOrSymptom": [{"@type": "MedicalSymptom", "name": "The knee is sore."}],
        "cause": [{"@type": "MedicalCause", "name": "a fall"}],
        "epidemiology": "So many.",
        "possibleTreatment": [
            {"@type": "MedicalTherapy", "name": "Sample injection for a sore knee", "url": SITE + URL}
        ],
    }
    assert [*misplaced(page)] == []


def test_every_property_stands_where_schema_org_puts_it(client, explainer):
    review(explainer.current_edition)
    ClinicProfile.objects.create(name="Clinic", phone="202-555-0100", address_lines="1 Street\nTown")
    other = Explainer.objects.create(slug="open", kind="condition", plain_name="Open page")
    Edition.objects.create(explainer=other, number=1, plain_name="Open page")
    explainer.related.add(other)
    page = data(client)

    assert [*misplaced(page)] == []
    assert {"about", "reviewedBy", "publisher"} <= set(page)
    assert [*misplaced({"@type": "MedicalProcedure", "contraindication": "x"})] == [
        "contraindication on MedicalProcedure"
    ]


def test_every_value_is_on_the_page(client, explainer):
    review(explainer.current_edition)
    shown = visible(client)
    told = [
        value
        for node in nodes(data(client))
        for name, values in node.items()
        if name not in CODES | {"description", "dateModified", "lastReviewed"}
        for value in (values if isinstance(values, list) else [values])
        if isinstance(value, str)
    ]

    assert [value for value in told if words(value) not in shown] == []
    assert len(told) == 17


def test_nobody_is_named_as_reviewer_without_a_review(client, explainer):
    assert {"lastReviewed", "reviewedBy"} & set(data(client)) == set()


def test_the_review_is_told_as_it_was_recorded(client, explainer):
    review(
        explainer.current_edition, reviewed_on=date(2026, 3, 1), next_due=local_today() + timedelta(days=9)
    )
    page = data(client)

    assert page["lastReviewed"] == "2026-03-01"
    assert page["reviewedBy"] == {"@type": "Person", "name": "Ada Sample", "honorificSuffix": "MD"}


def test_there_are_no_ratings(client, explainer):
    assert re.findall(r"(?i)rating|\"review\"|faq", json.dumps(data(client))) == []


def test_no_word_ends_the_script_early(client, explainer):
    """Also names that only the clinic's manager can type."""
    name = "</script><script>alert(1)</script>&<!-- \u2028"
    ClinicProfile.objects.create(name=name, phone="202-555-0100")

    page = html(client)

    assert "<script>alert" not in page
    assert data(client)["publisher"]["name"] == name


def test_long_texts_end_with_a_sentence():
    text = "One sentence. " * 30

    assert structured_data.beginning(text.strip()) == ("One sentence. " * 11).strip()
    assert structured_data.beginning("Short.") == "Short."


def test_a_link_to_the_page_has_a_preview(client, explainer):
    edition = explainer.current_edition
    found = dict(re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', html(client)))

    assert found == {
        "og:type": "article",
        "og:site_name": "Sample Spine &amp; Nerve Clinic",
        "og:title": "Sample injection for a sore knee",
        "og:description": edition.description,
        "og:url": SITE + URL,
        "og:image": f"{SITE}/pages/{edition.code}.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Sample injection for a sore knee (Sample block). Sample Spine &amp; Nerve Clinic",
    }


@pytest.mark.parametrize("url", ["/", "/procedures/", "/conditions/", URL])
def test_a_page_names_its_address_its_language_and_the_feed(client, explainer, url):
    head = html(client, url).split("</head>")[0]

    assert re.findall(r'<link rel="canonical" href="([^"]+)">', head) == [SITE + url]
    assert re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', head) == [
        ("en", SITE + url),
        ("x-default", SITE + url),
    ]
    assert head.count('type="application/rss+xml" href="/changes.rss"') == 1
    assert head.count('<meta name="description"') == head.count('property="og:title"') == 1


def test_an_address_with_a_query_is_told_without_it(client, explainer):
    assert f'<link rel="canonical" href="{SITE}/procedures/">' in html(client, "/procedures/?from=mail")


def test_readers_do_not_wait_for_what_only_machines_read(client, explainer):
    text = html(client)
    assert text.index("application/ld+json") > text.index("</footer>") > text.index("<h1")
