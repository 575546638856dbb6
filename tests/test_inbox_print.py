"""Paper: one request and the list of a view, with no more than the role reads on the screen."""

import re

import pytest

from requests.models import AccessLog

from .builders import a_user, an_inquiry
from .triage import address

pytestmark = pytest.mark.django_db
LIST = "/staff/requests/inquiry/print/"
FLAG = ("urgent", "one_leg", "CANARY leg", "CANARY since last week")


def sheet(client, role, path, **params):
    client.force_login(a_user(role, first_name="Nora", last_name="Nurse"))
    return client.get(path, params)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.mark.parametrize("role", ["Reception", "Triage nurse"])
def test_the_head_names_the_request_the_moment_and_who_printed(client, role):
    inquiry = an_inquiry()

    head = words(sheet(client, role, f"{address(inquiry)}print/")).split("Confidential")[0]

    assert f"Request {inquiry.reference}" in head
    assert re.search(r"Printed \w{3}, \w{3} \d+, \d{4}, \d+:\d\d [AP]M by Nora Nurse", head)


@pytest.mark.parametrize(
    ("role", "reads"), [("Reception", False), ("Manager", False), ("Triage nurse", True)]
)
def test_what_a_role_does_not_read_it_does_not_print(client, role, reads):
    inquiry = an_inquiry(urgency=1, flags=[FLAG], answers={"anything_else": "CANARY words"})

    one = sheet(client, role, f"{address(inquiry)}print/").content.decode()
    many = client.get(LIST).content.decode()

    assert ["CANARY" in page for page in (one, many)] == [reads, reads]
    assert ["202-555-0147" in page for page in (one, many)] == [True, True]


def test_printing_goes_on_record(client):
    inquiry, other = an_inquiry(), an_inquiry()
    sheet(client, "Reception", f"{address(inquiry)}print/")
    client.get(LIST)

    looks = [(look.what, set(look.listed)) for look in AccessLog.objects.all()]

    assert looks == [("list", {inquiry.pk, other.pk}), ("print", {inquiry.pk})]


def test_the_list_prints_the_view_it_was_asked_for(client):
    mine = an_inquiry(
        last_name="Mine", voicemail="no", contact_name="Ana Helper", contact_phone="+12025550188"
    )
    an_inquiry(last_name="Ended", status="closed")

    page = sheet(client, "Reception", LIST, view="open")

    assert [row.inquiry for row, _ in page.context["rows"]] == [mine]
    shown = words(page)
    assert "All open: 1" in shown
    assert "Ana Helper: +12025550188" in shown
    assert "Leave no message" in shown


def test_an_empty_list_says_so(client):
    assert "You have no open request." in words(sheet(client, "Reception", LIST, view="mine"))


@pytest.mark.parametrize("path", [LIST, "one"])
def test_who_sees_no_requests_prints_none(client, path):
    inquiry = an_inquiry()

    page = sheet(client, "Editor", path if path == LIST else f"{address(inquiry)}print/")

    assert page.status_code == 403


def test_the_way_back_leads_to_the_same_list(client):
    inquiry = an_inquiry()

    one = sheet(client, "Reception", f"{address(inquiry)}print/", view="late")
    many = client.get(LIST, {"view": "late"})

    assert one.context["back_url"] == f"{address(inquiry)}?view=late"
    assert many.context["back_url"] == "/staff/requests/inquiry/?view=late"
