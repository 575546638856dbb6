"""How the work goes: what is counted, for whom, and that no person can be found in it."""

import csv
import io
import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic import limits
from clinic.calendar import local_today, zone
from clinic.models import DailyCount
from requests import actions, charts, funnel, statistics
from requests.admin.statistics import parts
from requests.charts import Part
from requests.models import Inquiry
from requests.statistics import Period
from tests.builders import a_user, an_inquiry
from tests.hostile import FORMULAS

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:requests_statistics")
MARCH = Period(date(2026, 3, 2), date(2026, 3, 29))


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=zone())


def came(
    day: date, *, hour: int = 10, waited: timedelta | None = None, late: bool = False, **fields
) -> Inquiry:
    """A request of that day in the clinic's zone, answered after `waited`."""
    moment = at(day, hour)
    inquiry = an_inquiry(submitted_at=moment, **fields)
    answered = moment + waited if waited is not None else None
    late_since = moment + timedelta(days=3) if late else None
    Inquiry.objects.filter(pk=inquiry.pk).update(first_answered_at=answered, late_since=late_since)
    return inquiry


def signed_in(client, role: str):
    client.force_login(a_user(role))
    return client


def table(client, name: str, period: Period = MARCH) -> list[list[str]]:
    response = client.get(
        reverse("admin:requests_statistics_csv", args=[name]),
        {"first": period.first.isoformat(), "last": period.last.isoformat()},
    )
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


# What is counted


def test_a_week_counts_what_came_was_answered_and_was_late():
    came(date(2026, 3, 9), waited=timedelta(hours=2))
    came(date(2026, 3, 10), waited=timedelta(hours=6))
    came(date(2026, 3, 11), waited=timedelta(hours=40), late=True)
    came(date(2026, 3, 15), late=True)

    weeks = {line.label: line for line in statistics.by_week(MARCH)}

    assert list(weeks) == ["Mar 2, 2026", "Mar 9, 2026", "Mar 16, 2026", "Mar 23, 2026"]
    week = weeks["Mar 9, 2026"]
    assert (week.received, week.answered, week.unanswered, week.late) == (4, 3, 1, 2)
    assert (week.half, week.nine_of_ten) == ("6 h", "33 h")
    assert weeks["Mar 2, 2026"].received == 0
    assert weeks["Mar 2, 2026"].half == ""


def left_out():
    """Two answered, three withdrawn or joined before that, two that wait; one of each of the last is late."""
    came(date(2026, 3, 9), waited=timedelta(hours=2))
    came(date(2026, 3, 9), waited=timedelta(hours=2), status="withdrawn")
    came(date(2026, 3, 9), status="withdrawn")
    came(date(2026, 3, 9), status="duplicate", duplicate_of=an_inquiry())
    came(date(2026, 3, 9), late=True, status="withdrawn")
    came(date(2026, 3, 9), late=True)
    came(date(2026, 3, 9))


def test_what_was_withdrawn_or_joined_before_an_answer_waits_for_none():
    left_out()

    week = statistics.total(MARCH)

    assert (week.received, week.answered, week.withdrawn, week.unanswered) == (7, 2, 3, 2)


def test_a_bar_shows_the_late_ones_once_and_adds_up_to_what_was_received():
    left_out()

    bar = parts(statistics.total(MARCH))

    assert [(part.tone, part.count) for part in bar] == [
        ("in-time", 2), ("late", 2), ("withdrawn", 2), ("open", 1)
    ]  # fmt: skip


def test_a_withdrawn_request_that_is_reopened_waits_again():
    nurse = a_user("Triage nurse")
    withdrawn = came(date(2026, 3, 9), status="withdrawn", assignee=nurse)
    before = statistics.total(MARCH)
    actions.reopen(Inquiry.objects.get(pk=withdrawn.pk), by=nurse, text="They called again.")
    after = statistics.total(MARCH)

    assert [(line.withdrawn, line.unanswered) for line in (before, after)] == [(1, 0), (0, 1)]


def test_weeks_and_hours_are_those_of_the_clinics_clock():
    """11pm on Sunday is Monday already in UTC, and the clock changed on March 8."""
    came(date(2026, 3, 8), hour=23)

    weeks = {line.label: line.received for line in statistics.by_week(MARCH)}
    hours = {line.label: line.received for line in statistics.by_hour(MARCH)}

    assert weeks["Mar 2, 2026"] == 1
    assert hours["11pm"] == 1
    assert sum(hours.values()) == 1


