"""The draft as readers would see it: for staff alone, in our own frames alone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clinic.calendar import local_today
from clinic.headers import CONTENT_SECURITY_POLICY
from procedures import page, publishing
from procedures.models import Edition, Explainer, Review, Section
from tests import desk, pages
from tests.builders import a_user

pytestmark = pytest.mark.django_db
PRICE = "It costs 7 dollars. {.own}"
UNREVIEWED = "No clinician has reviewed it yet."


@pytest.fixture
def explainer(tmp_path):
    explainer = pages.a_published_page(tmp_path)
    Section.objects.filter(slot="cost").update(body=PRICE)
    return explainer


@pytest.mark.parametrize("role", ["Editor", "Clinician"])
def test_the_preview_is_the_public_page_of_the_draft(explainer, role):
    client, _ = desk.signed_in(role)

    response = client.get(desk.url(explainer, "preview"))
    words = response.content.decode()

    assert response.status_code == 200
    assert "It costs 7 dollars." in words
    assert "Draft. Only staff see this page." in words
    assert "<title>Draft: " in words
    assert 'class="explainer is-draft"' in words
    assert "It costs 7 dollars." not in client.get(explainer.get_absolute_url()).content.decode()


def reviewed(edition, **days):
    today = local_today()
    days = {"reviewed_on": today, "next_due": today + timedelta(days=30)} | days
    Review.objects.create(
        edition=edition,
        reviewer=a_user("Clinician"),
        reviewer_name="Ada Sample",
        credential="MD",
        **days,
    )


def previewed(explainer, price):
    Section.objects.filter(slot="cost").update(body=price)
    client, _ = desk.signed_in("Editor")
    return client.get(desk.url(explainer, "preview")).content.decode()


def test_the_preview_says_which_review_holds_for_its_words(explainer):
    first = explainer.current_edition
    published = page.from_json(first.content).section("cost").body
    publishing.publish(explainer, change_note="Another price.")
    reviewed(first)

    same, other = previewed(explainer, published), previewed(explainer, PRICE)

    assert (UNREVIEWED in same, "Ada Sample, MD" in same) == (False, True)
    assert (UNREVIEWED in other, "Ada Sample, MD" in other) == (True, False)


def test_the_preview_says_that_the_review_of_its_words_is_overdue(explainer):
    first = explainer.current_edition
    reviewed(first, reviewed_on=date(2024, 3, 1), next_due=date(2025, 3, 1))

    words = previewed(explainer, page.from_json(first.content).section("cost").body)

    assert "review was due on March 1, 2025." in words


def test_a_review_of_another_page_does_not_hold(explainer):
    other = Explainer.objects.create(slug="other", kind="procedure")
    words = page.of(explainer)
    reviewed(Edition.objects.create(explainer=other, number=1, content_hash=words.content_hash))

    assert UNREVIEWED in previewed(explainer, PRICE)


def test_who_publishes_reads_whether_the_words_have_a_review(explainer, settings):
    client, _ = desk.signed_in("Editor")
    first, address = explainer.current_edition, desk.url(explainer, "publish")

    assert "The new edition says that nobody has reviewed it" in client.get(address).content.decode()

    settings.REQUIRE_CLINICAL_REVIEW = True
    assert (
        "Readers see the new edition once a clinician has reviewed it."
        in client.get(address).content.decode()
    )

    publishing.publish(explainer, change_note="Another price.")
    reviewed(first)
    Section.objects.filter(slot="cost").update(body=page.from_json(first.content).section("cost").body)
    shown = client.get(address).content.decode()
    assert "A review of these words holds for the new edition: Ada Sample, MD, " in shown


def test_the_preview_is_never_kept_nor_found(explainer):
    client, _ = desk.signed_in("Editor")

    response = client.get(desk.url(explainer, "preview"))

    assert "no-store" in response.headers["Cache-Control"]
    assert "public" not in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()


def test_strangers_see_no_draft(client, explainer):
    for verb in ("preview", "screens", "differences", "change"):
        response = client.get(desk.url(explainer, verb))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/staff/login/")


def test_the_preview_may_stand_in_our_own_frames(explainer):
    client, _ = desk.signed_in("Editor")

    response = client.get(desk.url(explainer, "preview"))

    opened = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    assert response.headers["Content-Security-Policy"] == opened
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_screens_show_our_own_frames_and_stand_in_none(explainer):
    client, _ = desk.signed_in("Editor")

    response = client.get(desk.url(explainer, "screens"))

    assert response.headers["Content-Security-Policy"] == f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.content.decode().count(f'src="{desk.url(explainer, "preview")}"') == 2


def test_no_other_page_has_frames_or_stands_in_one(explainer):
    client, _ = desk.signed_in("Editor")
    edition = explainer.current_edition
    others = [
        "/", "/procedures/", explainer.get_absolute_url(), "/nowhere/", "/staff/",
        reverse("admin:procedures_explainer_changelist"),
        *(desk.url(explainer, verb) for verb in ("change", "publish", "schedule", "withdraw", "differences")),
        *(desk.url(edition, verb) for verb in ("change", "read", "publish-again")),
        reverse("admin:procedures_explainer_preview", args=[99999999]),
    ]  # fmt: skip

    for address in others:
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert ("frame-ancestors 'none'" in policy, "frame-src" in policy) == (True, False), address
        assert response.headers["X-Frame-Options"] == "DENY", address


@pytest.mark.parametrize("verb", ["preview", "screens", "differences"])
def test_looking_takes_no_post(explainer, verb):
    client, _ = desk.signed_in("Editor")

    assert client.post(desk.url(explainer, verb)).status_code == 405
