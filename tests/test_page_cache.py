"""Rendered public pages are answered before Django's work, and only they (V1, V2; docs/adr/0006)."""

import gzip
import io
import secrets
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core import signals
from django.db import close_old_connections, connection, connections
from django.db.utils import OperationalError
from django.test import Client

from clinic import pagecache, styles, wsgi
from clinic.calendar import local_today
from clinic.keptpage import Page, Rendered, encoding_of
from clinic.models import ClinicProfile, Holiday, OpeningHours, PublicChange
from clinic.pagecache import PageCache, Shelf, Watch
from procedures import publishing, safety_text
from procedures.models import Explainer
from tests.builders import a_user, safety_body
from tests.pages import a_published_page

HOST = "127.0.0.1:8000"


class Site:
    """The cache over the real application; the looks for changes are made by hand."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cache = PageCache(self.django, wsgi.is_secure)
        self.cache.watch.thread = threading.current_thread()
        self.cache.watch.look()

    def django(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return answer_on_this_connection(environ, start_response)

    def ask(self, path: str, method: str = "GET", **more: str) -> tuple[str, dict[str, str], bytes]:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": HOST,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        }
        told: list[Any] = []
        parts = self.cache(environ | more, lambda status, headers: told.extend((status, headers)))
        body = b"".join(parts)
        headers = {name.lower(): value for name, value in told[1]}
        assert len(headers) == len(told[1])
        return told[0], headers, body


def answer_on_this_connection(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Django would close the test's own connection with each question that comes by WSGI."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    parts = wsgi.answer(environ, start_response)
    answer = list(parts)
    getattr(parts, "close", lambda: None)()
    for signal in ends:
        signal.connect(close_old_connections)
    return answer


@pytest.fixture
def site(db: None) -> Site:
    return Site()


@pytest.fixture
def explainer(db: None, tmp_path: Path) -> Explainer:
    return a_published_page(tmp_path)


@pytest.fixture
def page(explainer: Explainer) -> str:
    return explainer.get_absolute_url()


def test_the_second_reader_is_answered_without_django(site: Site, page: str):
    first = site.ask(page)

    assert first[0] == "200 OK"
    assert site.ask(page) == first
    assert site.asked == [f"GET {page}"]


def test_the_answer_is_what_django_says_to_a_stranger(site: Site, page: str):
    _status, headers, body = site.ask(page)
    django = Client().get(page)
    own = {"etag", "content-length", "content-encoding"}

    said = [(name.lower(), value) for name, value in django.headers.items() if name.lower() not in own]
    assert ([(name, value) for name, value in headers.items() if name not in own], body) == (
        styles.with_used_rules_only(said, django.content)
    )
    assert headers["content-length"] == str(len(body))


def test_it_is_kept_compressed_as_well(site: Site, page: str):
    plain = site.ask(page)
    small = site.ask(page, HTTP_ACCEPT_ENCODING="deflate, gzip")

    assert gzip.decompress(small[2]) == plain[2]
    assert small[1]["content-encoding"] == "gzip"
    assert small[1]["content-length"] == str(len(small[2]))
    assert small[1]["etag"] != plain[1]["etag"]
    assert small[1]["vary"] == "Accept-Encoding"


def test_brotli_follows_once_the_first_reader_is_answered(site: Site, page: str):
    first = site.ask(page, HTTP_ACCEPT_ENCODING="br, gzip")
    site.cache.watch.between_looks()
    small = site.ask(page, HTTP_ACCEPT_ENCODING="br, gzip")
    plain = site.ask(page)

    assert (first[1]["content-encoding"], small[1]["content-encoding"]) == ("gzip", "br")
    assert brotli.decompress(small[2]) == plain[2]
    assert small[1]["content-length"] == str(len(small[2]))
    assert len(small[2]) < 0.9 * len(first[2])
    assert len({answer[1]["etag"] for answer in (first, small, plain)}) == 3
    assert small[1]["vary"] == "Accept-Encoding"
    assert site.cache.shelf.size == sum(len(answer[2]) for answer in (first, small, plain))


def test_a_crowd_of_new_pages_does_not_hold_up_the_looks(site: Site):
    pages = [Page(Rendered("200 OK", [], b"x" * 1000)) for _ in range(9)]
    for number, page in enumerate(pages):
        site.cache.shelf.put(f"/{number}/", page)
    site.cache.watch.between_looks()

    pressed = [page.answers["br"] is not page.answers["gzip"] for page in pages]
    assert pressed == [True] * 4 + [False] * 5


def test_the_watch_goes_on_when_a_page_cannot_be_compressed(monkeypatch: pytest.MonkeyPatch):
    times = []

    def fail() -> None:
        times.append(len(times))
        raise SystemExit if len(times) == 2 else MemoryError

    watch = Watch(lambda: None, fail)
    watch.look = lambda: None  # type: ignore[method-assign]
    monkeypatch.setattr(pagecache, "SECONDS_BETWEEN_LOOKS", 0)
    with pytest.raises(SystemExit):
        watch.run()

    assert times == [0, 1]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, BR;q=0.5", "br"),
        ("gzip, br;q=0", "gzip"),
        ("br; q=0.000,gzip ; q=0.1", "gzip"),
        ("gzip; q=0, identity", ""),
        ("brotli, x-gzip", ""),
        ("", ""),
        ("\x00;;,=", ""),
    ],
)
def test_a_reader_gets_the_smallest_that_it_takes(accepted: str, encoding: str):
    assert encoding_of(accepted) == encoding


def test_a_page_that_hardly_shrinks_goes_out_as_it_is(site: Site):
    page = Page(Rendered("200 OK", [], secrets.token_bytes(1000)))
    page.add_brotli()

    assert page.answers["br"] is page.answers["gzip"] is page.answers[""]


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", {0}', "*"])
@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_who_has_the_page_is_told_so(site: Site, page: str, form: str, encoding: str):
    site.ask(page)
    site.cache.watch.between_looks()
    tag = site.ask(page, HTTP_ACCEPT_ENCODING=encoding)[1]["etag"]
    status, headers, body = site.ask(page, HTTP_ACCEPT_ENCODING=encoding, HTTP_IF_NONE_MATCH=form.format(tag))

    assert (status, body) == ("304 Not Modified", b"")
    assert headers["etag"] == tag
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert {"content-length", "content-type", "content-encoding"} & set(headers) == set()


@pytest.mark.parametrize("tag", ['"other"', "", '"', "11794214b1cb2c21cc9a82a0a933e87f"])
def test_who_has_an_older_page_gets_the_new_one(site: Site, page: str, tag: str):
    assert site.ask(page, HTTP_IF_NONE_MATCH=tag)[0] == "200 OK"


def test_a_first_reader_with_an_old_copy_leaves_the_whole_page_behind(site: Site, page: str):
    old = Client().get(page).headers["ETag"]
    site.ask(page, HTTP_IF_NONE_MATCH=old, HTTP_ACCEPT_ENCODING="gzip")

    assert site.ask(page)[2] == styles.with_used_rules_only([], Client().get(page).content)[1]
    assert site.asked == [f"GET {page}"]


def test_head_has_the_headers_alone(site: Site, page: str):
    head = site.ask(page, "HEAD")
    full = site.ask(page)

    assert (head[0], head[1], head[2]) == (full[0], full[1], b"")


def test_a_cookie_neither_comes_in_nor_goes_out(site: Site, page: str):
    _status, headers, body = site.ask(page, HTTP_COOKIE="session=abc; csrf=def")

    assert "set-cookie" not in headers
    assert site.ask(page)[2] == body


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"method": "POST"}, "403 Forbidden"),
        ({"QUERY_STRING": "utm_source=x"}, "200 OK"),
        ({"CONTENT_LENGTH": "5"}, "200 OK"),
        ({"CONTENT_TYPE": "text/plain; charset=rot13"}, "415 Unsupported Media Type"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, "200 OK"),
        ({"HTTP_HOST": "evil.example"}, "400 Bad Request"),
    ],
)
def test_anything_unusual_is_for_django(site: Site, page: str, changes: dict[str, str], status: str):
    usual = site.ask(page)
    answer = site.ask(page, **changes)

    assert len(site.asked) == 2
    assert answer[0] == status
    assert site.ask(page) == usual


def test_a_foreign_host_never_opens_the_shelf(site: Site, page: str):
    assert site.ask(page, HTTP_HOST="evil.example")[0] == "400 Bad Request"
    assert site.cache.shelf.pages == {}
    assert site.cache.hosts == set()


def test_many_names_of_the_host_do_not_fill_the_memory(site: Site, page: str):
    for port in range(8000, 8000 + 3 * pagecache.MOST_HOSTS):
        assert site.ask(page, HTTP_HOST=f"127.0.0.1:{port}")[0] == "200 OK"

    assert len(site.cache.hosts) == pagecache.MOST_HOSTS
    assert list(site.cache.shelf.pages) == [page]


@pytest.mark.parametrize(
    "path", ["/requests/new/", "/staff/", "/healthz", "/no-such-page/", "/procedures/none/"]
)
def test_pages_of_one_person_and_missing_ones_are_never_kept(site: Site, path: str):
    site.ask(path)
    site.ask(path)

    assert len(site.asked) == 2
    assert site.cache.shelf.pages == {}


def test_clear_text_is_sent_on_where_https_is_the_rule(
    site: Site, page: str, monkeypatch: pytest.MonkeyPatch
):
    for method in ("GET", "HEAD"):
        site.ask(page, method)
    monkeypatch.setattr(wsgi, "ONLY_HTTPS", True)
    site.asked.clear()
    for method in ("GET", "HEAD"):
        site.ask(page, method, **{"wsgi.url_scheme": "https"})
    assert site.asked == []

    for method in ("GET", "HEAD"):
        site.ask(page, method)
    assert site.asked == [f"GET {page}", f"HEAD {page}"]


@pytest.mark.parametrize(
    ("trusted", "forwarded", "is_secure"),
    [
        (True, "for=192.0.2.1;proto=https", True),
        (True, "for=192.0.2.1;proto=http", False),
        (True, "proto=https, for=192.0.2.1;proto=http", False),
        (True, "", False),
        (False, "proto=https", False),
    ],
)
def test_only_our_own_proxy_says_that_it_was_https(
    monkeypatch: pytest.MonkeyPatch, trusted: bool, forwarded: str, is_secure: bool
):
    monkeypatch.setattr(wsgi, "ONLY_HTTPS", True)
    monkeypatch.setattr(wsgi, "TRUSTS_PROXY", trusted)

    assert wsgi.is_secure({"wsgi.url_scheme": "http", "HTTP_FORWARDED": forwarded}) is is_secure


def test_a_full_shelf_takes_no_more(monkeypatch: pytest.MonkeyPatch):
    one = Page(Rendered("200 OK", [], b"x" * 1000))
    shelf = Shelf()
    monkeypatch.setattr(pagecache, "MOST_BYTES", 3 * one.size)
    for number in range(5):
        shelf.put(f"/{number}/", one)

    assert (len(shelf.pages), shelf.size) == (3, 3 * one.size)


def test_a_crowd_at_a_new_page_has_it_rendered_once(transactional_db: None, tmp_path: Path):
    path = a_published_page(tmp_path).get_absolute_url()
    site = Site()
    gate, answers = threading.Barrier(20), []

    def read() -> None:
        gate.wait()
        answers.append(site.ask(path)[0])
        connections.close_all()

    crowd = [threading.Thread(target=read) for _ in range(20)]
    for reader in crowd:
        reader.start()
    for reader in crowd:
        reader.join()

    assert answers == ["200 OK"] * 20
    assert site.asked == [f"GET {path}"]


# What readers may see has changed


def changes(page: Explainer) -> Iterator[tuple[str, Any]]:
    edition = page.editions.get()
    yield (
        "clinic profile",
        lambda: ClinicProfile.objects.update_or_create(
            defaults={"name": "New name", "phone": "202-555-0123"}
        ),
    )
    yield "hours", lambda: OpeningHours.objects.create(weekday=5, opens_at="09:00", closes_at="10:00")
    yield "holiday", lambda: Holiday.objects.create(on="2027-01-01", name="New Year")
    yield "withdrawn", lambda: Explainer.objects.filter(pk=page.pk).update(is_withdrawn=True)
    yield (
        "review",
        lambda: publishing.record_review(
            edition,
            by=a_user("Clinician", credential="MD"),
            reviewed_on=local_today(),
            next_due=local_today() + timedelta(days=90),
        ),
    )
    yield "safety text", lambda: safety_text.load(safety_body() | {"crisis": {"text": "Call 988."}})
    yield "related", lambda: page.related.set([page])


@pytest.mark.parametrize("index", range(7))
def test_a_change_that_readers_may_see_empties_the_shelf(site: Site, explainer: Explainer, index: int):
    name, change = list(changes(explainer))[index]
    site.cache.watch.look()
    site.ask(explainer.get_absolute_url())
    site.cache.watch.look()
    assert list(site.cache.shelf.pages) == [explainer.get_absolute_url()]

    change()
    site.cache.watch.look()

    assert site.cache.shelf.pages == {}, name


def test_a_new_edition_empties_the_shelf(site: Site, explainer: Explainer):
    explainer.lead = "Thin skin nerves carry feeling from the skin [@TWO]."
    explainer.save()
    site.cache.watch.look()
    site.ask(explainer.get_absolute_url())
    publishing.publish(explainer, change_note="A shorter lead.")
    site.cache.watch.look()

    assert site.cache.shelf.pages == {}


def test_what_was_rendered_before_a_change_is_not_kept_after_it(site: Site, page: str):
    """The change comes in between the question and the answer."""

    def change_in_between(environ: dict[str, Any], start_response: Any) -> Any:
        parts = answer_on_this_connection(environ, start_response)
        Holiday.objects.create(on="2027-01-01", name="New Year")
        site.cache.watch.look()
        return parts

    site.cache.application = change_in_between
    site.ask(page)

    assert site.cache.shelf.pages == {}


def test_midnight_empties_the_shelf(site: Site, page: str, monkeypatch: pytest.MonkeyPatch):
    site.cache.watch.look()
    site.ask(page)
    monkeypatch.setattr(pagecache, "local_today", lambda: "tomorrow")
    site.cache.watch.look()

    assert site.cache.shelf.pages == {}


def test_a_look_without_news_keeps_it(site: Site, page: str):
    site.cache.watch.look()
    site.ask(page)
    site.cache.watch.look()

    assert list(site.cache.shelf.pages) == [page]


@pytest.mark.parametrize("error", [OperationalError("away"), ValueError("nobody thought of this")])
def test_without_the_database_readers_keep_what_there_is(
    site: Site, page: str, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    def away() -> None:
        raise error

    site.cache.watch.look()
    kept = site.ask(page)
    with monkeypatch.context() as broken:
        broken.setattr(PublicChange, "state", away)
        broken.setattr(connection, "close", lambda: None)
        site.cache.watch.look()

        assert site.ask(page) == kept
        site.ask("/privacy/")
        assert list(site.cache.shelf.pages) == [page]

    site.cache.watch.look()
    assert site.cache.shelf.pages == {}


def test_changes_show_in_any_order_of_commit(transactional_db: None):
    """A change begun first and committed last has the lower number; it shows all the same."""
    other = connections.create_connection("default")
    before = PublicChange.state()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO clinic_publicchange (at) VALUES (now())")
        PublicChange.objects.create()
        between = PublicChange.state()
        other.commit()
    finally:
        other.close()

    assert len({before, between, PublicChange.state()}) == 3


def test_old_changes_are_forgotten(db: None):
    PublicChange.objects.create()
    PublicChange.objects.create(at="2026-01-01T00:00Z")
    PublicChange.forget_old()

    assert PublicChange.objects.filter(at__year=2026, at__month=1).count() == 0
    assert PublicChange.objects.count() >= 1


def test_two_editors_do_not_wait_for_each_other(transactional_db: None):
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO clinic_holiday (\"on\", name) VALUES ('2027-01-01', 'One')")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        Holiday.objects.create(on="2027-01-02", name="Two")
    finally:
        other.rollback()
        other.close()

    assert Holiday.objects.count() == 1
