"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from pytest_django.plugin import blocking_manager_key

from . import browsing

# Playwright runs an event loop in this thread; our own code is not asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# A browser test that is skipped proves nothing, so it fails the run.
SKIPPED_BROWSER_TESTS = pytest.StashKey[list[str]]()
IS_EMPTIED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SKIPPED_BROWSER_TESTS] = []
    config.pluginmanager.register(Watch(config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come first: they are the longest, so the workers end together."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """After tests that commit, which empty all tables, others find again what migrations put there."""
    if is_committing(item):
        item.config.stash[IS_EMPTIED] = True
    elif item.config.stash.get(IS_EMPTIED, False):
        from .builders import bring_back_migrated_rows

        with item.config.stash[blocking_manager_key].unblock():
            bring_back_migrated_rows()
        item.config.stash[IS_EMPTIED] = False


def is_committing(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asks = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asks or (marker and marker.kwargs.get("transaction")))


class Watch:
    def __init__(self, config: pytest.Config) -> None:
        self.skipped = config.stash[SKIPPED_BROWSER_TESTS]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and "browser" in report.keywords:
            self.skipped.append(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for name in self.skipped:
            terminalreporter.write_line(f"A browser test was skipped, which counts as failed: {name}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, or the one that CHROMIUM names."""
    with browsing.chromium() as browser:
        yield browser
        # While its loop runs this thread has connections apart, which would keep the database from being dropped.
        connections.close_all()


@pytest.fixture
def live_site(live_server: Any) -> str:
    """Address of the real application on a real port, on a database that really commits."""
    return live_server.url


@pytest.fixture
def visitor(browser: Any, live_site: str) -> Iterator[browsing.Visitor]:
    """Somebody with a browser: `visitor.page(width=390, javascript=False)`."""
    visitor = browsing.Visitor(browser, live_site)
    yield visitor
    visitor.leave()


@pytest.fixture
def nurse(db: Any) -> Any:
    from .builders import a_user  # models cannot be imported before Django is set up

    return a_user("Triage nurse", first_name="Nora", last_name="Nurse")


@pytest.fixture
def staff(client: Any, nurse: Any) -> Any:
    """The nurse at a desk, signed in."""
    client.force_login(nurse)
    return client
