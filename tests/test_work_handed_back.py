"""Before an absence hands requests back it says how many; on the same day they can be had back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.calendar import local_today
from requests import actions
from requests.models import Absence, Assignment

from .browser.hands import press
from .browser.staff import signed_in
from .browsing import assert_accessible, entered
from .builders import a_role, a_user, an_inquiry
from .triage import address, fresh
from .work import told

pytestmark = pytest.mark.django_db
URL = "/staff/requests/absences/"
BACK = f"{URL}take-back/"


@pytest.fixture
def ana():
    return a_user("Triage nurse", first_name="Ana", last_name="Sample")


@pytest.fixture
def cleo():
    return a_user("Clinician", first_name="Cleo", last_name="Doctor")


@pytest.fixture
def staff(client, ana):
    client.force_login(ana)
    return client


def typed(first=0, last=2, **more):
    today = local_today()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return {name: day.isoformat() for name, day in days.items()} | more


def away_and_back(client, number):
    """By mistake: entered, and ended a moment later."""
    client.post(URL, typed(hands_back=str(number)))
    client.post(f"{URL}{Absence.objects.latest('entered_at').pk}/end/")


def holders(*inquiries):
    return [fresh(inquiry).assignee for inquiry in inquiries]


def button(client):
    return client.get(URL).context["give_back"]


# Before


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ([(0, None)], "1 open request goes back to the queue."),
        ([(2, "Reception")], "1 open request goes back to Reception, and it is urgent."),
        ([(0, None)] * 3, "3 open requests go back to the queue."),
        ([(0, None), (1, None), (2, None)], "3 open requests go back to the queue, 2 of them urgent."),
        (
            [(0, None), (1, "Triage nurse"), (0, None)],
            "3 open requests go back, 1 of them urgent: 2 to the queue, 1 to Triage nurses.",
        ),
    ],
)
def test_an_absence_that_begins_today_asks_first(staff, ana, held, words):
    inquiries = [
        an_inquiry(assignee=ana, urgency=urgency, role=a_role(role) if role else None)
        for urgency, role in held
    ]
    an_inquiry(assignee=ana, status="closed")
    an_inquiry()

    page = staff.post(URL, typed())

    assert (page.status_code, page.context["leaving"].words) == (200, words)
    assert words in unescape(page.content.decode())
    assert (Absence.objects.count(), holders(*inquiries)) == (0, [ana] * len(held))


def test_a_manager_is_asked_about_the_colleague(client, ana):
    client.force_login(a_user("Manager"))
    an_inquiry(assignee=ana)

    page = client.post(URL, typed(user=str(ana.pk)))

    assert page.context["words"].startswith("Ana Sample is away from ")
    sure = client.post(URL, typed(user=str(ana.pk), hands_back="1"))
    assert "1 open request was handed back." in told(sure)[-1]


def test_nothing_to_hand_back_and_later_days_ask_nothing(staff, ana):
    assert staff.post(URL, typed()).status_code == 302

    an_inquiry(assignee=ana)
    assert staff.post(URL, typed(5, 6)).status_code == 302


def test_the_page_that_asks_carries_the_days(staff, ana):
    inquiry = an_inquiry(assignee=ana)

    page = staff.post(URL, typed()).content.decode()

    sent = [f'name="{name}" value="{value}"' for name, value in typed(hands_back="1").items()]
    assert [field in page for field in sent] == [True] * 3
    staff.post(URL, typed(hands_back="1"))
    assert holders(inquiry) == [None]


@pytest.mark.parametrize("asked", ["1", "", "0", "-5", "x", "9" * 9, "²"])
def test_more_than_was_asked_about_asks_again(staff, ana, asked):
    inquiries = [an_inquiry(assignee=ana) for _ in range(2)]

    page = staff.post(URL, typed(hands_back=asked))

    assert page.context["leaving"].number == 2
    assert holders(*inquiries) == [ana, ana]


def test_the_days_can_be_changed_after_the_question(staff, ana):
    inquiry = an_inquiry(assignee=ana)

    page = staff.post(URL, typed(hands_back="1", step="edit"))

    assert page.status_code == 200
    assert page.context["form"]["ends_on"].value() == typed()["ends_on"]
    assert (Absence.objects.count(), holders(inquiry)) == (0, [ana])


def test_a_second_click_enters_nothing_more(staff, ana):
    an_inquiry(assignee=ana)
    staff.post(URL, typed(hands_back="1"))

    again = staff.post(URL, typed(hands_back="1"))

    assert (again.status_code, told(again)[-1]) == (302, "These days are entered already.")
    assert (Absence.objects.count(), Assignment.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_hand_back_once(ana):
    inquiries = [an_inquiry(assignee=ana) for _ in range(3)]

    pages = at_once(ana, URL, typed(hands_back="3"))

    assert [page.status_code for page in pages] == [302, 302]
    assert (Absence.objects.count(), Assignment.objects.count()) == (1, len(inquiries))


def at_once(user, url, data):
    """The same press, twice at the same moment."""
    gate = Barrier(2)

    def press(client):
        gate.wait()
        try:
            return client.post(url, data)
        finally:
            connection.close()

    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(press, clients))


# After


def test_who_was_away_by_mistake_has_them_back(staff, ana):
    inquiries = [an_inquiry(assignee=ana), an_inquiry(assignee=ana, role=a_role("Triage nurse"))]
    away_and_back(staff, 2)
    assert button(staff) == "Give me back the 2 that nobody has taken"

    page = staff.post(BACK)

    assert told(page)[-1] == "You have 2 requests again."
    assert holders(*inquiries) == [ana, ana]
    assert button(staff) == ""
    assert [event.heading for event in staff.get(address(inquiries[0])).context["events"]][:2] == [
        "Taken", "Handed back to the queue: Ana Sample is away",
    ]  # fmt: skip


def test_what_a_colleague_took_or_gave_on_stays_there(staff, ana, cleo):
    free, taken, given, ended, back = (an_inquiry(assignee=ana) for _ in range(5))
    away_and_back(staff, 5)
    actions.assign(fresh(taken), by=cleo, to=cleo)
    actions.assign(fresh(given), by=cleo, role=a_role("Reception"))
    actions.withdraw(fresh(ended))
    actions.assign(fresh(back), by=cleo, to=cleo)
    actions.assign(fresh(back), by=cleo)

    assert button(staff) == "Give me back the one that nobody has taken"
    page = staff.post(BACK)

    assert told(page)[-1] == "You have 1 request again."
    assert holders(free, taken, given, ended, back) == [ana, cleo, None, None, None]


def test_a_second_click_takes_nothing_more(staff, ana):
    an_inquiry(assignee=ana)
    away_and_back(staff, 1)
    staff.post(BACK)
    rows = Assignment.objects.count()

    again = staff.post(BACK)

    assert told(again)[-1] == "You have them already."
    assert Assignment.objects.count() == rows


def test_when_colleagues_took_them_all_it_says_so(staff, ana, cleo):
    inquiry = an_inquiry(assignee=ana)
    away_and_back(staff, 1)
    actions.assign(fresh(inquiry), by=cleo, to=cleo)

    page = staff.post(BACK)

    assert told(page)[-1] == "None of them is left with nobody."
    assert holders(inquiry) == [cleo]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_take_each_once(ana):
    inquiries = [an_inquiry(assignee=ana) for _ in range(4)]
    client = Client()
    client.force_login(ana)
    away_and_back(client, 4)

    pages = at_once(ana, BACK, {})

    assert [page.status_code for page in pages] == [302, 302]
    assert holders(*inquiries) == [ana] * 4
    assert Assignment.objects.filter(to=ana).count() == 4


def test_while_still_away_nothing_is_given_back(staff, ana):
    inquiry = an_inquiry(assignee=ana)
    away_and_back(staff, 1)
    staff.post(URL, typed())

    assert button(staff) == ""
    staff.post(BACK)
    assert holders(inquiry) == [None]


def test_the_next_day_they_are_the_queues(staff, ana):
    inquiry = an_inquiry(assignee=ana)
    staff.post(URL, typed(hands_back="1"))
    yesterday = timezone.now() - timedelta(days=1)
    Absence.objects.update(handed_back_at=yesterday)
    staff.post(f"{URL}{Absence.objects.get().pk}/end/")

    assert button(staff) == ""
    staff.post(BACK)
    assert holders(inquiry) == [None]


def test_nobody_takes_what_others_handed_back(client, ana, cleo):
    inquiry = an_inquiry(assignee=ana)
    client.force_login(ana)
    away_and_back(client, 1)
    client.force_login(cleo)

    assert button(client) == ""
    client.post(BACK)
    assert holders(inquiry) == [None]


def test_looking_takes_nothing(staff, ana):
    inquiry = an_inquiry(assignee=ana)
    away_and_back(staff, 1)

    assert staff.get(BACK).status_code == 405
    assert holders(inquiry) == [None]


def test_the_home_page_leads_there(staff, ana):
    an_inquiry(assignee=ana)
    away_and_back(staff, 1)

    def more():
        panels = {panel.title: panel for panel in staff.get("/staff/").context["panels"]}
        return panels["While you were away"].more

    assert (more().label, more().url) == ("Have back what nobody has taken", URL)
    staff.post(BACK)
    assert more() is None


@pytest.mark.parametrize("width", [390, 1280])
def test_by_hand_it_asks_and_gives_back(visitor, ana, width):
    inquiries = [an_inquiry(assignee=ana, urgency=urgency) for urgency in (0, 2)]
    page = signed_in(visitor, ana, width=width, javascript=False)
    page.goto(URL)
    for label in ("First day away", "Last day away"):
        page.get_by_label(label).fill(local_today().isoformat())

    press(page, "Enter")
    assert "2 open requests go back to the queue, 1 of them urgent." in page.inner_text("#content")
    assert_accessible(page)
    press(page, "Change the days")
    assert page.get_by_label("First day away").input_value() == local_today().isoformat()
    press(page, "Enter")
    press(page, "Enter it and hand back 2 requests")
    entered(page.get_by_role("button", name="I am back"))
    assert_accessible(page)
    press(page, "Give me back the 2 that nobody has taken")

    assert "You have 2 requests again." in page.inner_text(".messagelist")
    assert holders(*inquiries) == [ana, ana]
