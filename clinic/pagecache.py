"""Rendered public pages, answered before Django's own work begins (docs/adr/0006).

Kept is what a @public_page answered with 200 to a plain GET: the same bytes for
everybody, as they are and compressed (clinic/keptpage.py). Nothing kept has been asked with a query, a cookie or a
condition. All of it is let go within a second or so of a change that readers may
see (PublicChange) and at midnight, and none is let go while the database is away.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.urls import Resolver404, resolve

from .calendar import local_today
from .keptpage import Page, Rendered, encoding_of
from .models import PublicChange
from .public import is_public

log = logging.getLogger("clinic.pagecache")

SECONDS_BETWEEN_LOOKS = 1.0
MOST_PAGES = 500
MOST_BYTES = 32 * 1024 * 1024
MOST_HOSTS = 20
MOST_PRESSED_AT_ONCE = 4
PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Shelf:
    """The pages of one state of the database; a new state gets a new shelf."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.size = 0
        self.lock = threading.Lock()
        # Without brotli yet.
        self.waiting: deque[Page] = deque()

    def put(self, path: str, page: Page) -> None:
        with self.lock:
            has_room = len(self.pages) < MOST_PAGES and self.size + page.size <= MOST_BYTES
            if has_room and path not in self.pages:
                self.size += page.size
                self.pages[path] = page
                self.waiting.append(page)

    def press(self) -> None:
        """A few pages at a time: a look for changes comes after it."""
        for _ in range(min(MOST_PRESSED_AT_ONCE, len(self.waiting))):
            page = self.waiting.popleft()
            before = page.size
            page.add_brotli()
            with self.lock:
                self.size += page.size - before


class PageCache:
    """A WSGI application in front of `application`.

    `is_secure` says whether a request may be answered at all, or must first be
    sent on to https.
    """

    def __init__(self, application: Application, is_secure: Callable[[Environ], bool]) -> None:
        self.application = application
        self.is_secure = is_secure
        self.shelf = Shelf()
        # Names of this site that Django has let pass; only they are answered from the shelf.
        self.hosts: set[str] = set()
        self.watch = Watch(self.renew, lambda: self.shelf.press())
        self.turns = [threading.Lock() for _ in range(64)]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """What readers ask nearly always stands here by itself: each call to a function is felt (bench/pages.py)."""
        page, said = self.shelf.pages.get(environ["PATH_INFO"]), environ.get
        if (
            page is not None
            and environ["REQUEST_METHOD"] == "GET"
            and not said("QUERY_STRING")
            and said("HTTP_IF_NONE_MATCH") is None
            and said("CONTENT_LENGTH") is None
            and not said("CONTENT_TYPE")
            and said("HTTP_TRANSFER_ENCODING") is None
            and said("HTTP_HOST") in self.hosts
            and self.is_secure(environ)
        ):
            found = page.answers[encoding_of(said("HTTP_ACCEPT_ENCODING", ""))]
            start_response("200 OK", found.headers)
            return found.body
        return self.less_often(page, environ, start_response)

    def less_often(
        self, page: Page | None, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """HEAD, a condition, an empty body; then what no shelf can answer."""
        if page is not None and self.is_plain(environ) and environ.get("HTTP_HOST") in self.hosts:
            return answer(page, environ, start_response)
        return self.ask(environ, start_response)

    def is_plain(self, environ: Environ) -> bool:
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("QUERY_STRING")
            and not has_body(environ)
            and self.is_secure(environ)
        )

    def ask(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Django answers; what everybody may see is kept."""
        path = environ["PATH_INFO"]
        if not (self.is_plain(environ) and leads_to_public_page(path) and self.watch.knows()):
            return self.application(environ, start_response)
        with self.turns[hash(path) % len(self.turns)]:
            rendered = self.fill(path, environ)
        if isinstance(rendered, Page):
            return answer(rendered, environ, start_response)
        start_response(rendered.status, rendered.headers)
        return [rendered.body]

    def fill(self, path: str, environ: Environ) -> Page | Rendered:
        """In turns, so that a crowd at a new page does not render it many times."""
        shelf, host = self.shelf, environ.get("HTTP_HOST", "")
        if host in self.hosts and (page := shelf.pages.get(path)):
            return page
        rendered = render(self.application, environ)
        if not may_be_kept(rendered):
            return rendered
        page = Page(rendered)
        shelf.put(path, page)
        if len(self.hosts) < MOST_HOSTS:
            self.hosts.add(host)
        return page

    def renew(self) -> None:
        self.shelf = Shelf()


class Watch:
    """Looks every second whether readers would see something new, in a thread of its own."""

    def __init__(self, on_change: Callable[[], None], between_looks: Callable[[], None]) -> None:
        self.on_change = on_change
        self.between_looks = between_looks
        self.seen: tuple[int, int, date] | None = None
        self.thread: threading.Thread | None = None
        self.lock = threading.Lock()

    def knows(self) -> bool:
        """False until the first look and while the database is away: then nothing is kept."""
        if self.thread is None:
            with self.lock:
                if self.thread is None:
                    self.thread = threading.Thread(target=self.run, name="page-cache", daemon=True)
                    self.thread.start()
        return self.seen is not None

    def run(self) -> None:
        while True:
            self.look()
            try:
                self.between_looks()
            except Exception:  # a page without brotli is no reason to look no more
                log.exception("a page was not compressed", extra={"event": "page_not_compressed"})
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def look(self) -> None:
        """After a time without the database the shelf is renewed: what was put on it just before
        may be what the settings say, for want of a row.
        """
        try:
            now = (*PublicChange.state(), local_today())
        except Exception:  # whatever it is: if this thread ended, old pages would stay for ever
            if self.seen is not None:
                log.warning("the page cache is blind", exc_info=True, extra={"event": "page_cache_blind"})
            self.seen = None
            connection.close()
            return
        if now != self.seen:
            self.on_change()
            self.seen = now


def has_body(environ: Environ) -> bool:
    """Or claims to: such a request is for the guards in clinic/wsgi.py."""
    says = environ.get("CONTENT_TYPE") or "HTTP_TRANSFER_ENCODING" in environ
    return bool(says) or environ.get("CONTENT_LENGTH") not in (None, "", "0")


def leads_to_public_page(path: str) -> bool:
    try:
        return is_public(resolve(path).func)
    except Resolver404:
        return False


def render(application: Application, environ: Environ) -> Rendered:
    """What somebody without a cookie or a condition gets, whole and not compressed."""
    bare = {name: value for name, value in environ.items() if name not in (*PERSONAL, *CONDITIONS)}
    bare["REQUEST_METHOD"] = "GET"
    told: list[Any] = []
    parts = application(bare, lambda status, headers, *more: told.extend((status, headers)))
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return Rendered(told[0], told[1], body)


def may_be_kept(rendered: Rendered) -> bool:
    headers = {name.lower(): value for name, value in rendered.headers}
    return (
        rendered.status.startswith("200 ")
        and headers.get("cache-control", "").startswith("public")
        and headers.get("vary", "").lower() == "accept-encoding"
        and "set-cookie" not in headers
    )


def answer(page: Page, environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    found = page.answers[encoding_of(environ.get("HTTP_ACCEPT_ENCODING", ""))]
    known = environ.get("HTTP_IF_NONE_MATCH")
    # A mark stands in quotes, so one that is found in a list of them is found whole.
    if known and (found.etag in known or known == "*"):
        start_response("304 Not Modified", found.not_modified)
        return []
    start_response("200 OK", found.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else found.body
