"""The draft as readers would see it: for staff alone, in our own frames alone."""

import pytest
from django.urls import reverse

from clinic.headers import CONTENT_SECURITY_POLICY
from procedures.models import Section
from tests import desk, pages

pytestmark = pytest.mark.django_db
PRICE = "It costs 7 dollars. {.own}"


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
