"""The one screen for daily work: the list beside the open request, and the way back to the same list."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.calendar import local_today
from requests import actions
from requests.admin import inbox
from requests.admin.views import VIEWS
from requests.models import Inquiry

from .builders import a_user, an_inquiry
from .triage import address, do, fresh, opened, send

pytestmark = pytest.mark.django_db
QUEUE = "/staff/requests/inquiry/"


def in_turn(number, **fields):
    """Requests in the order in which they are to be answered."""
    today = local_today()
    return [
        an_inquiry(answer_by=today + timedelta(days=day), last_name=f"No{day}", **fields)
        for day in range(number)
    ]


def links(page):
    """The rows of the list as addresses, and the one that is open."""
    rows = re.findall(r'class="row-who"><a href="([^"]+)"( aria-current="page")?', page.content.decode())
    return [href for href, _ in rows], [href for href, here in rows if here]


def test_a_request_stands_beside_the_list_it_came_from(staff, nurse):
    first, second = in_turn(2, assignee=nurse)
    in_turn(1)

    hrefs, current = links(staff.get(address(second), {"view": "mine"}))

    assert hrefs == [f"{address(one)}?view=mine#r-{one.pk}" for one in (first, second)]
    assert current == [hrefs[1]]


def test_the_list_alone_has_nothing_open(staff):
    in_turn(2)

    hrefs, current = links(staff.get(QUEUE))

    assert (len(hrefs), current) == (2, [])


def test_the_neighbours_of_the_open_request(staff):
    first, second, third = in_turn(3)

    beside = {
        inquiry: staff.get(address(inquiry)).context["neighbours"] for inquiry in (first, second, third)
    }

    assert [
        (near.before and near.before.pk, near.after and near.after.pk, near.is_listed)
        for near in beside.values()
    ] == [(None, second.pk, True), (first.pk, third.pk, True), (second.pk, None, True)]


def test_a_request_that_left_the_list_leads_to_the_one_that_follows_it(staff, nurse):
    _, second, third = in_turn(3, assignee=nurse)

    do(staff, second, "close", text="Asked for nothing more.")
    page = staff.get(address(second))

    near = page.context["neighbours"]
    assert (near.before, near.after.pk, near.is_listed) == (None, third.pk, False)
    assert "This request is not in “To do” now." in page.content.decode()


def test_where_the_newest_stand_first_the_next_one_is_older(staff):
    older, asked, newer = (
        an_inquiry(status=status, submitted_at=moment)
        for status, moment in (("closed", hours(3)), ("new", hours(2)), ("closed", hours(1)))
    )

    near = staff.get(address(asked), {"view": "ended"}).context["neighbours"]

    assert near.after.pk == older.pk
    assert newer != older


def hours(number):
    return timezone.now() - timedelta(hours=number)


def test_the_last_one_of_a_list_leads_nowhere(staff, nurse):
    (only,) = in_turn(1, assignee=nurse)
    do(staff, only, "close", text="")

    page = staff.get(address(only))

    assert page.context["neighbours"].after is None
    assert 'data-step="after"' not in page.content.decode()


# The way back


def test_a_verb_leads_back_to_the_same_list(staff):
    (inquiry,) = in_turn(1)
    query = "?view=unassigned&wants=Cluneal+nerve+block"
    page = opened(staff, inquiry, "note")

    answer = staff.post(address(inquiry, "note") + query, page | {"text": "Called the pharmacy."})

    assert answer["Location"] == address(inquiry) + query


def test_a_confirm_page_leads_back_to_the_same_list(staff):
    (inquiry,) = in_turn(1)

    page = staff.get(address(inquiry, "note"), {"view": "late"}).content.decode()

    assert f'<a href="{address(inquiry)}?view=late">Back to the request</a>' in page
    assert f'<a href="{QUEUE}?view=late">Requests</a>' in page


def test_a_verb_of_two_pages_keeps_the_list(staff):
    """The first page is a form sent by GET, whose own fields make the address."""
    (inquiry,) = in_turn(1)

    first = staff.get(address(inquiry, "decline"), {"view": "late"})
    second = staff.get(address(inquiry, "decline"), {"view": "late", "continue": "1", "reason": "under_18"})
    nothing = staff.get(address(inquiry, "decline"), {"view": "late", "continue": "1"})

    assert (first.status_code, second.status_code, nothing.status_code) == (200, 200, 422)
    assert '<input type="hidden" name="view" value="late">' in first.content.decode()
    assert second.context["back_url"] == f"{address(inquiry)}?view=late"


@pytest.mark.parametrize(
    "query", ["?next=https://evil.example/", "?last_name=Zimmer&words=Zimmer", "?x=%0d%0aSet-Cookie:a=b"]
)
def test_only_what_makes_the_list_is_carried(staff, query):
    (inquiry,) = in_turn(1)
    page = opened(staff, inquiry, "note")

    answer = staff.post(address(inquiry, "note") + query, page | {"text": "Words"})

    assert answer["Location"] == address(inquiry)


# One press


def test_taking_is_one_press_that_carries_what_was_shown(staff, nurse):
    (inquiry,) = in_turn(1)
    seen = hidden_fields(staff.get(address(inquiry)), "take")

    answer = staff.post(address(inquiry, "take"), seen)

    assert answer.status_code == 302
    assert fresh(inquiry).assignee == nurse


def hidden_fields(page, verb):
    form = page.content.decode().split(f'action="{verb}/')[1].split("</form>")[0]
    return dict(re.findall(r'name="(seen_\w+)" value="(\w*)"', form))


def test_one_press_on_an_old_page_says_what_changed_and_does_nothing(staff):
    (inquiry,) = in_turn(1)
    seen = hidden_fields(staff.get(address(inquiry)), "take")
    ana = a_user("Reception", first_name="Ana", last_name="Sample")
    actions.assign(fresh(inquiry), by=ana, to=ana)

    answer = staff.post(address(inquiry, "take"), seen)

    assert answer.status_code == 409
    assert [(event.heading, event.who) for event in answer.context["changes"]] == [("Taken", "Ana Sample")]
    assert fresh(inquiry).assignee == ana


def test_what_needs_words_has_a_page_of_its_own(staff):
    page = staff.get(address(an_inquiry())).context

    one_press = {button.verb.slug for button in (*page["daily"], *page["rare"]) if button.is_one_press}

    assert one_press == {"take", "triage"}


def test_who_may_not_act_sees_no_buttons(client):
    client.force_login(a_user("Manager"))

    page = client.get(address(an_inquiry()))

    slugs = [button.verb.slug for button in (*page.context["daily"], *page.context["rare"])]
    assert slugs == ["assign"]


# Views


def test_every_view_stands_in_one_group(staff):
    groups = staff.get(QUEUE).context["rail"]

    slugs = [entry.view.slug for group in groups for entry in group.entries]
    assert sorted(slugs) == sorted(VIEWS)
    assert {slug for _, slugs in inbox.GROUPS for slug in slugs} <= set(VIEWS)


def test_the_chosen_view_is_marked_once(staff):
    for page, kind in (
        (staff.get(QUEUE, {"view": "late"}), "page"),
        (staff.get(address(an_inquiry())), "true"),
    ):
        rail = page.content.decode().split('class="rail"')[1].split("</nav>")[0]
        assert re.findall(r'aria-current="(\w+)"', rail) == [kind]


def test_the_title_counts_the_urgent_and_names_nobody(staff):
    for number in (1, 2):
        an_inquiry(urgency=1, last_name="Zimmer")
        pages = [staff.get(QUEUE), staff.get(address(an_inquiry(last_name="Zimmer")))]
        titles = [re.search(r"<title>(.*?)</title>", page.content.decode())[1] for page in pages]
        assert [title.startswith(f"{number} urgent · ") for title in titles] == [True, True]
        assert "Zimmer" not in "".join(titles)


def test_without_an_urgent_request_the_title_is_calm(staff):
    an_inquiry()

    assert "<title>To do (1) " in staff.get(QUEUE).content.decode()


def test_reception_reads_nothing_about_health_in_list_or_pane(client):
    client.force_login(a_user("Reception"))
    flag = ("urgent", "one_leg", "CANARY leg", "CANARY since last week")
    inquiry = an_inquiry(urgency=1, flags=[flag], answers={"anything_else": "CANARY words"})

    pages = [client.get(path).content.decode() for path in (QUEUE, address(inquiry))]

    assert ["CANARY" in page for page in pages] == [False, False]
    assert ["Call today" in page for page in pages] == [True, True]


@pytest.mark.parametrize(("urgency", "words"), [(1, "Urgent, answered"), (2, "Emergency sign, answered")])
def test_who_was_answered_is_not_to_be_called_today_until_they_write(client, urgency, words):
    client.force_login(a_user("Reception"))
    answered = an_inquiry(urgency=urgency, first_answered_at=timezone.now(), status="in_triage")

    def said():
        return words in client.get(address(answered)).content.decode()

    assert (said(), words in client.get(QUEUE).content.decode()) == (True, True)
    Inquiry.objects.update(patient_wrote_at=timezone.now())
    assert not said()


def test_the_shortest_way_to_the_patient_stands_above_the_buttons(staff):
    inquiry = an_inquiry(
        channel="other_person", contact_name="Ana Helper", contact_phone="+12025550188",
        answers={"call_times": ["evening"]},
    )  # fmt: skip

    page = staff.get(address(inquiry))

    assert [(line.label, line.value) for line in page.context["shortly"]] == [
        ("Wants to be reached by", "Through someone else"),
        ("Contact's phone", "+12025550188"),
        ("Phone", "202-555-0147"),
        ("Good times to call", "Early evening"),
    ]
    before, after = page.content.decode().split('class="verbs-bar"')
    assert before.count('href="tel:+12025550188"') == after.count('href="tel:+12025550188"') == 1


def test_a_list_of_three_costs_no_more_than_a_list_of_one(staff):
    flags = [("urgent", "fever", "Fever", "Ticked")]
    counts, born = [], iter(("1950-01-02", "1960-03-04", "1970-05-06"))
    for number in (1, 2):
        for _ in range(number):
            strangers = {"date_of_birth": next(born)}
            newest = an_inquiry(flags=flags, assignee=a_user("Clinician"), answers=strangers)
        staff.get(QUEUE)
        counts.append([len(queries(staff, path)) for path in (QUEUE, address(newest))])

    assert counts[0] == counts[1]


def queries(client: Client, path: str) -> list[dict[str, str]]:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return captured.captured_queries


# Keys


def keys(client, **typed):
    return client.post(f"{QUEUE}keys/", typed)


def test_whoever_does_not_want_the_keys_turns_them_off_for_good(staff, nurse):
    back = f"{address(an_inquiry())}?view=mine"

    answer = keys(staff, use="off", next=back)

    assert answer["Location"] == back
    again = Client()
    again.force_login(nurse)
    colleague = Client()
    colleague.force_login(a_user("Triage nurse"))
    assert [uses_keys(one) for one in (staff, again, colleague)] == [False, False, True]
    keys(again, use="on")
    assert uses_keys(staff)


def uses_keys(client):
    return 'data-keys="on"' in client.get(QUEUE).content.decode()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "\0"]
)
def test_the_way_back_from_the_keys_stays_with_us(staff, back):
    assert keys(staff, use="off", next=back)["Location"] == QUEUE


def test_looking_does_not_change_the_keys(staff):
    assert staff.get(f"{QUEUE}keys/", {"use": "off"}).status_code == 405
    assert uses_keys(staff)


def test_a_search_without_result_says_so(staff):
    an_inquiry()

    page = staff.post(f"{QUEUE}search/", {"words": "Zimmer"}, follow=True)

    assert "No request fits. Check the spelling" in page.content.decode()
    (address, status) = page.redirect_chain[0]
    assert (address.startswith(f"{QUEUE}?view=search&search="), status, len(page.redirect_chain)) == (
        True, 302, 1,
    )  # fmt: skip


def test_sending_an_old_page_keeps_what_was_typed_and_the_list(staff):
    (inquiry,) = in_turn(1)
    page = opened(staff, inquiry, "note")
    actions.add_note(inquiry, by=a_user("Clinician"), text="Somebody else was here.")

    answer = staff.post(f"{address(inquiry, 'note')}?view=late", page | {"text": "My words"})

    assert answer.status_code == 409
    assert answer.context["form"].initial["text"] == "My words"
    assert answer.context["back_url"] == f"{address(inquiry)}?view=late"
    assert send(staff, inquiry, "note", opened(staff, inquiry, "note"), text="My words").status_code == 302
