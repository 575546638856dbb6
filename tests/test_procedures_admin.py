"""The editor's desk and the clinician's verbs in the admin."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from clinic.calendar import local_today
from procedures.models import Edition, Review, SafetyText
from tests import pages
from tests.builders import ROLES, a_safety_text, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def edition(explainer):
    return explainer.current_edition


def url(obj, verb):
    return reverse(f"admin:procedures_{obj._meta.model_name}_{verb}", args=[obj.pk])


def sign_in(client, role, **fields):
    user = a_user(role, **fields)
    client.force_login(user)
    return user


def a_review(**changes):
    today = local_today()
    days = {"reviewed_on": today.isoformat(), "next_due": (today + timedelta(days=300)).isoformat()}
    return days | {"has_read_all": "on"} | changes


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_an_editor_publishes_with_a_note(client, explainer):
    editor = sign_in(client, "Editor")
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    response = client.post(url(explainer, "publish"), {"change_note": "New price."})

    edition = Edition.objects.get(number=2)
    assert said(response) == ["Sample block, edition 2 is published."]
    assert (edition.published_by, edition.change_note) == (editor, "New price.")


def test_an_edition_from_files_says_so(client, edition):
    sign_in(client, "Editor")

    shown = client.get(reverse("admin:procedures_edition_change", args=[edition.pk])).content.decode()

    assert "Content files" in shown
    assert "None" not in shown


def test_looking_at_the_publish_page_publishes_nothing(client, explainer):
    sign_in(client, "Editor")
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    response = client.get(url(explainer, "publish"))

    assert response.status_code == 200
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_faults_are_listed_with_their_words(client, explainer, method):
    sign_in(client, "Editor")
    explainer.sections.filter(slot="cost").update(body="It is safe. {.own}")

    response = getattr(client, method)(url(explainer, "publish"), {"change_note": "Worse."})

    assert response.status_code == {"get": 200, "post": 422}[method]
    assert [str(failure) for failure in response.context["failures"]] == [
        'section "cost": a reassuring word, "safe" (E16): “It is safe.”'
    ]
    assert "1 thing keeps this page from being published" in response.content.decode()
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(
    ("note", "problem"),
    [("", "Enter what changed"), ("Nothing.", "Nothing has changed since edition 1.")],
)
def test_publishing_needs_a_note_and_a_change(client, explainer, note, problem):
    sign_in(client, "Editor")

    response = client.post(url(explainer, "publish"), {"change_note": note})

    assert response.status_code == 422
    assert problem in response.content.decode()


def test_a_clinician_records_a_review_and_the_banner_goes(client, edition):
    clinician = sign_in(client, "Clinician", first_name="Ada", last_name="Sample", credential="MD")

    response = client.post(url(edition, "review"), a_review())

    review = Review.objects.get()
    assert said(response) == ["Your review of Sample block, edition 1 is recorded."]
    assert (review.edition, review.reviewer, review.credential) == (edition, clinician, "MD")
    assert review.reviewed_on == local_today()
    assert "No clinician has reviewed it" not in client.get("/procedures/sample-block/").content.decode()


def test_looking_at_the_review_page_records_nothing(client, edition):
    sign_in(client, "Clinician", credential="MD")

    assert client.get(url(edition, "review")).status_code == 200
    assert not Review.objects.exists()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Clinician"] + ["superuser"])
def test_nobody_else_removes_the_banner(client, edition, role):
    sign_in(client, role, credential="MD")

    response = client.post(url(edition, "review"), a_review())

    assert response.status_code == 403
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"has_read_all": ""}, "Confirm that you have read all of it"),
        ({"reviewed_on": ""}, "Enter the day on which you read it"),
        ({"reviewed_on": "soon"}, "Enter a date, like 2026-11-22"),
        (
            {"next_due": date(2999, 1, 1).isoformat()},
            "The next review must be due within 12 months of this one.",
        ),
    ],
)
def test_a_review_with_a_fault_is_refused(client, edition, changes, problem):
    sign_in(client, "Clinician", credential="MD")

    response = client.post(url(edition, "review"), a_review(**changes))

    assert response.status_code == 422
    assert problem in response.content.decode()
    assert not Review.objects.exists()


def test_a_day_that_cannot_be_is_told_beside_its_field(client, edition):
    sign_in(client, "Clinician", credential="MD")

    response = client.post(url(edition, "review"), a_review(reviewed_on="0001-01-01"))

    (problem,) = response.context["form"].errors["reviewed_on"]
    assert (response.status_code, Review.objects.count()) == (422, 0)
    assert problem.startswith("These words were first published on ")
    assert 'href="#id_reviewed_on"' in response.content.decode()


def test_a_second_click_is_answered_as_done(client, edition):
    sign_in(client, "Clinician", credential="MD")

    answers = [client.post(url(edition, "review"), a_review()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert said(answers[1])[-1] == "Your review of Sample block, edition 1 is recorded."
    assert Review.objects.count() == 1


@pytest.mark.parametrize("model", ["edition", "review", "safetytext"])
@pytest.mark.parametrize("role", ["Editor", "Clinician", "superuser"])
def test_history_can_be_looked_at_and_not_changed(client, edition, model, role):
    sign_in(client, "Clinician", credential="MD")
    client.post(url(edition, "review"), a_review())
    sign_in(client, role)
    row = {"edition": Edition, "review": Review, "safetytext": SafetyText}[model].objects.first()
    change = reverse(f"admin:procedures_{model}_change", args=[row.pk])

    assert client.get(reverse(f"admin:procedures_{model}_changelist")).status_code == 200
    assert client.get(change).status_code == 200
    assert client.post(change, {"html": "<p>Changed</p>"}).status_code == 403
    assert client.get(reverse(f"admin:procedures_{model}_add")).status_code == 403
    assert (
        client.post(reverse(f"admin:procedures_{model}_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_a_clinician_signs_off_the_safety_text(client):
    text, clinician = a_safety_text(), sign_in(client, "Clinician", credential="MD")

    response = client.post(url(text, "sign-off"), {"has_read_all": "on"})

    assert said(response) == ["Safety text, version 1 is signed off. Patients see it from now on."]
    assert SafetyText.objects.get().signed_off_by == clinician
    assert client.post(url(text, "sign-off"), {"has_read_all": "on"}).status_code == 422


@pytest.mark.parametrize("role", ["Editor", "Reception", "superuser"])
def test_nobody_else_signs_off(client, role):
    sign_in(client, role)

    assert client.post(url(a_safety_text(), "sign-off"), {"has_read_all": "on"}).status_code == 403


@pytest.mark.parametrize("role", ["Reception", "Triage nurse", "Manager"])
def test_who_has_no_business_with_pages_sees_none(client, explainer, edition, role):
    sign_in(client, role)

    for address in (
        url(explainer, "publish"),
        url(edition, "read"),
        url(explainer, "change"),
        url(edition, "change"),
    ):
        assert client.get(address).status_code == 403


def test_a_list_of_editions_costs_the_same_with_more(client, tmp_path, django_assert_max_num_queries):
    sign_in(client, "Editor")
    pages.a_published_page(tmp_path)
    with django_assert_max_num_queries(16):
        client.get(reverse("admin:procedures_edition_changelist"))
