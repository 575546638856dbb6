"""Signing in, sessions, the home page, and staff accounts."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from clinic import staff as staff_site
from clinic.calendar import local_today
from clinic.models import ClinicProfile, Holiday, OpeningHours, User
from procedures.publishing import record_review, sign_off

from .builders import PASSWORD, ROLES, a_role, a_safety_text, a_user
from .pages import a_published_page

pytestmark = pytest.mark.django_db
SIGN_IN = "/staff/login/"
HOME = "/staff/"
STAFF = "/staff/clinic/user/"


@pytest.fixture(autouse=True)
def _cheap_hashes(settings):
    """What is tested is how often a password is looked at, not how long that takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def _one_moment():
    """Tries are counted in stretches with fixed edges; none falls into the test."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def sign_in(client, username, password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": username, "password": password, "next": HOME}, **extra)


def test_signing_in_leads_on(client):
    nurse = a_user("Triage nurse", password=PASSWORD)

    response = sign_in(client, nurse.username)

    assert (response.status_code, response["Location"]) == (302, HOME)
    assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("kind", ["wrong password", "unknown", "left", "not staff"])
def test_what_is_wrong_is_not_told(client, kind):
    user = a_user("Triage nurse", password=PASSWORD, is_active=kind != "left", is_staff=kind != "not staff")
    name = "nobody" if kind == "unknown" else user.username

    response = sign_in(client, name, "wrong" if kind == "wrong password" else PASSWORD)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "__all__": ["The user name and the password do not go together. Check both and try again."]
    }


@pytest.mark.usefixtures("_one_moment")
def test_guessing_ends_before_a_password_is_looked_at(client):
    user = a_user("Triage nurse", password=PASSWORD)
    tries, _ = staff_site.TRIES_A_NAME_AND_ADDRESS
    for _ in range(tries):
        assert sign_in(client, user.username, "wrong").status_code == 422

    refused = sign_in(client, user.username.upper(), PASSWORD)

    assert refused.status_code == 429
    assert refused["Retry-After"] == "900"
    assert refused.context["form"].errors == {"__all__": [staff_site.TOO_MANY]}
    assert client.get(HOME).status_code == 302


@pytest.mark.usefixtures("_one_moment")
def test_the_owner_gets_in_from_elsewhere_while_somebody_guesses(client):
    user = a_user("Triage nurse", password=PASSWORD)
    for _ in range(staff_site.TRIES_A_NAME_AND_ADDRESS[0] + 1):
        sign_in(client, user.username, "wrong", REMOTE_ADDR="192.0.2.1")

    assert sign_in(client, user.username, REMOTE_ADDR="192.0.2.2").status_code == 302


@pytest.mark.usefixtures("_one_moment")
def test_one_place_may_not_try_many_names(client):
    for number in range(staff_site.TRIES_AN_ADDRESS[0]):
        assert sign_in(client, f"name-{number}", "wrong").status_code == 422

    assert sign_in(client, "another", "wrong").status_code == 429


@pytest.mark.usefixtures("_one_moment")
def test_one_name_may_not_be_tried_from_many_places(client):
    for number in range(staff_site.TRIES_A_NAME[0]):
        sign_in(client, "nurse", "wrong", REMOTE_ADDR=f"192.0.2.{number}")

    assert sign_in(client, "nurse", "wrong", REMOTE_ADDR="198.51.100.7").status_code == 429


def test_after_the_stretch_the_count_begins_again(client):
    user = a_user("Triage nurse", password=PASSWORD)
    for _ in range(staff_site.TRIES_A_NAME_AND_ADDRESS[0] + 1):
        sign_in(client, user.username, "wrong")

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sign_in(client, user.username).status_code == 302


def test_an_empty_form_says_what_to_enter(client):
    assert sign_in(client, "", "").status_code == 422


def test_half_an_hour_without_a_click_ends_the_session(client):
    sign_in(client, a_user("Triage nurse", password=PASSWORD).username)

    with time_machine.travel(timezone.now() + timedelta(minutes=29)):
        assert client.get(HOME).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=58)):
        assert client.get(HOME).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=89)):
        assert client.get(HOME).status_code == 302


def test_clicks_of_one_minute_write_the_session_once(client):
    sign_in(client, a_user("Triage nurse", password=PASSWORD).username)
    client.get(HOME)
    begin, ends = timezone.now(), Session.objects.get().expire_date

    for seconds, is_written in ((30, False), (62, True)):
        with time_machine.travel(begin + timedelta(seconds=seconds)):
            assert client.get(HOME).status_code == 200
        assert (Session.objects.get().expire_date > ends) == is_written


def test_twelve_hours_end_the_session_however_busy(client):
    name = a_user("Triage nurse", password=PASSWORD).username
    begin = timezone.now()
    sign_in(client, name)
    for quarters in range(1, 48):
        with time_machine.travel(begin + timedelta(minutes=15 * quarters)):
            assert client.get(HOME).status_code == 200

    with time_machine.travel(begin + timedelta(hours=12, minutes=1)):
        refused = client.get(HOME, follow=True)
        assert refused.redirect_chain == [(f"{SIGN_IN}?next={HOME}", 302)]
        assert "You were signed in for a long time" in refused.content.decode()
        assert sign_in(client, name).status_code == 302
        assert client.get(HOME).status_code == 200


def test_the_limits_are_settings():
    assert (settings.SESSION_COOKIE_AGE, settings.SESSION_ABSOLUTE_AGE) == (30 * 60, 12 * 60 * 60)


def test_signing_out_ends_the_session(client):
    client.force_login(a_user("Triage nurse"))

    client.post(reverse("admin:logout"))

    assert client.get(HOME).status_code == 302
    assert not Session.objects.exists()


def test_signing_out_needs_a_post(client):
    client.force_login(a_user("Triage nurse"))

    assert client.get(reverse("admin:logout")).status_code == 405


@pytest.mark.parametrize(
    ("role", "panels", "models"),
    [
        ("Reception", ["Requests", "Who is away"], {"Inquiry"}),
        ("Triage nurse", ["Requests", "Who is away", "Questions from patients"], {"Inquiry", "Question"}),
        (
            "Manager",
            ["Requests", "Who is away", "Clinic"],
            {"Inquiry", "User", "Group", "ClinicProfile", "OpeningHours", "Holiday"},
        ),
    ],
)
def test_the_home_page_shows_what_the_role_works_with(client, role, panels, models):
    client.force_login(a_user(role))

    context = client.get(HOME).context

    assert [panel.title for panel in context["panels"]] == panels
    assert {model["object_name"] for app in context["app_list"] for model in app["models"]} == models


def test_every_table_of_a_role_is_within_reach_from_home(client):
    client.force_login(a_user("superuser"))

    page = client.get(HOME)

    tables = {model["admin_url"] for app in page.context["app_list"] for model in app["models"]}
    shown = set(re.findall(r'href="(/staff/[^"?]*)', page.content.decode()))
    assert {url for url in tables if not any(link.startswith(url) for link in shown)} == set()


def clinic_items(client):
    (panel,) = [panel for panel in client.get(HOME).context["panels"] if panel.title == "Clinic"]
    for item in panel.items:
        assert client.get(item.url).status_code == 200
    return {item.label: list(item.about) for item in panel.items}


def test_a_manager_sees_what_the_clinic_says_about_itself(manager):
    today = local_today()
    ClinicProfile.objects.create(name="Our Clinic", phone="202-555-0111", answer_within_days=1)
    OpeningHours.objects.create(weekday=0, opens_at="08:00", closes_at="17:00")
    Holiday.objects.create(name="Gone", on=today - timedelta(days=1))
    Holiday.objects.create(name="Later Day", on=today + timedelta(days=9))
    Holiday.objects.create(name="Next Day", on=today)
    a_user("Reception", is_active=False)

    assert clinic_items(manager) == {
        "Clinic profile": ["202-555-0111", "answers within 1 working day"],
        "Opening hours": ["Monday 8am to 5pm"],
        "Holidays": [f"Next: Next Day, {today:%B} {today.day}, {today.year}"],
        "Staff accounts": ["1 person can sign in"],
        "Roles": ["What each role may do"],
    }


def test_a_manager_sees_what_is_missing(manager):
    a_user("Reception")

    assert clinic_items(manager) == {
        "Clinic profile": ["Not entered yet"],
        "Opening hours": ["Not entered yet"],
        "Holidays": ["None ahead"],
        "Staff accounts": ["2 people can sign in"],
        "Roles": ["What each role may do"],
    }


def test_an_account_without_a_role_is_told_so(client):
    client.force_login(a_user(None))

    assert "Your account has no role yet" in client.get(HOME).content.decode()


@pytest.fixture
def manager(client):
    user = a_user("Manager")
    client.force_login(user)
    return client


def fields_of(response):
    form = response.context["adminform"]
    return {name for _, options in form.fieldsets for name in options["fields"]}


def account(user, **changes):
    """What the change page posts for a user."""
    groups = [str(pk) for pk in user.groups.values_list("pk", flat=True)]
    values = {"username": user.username, "first_name": "", "last_name": "", "email": "", "credential": ""}
    return {**values, "is_active": "on", "groups": groups, **changes}


def test_a_manager_makes_an_account_with_a_role(manager):
    data = {
        "username": "nora", "password1": "a long enough phrase", "password2": "a long enough phrase",
        "usable_password": "true", "first_name": "Nora", "last_name": "", "email": "", "credential": "RN",
        "groups": [str(a_role("Triage nurse").pk)], "is_superuser": "on", "is_staff": "on",
    }  # fmt: skip

    assert manager.post(f"{STAFF}add/", data).status_code == 302

    nora = User.objects.get(username="nora")
    assert (nora.is_staff, nora.is_superuser, nora.has_role("Triage nurse")) == (True, False, True)
    assert (str(nora), nora.check_password("a long enough phrase")) == ("Nora, RN", True)


@pytest.mark.parametrize("password", ["14 characters!", "1qaz2wsx3edc4rfv"])
def test_a_weak_password_is_refused(manager, password):
    data = {"username": "nora", "password1": password, "password2": password, "usable_password": "true"}

    manager.post(f"{STAFF}add/", data)

    assert not User.objects.filter(username="nora").exists()


def test_a_manager_changes_a_role(manager):
    user = a_user("Reception")

    manager.post(f"{STAFF}{user.pk}/change/", account(user, groups=[str(a_role("Clinician").pk)]))

    assert User.objects.get(pk=user.pk).has_role("Clinician")


def test_a_manager_can_make_nobody_a_superuser(manager):
    user = a_user("Reception")
    url = f"{STAFF}{user.pk}/change/"

    manager.post(url, account(user, is_superuser="on", user_permissions=["1"], is_staff=""))

    found = User.objects.get(pk=user.pk)
    assert (found.is_superuser, found.is_staff, found.user_permissions.count()) == (False, True, 0)
    assert fields_of(manager.get(url)) & {"is_superuser", "is_staff", "user_permissions"} == set()


def test_nobody_changes_the_own_role(manager):
    own = User.objects.get()

    manager.post(f"{STAFF}{own.pk}/change/", account(own, groups=[str(a_role("Clinician").pk)], is_active=""))

    own.refresh_from_db()
    assert own.is_active
    assert [group.name for group in own.groups.all()] == ["Manager"]


@pytest.mark.parametrize("tail", ["change/", "password/"])
def test_a_superuser_is_out_of_a_managers_reach(manager, tail):
    root = a_user("superuser", password=PASSWORD)
    data = account(root, username="mine", password1="a long enough phrase", password2="a long enough phrase")

    response = manager.post(f"{STAFF}{root.pk}/{tail}", data)

    assert response.status_code == 403
    found = User.objects.get(pk=root.pk)
    assert (found.username, found.check_password(PASSWORD)) == (root.username, True)


def test_a_manager_gives_a_new_password(manager):
    user = a_user("Reception")
    data = {
        "password1": "a long enough phrase",
        "password2": "a long enough phrase",
        "usable_password": "true",
    }

    manager.post(f"{STAFF}{user.pk}/password/", data)

    assert User.objects.get(pk=user.pk).check_password("a long enough phrase")


def test_accounts_are_never_deleted(client):
    user = a_user("Reception")
    client.force_login(a_user("superuser"))

    assert client.post(f"{STAFF}{user.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(STAFF, {"action": "delete_selected", "_selected_action": user.pk}).status_code in (
        200,
        302,
    )
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.parametrize("change", [{"is_active": ""}, {"groups": []}])
def test_somebody_who_leaves_or_changes_role_is_signed_out_everywhere(manager, change):
    user = a_user("Triage nurse")
    phone, desk = type(manager)(), type(manager)()
    phone.force_login(user)
    desk.force_login(user)

    manager.post(f"{STAFF}{user.pk}/change/", account(user, **change))

    assert [browser.get(HOME).status_code for browser in (phone, desk, manager)] == [302, 302, 200]
    assert Session.objects.count() == 1


def test_a_superuser_sets_up(client):
    user = a_user("Reception")
    client.force_login(a_user("superuser"))
    url = f"{STAFF}{user.pk}/change/"

    client.post(url, account(user, is_staff="on", is_superuser="on"))

    assert User.objects.get(pk=user.pk).is_superuser
    assert fields_of(client.get(url)) >= {"is_superuser", "is_staff"}


def test_roles_can_be_looked_at_and_not_changed(manager):
    role = a_role("Reception")
    url = f"/staff/auth/group/{role.pk}/change/"

    assert manager.get("/staff/auth/group/").status_code == 200
    assert manager.get(url).status_code == 200
    assert manager.post(url, {"name": "Boss"}).status_code == 403
    assert manager.get("/staff/auth/group/add/").status_code == 403
    assert {group.name for group in Group.objects.all()} == set(ROLES)


def test_a_manager_keeps_the_clinics_hours_and_profile(manager):
    profile = {
        "name": "Our Clinic",
        "phone": "202-555-0111",
        "emergency_number": "911",
        "answer_within_days": "3",
    }

    assert manager.post("/staff/clinic/clinicprofile/add/", profile).status_code == 302
    assert manager.get("/staff/clinic/clinicprofile/add/").status_code == 403
    manager.post("/staff/clinic/holiday/add/", {"on": "2026-12-25", "name": "Christmas Day"})
    manager.post(
        "/staff/clinic/openinghours/add/", {"weekday": "0", "opens_at": "08:00", "closes_at": "07:00"}
    )

    assert ClinicProfile.load().name == "Our Clinic"
    assert [holiday.name for holiday in Holiday.objects.all()] == ["Christmas Day"]


@pytest.mark.parametrize("role", ["Reception", "Triage nurse", "Clinician", "Editor"])
@pytest.mark.parametrize(
    "page", ["clinic/user/", "auth/group/", "clinic/clinicprofile/", "clinic/holiday/add/"]
)
def test_settings_and_accounts_are_the_managers(client, role, page):
    client.force_login(a_user(role))

    assert client.get(f"/staff/{page}").status_code == 403


def pages_panel(client):
    panels = client.get(HOME).context["panels"]
    return {
        figure.label: figure.count for panel in panels if panel.title == "Pages" for figure in panel.figures
    }


@pytest.mark.parametrize("role", ["Editor", "Clinician"])
def test_editors_and_clinicians_see_what_waits_for_a_review(client, role, tmp_path):
    edition = a_published_page(tmp_path).current_edition
    text, clinician = a_safety_text(), a_user("Clinician", credential="MD")
    client.force_login(a_user(role))
    before = pages_panel(client)

    today = local_today()
    record_review(edition, by=clinician, reviewed_on=today, next_due=today + timedelta(days=300))
    sign_off(text, by=clinician)

    nothing = {"Reviews overdue": 0, "Reviews due in 30 days": 0, "Other words to sign off": 4}
    assert before == nothing | {"Pages without a review": 1, "Safety text to sign off": 1}
    assert pages_panel(client) == nothing | {"Pages without a review": 0, "Safety text to sign off": 0}


def test_an_editor_sees_which_pages_wait_for_a_review(client, tmp_path):
    edition = a_published_page(tmp_path).current_edition
    client.force_login(a_user("Editor"))

    (panel,) = [panel for panel in client.get(HOME).context["panels"] if panel.title == "Pages"]

    (item,) = panel.items
    day = local_today()
    assert (panel.list_title, item.label) == ("Waiting for a review", edition.plain_name)
    assert list(item.about) == [
        "Edition 1",
        f"published {day:%B} {day.day}, {day.year}",
        "nobody has reviewed it",
    ]
    assert client.get(item.url).status_code == 200


def test_with_every_page_reviewed_nothing_waits(client):
    client.force_login(a_user("Editor"))

    assert "A clinician has reviewed every page, and no review is due" in client.get(HOME).content.decode()


def test_a_withdrawn_page_waits_for_no_review(client, tmp_path):
    explainer = a_published_page(tmp_path)
    explainer.is_withdrawn = True
    explainer.save()
    client.force_login(a_user("Editor"))

    assert pages_panel(client)["Pages without a review"] == 0
