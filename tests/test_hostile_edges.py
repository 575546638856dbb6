"""Attacks that need no account: headers, methods, hosts, redirects, caches, leaks."""

import io
import re
import subprocess
import sys
import threading
import time
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher
from django.core import mail, signals
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.urls import reverse

from clinic import wsgi
from clinic.delivery import Sender
from clinic.headers import CONTENT_SECURITY_POLICY, policy_with_sheet
from clinic.limits import client_address

from . import deployed, hostile
from .builders import PASSWORD, a_user, an_inquiry
from .intake import client_of, complete_draft, send, walk
from .running import ROOT

pytestmark = pytest.mark.django_db
EVIL = "evil.example"


@pytest.fixture
def world(tmp_path):
    return hostile.a_world(tmp_path)


# What reaches Django at all


@pytest.fixture
def _open_database():
    """The end of a request would close the connection that the test's transaction is on."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


def ask(path: str = "/", *, method: str = "GET", query: str = "", body: bytes = b"", **headers: str) -> int:
    """The status of the whole application, as the web server calls it."""
    environ = RequestFactory()._base_environ(
        PATH_INFO=path, REQUEST_METHOD=method, QUERY_STRING=query, CONTENT_LENGTH=str(len(body)), **headers
    )
    environ["wsgi.input"] = io.BytesIO(body)
    answered: list[str] = []
    response = wsgi.answer(environ, lambda status, headers: answered.append(status))
    b"".join(response)
    if hasattr(response, "close"):
        response.close()
    return int(answered[0].split()[0])


CHARSETS = (
    "rot13", "utf-7", "unicode_escape", "undefined", "base64", "hex", "idna", "utf-16", "cp037", "zip", "latin-1",
    '"rot13"', "utf-8; charset=rot13", "UTF-8 ; Charset = rot13",
)  # fmt: skip


@pytest.mark.usefixtures("_open_database")
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=X", "application/x-www-form-urlencoded"]
)
def test_only_utf_8_is_read(kind, charset):
    """Others made half characters, or failed before any of our error pages could help."""
    content_type = f"{kind}; charset={charset}"
    body = b'--X\r\nContent-Disposition: form-data; name="emergency"\r\n\r\n\\ud800+2AA-\r\n--X--\r\n'

    assert ask(query="from=%5Cud800%2B2AA-", CONTENT_TYPE=content_type) == 415
    assert ask("/requests/new/emergency-signs/", method="POST", body=body, CONTENT_TYPE=content_type) == 415


@pytest.mark.usefixtures("_open_database")
@pytest.mark.parametrize(
    "star", ["charset*=utf-8''rot13", "charset*0=rot;charset*1=13", "charset*=rot13''utf-8"]
)
def test_a_charset_in_disguise_is_refused(star):
    assert ask(CONTENT_TYPE=f"text/plain; {star}") == 415


@pytest.mark.usefixtures("_open_database")
@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
def test_utf_8_may_say_so(charset):
    assert ask(CONTENT_TYPE=f"text/plain; charset={charset}") == 200
    assert ask(query="a=1&" * 1001, CONTENT_TYPE=f"text/plain; charset={charset}") == 200


@pytest.mark.usefixtures("_open_database")
@pytest.mark.parametrize(
    ("length", "status"),
    [("", 200), ("0", 200), ("abc", 400), ("-1", 400), ("1e3", 400), ("٣", 400), ("9" * 20, 413)],
)
def test_a_length_that_is_no_length_is_refused(length, status):
    environ = RequestFactory()._base_environ(PATH_INFO="/privacy/", CONTENT_LENGTH=length)
    answered: list[str] = []

    b"".join(wsgi.answer(environ, lambda status, headers: answered.append(status)))

    assert int(answered[0].split()[0]) == status


# P10


@pytest.mark.parametrize("role", [None, "superuser"])
def test_no_address_takes_another_method(world, role):
    client = hostile.signed_in(role)
    before = hostile.database(without=hostile.WRITTEN_BY_LOOKING)

    for method in ("TRACE", "TRACK", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"):
        answers = [
            client.generic(method, url, b"seen_status=new", headers={"x-evil": "echo"})
            for url in hostile.addresses(world).values()
        ]
        assert {answer.status_code for answer in answers} == {405}
        assert not any(b"x-evil" in answer.content.lower() for answer in answers)

    assert hostile.database(without=hostile.WRITTEN_BY_LOOKING) == before


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(world, name):
    url = reverse("requests:withdraw", args=[world.inquiry.token])

    assert Client().get(url, headers={name: "POST"}, data={"_method": "POST"}).status_code == 200
    assert type(world.inquiry).objects.get(pk=world.inquiry.pk).status == "in_triage"


# P06, P02, P03


@pytest.mark.parametrize("role", [None, "Clinician", "superuser"])
def test_every_answer_tells_caches_and_browsers_to_keep_nothing_private(world, role):
    """Every address, those that redirect, are refused or do not exist among them."""
    client = hostile.signed_in(role)
    addresses = hostile.addresses(world)
    addresses |= {f"{pattern} without /": url.rstrip("/") for pattern, url in addresses.items() if url != "/"}
    answers = {pattern: client.get(url) for pattern, url in addresses.items()}
    answers |= {"nothing": client.get("/nothing/"), "foreign host": client.get("/", headers={"host": EVIL})}
    answers |= {"method": client.generic("TRACE", "/"), "post": client.post("/")}

    assert [pattern for pattern, answer in answers.items() if not may_be_kept(pattern, answer)] == []
    assert {name: framing(answer) for name, answer in answers.items() if framing(answer) != CLOSED} == {
        name: opened for name, opened in OPENED.items() if answers[name].status_code == 200
    }
    assert {answer.headers["X-Content-Type-Options"] for answer in answers.values()} == {"nosniff"}
    assert cookies_of(answers) <= {"session", "csrf"}


# The preview of a page may stand in a frame of ours, and one screen of ours has such frames; nothing else.
CLOSED = ("frame-ancestors 'none'", "DENY", "")
DRAFT = "staff/procedures/explainer/<int:pk>/"
OPENED = {
    f"{DRAFT}preview/": ("frame-ancestors 'self'", "SAMEORIGIN", ""),
    f"{DRAFT}screens/": ("frame-ancestors 'none'", "DENY", "; frame-src 'self'"),
}


def framing(answer: Any) -> tuple[str, str, str]:
    """Who may frame it, twice, and what else its policy allows beyond that of all pages."""
    policy = answer.headers["Content-Security-Policy"]
    (ancestors,) = re.findall(r"frame-ancestors [^;]+", policy)
    closed = policy.replace(ancestors, "frame-ancestors 'none'")
    start = policy_with_sheet() if closed.startswith(policy_with_sheet()) else CONTENT_SECURITY_POLICY
    assert closed.startswith(start)
    return ancestors, answer.headers["X-Frame-Options"], closed.removeprefix(start)


def may_be_kept(pattern: str, answer: Any) -> bool:
    kept = answer.headers["Cache-Control"]
    is_public = kept.startswith("public") and not hostile.is_private(pattern) and not answer.cookies
    return is_public or "no-store" in kept


def cookies_of(answers: dict[str, Any]) -> set[str]:
    names = set()
    for pattern, answer in answers.items():
        for name, morsel in answer.cookies.items():
            assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/"), pattern
            assert (morsel["domain"], len(morsel.OutputString()) < 400) == ("", True), pattern
            assert name != "csrf" or hostile.is_private(pattern), pattern
            names.add(name)
    return names


def test_in_production_every_cookie_is_bound_to_the_host():
    program = """
