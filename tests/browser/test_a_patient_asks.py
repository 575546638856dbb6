"""Stories of patients: on a phone, by keyboard only, without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page

from clinic.calendar import answer_by, day_words, local_today
from clinic.models import DailyCount, OutboxMessage
from procedures.models import Explainer
from requests import drafts, steps
from requests.models import Draft, Inquiry
from tests.browsing import Visitor, assert_accessible, no_foreign_requests
from tests.builders import a_safety_text
from tests.intake import complete_answers, complete_draft

from . import library, questions
from .hands import Hands, is_focused
from .questions import BLADDER, FOR_ME, NO_SIGNS, Mistake, Question, a_date, choose
from .staff import signed_in

ASK = "Request an appointment"
CHECK = "/requests/new/check-your-answers/"


class Patient:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page(width=390, height=844, javascript=False)
        self.hands = Hands(self.page)
        self.asked: list[str] = []

    # Given

    def given_the_pages_are_published(self) -> None:
        library.bring_back()

    def given_i_answered_everything(self, **answers: Any) -> None:
        draft = complete_draft(**answers)
        cookie = {"name": drafts.COOKIE, "value": draft.key, "url": self.visitor.site}  # type: ignore[attr-defined]
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def given_the_rest_is_answered(self, **answers: Any) -> None:
        """What this story is not about."""
        draft = Draft.objects.get()
        draft.answers = complete_answers(**answers) | draft.answers
        draft.created_at = timezone.now() - timedelta(minutes=5)
        draft.save()

    # When

    def when_i_open(self, address: str) -> None:
        self.page.goto(address)

    def when_i_follow(self, link: str) -> None:
        assert self.hands.follow(link) == 200

    def when_i_press(self, button: str) -> None:
        status = self.hands.press(button)
        assert (status, self.errors()) == (200, [])

    def when_i_answer(self, *asked: Question) -> None:
        """Each page with all its mistakes first."""
        for question in asked:
            self.then_i_am_asked(question)
            for mistake in question.mistakes:
                self.when_i_make(mistake)
                self.then_i_am_told(mistake)
            self.when_i_fill_in(question)

    def when_i_make(self, mistake: Mistake) -> None:
        for act in mistake.acts:
            act(self.hands)
        assert self.hands.press("Continue") == 422

    def when_i_fill_in(self, question: Question) -> None:
        for act in question.answer:
            act(self.hands)
        self.when_i_press("Continue")

    def when_i_send(self) -> None:
        self.hands.tick("I have been given the Notice of Privacy Practices (optional)")
        self.when_i_press("Send request")

    # Then

    def then_the_page_is(self, heading: str) -> None:
        """Its h1 says so, and nothing is in anybody's way."""
        self.then_the_heading_is(heading)
        assert_accessible(self.page)

    def then_the_heading_is(self, heading: str) -> None:
        assert " ".join(self.page.locator("h1").inner_text().split()) == heading
        no_foreign_requests(self.page)

    def then_i_am_asked(self, question: Question) -> None:
        assert self.path().endswith(f"/requests/new/{question.slug}/")
        # test_every_question_and_its_errors looks at each with axe.
        self.then_the_heading_is(question.heading)
        assert not self.page.title().startswith("Error: ")
        self.asked.append(question.slug)

    def then_i_am_told(self, mistake: Mistake) -> None:
        """The summary stands first and has the focus (F9)."""
        assert self.page.title().startswith("Error: ")
        summary = self.page.locator(".error-summary")
        assert is_focused(summary)
        assert summary.evaluate("it => it.compareDocumentPosition(document.querySelector('h1')) & 4")
        assert summary.locator("li").all_inner_texts() == list(mistake.errors)
        assert self.errors() == [f"Error: {error}" for error in mistake.errors]
        self.then_each_error_leads_to_its_field(summary)

    def then_each_error_leads_to_its_field(self, summary: Locator) -> None:
        links = summary.get_by_role("link").all()
        fields = [self.page.locator(link.get_attribute("href") or "") for link in links]
        assert [field.get_attribute("aria-invalid") for field in fields] == ["true"] * len(links)
        self.hands.tab_to(links[0])
        self.page.keyboard.press("Enter")
        assert is_focused(fields[0])

    def then_every_field_was_seen_in_error(self) -> None:
        """By the site's own count of errors, which holds no answers (F30)."""
        counts = DailyCount.objects.filter(name__startswith="intake error ")
        fields = {name for slug in self.asked for name in form_of(slug).base_fields}
        # Only a program can get these checkboxes wrong.
        assert {count.name.split()[2] for count in counts} == fields - {"call_times"}

    def then_the_row_says(self, label: str, *lines: str) -> None:
        row = self.page.locator(".summary > div").filter(has=self.page.get_by_text(label, exact=True))
        assert row.locator(".summary-value").inner_text().split("\n") == list(lines)

    def then_i_see_the_reference(self, inquiry: Inquiry) -> None:
        self.then_the_page_is("Your request")
        assert self.page.locator(".reference").inner_text() == inquiry.reference

    def then_nothing_is_sent(self) -> None:
        assert (Inquiry.objects.count(), OutboxMessage.objects.count()) == (0, 0)

    def then_mails_are_written(self, *kinds: str) -> None:
        mails = OutboxMessage.objects.order_by("created_at").values_list("kind", "to")
        assert list(mails) == [(kind, "majo@example.com") for kind in kinds]

    def then_no_address_passes(self, *addresses: str) -> None:
        for address in addresses:
            self.when_i_open(address)
            self.then_the_page_is("Get emergency care now")

    def errors(self) -> list[str]:
        """Those beside the fields."""
        return [" ".join(text.split()) for text in self.page.locator(".field-error").all_inner_texts()]

    def path(self) -> str:
        return self.page.url.partition("?")[0]


