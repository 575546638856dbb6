"""Rules for every question: short words, a reason, a protocol row, nothing that must not be asked."""

import re
from typing import Any

import pytest
from django import forms
from django.urls import reverse

from requests import steps
from requests.forms.dates import DateInputs
from requests.forms.fields import Words
from requests.protocol import PROTOCOL

from .builders import safety_body
from .intake import HELPER, client_of, complete_answers, complete_draft, url

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("for_whom", ["me", "other"])
EACH = pytest.mark.parametrize("step", steps.STEPS, ids=[step.slug for step in steps.STEPS])


def form_of(step: steps.Step, for_whom: str = "me") -> Any:
    form = step.form(answers={"for_whom": for_whom}, safety=safety_body())
    form.prepare()
    return form


def words_of(text: object) -> int:
    return len(str(text).split())


@EACH
@BOTH
def test_a_heading_has_at_most_12_words_and_a_reason_at_most_25(step, for_whom):
    answers = {"for_whom": for_whom}

    assert 1 <= words_of(step.heading_for(answers)) <= 12
    assert 1 <= words_of(step.why_for(answers)) <= 25


@EACH
@BOTH
def test_a_hint_has_at_most_25_words(step, for_whom):
    for field in form_of(step, for_whom).fields.values():
        limit_words = 7 if isinstance(field.widget, forms.Textarea) else 0
        assert words_of(field.help_text or "") + limit_words <= 25


@EACH
def test_every_page_has_a_row_in_the_question_protocol(step):
    row = step.protocol

    assert all((row.purpose, row.used_by, row.if_unanswered, row.if_risk, row.retention))


def test_the_protocol_has_no_row_without_a_page():
    assert set(PROTOCOL) == {step.slug for step in steps.STEPS}


def test_every_answer_comes_from_exactly_one_page_but_the_contact_person():
    pages: dict[str, list[str]] = {}
    for step in steps.STEPS:
        for key in step.form.answer_keys():
            pages.setdefault(key, []).append(step.slug)

    assert {key: slugs for key, slugs in pages.items() if len(slugs) > 1} == {
        key: ["your-details", "contact-person"]
        for key in ("helper_name", "helper_phone", "helper_phone_typed", "helper_relationship")
    }


@EACH
@BOTH
def test_the_words_fit_who_is_asking(step, for_whom):
    if for_whom == "me" or not isinstance(step.heading, Words):
        return
    # Speaking to a helper, "your" would mean the wrong person.
    assert not re.search(r"\b(you|your)\b", str(step.heading.other).replace("do you want us", ""))


# Never asked (N1 to N24)
NEVER = re.compile(
    r"social.?security|\bssn\b|driver|licen[cs]e|passport|card.?number|\biban\b|bank|member.?number|policy.?number"
    r"|password|security.?question|captcha|\btitle\b|marital|married|\brace\b|ethnic|religio|gender|\bsex\b"
    r"|orientation|immigra|citizen|visa|\bhiv\b|drug.?use|alcohol|psychiatr|abuse|suicid|depress|employer"
    r"|occupation|\bjob\b|address_line|street|\bzip\b|postal|emergency.?contact|photo|video|hear.?about|marketing"
    r"|newsletter|confirm_|genetic|family.?history|signature|opioid",
    re.IGNORECASE,
)


def asked_words(step, for_whom):
    form = form_of(step, for_whom)
    yield step.heading_for({"for_whom": for_whom})
    for name, field in form.fields.items():
        yield name
        yield str(field.label or "")
        if name not in ("emergency", "urgent"):
            yield from (str(label) for _key, label in getattr(field, "choices", ()))


@EACH
@BOTH
def test_nothing_is_asked_that_must_not_be(step, for_whom):
    assert [words for words in asked_words(step, for_whom) if NEVER.search(words)] == []


def test_the_list_of_what_must_not_be_asked_finds_something():
    for words in ("social_security_number", "What is your gender?", "Confirm_email", "Job", "HIV"):
        assert NEVER.search(words)


@EACH
def test_only_boxes_and_text_never_lists_sliders_or_pickers(step):
    kinds = {type(field.widget) for field in form_of(step).fields.values()}

    assert kinds <= {
        forms.TextInput, forms.Textarea, forms.RadioSelect, forms.CheckboxSelectMultiple, DateInputs,
    }  # fmt: skip


FIXED = {
    "for_whom",
    "topic",
    "channel",
    "voicemail",
    "text_reminders",
    "language",
    "peg_pain",
    "peg_enjoyment",
    "peg_activity",
}


@EACH
def test_not_sure_is_offered_wherever_it_can_be_true(step):
    for name, field in form_of(step).fields.items():
        if type(field.widget) is forms.RadioSelect and name not in FIXED:
            assert "not_sure" in dict(field.choices)


PAGES = {
    "your-details": HELPER,
    "contact-person": {"channel": "other_person"},
    "procedure-name": {"topic": "other_procedure"},
    "language-name": {"language": "other", "language_other": "Welsh"},
    "referral-place": {"referral": "yes"},
}


