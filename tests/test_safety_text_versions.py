"""Which version of the safety text patients see, and where."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.urls import reverse

from clinic.calendar import local_today
from procedures import publishing, safety_text
from procedures.models import SafetyText
from requests.models import Flag
from tests import pages
from tests.builders import a_safety_text, a_user, an_inquiry, safety_body
from tests.intake import draft_of, send, url, walk
from tests.safety import a_version, signed

pytestmark = pytest.mark.django_db
NEW_INTRO = "you have new words here and any of these:"


@pytest.fixture
def first():
    return safety_text.load()[0]


def shown(client, explainer):
    return NEW_INTRO in client.get(explainer.get_absolute_url()).content.decode()


def test_before_any_sign_off_the_words_of_the_files_show(client, tmp_path):
    explainer = pages.a_published_page(tmp_path)
    first = SafetyText.objects.get()
    second = a_version(first, intro=NEW_INTRO)
    assert (safety_text.current(), shown(client, explainer)) == (first, False)

    signed(second)

    assert (safety_text.current(), shown(client, explainer)) == (second, True)


def test_before_any_sign_off_a_changed_file_shows_though_an_editor_wrote_since(first):
    a_version(first, intro=NEW_INTRO)

    third, _is_new = safety_text.load(safety_body() | {"crisis": {"text": "Call or text 988."}})
    a_version(third, intro=NEW_INTRO)

    assert safety_text.current() == third


def test_an_editors_words_wait_although_no_file_was_ever_loaded():
    body = safety_body() | {"crisis": {"text": "Call or text 988."}}
    text = SafetyText.objects.create(version=1, body=body, body_hash="0" * 64, created_by=a_user("Editor"))
    assert safety_text.current().body == safety_body()

    signed(text)

    assert safety_text.current() == text


def test_an_editors_version_waits_for_a_clinician(first):
    signed(first)
    second = a_version(first, intro=NEW_INTRO)
    assert safety_text.current() == first

    signed(second)

    assert safety_text.current() == second


def test_production_makes_no_difference(first, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True
    assert safety_text.current() == first

    second = a_version(signed(first), intro=NEW_INTRO)

    assert safety_text.current() == first
    assert SafetyText.objects.first() == second


def test_without_a_database_the_file_speaks(first):
    def fail(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        assert safety_text.current().body == safety_body()


def test_loading_the_same_file_again_leaves_an_editors_words_the_newest(first):
    second = a_version(first, intro=NEW_INTRO)

    assert safety_text.load() == (first, False)
    assert list(SafetyText.objects.all()) == [second, first]


def test_a_changed_file_is_a_new_version_over_an_editors(first):
    a_version(first, intro=NEW_INTRO)

    third, is_new = safety_text.load(safety_body() | {"crisis": {"text": "Call or text 988."}})

    assert (third.version, third.created_by, is_new) == (3, None, True)


def test_a_version_made_from_an_older_one_is_refused(first):
    a_version(first, intro=NEW_INTRO)

    with pytest.raises(safety_text.Refused, match="Somebody saved another version"):
        a_version(first, intro="something else:")


def test_words_that_are_the_same_are_no_version(first):
    with pytest.raises(safety_text.Refused, match="Nothing has changed"):
        safety_text.write(first.body, base=first, by=a_user("Editor"), change_note="None.")


def test_an_older_version_is_not_signed_off_after_a_newer(first):
    signed(a_version(first, intro=NEW_INTRO))

    with pytest.raises(publishing.NotAllowed, match="newer version"):
        signed(first)


@pytest.mark.parametrize("role", ["Editor", "Triage nurse", "Manager", "superuser"])
def test_nobody_but_a_clinician_signs_off(first, role):
    with pytest.raises(PermissionDenied):
        publishing.sign_off(first, by=a_user(role))


def test_a_sign_off_shows_on_published_pages_at_once_and_leaves_their_reviews(client, tmp_path):
    explainer = pages.a_published_page(tmp_path)
    edition, clinician = explainer.current_edition, a_user("Clinician", credential="MD")
    today = local_today()
    publishing.record_review(
        edition, by=clinician, reviewed_on=today, next_due=today.replace(year=today.year + 1)
    )
    first = signed(SafetyText.objects.get())
    second = a_version(first, intro=NEW_INTRO)
    assert not shown(client, explainer)

    signed(second)

    assert shown(client, explainer)
    page = client.get(explainer.get_absolute_url())
    assert page.context["edition"] == edition
    assert page.context["review"]["credential"] == "MD"


def test_a_page_published_after_a_sign_off_keeps_the_review_of_its_words(tmp_path):
    explainer = pages.a_published_page(tmp_path)
    first = explainer.current_edition
    signed(a_version(SafetyText.objects.get(), intro=NEW_INTRO))

    second = publishing.publish(explainer, change_note="Safety words.")

    assert (second.number, second.content_hash) == (2, first.content_hash)
    assert second.content["safety"]["urgent"]["intro"] == NEW_INTRO


def test_every_card_of_a_page_speaks_in_the_words_of_today(client, tmp_path):
    explainer = pages.a_published_page(tmp_path)
    body = safety_body()
    cards = [body["emergency"], body["urgent"], body["after"]["emergency"], body["after"]["same_day"]]
    new = {"intro": "markup <b>here</b> is words:"}
    changed = body | {
        "emergency": body["emergency"] | new,
        "urgent": body["urgent"] | new,
        "after": {name: card | new for name, card in body["after"].items()},
    }
    signed(safety_text.write(changed, base=SafetyText.objects.get(), by=a_user("Editor"), change_note="New."))

    page = client.get(explainer.get_absolute_url()).content.decode()

    assert page.count("markup &lt;b&gt;here&lt;/b&gt; is words:") == len(cards)
    assert [page.count(card["intro"]) for card in cards] == [0] * len(cards)
    assert page.count("<!--") == 0


# The request form


def test_a_request_in_the_middle_keeps_the_version_it_showed(client, first):
    signed(first)
    walk(client, to="name")
    signed(a_version(first, item={"key": "new_sign", "text": "a new sign", "question": "A new sign"}))

    assert draft_of(client).safety_text == first
    assert "A new sign" not in client.get(url("urgent-signs")).content.decode()
    walk(client)
    assert send(client).safety_text == first


def test_a_list_that_changed_under_the_readers_eyes_is_shown_again(client, first):
    old = client.get(url("emergency-signs")).context["safety_version"]
    signed(
        a_version(
            first, item={"key": "new_sign", "text": "a sign", "question": "A new sign"}, part="emergency"
        )
    )

    response = client.post(url("emergency-signs"), {"emergency": ["none"], "safety_version": old})

    page = response.content.decode()
    assert response.status_code == 422
    assert "This list of signs changed a moment ago" in page
    assert "A new sign" in page


def test_a_sign_taken_out_meanwhile_still_stops_the_form(client, first):
    second = signed(
        a_version(first, item={"key": "new_sign", "text": "a sign", "question": "A sign"}, part="emergency")
    )
    signed(safety_text.write(first.body, base=second, by=a_user("Editor"), change_note="Taken out."))

    response = client.post(
        url("emergency-signs"), {"emergency": ["new_sign"], "safety_version": second.version}
    )

    assert response["Location"] == reverse("requests:stop")


@pytest.mark.parametrize("version", ["", "0", "99", "-1", "1 OR 1=1", "\u0661", "9" * 30, "\0"])
def test_a_version_that_cannot_be_means_todays(client, first, version):
    response = client.post(url("emergency-signs"), {"emergency": ["none"], "safety_version": version})

    assert response["Location"] == url("urgent-signs")
    assert draft_of(client).safety_text == first


def test_an_added_emergency_sign_stops_the_form(client, first):
    signed(
        a_version(
            first, item={"key": "new_sign", "text": "a sign", "question": "A new sign"}, part="emergency"
        )
    )

    response = client.post(url("emergency-signs"), {"emergency": ["new_sign"]})

    assert response["Location"] == reverse("requests:stop")


def test_an_added_urgent_sign_is_flagged_by_its_version(client, first):
    second = signed(
        a_version(first, item={"key": "new_sign", "text": "a sign", "question": "You have a new sign"})
    )
    walk(client, urgent=["new_sign"])

    inquiry = send(client)

    flag = Flag.objects.get(inquiry=inquiry)
    assert (flag.rule, flag.rule_version, flag.severity, flag.words) == (
        "new_sign",
        second.version,
        "urgent",
        "You have a new sign",
    )
    assert inquiry.urgency == inquiry.Urgency.URGENT


def test_the_status_page_shows_todays_version(client):
    inquiry = an_inquiry(safety_text=a_safety_text())
    signed(a_version(inquiry.safety_text, intro=NEW_INTRO))

    page = client.get(reverse("requests:status", args=[inquiry.token])).content.decode()

    assert NEW_INTRO in page
