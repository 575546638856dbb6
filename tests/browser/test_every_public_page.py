"""All that readers may open, with the real content, in every way of looking at it (X1, X3, E48, E50)."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from clinic import limits
from procedures import publishing, question_views, questions
from procedures.models import Explainer, Question
from tests.browsing import Visitor
from tests.builders import a_user

from .eyes import Eyes, paths
from .hands import press

pytestmark = pytest.mark.usefixtures("real_pages")

EXPLAINER = "/procedures/cluneal-nerve-block/"
COLLECTED = {
    "/",
    "/procedures/",
    "/conditions/",
    "/conditions/how-they-differ/",
    "/emergency-signs/",
    "/glossary/",
    "/search/",
    "/pain-diary/",
}
SEARCHES = {
    "results": "/search/?q=nerve+block",
    "mended": "/search/?q=cluneel",
    "nothing": "/search/?q=kneecap",
    "emergency": "/search/?q=back+pain+and+cannot+pee",
    "crisis": "/search/?q=I+want+to+die",
}


@pytest.fixture
def eyes(visitor: Visitor) -> Eyes:
    return Eyes(visitor.page())


def reading_pages(page: Page) -> Iterator[str]:
    """Each address that links lead to from the home page; whoever gets one opens it."""
    waiting, seen = ["/"], set[str]()
    # It grows while it is walked.
    for path in waiting:
        if path in seen or is_left_out(path, seen):
            continue
        seen.add(path)
        yield path
        waiting += paths(page)


def is_left_out(path: str, seen: set[str]) -> bool:
    """Forms have tests of their own, and one checklist stands for all."""
    name = resolve(path).view_name
    is_form = name == "procedures:ask" or path.startswith(("/requests/", "/staff/"))
    return is_form or (name == "procedures:checklist" and any(one.endswith("/checklist/") for one in seen))


def test_every_page_to_read(eyes: Eyes) -> None:
    seen, kinds = set(), Counter[str]()
    for path in reading_pages(eyes.page):
        kind = resolve(path).view_name
        # Two of a kind are looked at in every way: pages of a kind share their layout.
        eyes.open(path, glance=kinds[kind] >= 2)
        seen.add(path)
        kinds[kind] += 1
    eyes.open("/nowhere/", 404)
    for address in SEARCHES.values():
        eyes.open(address)
    explainers = {explainer.get_absolute_url() for explainer in Explainer.objects.published()}
    publishing.withdraw(Explainer.objects.get(slug="cluneal-nerve-block"))
    eyes.open(EXPLAINER, 410)

    assert eyes.report() == ""
    assert (len(explainers), (explainers | COLLECTED) - seen) == (12, set())
    assert eyes.page.context.cookies() == []


def test_every_page_is_the_same_without_scripts(visitor: Visitor) -> None:
    """So what is found with scripts holds without them."""
    with_scripts, without = visitor.page(), visitor.page(javascript=False)
    others = []
    for path in reading_pages(with_scripts):
        with_scripts.goto(path)
        without.goto(path)
        if shown(with_scripts) != shown(without):
            others.append(path)

    assert others == []


def shown(page: Page) -> tuple[str, str]:
    """Elements and words; what is for browsers without scripts differs in the words only."""
    return page.content(), page.locator("body").inner_text()


def test_every_page_of_an_answer(eyes: Eyes) -> None:
    """ "Was this page useful?": each thank-you, its error, the end of it, and no cookie."""
    for answer in ("Yes", "No"):
        eyes.page.goto(EXPLAINER)
        assert press(eyes.page, answer) == 200
        eyes.look()
        assert press(eyes.page, "Send") == 422
        eyes.look()
        eyes.page.get_by_role("radio").first.check()
        assert press(eyes.page, "Send") == 200
        eyes.look()

    assert eyes.report() == ""
    assert eyes.page.context.cookies() == []


def test_every_page_of_a_question(eyes: Eyes) -> None:
    code = Explainer.objects.get(slug="cluneal-nerve-block").current_edition.code
    ask = f"/pages/{code}/question/"
    eyes.open(ask)
    write(eyes, "", 422)
    write(eyes, "x" * 5000, 422)
    write(eyes, "I want to die", 200)
    eyes.open(ask)
    write(eyes, "I have chest pain. Is that from the block?", 200)
    press(eyes.page, "None of this applies: send my question")
    eyes.look()
    private = eyes.page.url
    decide(eyes, private)
    for _try in range(question_views.A_PLACE_AN_HOUR):
        limits.allow("question", "127.0.0.1", limit=1, per_seconds=question_views.HOUR)
    eyes.open(ask)
    write(eyes, "May I eat before it?", 429)
    eyes.open("/questions/nobody/", 404)
    eyes.open("/pages/nothing/question/", 404)

    assert eyes.report() == ""


def write(eyes: Eyes, text: str, status: int) -> None:
    eyes.page.locator("textarea").fill(text)
    assert press(eyes.page, "Send question") == status
    eyes.look()


def decide(eyes: Eyes, private: str) -> None:
    question = Question.objects.get()
    questions.answer(question, by=a_user("Triage nurse"), text="Call us today.\n\nWe can help.")
    eyes.page.goto(private)
    eyes.look()
