"""Stories of readers: they search, read, compare, take a leaflet and ask; on a phone, without scripts."""

import io

import pypdf
import pytest
from playwright.sync_api import Page

from procedures.models import Explainer, Feedback, Question
from tests.browsing import Visitor, assert_accessible, entered, no_foreign_requests

from .hands import Hands
from .staff import signed_in
from .test_an_editor_publishes import PAGES, Editor

pytestmark = pytest.mark.usefixtures("real_pages")

HOME, COMPARE = "/", "/conditions/how-they-differ/"
BLOCK = "/procedures/cluneal-nerve-block/"
ASK = "Send us a question about this page"
QUESTION = "May I eat something on the day?"
REWORDED = "Can I eat before the block?"
ANSWER = "You can eat as usual, if we did not tell you otherwise."


class Reader:
    def __init__(self, visitor: Visitor) -> None:
        # Where a link leads is seen at once.
        self.page = visitor.page(width=390, height=844, javascript=False, reduced_motion="reduce")
        self.hands = Hands(self.page)

    # When

    def when_i_open(self, address: str) -> None:
        response = self.page.goto(address)
        assert response is not None
        assert response.status == 200

    def when_i_search(self, words: str) -> None:
        self.page.get_by_role("searchbox").fill(words)
        assert self.hands.press("Search") == 200

    def when_i_open_the_first_result(self) -> None:
        assert self.hands.enter(self.page.locator(".results h3 a").first) == 200

    def when_i_follow(self, link: str) -> None:
        assert self.hands.follow(link) == 200

    def when_i_press(self, button: str, status: int = 200) -> None:
        assert self.hands.press(button) == status

    def when_i_ask(self, words: str) -> None:
        self.hands.write("Your question", words)
        self.when_i_press("Send question")

    def when_i_go_back(self) -> None:
        self.page.go_back()

    # Then

    def then_the_page_is(self, heading: str) -> None:
        """Its h1 says so, and nothing is in anybody's way."""
        assert " ".join(self.page.locator("h1").inner_text().split()) == heading
        assert_accessible(self.page)
        no_foreign_requests(self.page)

    def then_i_am_at(self, path: str) -> None:
        assert path_of(self.page) == path

    def then_i_am_told(self, *errors: str) -> None:
        assert self.page.title().startswith("Error: ")
        assert self.page.locator(".error-summary li").all_inner_texts() == list(errors)
        assert_accessible(self.page)

    def then_the_state_is(self, words: str) -> None:
        assert self.page.locator("#state").inner_text() == words

    def then_the_card_comes_first(self, before: str) -> None:
        """All of it, with its number to call, above everything that could be read instead (R1, R6)."""
        card = self.page.locator("main .care-emergency").first
        tops = [part.bounding_box()["y"] for part in (card, self.page.locator(before).first)]  # type: ignore[index]
        assert tops == sorted(tops)
        assert card.locator("a[href='tel:911']").count() == 1


def path_of(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3].partition("?")[0]


@pytest.fixture
def reader(visitor: Visitor) -> Reader:
    return Reader(visitor)


def test_a_reader_finds_a_page_and_gets_an_answer(reader: Reader, visitor: Visitor) -> None:
    find_the_page(reader)
    take_the_leaflet(reader)
    say_what_was_missing(reader)
    private = ask(reader)
    a_nurse_answers(visitor)
    read_the_answer(reader, private)
    an_editor_publishes_it(visitor)
    read_it_under_the_page(reader)


def find_the_page(reader: Reader) -> None:
    reader.when_i_open(HOME)
    reader.when_i_search("cluneel nerve blok")
    reader.then_the_page_is("Search")
    reader.when_i_open_the_first_result()
    reader.then_i_am_at(BLOCK)


