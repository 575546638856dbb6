"""Every failure of every question has its own words, beside the field and in the summary (F9, F10, F11)."""

import re

import pytest
import time_machine
from django.utils.datastructures import MultiValueDict

from clinic.models import DailyCount, Holiday
from requests import steps
from requests.forms.fields import Line, Paragraph
from requests.forms.reach import Visible

from .intake import HELPER, answer, client_of, complete_answers, complete_draft, draft_of, post_for, url

pytestmark = pytest.mark.django_db

# A Wednesday. The clinic is closed on weekends unless it says otherwise.
NOW = "2026-11-18 15:00Z"
FORBIDDEN = re.compile(r"\b(in)?valid\b|please|sorry|required|oops|error", re.IGNORECASE)


def errors_of(slug, answers=None, **posted):
    """The errors of one page, as the patient sees them."""
    step = steps.find(slug)
    given = complete_answers(**(answers or {}))
    data = post_for(step, given) | posted
    body = MultiValueDict(
        {name: value if isinstance(value, list) else [str(value)] for name, value in data.items()}
    )
    form = step.form(body, answers=given)
    form.prepare()
    return {name: list(messages) for name, messages in form.errors.items()}


LONG = "x" * 600
EMPTY = {
    "emergency-signs": {"emergency": "Select the symptoms you have, or select that you have none of them"},
    "urgent-signs": {"urgent": "Select the signs you have, or select that you have none of them"},
    "who-for": {"for_whom": "Select who this request is for"},
    "your-details": {
        "helper_name": "Enter your name",
        "helper_phone": "Enter your phone number",
        "helper_relationship": "Enter how you are related to the patient",
    },
    "date-of-birth": {"date_of_birth": "Enter your date of birth"},
    "been-before": {"been_before": "Select whether you have been to this clinic before"},
    "topic": {"topic": "Select what you want help with"},
    "procedure-name": {},
    "pain-areas": {"pain_areas": "Select where your pain is, or select that you have no pain now"},
    "pain-side": {"pain_side": "Select which side your pain is on"},
    "pain-duration": {"pain_duration": "Select how long you have had this pain"},
    "pain-week": {
        "peg_pain": "Select a number from 0 to 10 for your pain on average in the past week",
        "peg_enjoyment": "Select a number from 0 to 10 for how pain has interfered with your enjoyment of life",
        "peg_activity": "Select a number from 0 to 10 for how pain has interfered with your general activity",
    },
    "health": {
        "blood_thinners": "Select whether you take medicine that thins the blood",
        "pregnant": "Select whether you could be pregnant, or that it does not apply",
        "infection": "Select whether you have an infection now, or take antibiotics",
        "diabetes": "Select whether you have diabetes",
        "reaction": (
            "Select whether you have had a serious reaction to numbing medicine, a steroid or X-ray dye"
        ),
    },
    "name": {"first_name": "Enter your first name, or your only name"},
    "contact": {"channel": "Select how you want us to contact you"},
    "contact-person": {
        "helper_name": "Enter their name",
        "helper_phone": "Enter their phone number",
        "helper_relationship": "Enter how they are related to you",
    },
    "phone": {"phone": "Enter the number you want us to call"},
    "calls": {"voicemail": "Select whether we can leave a message"},
    "email": {},
    "text-reminders": {"text_reminders": "Select whether we may send text reminders"},
    "visit": {
        "visit_days": "Select the days that suit you, or select that you are not sure yet",
        "visit_times": "Select the parts of the day that suit you",
    },
    "help": {"help_needs": "Select the help you need, or select that you need none"},
    "language": {"language": "Select a language"},
    "language-name": {"language_other": "Enter the name of the language"},
    "payment": {
        "insurance": "Select whether you will use health insurance",
        "injury": "Select whether this is from a work injury or a car accident",
    },
    "insurer": {},
    "referral": {"referral": "Select whether you have a referral or a recent scan"},
    "referral-place": {},
    "anything-else": {},
}


