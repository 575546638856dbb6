"""Development: mail becomes files, and a page that exists nowhere else shows them."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import Resolver404, include, path, resolve

from clinic import mail, urls
from clinic.models import OutboxMessage
from clinic.settings import mail_server

pytestmark = pytest.mark.django_db
urlpatterns = [*urls.urlpatterns, path("dev/mail/", include("clinic.dev_mail"))]
LINK = "http://127.0.0.1:8000/requests/secret/"


@pytest.fixture
def development(settings, tmp_path) -> Path:
    settings.ROOT_URLCONF, settings.DATA_DIR = "tests.test_outbox_dev_mail", tmp_path
    return tmp_path / "mail"


def send(**changes: str) -> EmailMultiAlternatives:
    context = dict.fromkeys(mail.FIELDS["receipt"], "x") | {"link": LINK, "reference": "ABC-DEF"}
    email = mail.build(OutboxMessage(kind="receipt", to="pat@example.com", context=context | changes))
    get_connection("clinic.dev_mail.FileBackend").send_messages([email])
    return email


def address_of_newest() -> str:
    return re.findall(r'href="(/dev/mail/[^"]+/)"', Client().get("/dev/mail/").content.decode())[0]


def test_a_mail_is_stored_as_sent_for_its_owner_only(development):
    email = send()

    (file,) = development.iterdir()
    headers = file.read_bytes().split(b"\r\n\r\n")[0].decode()
    assert f"Message-ID: {email.extra_headers['Message-ID']}\r\n" in headers
    assert (file.stat().st_mode & 0o777, development.stat().st_mode & 0o777) == (0o600, 0o700)


def test_mails_are_listed_newest_first(development):
    for reference in ("AAA-AAA", "BBB-BBB", "CCC-CCC"):
        send(reference=reference)

    page = Client().get("/dev/mail/").content.decode()

    assert re.findall(r"We have your request (\w{3}-\w{3})", page) == ["CCC-CCC", "BBB-BBB", "AAA-AAA"]


def test_a_page_without_mail_says_so(development):
    assert "No mail yet." in Client().get("/dev/mail/").content.decode()


def test_a_mail_is_shown_with_its_headers_its_text_and_links_to_follow(development):
    send()

    response = Client().get(address_of_newest())

    page = response.content.decode()
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert f'<a href="{LINK}" rel="nofollow">{LINK}</a>' in page
    assert [name for name in ("Auto-Submitted", "Message-ID", "pat@example.com") if name not in page] == []


def test_the_html_part_is_source_on_the_page_and_sandboxed_by_itself(development):
    send(emergency="<script>alert(1)</script>")
    address = address_of_newest()

    assert "<script>" not in Client().get(address).content.decode()
    response = Client().get(f"{address}html/")
    style = re.findall(rb"<style>(.*)</style>", response.content, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert response["Content-Security-Policy"] == (
        f"sandbox; default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    )
    assert b"\r" not in style


@pytest.mark.parametrize(
    "name",
    [
        "../secret_key",
        "..%2fsecret_key",
        "secret_key",
        "1" * 19,
        "1" * 19 + "-0000000g",
        "1" * 19 + "-%00000000",
    ],
)
def test_a_name_of_another_form_is_not_found(development, name):
    development.mkdir()

    assert Client().get(f"/dev/mail/{name}/").status_code == 404


def test_a_mail_that_is_gone_is_not_found(development):
    assert Client().get(f"/dev/mail/{'1' * 19}-{'0' * 8}/").status_code == 404


def test_nothing_there_changes_anything(development):
    assert Client().post("/dev/mail/").status_code == 405


def test_the_page_does_not_exist_in_tests():
    with pytest.raises(Resolver404):
        resolve("/dev/mail/", "clinic.urls")


@pytest.mark.parametrize(("mode", "exists"), [("production", False), ("development", True)])
def test_the_page_exists_in_development_only(tmp_path, mode, exists):
    code = (
        "import django; django.setup()\n"
        "from django.urls import get_resolver\n"
        "print(any(str(entry.pattern).startswith('dev') for entry in get_resolver().url_patterns))"
    )
    production = {
        "DATABASE_URL": "postgres://clinic@127.0.0.1:1/clinic",
        "SECRET_KEY": "0123456789abcdef" * 4,
        "ENCRYPTION_KEYS": f"a {'A' * 43}=",
        "ALLOWED_HOSTS": "clinic.example",
        "SITE_URL": "https://clinic.example",
        "CLINIC_NAME": "Clinic",
        "CLINIC_PHONE": "202-555-0100",
        "EMAIL_URL": "smtp+tls://mail.example:587",
        "DEFAULT_FROM_EMAIL": "clinic@clinic.example",
    }
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "CLINIC_DATA_DIR": str(tmp_path),
        **(production if mode == "production" else {}),
    }

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == str(exists)


# The mail server of EMAIL_URL


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp+tls://u:p@mail.example", ("mail.example", 587, True, False)),
        ("smtp+tls://mail.example:2525", ("mail.example", 2525, True, False)),
        ("smtp+ssl://mail.example", ("mail.example", 465, False, True)),
        ("smtp://localhost", ("localhost", 25, False, False)),
    ],
)
def test_a_mail_server_is_read_from_its_url(url, found):
    read = mail_server(url)

    assert (
        read["EMAIL_HOST"],
        read["EMAIL_PORT"],
        bool(read.get("EMAIL_USE_TLS")),
        bool(read.get("EMAIL_USE_SSL")),
    ) == found


@pytest.mark.parametrize(
    "url", ["smtp://u:secret@mail.example", "smtp+tls://u:secret@mail.example?EMAIL_USE_TLS=0"]
)
def test_a_mail_server_spoken_to_in_clear_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="must use TLS") as error:
        mail_server(url)

    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["", "consolemail://", "smtps://mail.example", "smtp+tls://", "smtp+tls://mail.example:x"]
)
def test_a_url_of_another_kind_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like"):
        mail_server(url)
