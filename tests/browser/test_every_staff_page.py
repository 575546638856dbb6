"""Every screen, form and error of the staff, in every way of looking at it (X1, X3, X6, E50, E51)."""

import pytest
from django.urls import resolve

from requests.admin.verbs import VERBS
from requests.models import Inquiry, Note
from requests.models.inquiry import Status
from tests.browsing import Visitor
from tests.builders import ROLES, a_user, an_inquiry

from .eyes import Eyes, paths
from .hands import press
from .staff import FLAGS, QUEUE, signed_in


@pytest.fixture
def eyes(visitor: Visitor) -> Eyes:
    return Eyes(visitor.page())


@pytest.mark.usefixtures("real_pages")
def test_every_staff_screen(eyes: Eyes, visitor: Visitor) -> None:
    for number, status in enumerate(Status.values):
        an_inquiry(status=status, urgency=2 - number % 3, flags=FLAGS, voicemail="no")
    eyes.open("/staff/login/")
    press(eyes.page, "Sign in")
    eyes.look()
    seen = {"admin:login"}
    for role in ROLES:
        eyes.faults += walk(Eyes(signed_in(visitor, role)), seen)

    eyes.faults += open_what_no_link_leads_to(Eyes(signed_in(visitor, "Triage nurse")), seen)

    assert eyes.report() == ""
    # The one verb for requests that have ended is not in the queue.
    assert {f"admin:requests_inquiry_{verb}" for verb in VERBS} - seen == {"admin:requests_inquiry_reopen"}


def open_what_no_link_leads_to(eyes: Eyes, seen: set[str]) -> list[str]:
    """One press does most of these verbs; somebody who opens their page is asked, or told why not."""
    inquiry = an_inquiry()
    asked = dict.fromkeys(("take", "triage", "snooze", "close"), 200)
    for verb, status in {**asked, "wake": 409, "settle": 409, "letter": 409}.items():
        eyes.open(f"{QUEUE}{inquiry.pk}/{verb}/", status)
        seen.add(f"admin:requests_inquiry_{verb}")
    return eyes.faults


def walk(eyes: Eyes, seen: set[str]) -> list[str]:
    """Every screen that links lead this person to, one of each kind, but for those seen before."""
    waiting = ["/staff/"]
    # It grows while it is walked.
    for path in waiting:
        name = resolve(path).view_name
        if name in seen:
            continue
        # The first request is urgent: the page says why it can be neither put off nor ended.
        status = 409 if name.endswith(("_snooze", "_close")) else 200
        eyes.open(path, status, glance=is_one_of_many(name, seen))
        seen.add(name)
        waiting += [
            link for link in paths(eyes.page) if link.startswith("/staff/") and not link.endswith(".csv")
        ]
    seen -= {"admin:index", "admin:requests_inquiry_changelist", "admin:requests_inquiry_change"}
    return eyes.faults


def is_one_of_many(name: str, seen: set[str]) -> bool:
    """Lists and forms that Django makes look alike: two of a kind are looked at in every way."""
    kind = name.rpartition("_")[2]
    alike = [one for one in seen if one.rpartition("_")[2] == kind]
    return (
        kind in ("changelist", "add", "change", "delete", "history")
        and len(alike) >= 2
        and "inquiry" not in name
    )


def test_every_staff_error(visitor: Visitor) -> None:
    eyes = Eyes(signed_in(visitor, "Triage nurse"))
    inquiry, ended = an_inquiry(flags=FLAGS), an_inquiry(status="closed")
    for verb, button in {
        "write": "See what the patient will see",
        "note": "Add the note",
        "phone": "Save the call",
        "assign": "Assign",
        "decline": "Continue",
        "duplicate": "Continue",
    }.items():
        eyes.page.goto(f"{QUEUE}{inquiry.pk}/{verb}/")
        assert press(eyes.page, button) == 422
        eyes.look()
    eyes.open(f"{QUEUE}{ended.pk}/reopen/")
    eyes.open(f"{QUEUE}?q=nobody")
    eyes.open(f"{QUEUE}?view=mine")
    come_too_late(eyes, inquiry)

    assert eyes.report() == ""


def come_too_late(eyes: Eyes, inquiry: Inquiry) -> None:
    eyes.page.goto(f"{QUEUE}{inquiry.pk}/write/")
    eyes.page.get_by_label("Message").fill("Please call us.")
    Note.objects.create(inquiry=inquiry, by=a_user("Clinician"), text="I have called.")
    assert press(eyes.page, "See what the patient will see") == 409
    eyes.look()
