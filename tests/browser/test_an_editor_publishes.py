"""Story: an editor mends a page, looks at it as a patient, publishes it, and goes back."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from procedures.models import Edition, Explainer
from tests import pages
from tests.browsing import Visitor, accessibility_faults, assert_accessible, entered, no_foreign_requests
from tests.builders import PASSWORD, a_user

from .staff import signed_in

PAGES = "/staff/procedures/explainer/"
WIDTHS = (390, 1280)


class Editor:
    def __init__(self, page: Page) -> None:
        self.page = page

    # When

    def when_i_open(self, address: str) -> None:
        response = self.page.goto(address)
        assert response is not None
        assert response.status == 200

    def when_i_press(self, button: str) -> int:
        return entered(self.page.get_by_role("button", name=button, exact=True).first)

    def when_i_follow(self, link: str) -> int:
        return entered(self.page.get_by_role("link", name=link, exact=True).first)

    def when_i_unfold(self, part: str) -> None:
        self.page.locator("summary").filter(has_text=part).first.click()

    def when_i_write(self, section: str, text: str) -> None:
        self.part(section).get_by_label("Body").fill(text)

    def when_i_save_and_look(self, section: str) -> int:
        return entered(self.part(section).get_by_role("button", name="Save and look"))

    def part(self, section: str) -> Locator:
        return self.page.get_by_role("group", name=section, exact=True)

    # Then

    def then_i_see(self, heading: str) -> None:
        assert self.page.locator("h1").inner_text() == heading
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 844})
            assert_accessible(self.page)
        no_foreign_requests(self.page)

    def then_i_see_frames(self, heading: str) -> None:
        """Looked at in its own window: another one has not signed in and would be sent away in each frame."""
        assert self.page.locator("h1").inner_text() == heading
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 844})
            assert accessibility_faults(self.page) == []

    def then_i_am_told(self, words: str) -> None:
        assert self.page.locator(".messagelist li").all_inner_texts() == [words]

    def then_it_is_stopped_by(self, *words: str) -> None:
        found = self.page.locator(".stops li").all_inner_texts()
        assert [text.replace("\n", " ") for text in found] == list(words)

    def then_beside(self, section: str, words: str) -> None:
        assert words in self.part(section).locator(".draft-words").inner_text()


@pytest.fixture
def explainer(tmp_path: Any, live_site: str) -> Explainer:
    return pages.a_published_page(tmp_path)


def test_an_editor_publishes(visitor: Visitor, explainer: Explainer) -> None:
    ada = a_user("Editor", username="ada", password=PASSWORD, first_name="Ada", last_name="Editor")
    editor = Editor(signed_in(visitor, ada))
    open_the_page(editor)
    write_something_that_stops_it(editor)
    mend_it_from_the_list_of_faults(editor)
    look_at_it_as_a_patient(editor)
    see_what_differs(editor)
    publish(editor, explainer)
    colleague(visitor, editor, explainer)
    plan_the_next_edition(editor)
    go_back(editor, explainer)


def open_the_page(editor: Editor) -> None:
    editor.when_i_open(PAGES)
    editor.then_i_see("Pages")
    editor.when_i_follow("Sample block")
    editor.then_i_see("Sample block")


def write_something_that_stops_it(editor: Editor) -> None:
    editor.when_i_unfold("What it costs")
    editor.when_i_write("What it costs", "It is safe and costs little. {.own}")
    assert editor.when_i_save_and_look("What it costs") == 200
    editor.then_i_am_told("Saved. Readers see no change until you publish it.")
    editor.then_beside("What it costs", "It is safe and costs little.")
    editor.then_it_is_stopped_by('Section "cost": a reassuring word, "safe" E16 It is safe and costs little.')
    editor.then_i_see("Sample block")


def mend_it_from_the_list_of_faults(editor: Editor) -> None:
    editor.when_i_follow("Check and publish")
    editor.then_i_see("Publish Sample block")
    assert editor.page.get_by_role("button", name="Publish", exact=True).count() == 0
    editor.when_i_follow('Section "cost"')
    editor.when_i_write("What it costs", "It costs 7 dollars. {.own}")
    editor.when_i_save_and_look("What it costs")
    assert editor.page.get_by_text("The draft passes all checks.").is_visible()


def look_at_it_as_a_patient(editor: Editor) -> None:
    editor.when_i_follow("Preview on phone and desktop")
    editor.then_i_see_frames("Preview of Sample block")
    for frame, width in zip(editor.page.frames[1:], (390, 1280), strict=True):
        frame.wait_for_load_state()
        assert "It costs 7 dollars." in frame.locator("main").inner_text()
        assert frame.locator(".draft-banner").inner_text() == "Draft. Only staff see this page."
        assert abs(frame.evaluate("document.documentElement.offsetWidth") - width) <= 20
    editor.when_i_follow("Open the draft alone")
    assert editor.page.title().startswith("Draft: ")
    editor.page.go_back()
    editor.when_i_follow("Sample block")


def see_what_differs(editor: Editor) -> None:
    editor.when_i_follow("What differs")
    editor.then_i_see("What differs: Sample block")
    assert "[put in: It costs 7 dollars. {.own}]" in editor.page.locator(".side ins").first.text_content()
    editor.when_i_follow("Sample block")


def publish(editor: Editor, explainer: Explainer) -> None:
    editor.when_i_follow("Check and publish")
    assert editor.when_i_press("Publish") == 422
    assert editor.page.locator(".error-summary li").all_inner_texts() == ["Enter what changed"]
    editor.then_i_see("Publish Sample block")
    editor.page.get_by_label("What changed, in words for readers").fill("New price.")
    editor.when_i_press("Publish")
    editor.then_i_am_told("Sample block, edition 2 is published.")
    editor.when_i_open(explainer.get_absolute_url())
    assert "It costs 7 dollars." in editor.page.locator("main").inner_text()
    editor.when_i_open(f"{PAGES}{explainer.pk}/change/")


def colleague(visitor: Visitor, editor: Editor, explainer: Explainer) -> None:
    """Ben saves while Ada writes: she is told, and both keep their words."""
    ben = Editor(signed_in(visitor, a_user("Editor", first_name="Ben", last_name="Editor"), javascript=False))
    ben.when_i_open(f"{PAGES}{explainer.pk}/change/")
    ben.when_i_unfold("What comes next")
    ben.when_i_write("What comes next", "Bring your diary. {.own}")
    editor.when_i_unfold("Questions to bring")
    editor.when_i_write("Questions to bring", "- Why here? {.own}")
    ben.when_i_press("Save and stay")

    assert editor.when_i_press("Save and stay") == 409
    editor.then_i_see("Sample block")
    assert "Ben Editor saved it on" in editor.page.locator(".error-summary").inner_text()
    editor.when_i_press("Save and stay")
    editor.then_i_am_told("Saved. Readers see no change until you publish it.")
    words = {section.slot: section.body for section in explainer.sections.all()}
    assert (words["next"], words["questions"]) == ("Bring your diary. {.own}", "- Why here? {.own}")


def plan_the_next_edition(editor: Editor) -> None:
    editor.when_i_follow("Publish later")
    editor.then_i_see("Publish Sample block later")
    day = editor.page.evaluate("new Date(Date.now() + 2 * 864e5).toISOString().slice(0, 10)")
    editor.page.get_by_label("On which day?").fill(day)
    editor.page.get_by_label("At what time?").fill("09:30")
    editor.page.get_by_label("What changed, in words for readers").fill("New questions.")
    editor.when_i_press("Publish at that time")
    editor.when_i_open("/staff/")
    assert "9:30am" in editor.page.locator(".items .due").all_inner_texts()[0]
    editor.then_i_see("Home")
    editor.when_i_follow("Sample block")
    editor.when_i_follow("Take back the planned publication")
    editor.then_i_see("Take back the planned publication of Sample block")
    editor.when_i_press("Take it back")


def go_back(editor: Editor, explainer: Explainer) -> None:
    first = Edition.objects.get(number=1)
    editor.when_i_open(f"/staff/procedures/edition/{first.pk}/change/")
    editor.when_i_follow("Publish these words again")
    editor.then_i_see("Go back to Sample block, edition 1")
    editor.page.get_by_label("Throw the draft's changes away").check()
    editor.when_i_press("Publish these words again")
    editor.then_i_am_told("Sample block, edition 3 is published with the words of edition 1.")
    editor.when_i_open(explainer.get_absolute_url())
    # The browser keeps a public page for a minute.
    editor.page.reload()
    assert "7 dollars" not in editor.page.locator("main").inner_text()
