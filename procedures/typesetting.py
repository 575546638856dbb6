"""Sets a document with typst, in a process of its own: it can be stopped, and nothing of it stays.

The layouts stand in procedures/typst/. All text goes to them as data, never as source.
"""

import hashlib
import json
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from .drawings import STYLES

FOLDER = Path(__file__).parent / "typst"
LONGEST_SECONDS = 20
# One document at a time in this process; the others wait for it, but not for ever.
_press = threading.Lock()


class NotSet(Exception):
    """The document could not be made; the text says why."""


def pdf(layout: str, data: dict[str, Any], *, at: int) -> bytes:
    """A tagged PDF/UA-1; the same bytes for the same data and time."""
    return _set(layout, data, {"format": "pdf", "pdf_standards": "ua-1", "timestamp": at})


def png(layout: str, data: dict[str, Any]) -> bytes:
    """The one sheet as a picture, a pixel for each point."""
    return _set(layout, data, {"format": "png", "ppi": 72})


def _set(layout: str, data: dict[str, Any], options: dict[str, Any]) -> bytes:
    order = {"layout": layout, "data": json.dumps(data, ensure_ascii=False), "options": options}
    if not _press.acquire(timeout=LONGEST_SECONDS):
        raise NotSet("Another document takes too long.")
    try:
        return _run(json.dumps(order).encode())
    finally:
        _press.release()


def _run(order: bytes) -> bytes:
    command = [sys.executable, "-I", str(FOLDER / "press.py")]
    try:
        done = subprocess.run(command, input=order, capture_output=True, timeout=LONGEST_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        raise NotSet(f"It took longer than {LONGEST_SECONDS} seconds.") from None
    except subprocess.CalledProcessError as error:
        raise NotSet(error.stderr.decode(errors="replace")[-2000:]) from None
    return done.stdout


@cache
def layout_hash() -> str:
    """Changes with every layout, so that nothing made from an older one is used."""
    files = [*sorted(FOLDER.glob("*.*")), FOLDER.parent / "paper.py", FOLDER.parent / "drawings.py", STYLES]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