@pytest.mark.parametrize("slug", [step.slug for step in steps.STEPS])
def test_nothing_answered(slug):
    given = complete_answers()
    form = steps.find(slug).form({}, answers=given)

    assert {name: messages[0] for name, messages in form.errors.items()} == EMPTY[slug]


def test_somebody_else_is_told_about_the_patient():
    given = complete_answers(**HELPER)

    assert steps.find("date-of-birth").form({}, answers=given).errors["date_of_birth"] == [
        "Enter their date of birth"
    ]
    assert steps.find("pain-week").form({}, answers=given).errors == {}


@pytest.mark.parametrize(
    ("slug", "field", "values", "words"),
    [
        ("urgent-signs", "urgent", ["fever", "none"], "have none of them, but not both"),
        ("pain-areas", "pain_areas", ["groin", "none"], "have no pain now, but not both"),
        ("visit", "visit_days", ["mon", "not_sure"], "are not sure yet, but not both"),
        ("help", "help_needs", ["large_print", "none"], "need none, but not both"),
    ],
)
def test_none_contradicts_every_other_option(slug, field, values, words):
    assert errors_of(slug, **{field: values})[field][0].endswith(words)


@pytest.mark.parametrize(
    ("month", "day", "year", "words"),
    [
        ("", "", "", "Enter your date of birth"),
        ("", "4", "1970", "Your date of birth must include a month"),
        ("5", "", "1970", "Your date of birth must include a day"),
        ("5", "4", "", "Your date of birth must include a year"),
        ("5", "", "", "Your date of birth must include a day and a year"),
        ("13", "4", "1970", "Your date of birth must have a month from 1 to 12, or a name like March"),
        ("0", "4", "1970", "Your date of birth must have a month from 1 to 12, or a name like March"),
        ("Ma", "4", "1970", "Your date of birth must have a month from 1 to 12, or a name like March"),
        ("Smarch", "4", "1970", "Your date of birth must have a month from 1 to 12, or a name like March"),
        ("5", "x", "1970", "Your date of birth must have a day from 1 to 31"),
        ("5", "32", "1970", "Your date of birth must have a day from 1 to 31"),
        ("5", "²", "1970", "Your date of birth must have a day from 1 to 31"),
        ("5", "4", "70", "Your date of birth must have a year with 4 numbers"),
        ("5", "4", "19700", "Your date of birth must have a year with 4 numbers"),
        ("5", "4", "0070", "Your date of birth must have a year with 4 numbers"),
        ("2", "30", "1970", "Your date of birth must be a real date"),
        ("11", "18", "2026", "Your date of birth must be in the past"),
        ("11", "19", "2026", "Your date of birth must be in the past"),
        ("5", "4", "1899", "Your date of birth must be in the last 120 years"),
    ],
)
@time_machine.travel(NOW)
def test_a_date_of_birth_that_cannot_be(month, day, year, words):
    posted = {"date_of_birth_month": month, "date_of_birth_day": day, "date_of_birth_year": year}

    assert errors_of("date-of-birth", **posted) == {"date_of_birth": [words]}


@pytest.mark.parametrize("month", ["3", "03", "Mar", "mar.", "MARCH", " march ", "٣"])
def test_a_month_can_be_written_in_many_ways(month):
    draft = complete_draft()

    posted = {"date_of_birth_month": month, "date_of_birth_day": "04", "date_of_birth_year": "1970"}
    assert client_of(draft).post(url("date-of-birth"), posted).status_code == 302

    draft.refresh_from_db()
    assert draft.answers["date_of_birth"] == "1970-03-04"


def test_the_bad_part_of_a_date_is_the_one_marked_and_linked():
    client = client_of(complete_draft())

    page = client.post(
        url("date-of-birth"),
        {"date_of_birth_month": "5", "date_of_birth_day": "4", "date_of_birth_year": "70"},
    ).content.decode()

    assert 'href="#id_date_of_birth_2"' in page
    assert page.count('aria-invalid="true"') == 1
    assert 'value="70"' in page