def take_the_leaflet(reader: Reader) -> None:
    link = reader.page.get_by_role("link", name="Leaflet (PDF, about")
    answer = reader.page.request.get(f"{link.get_attribute('href')}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    sheets = pypdf.PdfReader(io.BytesIO(answer.body())).pages
    assert f"about {len(sheets)} sheets" in link.inner_text()


def say_what_was_missing(reader: Reader) -> None:
    reader.when_i_press("No")
    reader.then_the_page_is("Thank you")
    reader.when_i_press("Send", 422)
    reader.then_i_am_told("Select one line, or go back")
    reader.hands.choose("It did not answer my question")
    reader.when_i_press("Send")
    reader.then_the_page_is("Your answer is counted")
    said = Feedback.objects.values_list("is_useful", "reason", "count").order_by("reason")
    assert list(said) == [(False, "", 1), (False, "missing", 1)]
    reader.when_i_follow("Back to the page")
    assert reader.page.context.cookies() == []


def ask(reader: Reader) -> str:
    """The address of the private page."""
    reader.when_i_follow(ASK)
    reader.then_the_page_is(ASK)
    reader.when_i_press("Send question", 422)
    reader.then_i_am_told("Enter your question")
    reader.when_i_ask(QUESTION)
    reader.then_the_page_is("Your question")
    reader.then_the_state_is("We have your question")
    return path_of(reader.page)


def a_nurse_answers(visitor: Visitor) -> None:
    nurse = Editor(signed_in(visitor, "Triage nurse"))
    nurse.when_i_open("/staff/procedures/question/")
    entered(nurse.page.locator("#result_list tbody th a").first)
    assert QUESTION in nurse.page.locator("main").inner_text()
    nurse.when_i_follow("Answer")
    nurse.page.get_by_label("Your answer").fill(ANSWER)
    nurse.when_i_press("Answer")
    nurse.then_i_am_told("The answer stands on the person's private page.")
    assert Question.objects.get().state == "answered"


def read_the_answer(reader: Reader, private: str) -> None:
    reader.when_i_open(private)
    reader.then_the_page_is("Your question")
    reader.then_the_state_is("Here is our answer")
    assert reader.page.locator(".status-panel p").all_inner_texts() == [ANSWER]


def an_editor_publishes_it(visitor: Visitor) -> None:
    editor = Editor(signed_in(visitor, "Editor"))
    editor.when_i_open(f"/staff/procedures/question/{Question.objects.get().pk}/change/")
    editor.when_i_follow("Write it down under the page")
    editor.page.get_by_label("Question").fill(REWORDED)
    editor.page.get_by_label("Answer").fill("You can eat as usual. {.own}")
    editor.when_i_press("Save")
    page = Explainer.objects.get(slug="cluneal-nerve-block")
    editor.when_i_open(f"{PAGES}{page.pk}/change/")
    editor.when_i_follow("Check and publish")
    editor.page.get_by_label("What changed, in words for readers").fill("A question of readers.")
    editor.when_i_press("Publish")
    editor.then_i_am_told(f"{page}, edition 2 is published.")


def read_it_under_the_page(reader: Reader) -> None:
    reader.when_i_open(BLOCK)
    # The browser keeps a public page for a minute.
    reader.page.reload()
    asked = reader.page.locator("section", has=reader.page.locator("#asked"))
    assert asked.locator("h2, h3, p").all_inner_texts() == [
        "Questions patients ask",
        REWORDED,
        "You can eat as usual.",
    ]
    assert QUESTION not in reader.page.content()
    assert_accessible(reader.page)


def test_words_of_an_emergency_show_the_card_before_results(reader: Reader) -> None:
    reader.when_i_open(HOME)

    reader.when_i_search("numb between my legs and cannot pee")

    reader.then_the_page_is("Search")
    reader.then_the_card_comes_first("form.search")
    assert Question.objects.count() == 0


def test_words_of_an_emergency_in_a_question_stop_first(reader: Reader) -> None:
    reader.when_i_open(BLOCK)
    reader.when_i_follow(ASK)

    reader.when_i_ask("I cannot hold my pee since the block. Is that normal?")

    reader.then_the_page_is("Read this before you send your question")
    reader.then_the_card_comes_first("main form")
    assert Question.objects.count() == 0
    reader.when_i_press("Change my question")
    reader.when_i_ask("How long does the block last?")
    reader.then_the_page_is("Your question")
    assert [question.sounds_urgent for question in Question.objects.all()] == [False]


def test_a_carer_compares_and_comes_back(reader: Reader) -> None:
    reader.when_i_open("/conditions/")
    reader.when_i_follow("How do these pains differ? See them in 1 table")
    reader.then_the_page_is("How do these pains differ?")
    assert reader.page.locator("table.compare tbody tr").count() == 6
    term = reader.page.locator("table.compare a[href^='/glossary/#']").last
    target = f"{term.get_attribute('href')}"

    reader.hands.tab_to(term)
    left_at = reader.page.evaluate("scrollY")
    reader.hands.enter(term)

    assert reader.page.url.endswith(target)
    explained = reader.page.locator(f"#{target.partition('#')[2]}")
    box = explained.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 844
    reader.then_the_page_is("Medical words in plain words Glossary")
    reader.when_i_go_back()
    reader.then_i_am_at(COMPARE)
    assert reader.page.evaluate("scrollY") == left_at
