"""Every page, form and error that patients meet, in every way of looking at it (X1, X3, X6, E50, E51)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from clinic import limits
from requests import drafts, steps, views
from requests.models import Draft, Inquiry, Message
from requests.models.inquiry import Status
from requests.trouble import HOUR
from tests.browsing import Visitor
from tests.builders import a_safety_text, a_user, an_inquiry
from tests.intake import complete_draft, url

from .eyes import Eyes
from .hands import press
from .staff import FLAGS, QUEUE, signed_in

EXPLAINER = "/procedures/cluneal-nerve-block/"
# They lead one person to all the questions but one.
REASONS = {
    "topic": "other_procedure",
    "topic_other": "A heat treatment",
    "channel": "other_person",
    "language": "other",
    "language_other": "Haitian Creole",
    "insurance": "yes",
    "referral": "yes",
    "referral_where": "Dr. Sample, Main Street",
}


@pytest.fixture
def eyes(visitor: Visitor) -> Eyes:
    return Eyes(visitor.page())


def test_every_question_and_its_errors(eyes: Eyes) -> None:
    seen: set[str] = set()
    for answers in (REASONS, {"for_whom": "other"}):
        draft = hold_draft(eyes.page, **answers)
        for step in steps.asked(draft.answers):
            if step.slug not in seen:
                eyes.open(url(step.slug))
                spoil(eyes.page)
                eyes.look()
                seen.add(step.slug)

    assert eyes.report() == ""
    assert seen == {step.slug for step in steps.STEPS}


def hold_draft(page: Page, **answers: Any) -> Draft:
    draft = complete_draft(**answers)
    page.goto("/healthz")
    page.context.add_cookies([{"name": drafts.COOKIE, "value": draft.key, "url": page.url}])  # type: ignore[attr-defined]
    return draft


def spoil(page: Page) -> None:
    """Leave out every choice and write far too much, so that every field is wrong."""
    page.evaluate(
        """() => document.querySelectorAll("main form input, main form textarea").forEach(field => {
            field.checked = false;
            if (!["hidden", "radio", "checkbox"].includes(field.type)) field.value = "x".repeat(600);
        })"""
    )
    assert press(page, "Continue") == 422


def test_every_other_page_of_the_form(eyes: Eyes) -> None:
    a_safety_text()
    for address in ("", "emergency-care/", "adults-only/", "expired/"):
        eyes.open(f"/requests/new/{address}")
    eyes.open("/requests/new/resume/nothing/", 404)
    draft = hold_draft(eyes.page)
    eyes.open("/requests/new/")
    save_and_go_on(eyes)
    eyes.open("/requests/new/check-your-answers/")
    be_too_fast(eyes, draft)
    eyes.open("/requests/new/check-your-answers/")
    lose_the_draft(eyes)

    assert eyes.report() == ""


def save_and_go_on(eyes: Eyes) -> None:
    eyes.open("/requests/new/save/")
    press(eyes.page, "Make a private link")
    eyes.look()
    link = eyes.page.locator("text=/requests/new/resume/").first.inner_text()
    eyes.open(urlsplit(link.split()[-1]).path)


def be_too_fast(eyes: Eyes, draft: Draft) -> None:
    """As a program would; a person presses once more and is told where the request stands."""
    Draft.objects.filter(pk=draft.pk).update(created_at=timezone.now() + timedelta(minutes=1))
    eyes.page.goto("/requests/new/check-your-answers/")
    assert press(eyes.page, "Send request") == 422
    eyes.look()
    Draft.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    press(eyes.page, "Send request")
    eyes.look()


def lose_the_draft(eyes: Eyes) -> None:
    hold_draft(eyes.page)
    eyes.page.goto(url("anything-else"))
    eyes.page.locator("textarea").fill("I come by bus.")
    Draft.objects.update(expires_at=timezone.now())
    assert press(eyes.page, "Continue") == 410
    eyes.look()


def test_every_state_of_a_request(eyes: Eyes) -> None:
    for status in Status.values:
        inquiry = an_inquiry(status=status, first_name=status)
        Message.objects.create(inquiry=inquiry, by=a_user("Clinician"), text="Please call us.\n\nThank you.")
        eyes.open(reverse("requests:status", args=[inquiry.token]))
        if status in ("new", "declined"):
            eyes.open(reverse("requests:withdraw", args=[inquiry.token]))
    take_back_too_late(eyes)

    assert eyes.report() == ""


def take_back_too_late(eyes: Eyes) -> None:
    inquiry = an_inquiry()
    eyes.page.goto(reverse("requests:withdraw", args=[inquiry.token]))
    Inquiry.objects.filter(pk=inquiry.pk).update(status="in_triage")
    Inquiry.objects.filter(pk=inquiry.pk).update(status="declined", decline_reason="not_offered")
    assert press(eyes.page, "Take back my request") == 409
    eyes.look()


def test_every_error_page(eyes: Eyes, visitor: Visitor) -> None:
    hold_draft(eyes.page)
    with without_drafts():
        eyes.open(url("topic"), 503)
    forget_the_csrf_cookie(eyes)
    eyes.open("/requests/new/?" + "&" * settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, 400)
    ask_too_often(eyes)
    with without_pages():
        eyes.open(EXPLAINER, 500)
    editor = Eyes(signed_in(visitor, "Editor"))
    editor.open(QUEUE, 403)

    assert eyes.report() + editor.report() == ""


def forget_the_csrf_cookie(eyes: Eyes) -> None:
    eyes.page.goto(url("topic"))
    eyes.page.context.clear_cookies(name="csrf")
    assert press(eyes.page, "Continue") == 403
    eyes.look()


def ask_too_often(eyes: Eyes) -> None:
    """From one address, which in this test everybody has."""
    for _try in range(views.DRAFTS_AN_HOUR):
        limits.allow("draft", "127.0.0.1", limit=1, per_seconds=HOUR)
    eyes.page.context.clear_cookies()
    eyes.page.goto(url("emergency-signs"))
    eyes.page.get_by_label("No, I do not have any of these").check()
    assert press(eyes.page, "Continue") == 429
    eyes.look()


@contextmanager
def without_drafts() -> Iterator[None]:
    """The database does not answer in time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE requests_draft IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def without_pages() -> Iterator[None]:
    """A fault that nobody thought of."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procedures_edition RENAME TO gone")
        yield
        cursor.execute("ALTER TABLE gone RENAME TO procedures_edition")


@pytest.mark.usefixtures("real_pages")
def test_a_page_asks_us_only_for_style_and_letters(visitor: Visitor) -> None:
    page = visitor.page()
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.resource_type, urlsplit(request.url).path)))
    page.goto(EXPLAINER)

    fonts = page.evaluate(
        "document.fonts.ready.then(all => [...all].filter(font => font.status === 'loaded').length)"
    )
    assert fonts == 2
    # "other" is the little picture beside its title.
    assert {kind for kind, _path in asked} - {"other"} == {"document", "stylesheet", "font"}
    assert [path for _kind, path in asked if path.startswith("/static/clinic/")] == [
        path for _kind, path in asked[1:]
    ]


# How the focused element shows itself, unless it is under something else (X2, X7).
UNSEEN = """() => {
    const it = document.activeElement;
    if (it === document.body) return null;
    const marks = [it, ...(it.labels || [])].map(part => getComputedStyle(part));
    // A link that covers its whole row is ringed there.
    marks.push(getComputedStyle(it, "::after"));
    const ring = marks.some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    const box = it.getClientRects()[0];
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const free = top && (it.contains(top) || top.contains(it) || [...(it.labels || [])].some(l => l.contains(top)));
    return ring && free ? "" : `${ring ? "covered" : "no ring"}: ${it.outerHTML.slice(0, 120)}`;
}"""


@pytest.mark.usefixtures("real_pages")
@pytest.mark.parametrize("colors", ["none", "active"])
def test_the_focus_is_always_seen(visitor: Visitor, colors: str) -> None:
    page = visitor.page(width=390, height=844, forced_colors=colors, reduced_motion="reduce")
    hold_draft(page)
    unseen = []
    addresses = (EXPLAINER, url("health"), url("visit"), "/requests/new/check-your-answers/")
    for address in addresses if colors == "none" else addresses[1:3]:
        unseen += tab_through(page, address)
    nurse = signed_in(visitor, "Triage nurse", forced_colors=colors, reduced_motion="reduce")
    an_inquiry(flags=FLAGS)
    unseen += tab_through(nurse, QUEUE)

    assert "\n".join(unseen) == ""


def tab_through(page: Page, address: str) -> list[str]:
    page.goto(address)
    found = []
    for _stop in range(300):
        page.keyboard.press("Tab")
        fault = page.evaluate(UNSEEN)
        if fault is None:
            break
        found.append(fault)
    return [f"{address}: {fault}" for fault in found if fault]
