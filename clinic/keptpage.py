"""A public page as it is kept: its bytes in each encoding, with all headers of the answer (docs/adr/0006).

Each encoding has a strong ETag of its own. Brotli takes a tenth of a second, so it is
made after the first reader has been answered; until then its readers get gzip.
"""

import gzip
import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

import brotli

from . import styles

OWN_HEADERS = ("etag", "content-length", "content-encoding")
NEVER = re.compile(r"q=0(\.0*)?")

Headers = list[tuple[str, str]]


class Rendered(NamedTuple):
    """What Django answered."""

    status: str
    headers: Headers
    body: bytes


class Answer(NamedTuple):
    """A page in one encoding."""

    etag: str
    headers: Headers
    not_modified: Headers
    body: list[bytes]


class Page:
    """`answers` has one for each name that `encoding_of` gives."""

    def __init__(self, rendered: Rendered) -> None:
        headers, self.body = styles.with_used_rules_only(rendered.headers, rendered.body)
        self.headers = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
        self.mark = hashlib.sha256(self.body).hexdigest()[:32]
        plain = answer_of(f'"{self.mark}"', self.headers, self.body)
        small = self.packed("gzip", gzip.compress(self.body, 9, mtime=0)) or plain
        self.answers = {"": plain, "gzip": small, "br": small}

    @property
    def size(self) -> int:
        return sum(len(answer.body[0]) for answer in self.answers.values())

    def add_brotli(self) -> None:
        if small := self.packed("br", brotli.compress(self.body, quality=11)):
            self.answers["br"] = small

    def packed(self, encoding: str, body: bytes) -> Answer | None:
        if len(body) > 0.9 * len(self.body):
            return None
        headers = [*self.headers, ("Content-Encoding", encoding)]
        return answer_of(f'"{self.mark}-{encoding}"', headers, body)


def answer_of(etag: str, headers: Headers, body: bytes) -> Answer:
    headers = [*headers, ("ETag", etag)]
    about_body = ("content-type", "content-encoding")
    not_modified = [(name, value) for name, value in headers if name.lower() not in about_body]
    return Answer(etag, [*headers, ("Content-Length", str(len(body)))], not_modified, [body])


# Few browsers spell it in their own way; who makes new ones up pushes out but these.
@lru_cache(maxsize=64)
def encoding_of(accepted: str) -> str:
    """The smallest of ours that an Accept-Encoding header takes."""
    taken = set()
    for each in accepted.lower().replace(" ", "").split(","):
        name, _, weight = each.partition(";")
        if not NEVER.fullmatch(weight):
            taken.add(name)
    return next((name for name in ("br", "gzip") if name in taken), "")
