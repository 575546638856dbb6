"""What an editor is told who adds a source that the database would refuse."""

import pytest
from django.urls import reverse

from procedures.models import AskedQuestion, Explainer, Finding, KeyFact, Reference, Risk, Section, Trait
from tests.builders import a_user

pytestmark = pytest.mark.django_db

ADD = reverse("admin:procedures_reference_add")
WORDS = {"key": "NEW26", "citation": "New A. 2026.", "study_type": "Review", "size": "9 studies"}
DOI = "Write the DOI like 10.1186/s13018-014-0139-7, without https://doi.org/ before it."
ADDRESS = "Write the whole address, beginning with https://"
EITHER = "Give the DOI or the address, so that readers can find the source."


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"doi": "https://doi.org/10.1186/s1"}, {"doi": [DOI]}),
        ({"url": "http://a.example/"}, {"url": [ADDRESS]}),
        ({"doi": "doi:10.1186/s1", "url": "https://a.example/"}, {"doi": [DOI]}),
        ({}, {"__all__": [EITHER]}),
    ],
)
def test_a_source_that_cannot_be_kept_is_explained(client, typed, told):
    client.force_login(a_user("Editor"))

    response = client.post(ADD, WORDS | typed)

    assert response.context["adminform"].form.errors == told
    assert not Reference.objects.exists()


@pytest.mark.parametrize("typed", [{"doi": "10.1186/s13018-014-0139-7"}, {"url": "https://a.example/"}])
def test_a_source_that_can_be_found_is_kept(client, typed):
    client.force_login(a_user("Editor"))

    assert client.post(ADD, WORDS | typed).status_code == 302
    assert Reference.objects.get().key == "NEW26"


@pytest.mark.parametrize(
    "model", [AskedQuestion, Explainer, Finding, KeyFact, Reference, Risk, Section, Trait]
)
def test_no_editor_reads_the_name_of_a_constraint(model):
    silent = [
        constraint.name
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
    ]

    assert silent == []
