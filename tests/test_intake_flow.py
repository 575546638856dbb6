"""The way through the form: order, branches, changes, sending."""

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import OutboxMessage
from requests import steps, way
from requests.models import Draft, Inquiry

from .builders import ANSWERS
from .intake import HELPER, answer, client_of, complete_answers, complete_draft, draft_of, send, url, walk

pytestmark = pytest.mark.django_db

CHECK = reverse("requests:check")
STOP = reverse("requests:stop")


def slugs(**overrides):
    return [step.slug for step in steps.asked(complete_answers(**overrides))]


def test_the_questions_come_in_their_order():
    assert slugs() == [
        "emergency-signs", "urgent-signs", "who-for", "date-of-birth", "been-before", "topic", "pain-areas",
        "pain-side", "pain-duration", "pain-week", "health", "name", "contact", "phone", "calls", "email",
        "text-reminders", "visit", "help", "language", "payment", "insurer", "referral", "anything-else",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "opened", "closed"),
    [
        ({"for_whom": "other"}, {"your-details"}, set()),
        ({"channel": "other_person"}, {"contact-person"}, set()),
        ({"for_whom": "other", "channel": "other_person"}, {"your-details"}, set()),
        ({"topic": "other_procedure"}, {"procedure-name"}, set()),
        ({"pain_areas": ["none"]}, set(), {"pain-side", "pain-duration", "pain-week"}),
        ({"channel": "email", "phone": "", "phone_typed": ""}, set(), {"calls", "text-reminders"}),
        ({"language": "other"}, {"language-name"}, set()),
        ({"insurance": "no"}, set(), {"insurer"}),
        ({"referral": "yes"}, {"referral-place"}, set()),
    ],
)
def test_an_answer_opens_and_closes_questions(answers, opened, closed):
    assert set(slugs(**answers)) - set(slugs()) == opened
    assert set(slugs()) - set(slugs(**answers)) == closed


def test_all_pages_lead_to_the_answers_and_sending_to_the_status_page(client):
    assert walk(client).url == CHECK
    draft = draft_of(client)

    inquiry = send(client)

    assert draft.answers == {key: value for key, value in ANSWERS.items() if key != "privacy_given"} | {
        "preferred_name": "", "help_details": "", "blood_thinners_details": "", "pregnant_details": "",
        "infection_details": "", "diabetes_details": "", "reaction_details": "",
    }  # fmt: skip
    assert inquiry.answers == draft.answers | {"privacy_given": True}
    assert draft_of(client).inquiry == inquiry


def test_somebody_else_can_ask_for_the_patient(client):
    walk(client, **HELPER, first_name="Ada", last_name="Patient")

    inquiry = send(client)

    assert (inquiry.full_name, inquiry.contact_name) == ("Ada Patient", "Bo Helper")


def test_the_pages_speak_of_the_patient_when_somebody_else_asks(client):
    walk(client, to="date-of-birth", **HELPER)

    page = client.get(url("date-of-birth"))

    assert page.context["heading"] == "What is their date of birth?"
    assert page.content.decode().count("What is their date of birth?") == 2  # title and h1


def test_only_what_is_about_the_person_typing_is_filled_in_by_the_browser(client):
    walk(client, to="phone")
    assert 'autocomplete="tel"' in client.get(url("phone")).content.decode()

    client.cookies.clear()
    walk(client, to="phone", **HELPER)
    assert 'autocomplete="off"' in client.get(url("phone")).content.decode()
    details = client.get(url("your-details")).content.decode()
    assert 'autocomplete="name"' in details
    assert 'autocomplete="tel"' in details


@pytest.mark.parametrize(
    ("answers", "heading", "token"),
    [
        ({"for_whom": "me"}, "What is your email address?", "email"),
        ({"for_whom": "me", "channel": "other_person"}, "What is your email address?", "email"),
        ({**HELPER, "channel": "phone"}, "What is their email address?", "off"),
        ({**HELPER, "channel": "text"}, "What is their email address?", "off"),
        ({**HELPER, "channel": "email"}, "What is their email address?", "off"),
        ({**HELPER, "channel": "other_person"}, "What is your email address?", "email"),
    ],
)
def test_the_contact_is_asked_for_the_address(client, answers, heading, token):
    """Receipt and private link go to whoever is reached; only the typist's own is filled in (F21)."""
    walk(client, to="email", **answers)

    page = client.get(url("email"))

    assert page.context["heading"] == heading
    assert page.context["why"].startswith("We send a receipt and a private link to this address.")
    assert f'autocomplete="{token}"' in page.content.decode()


def test_the_receipt_goes_to_the_carer_who_is_the_contact(client):
    walk(client, **HELPER, channel="other_person", email="bo@example.com")

    inquiry = send(client)

    assert inquiry.email == "bo@example.com"
    (receipt,) = OutboxMessage.objects.filter(about=inquiry.pk)
    assert receipt.to == "bo@example.com"


def test_a_page_ahead_leads_to_the_first_question_without_an_answer(client):
    walk(client, to="topic")

    assert client.get(url("email")).url == url("topic")
    assert client.get(CHECK).url == url("topic")
    assert client.post(reverse("requests:send")).url == url("topic")


def test_a_page_that_is_not_asked_leads_on(client):
    walk(client, to="topic")

    assert client.get(url("your-details")).url == url("topic")


def test_a_page_shows_the_answer_given_before(client):
    walk(client, to="been-before")

    page = client.get(url("date-of-birth")).content.decode()

    assert 'name="date_of_birth_month" value="5"' in page
    assert 'name="date_of_birth_year" value="1970"' in page