def test_only_days_of_the_period_count():
    came(date(2026, 3, 1), hour=23)
    came(date(2026, 3, 2), hour=0)
    came(date(2026, 3, 29), hour=23)
    came(date(2026, 3, 30), hour=0)

    assert statistics.total(MARCH).received == 2


def test_procedures_stand_by_how_often_they_are_asked_for():
    for topic in ("Follow-up", "First visit", "First visit"):
        came(date(2026, 3, 9), topic=topic)

    found = [(line.label, line.received) for line in statistics.by_procedure(MARCH)]

    assert found == [("First visit", 2), ("Follow-up", 1)]


def test_a_reopened_request_does_not_spoil_the_times():
    nurse = a_user("Triage nurse")
    came(date(2026, 3, 9), waited=timedelta(hours=2))
    slow = came(date(2026, 3, 9), waited=timedelta(hours=1), status="closed", assignee=nurse)
    actions.reopen(Inquiry.objects.get(pk=slow.pk), by=nurse, text="They called again.")
    Inquiry.objects.filter(pk=slow.pk).update(first_answered_at=at(date(2026, 3, 28)))

    assert statistics.total(MARCH).half == "2 h"
    assert statistics.total(MARCH).nine_of_ten == "2 h"


def test_the_backlog_counts_by_age_what_we_owe():
    now = timezone.now()
    for days in (0, 2, 2, 40):
        an_inquiry(submitted_at=now - timedelta(days=days, minutes=5))
    an_inquiry(submitted_at=now - timedelta(days=2, minutes=5), status="awaiting_patient")
    an_inquiry(submitted_at=now - timedelta(days=2, minutes=5), status="closed")

    assert statistics.backlog() == [
        ("Under 1 day", 1),
        ("1 to 2 days", 2),
        ("3 to 6 days", 0),
        ("1 to 2 weeks", 0),
        ("2 to 4 weeks", 0),
        ("4 weeks and more", 1),
    ]


def test_reasons_for_declining_are_those_of_the_period():
    today = Period(local_today(), local_today())
    for reason in ("not_offered", "not_offered", "needs_referral"):
        an_inquiry(status="declined", decline_reason=reason)

    assert statistics.declined(today) == [("We do not offer this", 2), ("A referral is needed first", 1)]
    assert statistics.declined(MARCH) == []


# The form


def test_a_question_counts_once_a_draft(client):
    url = reverse("requests:step", args=["emergency-signs"])
    for _ in range(2):
        response = client.post(url, {"emergency": "none"})
        assert response.status_code == 302
    client.post(reverse("requests:step", args=["urgent-signs"]), {"urgent": "none"})

    today = Period(local_today(), local_today())
    counts = {stage.label: stage.count for stage in funnel.stages(today) if stage.count}

    assert counts == {"Began the form": 1, "Emergency signs": 1, "Signs to check today": 1}


def test_errors_are_told_by_question(client):
    url = reverse("requests:step", args=["emergency-signs"])
    client.post(url, {})
    client.post(url, {})

    (trouble,) = funnel.troubles(Period(local_today(), local_today()))

    assert (trouble.question, trouble.kind, trouble.count) == ("Emergency signs", "Left empty", 2)


def test_a_field_that_is_no_longer_asked_keeps_a_name():
    limits.count("intake error shoe_size required")

    (trouble,) = funnel.troubles(Period(local_today(), local_today()))

    assert trouble.question == "Shoe size"


def test_counts_of_the_form_name_nobody(client):
    client.post(reverse("requests:step", args=["emergency-signs"]), {"emergency": "none"})

    assert {field.name for field in DailyCount._meta.get_fields()} == {"id", "name", "on", "count"}
    assert set(DailyCount.objects.values_list("name", flat=True)) == {
        "intake started", "intake step emergency-signs"
    }  # fmt: skip


# Charts


def test_a_bars_parts_add_up_to_its_height():
    chart = charts.columns([("a", [Part("in-time", 3), Part("late", 0), Part("open", 1)]), ("b", [])])

    assert [bar.tone for bar in chart.bars] == ["in-time", "open"]
    assert sum(bar.height for bar in chart.bars) == charts.HEIGHT
    assert [label.words for label in chart.grid] == ["0", "2", "4"]