import django; django.setup()
from django.conf import settings as s
from requests import drafts
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, drafts.COOKIE, drafts.PAUSED_COOKIE)
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN)
"""
    environment = deployed.production(DJANGO_SETTINGS_MODULE="clinic.settings")

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [
        "__Host-session", "__Host-csrf", "__Host-draft", "__Host-paused", "True", "True", "None", "None",
    ]  # fmt: skip


# P08


HOSTS: tuple[dict[str, str], ...] = (
    {"HTTP_HOST": EVIL},
    {"HTTP_HOST": f"testserver.{EVIL}"},
    {"HTTP_HOST": f"testserver@{EVIL}"},
    {"HTTP_HOST": f"{EVIL}:80"},
    {"HTTP_HOST": f"testserver:80@{EVIL}"},
    {"HTTP_HOST": f"{EVIL}."},
    {"HTTP_HOST": f"testserver, {EVIL}"},
    {"HTTP_HOST": f"testserver:{EVIL}"},
    {"HTTP_HOST": f"testserver\t{EVIL}"},
    {"HTTP_HOST": f"testserver/{EVIL}"},
)
IGNORED: tuple[dict[str, str], ...] = (
    {"HTTP_X_FORWARDED_HOST": EVIL},
    {"HTTP_FORWARDED": f"host={EVIL}"},
    {"HTTP_X_HOST": EVIL},
    {"HTTP_X_ORIGINAL_URL": f"https://{EVIL}/"},
    {"HTTP_X_FORWARDED_SERVER": EVIL},
)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/requests/new/", "/staff/login/", "/sitemap.xml", "/nothing"])
def test_another_host_is_refused(host, path):
    response = Client().get(path, **host)

    assert response.status_code == 400
    assert EVIL not in response.content.decode()


@pytest.mark.parametrize("header", IGNORED)
@pytest.mark.parametrize("path", ["/", "/requests/new", "/robots.txt", "/sitemap.xml", "/staff/"])
def test_a_header_about_the_host_is_ignored(header, path):
    response = Client().get(path, **header)

    assert EVIL not in response.content.decode() + str(response.headers)


def test_links_in_mails_and_pages_lead_to_our_own_host(settings):
    client = Client(**dict(item for header in IGNORED for item in header.items()))
    walk(client)
    link = client.post(reverse("requests:resume_link")).content.decode()
    inquiry = send(client)
    client.post(reverse("requests:withdraw", args=[inquiry.token]))

    Sender().send_due()

    assert len(mail.outbox) == 2
    letters = "".join(message.message().as_string() for message in mail.outbox)
    assert EVIL not in letters + link
    links = re.findall(r"https?://[^\s\"<>]+", link + mail.outbox[0].body)
    assert {urlsplit(found).netloc for found in links} == {urlsplit(settings.SITE_URL).netloc}


# P09


ELSEWHERE = (
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
    "https:evil.example", "https:/evil.example", "https:///evil.example", "https://evil.example", "HTTPS://evil.example",
    "http:\\\\evil.example", "https://testserver@evil.example", "https://testserver.evil.example", "//testserver@evil.example",
    "/\t/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example", "\x00//evil.example", "/%2f%2fevil.example",
    "%2f%2fevil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "ftp://evil.example",
    "https://evil.example%00@testserver", "//evil%E3%80%82example", "https://[::1]@evil.example", "/..//evil.example",
    "http://testserver:80@evil.example/", "//%0d%0aevil.example", "https://evil.example#@testserver",
)  # fmt: skip


def is_ours(location: str) -> bool:
    """As a browser reads it: a backslash is a slash, and what cannot be seen is not there."""
    plain = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    parts = urlsplit(urljoin("http://testserver/staff/login/", plain))
    return (parts.scheme, parts.netloc) == ("http", "testserver")


@pytest.mark.parametrize("address", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_signing_in_and_out_leads_nowhere_else(address, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = a_user("Reception", password=PASSWORD)
    typed = {"username": user.username, "password": PASSWORD, "next": address}

    client = Client()
    answers = [client.post(f"/staff/login/?next={quote(address)}", typed)]
    answers.append(client.get("/staff/login/", {"next": address}))
    answers.append(client.post(f"/staff/logout/?next={quote(address)}", {"next": address}))
    answers.append(client.post("/requests/new/", {"next": address, "from": address}))
    answers.append(client.post(f"/requests/new/?from={quote(address)}&next={quote(address)}"))

    places = [answer["Location"] for answer in answers if answer.status_code == 302]
    assert len(places) >= 4
    assert [place for place in places if not is_ours(place)] == []


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/procedures", "/\\evil.example", "//evil.example/%2e%2e", "///staff/login",
             "/staff//evil.example/requests/inquiry", "//evil.example/staff/requests/inquiry"]
)  # fmt: skip
@pytest.mark.parametrize("role", [None, "superuser"])
def test_a_missing_slash_leads_nowhere_else(role, path):
    environ = {"PATH_INFO": path}

    response = hostile.signed_in(role).get("/", **environ)

    assert response.status_code in (301, 302, 404)
    assert is_ours(response.get("Location", "/"))


# P12


SECRETS = (
    "/.git/HEAD", "/.git/config", "/.env", "/.env.production", "/.data/secret_key", "/.data/encryption_key", "/.svn/entries",
    "/.DS_Store", "/.htaccess", "/manage.py", "/clinic/settings.py", "/settings.py", "/pyproject.toml", "/requirements.txt",
    "/Makefile", "/README.md", "/package.json", "/docs/", "/tests/", "/media/", "/media/../clinic/settings.py", "/static/",
    "/static/clinic/", "/static/..%2fclinic%2fsettings.py", "/static/../clinic/settings.py", "/static/%2e%2e/manage.py",
    "/static//etc/passwd", "/static/%00", "/static/clinic/site.css%00.txt", "/static/..%5c..%5cmanage.py", "/static/" + "a" * 3000,
    "/staticfiles/", "/admin/", "/admin/doc/", "/staff/doc/", "/staff/password_reset/", "/__debug__/", "/debug/", "/metrics",
    "/server-status", "/server-info", "/phpinfo.php", "/wp-login.php", "/actuator/env", "/api/", "/graphql", "/swagger.json",
    "/openapi.json", "/console", "/health/db", "/dev/mail/", "/dev/", "/backup.sql", "/db.sqlite3", "/dump.sql.gz", "/.well-known/x",
    "/procedures/..%2f..%2fetc%2fpasswd/", "/requests/../staff/", "/%2e%2e/%2e%2e/etc/passwd", "/../../etc/passwd", "/%00",
    "/requests/new/%2e%2e/", "/logs/", "/clinic/postgres.py", "/staff/.git/HEAD", "/jsi18n/", "/i18n/setlang/", "/accounts/login/",
)  # fmt: skip
TELL_TALE = re.compile(
    r"Traceback|File \"|/work/|/tmp/|site-packages|python|django|granian|psycopg|postgres|SELECT |gunicorn|nginx|Exception|Error at",
    re.IGNORECASE,
)


@pytest.mark.parametrize("role", [None, "superuser"])
def test_secret_places_do_not_exist(role):
    client = hostile.signed_in(role)

    answers = {path: client.get(path) for path in SECRETS}

    found = {path: answer.status_code for path, answer in answers.items()}
    allowed = (404, 302) if role is None else (404,)
    assert {path: code for path, code in found.items() if code not in allowed} == {}
    assert [path for path, answer in answers.items() if TELL_TALE.search(answer.content.decode())] == []


def test_error_pages_tell_nothing_about_the_machine(monkeypatch):
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("SELECT secret FROM /work/main")

    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answers = [
        strict.get("/", headers={"host": EVIL}),
        strict.post("/requests/new/send/"),
        strict.get("/nothing/"),
        strict.post("/"),
        client_of(complete_draft()).post("/requests/new/anything-else/", {f"f{n}": "x" for n in range(1001)}),
        hostile.signed_in("Editor").get("/staff/requests/inquiry/"),
    ]
    monkeypatch.setattr("requests.views.steps.find", fail)
    answers.append(strict.get("/requests/new/who-for/"))

    assert [answer.status_code for answer in answers] == [400, 403, 404, 403, 400, 403, 500]
    assert [answer.status_code for answer in answers if TELL_TALE.search(answer.content.decode())] == []
    assert not any(
        {"server", "x-powered-by"} & {name.lower() for name in answer.headers} for answer in answers
    )


# P28, P35: floods


def test_few_passwords_are_hashed_at_once(monkeypatch, settings):
    """Each takes 100 MB of memory."""
    at_once: list[int] = []
    inside = []

    def slow(*args: Any) -> str:
        inside.append(1)
        at_once.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return "x"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", slow)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
    hasher = get_hasher()
    asked = [threading.Thread(target=hasher.encode, args=("x", "salt")) for _ in range(6)]
    asked += [threading.Thread(target=hasher.verify, args=("x", "y")) for _ in range(6)]
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()

    assert (len(at_once), max(at_once)) == (12, 2)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "unix:", False),
    ],
)
def test_all_addresses_of_one_home_count_as_one(first, second, same):
    addresses = {
        client_address(RequestFactory().get("/", REMOTE_ADDR=address)) for address in (first, second)
    }

    assert len(addresses) == (1 if same else 2)


# P26


SCANNERS = ("Mozilla/5.0 (compatible; Proofpoint)", "Barracuda Sentinel", "Microsoft Office/16.0", "Mimecast", "GoogleImageProxy",
            "Slackbot-LinkExpanding 1.0", "facebookexternalhit/1.1", "WhatsApp/2.0", "curl/8", "")  # fmt: skip


def test_mail_scanners_change_nothing_and_the_links_still_work():
    client = client_of(complete_draft())
    page = client.post(reverse("requests:resume_link")).content.decode()
    resume = urlsplit(re.search(r'href="([^"]+/resume/[^"]+)"', page)[1]).path  # type: ignore[index]
    inquiry = an_inquiry()
    links = [resume, *(reverse(f"requests:{name}", args=[inquiry.token]) for name in ("status", "withdraw"))]
    before = hostile.database()

    for link in links:
        for number in range(25):
            agent = {"user-agent": SCANNERS[number % len(SCANNERS)]}
            assert Client().get(link, headers=agent).status_code == 200
            assert Client().head(link, headers=agent).status_code == 200

    assert hostile.database() == before
    assert Client().post(links[2]).status_code == 302
    assert type(inquiry).objects.get(pk=inquiry.pk).status == "withdrawn"
    patient = Client()
    assert patient.post(resume).url == reverse("requests:check")
    assert send(patient).pk != inquiry.pk
