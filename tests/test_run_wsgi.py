"""Between granian and Django: only what belongs to the request, and no header's twin (F3, F4)."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from clinic.children import Child
from clinic.management.commands.run import web_server
from clinic.processes import free_port, wait_for
from clinic.wsgi import said_by_proxy
from tests.running import send_raw

SECRETS = {"DATABASE_PASSWORD": "canary-1", "HTTP_SMTP_URL": "canary-2", "REFERRER_DSN": "canary-3"}


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of granian, started as the site is, with an application that echoes."""
    port = free_port()
    command = [*web_server("127.0.0.1", port)[:-1], "tests.echo:application"]
    server = Child("web server", command, tmp_path_factory.mktemp("echo"), repeat=1)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in SECRETS.items():
            environment.setenv(name, value)
        server.start()
    assert wait_for(lambda: listens(port), 30)
    yield port
    server.stop()


def listens(port: int) -> bool:
    try:
        ask(port)
    except OSError:
        return False
    return True


def ask(port: int, *headers: str) -> dict[str, Any]:
    lines = ["GET /requests/new/ HTTP/1.1", "Host: clinic.example", "Connection: close", *headers, "", ""]
    return json.loads(send_raw(port, "\r\n".join(lines).encode()).partition("\r\n\r\n")[2])


def test_granian_gives_the_environment_and_nothing_of_it_is_kept(echo: int):
    told = ask(echo)

    assert {name: told["given"].get(name) for name in SECRETS} == SECRETS
    assert set(told["kept"]) & set(SECRETS) == set()
    assert "PATH" not in told["kept"]


def test_what_belongs_to_the_request_is_kept(echo: int):
    kept = ask(echo, "Accept-Language: es", "Cookie: a=b")["kept"]

    assert {
        name: kept[name] for name in ("HTTP_HOST", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE", "PATH_INFO")
    } == {
        "HTTP_HOST": "clinic.example",
        "HTTP_ACCEPT_LANGUAGE": "es",
        "HTTP_COOKIE": "a=b",
        "PATH_INFO": "/requests/new/",
    }


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Proto", "X_Forwarded_Proto", "X-Forwarded-For", "X_Forwarded_Host"]
)
def test_no_forwarded_header_or_its_twin_is_kept(echo: int, name: str):
    told = ask(echo, f"{name}: https")
    key = "HTTP_" + name.upper().replace("-", "_")

    assert told["given"][key] == "https"
    assert key not in told["kept"]


def test_a_proxy_header_cannot_become_a_setting_of_the_process(echo: int):
    assert "HTTP_PROXY" not in ask(echo, "Proxy: http://evil.example")["kept"]


def test_the_trusted_header_has_no_twin(echo: int):
    """Its name has neither dash nor underscore, so what the proxy wrote stands alone."""
    kept = ask(echo, "Forwarded: for=192.0.2.7;proto=https")["kept"]

    assert kept["HTTP_FORWARDED"] == "for=192.0.2.7;proto=https"


@pytest.mark.parametrize(
    ("forwarded", "address", "scheme"),
    [
        ("for=192.0.2.7;proto=https", "192.0.2.7", "https"),
        ('for="[2001:db8::7]:4711"; proto=https', "2001:db8::7", "https"),
        ("For=192.0.2.7:80;Proto=http;host=evil.example", "192.0.2.7", "http"),
        ("for=203.0.113.9;proto=https, for=192.0.2.7;proto=http", "192.0.2.7", "http"),
        ("proto=https, for=192.0.2.7", "192.0.2.7", ""),
        ("nonsense", "", ""),
        ("", "", ""),
    ],
)
def test_the_last_element_is_our_proxys(forwarded: str, address: str, scheme: str):
    assert said_by_proxy(forwarded) == {"HTTP_X_FORWARDED_FOR": address, "HTTP_X_FORWARDED_PROTO": scheme}


@pytest.mark.parametrize(("behind_proxy", "threads"), [(False, "64"), (True, "8")])
def test_fewer_threads_serve_where_a_proxy_takes_slow_senders(
    settings: Any, monkeypatch: pytest.MonkeyPatch, behind_proxy: bool, threads: str
):
    monkeypatch.delenv("WEB_THREADS", raising=False)
    settings.TRUSTED_PROXY = behind_proxy
    command = web_server("127.0.0.1", 8000)

    assert command[command.index("--blocking-threads") + 1] == threads


def test_somebody_else_may_say_how_many_threads_serve(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WEB_THREADS", "7")
    command = web_server("127.0.0.1", 8000)

    assert command[command.index("--blocking-threads") + 1] == "7"


def test_sixty_slow_senders_leave_room_for_others(echo: int):
    """Even when one process gets them all: each keeps one of its 64 threads busy (F2)."""
    words = b"POST /slow/ HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: 999\r\n\r\na=b"
    with ExitStack() as open_ones:
        for _ in range(60):
            sender = open_ones.enter_context(socket.create_connection(("127.0.0.1", echo), timeout=5))
            sender.sendall(words)
        told = [ask(echo)["given"]["PATH_INFO"] for _ in range(20)]

    assert told == ["/requests/new/"] * 20