def test_one_among_thousands_can_be_seen():
    chart = charts.columns([("a", [Part("in-time", 9999), Part("late", 1)])])

    assert [(bar.tone, bar.y, bar.height) for bar in chart.bars] == [
        ("in-time", charts.TOP, charts.HEIGHT), ("late", charts.TOP - 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (3, 4), (5, 10), (11, 20), (40, 40), (41, 100), (999, 1000)]
)
def test_the_scale_ends_on_a_round_number(most, top):
    assert charts.top_of(most) == top


def test_a_small_share_can_still_be_seen():
    assert charts.shares([0, 1, 1000]) == [0, 1, 100]
    assert charts.shares([]) == []


# The page


@pytest.mark.parametrize("role", ["Manager", "Clinician", "superuser"])
def test_who_leads_the_clinic_sees_the_numbers(client, role):
    came(date(2026, 3, 9), waited=timedelta(hours=2))

    page = signed_in(client, role).get(PAGE, {"first": "2026-03-02", "last": "2026-03-29"})

    assert page.status_code == 200
    assert page.context["total"].received == 1
    assert "Rosa" not in page.content.decode()


@pytest.mark.parametrize("role", ["Reception", "Triage nurse", "Editor", None])
def test_nobody_else_does(client, role):
    client = signed_in(client, role)

    assert client.get(PAGE).status_code == 403
    assert client.get(reverse("admin:requests_statistics_csv", args=["weeks"])).status_code == 403


def test_without_days_the_last_twelve_weeks_are_shown(client):
    page = signed_in(client, "Manager").get(PAGE)

    assert page.context["period"] == Period.of_weeks(12)
    assert len(page.context["weeks"]) == 12


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        ("", "2026-03-29", "first", "Enter a day"),
        ("yesterday", "2026-03-29", "first", "Enter the day like 2026-05-27"),
        ("2026-03-29", "2026-03-02", "last", "Choose a last day that is not before the first one"),
        ("2020-01-01", "2026-03-02", "last", "Choose at most two years"),
        ("9999-12-31", "9999-12-31", "first", "Choose a day that is not in the future"),
        ("2026-03-02\0", "2026-03-29", "first", "Enter the day like 2026-05-27"),
    ],
)
def test_days_that_make_no_period_are_told(client, first, last, field, words):
    days = {"first": first, "last": last}
    page = signed_in(client, "Manager").get(PAGE, days)
    file = client.get(reverse("admin:requests_statistics_csv", args=["weeks"]), days)

    assert (page.status_code, file.status_code) == (422, 422)
    assert page.context["form"].errors == {field: [words]}


def test_a_last_day_far_ahead_is_fine(client):
    """Somebody leaves the end open: today's year is enough to see all."""
    last = (local_today() + timedelta(days=300)).isoformat()
    page = signed_in(client, "Manager").get(PAGE, {"first": local_today().isoformat(), "last": last})

    assert page.status_code == 200


def test_the_page_asks_as_much_for_many_as_for_one(client, django_assert_num_queries):
    client = signed_in(client, "Manager")
    days = {"first": "2026-03-02", "last": "2026-03-29"}
    client.get(PAGE, days)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            came(date(2026, 3, 9), waited=timedelta(hours=2))
        with django_assert_num_queries(counts[0] if counts else 18, exact=bool(counts)) as queries:
            client.get(PAGE, days)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_every_table_can_be_taken_away(client):
    came(date(2026, 3, 9), waited=timedelta(minutes=90), late=True)
    client = signed_in(client, "Manager")

    assert table(client, "weeks")[:3] == [
        [
            "Week from",
            "Week",
            "Received",
            "Answered",
            "Not answered yet",
            "Withdrawn or joined",
            "Late",
            "Median, hours",
            "90th percentile, hours",
        ],
        ["2026-03-02", "2026-W10", "0", "0", "0", "0", "0", "", ""],
        ["2026-03-09", "2026-W11", "1", "1", "0", "0", "1", "1.5", "1.5"],
    ]
    for name in client.get(PAGE).context["downloads"]:
        assert len(table(client, name)) >= 1
    assert client.get(reverse("admin:requests_statistics_csv", args=["patients"])).status_code == 404


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-11-16", "2026-W47"), ("2025-12-29", "2026-W01"), ("2026-12-28", "2026-W53"), ("2027-01-04", "2027-W01"),
    ],
)  # fmt: skip
def test_a_week_has_its_number_of_the_iso_year(day, week):
    assert statistics.iso_week(date.fromisoformat(day)) == week


