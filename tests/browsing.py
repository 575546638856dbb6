"""A real browser for the stories in tests/browser/.

visitor.page(width=390, javascript=False)   a fresh page, like a private window
no_foreign_requests(page)                   fails when the page asks any other host
assert_accessible(page)                     axe finds nothing
entered(link_or_button)                     clicks; gives the status once the next page stands
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

# The first has no windows to look after, so it is quicker.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Without its last value, which would be sent back whole.
AXE = f"{AXE_SCRIPT}; null"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS: dict[str, Any] = {"resultTypes": ["violations"]}
TWINS: WeakKeyDictionary[Browser, Page] = WeakKeyDictionary()


@contextmanager
def chromium() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail("Chromium is missing: install it, name it with CHROMIUM, or run `-m 'not browser'`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    def __init__(self, browser: Browser, site: str) -> None:
        self.browser = browser
        self.site = site
        self.contexts: list[BrowserContext] = []

    def page(self, *, width: int = 1280, height: int = 800, javascript: bool = True, **options: Any) -> Page:
        context = self.browser.new_context(
            base_url=self.site,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            **options,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.requested = []  # type: ignore[attr-defined]
        page.on("request", lambda request: page.requested.append(request.url))  # type: ignore[attr-defined]
        return page

    def leave(self) -> None:
        """Pages that say goodbye or ask now and then get no answer any more."""
        for context in self.contexts:
            context.set_offline(True)
            context.close()
        wait_until_site_is_quiet()


def wait_until_site_is_quiet() -> None:
    """What a page asked last is answered: a test must not empty tables under a request."""
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                " AND (state <> 'idle' OR state_change > clock_timestamp() - interval '0.2 s')"
            )
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.05)


def entered(target: Locator) -> int:
    """A click alone returns as soon as the next page begins, when nothing of it can be read yet."""
    with target.page.expect_navigation() as navigation:
        target.click()
    assert navigation.value is not None
    return navigation.value.status


def no_foreign_requests(page: Page) -> None:
    """E48: a page asks nothing of any other host."""
    assert foreign_requests(page) == []


def foreign_requests(page: Page) -> list[str]:
    here = urlsplit(page.url).netloc
    asked = [url for url in page.requested if url.startswith(("http:", "https:", "ws:"))]  # type: ignore[attr-defined]
    return [url for url in asked if urlsplit(url).netloc != here]


def assert_accessible(page: Page) -> None:
    """axe finds nothing on what the page shows now (X1)."""
    faults = accessibility_faults(twin_of(page))
    assert faults == [], faults


def accessibility_faults(
    page: Page, only: list[str] | None = None, *, without: list[str] | None = None
) -> list[str]:
    """Each fault with the element it is about; `only` and `without` name rules."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    return page.evaluate(
        """options => axe.run(options).then(found => found.violations.flatMap(
            rule => rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.html.slice(0, 200)}`)))""",
        AXE_OPTIONS
        | {"runOnly": only or TAGS, "rules": {rule: {"enabled": False} for rule in without or ()}},
    )


def twin_of(page: Page) -> Page:
    """axe is a script, so what a page without scripts shows now is opened once more where they run.

    The twin asks the site for nothing but styles and fonts: its page is handed to it.
    """
    browser: Any = page.context.browser
    twin = TWINS.get(browser) or TWINS.setdefault(browser, with_axe(browser))
    page.wait_for_load_state()
    twin.set_viewport_size(page.viewport_size or {"width": 1280, "height": 800})
    shown, address = page.content(), page.url.partition("#")[0]
    twin.route("**/*.js", lambda route: route.abort())
    twin.route(address, lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"))
    twin.goto(address)
    twin.unroute(address)
    twin.unroute("**/*.js")
    return twin


def with_axe(browser: Browser) -> Page:
    """Every page that is opened here brings the script along."""
    context = browser.new_context()
    context.add_init_script(AXE)
    return context.new_page()
