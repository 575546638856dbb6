"""The queue: order, views, filters, search, what each role reads, what goes on record."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from clinic.calendar import local_today
from clinic.models import OutboxMessage
from requests import actions
from requests.models import AccessLog

from .builders import a_user, an_inquiry
from .triage import address

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"
SEARCH = f"{QUEUE}search/"


def listed(client, **params):
    return [row.inquiry for row in listing(client, **params).rows]


def listing(client, **params):
    return client.get(QUEUE, params).context["listing"]


def search(client, words):
    """As a browser sends the form, whatever bytes the words are."""
    body = urlencode({"words": words})
    return client.post(SEARCH, body, content_type="application/x-www-form-urlencoded", follow=True)


def found(client, words):
    return [row.inquiry for row in search(client, words).context["listing"].rows]


def days(number):
    return timedelta(days=number)


def ago(number):
    return timezone.now() - days(number)


def test_urgent_first_then_overdue_then_oldest(staff):
    today = local_today()
    younger = an_inquiry(submitted_at=ago(1), answer_by=today)
    older = an_inquiry(submitted_at=ago(2), answer_by=today)
    overdue = an_inquiry(submitted_at=ago(1), answer_by=today - days(3))
    urgent = an_inquiry(submitted_at=ago(0), answer_by=today, urgency=1)
    red_flag = an_inquiry(submitted_at=ago(0), answer_by=today, urgency=2)
    overdue_urgent = an_inquiry(submitted_at=ago(4), answer_by=today - days(4), urgency=1)

    assert listed(staff) == [red_flag, overdue_urgent, urgent, overdue, older, younger]


def test_the_newest_is_first_where_nothing_presses(staff):
    older, younger = an_inquiry(submitted_at=ago(2), urgency=2), an_inquiry(submitted_at=ago(1))

    assert listed(staff, view="all") == [younger, older]


@pytest.fixture
def one_of_each(nurse):
    """By what is special about it."""
    today = local_today()
    soon = {"answer_by": today + days(3)}
    with_bad_mail = an_inquiry(status="in_triage", **soon)
    OutboxMessage.objects.create(
        kind="news", to="a@example.com", about=with_bad_mail.pk, state="failed", gave_up_at=timezone.now()
    )
    return {
        "new": an_inquiry(**soon),
        "urgent": an_inquiry(urgency=1, **soon),
        "urgent and booked": an_inquiry(urgency=1, status="booked", **soon),
        "late": an_inquiry(answer_by=today - days(1)),
        "late but answered": an_inquiry(answer_by=today - days(1), first_answered_at=timezone.now()),
        "due": an_inquiry(answer_by=today),
        "mine": an_inquiry(assignee=nurse, **soon),
        "mine but closed": an_inquiry(assignee=nurse, status="closed", **soon),
        "a colleague's": an_inquiry(assignee=a_user("Clinician"), **soon),
        "waiting": an_inquiry(
            status="awaiting_patient", next_action="Ask again", next_action_on=today, **soon
        ),
        "bad mail": with_bad_mail,
    }


OURS = {"new", "urgent", "late", "late but answered", "due", "mine", "a colleague's", "bad mail"}
OPEN = OURS | {"urgent and booked", "waiting"}
VIEWS = {
    "todo": OURS,
    "mine": {"mine"},
    "role": set(),
    "unassigned": OPEN - {"mine", "a colleague's"},
    "urgent": {"urgent"},
    "late": {"late", "due"},
    "step": {"waiting"},
    "waiting": {"waiting"},
    "replied": set(),
    "offered": set(),
    "phone": {"bad mail"},
    "snoozed": set(),
    "open": OPEN,
    "ended": {"mine but closed"},
    "all": OPEN | {"mine but closed"},
}


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_and_counts_its_requests(staff, one_of_each, view):
    names = {inquiry.pk: name for name, inquiry in one_of_each.items()}

    context = listing(staff, view=view)

    assert {names[row.inquiry.pk] for row in context.rows} == VIEWS[view]
    assert {entry.view.slug: entry.count for entry in context.views} == {
        slug: len(found) for slug, found in VIEWS.items()
    }


def test_a_patient_who_was_reached_needs_no_more_call_about_the_mail(staff, one_of_each, nurse):
    actions.log_phone_call(one_of_each["bad mail"], by=nurse, outcome="no_answer")
    assert len(listed(staff, view="phone")) == 1

    actions.log_phone_call(one_of_each["bad mail"], by=nurse, outcome="reached")

    assert listed(staff, view="phone") == []


def test_the_home_page_leads_to_the_same_counts(staff, one_of_each):
    panel = next_to_do(staff)

    assert {figure.label: figure.count for figure in panel.figures} == {
        "Urgent": "1", "Late or due today": "2", "Patient wrote": "0",
        "To phone": "1", "Mine": "1", "Unassigned": "8",
    }  # fmt: skip
    for figure in panel.figures:
        assert str(len(staff.get(figure.url).context["listing"].rows)) == figure.count


HOME = reverse_lazy("admin:index")


def next_to_do(client):
    return next(panel for panel in client.get(HOME).context["panels"] if panel.title == "Requests")


def test_the_home_page_shows_the_five_most_pressing(staff, nurse):
    today = local_today()
    inquiries = [an_inquiry(last_name=f"No{n}", answer_by=today + days(n)) for n in (5, 4, 3, 2, 1)]
    urgent = an_inquiry(last_name="Urgent", answer_by=today + days(9), urgency=1, assignee=nurse)
    an_inquiry(last_name="Ended", status="closed", urgency=2)

    panel = next_to_do(staff)

    shown = [urgent, *inquiries[:0:-1]]
    assert [item.url for item in panel.items] == [address(inquiry) for inquiry in shown]
    assert list(panel.items[0].about) == [
        "56", urgent.reference, "Cluneal nerve block", "New", "You have it",
    ]  # fmt: skip
    assert (panel.more.label, len(staff.get(panel.more.url).context["listing"].rows)) == ("All 6 to do", 6)


def test_the_home_page_with_nothing_to_do_says_so(staff):
    assert "Nothing is left to do" in staff.get(HOME).content.decode()


def test_names_on_the_home_page_go_on_record(staff, nurse):
    inquiry = an_inquiry()

    staff.get(HOME)

    (look,) = AccessLog.objects.all()
    assert (look.by, look.what, look.listed) == (nurse, "home", [inquiry.pk])


def test_the_home_page_tells_reception_how_pressing_it_is_and_not_why(client):
    client.force_login(a_user("Reception"))
    an_inquiry(flags=FLAGS, urgency=1, voicemail="no")

    (item,) = next_to_do(client).items

    assert [tag.words for tag in item.tags] == ["Call today", "Sort out before booking", "Leave no message"]
    assert "getting weaker" not in client.get(HOME).content.decode()


def test_one_and_five_requests_cost_the_home_page_the_same(staff):
    flags = [("urgent", "fever", "Fever", "Ticked")]
    an_inquiry(flags=flags, assignee=a_user("Clinician"))
    staff.get(HOME)
    one = len(queries(staff, HOME))
    for _ in range(4):
        an_inquiry(flags=flags, assignee=a_user("Clinician"))

    assert len(queries(staff, HOME)) == one


def test_filters_narrow_the_view(staff, nurse):
    wanted = an_inquiry(assignee=nurse, topic="First visit", status="in_triage")
    an_inquiry(topic="First visit", status="in_triage")
    an_inquiry(assignee=nurse, status="in_triage")
    an_inquiry(assignee=nurse, topic="First visit")

    params = {"status": "in_triage", "assignee": str(nurse.pk), "wants": "First visit"}
    response = staff.get(QUEUE, params)

    assert [row.inquiry for row in response.context["listing"].rows] == [wanted]
    assert [entry.chosen for entry in response.context["listing"].filters] == list(params.values())


@pytest.mark.parametrize(
    "params",
    [
        {"status": "nonsense"},
        {"assignee": "1; DROP TABLE"},
        {"assignee": "99999999999999999999"},
        {"view": "nonsense"},
        {"page": "99"},
        {"page": "x"},
        {"view": "search"},
        {"q": "Zimmer"},
    ],
)
def test_parameters_that_mean_nothing_are_passed_over(staff, params):
    inquiry = an_inquiry()

    assert listed(staff, **params) == [inquiry]


HOSTILE_WORDS = ["\0", "%", "_", "'; --", "a" * 5000, "\ud83d", "<script>", "\\"]


@pytest.mark.parametrize("hostile", HOSTILE_WORDS)
def test_hostile_filters_find_nothing(staff, hostile):
    an_inquiry()
    expected = 1 if hostile == "\0" else 0

    assert len(listed(staff, wants=hostile.encode(errors="surrogatepass"))) == expected


@pytest.mark.parametrize("hostile", HOSTILE_WORDS)
def test_hostile_words_find_nothing(staff, hostile):
    an_inquiry()
    expected = 1 if hostile == "\0" else 0

    assert len(found(staff, hostile.encode(errors="surrogatepass"))) == expected


@pytest.mark.parametrize(
    "words",
    [
        "nunez", "NÚÑEZ", "Núñez", "jose nunez", "nunez jose", "Pepe", "maria",
        "202-555-0147", "(202) 555-0147", "+1 202 555 0147", "2025550147", "0147",
        "jose@example.com", "7k3-xw9", "7K3XW9", "xw9",
    ],
)  # fmt: skip
def test_search_finds_by_name_phone_mail_and_reference(staff, words):
    wanted = an_inquiry(
        first_name="José", last_name="Núñez", preferred_name="Pepe", contact_name="María Núñez",
        email="jose@example.com", reference="7K3-XW9",
    )  # fmt: skip
    an_inquiry(
        first_name="Tom", last_name="Other", phone="+12025550199", phone_as_typed="202-555-0199",
        email="tom@example.com", reference="4HP-QMD",
    )  # fmt: skip

    assert found(staff, words) == [wanted]


def test_search_looks_at_ended_requests_too(staff):
    ended = an_inquiry(status="closed", last_name="Zimmer")

    assert found(staff, "zimmer") == [ended]


def test_search_with_no_result_says_what_to_do(staff):
    assert "No request fits" in search(staff, "nobody").content.decode()


def test_the_words_stand_on_the_page_and_nowhere_else(staff, caplog):
    caplog.set_level("DEBUG")
    an_inquiry(last_name="Zimmer")

    posted = staff.post(SEARCH, {"words": "Zimmer"})
    page = staff.get(posted["Location"])

    text = page.content.decode()
    addresses = re.findall(r'(?:href|action)="([^"]*)"', text)
    assert posted.status_code == 302
    assert re.fullmatch(rf"{QUEUE}\?view=search&search=[0-9a-f]{{8}}", posted["Location"])
    assert "<strong><bdi>Zimmer</bdi></strong>" in text
    assert "immer" not in "".join([*addresses, text.split("</title>")[0], caplog.text, str(page.headers)])
    assert "no-store" in page["Cache-Control"]


def test_an_old_address_with_words_is_not_carried_on(staff):
    for _ in range(51):
        an_inquiry()

    page = staff.get(QUEUE, {"q": "Zimmer", "wants": "Cluneal nerve block"})

    assert "Zimmer" not in page.content.decode()


def test_pages_of_a_search_keep_it(staff):
    for _ in range(51):
        an_inquiry(last_name="Zimmer")
    an_inquiry(last_name="Other")

    first = search(staff, "zimmer")
    second = staff.get(first.context["listing"].next_url)

    assert re.match(rf"{QUEUE}\?view=search&search=[0-9a-f]{{8}}&after=", first.context["listing"].next_url)
    assert [len(page.context["listing"].rows) for page in (first, second)] == [50, 1]


def test_filters_narrow_a_search(staff):
    wanted = an_inquiry(last_name="Zimmer", status="in_triage")
    an_inquiry(last_name="Zimmer")
    an_inquiry(last_name="Other", status="in_triage")
    narrowed = f"{search(staff, 'zimmer').context['listing'].search_url}&status=in_triage"

    assert [row.inquiry for row in staff.get(narrowed).context["listing"].rows] == [wanted]


def test_another_view_is_whole_and_leads_back_to_the_search(staff):
    zimmer, other = an_inquiry(last_name="Zimmer"), an_inquiry(last_name="Other", status="in_triage")
    search(staff, "zimmer")

    page = staff.get(QUEUE, {"view": "open"})

    assert {row.inquiry for row in page.context["listing"].rows} == {zimmer, other}
    assert [row.inquiry for row in staff.get(page.context["listing"].search_url).context["listing"].rows] == [
        zimmer
    ]


def has_search(client):
    return "Clear search" in client.get(QUEUE).content.decode()


def test_clearing_the_search_forgets_the_words(staff):
    search(staff, "zimmer")
    had, cleared = has_search(staff), staff.post(SEARCH)

    assert (had, has_search(staff), cleared["Location"]) == (True, False, QUEUE)
    assert staff.session["searches"] == {}


def test_signing_out_forgets_the_words(staff, nurse):
    search(staff, "zimmer")

    staff.post(reverse("admin:logout"))
    staff.force_login(nurse)

    assert not has_search(staff)


def test_somebody_else_at_the_same_desk_finds_no_words(staff):
    search(staff, "zimmer")

    staff.force_login(a_user("Reception"))

    assert not has_search(staff)


def test_half_an_hour_without_a_click_forgets_the_words(staff, nurse):
    search(staff, "zimmer")

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        staff.force_login(nurse)
        assert not has_search(staff)


def test_a_search_is_posted(staff):
    assert staff.get(SEARCH).status_code == 405


def test_an_empty_queue_says_so(staff):
    assert "Nothing is left to do" in staff.get(QUEUE).content.decode()


def queries(client, url=QUEUE):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(url)
    return [query["sql"] for query in captured]


def test_one_row_and_three_rows_cost_the_same(staff, nurse):
    flags = [("urgent", "fever", "Fever", "Ticked"), ("before_booking", "diabetes", "Diabetes", "Yes")]
    an_inquiry(flags=flags, assignee=nurse)
    staff.get(QUEUE)
    one = queries(staff)
    an_inquiry(flags=flags, assignee=a_user("Clinician"), status="awaiting_patient")
    an_inquiry(flags=flags, assignee=a_user("Reception"), status="in_triage")
    an_inquiry(flags=flags)

    assert len(queries(staff)) == len(one) == 9


def test_calls_entered_by_one_and_by_three_colleagues_cost_the_same(staff, nurse):
    an_inquiry(source="phone", entered_by=nurse)
    staff.get(QUEUE)
    one = queries(staff)
    for colleague in (a_user("Clinician"), a_user("Reception")):
        an_inquiry(source="phone", entered_by=colleague)

    assert len(queries(staff)) == len(one)
    assert staff.get(QUEUE).content.decode().count("By phone, entered by") == 3


def test_every_list_goes_on_record_without_what_was_typed(staff, nurse):
    first, second = an_inquiry(last_name="Zimmer"), an_inquiry(answer_by=local_today() + days(1))

    staff.get(QUEUE)
    search(staff, "zimmer")

    searched, whole = AccessLog.objects.all()
    assert (searched.by, searched.what, searched.shown, searched.listed) == (nurse, "search", 1, [first.pk])
    assert (whole.by, whole.what, whole.shown, whole.listed) == (nurse, "list", 2, [first.pk, second.pk])


def tags(client):
    (row,) = client.get(QUEUE).context["listing"].rows
    return [tag.words for tag in row.flags], [tag.words for tag in row.hints]


FLAGS = [
    ("urgent", "one_leg", "One leg getting weaker", "Ticked"),
    ("before_booking", "diabetes", "Diabetes", "Yes"),
    ("note", "interpreter", "Interpreter", "Vietnamese"),
]


def test_clinical_roles_read_flags_in_words(staff):
    an_inquiry(flags=FLAGS, urgency=1)

    assert tags(staff) == (["One leg getting weaker", "Diabetes"], [])


def test_reception_reads_how_pressing_it_is_and_not_why(client):
    client.force_login(a_user("Reception"))
    an_inquiry(flags=FLAGS, urgency=1)

    assert tags(client) == (["Call today", "Sort out before booking"], [])


def test_contact_wishes_show_in_the_list(staff):
    an_inquiry(
        voicemail="no",
        channel="other_person",
        answers={"help_needs": ["interpreter", "large_print"], "help_language": "Vietnamese"},
    )

    assert tags(staff)[1] == [
        "Leave no message", "Through someone else", "Interpreter: Vietnamese", "Large print",
    ]  # fmt: skip


def test_another_language_shows_in_the_list(staff):
    an_inquiry(language="es")

    assert tags(staff)[1] == ["Language: Spanish"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer_by": local_today() - days(1)}, "Late by 1 day"),
        ({"answer_by": local_today() - days(3)}, "Late by 3 days"),
        ({"answer_by": local_today()}, "Answer today"),
        ({"answer_by": local_today(), "urgency": 1}, "Call today"),
        ({"status": "in_triage", "first_answered_at": timezone.now()}, "Our turn"),
        ({"status": "awaiting_patient"}, "Patient's turn"),
        ({"status": "offered"}, None),
    ],
)
def test_the_deadline_in_words(staff, fields, words):
    an_inquiry(**fields)

    (row,) = staff.get(QUEUE, {"view": "open"}).context["listing"].rows
    assert (row.deadline and row.deadline.words) == words


def test_a_later_deadline_names_the_day(staff):
    day = local_today() + days(4)
    an_inquiry(answer_by=day)

    (row,) = staff.get(QUEUE).context["listing"].rows
    assert row.deadline.words == f"Answer by {day:%a, %b} {day.day}"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min old"),
        (timedelta(hours=3), "3 h old"),
        (timedelta(hours=47), "47 h old"),
        (days(3), "3 days old"),
    ],
)
def test_the_age_of_a_request(staff, age, words):
    inquiry = an_inquiry(submitted_at=timezone.now() - age)

    assert staff.get(QUEUE).context["listing"].rows[0].since == words
    assert f", {words.replace('old', 'ago')}" in staff.get(address(inquiry)).content.decode()


HOSTILE = "<img src=x onerror=alert(1)>'\"&{{7*7}}"


def test_hostile_text_is_shown_as_text(staff):
    an_inquiry(
        first_name=HOSTILE, last_name=HOSTILE, language=HOSTILE[:40], topic=HOSTILE,
        flags=[("urgent", "x", HOSTILE, HOSTILE)], urgency=1,
        answers={"help_needs": ["interpreter"], "help_language": HOSTILE},
    )  # fmt: skip

    page = search(staff, HOSTILE).content.decode()

    assert "<img" not in page
    assert page.count("&lt;img") >= 6


def test_the_list_is_never_kept_by_the_browser(staff):
    response = staff.get(QUEUE)

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
