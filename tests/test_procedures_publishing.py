"""Publishing, reviews and signatures: who may, and what it changes."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from clinic.calendar import local_today, zone
from procedures import publishing
from procedures.models import Edition, Explainer, Review, SafetyText
from tests import pages
from tests.builders import ROLES, a_safety_text, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


def a_clinician(**fields):
    return a_user("Clinician", **({"first_name": "Ada", "last_name": "Sample", "credential": "MD"} | fields))


def on(day):
    return time_machine.travel(datetime.combine(day, time(12), zone()), tick=False)


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


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2026, 1, 5), date(2026, 11, 22)])
def test_words_are_not_reviewed_before_they_were_published(tmp_path, day):
    with on(date(2026, 11, 23)):
        edition = pages.a_published_page(tmp_path).current_edition

    with on(date(2026, 11, 24)), pytest.raises(publishing.NotAllowed) as refused:
        reviewed(edition, reviewed_on=day, next_due=date(2027, 1, 1))

    assert str(refused.value) == (
        "These words were first published on November 23, 2026. The review cannot be earlier."
    )
    assert (refused.value.field, Review.objects.count()) == ("reviewed_on", 0)


def test_the_day_of_publication_is_that_of_the_clinic(tmp_path):
    with time_machine.travel(datetime(2026, 11, 23, 23, 30, tzinfo=zone()), tick=False):
        edition = pages.a_published_page(tmp_path).current_edition
        day = local_today()

    with on(date(2026, 11, 25)):
        assert reviewed(edition, reviewed_on=day, next_due=date(2027, 1, 1)).reviewed_on == date(2026, 11, 23)


def test_the_same_words_may_have_been_read_in_an_earlier_edition(tmp_path):
    with on(date(2026, 3, 1)):
        explainer = pages.a_published_page(tmp_path)
    first = explainer.current_edition
    with on(date(2026, 4, 1)):
        change(explainer)
        publishing.publish(explainer, change_note="New price.")
    with on(date(2026, 5, 1)):
        third = publishing.publish_again(first, by=a_user("Editor"))

        assert reviewed(third, reviewed_on=date(2026, 3, 2), next_due=date(2026, 9, 1)).edition == third


def test_the_words_of_another_page_are_not_these(tmp_path, explainer):
    edition, day = explainer.current_edition, local_today() - timedelta(days=1)
    other = Explainer.objects.create(slug="other", kind="procedure", plain_name="Other", medical_name="Other")
    Edition.objects.create(
        explainer=other,
        number=1,
        content_hash=edition.content_hash,
        published_at=timezone.now() - timedelta(9),
    )

    with pytest.raises(publishing.NotAllowed, match="These words were first published"):
        reviewed(edition, reviewed_on=day)


def test_the_same_review_twice_is_one(explainer):
    clinician = a_clinician()
    first, second = (reviewed(explainer.current_edition, by=clinician) for _ in range(2))

    assert (first, Review.objects.count()) == (second, 1)


def test_another_day_or_another_reader_is_another_review(explainer):
    clinician, today = a_clinician(), local_today()
    reviewed(explainer.current_edition, by=clinician)
    reviewed(explainer.current_edition, by=clinician, next_due=today + timedelta(days=30))
    reviewed(explainer.current_edition)

    assert Review.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_review(explainer):
    edition, clinician = explainer.current_edition, a_clinician()
    gate, found = threading.Barrier(2), []

    def press():
        gate.wait()
        found.append(reviewed(edition, by=clinician).pk)
        connection.close()

    clicks = [threading.Thread(target=press) for _ in range(2)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()

    assert (len(found), len(set(found)), Review.objects.count()) == (2, 1, 1)


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


def test_who_signs_off_the_safety_text_needs_a_credential():
    text = a_safety_text()

    with pytest.raises(publishing.NotAllowed, match=r"^Your account has no credential"):
        publishing.sign_off(text, by=a_clinician(credential=""))

    assert SafetyText.objects.get().signed_off_at is None


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Clinician"] + ["superuser"])
def test_nobody_but_a_clinician_signs_off(role):
    with pytest.raises(PermissionDenied):
        publishing.sign_off(a_safety_text(), by=a_user(role))


def test_a_page_that_it_leads_to_must_be_published_and_not_withdrawn(explainer):
    knee = Explainer.objects.create(
        slug="knee", kind="condition", plain_name="Knee pain", medical_name="Gonalgia"
    )
    change(explainer, "Read about [the knee](/conditions/knee/). {.own}")

    def faults():
        return [failure.message for failure in publishing.failures(explainer)]

    fault = (
        "the link /conditions/knee/ leads to a page that is not published;"
        " publish that page first or take the link out"
    )
    assert faults() == [fault]
    Edition.objects.create(explainer=knee, number=1)
    assert faults() == []
    publishing.withdraw(knee)
    assert faults() == [fault]


def test_pages_that_are_loaded_together_may_lead_to_each_other(tmp_path):
    way = ("You can ask for a written price [@TWO].", "Read about [{0}](/procedures/{0}/) [@TWO].")
    for name, other in (("knee", "hip"), ("hip", "knee")):
        pages.a_folder(tmp_path, (way[0], way[1].format(other)), name=name)

    call_command("load_pages", folder=tmp_path, verbosity=0)
    publishing.withdraw(Explainer.objects.get(slug="hip"))
    call_command("load_pages", folder=tmp_path, verbosity=0)

    assert Edition.objects.count() == 2


def test_an_edition_keeps_nothing_about_other_pages(explainer):
    assert "pages" not in explainer.current_edition.content
