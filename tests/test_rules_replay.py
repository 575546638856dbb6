"""Replay: whom a changed rule would have caught, and whom no longer; nothing about them changes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests.models import AccessLog, Flag, Inquiry, RuleVersion
from requests.rules import replay as module
from requests.rules.replay import replay

from .builders import a_user, an_inquiry
from .hostile import WRITTEN_BY_LOOKING, database
from .rules import a_clinician, a_draft, first_rules

pytestmark = pytest.mark.django_db
ADDRESS = "/staff/requests/rules/diabetes/2/replay/"
ONLY_YES = {"key": "diabetes", "is": "one_of", "values": ["yes"]}


@pytest.fixture(autouse=True)
def migrated_rules(db):
    """They are gone after a test that really commits."""
    first_rules()


def old():
    return RuleVersion.objects.get(rule__slug="diabetes", number=1)


def draft(**fields):
    condition = {"any": [ONLY_YES, {"key": "pregnant", "is": "one_of", "values": ["yes"]}]}
    return a_draft("diabetes", a_clinician(), **{"condition": condition, "samples": [], **fields})


def people():
    return {
        "both": an_inquiry(answers={"diabetes": "yes"}),
        "lost": an_inquiry(answers={"diabetes": "not_sure", "diabetes_details": "maybe"}),
        "caught": an_inquiry(answers={"pregnant": "yes"}),
        "never": an_inquiry(),
    }


def test_it_says_whom_it_would_have_caught_and_whom_no_longer():
    found, row = people(), draft()

    result = replay(row, old(), days=90)

    assert [(hit.inquiry, hit.said) for hit in result.caught] == [(found["caught"], "Could be pregnant: Yes")]
    assert [(hit.inquiry, hit.said) for hit in result.lost] == [(found["lost"], "Not sure: maybe")]
    assert (result.read, result.both, result.before, result.after, result.is_cut) == (4, 1, 2, 2, False)


def test_without_a_version_before_all_are_new_and_without_one_after_all_are_lost():
    found = people()

    assert {hit.inquiry for hit in replay(old(), None, days=90).caught} == {found["both"], found["lost"]}
    assert {hit.inquiry for hit in replay(None, old(), days=90).lost} == {found["both"], found["lost"]}


def test_only_requests_of_the_period_are_read():
    now = timezone.now()
    recent = an_inquiry(answers={"diabetes": "yes"}, submitted_at=now - timedelta(days=29, hours=23))
    older = an_inquiry(answers={"diabetes": "yes"}, submitted_at=now - timedelta(days=31))

    assert [hit.inquiry for hit in replay(old(), None, days=30).caught] == [recent]
    assert [hit.inquiry for hit in replay(old(), None, days=90).caught] == [recent, older]


def test_it_reads_the_newest_of_many_and_says_that_there_are_more(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    now = timezone.now()
    _first, second, third = (
        an_inquiry(answers={"diabetes": "yes"}, submitted_at=now - timedelta(days=days)) for days in (3, 2, 1)
    )

    result = replay(old(), None, days=90)

    assert [hit.inquiry for hit in result.caught] == [third, second]
    assert (result.read, result.is_cut) == (2, True)


def test_it_asks_the_database_as_often_for_1_request_as_for_3():
    def queries():
        version = old()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            replay(version, None, days=90)
        return len(captured)

    an_inquiry(answers={"diabetes": "yes"})
    before = queries()
    an_inquiry(answers={"diabetes": "yes"})
    an_inquiry()

    assert queries() == before == 2


def test_the_page_changes_nothing_but_the_access_record():
    found, row = people(), draft()
    clinician = row.written_by
    client = Client()
    client.force_login(clinician)
    before = database(without=WRITTEN_BY_LOOKING)

    page = client.get(ADDRESS)

    assert page.status_code == 200
    assert database(without=WRITTEN_BY_LOOKING) == before
    assert Flag.objects.count() == 0
    look = AccessLog.objects.get()
    assert (look.by, look.what, look.shown) == (clinician, "replay of a rule", 2)
    assert set(look.listed) == {found["caught"].pk, found["lost"].pk}
    words = page.content.decode()
    assert found["caught"].reference in words
    assert found["never"].reference not in words
    assert found["caught"].last_name not in words


def test_a_version_that_is_live_is_compared_with_the_one_before_it():
    client, found = Client(), people()
    client.force_login(a_clinician())

    page = client.get("/staff/requests/rules/diabetes/1/replay/")

    assert {hit.inquiry for hit in page.context["caught"]} == {found["both"], found["lost"]}


@pytest.mark.parametrize(
    ("asked", "days"), [("30", 30), ("365", 365), ("", 90), ("7", 90), ("x", 90), ("99999", 90)]
)
def test_the_period_is_one_of_those_offered(asked, days):
    draft()
    client = Client()
    client.force_login(a_clinician())

    assert client.get(ADDRESS, {"days": asked}).context["replay"].days == days


def test_of_many_the_first_are_shown_and_counted_all(monkeypatch):
    monkeypatch.setattr("requests.admin.rules_verbs.SHOWN", 2)
    for _ in range(3):
        an_inquiry(answers={"pregnant": "yes"})
    draft()
    client = Client()
    client.force_login(a_clinician())

    page = client.get(ADDRESS)

    assert (len(page.context["caught"]), len(page.context["replay"].caught)) == (2, 3)
    assert "The newest 2 of 3 are shown." in page.content.decode()
    assert AccessLog.objects.get().shown == 2


def test_without_requests_it_says_so():
    draft()
    client = Client()
    client.force_login(a_user("Triage nurse"))

    assert "No request came in the last 90 days." in client.get(ADDRESS).content.decode()
    assert Inquiry.objects.count() == 0
