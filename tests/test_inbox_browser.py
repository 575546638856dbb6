"""The inbox in a real browser: by keyboard, live, without scripts, at every width."""

import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from clinic.calendar import local_today
from requests import actions
from requests.admin import listing
from requests.models import InboxChoice, Inquiry, Note, Presence

from .browser.hands import is_focused
from .browser.staff import signed_in
from .browsing import assert_accessible, entered, foreign_requests
from .builders import a_user, an_inquiry

pytestmark = pytest.mark.browser
QUEUE = "/staff/requests/inquiry/"


@pytest.fixture
def nurse(live_site):
    return a_user("Triage nurse", first_name="Nora", last_name="Nurse")


@pytest.fixture
def ana(live_site):
    return a_user("Reception", first_name="Ana", last_name="Sample")


def in_turn(*names, **fields):
    """Requests in the order in which they are to be answered."""
    today = local_today()
    return [
        an_inquiry(
            answer_by=today + timedelta(days=day), submitted_at=timezone.now() - timedelta(hours=day + 1),
            answers={"first_name": first, "last_name": "Example"}, **fields,
        )
        for day, first in enumerate(names)
    ]  # fmt: skip


def page_of(visitor, user, **options):
    page = signed_in(visitor, user, **options)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.clock.install()
    return page


def focused(page):
    return page.evaluate("document.activeElement.innerText")


def later(page, seconds=31):
    """The page's own clock goes on; the answer has come when the network is quiet."""
    page.clock.fast_forward(seconds * 1000)
    page.wait_for_load_state("networkidle")


def seen_rows(page):
    return page.evaluate(
        """[...document.querySelectorAll('.row')].map(row => row.getBoundingClientRect())
           .filter(box => box.height > 0 && box.top >= 0 && box.bottom <= innerHeight).length"""
    )


# By keyboard


def test_a_morning_by_keyboard(visitor, nurse):
    first, second, third = in_turn("Amina", "Bo", "Cy")
    page = page_of(visitor, nurse)
    page.goto(QUEUE)

    page.keyboard.press("j")
    assert focused(page) == "Amina Example"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "Cy Example"
    page.keyboard.press("k")
    page.keyboard.press("o")
    page.wait_for_url(f"**/{second.pk}/")
    assert page.locator("h1").inner_text().startswith("Bo Example")
    assert focused(page) == page.locator("h1").inner_text()

    with page.expect_navigation():
        page.keyboard.press("t")
    assert Inquiry.objects.get(pk=second.pk).assignee == nurse
    with page.expect_navigation():
        page.keyboard.press("n")
    assert page.locator("h1").inner_text() == "Add a note"
    page.get_by_label("Note").fill("jkotnw? typed in a field")
    entered(page.get_by_role("button", name="Add the note"))
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text().startswith("Cy Example")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert (page.url.split("/staff")[1], page.faults) == ("/staff/requests/inquiry/"[6:], [])
    assert {first.pk, third.pk} == set(Inquiry.objects.filter(assignee=None).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("key", "heading"),
    [
        ("w", "Write to the patient"),
        ("p", "Note a phone call"),
        ("a", "Assign this request"),
        ("s", "Snooze"),
    ],
)
def test_every_verb_has_its_key(visitor, nurse, key, heading):
    (inquiry,) = in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(f"{QUEUE}{inquiry.pk}/")

    with page.expect_navigation():
        page.keyboard.press(key)

    assert page.locator("h1").inner_text().startswith(heading)


def test_keys_do_nothing_while_somebody_types_or_holds_another_key(visitor, nurse):
    (inquiry,) = in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(f"{QUEUE}{inquiry.pk}/")

    page.keyboard.press("/")
    assert is_focused(page.locator("#words"))
    page.keyboard.type("tnjk?")
    assert page.locator("#words").input_value() == "tnjk?"
    page.locator("h1").focus()
    for chord in ("Control+n", "Alt+t", "Meta+t"):
        page.keyboard.press(chord)

    assert Inquiry.objects.get().assignee is None
    assert page.locator("#keys").is_hidden()


