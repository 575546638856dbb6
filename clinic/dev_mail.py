"""Development: outgoing mail becomes files, shown as sent at /dev/mail/.

The page shows private links, so its addresses exist in development only (urls.py).
"""

import base64
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, register_converter
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 200


class Name:
    """The name of one stored mail; nothing else reaches the file system."""

    regex = "[0-9]{19}-[0-9a-f]{8}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Stored(NamedTuple):
    name: str
    at: datetime
    mail: Any


def folder() -> Path:
    return settings.DATA_DIR / "mail"


class FileBackend(BaseEmailBackend):
    """Each mail as one file, written whole or not at all."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        # Django's message class takes a line end, which the stubs do not know.
        contents = [email.message().as_bytes(linesep="\r\n") for email in email_messages]  # type: ignore[call-arg]
        for content in contents:
            self._store(content)
        return len(contents)

    def _store(self, content: bytes) -> None:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():019}-{secrets.token_hex(4)}"
        unfinished = folder() / f".{name}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(folder() / f"{name}.eml")


def stored(name: str) -> Stored:
    try:
        content = (folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        raise Http404 from None
    at = datetime.fromtimestamp(int(name.split("-")[0]) / 1e9, tz=timezone.get_current_timezone())
    return Stored(name, at, message_from_bytes(content, _class=Parsed, policy=policy.default))


def newest_first() -> list[Stored]:
    names = sorted((file.stem for file in folder().glob("*.eml")), reverse=True)
    return [stored(name) for name in names if re.fullmatch(Name.regex, name)][:SHOWN]


def part(mail: Any, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    # A browser hashes style with plain line ends.
    return body.get_content().replace("\r\n", "\n") if body else ""


# /dev/mail/
@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    return render(request, "dev_mail/mails.html", {"mails": newest_first()})


# /dev/mail/<name>/
@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    found = stored(name)
    context = {
        "stored": found,
        "headers": found.mail.items(),
        "text": part(found.mail, "plain"),
        "html": part(found.mail, "html"),
    }
    return render(request, "dev_mail/mail.html", context)


# /dev/mail/<name>/html/
@require_safe
@never_cache
def html_part(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part by itself: sandboxed, nothing loaded, only the style it brings along."""
    html = part(stored(name).mail, "html")
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
        for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    ]
    sources = " ".join(hashes) or "'none'"
    policy_words = f"sandbox; default-src 'none'; style-src {sources}; frame-ancestors 'none'"
    return HttpResponse(html, headers={"Content-Security-Policy": policy_words})


register_converter(Name, "stored_mail")
urlpatterns = [
    path("", mails, name="dev_mails"),
    path("<stored_mail:name>/", mail, name="dev_mail"),
    path("<stored_mail:name>/html/", html_part, name="dev_mail_html"),
]