def form_of(slug: str) -> Any:
    step = steps.find(slug)
    assert step is not None
    return step.form


@pytest.fixture
def patient(visitor: Visitor) -> Patient:
    return Patient(visitor)


def test_a_patient_asks(patient):
    patient.given_the_pages_are_published()
    patient.when_i_open("/procedures/cluneal-nerve-block/")
    patient.when_i_follow(ASK)
    patient.then_the_page_is(ASK)
    patient.when_i_follow("Start now")
    patient.when_i_answer(*FOR_ME[:7])
    go_back_and_on_again(patient)
    patient.when_i_answer(*FOR_ME[7:])
    change_answers_that_open_new_questions(patient)
    patient.then_every_field_was_seen_in_error()
    assert set(patient.asked) == {step.slug for step in steps.STEPS} - {"your-details"}
    second_tab = patient.page.context.new_page()
    second_tab.goto(CHECK)

    patient.when_i_send()

    inquiry = Inquiry.objects.get()
    see_what_was_sent(patient, inquiry)
    send_it_again(patient, second_tab, inquiry)
    withdraw(patient)


def go_back_and_on_again(patient: Patient) -> None:
    """What was answered stands there again, also after a reload (F13)."""
    patient.when_i_follow("Back")
    patient.page.reload()
    chosen = [box.get_attribute("value") for box in patient.page.locator("input:checked").all()]
    assert chosen == ["lower_back", "top_of_buttock"]
    patient.when_i_press("Continue")


def change_answers_that_open_new_questions(patient: Patient) -> None:
    """They are asked before the way leads straight back (F24)."""
    patient.then_the_page_is("Check your answers")
    patient.then_the_row_says("Where the pain is", "Lower back", "Top of the buttock")
    for label, answer, opened in (
        ("Wants help with", "Ask about another procedure", questions.PROCEDURE_NAME),
        ("Contact by", "Through someone else", questions.CONTACT_PERSON),
    ):
        patient.when_i_follow(f"Change {label}")
        choose(answer)(patient.hands)
        patient.when_i_press("Continue")
        patient.when_i_answer(opened)
        patient.then_the_page_is("Check your answers")
    patient.then_the_row_says("Wants help with", "Ask about another procedure")
    patient.then_the_row_says("Contact by", "Through someone else")
    patient.then_nothing_is_sent()


def see_what_was_sent(patient: Patient, inquiry: Inquiry) -> None:
    patient.then_i_see_the_reference(inquiry)
    day = day_words(answer_by(inquiry.submitted_at, urgent=True))
    assert patient.page.locator(".status-panel .lead").inner_text() == f"We will answer by {day}."
    patient.then_the_row_says("Name", "María José Núñez-Ohara")
    patient.then_mails_are_written("receipt")
    patient.page.reload()
    patient.then_i_see_the_reference(inquiry)
    assert inquiry.edition == Explainer.objects.get(slug="cluneal-nerve-block").current_edition


def send_it_again(patient: Patient, second_tab: Page, inquiry: Inquiry) -> None:
    """By the back button and by a tab that was still open: the same request (Q29)."""
    patient.page.go_back()
    patient.then_the_page_is("You have sent this request")
    assert inquiry.reference in patient.page.locator(".lead").inner_text()
    patient.when_i_follow("See your request")
    patient.then_i_see_the_reference(inquiry)
    Hands(second_tab).press("Send request")
    assert second_tab.url == patient.page.url
    assert Inquiry.objects.count() == 1
    patient.then_mails_are_written("receipt")


