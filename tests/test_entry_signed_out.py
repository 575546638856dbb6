"""The session ends during a long call: everything typed comes back after signing in."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from requests.models import Inquiry

from .builders import a_safety_text, a_user
from .entry import a_desk, enter, opened, typed, url

pytestmark = pytest.mark.django_db
OURS = {"Origin": "http://testserver"}


def fields(response):
    """What a press on the page's button sends, as a browser would."""
    page = response.content.decode()
    form = page[page.index('<form method="post" action="/staff/requests') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[: form.index("</form>")])
    data: dict[str, list[str]] = {}
    for name, value in found:
        data.setdefault(name, []).append(html.unescape(value))
    return data


def test_everything_typed_comes_back_and_is_saved_once():
    page = opened(a_desk())
    late = Client(headers=OURS)

    turned_away = enter(late, page, first_name="Bruno <b>", anything_else="He limps\nand rests")

    assert turned_away.status_code == 403
    assert Inquiry.objects.count() == 0
    late.force_login(a_user("Reception"))
    again = late.post(url(), fields(turned_away))
    text = again.content.decode()
    assert again.status_code == 200
    assert "This is what you typed before you were signed out. Nothing is saved yet." in text
    assert 'value="Bruno &lt;b&gt;"' in text
    assert "He limps\nand rests" in text.replace("\r", "")
    assert "error-summary" not in text
    assert Inquiry.objects.count() == 0


def test_the_same_person_goes_on_with_the_same_key():
    user = a_user("Reception")
    a_safety_text()
    client = Client(headers=OURS)
    client.force_login(user)
    page = opened(client)
    client.logout()
    turned_away = enter(client, page)
    client.force_login(user)

    again = client.post(url(), fields(turned_away)).content.decode()

    assert page["key"] in again
    assert enter(client, page).status_code == 302


def test_a_stale_press_beside_a_new_session_keeps_it_too():
    user = a_user("Reception")
    a_safety_text()
    client = Client(headers=OURS, enforce_csrf_checks=True)
    client.force_login(user)

    response = client.post(url(), typed(first_name="Bruno") | opened(client))

    assert response.status_code == 403
    assert "You signed in again. Everything you typed is still here." in response.content.decode()
    assert "Bruno" in fields(response)["first_name"]


def test_what_another_site_sends_is_not_made_ready_to_be_sent():
    page = opened(a_desk())
    stranger = Client(headers={"Origin": "https://evil.example"})

    response = enter(stranger, page, first_name="Bruno")

    assert response.status_code == 403
    assert "Go on with what you typed" not in response.content.decode()


def test_an_emergency_sign_stops_there_as_well():
    page = opened(a_desk())
    late = Client(headers=OURS)
    turned_away = enter(late, page, emergency=["bladder"])
    late.force_login(a_user("Reception"))

    assert late.post(url(), fields(turned_away)).status_code == 409


def test_short_pages_are_copied_as_before():
    desk = Client(headers=OURS)

    response = desk.post(reverse("admin:requests_inquiry_search"), {"words": "two words"})

    assert response.status_code == 403
    assert "Go on with what you typed" not in response.content.decode()
    assert "two words" in response.content.decode()
