"""The style sheet inside public pages: a reader on a slow line waits for one answer, not two (V10).

Other pages link to it, since somebody who fills in a form sees many of them. The
Content-Security-Policy lets exactly these words pass, by their hash. A page that is
kept has only the rules that it can use.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from . import used_styles

SHEET = "clinic/site.css"
PAPER = "clinic/print.css"
ADDRESS = re.compile(r'url\("([^"/:]+/[^":]+)"\)')


@cache
def sheet() -> str:
    """The compiled sheet; its addresses count from the site's root, not from the sheet's folder."""
    return ADDRESS.sub(lambda found: f'url("{static("clinic/" + found[1])}")', _text(SHEET))


@cache
def source() -> str:
    """What the policy's style-src calls the sheet."""
    return _source(sheet())


def with_used_rules_only(headers: list[tuple[str, str]], body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """A finished page and its headers, the policy's hash included; without a sheet inside, as they are."""
    before, found, after = body.partition(f"<style>{sheet()}</style>".encode())
    if not found:
        return headers, body
    rules = used_styles.used(sheet(), (before + after).decode(), _text(PAPER))
    changed = [(name, value.replace(source(), _source(rules))) for name, value in headers]
    return changed, b"%s<style>%s</style>%s" % (before, rules.encode(), after)


def _text(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8").strip()


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
