"""What the database itself holds about pages, editions and reviews."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from procedures.models import (
    Edition,
    Explainer,
    Finding,
    KeyFact,
    Reference,
    Review,
    Risk,
    SafetyText,
    Section,
)
from tests.builders import a_safety_text, a_user

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)


@pytest.fixture
def explainer():
    return Explainer.objects.create(
        slug="sample",
        kind="procedure",
        plain_name="Sample",
        medical_name="Sample",
        description="A.",
        lead="A.",
    )


@pytest.fixture
def edition(explainer):
    return Edition.objects.create(explainer=explainer, number=1, html="<p>One</p>", content_hash="a")


def refused(make):
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        make()
    return str(error.value)


def a_risk(explainer, **fields):
    return Risk.objects.create(**({"explainer": explainer, "key": "bruise", "group": "common"} | fields))


def a_finding(explainer, **fields):
    return Finding.objects.create(**({"explainer": explainer, "key": "half"} | fields))


@pytest.mark.parametrize(
    "share",
    [
        {"numerator": 1, "denominator": None},
        {"numerator": None, "denominator": 100},
        {"numerator": 0, "denominator": 0},
        {"numerator": 101, "denominator": 100},
    ],
)
def test_a_share_is_whole(explainer, share):
    assert "risk_share_is_whole" in refused(lambda: a_risk(explainer, **share))
    assert "finding_" in refused(lambda: a_finding(explainer, **share))


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"numerator": 1, "denominator": 2, "before": 3},
        {"before": 3, "after": 2},
        {"before": 3, "scale": "0 to 10"},
        {"numerator": 1, "denominator": 2, "scale": "0 to 10"},
    ],
)
def test_a_finding_has_one_kind_of_result(explainer, result):
    assert "finding_has_one_kind_of_result" in refused(lambda: a_finding(explainer, **result))


def test_shares_scores_and_unknown_numbers_are_kept(explainer):
    a_risk(explainer, numerator=0, denominator=100)
    a_risk(explainer, key="unknown")
    a_finding(explainer, numerator=100, denominator=100)
    a_finding(explainer, key="score", before=7, after=4, scale="0 to 10")

    assert (explainer.risks.count(), explainer.findings.count()) == (2, 2)


def test_known_kinds_and_groups_only(explainer):
    assert "explainer_known_kind" in refused(lambda: Explainer.objects.create(slug="other", kind="blog"))
    assert "risk_known_group" in refused(lambda: a_risk(explainer, group="funny"))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({}, "reference_can_be_found"),
        ({"doi": "doi.org/10.1/a"}, "reference_doi_syntax"),
        ({"url": "http://a.example"}, "reference_url_is_https"),
    ],
)
def test_a_reference_can_be_found(fields, constraint):
    assert constraint in refused(lambda: Reference.objects.create(key="A", **fields))


def test_keys_slots_and_labels_stand_once_on_a_page(explainer):
    def twice(model, **fields):
        return refused(lambda: [model.objects.create(explainer=explainer, **fields) for _ in range(2)])

    assert "section_slot_once" in twice(Section, slot="who")
    assert "key_fact_label_once" in twice(KeyFact, label="What")
    assert "risk_key_once" in twice(Risk, key="a", group="common")
    assert "finding_key_once" in twice(Finding, key="a", numerator=1, denominator=2)


def test_edition_numbers_begin_at_one_and_stand_once(explainer, edition):
    assert "edition_number_once" in refused(lambda: Edition.objects.create(explainer=explainer, number=1))
    assert "edition_counts_from_one" in refused(lambda: Edition.objects.create(explainer=explainer, number=0))


def test_an_edition_never_changes(edition):
    assert "Cannot update" in refused(lambda: Edition.objects.update(html="<p>Two</p>"))
    assert "Cannot update or delete" in refused(lambda: Edition.objects.all()._raw_delete("default"))


@pytest.fixture
def review(edition):
    return Review.objects.create(
        edition=edition,
        reviewer=a_user("Clinician"),
        reviewer_name="Ada Sample",
        credential="MD",
        reviewed_on=DAY,
        next_due=date(2027, 3, 1),
    )


def test_a_review_never_changes(review):
    assert "Cannot update" in refused(lambda: Review.objects.update(reviewed_on=date(2026, 4, 1)))
    assert "Cannot update or delete" in refused(lambda: Review.objects.all()._raw_delete("default"))


@pytest.mark.parametrize("next_due", [DAY, DAY - timedelta(days=1), DAY + timedelta(days=367)])
def test_a_review_is_due_again_within_a_year(review, next_due):
    review.pk, review.next_due = None, next_due

    assert "review_is_due_within_a_year" in refused(review.save)


@pytest.mark.parametrize("field", ["reviewer_name", "credential"])
def test_a_review_names_the_reviewer(review, field):
    review.pk = None
    setattr(review, field, "")

    assert "review_names_the_reviewer" in refused(review.save)


def test_a_safety_text_keeps_its_words():
    text = a_safety_text()

    for change in ({"body": {}}, {"version": 9}, {"body_hash": "1" * 64}):
        assert "Cannot update" in refused(lambda change=change: SafetyText.objects.update(**change))
    assert "Cannot delete" in refused(text.delete)


def test_a_safety_text_is_signed_off_once():
    text, clinician = a_safety_text(), a_user("Clinician")
    SafetyText.objects.update(signed_off_by=clinician, signed_off_at=text.created_at)

    assert "Cannot update" in refused(lambda: SafetyText.objects.update(signed_off_by=a_user("Clinician")))


def test_a_signature_is_who_and_when():
    a_safety_text()

    with pytest.raises(IntegrityError, match="safety_text_sign_off_is_who_and_when"), transaction.atomic():
        SafetyText.objects.update(signed_off_by=a_user("Clinician"))
