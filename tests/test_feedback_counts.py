""" "Was this page useful?": counted once a reader, without knowing who (E56)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import limits
from clinic.calendar import local_today
from clinic.models import RateBucket
from procedures import feedback, publishing
from procedures.models import Explainer, Feedback
from tests import pages
from tests.builders import ROLES, a_user

pytestmark = pytest.mark.django_db

OURS = {"HTTP_ORIGIN": "http://testserver"}
LIST = reverse("admin:procedures_feedback_changelist")


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def edition(explainer):
    return explainer.current_edition


@pytest.fixture(autouse=True)
def a_quiet_hour():
    """Stretches of limits begin at fixed moments, days of counts at midnight; no test runs across one."""
    with time_machine.travel(timezone.now().replace(hour=15, minute=5), tick=False) as clock:
        yield clock


def useful_url(edition):
    return reverse("procedures:useful", args=[edition.code])


def reason_url(edition, answer="yes"):
    return reverse("procedures:useful_reason", args=[edition.code, answer])


def say(client, edition, answer="yes", **how):
    return client.post(useful_url(edition), {"answer": answer}, **(OURS | how))


def rows():
    found = Feedback.objects.values_list("is_useful", "reason", "count").order_by("pk")
    return list(found)


def test_the_page_asks_with_plain_buttons(client, edition):
    page = client.get(edition.explainer.get_absolute_url()).content.decode()

    (form,) = re.findall(rf'<form method="post" action="{useful_url(edition)}">.*?</form>', page, re.DOTALL)
    assert re.findall(r'<button [^>]*name="(\w+)" value="(\w+)"', form) == [
        ("answer", "yes"),
        ("answer", "no"),
    ]
    assert "csrf" not in form


@pytest.mark.parametrize(("answer", "is_useful"), [("yes", True), ("no", False)])
def test_an_answer_is_counted_and_thanked_for(client, edition, answer, is_useful):
    response = say(client, edition, answer)

    row = Feedback.objects.get()
    assert (row.edition, row.on, row.is_useful, row.reason, row.count) == (
        edition,
        local_today(),
        is_useful,
        "",
        1,
    )
    assert response["Location"] == reason_url(edition, answer)
    page = client.get(response["Location"]).content.decode()
    assert ("What was missing?" in page) == (not is_useful)
    assert edition.explainer.get_absolute_url() in page


def test_nothing_of_the_reader_is_kept_beside_the_answer(client, edition):
    say(client, edition, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Reader 1.0")

    assert {field.name for field in Feedback._meta.get_fields()} == {
        "id", "edition", "on", "is_useful", "reason", "count",
    }  # fmt: skip
    kept = [f"{bucket.name} {bucket.identity}" for bucket in RateBucket.objects.all()]
    assert [line for line in kept if "203.0" in line or "Reader" in line or edition.code in line] == []


def test_what_limits_remember_is_gone_after_two_days(client, edition, a_quiet_hour):
    say(client, edition)

    a_quiet_hour.shift(timedelta(days=3, hours=1))
    limits.forget_old()

    assert RateBucket.objects.filter(name__startswith="useful").count() == 0


@pytest.mark.parametrize("path", ["useful", "reason", "thanks"])
def test_no_page_of_it_sets_a_cookie_even_for_staff(client, edition, path):
    client.force_login(a_user("Editor"))
    responses = {
        "useful": lambda: say(client, edition),
        "reason": lambda: client.get(reason_url(edition)),
        "thanks": lambda: client.get(reverse("procedures:useful_thanks", args=[edition.code])),
    }

    response = responses[path]()

    assert response.status_code in (200, 302)
    assert not response.cookies


# Once


def test_a_second_click_is_thanked_for_and_not_counted(client, edition):
    assert [say(client, edition).status_code for _ in range(3)] == [302] * 3
    assert rows() == [(True, "", 1)]


def test_a_change_of_mind_within_the_hour_is_not_a_second_reader(client, edition):
    say(client, edition)
    say(client, edition, "no")

    assert rows() == [(True, "", 1)]


def test_others_are_counted_in_the_same_row(client, edition):
    for number in range(3):
        say(client, edition, REMOTE_ADDR=f"203.0.113.{number}")
    say(client, edition, REMOTE_ADDR="203.0.113.1", HTTP_USER_AGENT="Another phone of the house")

    assert rows() == [(True, "", 4)]


def test_another_edition_and_another_hour_count_anew(client, explainer, edition, a_quiet_hour):
    say(client, edition)
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    say(client, publishing.publish(explainer, change_note="Price."))
    a_quiet_hour.shift(timedelta(hours=1))
    say(client, edition)

    assert sorted(Feedback.objects.values_list("edition__number", "count")) == [(1, 2), (2, 1)]


def test_a_robot_ends_at_the_limit_of_its_place(client, edition):
    for number in range(feedback.A_PLACE_A_DAY + 5):
        say(client, edition, HTTP_USER_AGENT=f"Robot {number}")

    assert rows() == [(True, "", feedback.A_PLACE_A_DAY)]


def test_a_net_of_robots_ends_at_the_limit_of_the_edition(client, edition, monkeypatch):
    monkeypatch.setattr(feedback, "AN_EDITION_AN_HOUR", 5)

    for number in range(9):
        say(client, edition, REMOTE_ADDR=f"203.0.113.{number}")

    assert rows() == [(True, "", 5)]


# Where it comes from


@pytest.mark.parametrize(
    "how",
    [
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver.elsewhere.example"},
        {"HTTP_ORIGIN": "https://elsewhere.example", "HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {},
    ],
)
def test_a_form_on_another_site_is_refused(client, edition, how):
    answers = [
        client.post(address, {"answer": "yes", "reason": "clear"}, **how)
        for address in (useful_url(edition), reason_url(edition))
    ]

    assert [response.status_code for response in answers] == [403, 403]
    assert rows() == []
    assert RateBucket.objects.count() == 0


def test_a_browser_that_names_no_origin_says_where_it_comes_from(client, edition):
    client.post(useful_url(edition), {"answer": "yes"}, HTTP_SEC_FETCH_SITE="same-origin")

    assert rows() == [(True, "", 1)]


@pytest.mark.parametrize("answer", ["", "maybe", "YES", "1", "\0", "x" * 5000])
def test_an_answer_that_is_none_leads_back_to_the_page(client, edition, answer):
    response = say(client, edition, answer)

    assert response["Location"] == f"{edition.explainer.get_absolute_url()}#useful"
    assert rows() == []


def test_opening_the_address_counts_nothing(client, edition):
    assert client.get(useful_url(edition))["Location"].endswith("#useful")
    assert client.get(reason_url(edition)).status_code == 200
    assert rows() == []


@pytest.mark.parametrize("code", ["nosuchcode", "x" * 60, "%00", "'", "\u0661"])
@pytest.mark.parametrize("tail", ["", "yes/", "thanks/"])
def test_a_page_that_does_not_exist_is_not_found(client, edition, code, tail):
    assert client.get(f"/pages/{code}/useful/{tail}").status_code == 404
    if tail != "thanks/":
        assert client.post(f"/pages/{code}/useful/{tail}", {"answer": "yes"}, **OURS).status_code == 404


def test_an_odd_answer_in_the_address_is_not_found(client, edition):
    assert client.get(reason_url(edition, "maybe")).status_code == 404


def test_a_withdrawn_page_counts_nothing(client, edition):
    Explainer.objects.update(is_withdrawn=True)

    assert say(client, edition).status_code == 404
    assert rows() == []


# Why


def why(client, edition, answer, reason, **how):
    return client.post(reason_url(edition, answer), {"reason": reason}, **(OURS | how))


@pytest.mark.parametrize(("answer", "reason"), [("yes", "clear"), ("no", "missing"), ("no", "other")])
def test_a_reason_is_counted_once(client, edition, answer, reason):
    say(client, edition, answer)

    responses = [why(client, edition, answer, reason) for _ in range(2)]

    thanks = reverse("procedures:useful_thanks", args=[edition.code])
    assert [response["Location"] for response in responses] == [thanks, thanks]
    assert rows() == [(answer == "yes", "", 1), (answer == "yes", reason, 1)]


def test_a_reason_without_an_answer_is_not_counted(client, edition):
    assert why(client, edition, "no", "missing").status_code == 302
    assert rows() == []


@pytest.mark.parametrize("reason", ["", "missing", "free text about me", "\0"])
def test_a_reason_that_is_not_on_the_list_is_asked_for_again(client, edition, reason):
    say(client, edition, "yes")

    response = why(client, edition, "yes", reason)

    assert (response.status_code, list(response.context["form"].errors["reason"])) == (
        422,
        ["Select one line, or go back"],
    )
    assert rows() == [(True, "", 1)]


def test_there_is_nothing_to_type(client, edition):
    page = client.get(reason_url(edition, "no")).content.decode()

    fields = re.findall(
        r"<(?:input|textarea|select)[^>]*>", page.partition("<main")[2].partition("</main")[0]
    )
    assert {re.search(r'type="(\w+)"', field)[1] for field in fields} == {"radio"}


# What editors see


def test_editors_see_the_share_and_the_reasons(client, edition):
    for number in range(3):
        say(client, edition, REMOTE_ADDR=f"203.0.113.{number}")
    say(client, edition, "no", REMOTE_ADDR="203.0.113.8")
    why(client, edition, "no", "hard", REMOTE_ADDR="203.0.113.8")
    client.force_login(a_user("Editor"))

    ((listed, tally),) = client.get(LIST).context["rows"]
    screen = client.get(reverse("admin:procedures_edition_change", args=[edition.pk])).content.decode()

    assert (listed, tally.share, tally.reasons) == (
        edition,
        "3 out of 4",
        [("Not useful: It was hard to understand", 1)],
    )
    assert "3 out of 4; Not useful: It was hard to understand (1)" in screen


def test_days_are_added_up(edition):
    for days, count in ((0, 2), (1, 3)):
        Feedback.objects.create(
            edition=edition, on=local_today() - timedelta(days=days), is_useful=True, count=count
        )

    assert feedback.tallies([edition.pk])[edition.pk].share == "5 out of 5"


def test_the_empty_list_says_so(client):
    client.force_login(a_user("Editor"))

    assert "No reader has answered yet." in client.get(LIST).content.decode()


def test_the_list_costs_the_same_with_three_editions(client, explainer, edition):
    client.force_login(a_user("Editor"))
    say(client, edition)
    client.force_login(a_user("Editor"))
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in (7, 8):
        explainer.sections.filter(slot="cost").update(body=f"It costs {number} dollars. {{.own}}")
        Feedback.objects.create(edition=publishing.publish(explainer, change_note="Price."), is_useful=True)

    with CaptureQueriesContext(connection) as three:
        assert [edition.number for edition, tally in client.get(LIST).context["rows"]] == [3, 2, 1]

    assert len(three) == len(one)


@pytest.mark.parametrize("role", ROLES)
def test_only_editors_and_clinicians_see_it(client, role):
    client.force_login(a_user(role))

    assert client.get(LIST).status_code == (200 if role in ("Editor", "Clinician") else 403)


@pytest.mark.parametrize("name", ["add", "change", "delete"])
def test_nobody_changes_a_count(client, edition, name):
    row = Feedback.objects.create(edition=edition, is_useful=True)
    client.force_login(a_user("superuser"))
    address = reverse(f"admin:procedures_feedback_{name}", args=[] if name == "add" else [row.pk])

    assert client.post(address, {"count": "99", "post": "yes"}).status_code == 403
    assert rows() == [(True, "", 1)]


# What the database holds


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("feedback_counts_from_one", {"count": 0}),
        ("feedback_reason_fits_the_answer", {"reason": "hard"}),
        ("feedback_reason_fits_the_answer", {"reason": "clear", "is_useful": False}),
        ("feedback_reason_fits_the_answer", {"reason": "free text"}),
    ],
)
def test_what_a_count_cannot_be(edition, constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Feedback.objects.create(**({"edition": edition, "is_useful": True} | fields))


def test_a_day_has_one_row_for_one_answer(edition):
    Feedback.objects.create(edition=edition, is_useful=True)

    with pytest.raises(IntegrityError, match="feedback_is_one_row_a_day"), transaction.atomic():
        Feedback.objects.create(edition=edition, is_useful=True)
