"""V1 and V2: a published page, and the answer "you have it", beside nginx with the same bytes.

    .venv/bin/python bench/pages.py

One core serves and another asks, on 64 connections that stay open. nginx sends the
compressed page from a file, with none of our security headers to carry.
"""

import http.client
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
from bench import site
from bench.measuring import compare, need, on_core, requests_a_second, running, say, tell_load

PAGE = "/procedures/cluneal-nerve-block/"
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
    need("nginx", "wrk")
    tell_load()
    ours, limit = free_port(), free_port()
    with site.database(ours) as ready, site.web(ready):
        tag, body = fetch(ours, PAGE)
        say(f"The page: {len(body):,} bytes compressed.")
        with nginx(limit, body):
            file_tag, same = fetch(limit, FILE)
            if same != body:
                sys.exit("nginx does not send the same bytes.")
            for name, goal, ours_more, limit_more in (
                ("V1", 0.45, (), ()),
                ("V2", 0.25, (f"If-None-Match: {tag}",), (f"If-None-Match: {file_tag}",)),
            ):
                compare(
                    name,
                    goal,
                    ours=partial(requests_a_second, address(ours, PAGE), GZIP, *ours_more),
                    limit=partial(requests_a_second, address(limit, FILE), GZIP, *limit_more),
                    unit="requests/s",
                )


def address(port: int, path: str) -> str:
    return f"http://127.0.0.1:{port}{path}"


def fetch(port: int, path: str) -> tuple[str, bytes]:
    """ETag and bytes, once the page comes from the cache."""
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        tag, body = answer.headers["ETag"], answer.read()
        connection.close()
        if not tag.startswith("W/"):
            return tag, body
        time.sleep(0.5)
    sys.exit("The page is not kept: its ETag stays a weak one.")


@contextmanager
def nginx(port: int, body: bytes) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="clinic-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page.gz").write_bytes(body)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
        with running(*on_core(0, "nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr")):
            time.sleep(0.5)
            yield


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
