"""Every word a patient meets in the form, in letters, mails and on the status page: plain and calm.

Pages about procedures have checks of their own (procedures/checks).
"""

import re
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from procedures import readability, safety_text
from procedures.checks.language import PRAISE, PROMISE, REASSURANCE
from requests import letters, notifications, status_words, steps
from requests.forms.dates import DateParts
from requests.forms.pain import PainWeekForm

from .builders import a_safety_text, an_inquiry
from .intake import client_of, complete_draft, url

pytestmark = pytest.mark.django_db

VOICES = ("me", "other")
GRADE = 6.0
WORDS_IN_HEADING, WORDS_IN_HINT, WORDS_IN_SENTENCE = 12, 25, 25
# F10: an error says what to do, not that somebody did wrong.
SCOLDING = re.compile(
    r"\b(?:in)?valid\b|\bplease\b|\bsorry\b|\brequired\b|\boops\b|\berror occurred\b", re.IGNORECASE
)
# The instrument fixes these words (Q11).
FIXED = {str(field.label) for field in PainWeekForm.base_fields.values()}
PARAMS = {"limit": 200, "parts": "a day and a year", "day": "Saturday, November 21"}


# What a question page says


def form_of(step: steps.Step, voice: str) -> Any:
    form = step.form(answers={"for_whom": voice}, safety=safety_text.file_body())
    form.prepare()
    return form


def headings(step: steps.Step, voice: str) -> Iterator[str]:
    yield step.heading_for({"for_whom": voice})


def hints(step: steps.Step, voice: str) -> Iterator[str]:
    yield step.why_for({"for_whom": voice})
    for field in form_of(step, voice).fields.values():
        yield str(field.help_text or "")


def labels(step: steps.Step, voice: str) -> Iterator[str]:
    for field in form_of(step, voice).fields.values():
        yield str(field.label or "")


def options(step: steps.Step, voice: str) -> Iterator[str]:
    for field in form_of(step, voice).fields.values():
        if hasattr(field, "labels"):
            yield from (re.sub(r"<[^>]+>", "", label) for _key, label in field.labels())


def errors(step: steps.Step, voice: str) -> Iterator[str]:
    """All that our own checks can say; Django's word for a broken post is never shown."""
    for field in form_of(step, voice).fields.values():
        for code, words in field.error_messages.items():
            if not (code == "invalid" and isinstance(field, DateParts)):
                yield str(words) % {"name": getattr(field, "name", ""), **PARAMS}
    if step.slug == "name":
        form = form_of(step, voice)
        yield str(form.said(form.missing))


PARTS = (headings, hints, labels, options, errors)


def said(*parts: Any) -> list[str]:
    """The words of these parts of all question pages, in both voices, each once."""
    found = (text for step in steps.STEPS for voice in VOICES for part in parts for text in part(step, voice))
    return [text for text in dict.fromkeys(found) if text]


# What else a patient reads


def read(markup: str) -> list[str]:
    """Headings, paragraphs, items, labels and buttons between header and footer."""
    main = html5lib.parse(markup, namespaceHTMLElements=False).find(".//main")
    kinds = ("h1", "h2", "h3", "p", "li", "dt", "dd", "label", "legend", "button")
    texts = (" ".join("".join(element.itertext()).split()) for kind in kinds for element in main.iter(kind))
    return [text for text in texts if text]


def form_pages() -> Iterator[str]:
    """The pages of the form that ask nothing."""
    client = client_of(complete_draft(urgent=["fever"], email="rosa@gmial.com"))
    for name in ("start", "check", "stop", "under_18", "expired", "resume_link"):
        yield client.get(reverse(f"requests:{name}")).content.decode()
    yield client.post(reverse("requests:resume_link")).content.decode()
    yield client.post(reverse("requests:send"), {"company_website": "x"}).content.decode()
    for template in ("resume.html", "service_away.html", "sent_already.html"):
        yield render_to_string(
            f"requests/{template}",
            {"again_url": "/", "status_url": "/", "posted": [("a", "b")], "is_post": True},
        )


def progress_texts() -> Iterator[str]:
    yield from (*status_words.HISTORY.values(), *status_words.STATE.values(), status_words.REOPENED)
    yield from (line for lines in status_words.NEXT.values() for line in lines)


def status_texts() -> Iterator[str]:
    yield from progress_texts()
    inquiry = an_inquiry()
    yield status_words.promise(inquiry)
    yield from read(
        client_of(complete_draft()).get(reverse("requests:status", args=[inquiry.token])).content.decode()
    )


def letter_texts() -> Iterator[str]:
    yield from (letter for letter in letters.LETTERS.values())
    yield letters.CLOSING.format(phone="202-555-0100", emergency_number="911", clinic="Sample Clinic")


def mail_texts() -> Iterator[str]:
    context = {
        "clinic_name": "Sample Clinic",
        "phone": "202-555-0100",
        "reference": "7K3-XW9",
        "link": "LINK",
        "emergency": notifications.EMERGENCY.format(number="911"),
        "answer_by": "Monday, November 23",
        "missed": "Friday, November 20",
    }
    for kind in ("receipt", "news", "promise_moved", "withdrawn"):
        yield render_to_string(f"mail/{kind}.subject.txt", context)
        text = render_to_string(f"mail/{kind}.txt", context)
        yield from (" ".join(part.split()) for part in text.split("\n\n") if part.strip())


