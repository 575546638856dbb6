"""Others that may be the same person's request: suggested with reasons, never two people of a family."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains

from requests import people
from requests.models import AccessLog, Comparison

from .builders import a_user, an_inquiry
from .triage import address

pytestmark = pytest.mark.django_db

OTHER_WAY = {"phone": "+12025550199", "email": "other@example.org"}


def open_reasons(inquiry):
    return [one.reasons for one in people.who_may_be_the_same(inquiry).open]


def test_the_same_person_asks_again_with_the_same_words():
    first, second = an_inquiry(), an_inquiry()

    assert open_reasons(first) == open_reasons(second) == ["Same date of birth, name, phone and e-mail"]


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        (OTHER_WAY, "Same date of birth and name"),
        (OTHER_WAY | {"first_name": "Example", "last_name": "Rosa"},
         "Same date of birth; first and last name in another order"),
        (OTHER_WAY | {"last_name": "Exampel"}, "Same date of birth; last name differs by one letter"),
        (OTHER_WAY | {"first_name": "RÓSA"}, "Same date of birth and name"),
        ({"email": "", "last_name": "Exampel"}, "Same date of birth and phone; last name differs by one letter"),
        ({"phone": "+12025550199", "last_name": "Married"}, "Same date of birth and e-mail; another last name"),
        ({"email": "ROSA@Example.com", "phone": ""}, "Same date of birth, name and e-mail"),
        ({"date_of_birth": "1970-05-14"}, "Same name, phone and e-mail; date of birth differs by one digit"),
        ({"date_of_birth": "1970-04-05"}, "Same name, phone and e-mail; day and month of birth swapped"),
        ({"date_of_birth": "1970-04-05", "last_name": "Exampel", "email": ""},
         "Same phone; last name differs by one letter; day and month of birth swapped"),
        ({"phone": "", "contact_phone": "+12025550147", "email": ""}, "Same date of birth, name and phone"),
    ],
)  # fmt: skip
def test_suggested_with_the_reasons_in_words(changes, reasons):
    first, second = an_inquiry(), an_inquiry(**changes)

    assert open_reasons(first) == [reasons]
    second.refresh_from_db()
    assert open_reasons(second) == [reasons]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"first_name": "Mila"}, id="twin: same birth, phone, e-mail and last name"),
        pytest.param({"first_name": "Rosi"}, id="twin with a name of one letter more or less"),
        pytest.param(
            {"first_name": "Mila", "date_of_birth": "1999-01-01"}, id="child with the mother's phone"
        ),
        pytest.param({"date_of_birth": "1999-01-01"}, id="daughter who has her mother's name"),
        pytest.param({"first_name": "Bo", "last_name": "Helper"}, id="husband born on the same day"),
        pytest.param({**OTHER_WAY, "last_name": "Married"}, id="namesake by first name only"),
        pytest.param({**OTHER_WAY, "date_of_birth": "1970-05-14"}, id="namesake born ten days later"),
        pytest.param({**OTHER_WAY, "date_of_birth": "1970-04-05"}, id="namesake, day and month swapped"),
    ],
)
def test_two_people_are_not_suggested(changes):
    first, second = an_inquiry(), an_inquiry(**changes)

    assert open_reasons(first) == open_reasons(second) == []


def test_open_ones_stand_apart_from_those_that_ended():
    first = an_inquiry()
    open_one, ended = an_inquiry(status="offered"), an_inquiry(status="declined")

    found = people.who_may_be_the_same(first)

    assert [one.inquiry for one in found.open] == [open_one]
    assert [one.inquiry for one in found.ended] == [ended]


def test_the_likeliest_stands_first_then_the_newest():
    first = an_inquiry()
    by_name = an_inquiry(**OTHER_WAY)
    old = an_inquiry(submitted_at=timezone.now() - timedelta(days=9))
    new = an_inquiry()

    assert [one.inquiry for one in people.who_may_be_the_same(first).open] == [new, old, by_name]


def test_a_duplicate_stands_with_its_own_request_and_not_here():
    first = an_inquiry()
    an_inquiry(status="duplicate", duplicate_of=first)

    found = people.who_may_be_the_same(first)

    assert (found.open, found.ended) == ([], [])


@pytest.mark.parametrize("others", [1, 3])
def test_two_queries_whatever_is_found(others):
    first = an_inquiry()
    for _ in range(others):
        an_inquiry()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = people.who_may_be_the_same(first)

    assert len(queries) == 2
    assert len(found.open) == others


def test_health_is_not_even_read_to_compare():
    first, _second = an_inquiry(), an_inquiry()

    with CaptureQueriesContext(connection) as queries:
        people.who_may_be_the_same(first)

    assert not any('"answers"' in query["sql"] or '"token"' in query["sql"] for query in queries)


@pytest.mark.parametrize("role", ["Reception", "Triage nurse", "Clinician", "Manager"])
def test_the_page_shows_a_suggestion_and_that_goes_on_record(client, role):
    first, second = an_inquiry(), an_inquiry(status="declined", first_name="Rosa", last_name="Exampel")
    client.force_login(user := a_user(role))

    page = client.get(address(first)).content.decode()

    assert "Same date of birth, phone and e-mail; last name differs by one letter." in page
    assert second.reference in page
    assert "May have asked before" in page
    assert ("Not the same person" in page) == (role != "Manager")
    look = AccessLog.objects.get(by=user, what="same person")
    assert look.listed == [second.pk]


def test_the_page_is_quiet_when_nobody_fits(client):
    first = an_inquiry()
    client.force_login(a_user("Reception"))

    page = client.get(address(first)).content.decode()

    assert "The same person?" not in page
    assert not AccessLog.objects.filter(what="same person").exists()


def say_different(client, inquiry, other):
    return client.post(address(inquiry, "different"), {"other": str(other)}, follow=True)


def join_urls(client, inquiry):
    groups = client.get(address(inquiry)).context["same_person"]
    return [shown.join_url for group in groups for shown in group.shown]


@pytest.mark.parametrize(
    ("status", "other_status", "ends"),
    [
        ("new", "new", "later"),
        ("offered", "new", "later"),
        ("new", "offered", "earlier"),
        ("offered", "booked", None),
        ("new", "declined", None),
        ("closed", "new", None),
    ],
)
def test_the_later_one_is_proposed_to_end_where_its_status_allows_that(client, status, other_status, ends):
    earlier = an_inquiry(status=status, submitted_at=timezone.now() - timedelta(days=2))
    later = an_inquiry(status=other_status)
    client.force_login(a_user("Triage nurse"))

    ending, staying = (later, earlier) if ends == "later" else (earlier, later)
    url = f"{address(ending, 'duplicate')}?reference={staying.reference}" if ends else ""
    assert join_urls(client, earlier) == join_urls(client, later) == [url]


def joined_into(staying):
    return an_inquiry(status="duplicate", duplicate_of=staying)


def two(earlier="new", later="new"):
    ago = timezone.now() - timedelta(days=2)
    return an_inquiry(status=earlier, submitted_at=ago), an_inquiry(status=later)


def test_the_one_that_another_was_joined_into_stays_and_the_link_can_be_gone(client):
    earlier, later = two()
    joined_into(later)
    client.force_login(a_user("Triage nurse"))

    url = f"{address(earlier, 'duplicate')}?reference={later.reference}"
    assert join_urls(client, earlier) == join_urls(client, later) == [url]
    assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("earlier", "why_earlier", "later", "why_later"),
    [
        ("new", "another request was joined into {}", "new", "another request was joined into {}"),
        ("new", "another request was joined into {}", "booked", "{} has the status “Booked”"),
        ("offered", "{} has the status “Times offered”", "booked", "{} has the status “Booked”"),
    ],
)
def test_where_neither_can_end_the_page_says_why(client, earlier, why_earlier, later, why_later):
    first, second = two(earlier, later)
    for one in (first, second):
        joined_into(one)
    client.force_login(a_user("Triage nurse"))

    page = client.get(address(first))

    says = f"{why_earlier.format(first.reference)}, and {why_later.format(second.reference)}"
    assert join_urls(client, first) == [""]
    assertContains(page, f'<p class="sub">They cannot be joined: {says}.</p>', count=1, html=True)


@pytest.mark.parametrize(("role", "status"), [("Manager", "booked"), ("Triage nurse", "closed")])
def test_who_cannot_join_anything_here_is_not_told_why_not(client, role, status):
    inquiry, _other = two(status, "booked")
    client.force_login(a_user(role))

    groups = client.get(address(inquiry)).context["same_person"]

    assert [shown.stay_apart for group in groups for shown in group.shown] == [""]


def test_the_page_asks_as_often_for_one_as_for_four(client):
    inquiry, _other = two()
    client.force_login(a_user("Triage nurse"))
    client.get(address(inquiry))
    numbers = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(address(inquiry))
        numbers.append(len(asked))
        for status in ("new", "offered", "new"):
            joined_into(an_inquiry(status=status))

    assert numbers[0] == numbers[1]


def test_not_the_same_person_stays_so_on_both_and_in_both_histories(client):
    first, second = an_inquiry(), an_inquiry()
    client.force_login(user := a_user("Reception"))

    page = say_different(client, first, second.pk).content.decode()

    assert f"Noted: {second.reference} is another person. It is not suggested again." in page
    assert open_reasons(first) == open_reasons(second) == []
    assert f"Not the same person as {second.reference}" in page
    assert f"Not the same person as {first.reference}" in client.get(address(second)).content.decode()
    assert list(Comparison.objects.values_list("what", "by")) == [("different", user.pk)] * 2


def test_a_second_click_says_so_and_writes_nothing(client):
    first, second = an_inquiry(), an_inquiry()
    client.force_login(a_user("Reception"))
    say_different(client, first, second.pk)

    page = say_different(client, first, second.pk).content.decode()

    assert "This was already noted." in page
    assert Comparison.objects.count() == 2


@pytest.mark.parametrize("role", ["Manager", "Editor", None])
def test_others_may_not_decide_who_is_who(client, role):
    first, second = an_inquiry(), an_inquiry()
    client.force_login(a_user(role))

    assert client.post(address(first, "different"), {"other": str(second.pk)}).status_code == 403
    assert Comparison.objects.count() == 0


@pytest.mark.parametrize("other", ["", "x", "\x00", "0" * 5000, "00000000-0000-0000-0000-000000000000"])
def test_hostile_words_for_the_other_request(client, other):
    client.force_login(a_user("Reception"))

    assert client.post(address(an_inquiry(), "different"), {"other": other}).status_code == 404


def test_a_request_is_not_told_apart_from_itself(client):
    inquiry = an_inquiry()
    client.force_login(a_user("Reception"))

    assert "A request is always its own person" in say_different(client, inquiry, inquiry.pk).content.decode()
    assert Comparison.objects.count() == 0


def test_looking_changes_nothing(client):
    client.force_login(a_user("Reception"))

    assert client.get(address(an_inquiry(), "different")).status_code == 405
