"""Publishing, reviews and signatures: who may, and what it changes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from clinic.calendar import local_today
from procedures import publishing
from procedures.models import Edition, Review, SafetyText
from tests import pages
from tests.builders import ROLES, a_safety_text, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


def a_clinician(**fields):
    return a_user("Clinician", **({"first_name": "Ada", "last_name": "Sample", "credential": "MD"} | fields))


def reviewed(edition, **changes):
    today = local_today()
    fields = {"by": a_clinician(), "reviewed_on": today, "next_due": today + timedelta(days=365)}
    return publishing.record_review(edition, **(fields | changes))


def change(explainer, words="It costs 7 dollars. {.own}"):
    explainer.sections.filter(slot="cost").update(body=words)


def test_an_edition_tells_who_published_it_and_what_changed(explainer):
    editor = a_user("Editor")
    change(explainer)

    edition = publishing.publish(explainer, by=editor, change_note="New price.")

    assert (edition.number, edition.published_by, edition.change_note) == (2, editor, "New price.")
    assert edition.content["slug"] == "sample-block"


def test_without_a_change_there_is_no_new_edition(explainer):
    first = explainer.current_edition

    assert publishing.publish(explainer, change_note="Again.") == first


def test_a_fault_stops_it_and_is_quoted(explainer):
    change(explainer, "It is safe. {.own}")

    with pytest.raises(publishing.Refused) as refused:
        publishing.publish(explainer, change_note="Worse.")

    assert [str(failure) for failure in refused.value.failures] == [
        'section "cost": a reassuring word, "safe" (E16): “It is safe.”'
    ]
    assert Edition.objects.count() == 1


def test_codes_of_editions_say_nothing_and_differ(explainer):
    change(explainer)
    publishing.publish(explainer, change_note="New price.")

    codes = set(Edition.objects.values_list("code", flat=True))

    assert {len(code) for code in codes} == {11}
    assert len(codes) == 2


def test_a_review_keeps_name_and_credential_of_that_day(explainer):
    clinician = a_clinician()
    review = reviewed(explainer.current_edition, by=clinician)
    clinician.credential = "RN"
    clinician.save()

    assert (Review.objects.get(pk=review.pk).reviewer_name, review.credential) == ("Ada Sample", "MD")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Clinician"] + ["superuser"])
def test_nobody_but_a_clinician_reviews(explainer, role):
    with pytest.raises(PermissionDenied):
        reviewed(explainer.current_edition, by=a_user(role, credential="MD"))


def test_a_clinician_who_has_left_does_not_review(explainer):
    with pytest.raises(PermissionDenied):
        reviewed(explainer.current_edition, by=a_clinician(is_active=False))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reviewed_on": date(2999, 1, 1)}, "The day of the review must be today or in the past."),
        ({"next_due": date(2000, 1, 1)}, "The next review must be due within 12 months of this one."),
        ({"next_due": date(2999, 1, 1)}, "The next review must be due within 12 months of this one."),
    ],
)
def test_days_that_cannot_be_are_refused(explainer, changes, sentence):
    with pytest.raises(publishing.NotAllowed) as refused:
        reviewed(explainer.current_edition, **changes)

    assert str(refused.value) == sentence


def test_a_reviewer_needs_a_credential(explainer):
    with pytest.raises(publishing.NotAllowed, match=r"^Your account has no credential"):
        reviewed(explainer.current_edition, by=a_clinician(credential=""))


def current(explainer):
    return Edition.objects.public().filter(explainer=explainer).with_page_parts().order_by("-number").first()


def test_a_review_holds_for_the_words_it_was_given_to(explainer):
    reviewed(explainer.current_edition)
    words = current(explainer).review["name"]
    change(explainer)
    publishing.publish(explainer, change_note="New price.")

    assert (words, current(explainer).review) == ("Ada Sample", None)


def test_a_review_holds_when_only_the_templates_change(explainer):
    reviewed(explainer.current_edition)
    first = explainer.current_edition
    Edition.objects.create(
        explainer=explainer, number=2, html="<p>Dressed anew</p>", content_hash=first.content_hash
    )

    assert (current(explainer).number, current(explainer).review["name"]) == (2, "Ada Sample")


def test_where_review_is_needed_readers_keep_the_last_reviewed_edition(explainer, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True
    before = current(explainer)
    reviewed(Edition.objects.get())
    change(explainer)
    publishing.publish(explainer, change_note="New price.")

    assert (before, current(explainer).number) == (None, 1)


def test_the_safety_text_is_signed_off_once_by_a_clinician():
    text, clinician = a_safety_text(), a_clinician()
    publishing.sign_off(text, by=clinician)

    assert SafetyText.objects.get().signed_off_by == clinician
    with pytest.raises(publishing.NotAllowed, match=r"signed off already"):
        publishing.sign_off(text, by=a_clinician())


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Clinician"] + ["superuser"])
def test_nobody_but_a_clinician_signs_off(role):
    with pytest.raises(PermissionDenied):
        publishing.sign_off(a_safety_text(), by=a_user(role))
