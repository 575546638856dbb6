"""Attacks on the staff site by those who are signed in, and by those who want to be."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from . import hostile

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path):
    return hostile.a_world(tmp_path)


@pytest.fixture
def superuser():
    return hostile.signed_in("superuser")


@pytest.mark.parametrize("pk", ["abc", "%00", "-1", "9" * 30, "9" * 5000, "1/2", "%ED%A0%80"], ids=range(7))
@pytest.mark.parametrize(
    "verb", ["explainer/{}/publish", "edition/{}/read", "edition/{}/review", "safetytext/{}/sign-off"]
)
def test_a_row_that_cannot_be_is_not_found(superuser, verb, pk):
    """Perhaps after a redirect: stock Django leads an address it does not know to a change form."""
    url = f"/staff/procedures/{verb.format(pk)}/"

    answers = [superuser.get(url), superuser.post(url)]

    assert {answer.status_code for answer in answers} <= {302, 404, 405}
    assert all(answer.get("Location", "/staff/").startswith("/staff/") for answer in answers)


@pytest.mark.parametrize(
    "url",
    [
        "/staff/autocomplete/?term=%00&app_label=procedures&model_name=edition&field_name=explainer",
        "/staff/r/{inquiry}/abc/",
        "/staff/r/{inquiry}/%00/",
    ],
)
def test_ways_around_our_own_pages_do_not_exist(superuser, url):
    inquiry = ContentType.objects.get(app_label="requests", model="inquiry").pk

    assert superuser.get(url.format(inquiry=inquiry)).status_code == 404


OFFERED = {
    "clinic/user": ("is_active__exact=1", "groups__id__exact=1", "is_active__exact=zz", "groups__isnull=1"),
    "procedures/explainer": ("kind__exact=procedure", "is_withdrawn__exact=0"),
    "procedures/edition": (
        "explainer__id__exact=1",
        "explainer__id__exact=abc",
        f"explainer__id__exact={'9' * 30}",
    ),
    "procedures/question": ("state__exact=waiting", "state__exact=zz", "sounds_urgent__exact=1"),
    "procedures/askedquestion": ("explainer__id__exact=1", "explainer__id__exact=abc"),
}
LISTS = (
    "clinic/user", "auth/group", "clinic/clinicprofile", "clinic/openinghours", "clinic/holiday",
    "procedures/explainer", "procedures/reference", "procedures/edition", "procedures/review",
    "procedures/safetytext", "procedures/sharedwords", "procedures/question", "procedures/askedquestion",
)  # fmt: skip
ORACLES = (
    "password__startswith=argon2", "username__regex=(", "username=%00", "last_login__year=99999999999999",
    "name__contains=%00", "on__year=999999999999", "user__password__startswith=a", "key=%00",
    "published_by__password__startswith=a", "signed_off_by__password__startswith=a", "kind__exact=%00",
    "reviewer__password__startswith=a", "explainer__slug__regex=(", "id__in=", "groups__user__password__startswith=a",
)  # fmt: skip


@pytest.mark.parametrize(
    ("model", "query"), [(model, query) for model in OFFERED for query in OFFERED[model]]
)
def test_a_list_can_be_narrowed_by_what_it_offers(superuser, world, model, query):
    assert superuser.get(f"/staff/{model}/?{query}").status_code in (200, 302)


@pytest.mark.parametrize("model", LISTS)
def test_a_list_answers_no_other_question(superuser, world, model):
    assert {
        query: superuser.get(f"/staff/{model}/?{query}").status_code for query in ORACLES
    } == dict.fromkeys(ORACLES, 400)


@pytest.mark.parametrize("model", LISTS)
def test_hostile_parameters_of_a_list_are_no_fault(superuser, world, model):
    queries = ("q=%00", "o=1.-2.9999999999999999999", "o=%00", "p=9999999999999999999", "p=-1", "p=%00", "e=1",
               "all=", "_facets=%00", "_popup=1", "q=%ED%A0%80", "q=" + "a%20" * 500)  # fmt: skip

    answers = {query: superuser.get(f"/staff/{model}/?{query}").status_code for query in queries}

    assert {query: code for query, code in answers.items() if code not in (200, 302)} == {}


def test_the_whole_form_of_a_page_can_be_saved(world):
    """As many fields as a long page has are read, and faults are told: stock limits must not shut editors out."""
    editor = hostile.signed_in("Editor")
    url = reverse("admin:procedures_explainer_change", args=[world.explainer.pk])

    assert editor.post(url, {f"field-{number}": "x" for number in range(999)}).status_code == 422
    assert editor.post(url, {f"field-{number}": "x" for number in range(1001)}).status_code == 400