def test_on_a_narrow_screen_the_next_request_opens(visitor, nurse):
    first, second = in_turn("Amina", "Bo")
    page = page_of(visitor, nurse, width=768)
    page.goto(f"{QUEUE}{first.pk}/")

    with page.expect_navigation():
        page.keyboard.press("j")

    assert str(second.pk) in page.url


@pytest.mark.parametrize("width", [768, 1440])
def test_at_the_end_of_the_page_the_keys_go_on(visitor, nurse, monkeypatch, width):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    first, second, third, _fourth = in_turn("Amina", "Bo", "Cy", "Dee")
    page = page_of(visitor, nurse, width=width)
    page.goto(f"{QUEUE}{first.pk}/")
    page.keyboard.press("j")
    if width == 1440:
        assert focused(page) == "Bo Example"
        # The open request is another one, so the end of the list is the end.
        page.keyboard.press("j")
        assert page.locator("#inbox-said").inner_text() == "This is the last request of the page."
        page.keyboard.press("o")
    page.wait_for_url(f"**/{second.pk}/")

    with page.expect_navigation():
        page.keyboard.press("j")
    assert page.locator("h1").inner_text().startswith("Cy Example")
    assert page.locator("[aria-current=page] >> text=Cy Example").count() == 1
    with page.expect_navigation():
        page.keyboard.press("k")

    assert page.locator("h1").inner_text().startswith("Bo Example")
    assert str(third.pk) not in page.url
    assert page.faults == []


def test_the_help_opens_closes_and_gives_the_focus_back(visitor, nurse):
    in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(QUEUE)
    page.keyboard.press("j")

    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert focused(page) == "Close"
    assert_accessible(page)
    page.keyboard.press("j")
    assert focused(page) == "Close"
    page.keyboard.press("Escape")

    assert page.locator("#keys").is_hidden()
    assert focused(page) == "Amina Example"


def test_keys_that_are_off_stay_off(visitor, nurse):
    (inquiry,) = in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(f"{QUEUE}{inquiry.pk}/?view=unassigned")
    page.get_by_role("button", name="Keyboard").click()
    entered(page.get_by_role("button", name="Turn the keys off"))

    assert page.url.endswith(f"{inquiry.pk}/?view=unassigned")
    page.keyboard.press("t")
    page.keyboard.press("?")
    assert page.locator("#keys").is_hidden()
    assert page.locator("kbd").first.is_hidden()
    assert Inquiry.objects.get().assignee is None
    assert InboxChoice.objects.get(user=nurse).uses_keys is False


# Picking


def test_picking_many_goes_to_the_page_that_asks(visitor, nurse):
    rows = in_turn("Amina", "Bo", "Cy", "Di")
    page = page_of(visitor, nurse)
    page.goto(QUEUE)
    boxes = page.locator("input[name=pick]")

    assert page.locator("#bulk-go").is_hidden()
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    assert page.locator("#bulk-go").inner_text() == "Do with picked (3)"
    page.get_by_label("Pick all on this page").click()
    assert page.locator("#bulk-go").inner_text() == "Do with picked (4)"
    boxes.nth(3).click()
    entered(page.locator("#bulk-go"))

    assert re.findall(r"pick=([^&]+)", page.url) == [str(row.pk) for row in rows[:3]]


# Live


def test_the_counts_stay_fresh_and_only_the_urgent_is_announced(visitor, nurse):
    in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(QUEUE)
    said = page.locator("#inbox-said")
    in_turn("Bo")
    later(page)
    expect(page.locator("[data-count=todo]")).to_have_text("2")
    assert said.inner_text() == ""

    an_inquiry(urgency=1, last_name="Zimmer")
    later(page)

    expect(page).to_have_title(re.compile("^1 urgent · To do"))
    assert said.inner_text() == "A new urgent request. 1 urgent now."
    assert ("Zimmer" in page.title(), page.faults) == (False, [])


