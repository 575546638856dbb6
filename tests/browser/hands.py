"""A person who uses a browser with the keyboard only.

hands = Hands(page)
hands.choose("Yes", of="Do you have diabetes?")    radio, by arrow keys
hands.tick("Large print")   hands.untick(...)      checkbox, by the space bar
hands.write("Day", "27")                           whatever stood there goes
hands.press("Continue")                            a button; gives the status of the answer
hands.follow("Change Name")                        a link; gives the status of the answer
"""

from contextlib import suppress

from playwright.sync_api import Locator, Page, expect

from tests.browsing import entered

# More stops than any page has.
STOPS = 250


class Hands:
    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, target: Locator) -> None:
        # Found once: looking for it at every stop would take most of the time.
        element = target.element_handle()
        for _stop in range(STOPS):
            if element.evaluate("it => it === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach {target}")

    def choose(self, option: str, of: str = "") -> None:
        """Tab stops once in a group of radios; the arrows go on from there."""
        radio = self.part(of).get_by_role("radio", name=option, exact=True)
        group = self.page.locator(f"input[name={radio.get_attribute('name')}]")
        stop = group.and_(self.page.locator(":checked"))
        self.tab_to(stop if stop.count() else group.first)
        self.page.keyboard.press("Space")
        while not radio.is_checked():
            self.page.keyboard.press("ArrowDown")

    def tick(self, option: str, of: str = "") -> None:
        self.switch(option, of, on=True)

    def untick(self, option: str, of: str = "") -> None:
        self.switch(option, of, on=False)

    def switch(self, option: str, of: str, *, on: bool) -> None:
        box = self.part(of).get_by_role("checkbox", name=option, exact=True)
        if box.is_checked() != on:
            self.tab_to(box)
            self.page.keyboard.press("Space")
        assert box.is_checked() == on

    def write(self, label: str, text: str, of: str = "") -> None:
        field = self.part(of).get_by_label(label)
        self.tab_to(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)
        assert field.input_value() == text

    def press(self, button: str) -> int:
        return self.enter(self.page.get_by_role("button", name=button, exact=True))

    def follow(self, link: str) -> int:
        return self.enter(self.page.get_by_role("main").get_by_role("link", name=link, exact=True).first)

    def enter(self, target: Locator) -> int:
        self.tab_to(target)
        with self.page.expect_navigation() as navigation:
            self.page.keyboard.press("Enter")
        response = navigation.value
        assert response is not None
        return response.status

    def part(self, name: str) -> Locator:
        """The group of fields with this legend, or the whole page."""
        if not name:
            return self.page.locator("body")
        return self.page.get_by_role("group", name=name, exact=True)


def press(page: Page, button: str) -> int:
    """With the mouse; gives the status of the answer."""
    return entered(page.get_by_role("button", name=button, exact=True).first)


def follow(page: Page, link: str) -> int:
    return entered(page.get_by_role("link", name=link, exact=True).first)


def is_focused(target: Locator) -> bool:
    """The browser gives the focus that a page asks for (autofocus) a moment after it has loaded."""
    with suppress(AssertionError):
        expect(target).to_be_focused(timeout=5000)
    return target.evaluate("it => it === document.activeElement")