@EACH
def test_every_page_is_built_as_it_should_be(step):
    client = client_of(complete_draft(**PAGES.get(step.slug, {})))

    page = client.get(url(step.slug)).content.decode()

    assert page.count("<h1") == 1
    assert "novalidate" in page
    assert not re.search(r"<[^>]*\brequired\b", page)
    assert "<script" not in page
    assert "<select" not in page
    assert "placeholder=" not in page
    assert "*" not in page[page.index("<main") : page.index("</main>")]
    assert page.index('class="back-link"') < page.index("<h1")
    assert 'class="btn btn-primary">Continue</button>' in page
    if step.slug != "topic":
        assert step.why_for({}) in page.replace("&#x27;", "'")


@EACH
def test_no_answer_is_chosen_beforehand(step):
    answers = complete_answers(**PAGES.get(step.slug, {}))
    before = steps.asked(answers)[: steps.asked(answers).index(step)]
    keys = {key for page in before for key in page.form.answer_keys()}
    draft = complete_draft()
    draft.answers = {key: value for key, value in answers.items() if key in keys}
    draft.save()

    page = client_of(draft).get(url(step.slug)).content.decode()

    assert "checked" not in page


def test_the_peg_keeps_its_words_and_names_its_authors():
    page = client_of(complete_draft()).get(url("pain-week")).content.decode()

    for words in (
        "What number best describes your pain on average in the past week?",
        "What number best describes how, during the past week, pain has interfered with your enjoyment of life?",
        "What number best describes how, during the past week, pain has interfered with your general activity?",
        "No pain",
        "Pain as bad as you can imagine",
        "Does not interfere",
        "Completely interferes",
        "Krebs",
    ):
        assert words in page


def test_the_summary_says_everything_in_plain_words():
    answers = complete_answers(
        **HELPER, emergency=["none"], urgent=["fever"], pain_side="left", topic="other_procedure",
        topic_other="Joint injection", diabetes="yes", diabetes_details="tablets", language="es",
        visit_dates=["2026-12-02"], help_needs=["interpreter", "step_free"],
    )  # fmt: skip

    said = {row.label: row.lines for group in steps.summary(answers, safety_body()) for row in group.rows}

    assert said["Signs to check today"] == ["You have fever or chills, or you feel very unwell"]
    assert said["Which side"] == ["Left side"]
    assert said["Which procedure"] == ["Joint injection"]
    assert said["Diabetes"] == ["Yes", "tablets"]
    assert said["Language"] == ["Español (Spanish)"]
    assert said["Dates that suit"] == ["December 2, 2026"]
    assert said["Help for the visit"] == [
        "An interpreter",
        "A way in without steps, for a wheelchair or walker",
    ]
    assert said["Pain on average, past week"] == ["7 out of 10"]
    assert said["Phone of the person who asks"] == ["202 555 0188"]


def test_the_summary_of_few_answers_is_no_fault():
    assert [row.lines for group in steps.summary({}, {}) for row in group.rows if row.lines] == []


def test_the_start_page_says_what_to_expect(client):
    page = client.get(reverse("requests:start")).content.decode()

    for words in (
        "It is not a booking.",
        "about 5 minutes",
        "If you send your request now, we will answer by ",
        "only on working days",
        "202-555-0100",
        reverse("language_help"),
        reverse("privacy"),
    ):
        assert words in page


def test_under_18_is_a_page_with_help_and_no_error():
    draft = complete_draft()
    client = client_of(draft)

    response = client.post(
        url("date-of-birth"),
        {"date_of_birth_month": "1", "date_of_birth_day": "1", "date_of_birth_year": "2015"},
    )

    assert response.url == reverse("requests:under_18")
    page = client.get(response.url).content.decode()
    assert "We see adults only" in page
    assert "202-555-0100" in page
    assert f'href="{url("date-of-birth")}"' in page
    draft.refresh_from_db()
    assert draft.answers["date_of_birth"] == "1970-05-04"


@pytest.mark.parametrize(("born", "leads_to"), [("2008-11-18", ""), ("2008-11-19", "requests:under_18")])
def test_the_18th_birthday_counts(born, leads_to, time_machine):
    time_machine.move_to("2026-11-18 15:00Z")
    year, month, day = born.split("-")
    form = steps.find("date-of-birth").form(
        {"date_of_birth_month": month, "date_of_birth_day": day, "date_of_birth_year": year}, answers={}
    )

    assert form.is_valid()
    assert form.leads_to() == leads_to


def test_a_record_names_the_helper_instead_of_saying_me():
    said = {
        row.label: row.lines
        for group in steps.summary(complete_answers(**HELPER, channel="other_person"), safety_body())
        for row in group.rows
    }

    assert said["Contact by"] == ["Through the person who asks"]


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        ({"for_whom": "me"}, "Email"),
        ({"for_whom": "me", "channel": "other_person"}, "Email"),
        ({**HELPER, "channel": "phone"}, "Email of the patient"),
        ({**HELPER, "channel": "text"}, "Email of the patient"),
        ({**HELPER, "channel": "email"}, "Email of the patient"),
        ({**HELPER, "channel": "other_person"}, "Email of the person who asks"),
    ],
)
def test_the_summary_says_whose_email_address_it_is(answers, label):
    page = client_of(complete_draft(**answers)).get(reverse("requests:check"))

    said = {row["label"]: row["value"] for _title, rows in page.context["groups"] for row in rows}
    assert [name for name in said if name.startswith("Email")] == [label]
    assert said[label] == ["rosa@example.com"]