EVERYTHING = {
    "question pages": lambda: said(*PARTS),
    "question pages without options": lambda: said(headings, hints, labels, errors),
    "form pages": lambda: [text for page in form_pages() for text in read(page)],
    "status page": lambda: list(status_texts()),
    "letters": lambda: list(letter_texts()),
    "mails": lambda: list(mail_texts()),
}
EACH = pytest.mark.parametrize("texts", EVERYTHING.values(), ids=EVERYTHING.keys())


def offences(texts: list[str], *patterns: re.Pattern[str]) -> list[str]:
    return [text for text in texts for pattern in patterns if text not in FIXED and pattern.search(text)]


@EACH
def test_words_are_easy_to_read(texts):
    """Grade 6 at most, all of them taken together (F33)."""
    assert readability.grade(texts()) <= GRADE


@EACH
def test_no_sentence_is_long(texts):
    sentences = [sentence for text in texts() for sentence in readability.sentences(text)]

    assert [text for text in sentences if len(readability.words(text)) > WORDS_IN_SENTENCE] == []


@EACH
def test_nothing_scolds_promotes_or_soothes(texts):
    """F10, E15, E16; after a screen without a sign nobody is told that all is well (R12)."""
    assert offences(texts(), SCOLDING, PRAISE, PROMISE, REASSURANCE) == []


def test_the_patterns_find_something():
    words = [
        "Enter a valid date",
        "Sorry",
        "This field is required.",
        "The best clinic",
        "Your answers are safe",
        "We guarantee an answer",
    ]

    assert offences([*words, *FIXED], SCOLDING, PRAISE, PROMISE, REASSURANCE) == words


def test_headings_and_hints_are_short():
    long_headings = [text for text in said(headings) if len(text.split()) > WORDS_IN_HEADING]
    long_hints = [text for text in said(hints) if len(text.split()) > WORDS_IN_HINT]

    assert (long_headings, long_hints) == ([], [])


# What is about whoever types, also when they ask for somebody else
TYPIST = re.compile(
    r"\babout you\b|^enter your|related|call you|if you (do not know|tick one)|cannot tell you|you can choose"
    r"|that you are not sure yet|^what you write here|if you ask for somebody else|so that you do not lose",
    re.IGNORECASE,
)
BEFORE_WHO_FOR = ("emergency-signs", "urgent-signs", "who-for")
NOT_FOR_HELPERS = ("contact-person",)


@pytest.mark.parametrize("step", steps.STEPS, ids=[step.slug for step in steps.STEPS])
def test_somebody_who_asks_for_another_is_never_taken_for_the_patient(step):
    """Errors of the fixed questions repeat their words, which the instrument speaks to the patient."""
    if step.slug in (*BEFORE_WHO_FOR, *NOT_FOR_HELPERS, "pain-week"):
        return
    texts = [text for part in PARTS for text in part(step, "other")]

    assert [text for text in texts if re.search(r"\b(you|your|I)\b", text) and not TYPIST.search(text)
            and text not in ("Your name", "Your phone number")] == []  # fmt: skip


def test_the_status_page_does_not_take_its_reader_for_the_patient():
    """Who reads it may have asked for somebody else, whose appointment it is."""
    of_the_patient = re.compile(
        r"\b(?:your (?:appointment|health|medicines)|offer(?:ed)? you)\b", re.IGNORECASE
    )

    assert offences(list(progress_texts()), of_the_patient) == []


def test_signs_are_asked_of_the_patient_before_anybody_says_who_that_is():
    for step in steps.STEPS[:2]:
        assert "If you ask for somebody else, answer for them." in " ".join(hints(step, "me"))


# Emergency words where they must stand (R10, R13)


def cards(markup: str) -> list[str]:
    page = html5lib.parse(markup, namespaceHTMLElements=False)
    return [
        " ".join(item.itertext()) for item in page.findall(".//section[@class='care care-emergency']//li")
    ]


def test_emergency_signs_stand_on_start_beside_free_text_and_on_the_confirmation():
    text = a_safety_text()
    client = client_of(complete_draft())
    addresses = (
        reverse("requests:start"),
        url("anything-else"),
        reverse("requests:status", args=[an_inquiry().token]),
    )

    for address in addresses:
        assert cards(client.get(address).content.decode()) == [
            item["text"] for item in text.emergency["items"]
        ]


def test_the_crisis_line_stands_beside_free_text_and_on_the_confirmation():
    client = client_of(complete_draft())

    for address in (url("anything-else"), reverse("requests:status", args=[an_inquiry().token])):
        assert "call or text 988" in client.get(address).content.decode()


def test_the_stop_page_leads_only_to_phones_and_back():
    page = html5lib.parse(
        client_of(complete_draft()).get(reverse("requests:stop")).content, namespaceHTMLElements=False
    )
    addresses = {link.get("href") for link in page.iter("a")}

    assert addresses == {"#content", "tel:911", "tel:+12025550100", url("emergency-signs")}
    assert not page.findall(".//form")
