"""What people type, and the page that comes first: on the real pages."""

import pytest
from django.core.management import call_command

from procedures import search, search_words, views
from procedures.models import Passage

pytestmark = pytest.mark.django_db

BLOCK, NEURALGIA = "/procedures/cluneal-nerve-block/", "/conditions/cluneal-neuralgia/"
DISC, STENOSIS = "/conditions/herniated-disc/", "/conditions/lumbar-spinal-stenosis/"
ARTHRITIS, FACET = "/conditions/osteoarthritis-of-the-spine/", "/conditions/facet-joint-pain/"
SI_PAIN, SI_SHOT = "/conditions/sacroiliac-joint-pain/", "/procedures/sacroiliac-joint-injection/"
EPIDURAL, HEAT = "/procedures/lumbar-epidural-steroid-injection/", "/procedures/radiofrequency-ablation/"
BRANCH, TRIGGER = "/procedures/lumbar-medial-branch-block/", "/procedures/trigger-point-injection/"
COMPARE, GLOSSARY, SIGNS = "/conditions/how-they-differ/", "/glossary/", "/emergency-signs/"

FIRST = {
    # plain words
    "butt pain": NEURALGIA,
    "sciatica": DISC,
    "slipped disc": DISC,
    "pinched nerve": DISC,
    "shooting pain down my leg": DISC,
    "spine arthritis": ARTHRITIS,
    "wear and tear": ARTHRITIS,
    "narrow spine": STENOSIS,
    "pain when walking": STENOSIS,
    "leg pain when walking": STENOSIS,
    "burning hip pain": NEURALGIA,
    "pins and needles in my leg": DISC,
    "nerve block": BLOCK,
    "cortisone shot in the spine": EPIDURAL,
    "burning the nerve": HEAT,
    "muscle knots": TRIGGER,
    # medical words
    "cluneal": NEURALGIA,
    "Cluneal nerve block": BLOCK,
    "facet joint": FACET,
    "sacroiliac": SI_PAIN,
    "SI joint injection": SI_SHOT,
    "lumbar stenosis": STENOSIS,
    "epidural": EPIDURAL,
    "radiofrequency": HEAT,
    "RFA": HEAT,
    "medial branch": BRANCH,
    "trigger point": TRIGGER,
    "herniated disk": DISC,
    # slips
    "clunial": NEURALGIA,
    "siatica": DISC,
    "stenosys": STENOSIS,
    "epidral": EPIDURAL,
    "herneated disc": DISC,
    "sacroilliac": SI_PAIN,
    "osteoarthitis": ARTHRITIS,
    # accents, capitals, signs
    "ST\u00c9NOSIS": STENOSIS,
    '"facet joint" OR (pain)': FACET,
    # pages that are no editions
    "which pain do I have": COMPARE,
    "glossary": GLOSSARY,
    "red flags": SIGNS,
    "pain diary": "/pain-diary/",
    "privacy": "/privacy/",
    "book an appointment": "/requests/new/",
    "espa\u00f1ol": "/language-help/",
}


def first(text):
    found = search.find(search_words.tidy(text), views.sorted_editions()).results
    return found[0].url if found else None


def test_the_page_that_people_look_for_comes_first():
    call_command("load_pages", verbosity=0)

    assert {text: first(text) for text in FIRST} == FIRST

    assert {
        words for words in meanings() if not Passage.objects.filter(vector=search.query(words)).exists()
    } == set()


def meanings():
    """What plain words are translated to: words that our pages have."""
    return {words for means, _ in search_words.dictionary().values() for words in means}


def test_no_phrase_is_listed_twice():
    typed = [" ".join(phrase) for phrase, _, _ in search_words.entries()]

    assert {phrase for phrase in typed if typed.count(phrase) > 1} == set()