def test_who_else_looks_and_what_changed_shows_without_a_click(visitor, nurse, ana):
    (inquiry,) = in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(f"{QUEUE}{inquiry.pk}/")
    assert page.locator("#here-words").is_hidden()
    colleague = page_of(visitor, ana)
    colleague.goto(f"{QUEUE}{inquiry.pk}/")
    later(page)
    page.get_by_text("Ana Sample is looking at this now").wait_for()

    with colleague.expect_navigation():
        colleague.keyboard.press("t")
    later(page)

    page.get_by_text("Ana Sample took this request just now.").wait_for()
    entered(page.get_by_role("link", name="Show it"))
    assert page.get_by_role("main").get_by_text("With Ana Sample").is_visible()
    assert page.locator("#changed").is_hidden()


def test_who_writes_is_still_there_however_long_it_takes(visitor, nurse, ana):
    (inquiry,) = in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(f"{QUEUE}{inquiry.pk}/")
    with page.expect_navigation():
        page.keyboard.press("n")
    page.get_by_label("Note").fill("A long one")
    assert Presence.objects.now().count() == 1
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=100))
    colleague = page_of(visitor, ana)
    colleague.goto(f"{QUEUE}{inquiry.pk}/note/")
    assert colleague.locator("#here-words").is_hidden()

    later(page)
    later(colleague)

    expect(page.locator("#here-words")).to_have_text("Ana Sample is looking at this now")
    expect(colleague.locator("#here-words")).to_have_text("Nora Nurse is looking at this now")
    assert_accessible(page)
    assert (page.get_by_label("Note").input_value(), page.faults) == ("A long one", [])


def test_back_and_the_same_button_again_save_a_note_once(visitor, nurse):
    (inquiry,) = in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(f"{QUEUE}{inquiry.pk}/note/")
    page.get_by_label("Note").fill("Once is enough")
    add = page.get_by_role("button", name="Add the note")
    entered(add)

    page.go_back()
    page.get_by_label("Note").fill("Once is enough")
    entered(add)

    said = ["The same words are there already, so nothing was done twice."]
    assert page.locator(".messagelist li").all_inner_texts() == said
    assert Note.objects.count() == 1


def test_leaving_is_told_at_once(visitor, nurse, ana):
    (inquiry,) = in_turn("Amina")
    colleague = page_of(visitor, ana)
    colleague.goto(f"{QUEUE}{inquiry.pk}/")
    assert Presence.objects.count() == 1

    colleague.goto(QUEUE)

    for _ in range(50):
        if not Presence.objects.exists():
            break
        colleague.wait_for_timeout(100)
    assert not Presence.objects.exists()


def test_signed_out_is_said_clearly_and_the_page_stops_asking(visitor, nurse):
    (inquiry,) = in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(f"{QUEUE}{inquiry.pk}/?view=unassigned")
    Session.objects.all().delete()

    later(page)

    news = page.locator("#inbox-news")
    news.wait_for()
    assert news.inner_text() == "You are signed out. What you see may be old. Sign in again"
    assert news.get_by_role("link").get_attribute("href") == f"{QUEUE}{inquiry.pk}/?view=unassigned"
    assert_accessible(page)
    asked = len(page.requested)
    later(page)
    later(page)
    assert len(page.requested) == asked


def test_without_a_connection_it_says_so_and_goes_on_when_it_is_back(visitor, nurse):
    in_turn("Amina")
    page = page_of(visitor, nurse)
    page.goto(QUEUE)
    page.context.set_offline(True)
    page.clock.fast_forward(31_000)
    expect(page.locator("#inbox-news")).to_have_text("There is no connection. What you see may be old.")

    page.context.set_offline(False)
    later(page)

    page.locator("#inbox-news").wait_for(state="hidden")


