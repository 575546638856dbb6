"""Who may do what: every role on every page about requests (P22)."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from clinic.calendar import local_today
from requests.admin.verbs import VERBS
from requests.models import Inquiry, PhoneCall

from .builders import ROLES, a_user, an_inquiry

pytestmark = pytest.mark.django_db

PAGES = ("queue", "inquiry")
# What each role may open. Everybody else gets 403.
MAY = {
    "Reception": {
        *PAGES, "take", "write", "phone", "note", "snooze", "wake", "next", "letter", "duplicate",
    },
    "Triage nurse": {*PAGES, *VERBS},
    "Clinician": {*PAGES, *VERBS},
    "Editor": set(),
    "Manager": {*PAGES, "assign"},
    "superuser": {*PAGES, *VERBS},
    None: set(),
}  # fmt: skip
MATRIX = [(role, what) for role in MAY for what in (*PAGES, *VERBS)]


def address(what, inquiry):
    if what == "queue":
        return reverse("admin:requests_inquiry_changelist")
    name = "change" if what == "inquiry" else what
    return reverse(f"admin:requests_inquiry_{name}", args=[inquiry.pk])


FITTING = {
    "reopen": {"status": "closed"},
    "wake": {"snoozed_until": local_today() + timedelta(days=2)},
    "settle": {"patient_wrote_at": timezone.now()},
}


def a_request_for(what):
    inquiry = an_inquiry(**FITTING.get(what, {}))
    for days in (1, 2, 3) if what == "letter" else ():
        at = timezone.now() - timedelta(days=days)
        PhoneCall.objects.create(inquiry=inquiry, outcome="no_answer", text="", at=at)
    return inquiry


@pytest.mark.parametrize(("role", "what"), MATRIX)
def test_a_role_sees_only_what_its_work_needs(client, role, what):
    inquiry = a_request_for(what)
    client.force_login(a_user(role))

    assert client.get(address(what, inquiry)).status_code == (200 if what in MAY[role] else 403)


@pytest.mark.parametrize(("role", "what"), [cell for cell in MATRIX if cell[1] in VERBS])
def test_a_role_posts_only_what_its_work_needs(client, role, what):
    """Nothing was seen, so a role that may is told that its page is stale; the others get 403."""
    inquiry = a_request_for(what)
    client.force_login(a_user(role))

    assert client.post(address(what, inquiry)).status_code == (409 if what in MAY[role] else 403)


@pytest.mark.parametrize("what", [*PAGES, *VERBS])
def test_somebody_unknown_is_sent_to_sign_in(client, what):
    url = address(what, an_inquiry())

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, f"{reverse('admin:login')}?next={url}")


@pytest.mark.parametrize("what", [*PAGES, *VERBS])
def test_somebody_unknown_posts_nothing(client, what):
    assert client.post(address(what, an_inquiry())).status_code == 403


@pytest.mark.parametrize("what", [*PAGES, *VERBS])
def test_an_account_that_is_not_staff_is_sent_to_sign_in(client, what):
    client.force_login(a_user("Triage nurse", is_staff=False))

    assert client.get(address(what, an_inquiry())).status_code == 302


def test_somebody_who_left_is_refused_at_the_next_request(client):
    nurse = a_user("Triage nurse")
    client.force_login(nurse)
    assert client.get(address("queue", None)).status_code == 200

    nurse.is_active = False
    nurse.save()

    assert client.get(address("queue", None)).status_code == 302


def test_a_role_taken_away_ends_its_rights_at_the_next_request(client):
    nurse = a_user("Triage nurse")
    client.force_login(nurse)
    nurse.groups.clear()

    assert client.get(address("queue", None)).status_code == 403


@pytest.mark.parametrize("tail", ["add/", "{pk}/change/", "{pk}/delete/", "{pk}/history/", "{pk}/status/"])
def test_the_stock_admin_pages_do_not_exist(client, tail):
    client.force_login(a_user("superuser"))
    url = address("queue", None) + tail.format(pk=an_inquiry().pk)

    assert client.get(url).status_code == 404
    assert client.post(url, {"status": "booked", "_save": "1"}).status_code == 404
    assert [inquiry.status for inquiry in Inquiry.objects.all()] == ["new"]


@pytest.mark.parametrize("name", ["flag", "message", "note", "statuschange", "phonecall", "draft"])
def test_records_have_no_admin_pages(client, name):
    client.force_login(a_user("superuser"))

    assert client.get(f"/staff/requests/{name}/").status_code == 404


def test_the_queue_takes_no_bulk_action(client):
    inquiry = an_inquiry()
    client.force_login(a_user("superuser"))

    response = client.post(
        address("queue", None), {"action": "delete_selected", "_selected_action": str(inquiry.pk)}
    )

    assert response.status_code == 405
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize("what", ["inquiry", *VERBS])
def test_a_request_that_does_not_exist_is_not_found(client, what):
    client.force_login(a_user("Clinician"))
    url = address(what, Inquiry())

    assert client.get(url).status_code == 404
    if what in VERBS:
        assert client.post(url).status_code == 404


def test_there_are_just_the_five_roles():
    a_user("Reception")

    assert sorted(group.name for group in Group.objects.all()) == sorted(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_delete_people_requests_or_records(role):
    user = a_user(role)

    deletes = {permission for permission in user.get_all_permissions() if ".delete_" in permission}

    assert deletes == {
        "Editor": {
            f"procedures.delete_{name}"
            for name in ("section", "keyfact", "risk", "finding", "askedquestion", "trait")
        },
        "Manager": {"clinic.delete_openinghours", "clinic.delete_holiday"},
    }.get(role, set())


def test_making_the_roles_again_takes_extra_rights_away():
    user = a_user("Reception")
    user.groups.get().permissions.add(Permission.objects.get(codename="read_clinical"))

    import_module("requests.migrations.0010_statistics_permission").make_roles(apps, None)

    assert not type(user).objects.get(pk=user.pk).has_perm("requests.read_clinical")