@pytest.mark.parametrize(
    ("date", "words"),
    [
        (("11", "17", "2026"), "The first date must be today or in the future"),
        (("11", "20", "2027"), "The first date must be in the next 12 months"),
        (
            ("11", "21", "2026"),
            "The first date must be a day when we are open. We are closed on Saturday, November 21",
        ),
        (
            ("11", "26", "2026"),
            "The first date must be a day when we are open. We are closed on Thursday, November 26",
        ),
        (("2", "30", "2027"), "The first date must be a real date"),
        (("2", "", "2027"), "The first date must include a day"),
    ],
)
@time_machine.travel(NOW)
def test_a_visit_date_that_cannot_be(date, words):
    Holiday.objects.create(on="2026-11-26", name="Thanksgiving")
    parts = dict(zip(("visit_date_1_month", "visit_date_1_day", "visit_date_1_year"), date, strict=True))

    assert errors_of("visit", **parts) == {"visit_date_1": [words]}


@time_machine.travel("2026-11-20 23:00Z")
def test_the_first_day_to_choose_is_one_when_the_clinic_is_open():
    Holiday.objects.create(on="2026-11-20", name="A day off")
    form = steps.find("visit").form(answers={})

    form.prepare()

    assert (
        form.fields["visit_date_1"].help_text == "The first day you can choose is Monday, November 23, 2026."
    )


@time_machine.travel(NOW)
def test_up_to_three_dates_are_kept_in_order_and_once():
    client = client_of(complete_draft())
    dates = [("12", "4", "2026"), ("12", "2", "2026"), ("12", "4", "2026")]
    posted = {"visit_days": ["mon"], "visit_times": ["morning"]}
    for number, (month, day, year) in enumerate(dates, 1):
        name = f"visit_date_{number}"
        posted |= {f"{name}_month": month, f"{name}_day": day, f"{name}_year": year}

    client.post(url("visit"), posted)

    assert draft_of(client).answers["visit_dates"] == ["2026-12-02", "2026-12-04"]


def test_a_day_when_the_clinic_is_closed_cannot_be_chosen():
    assert errors_of("visit", visit_days=["sun"]) == {
        "visit_days": ["Select the days that suit you, or select that you are not sure yet"]
    }


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("abc", "The phone number must be written in numbers, like 202-555-0147"),
        ("12", "The phone number has too few numbers. Include the area code"),
        ("555-0147", "The phone number has too few numbers. Include the area code"),
        ("202-555-01471", "The phone number has too many numbers"),
        ("000-000-0000", "The phone number does not exist. Check the area code and the numbers after it"),
        (
            "+999 12345678",
            "The phone number has a country code that we do not know. Check the numbers after +",
        ),
        ("2" * 41, "The phone number must be 40 characters or fewer"),
        ("202-555-0147\n", None),
    ],
)
def test_a_phone_number_that_cannot_be_called(typed, words):
    assert errors_of("phone", phone=typed) == ({"phone": [words]} if words else {})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2025550147", "+12025550147"),
        ("(202) 555-0147", "+12025550147"),
        ("+1 202.555.0147", "+12025550147"),
        ("202 555 0147 ext. 12", "+12025550147"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+1 809 555 0147", "+18095550147"),
    ],
)
def test_a_phone_number_can_be_written_in_many_ways(typed, stored):
    client = client_of(complete_draft())

    answer(client, "phone", phone=stored, phone_typed=typed)

    answers = draft_of(client).answers
    assert (answers["phone"], answers["phone_typed"]) == (stored, typed)
    assert f'value="{typed}"' in client.get(url("phone")).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("rosa.example.com", "Your email address must have one @ sign, like name@example.com"),
        ("a@b@example.com", "Your email address must have one @ sign, like name@example.com"),
        ("rosa@example", "Your email address must have a dot after the @ sign, like name@example.com"),
        ("rosa@.com.", "Your email address must have a dot after the @ sign, like name@example.com"),
        ("ro sa@example.com", "Your email address must be in the correct format, like name@example.com"),
        ("rósa@example.com", "Your email address must be in the correct format, like name@example.com"),
        ("@example.com", "Your email address must be in the correct format, like name@example.com"),
        ("a" * 250 + "@example.com", "Your email address must be 254 characters or fewer"),
    ],
)
def test_an_email_address_that_cannot_work(typed, words):
    assert errors_of("email", email=typed) == {"email": [words]}


