"""What the web server calls; between it and Django, the environ is made clean.

granian copies the process environment into every request (F3), where an error
report could carry the secrets out: only what belongs to a request passes.

It also turns `X_Forwarded_Proto` and `X-Forwarded-Proto` into one key, the last
one winning, so a sender could overrule our proxy (F4), and nothing here can tell
the two apart. So no X-Forwarded header is believed. A proxy speaks through the
standard `Forwarded` header, whose name has no dash and therefore no twin.

Django decodes a query and a form in the character set that the sender names, before
any of our error handling: some of those codecs fail and some make half characters.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from . import logs
from .headers import HEADERS

# Django limits forms, but not the parts of them that claim to be files (P40).
LARGEST_BODY = 1024 * 1024
UTF_8 = re.compile(r'\s*;\s*charset\s*=\s*("utf-?8"|utf-?8)\s*(?=;|$)', re.IGNORECASE)
Environ = dict[str, Any]
CGI = {
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "PATH_INFO",
    "QUERY_STRING",
    "REMOTE_ADDR",
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
}
ENVIRONMENT = frozenset(os.environ)
# Django's settings take longer to ask than the rest of a kept page (bench/pages.py).
ONLY_HTTPS, TRUSTS_PROXY = settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXY
django_application = get_wsgi_application()

# Models can be imported from here on.
from .pagecache import PageCache  # noqa: E402


def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What Django says to the request, once it is clean."""
    clean = only_the_request(environ)
    if TRUSTS_PROXY:
        clean |= said_by_proxy(clean.pop("HTTP_FORWARDED", ""))
    logs.request_id.set(secrets.token_hex(8))
    if refusal := reason_to_refuse(clean):
        status, words = refusal
        start_response(status, [("Content-Type", "text/plain"), *HEADERS.items()])
        return [words.encode()]
    return django_application(clean, start_response)


def reason_to_refuse(environ: Environ) -> tuple[str, str] | None:
    """What Django would stumble over, as a status and words; takes "UTF-8" off the content type."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch("[0-9]{1,30}", length):
        return "400 Bad Request", "The length of what was sent is no number.\n"
    if int(length) > LARGEST_BODY:
        words = "This is more than one form can hold. Go back and make it shorter.\n"
        return "413 Content Too Large", words
    environ["CONTENT_TYPE"] = UTF_8.sub("", environ.get("CONTENT_TYPE", ""))
    if "charset" in environ["CONTENT_TYPE"].lower():
        return "415 Unsupported Media Type", "This site reads UTF-8 only.\n"
    return None


def only_the_request(environ: Environ) -> Environ:
    return {
        name: value
        for name, value in environ.items()
        if name in CGI
        or name.startswith("wsgi.")
        or (
            name.startswith("HTTP_")
            and not name.startswith("HTTP_X_FORWARDED_")
            and name not in ENVIRONMENT
            and name != "HTTP_PROXY"
        )
    }


def said_by_proxy(forwarded: str) -> Environ:
    """The last element of `Forwarded` (RFC 7239): the one our own proxy wrote."""
    pairs = (pair.partition("=") for pair in forwarded.rsplit(",", 1)[-1].split(";"))
    said = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
    return {
        "HTTP_X_FORWARDED_FOR": without_port(said.get("for", "")),
        "HTTP_X_FORWARDED_PROTO": said.get("proto", ""),
    }


def without_port(node: str) -> str:
    """`192.0.2.1:80` and `[2001:db8::1]:80` as addresses only."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def is_secure(environ: Environ) -> bool:
    if not ONLY_HTTPS or environ["wsgi.url_scheme"] == "https":
        return True
    forwarded = environ.get("HTTP_FORWARDED", "")
    return TRUSTS_PROXY and said_by_proxy(forwarded)["HTTP_X_FORWARDED_PROTO"] == "https"


application = PageCache(answer, is_secure)