# The look


def many(nurse):
    flags = [("urgent", "one_leg", "One leg getting weaker", "Yes, my left leg")]
    urgent = an_inquiry(urgency=1, voicemail="no", flags=flags)
    in_turn(*("Bo", "Cy", "Di") * 8)
    long = an_inquiry(
        answers={"first_name": "Maximiliana-Josefine", "last_name": "Wolfeschlegelsteinhausenbergerdorff" * 2}
    )
    actions.assign(long, by=nurse, to=nurse)
    return urgent, long


@pytest.mark.parametrize("width", [390, 1440])
def test_every_screen_is_accessible_and_no_wider_than_the_window(visitor, nurse, width):
    urgent, long = many(nurse)
    page = page_of(visitor, nurse, width=width, height=800)
    for path in (
        QUEUE, f"{QUEUE}?view=offered", f"{QUEUE}{urgent.pk}/", f"{QUEUE}{long.pk}/?view=mine",
        f"{QUEUE}{urgent.pk}/print/", f"{QUEUE}print/",
    ):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)
        assert (foreign_requests(page), page.faults) == ([], [])
    page.goto(QUEUE)
    page.get_by_label("Name, reference, phone or e-mail").fill("Nobody like this")
    entered(page.get_by_role("button", name="Search", exact=True))
    assert page.get_by_text("No request fits.").is_visible()
    assert_accessible(page)


def test_a_dozen_requests_at_a_glance(visitor, ana, nurse):
    urgent, _ = many(nurse)
    page = page_of(visitor, ana, width=1280, height=800)

    for path in (QUEUE, f"{QUEUE}{urgent.pk}/"):
        page.goto(path)
        assert seen_rows(page) >= 12


def test_list_and_request_stand_side_by_side_only_where_there_is_room(visitor, nurse):
    (inquiry,) = in_turn("Amina")
    shown = {}
    for width in (390, 768, 1099, 1100, 1280):
        page = page_of(visitor, nurse, width=width)
        page.goto(f"{QUEUE}{inquiry.pk}/")
        shown[width] = (page.locator(".row").is_visible(), page.locator("article.pane h1").is_visible())

    assert shown == {
        390: (False, True),
        768: (False, True),
        1099: (False, True),
        1100: (True, True),
        1280: (True, True),
    }


@pytest.mark.parametrize("width", [390, 1280])
def test_the_buttons_stay_in_reach(visitor, nurse, width):
    urgent, _ = many(nurse)
    page = page_of(visitor, nurse, width=width, height=800)
    page.goto(f"{QUEUE}{urgent.pk}/")

    page.get_by_role("heading", name="Mails to the patient").scroll_into_view_if_needed()

    box = page.get_by_role("link", name="Phone call", exact=True).bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 800