@pytest.mark.parametrize(
    ("channel", "whose"),
    [("phone", "Their"), ("text", "Their"), ("email", "Their"), ("other_person", "Your")],
)
def test_an_error_says_whose_email_address_it_is(channel, whose):
    given = {**HELPER, "channel": channel}

    assert errors_of("email", given, email="bo.example.com") == {
        "email": [f"{whose} email address must have one @ sign, like name@example.com"]
    }


def test_an_email_address_is_trimmed():
    client = client_of(complete_draft())

    answer(client, "email", email="  Rosa@Example.COM ")

    assert draft_of(client).answers["email"] == "Rosa@Example.COM"


def test_an_email_address_is_needed_only_who_wants_email():
    assert errors_of("email", {"channel": "email"}, email="") == {"email": ["Enter your email address"]}
    assert errors_of("email", {"channel": "phone"}, email="") == {}
    for_other = {**HELPER, "channel": "email"}
    assert errors_of("email", for_other, email="") == {"email": ["Enter their email address"]}
    assert errors_of("email", for_other | {"channel": "other_person"}, email="") == {}


def test_a_likely_mistyped_address_is_asked_about_and_never_refused():
    client = client_of(complete_draft())

    assert answer(client, "email", email="rosa@gmial.com").status_code == 302

    page = client.get(url("visit")).content.decode()
    assert "Did you mean <bdi>rosa@gmail.com</bdi>?" in page


@pytest.mark.parametrize(
    "names",
    [
        {"first_name": "María-José", "last_name": "O'Neill 3rd"},
        {"first_name": "王小明", "last_name": ""},
        {"first_name": "", "last_name": "Sukarno"},
        {"first_name": "x" * 128, "last_name": "محمد"},
    ],
)
def test_names_of_any_script_are_kept_as_typed(names):
    client = client_of(complete_draft())

    assert answer(client, "name", **names).status_code == 302

    answers = draft_of(client).answers
    assert {key: answers[key] for key in names} == names


# Details are asked under a yes.
YES = dict.fromkeys(("blood_thinners", "pregnant", "infection", "diabetes", "reaction"), "yes")
LINES = [
    (step.slug, name, field)
    for step in steps.STEPS
    for name, field in step.form.base_fields.items()
    if isinstance(field, Line)
]


@pytest.mark.parametrize(("slug", "name", "field"), LINES, ids=[f"{slug}-{name}" for slug, name, _ in LINES])
def test_a_text_that_is_too_long_says_how_long_it_may_be(slug, name, field):
    (message,) = errors_of(slug, YES, **{name: "x" * (field.limit + 1)})[name]

    assert message.endswith(f" must be {field.limit} characters or fewer")
    assert errors_of(slug, YES, **{name: "x" * 100_000})[name] == [message]


