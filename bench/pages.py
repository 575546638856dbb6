"""V1 and V2: a published page, and the answer "you have it", beside nginx with the same bytes.

    .venv/bin/python bench/pages.py

One core serves and another asks, on 64 connections that stay open. nginx sends the
compressed page from a file, with none of our security headers to carry. Beside us stands
an application that does nothing but send the same answer: what the web server can do at most.

The goal was set with a page of about 8 kB compressed; the heaviest is told as well.
"""

import http.client
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path[0] = str(Path(__file__).resolve().parent.parent)
from bench import site
from bench.measuring import compare, need, on_core, requests_a_second, running, say, tell_load
from clinic.processes import free_port

PAGES = {"V1": "/emergency-signs/", "V1-heaviest": "/procedures/cluneal-nerve-block/"}
FILE = "/page"
GZIP = "Accept-Encoding: gzip"
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr error; worker_processes 1;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=10;
  default_type text/html; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static always; }}
}}
"""


def main() -> None:
    need("nginx", "wrk", packages="nginx-light wrk")
    tell_load()
    port = free_port()
    with site.database(port) as ready, site.web(ready):
        for name, page in PAGES.items():
            answer = fetch(port, page)
            say(f"{page}: {len(answer.body):,} bytes compressed.")
            with kept(answer) as folder, nginx(folder) as limit, nothing(folder, ready) as bare:
                if fetch(limit, FILE).body != answer.body:
                    sys.exit("nginx does not send the same bytes.")
                page_asked(name, address(port, page), address(limit, FILE), address(bare, "/"))
                if name == "V1":
                    condition_asked(port, page, limit)


def page_asked(name: str, ours: str, limit: str, bare: str) -> None:
    compare(
        name,
        0.45,
        ours=partial(requests_a_second, ours, GZIP),
        limit=partial(requests_a_second, limit, GZIP),
        unit="requests/s",
        beside={"an application that does nothing": partial(requests_a_second, bare, GZIP)},
    )


def condition_asked(port: int, page: str, limit: int) -> None:
    """Both say that the asker has the page already."""
    ours, file = (f"If-None-Match: {fetch(*where).tag}" for where in ((port, page), (limit, FILE)))
    compare(
        "V2",
        0.25,
        ours=partial(requests_a_second, address(port, page), GZIP, ours),
        limit=partial(requests_a_second, address(limit, FILE), GZIP, file),
        unit="requests/s",
    )


def address(port: int, path: str) -> str:
    return f"http://127.0.0.1:{port}{path}"


class Answer(NamedTuple):
    tag: str
    headers: list[tuple[str, str]]
    body: bytes


def fetch(port: int, path: str) -> Answer:
    """Once the page comes from the cache."""
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        tag, body = answer.headers["ETag"], answer.read()
        connection.close()
        if not tag.startswith("W/"):
            return Answer(tag, answer.getheaders(), body)
        time.sleep(0.5)
    sys.exit("The page is not kept: its ETag stays a weak one.")


@contextmanager
def kept(answer: Answer) -> Iterator[Path]:
    """A folder with its bytes and headers; those that the web server adds itself are left out."""
    with tempfile.TemporaryDirectory(prefix="clinic-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page.gz").write_bytes(answer.body)
        headers = [pair for pair in answer.headers if pair[0].lower() not in ("server", "date")]
        (folder / "headers.json").write_text(json.dumps(headers))
        yield folder


@contextmanager
def nginx(folder: Path) -> Iterator[int]:
    """Gives its port."""
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    with running(*on_core(0, "nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr")):
        time.sleep(0.5)
        yield port


@contextmanager
def nothing(folder: Path, ready: dict[str, str]) -> Iterator[int]:
    """The same web server as ours, with an application of its own. Gives its port."""
    port = free_port()
    with site.web(ready | {"PORT": str(port), "BENCH_ANSWER": str(folder)}, "bench.nothing:application"):
        yield port


if __name__ == "__main__":
    main()
