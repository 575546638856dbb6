"""What staff typed on a page that was open too long comes back to be copied."""

import html
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.utils import timezone

from requests.admin.verbs import VERBS
from requests.models import AccessLog, Message, Note

from .builders import a_user, an_inquiry
from .triage import address, opened, send

pytestmark = pytest.mark.django_db
US = "http://testserver"
HOSTILE = "</textarea><script>alert(1)</script>\n\"'&"


@pytest.fixture
def nurse():
    return a_user("Triage nurse")


def boxes(response):
    found = re.findall(r"<textarea[^>]* readonly>\n(.*?)</textarea>", response.content.decode(), re.DOTALL)
    return [html.unescape(text) for text in found]


def after(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes))


def test_after_the_session_ended_the_text_comes_back(staff):
    inquiry = an_inquiry()
    page = opened(staff, inquiry, "write")

    with after(31):
        response = send(
            staff, inquiry, "write", page, text="Which medicine?\n\nThank you", wait_for_answer="on"
        )

    assert response.status_code == 403
    assert "<h1>You were signed out. Nothing was saved.</h1>" in response.content.decode()
    assert boxes(response) == ["Which medicine?\n\nThank you"]
    assert Message.objects.count() == 0


def test_after_twelve_hours_in_all_the_text_comes_back(staff):
    inquiry, session = an_inquiry(), staff.session
    session["signed_in_at"] = timezone.now().timestamp() - 13 * 60 * 60
    session.save()

    response = staff.post(address(inquiry, "note"), {"text": "Called"})

    assert (response.status_code, boxes(response)) == (403, ["Called"])


def test_signing_in_leads_back_to_the_request(client):
    inquiry = an_inquiry()

    response = client.post(address(inquiry, "note"), {"text": "Called"})

    link = f'href="/staff/login/?next={quote(address(inquiry), safe="")}"'
    assert boxes(response) == ["Called"]
    assert link in response.content.decode()


def test_the_page_tells_nothing_and_is_kept_nowhere(client):
    inquiry = an_inquiry(last_name="Zimmer")

    response = client.post(address(inquiry, "note"), {"text": "Called"})

    assert "Zimmer" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert not AccessLog.objects.exists()


def test_the_text_is_shown_as_text(client):
    response = client.post(address(an_inquiry(), "note"), {"text": HOSTILE})

    assert boxes(response) == [HOSTILE]
    assert "<script>alert" not in response.content.decode()


def test_only_words_come_back(client):
    posted = {
        "csrfmiddlewaretoken": "abc", "seen_status": "new", "outcome": "reached", "text": " ", "title": "Word",
        "old_password": "three secret words", "sections-0-body": "A long paragraph",
        "change_note": "New numbers",
    }  # fmt: skip

    response = client.post("/staff/procedures/explainer/1/change/", posted)

    assert boxes(response) == ["A long paragraph", "New numbers"]
    assert "What you typed in “sections 0 body”, to copy" in response.content.decode()


def test_a_button_without_words_says_that_nothing_was_saved(client):
    inquiry = an_inquiry()

    response = client.post(address(inquiry, "take"))

    assert (response.status_code, boxes(response)) == (403, [])


def test_signing_out_twice_is_no_error(client):
    response = client.post("/staff/logout/")

    assert (response.status_code, response["Location"]) == (302, "/staff/")


def test_an_account_that_is_not_staff_is_sent_to_sign_in(client):
    client.force_login(a_user("Triage nurse", is_staff=False))

    assert client.post(address(an_inquiry(), "note"), {"text": "Called"}).status_code == 302


def in_two_windows(client, nurse):
    """A page was opened, then the nurse signed in again: its token is no longer hers."""
    window = type(client)(enforce_csrf_checks=True)
    window.get("/staff/login/")
    token = window.cookies["csrf"].value
    window.force_login(nurse)
    window.cookies["csrf"] = "x" * 32
    return window, token


def test_text_of_a_page_from_before_signing_in_again_comes_back(client, nurse):
    inquiry = an_inquiry()
    window, token = in_two_windows(client, nurse)

    response = window.post(
        address(inquiry, "note"), {"text": "Called", "csrfmiddlewaretoken": token}, headers={"Origin": US}
    )

    assert (response.status_code, boxes(response)) == (403, ["Called"])
    assert "This page was open too long. Nothing was saved." in response.content.decode()
    assert f'href="{address(inquiry)}"' in response.content.decode()
    assert Note.objects.count() == 0


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_words_of_another_site_are_not_repeated(client, nurse, origin):
    window, token = in_two_windows(client, nurse)
    posted = {"text": "Call 202-555-0666 now", "csrfmiddlewaretoken": token}

    response = window.post(address(an_inquiry(), "note"), posted, headers=origin)

    assert response.status_code == 403
    assert "202-555-0666" not in response.content.decode()


@pytest.mark.parametrize("slug", VERBS)
def test_every_verb_gives_back_what_was_typed(client, slug):
    response = client.post(address(an_inquiry(), slug), {"text": "Called"})

    assert (response.status_code, boxes(response)) == (403, ["Called"])