def test_details_of_a_no_are_not_judged():
    assert errors_of("health", blood_thinners="no", blood_thinners_details="x" * 201) == {}


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\x1b[31m", "\u202e", "\x85", "\ufffe", "a\nBcc: x"])
def test_a_character_that_cannot_be_stored_is_named_as_that(bad):
    for slug, name, field in LINES:
        if "\n" in bad and isinstance(field, Paragraph):
            continue
        if bad == "\u202e" and isinstance(field, Visible):
            continue  # left out of a number or an address: it is copied along unseen
        (message,) = errors_of(slug, YES, **{name: f"word {bad} word"})[name]
        assert message.endswith(" has a character that we cannot store. Type it again")


def test_line_ends_are_kept_and_counted_once():
    client = client_of(complete_draft())

    client.post(url("anything-else"), {"anything_else": "\r\n".join(["x" * 99] * 5)})

    assert draft_of(client).answers["anything_else"] == "\n".join(["x" * 99] * 5)
    assert len(draft_of(client).answers["anything_else"]) == 499


def test_details_are_kept_only_with_a_yes_or_a_not_sure():
    client = client_of(complete_draft())

    answer(
        client, "health",
        blood_thinners="no", blood_thinners_details="warfarin", diabetes="not_sure", diabetes_details="tablets",
    )  # fmt: skip

    answers = draft_of(client).answers
    assert (answers["blood_thinners_details"], answers["diabetes_details"]) == ("", "tablets")


@pytest.mark.parametrize("slug", [step.slug for step in steps.STEPS if EMPTY[step.slug]])
def test_an_error_page_says_what_is_wrong_in_three_places(slug):
    overrides = {
        "your-details": HELPER,
        "contact-person": {"channel": "other_person"},
        "language-name": {"language": "other", "language_other": "Welsh"},
    }
    client = client_of(complete_draft(**overrides.get(slug, {})))

    response = client.post(url(slug), {})

    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in page
    assert "There is a problem" in page
    assert page.index("There is a problem") < page.index("<h1")
    for name, words in EMPTY[slug].items():
        field = response.context["form"][name]
        assert page.count(words) >= 2
        assert f'id="{field.auto_id}_error"' in page
        assert re.search(rf'aria-describedby="[^"]*{field.auto_id}_error', page)
    assert "autofocus" in page
    for link in re.findall(r'href="#(id_[^"]+)"', page):
        assert f'id="{link}"' in page


def test_typed_words_stay_on_the_page_with_the_error():
    client = client_of(complete_draft())

    page = client.post(url("name"), {"first_name": "", "last_name": "", "preferred_name": "Rosie"})

    assert 'value="Rosie"' in page.content.decode()


def test_an_error_changes_no_answer():
    client = client_of(complete_draft())
    before = draft_of(client).answers

    client.post(url("phone"), {"phone": "abc"})

    assert draft_of(client).answers == before


def test_errors_are_counted_by_question_and_kind_without_values():
    client = client_of(complete_draft())

    client.post(url("phone"), {"phone": "my secret"})
    client.post(url("phone"), {"phone": ""})
    client.post(url("phone"), {"phone": ""})

    counted = dict(DailyCount.objects.filter(name__startswith="intake error").values_list("name", "count"))
    assert counted == {"intake error phone format": 1, "intake error phone required": 2}


def every_error_message():
    for step in steps.STEPS:
        for for_whom in ("me", "other"):
            form = step.form(answers={"for_whom": for_whom})
            for name, field in form.spoken_fields():
                for code, text in field.error_messages.items():
                    yield f"{step.slug} {name} {code}", str(text)


def test_no_error_scolds_or_speaks_like_a_machine():
    from_django = {"invalid", "invalid_choice", "required"}
    bad = [
        (where, text)
        for where, text in every_error_message()
        if FORBIDDEN.search(text) and where.split()[-1] not in from_django
    ]

    assert bad == []


@pytest.mark.parametrize("value", ["", "x", "-1", "11", "5.5", "NaN", "9" * 5000, "\x00", "<script>"])
def test_a_number_that_is_not_on_the_scale_is_refused(value):
    assert errors_of("pain-week", peg_pain=value) == {"peg_pain": [EMPTY["pain-week"]["peg_pain"]]}