def test_the_back_link_goes_to_the_page_before(client):
    walk(client, to="phone")

    assert client.get(url("phone")).context["back_url"] == url("contact")
    assert client.get(url("emergency-signs")).context["back_url"] == reverse("requests:start")


def test_a_change_returns_straight_to_the_answers():
    client = client_of(complete_draft())

    assert client.get(url("pain-side") + "?change=1").context["back_url"] == CHECK
    assert answer(client, "pain-side", "?change=1", pain_side="right").url == CHECK
    assert draft_of(client).answers["pain_side"] == "right"


def test_a_change_asks_newly_opened_questions_before_it_returns():
    client = client_of(complete_draft(insurance="no", referral="no"))

    opened = answer(client, "payment", "?change=1", insurance="yes").url
    assert opened == url("insurer") + "?change=1"
    assert answer(client, "insurer", "?change=1").url == CHECK


def test_a_change_that_makes_an_optional_answer_needed_asks_for_it():
    client = client_of(complete_draft(email="", channel="phone"))

    assert answer(client, "contact", "?change=1", channel="email").url == url("email") + "?change=1"


@pytest.mark.parametrize(("before", "after"), [("phone", "other_person"), ("other_person", "text")])
def test_an_address_is_asked_anew_when_it_becomes_somebody_else_s(before, after):
    client = client_of(complete_draft(**HELPER, channel=before))

    assert answer(client, "contact", "?change=1", **HELPER, channel=after).url == url("email") + "?change=1"

    assert "email" not in draft_of(client).answers
    assert answer(client, "email", "?change=1", **HELPER, channel=after, email="new@example.com").url == CHECK
    assert draft_of(client).answers["email"] == "new@example.com"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({**HELPER, "channel": "phone"}, {**HELPER, "channel": "text"}),
        ({**HELPER, "channel": "other_person"}, {**HELPER, "channel": "other_person"}),
        ({"channel": "phone"}, {"channel": "other_person"}),
    ],
)
def test_an_address_that_stays_the_same_person_s_is_kept(before, after):
    client = client_of(complete_draft(**before))

    answer(client, "contact", "?change=1", **after)

    assert draft_of(client).answers["email"] == "rosa@example.com"


def test_an_urgent_sign_makes_a_phone_number_needed():
    client = client_of(complete_draft(channel="email", phone="", phone_typed=""))

    assert answer(client, "urgent-signs", "?change=1", urgent=["fever"]).url == url("phone") + "?change=1"


def test_an_answer_to_a_question_no_longer_asked_is_not_kept():
    client = client_of(complete_draft(**HELPER))

    answer(client, "who-for", "?change=1", for_whom="me")

    assert not {"helper_name", "helper_phone"} & set(draft_of(client).answers)


def test_the_interpreter_speaks_the_language_of_the_patient():
    answers = way.tidy(complete_answers(help_needs=["interpreter"], language="es"))

    assert answers["help_language"] == "Spanish"


def test_two_open_tabs_both_keep_their_answers():
    draft = complete_draft()
    one, other = client_of(draft), client_of(draft)
    one.get(url("name"))
    other.get(url("pain-side"))

    answer(one, "name", first_name="Zoë")
    answer(other, "pain-side", pain_side="both")

    kept = Draft.objects.get(pk=draft.pk).answers
    assert (kept["first_name"], kept["pain_side"]) == ("Zoë", "both")


def test_check_your_answers_shows_every_row_with_its_way_to_change():
    client = client_of(complete_draft(email="", preferred_name=""))

    page = client.get(CHECK)

    rows = [row for _title, rows in page.context["groups"] for row in rows]
    assert {row["change_url"] for row in rows} == {f"{url(slug)}?change=1" for slug in slugs()}
    content = page.content.decode()
    assert content.count("Not provided") == sum(not row["value"] for row in rows)
    assert "Nothing is sent yet" in content
    assert 'Change<span class="visually-hidden"> Date of birth</span>' in content
    assert '<button type="submit" class="btn btn-primary">Send request</button>' in content


def test_sending_twice_gives_one_request():
    client = client_of(complete_draft())

    first, second = send(client), send(client)

    assert first == second
    assert Inquiry.objects.count() == 1


def test_going_back_after_sending_shows_that_it_was_sent():
    client = client_of(complete_draft())
    inquiry = send(client)

    for address in (url("name"), url("emergency-signs"), CHECK, reverse("requests:resume_link")):
        page = client.get(address).content.decode()
        assert "<h1>You have sent this request</h1>" in page
        assert inquiry.reference in page
        assert "Rosa" not in page


def test_a_page_posted_after_sending_changes_nothing():
    client = client_of(complete_draft())
    inquiry = send(client)

    answer(client, "name", first_name="Other")

    assert Inquiry.objects.get(pk=inquiry.pk).first_name == "Rosa"


def test_a_new_request_can_be_started_after_sending():
    client = client_of(complete_draft())
    send(client)

    assert client.post(reverse("requests:start")).url == url("emergency-signs")
    walk(client, first_name="Second")
    send(client)

    assert Inquiry.objects.count() == 2


def test_starting_again_deletes_what_was_not_sent():
    draft = complete_draft()

    client_of(draft).post(reverse("requests:start"))

    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_the_start_page_offers_to_go_on_only_where_a_draft_is_open(client):
    draft = client_of(complete_draft())

    assert draft.get(reverse("requests:start")).context["continue_url"] == CHECK
    assert client.get(reverse("requests:start")).context["continue_url"] == ""


def test_an_unknown_page_is_not_found(client):
    assert client.get(url("no-such-question")).status_code == 404


def test_the_form_needs_its_csrf_token():
    client = Client(enforce_csrf_checks=True)

    assert client.post(url("emergency-signs"), {"emergency": "none"}).status_code == 403
