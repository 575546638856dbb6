"""Story: a morning in the inbox, at a wide screen, with a colleague and a receptionist beside the nurse."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page

from clinic.calendar import local_today
from clinic.models import OutboxMessage
from requests.admin.words import age
from requests.models import Inquiry, Message, Note, PhoneCall
from requests.models.sending import HELD_FOR
from tests.browsing import Visitor, assert_accessible, entered, no_foreign_requests
from tests.builders import ANSWERS, PASSWORD, a_user, an_inquiry

from .staff import signed_in

QUEUE = "/staff/requests/inquiry/"
FLAG = ("urgent", "weight_loss", "Lost weight without trying", "You have lost weight without trying")
LOOK = "See what the patient will see"
QUESTION = "Which blood thinner do you take, and who prescribed it?"
CLINICAL = ("Lost weight without trying", "Top of the buttock", "Apixaban", "Her words sounded anxious.")


class Nurse:
    def __init__(self, page: Page) -> None:
        self.page = page

    # When

    def when_i_sign_in(self, name: str, password: str) -> int:
        self.page.goto("/staff/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(password)
        return self.when_i_press("Sign in")

    def when_i_press(self, button: str) -> int:
        return entered(self.page.get_by_role("button", name=button, exact=True))

    def when_i_follow(self, link: str) -> int:
        """Also behind “More”, where the seldom ones are."""
        target = self.page.get_by_role("main").get_by_role("link", name=link, exact=True)
        if not target.is_visible():
            self.page.locator("summary", has_text="More").click()
        return entered(target)

    def when_i_open_the_first(self) -> None:
        assert entered(self.page.locator(".row-who a").first) == 200

    def when_i_write(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def when_i_choose(self, option: str) -> None:
        self.page.get_by_label(option, exact=True).check()

    # Then

    def then_i_see(self, heading: str) -> None:
        assert self.page.locator("h1").inner_text() == heading
        assert_accessible(self.page)
        no_foreign_requests(self.page)

    def then_it_is_done(self, words: str) -> None:
        assert self.page.locator(".messagelist li").all_inner_texts() == [words]
        self.then_i_see(rosa())

    def then_i_am_told(self, *errors: str) -> None:
        assert self.page.title().startswith("Error: ")
        assert self.page.locator(".error-summary:focus li").all_inner_texts() == list(errors)
        assert_accessible(self.page)

    def then_the_queue_is(self, *names: str) -> None:
        self.then_i_see(f"To do {len(names)}")
        assert self.page.locator(".row-who a").all_inner_texts() == list(names)

    def then_nothing_clinical_shows(self) -> None:
        shown = self.page.content()
        assert [words for words in CLINICAL if words in shown] == []


def rosa() -> str:
    """The heading of her request."""
    return f"Rosa Example, {age(date.fromisoformat(ANSWERS['date_of_birth']), local_today())}"


@pytest.fixture
def nurse(visitor: Visitor) -> Nurse:
    a_user("Triage nurse", username="nora", password=PASSWORD, first_name="Nora", last_name="Nurse")
    return Nurse(visitor.page(width=1280))


def test_a_nurse_triages(nurse, visitor):
    inquiry = given_requests_of_all_kinds()
    sign_in(nurse)
    nurse.then_the_queue_is("Rosa Example", "Lara Late", "Olga Older", "Nia New")
    nurse.when_i_open_the_first()
    read_the_request(nurse)
    take_and_start(nurse)
    write_to_the_patient(nurse)
    note_and_call(nurse)
    colleague = given_a_colleague_with_an_open_page(visitor, inquiry)
    decline(nurse)
    tell_the_colleague(colleague)
    with time_machine.travel(timezone.now() + HELD_FOR, tick=True):
        show_the_patient(visitor, inquiry)
    hide_health_from_reception(visitor, inquiry)
    assert [mail.kind for mail in OutboxMessage.objects.filter(about=inquiry.pk)] == ["news", "news"]


def given_requests_of_all_kinds() -> Inquiry:
    """Stored in another order than they are to be worked on."""
    a_request("Nia", "New", days_old=0)
    a_request("Olga", "Older", days_old=1)
    a_request("Lara", "Late", days_old=9, answer_by=local_today() - timedelta(days=4))
    return an_inquiry(
        urgency=1,
        voicemail="no",
        flags=[FLAG],
        answers={
            "urgent": ["weight_loss"],
            "voicemail": "no",
            "blood_thinners": "yes",
            "blood_thinners_details": "Apixaban",
        },
    )


def a_request(first: str, last: str, *, days_old: int, **columns: Any) -> None:
    sent = timezone.now() - timedelta(days=days_old)
    soon = {"answer_by": local_today() + timedelta(days=2)}
    an_inquiry(submitted_at=sent, answers={"first_name": first, "last_name": last}, **(soon | columns))


def sign_in(nurse: Nurse) -> None:
    nurse.page.goto("/staff/")
    nurse.then_i_see("Sign in")
    assert nurse.when_i_sign_in("nora", "not her password") == 422
    nurse.then_i_am_told("The user name and the password do not go together. Check both and try again.")
    assert nurse.when_i_sign_in("nora", PASSWORD) == 200
    nurse.then_i_see("Home")
    assert (
        entered(nurse.page.get_by_role("navigation", name="Staff").get_by_role("link", name="Requests"))
        == 200
    )


def read_the_request(nurse: Nurse) -> None:
    nurse.then_i_see(rosa())
    assert nurse.page.locator(".flag strong").all_inner_texts() == [FLAG[2]]
    assert nurse.page.locator(".flag small").inner_text() == "Call today · rule weight_loss, version 1"
    assert nurse.page.locator(".warning-loud").inner_text() == "Leave no message"
    wrote = nurse.page.get_by_role("region", name="What the patient wrote")
    assert wrote.get_by_text("Apixaban").is_visible()


def take_and_start(nurse: Nurse) -> None:
    """One press each."""
    for button, done in (
        ("Take", "You have this request now."),
        ("Start triage", "The request is in triage."),
    ):
        nurse.when_i_press(button)
        nurse.then_it_is_done(done)


def write_to_the_patient(nurse: Nurse) -> None:
    nurse.when_i_follow("Write")
    nurse.then_i_see("Write to the patient")
    assert nurse.when_i_press(LOOK) == 422
    nurse.then_i_am_told("Write the message to the patient")
    nurse.when_i_write("Message", QUESTION)
    nurse.when_i_choose("Wait for the patient's answer")
    nurse.when_i_press(LOOK)
    nurse.then_i_see("This is what the patient will see")
    nurse.when_i_press("Send")
    assert Inquiry.objects.get(first_name="Rosa").status == "awaiting_patient"


def note_and_call(nurse: Nurse) -> None:
    nurse.when_i_follow("Note")
    nurse.then_i_see("Add a note")
    assert nurse.when_i_press("Add the note") == 422
    nurse.then_i_am_told("Write the note")
    nurse.when_i_write("Note", CLINICAL[3])
    nurse.when_i_press("Add the note")
    nurse.then_it_is_done("The note is added.")
    nurse.when_i_follow("Phone call")
    nurse.then_i_see("Note a phone call")
    assert nurse.when_i_press("Save the call") == 422
    nurse.then_i_am_told("Select what happened")
    outcomes = nurse.page.get_by_role("radio")
    assert "voicemail" not in [box.get_attribute("value") for box in outcomes.all()]
    outcomes.first.check()
    nurse.when_i_press("Save the call")
    nurse.then_it_is_done("The call is saved.")


def given_a_colleague_with_an_open_page(visitor: Visitor, inquiry: Inquiry) -> Nurse:
    second = a_user("Triage nurse", first_name="Cara", last_name="Colleague")
    colleague = Nurse(signed_in(visitor, second))
    colleague.page.goto(f"{QUEUE}{inquiry.pk}/write/")
    colleague.when_i_write("Message", "We have a time for you.")
    return colleague


def decline(nurse: Nurse) -> None:
    nurse.when_i_follow("Decline")
    nurse.then_i_see("Decline this request")
    assert nurse.when_i_press("Continue") == 422
    nurse.then_i_am_told("Select a reason")
    nurse.when_i_choose("Other care should come first")
    nurse.when_i_press("Continue")
    nurse.then_i_see("Decline this request")
    nurse.when_i_write("Letter to the patient", "")
    assert nurse.when_i_press(LOOK) == 422
    nurse.then_i_am_told("Write the letter to the patient")
    nurse.when_i_write("Letter to the patient", "Dear Rosa,\n\nplease see your own doctor first.")
    nurse.when_i_press(LOOK)
    nurse.then_i_see("This is what the patient will see")
    nurse.when_i_press("Decline and send the letter")


def tell_the_colleague(colleague: Nurse) -> None:
    """Nothing is overwritten, and what she typed is not lost."""
    assert colleague.when_i_press(LOOK) == 409
    colleague.then_i_see("The request changed since you opened it")
    assert "Declined" in colleague.page.locator(".timeline h3").all_inner_texts()
    assert colleague.page.get_by_label("What you typed, to copy").input_value() == "We have a time for you."
    assert Message.objects.count() == 2


def show_the_patient(visitor: Visitor, inquiry: Inquiry) -> None:
    page = visitor.page(width=390, javascript=False)
    page.goto(f"/requests/{inquiry.token}/")
    assert page.locator("#state").inner_text() == "We cannot offer this appointment"
    letters = page.locator(".thread .words").all_inner_texts()
    assert letters == [QUESTION, "Dear Rosa,\n\nplease see your own doctor first."]
    assert_accessible(page)


def hide_health_from_reception(visitor: Visitor, inquiry: Inquiry) -> None:
    reception = Nurse(signed_in(visitor, "Reception"))
    for address in (f"{QUEUE}?view=all", f"{QUEUE}{inquiry.pk}/", f"{QUEUE}{inquiry.pk}/note/"):
        reception.page.goto(address)
        assert_accessible(reception.page)
        reception.then_nothing_clinical_shows()
    reception.page.goto(f"{QUEUE}{inquiry.pk}/")
    assert reception.page.get_by_text("For clinical roles only.").count() == 5
    assert (Note.objects.count(), PhoneCall.objects.count()) == (1, 1)