def shown(page, title: str) -> list[list[str]]:
    """The rows of a table on the page, without the times in words."""
    part = page.content.decode().split(f'aria-label="{title}"')[1].split("</tbody>")[0].split("<tbody>")[1]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)[:6] for row in part.split("</tr>")[:-1]]


def drawn(chart: charts.Chart, tones: tuple[str, ...]) -> list[dict[str, int]]:
    """What the bars say when they are measured on the scale, by their place from the left."""
    highest = int(chart.grid[-1].words)
    steps = sorted({bar.x for bar in chart.bars})
    return [
        {
            tone: sum(bar.height for bar in chart.bars if (bar.x, bar.tone) == (x, tone)) * highest / charts.HEIGHT
            for tone in tones
        }
        for x in steps
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "title", "chart", "words"),
    [("weeks", "Table by week", "weeks_chart", "%b %-d, %Y"), ("hours", "Table by hour", "hours_chart", "")],
)
def test_file_table_and_picture_say_the_same(client, name, title, chart, words):
    left_out()
    for day, hour, number in ((2, 0, 1), (15, 23, 2), (16, 0, 3), (29, 23, 1)):
        for _ in range(number):
            came(date(2026, 3, day), hour=hour, waited=timedelta(hours=1))
    client = signed_in(client, "Manager")
    page = client.get(PAGE, {"first": "2026-03-02", "last": "2026-03-29"})

    _heads, *rows = table(client, name)
    if name == "weeks":
        rows = [[f"{date.fromisoformat(day):{words}}", *row] for day, _week, *row in rows]

    on_page = shown(page, title)
    assert [row[:6] for row in rows] == (on_page[::-1] if name == "weeks" else on_page)
    counted = [[int(cell) for cell in row[1:6]] for row in rows if row[1] != "0"]
    bars = drawn(page.context[chart], ("in-time", "late", "withdrawn", "open"))
    assert [sum(bar.values()) for bar in bars] == [received for received, *_ in counted]
    assert [bar["late"] for bar in bars] == [late for *_, late in counted]
    assert sum(received for received, *_ in counted) == page.context["total"].received == 14


def test_the_page_names_what_was_withdrawn_or_joined(client):
    left_out()

    page = signed_in(client, "Manager").get(PAGE, {"first": "2026-03-09", "last": "2026-03-15"})

    words = page.content.decode()
    legend = re.sub(r"<[^>]+>", "", words.split('class="legend">')[1].split("</p>")[0])
    row = re.findall(r"<td>(.*?)</td>", words.split('<th scope="row">Mar 9, 2026</th>')[1].split("</tr>")[0])
    heads = re.findall(r'<th scope="col">(.*?)</th>', words)[:6]
    assert legend == "answered in time late withdrawn or joined not answered yet"
    assert dict(zip(heads, ["Mar 9, 2026", *row], strict=False)) == {
        "Week from": "Mar 9, 2026", "Received": "7", "Answered": "2", "Not answered yet": "2",
        "Withdrawn or joined": "3", "Late": "2",
    }  # fmt: skip
    assert words.count("divided into answered in time, late, withdrawn or joined, and not answered yet") == 2
    assert {bar.tone for bar in page.context["weeks_chart"].bars} == {
        "in-time", "late", "open", "withdrawn"
    }  # fmt: skip


def test_a_cell_is_never_a_formula(client):
    for payload in FORMULAS:
        came(date(2026, 3, 9), topic=payload)

    rows = table(signed_in(client, "Manager"), "procedures")

    assert [row[0][:1] for row in rows[1:]] == ["'"] * len(FORMULAS)


def test_a_question_or_an_error_is_never_a_formula(client):
    today = Period(local_today(), local_today())
    marked = [payload for payload in FORMULAS if " " not in payload]
    for payload in marked:
        limits.count(f"intake error {payload} {payload}")

    rows = table(signed_in(client, "Manager"), "errors", today)

    assert [(question[:1], kind[:1]) for question, kind, _ in rows[1:]] == [("'", "'")] * len(marked)
