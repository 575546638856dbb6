"""Next and Previous in an open request lead over the end of a page, through the whole list."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.calendar import local_today
from requests.admin import listing
from requests.models import AccessLog

from .builders import an_inquiry
from .triage import address, do

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"


@pytest.fixture(autouse=True)
def pages_of_two(monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)


@pytest.fixture
def five():
    today = local_today()
    return [an_inquiry(answer_by=today + timedelta(days=day), last_name=f"No{day}") for day in range(5)]


def near(client, url):
    return client.get(url).context["neighbours"]


def walk(client, url, way):
    """The requests that the links lead to, one after the other."""
    met = []
    while step := getattr(near(client, url), way):
        page = client.get(step.url.partition("#")[0])
        assert [row.inquiry.pk for row in page.context["listing"].rows].count(step.pk) == 1
        met.append(step.pk)
        url = step.url.partition("#")[0]
    return met, url


@pytest.mark.parametrize("view", ["todo", "all", "unassigned"])
def test_next_and_previous_meet_every_request_once(staff, five, view):
    order = [one.pk for one in (five if view != "all" else five[::-1])]

    there, last = walk(staff, f"{QUEUE}{order[0]}/?view={view}", "after")
    back, _first = walk(staff, last, "before")

    assert (there, back) == (order[1:], order[-2::-1])


def test_filters_and_searches_keep_their_pages(staff, five):
    search = staff.post(f"{QUEUE}search/", {"words": "No"}).url

    there, _last = walk(staff, f"{QUEUE}{five[4].pk}/{search.removeprefix(QUEUE)}", "after")

    assert there == [one.pk for one in five[3::-1]]


def test_whoever_stands_on_another_page_is_not_named(staff, five, nurse):
    AccessLog.objects.all().delete()

    page = staff.get(address(five[1])).content.decode()

    way = page.partition('class="pane-way"')[2].partition("</nav>")[0]
    assert ("No0" in way, "No2" in way, "on the next page" in way) == (True, False, True)
    listed = AccessLog.objects.get(what="list").listed
    assert set(listed) == {five[0].pk, five[1].pk}


def test_a_request_that_left_the_list_leads_over_the_end_too(staff, five):
    second_page = f"?after={staff.get(QUEUE).context['listing'].next_url.partition('after=')[2]}"
    third_page = staff.get(QUEUE + second_page).context["listing"].next_url
    before_third = staff.get(third_page).context["listing"].previous_url
    do(staff, five[3], "close", text="")

    page = staff.get(address(five[3]) + before_third.removeprefix(QUEUE))

    assert page.context["neighbours"].is_listed is False
    assert page.context["neighbours"].after.pk == five[4].pk
    assert "This request is not in “To do” now." in unescape(page.content.decode())


def test_the_next_page_that_is_gone_meanwhile_leads_nowhere(staff, five, nurse):
    url = f"{address(five[1])}?view=mine"
    for one in five[:3]:
        do(staff, one, "take")
    assert near(staff, url).after.pk == five[2].pk

    do(staff, five[2], "close", text="")

    assert near(staff, url).after is None


def test_only_the_ends_of_a_page_ask_once_more(staff):
    today = local_today()
    births = ("1950-01-02", "1960-03-04", "1970-05-06", "1980-07-08", "1990-09-10")
    five = [
        an_inquiry(
            answer_by=today + timedelta(days=day), phone=f"+1202555010{day}", email=f"p{day}@example.org",
            first_name=f"Only{day}", last_name=f"Name{day}", answers={"date_of_birth": born},
        )
        for day, born in enumerate(births)
    ]  # fmt: skip
    third_page = staff.get(staff.get(QUEUE).context["listing"].next_url).context["listing"].next_url
    pages = {
        "first of the list": address(five[0]),
        "last of its page": address(five[1]),
        "last of the list": address(five[4]) + third_page.removeprefix(QUEUE),
    }
    staff.get(address(five[0]))

    numbers = {name: asked(staff, url) for name, url in pages.items()}

    base = numbers["first of the list"]
    assert numbers == {"first of the list": base, "last of its page": base + 1, "last of the list": base + 1}


def asked(client, url):
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)
