"""Writing and answering in a real browser: with and without scripts, in both themes, at three widths."""

import pytest

from requests import actions
from requests.models import Message, Reply, Sending, Undo
from tests.browser.staff import signed_in
from tests.browsing import assert_accessible, entered, no_foreign_requests

from .builders import a_role, a_user, an_inquiry
from .triage import address, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOK = "See what the patient will see"


def enter(page, button):
    return entered(page.get_by_role("button", name=button).first)


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)
    no_foreign_requests(page)


@pytest.fixture
def nurse(visitor):
    return a_user("Triage nurse", first_name="Nora", last_name="Nurse")


@pytest.fixture
def inquiry(nurse):
    return an_inquiry(status="in_triage", assignee=nurse, language="es")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_nurse_chooses_a_reply_looks_sends_and_undoes(visitor, nurse, inquiry, javascript):
    texts = {"en": "Dear {name}, call us by {date}.", "es": "Hola, {name}: llámenos antes del {date}."}
    actions.save_reply(Reply(), by=None, title="Call us", place=1, is_active=True, texts=texts)
    page = signed_in(visitor, nurse, width=1280, javascript=javascript)
    page.goto(address(inquiry, "write"))
    page.get_by_label("Message").fill("Buenos días.")
    page.get_by_label("Begin with a reply").select_option(index=1)

    enter(page, "Put it into the message")
    words = page.get_by_label("Message").input_value()
    assert words == "Buenos días.\n\nHola, Rosa: llámenos antes del {date}."
    fits(page)
    assert enter(page, LOOK) == 422
    page.get_by_label("Message").fill(words.replace("{date}", "5 de enero"))
    enter(page, LOOK)
    assert page.locator(".patient-sees .words").inner_text().startswith("Buenos días.")
    fits(page)
    enter(page, "Send")
    button, until = page.locator("#undo button"), page.locator(".undo-until").inner_text()
    if javascript:
        assert "s)" in button.inner_text()
        assert until == "The patient sees nothing yet."
    else:
        assert button.inner_text() == "Undo"
        assert until.startswith("You can undo it until ")
    fits(page)
    enter(page, "Undo")

    assert page.get_by_label("Message").input_value() == words.replace("{date}", "5 de enero")
    assert Undo.objects.count() == 1
    assert fresh(inquiry).first_answered_at is None


@pytest.mark.parametrize("javascript", [True, False])
def test_a_nurse_assigns_two_and_takes_both_back(visitor, nurse, javascript):
    inquiries = [an_inquiry() for _ in range(2)]
    page = signed_in(visitor, nurse, width=390, javascript=javascript)
    page.goto("/staff/requests/inquiry/bulk/?do=assign&" + "&".join(f"pick={one.pk}" for one in inquiries))
    page.get_by_label("Who takes it").select_option(f"role-{a_role('Reception').pk}")

    enter(page, "Assign")
    button, until = page.locator("#undo button"), page.locator(".undo-until").inner_text()
    if javascript:
        assert button.inner_text().startswith("Take all 2 back (")
        assert until == "You can still take this back."
    else:
        assert button.inner_text() == "Take all 2 back"
        assert until.startswith("You can take this back until ")
    fits(page)
    enter(page, "Take all 2 back")

    assert page.locator("h1").inner_text() == "Assign: 2 of 2 taken back"
    fits(page)
    assert [fresh(one).role for one in inquiries] == [None, None]


def test_when_the_time_is_over_the_button_goes(visitor, nurse, inquiry):
    actions.write_to_patient(inquiry, by=nurse, text="Hola", wait_for_answer=False)
    page = signed_in(visitor, nurse, width=1280)
    page.clock.install()
    page.goto(address(inquiry))
    assert page.locator("#undo button").count() == 1

    page.clock.fast_forward(30_000)

    assert page.locator("#undo button").count() == 0
    assert page.locator(".undo-until").inner_text() == "The patient can read it now."
    assert not Undo.objects.exists()
    assert Sending.objects.count() == 1


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (390, "dark"), (1280, "light")])
def test_a_patient_answers(visitor, nurse, width, theme):
    inquiry = an_inquiry(status="awaiting_patient", assignee=nurse)
    Message.objects.create(inquiry=inquiry, by=nurse, text="Which medicine?" + "x" * 300)
    page = visitor.page(width=width, color_scheme=theme, javascript=False)
    page.goto(f"/requests/{inquiry.token}/")
    fits(page)
    assert enter(page, "Send message") == 422
    fits(page)
    page.get_by_label("Your message").fill("I cannot pee any more")
    enter(page, "Send message")
    fits(page)
    enter(page, "Change my message")
    page.get_by_label("Your message").fill("Aspirin")
    assert enter(page, "Send message") == 200

    assert page.locator(".thread h3").all_inner_texts() == ["The clinic", "You"]
    fits(page)
    assert fresh(inquiry).status == "in_triage"
