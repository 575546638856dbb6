"""The style sheet inside public pages: a reader on a slow line waits for one answer, not two (V10).

Other pages link to it, since somebody who fills in a form sees many of them. The
Content-Security-Policy lets exactly these words pass, by their hash.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

SHEET = "clinic/site.css"
ADDRESS = re.compile(r'url\("([^"/:]+/[^":]+)"\)')


@cache
def sheet() -> str:
    """The compiled sheet; its addresses count from the site's root, not from the sheet's folder."""
    text = Path(str(finders.find(SHEET))).read_text(encoding="utf-8").strip()
    return ADDRESS.sub(lambda found: f'url("{static("clinic/" + found[1])}")', text)


@cache
def source() -> str:
    """What the policy's style-src calls the sheet."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(sheet().encode()).digest()).decode()}'"