def withdraw(patient: Patient) -> None:
    patient.when_i_follow("Take back my request")
    patient.then_the_page_is("Take back your request")
    patient.when_i_press("Take back my request")
    patient.then_the_page_is("Your request")
    assert patient.page.locator("#state").inner_text() == "You took your request back"
    patient.then_mails_are_written("receipt", "withdrawn")


def test_an_emergency_sign_stops_the_form_before_it_begins(patient):
    a_safety_text()
    patient.when_i_open("/requests/new/emergency-signs/")
    patient.hands.tick(BLADDER)

    patient.when_i_press("Continue")

    patient.then_the_page_is("Get emergency care now")
    links = [link.get_attribute("href") for link in patient.page.get_by_role("link").all()]
    assert links == ["#content", "tel:911", "tel:+12025550100", "/requests/new/emergency-signs/"]
    assert Draft.objects.count() == 0
    patient.when_i_open(CHECK)
    patient.then_the_page_is("There is no open request here")


def test_an_emergency_sign_ticked_then_changed_is_seen_by_staff(patient):
    patient.given_i_answered_everything()
    patient.when_i_open(CHECK)
    patient.when_i_follow("Change Emergency signs")
    patient.hands.untick(NO_SIGNS)
    patient.hands.tick(BLADDER)
    patient.when_i_press("Continue")
    patient.then_the_page_is("Get emergency care now")
    patient.then_no_address_passes(CHECK, "/requests/new/visit/", "/requests/new/save/")

    patient.when_i_follow("I made a mistake")
    patient.hands.untick(BLADDER)
    patient.hands.tick(NO_SIGNS)
    patient.when_i_press("Continue")
    patient.then_the_page_is("Check your answers")
    patient.when_i_send()

    nurse = signed_in(patient.visitor, "Triage nurse")
    nurse.goto("/staff/requests/inquiry/")
    row = nurse.locator("ul.rows > li").first
    assert row.locator(".tag.u").all_inner_texts()[0] == "Red flag ticked, then changed"


def test_a_child_is_sent_to_other_help(patient):
    a_safety_text()
    patient.when_i_open("/requests/new/emergency-signs/")
    for question in (*questions.SIGNS, questions.WHO_FOR):
        patient.when_i_fill_in(question)
    ten_years_ago = str(local_today().year - 10)
    for act in a_date("What is your date of birth?", "6", "15", ten_years_ago):
        act(patient.hands)

    patient.when_i_press("Continue")

    patient.then_the_page_is("We see adults only")
    assert "date_of_birth" not in Draft.objects.get().answers
    patient.when_i_follow("change the date of birth")
    patient.when_i_fill_in(questions.BIRTH)
    patient.then_i_am_asked(questions.WISH[0])


def test_somebody_asks_for_somebody_else(patient):
    a_safety_text()
    patient.when_i_open("/requests/new/emergency-signs/")
    for question in questions.SIGNS:
        patient.when_i_fill_in(question)
    choose("Someone I care for")(patient.hands)
    patient.when_i_press("Continue")
    assert tokens(patient.page) == {
        "helper_name": "name",
        "helper_phone": "tel",
        "helper_relationship": "off",
    }

    patient.when_i_answer(questions.YOUR_DETAILS)

    patient.then_every_field_was_seen_in_error()
    patient.then_the_page_is("What is their date of birth?")
    assert set(tokens(patient.page).values()) == {"off"}
    patient.given_the_rest_is_answered()
    patient.when_i_open(CHECK)
    patient.then_the_row_says("Related to the patient as", "daughter")
    patient.when_i_send()
    inquiry = Inquiry.objects.get()
    nurse = signed_in(patient.visitor, "Triage nurse")
    nurse.goto(f"/staff/requests/inquiry/{inquiry.pk}/")
    reach = nurse.get_by_role("region", name="How to reach this person")
    assert "Bo Helper" in reach.inner_text()


def tokens(page: Page) -> dict[str, str]:
    """Which fields a browser may fill in (F21)."""
    fields = page.locator("main input[autocomplete]").all()
    return {field.get_attribute("name") or "": field.get_attribute("autocomplete") or "" for field in fields}


def test_an_expired_draft_gives_back_what_was_typed(patient):
    patient.given_i_answered_everything()
    patient.when_i_open("/requests/new/anything-else/")
    patient.hands.write("Is there anything else", "I come by bus.")
    Draft.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert patient.hands.press("Continue") == 410

    patient.then_the_page_is("There is no open request here")
    assert patient.page.locator(".typed").inner_text() == "I come by bus."
    patient.then_nothing_is_sent()
    patient.when_i_follow("Start again")
    patient.then_the_page_is(ASK)
