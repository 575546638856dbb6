"""Pages of the queue: none is lost, none is hidden, whatever the address says or others do meanwhile."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.calendar import local_today
from requests.admin import counts, keyset, listing
from requests.models import Inquiry, SavedView

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"


@pytest.fixture
def staff(client):
    client.force_login(a_user("Triage nurse"))
    return client


@pytest.fixture
def pages_of_two(monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)


@pytest.fixture
def five():
    """As the queue orders them: one urgent, then the longest overdue, then the oldest."""
    today, now = local_today(), timezone.now()
    return [
        an_inquiry(urgency=1, answer_by=today + timedelta(days=3)),
        an_inquiry(answer_by=today - timedelta(days=2), submitted_at=now),
        an_inquiry(answer_by=today, submitted_at=now - timedelta(days=2)),
        an_inquiry(answer_by=today, submitted_at=now - timedelta(days=1)),
        an_inquiry(answer_by=today + timedelta(days=1), submitted_at=now - timedelta(days=9)),
    ]


def opened(client, url=QUEUE, **params):
    return client.get(url, params).context["listing"]


def ids(found):
    return [row.inquiry for row in found.rows]


@pytest.mark.parametrize("view", ["todo", "all"])
def test_forwards_and_backwards_one_meets_every_request_once(staff, five, pages_of_two, view):
    order = five if view == "todo" else sorted(five, key=lambda one: one.submitted_at, reverse=True)

    first = opened(staff, view=view)
    second = opened(staff, first.next_url)
    third = opened(staff, second.next_url)

    assert [ids(page) for page in (first, second, third)] == [order[:2], order[2:4], order[4:]]
    assert (first.previous_url, third.next_url) == ("", "")
    assert ids(opened(staff, third.previous_url)) == order[2:4]
    assert ids(opened(staff, second.previous_url)) == order[:2]


def test_requests_of_the_same_moment_are_told_apart(staff, pages_of_two):
    now = timezone.now()
    made = {an_inquiry(submitted_at=now) for _ in range(5)}

    seen, page = [], opened(staff)
    while True:
        seen += ids(page)
        if not page.next_url:
            break
        page = opened(staff, page.next_url)

    assert (len(seen), set(seen)) == (5, made)


def test_a_request_that_ends_meanwhile_takes_no_other_with_it(staff, five, pages_of_two):
    next_url = opened(staff).next_url
    for inquiry in five[:2]:
        Inquiry.objects.filter(pk=inquiry.pk).update(status="closed")

    assert ids(opened(staff, next_url)) == five[2:4]


def test_a_request_that_comes_meanwhile_is_on_the_page_before(staff, five, pages_of_two):
    second = opened(staff, opened(staff).next_url)
    urgent = an_inquiry(urgency=2)

    assert ids(opened(staff, second.previous_url)) == [five[0], five[1]]
    assert ids(opened(staff)) == [urgent, five[0]]


def test_the_page_before_is_never_short(staff, five, pages_of_two):
    """With too few rows before the place it is the first page, whole."""
    second = opened(staff, opened(staff).next_url)
    Inquiry.objects.filter(pk=five[0].pk).update(status="closed")

    before = opened(staff, second.previous_url)

    assert (ids(before), before.previous_url) == ([five[1], five[2]], "")


def test_behind_the_last_request_stands_the_first_page(staff, five, pages_of_two):
    third = opened(staff, opened(staff, opened(staff).next_url).next_url)
    url = f"{QUEUE}?{urlencode({'after': keyset.ORDERS['pressing'].cursor(third.rows[-1].inquiry)})}"

    assert ids(opened(staff, url)) == five[:2]


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "...", "0", "0.2026-11-23.1", "1.2.3.4", "0.9999-99-99.1.0", "9" * 300, "\0", "-1.x.y.z",
        "0.2026-11-23.999999999999999999999.00000000000000000000000000000000",
        "0.2026-11-23.1.' OR 1=1 --", "٣.2026-11-23.1.00000000000000000000000000000000", "\ud83d",
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_cursor_that_means_nothing_leads_to_the_first_page(staff, five, pages_of_two, cursor, way):
    url = f"{QUEUE}?{urlencode({way: cursor.encode(errors='surrogatepass')})}"

    assert ids(opened(staff, url)) == five[:2]


@pytest.mark.parametrize(("way", "page"), [("after", slice(2)), ("before", slice(3, 5))])
def test_a_place_beyond_everything_is_the_end(staff, five, pages_of_two, way, page):
    url = f"{QUEUE}?{way}=99999999999999999.9999-12-31.99999999999999999.{'f' * 32}"

    assert ids(opened(staff, url)) == five[page]


def test_a_cursor_of_another_order_leads_to_the_first_page(staff, five, pages_of_two):
    newest = opened(staff, view="all").next_url.replace("view=all", "view=todo")

    assert ids(opened(staff, newest)) == five[:2]


def test_fifty_rows_or_a_hundred_and_nothing_else(staff):
    sizes = {rows: listing.page_size({"rows": rows}) for rows in ("", "50", "100", "101", "-1", "1e9", "x")}

    assert sizes == {"": 50, "50": 50, "100": 100, "101": 50, "-1": 50, "1e9": 50, "x": 50}


def test_the_size_of_the_page_is_carried_along(staff, five):
    assert opened(staff, rows="100").query == "rows=100"


def test_no_list_skips_rows_by_number(staff, five, pages_of_two):
    url = opened(staff).next_url

    with CaptureQueriesContext(connection) as captured:
        staff.get(url)

    assert [query["sql"] for query in captured if "OFFSET" in query["sql"]] == []


def test_counts_end_at_a_limit(staff, five, monkeypatch):
    monkeypatch.setattr(counts, "CHIP_LIMIT", 3)
    monkeypatch.setattr(counts, "statement", counts.statement.__wrapped__)

    entries = {entry.view.slug: entry.words for entry in opened(staff).views}

    assert (entries["todo"], entries["urgent"], entries["ended"]) == ("2+", "1", "0")


def test_a_long_list_is_about_so_long(staff, five, pages_of_two, monkeypatch):
    monkeypatch.setattr(counts, "CHIP_LIMIT", 3)
    monkeypatch.setattr(counts, "EXACT_LIMIT", 4)
    monkeypatch.setattr(counts, "statement", counts.statement.__wrapped__)
    monkeypatch.setattr(counts, "estimated", {})

    assert re.fullmatch("about [1-9][0-9]*", opened(staff).about)
    assert opened(staff, view="urgent").about == "1"


def test_the_number_beside_a_view_is_not_counted_twice(staff, five, pages_of_two):
    with CaptureQueriesContext(connection) as captured:
        about = opened(staff).about

    assert (about, [query["sql"] for query in captured if "LIMIT 500" in query["sql"]]) == ("5", [])


def test_a_narrowed_list_is_counted_itself(staff, five, pages_of_two):
    Inquiry.objects.filter(pk__in=[one.pk for one in five[:3]]).update(topic="Not sure")

    assert opened(staff, wants="Not sure").about == "3"


def test_a_large_number_is_good_for_a_minute_and_a_small_one_for_now(staff, five, monkeypatch):
    monkeypatch.setattr(counts, "estimated", {})
    monkeypatch.setattr(counts, "CHIP_LIMIT", 5)
    everything, urgent = Inquiry.objects.all(), Inquiry.objects.filter(urgency=1)

    assert (counts.about(everything, "all"), counts.about(urgent, "urgent")) == ("about 5", "1")
    an_inquiry(urgency=1)
    assert (counts.about(everything, "all"), counts.about(urgent, "urgent")) == ("about 5", "2")
    assert counts.about(everything, "all of somebody else") == "about 6"
    monkeypatch.setattr(counts, "GOOD_FOR", 0)
    assert counts.about(everything, "all") == "about 6"


def test_a_saved_view_that_was_changed_is_counted_anew(staff, five, pages_of_two, monkeypatch):
    monkeypatch.setattr(counts, "estimated", {})
    monkeypatch.setattr(counts, "CHIP_LIMIT", 3)
    kept = SavedView.objects.create(owner=a_user("Triage nurse"), name="All", view="all", is_shared=True)
    before = opened(staff, view=kept.slug).about
    Inquiry.objects.filter(pk__in=[one.pk for one in five[:3]]).update(topic="Not sure")
    kept.filters = {"wants": "Not sure"}
    kept.save()

    assert (before, opened(staff, view=kept.slug).about) == ("about 5", "about 3")


@pytest.mark.parametrize(
    ("number", "words"), [(7, 7), (99, 99), (1004, 1000), (12_345, 12_000), (987_654, 990_000)]
)
def test_an_estimate_is_told_to_two_digits(number, words):
    assert counts.rounded(number) == words


def test_the_counts_for_an_open_page(staff, five):
    answer = staff.get(f"{QUEUE}counts/")

    assert answer.json() == {entry.view.slug: entry.words for entry in opened(staff).views}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_another_day_and_another_person_are_counted_anew():
    """The statement that a connection keeps is true for one day and one person."""
    inquiry = an_inquiry(
        answer_by=local_today() + timedelta(days=1), status="in_triage", assignee=a_user("Clinician")
    )
    nobody = a_user("Clinician")

    def late_and_mine(user):
        found = counts.by_view(user)
        return found["late"], found["mine"]

    assert (late_and_mine(inquiry.assignee), late_and_mine(nobody)) == ((0, 1), (0, 0))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert late_and_mine(nobody) == (1, 0)
    assert late_and_mine(inquiry.assignee) == (0, 1)


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


@pytest.mark.parametrize("view", ["todo", "all", "open"])
def test_one_row_and_three_rows_cost_the_same(staff, view):
    url = f"{QUEUE}?view={view}"
    flags = [("urgent", "fever", "Fever", "Ticked")]
    an_inquiry(flags=flags, assignee=a_user("Clinician"))
    staff.get(url)
    one = queries(staff, url)
    for _ in range(2):
        an_inquiry(flags=flags, assignee=a_user("Clinician"))

    assert queries(staff, url) == one
