"""The desk's home: where each page stands, at one price for many."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from clinic.calendar import local_today
from clinic.templatetags.clinic_tags import moment
from procedures import publishing, scheduling
from procedures.models import Explainer, Review, Section
from tests import desk, pages
from tests.builders import a_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:procedures_explainer_changelist")


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def editor():
    return desk.signed_in("Editor")[0]


def cells(client, name="Sample block"):
    """The words of a page's row, by column."""
    results = client.get(LIST).context["cl"].result_list
    (row,) = [each for each in results if each.medical_name == name]
    admin = client.get(LIST).context["cl"].model_admin
    return {
        column: strip_tags(str(getattr(admin, column)(row)))
        for column in ("published", "draft", "review", "planned")
    }


def review_until(explainer, days):
    today = local_today()
    on = min(today, today + timedelta(days - 1))
    clinician = a_user("Clinician", credential="MD", first_name="Ada")
    days = {"reviewed_on": on, "next_due": today + timedelta(days)}
    words = {"reviewer_name": "Ada", "credential": "MD"}
    Review.objects.create(edition=explainer.current_edition, reviewer=clinician, **words, **days)
    return days["next_due"]


def test_a_page_that_is_as_published(editor, explainer):
    day = timezone.localtime(explainer.current_edition.published_at)

    assert cells(editor) == {
        "published": f"Edition 1, {day:%b} {day.day}, {day.year}",
        "draft": "Same",
        "review": "None",
        "planned": "None",
    }


def test_a_draft_that_differs(editor, explainer):
    Section.objects.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    assert cells(editor)["draft"] == "Differs"


def test_a_page_that_was_never_published(editor):
    Explainer.objects.create(slug="new", kind="procedure", plain_name="New", medical_name="New")

    found = cells(editor, "New")
    assert (found["published"], found["draft"], found["review"]) == ("None", "Draft", "")


def test_a_withdrawn_page(editor, explainer):
    publishing.withdraw(explainer)

    assert cells(editor)["published"] == "Withdrawn"


@pytest.mark.parametrize(("days", "words"), [(-1, "Overdue since {}"), (10, "Due {}"), (300, "Until {}")])
def test_the_state_of_the_review(editor, explainer, days, words):
    due = review_until(explainer, days)

    assert cells(editor)["review"] == words.format(f"{due:%b} {due.day}, {due.year}")


def test_a_planned_publication(editor, explainer):
    Section.objects.filter(slot="cost").update(body="It costs 7 dollars. {.own}")
    plan = scheduling.set_aside(
        explainer, by=a_user("Editor"), publish_at=timezone.now() + timedelta(1), change_note="New."
    )

    assert cells(editor)["planned"] == moment(plan.publish_at)
    scheduling.take_back(plan)
    assert cells(editor)["planned"] == "None"


def test_three_pages_cost_as_many_queries_as_one(
    editor, explainer, tmp_path, django_assert_num_queries, django_assert_max_num_queries
):
    editor.get(LIST)
    with django_assert_max_num_queries(25) as one:
        assert editor.get(LIST).status_code == 200
    for slug in ("second", "third"):
        pages.call_command("load_pages", folder=pages.a_folder(tmp_path, name=slug), verbosity=0)

    with django_assert_num_queries(len(one)):
        response = editor.get(LIST)

    assert len(response.context["cl"].result_list) == 3


@pytest.mark.parametrize("role", desk.OTHERS)
def test_who_has_no_business_with_pages_sees_no_list(explainer, role):
    client, _ = desk.signed_in(role)

    assert client.get(LIST).status_code == 403
    assert LIST not in client.get("/staff/").content.decode()
