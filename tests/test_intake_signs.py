"""Danger signs: the stop that nothing passes, the flag after a change, the card to call today."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from clinic.calendar import local_today
from clinic.models import DailyCount
from requests.forms.signs import EMERGENCY_KEYS, URGENT_KEYS
from requests.models import Draft, Inquiry

from .builders import a_safety_text, safety_body
from .intake import answer, client_of, complete_draft, draft_of, send, url, walk

pytestmark = pytest.mark.django_db

FIRST = url("emergency-signs")
STOP = reverse("requests:stop")
CHECK = reverse("requests:check")


@pytest.fixture
def database_away():
    """Every statement fails, as when the server is gone."""

    def fail(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        yield


def main_links(html: str) -> list[str]:
    return re.findall(r'<a [^>]*href="([^"#][^"]*)"', html)


def test_the_signs_that_stay_are_those_of_the_safety_text():
    body = safety_body()

    assert [item["key"] for item in body["emergency"]["items"]] == list(EMERGENCY_KEYS)
    assert [item["key"] for item in body["urgent"]["items"]] == list(URGENT_KEYS)


def test_the_first_page_asks_before_any_personal_data(client):
    page = client.get(FIRST).content.decode()

    assert "Do you have any of these now, or have they started in the last 2 weeks?" in page
    for item in safety_body()["emergency"]["items"]:
        assert item["question"] in page
    assert "No, I do not have any of these" in page


@pytest.mark.parametrize("sign", EMERGENCY_KEYS)
def test_any_emergency_sign_stops_the_form_and_saves_nothing(client, sign):
    response = client.post(FIRST, {"emergency": [sign]})

    assert response.url == STOP
    assert Draft.objects.count() == 0
    assert client.get(url("urgent-signs")).url == reverse("requests:expired")


@pytest.mark.parametrize("also", ["none", "a_sign_of_another_list"])
def test_a_sign_stops_whatever_else_is_ticked(client, also):
    assert client.post(FIRST, {"emergency": ["saddle", also]}).url == STOP

    assert Draft.objects.count() == 0
    walk(client)
    assert send(client).flags.get().rule == "red_flag_changed"


def test_a_sign_with_none_of_them_stops_an_open_request():
    draft = complete_draft()
    client = client_of(draft)

    assert client.post(FIRST + "?change=1", {"emergency": ["saddle", "none"]}).url == STOP

    assert client.get(CHECK).url == STOP
    draft.refresh_from_db()
    assert draft.red_flag_changed
    assert "emergency" not in draft.answers
    assert client.post(FIRST + "?change=1", {"emergency": ["none"]}).url == CHECK
    assert send(client).flags.get().rule == "red_flag_changed"


def test_the_stop_page_says_what_to_do_and_leads_only_to_help(client):
    page = client.get(STOP).content.decode()

    for line in safety_body()["emergency"]["advice"]:
        assert line in page
    assert "We did not save this answer, and nothing was sent to us." in page
    assert main_links(page) == ["tel:911", "tel:+12025550100", FIRST]
    assert "<form" not in page
    assert "<script" not in page


def test_the_stop_works_while_the_database_is_away(client, database_away):
    assert client.get(FIRST).status_code == 200
    assert client.post(FIRST, {"emergency": ["bladder"]}).url == STOP
    assert client.post(FIRST, {"emergency": ["bladder", "none"]}).url == STOP
    assert client.get(STOP).status_code == 200


def test_the_stop_works_for_an_open_draft_while_the_database_is_away():
    client = client_of(complete_draft())

    def fail(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        assert client.post(FIRST, {"emergency": ["bladder"]}).url == STOP
    assert client.post(FIRST, {"emergency": ["none"]}).status_code == 302


def test_stops_are_counted_without_a_person(client):
    client.post(FIRST, {"emergency": ["saddle", "bowel"]})
    client.post(FIRST, {"emergency": ["saddle"]})

    assert DailyCount.objects.get(name="intake stop page").count == 2


def test_a_change_of_mind_goes_on_and_staff_will_know(client):
    client.post(FIRST, {"emergency": ["both_legs"]})

    walk(client)
    inquiry = send(client)

    assert inquiry.urgency == Inquiry.Urgency.RED_FLAG
    assert inquiry.flags.get().rule == "red_flag_changed"


def test_without_a_stop_nothing_is_flagged(client):
    walk(client)

    assert list(send(client).flags.all()) == []


def test_a_sign_ticked_later_stops_an_open_request():
    draft = complete_draft()
    client = client_of(draft)

    assert client.post(FIRST + "?change=1", {"emergency": ["saddle"]}).url == STOP
    for address in (url("name"), CHECK, reverse("requests:resume_link")):
        assert client.get(address).url == STOP
    assert client.post(reverse("requests:send")).url == STOP
    assert Inquiry.objects.count() == 0
    kept = Draft.objects.get(pk=draft.pk).answers
    assert "emergency" not in kept
    assert kept["first_name"] == "Rosa"


def test_an_open_request_goes_on_after_a_mistake_and_is_flagged():
    client = client_of(complete_draft())
    client.post(FIRST, {"emergency": ["saddle"]})

    assert client.get(FIRST).context["form"].initial["emergency"] is None
    assert client.post(FIRST + "?change=1", {"emergency": ["none"]}).url == CHECK
    assert send(client).flags.get().rule == "red_flag_changed"


def test_a_stopped_request_is_not_reopened_by_another_answer():
    client = client_of(complete_draft())
    client.post(FIRST, {"emergency": ["saddle"]})

    assert answer(client, "name").url == STOP


@pytest.mark.parametrize("sign", URGENT_KEYS)
def test_an_urgent_sign_goes_on_with_the_card_to_call_today(client, sign):
    walk(client, to="urgent-signs")

    following = answer(client, "urgent-signs", urgent=[sign]).url

    assert following == url("who-for")
    page = client.get(following).content.decode()
    assert "Call us or your doctor today" in page
    assert 'href="tel:+12025550100"' in page


def test_without_an_urgent_sign_no_card_is_shown(client):
    walk(client, to="who-for")

    assert client.get(url("who-for")).context["notices"] == []


def test_an_urgent_sign_is_flagged_for_the_same_working_day(client):
    walk(client, urgent=["cancer", "one_leg"])

    inquiry = send(client)

    assert inquiry.urgency == Inquiry.Urgency.URGENT
    assert {flag.rule for flag in inquiry.flags.all()} == {"cancer", "one_leg"}


@time_machine.travel(datetime(2026, 11, 18, 15, tzinfo=UTC))
def test_today_as_a_date_shows_the_phone(client):
    walk(client, visit_dates=["2026-11-18"])

    page = client.get(url("help"))

    assert page.context["notices"] == ["requests/_notice_today.html"]
    assert "If you need help today, call us" in page.content.decode()
    assert "requests/_notice_today.html" in client.get(CHECK).context["notices"]


def test_another_date_shows_no_card():
    later = local_today() + timedelta(days=9)
    client = client_of(complete_draft(visit_dates=[later.isoformat()]))

    assert client.get(url("help")).context["notices"] == []


def test_the_emergency_text_and_988_stand_by_the_free_text():
    client = client_of(complete_draft())

    page = client.get(url("anything-else")).content.decode()

    assert safety_body()["emergency"]["heading"] in page
    assert safety_body()["crisis"]["text"] in page


def test_the_start_page_has_the_emergency_text_above_the_button(client):
    page = client.get(reverse("requests:start")).content.decode()

    assert page.index(safety_body()["emergency"]["heading"]) < page.index("Start now")


def test_the_request_keeps_the_safety_text_that_was_shown(client):
    shown = a_safety_text()
    walk(client, to="name")
    type(shown).objects.create(version=shown.version + 1, body=safety_body(), body_hash="1" * 64)

    assert draft_of(client).safety_text == shown
    walk(client)
    assert send(client).safety_text == shown


def test_a_safety_text_is_stored_when_there_is_none_yet(client):
    Client().get(FIRST)

    client.post(FIRST, {"emergency": ["none"]})

    assert draft_of(client).safety_text.body == safety_body()
