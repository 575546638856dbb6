"""A real browser for the stories in tests/browser/.

visitor.page(width=390, javascript=False)   a fresh page, like a private window
no_foreign_requests(page)                   fails when the page asks any other host
assert_accessible(page)                     axe finds nothing
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def chromium() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
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
        for context in self.contexts:
            context.close()


def no_foreign_requests(page: Page) -> None:
    """E48: a page asks nothing of any other host."""
    here = urlsplit(page.url).netloc
    asked = [url for url in page.requested if url.startswith(("http:", "https:", "ws:"))]  # type: ignore[attr-defined]
    assert [url for url in asked if urlsplit(url).netloc != here] == []


def assert_accessible(page: Page) -> None:
    """axe needs scripts, so what the page shows now is opened once more where they run."""
    context = page.context.browser.new_context(viewport=page.viewport_size, base_url=page.url)  # type: ignore[union-attr]
    try:
        twin = context.new_page()
        shown = page.content()
        twin.route(page.url, lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"))
        twin.goto(page.url)
        found = Axe().run(twin, options=AXE_RULES)
    finally:
        context.close()
    assert found.violations_count == 0, found.generate_report()