def in_sight(page):
    """The buttons that can be pressed, by what is really there at their middle."""
    return page.evaluate(
        """[...document.querySelectorAll('.verbs-bar .btn')].filter(button => {
             const box = button.getBoundingClientRect();
             const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
             return box.width > 0 && box.left >= 0 && box.right <= innerWidth && button.contains(there);
           }).map(button => button.innerText.trim())"""
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_one_row_of_buttons_and_the_others_behind_more(visitor, nurse, scripts):
    (inquiry,) = in_turn("Amina")
    page = signed_in(visitor, nurse, width=390, height=844, javascript=scripts)
    page.goto(f"{QUEUE}{inquiry.pk}/")
    first = ["Take", "Start triage", "Write", "More"]

    assert in_sight(page) == first
    assert page.locator(".verbs-bar").bounding_box()["height"] < 80
    assert page.evaluate(
        "[...document.querySelectorAll('.verbs')].every(list => list.scrollWidth <= list.clientWidth)"
    )
    page.locator("summary").get_by_text("More").click()
    rest = ["Phone call", "Note", "Assign", "Snooze", "Next step", "More", "Decline", "Duplicate", "Close"]
    assert in_sight(page) == [*first[:-1], *rest]
    entered(page.get_by_role("link", name="Snooze"))
    assert page.locator("h1").inner_text() == "Snooze this request"


def test_on_a_phone_the_tab_key_meets_every_button(visitor, nurse):
    (inquiry,) = in_turn("Amina")
    page = signed_in(visitor, nurse, width=390, height=844)
    page.goto(f"{QUEUE}{inquiry.pk}/")
    page.get_by_role("button", name="Take").focus()

    for _ in range(5):
        page.keyboard.press("Tab")

    assert focused(page).startswith("Assign")
    assert "Assign" in in_sight(page)


def test_on_a_phone_without_more_every_button_shows(visitor, nurse):
    inquiry = an_inquiry(status="closed")
    page = signed_in(visitor, nurse, width=390, height=844)
    page.goto(f"{QUEUE}{inquiry.pk}/")

    assert in_sight(page) == ["Reopen", "Phone call", "Note"]


def test_the_row_that_is_open_is_in_sight(visitor, nurse):
    rows = in_turn(*("Bo", "Cy", "Di", "Ed") * 10)
    for javascript in (True, False):
        page = signed_in(visitor, nurse, javascript=javascript)
        page.goto(f"{QUEUE}{rows[35].pk}/#r-{rows[35].pk}")
        box = page.locator(".row:has([aria-current])").bounding_box()
        assert -1 <= box["y"] <= 801 - box["height"]


# Without scripts


def test_all_of_it_works_without_scripts(visitor, nurse):
    first, second = in_turn("Amina", "Bo")
    page = signed_in(visitor, nurse, javascript=False)
    page.goto(QUEUE)
    assert page.get_by_role("button", name="Keyboard").is_hidden()
    assert page.locator("kbd").count() == 0 or page.locator("kbd").first.is_hidden()
    entered(page.get_by_role("link", name="Amina Example"))
    entered(page.get_by_role("button", name="Take", exact=True))
    assert page.locator(".messagelist li").all_inner_texts() == ["You have this request now."]
    page.get_by_text("More", exact=True).last.click()
    entered(page.get_by_role("link", name="Close", exact=True))
    entered(page.get_by_role("button", name="See what the patient will see"))
    entered(page.get_by_role("button", name="Close the request"))
    entered(page.get_by_role("link", name=re.compile("^Next: ")))

    assert page.locator("h1").inner_text().startswith("Bo Example")
    assert_accessible(page)
    assert [one.status for one in Inquiry.objects.order_by("answer_by")] == ["closed", "new"]
    assert {first.pk, second.pk} == set(Inquiry.objects.values_list("pk", flat=True))


# Paper


def test_paper_carries_the_sheet_and_nothing_around_it(visitor, nurse):
    urgent, _ = many(nurse)
    page = page_of(visitor, nurse)
    for path, hidden in ((f"{QUEUE}{urgent.pk}/print/", "#header"), (f"{QUEUE}{urgent.pk}/", ".row")):
        page.goto(path)
        page.emulate_media(media="print")
        assert page.locator(hidden).first.is_hidden()
        assert page.get_by_role("heading", name="How to reach this person").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.emulate_media(media="screen")


@pytest.mark.parametrize("size", ["Letter", "A4"])
def test_every_sheet_says_what_it_is_when_and_by_whom_it_was_printed(visitor, nurse, size):
    urgent, _ = many(nurse)
    page = page_of(visitor, nurse)
    for path, what in ((f"{urgent.pk}/print/", f"Request {urgent.reference}"), ("print/", "To do: 26")):
        page.goto(QUEUE + path)
        sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format=size, prefer_css_page_size=True))).pages
        heads = [" ".join(sheet.extract_text().split()) for sheet in sheets]
        assert len(heads) > 1
        assert [head for head in heads if what not in head or "by Nora Nurse" not in head] == []
