"""`make run` on a fresh folder: it serves, stops, keeps its data and survives being killed."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from clinic.postgres import Server, connection_settings
from clinic.processes import free_port
from tests.deployed import outside
from tests.running import ROOT, Run, manage, send_raw, still_running


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("a folder, with spaces and a name too long for a socket" + "é" * 20)
    return outside() | {"CLINIC_DATA_DIR": str(folder / "data"), "PORT": str(free_port())}


@pytest.fixture(scope="module")
def data(environment: dict[str, str]) -> Iterator[Path]:
    folder = Path(environment["CLINIC_DATA_DIR"])
    yield folder
    Server(folder).remove()


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Path]:
    """A data folder that no command has seen."""
    folder = tmp_path / "data"
    yield folder
    Server(folder).remove()


@pytest.fixture(scope="module")
def site(environment: dict[str, str], data: Path) -> Iterator[Run]:
    site = Run(environment, data.parent / "said")
    yield site
    site.leave()


def references(data: Path) -> list[str]:
    settings = {name.lower(): value for name, value in connection_settings(data).items()}
    connection = psycopg2.connect(dbname=settings.pop("name"), **settings)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM requests_inquiry ORDER BY 1")
        found = [row[0] for row in cursor.fetchall()]
    connection.close()
    return found


@pytest.mark.parametrize(
    "path", ["/", "/procedures/cluneal-nerve-block/", "/staff/login/", "/dev/mail/", "/healthz"]
)
def test_the_pages_answer(site: Run, path: str):
    assert site.get(path).status == 200


def test_it_says_where_the_site_is_and_six_passwords_once(site: Run, data: Path):
    kept = data / "staff_passwords.txt"

    assert f"http://127.0.0.1:{site.port}/" in site.first_said
    assert kept.read_text() in site.first_said
    assert [len(line.split()[1]) >= 15 for line in kept.read_text().splitlines()] == [True] * 6


def test_secrets_are_for_their_owner_only(site: Run, data: Path):
    names = ("staff_passwords.txt", "secret_key", "encryption_key")

    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [stat.S_IMODE((data / name).stat().st_mode) & 0o077 for name in names] == [0, 0, 0]


def test_a_header_over_8_kib_is_refused(site: Run):
    """F1: a long one would cost seconds of processor time."""
    long = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: a; b=" + b";" * 9000 + b"\r\n\r\n"

    assert send_raw(site.port, long).split()[1] == "431"


def test_a_body_over_a_mebibyte_is_refused(site: Run):
    """P40: parts that claim to be files are not limited by Django."""
    head = b"POST /requests/new/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1073741824\r\n\r\n"

    assert send_raw(site.port, head + b"x" * 1000).split()[1] == "413"


def test_no_answer_tells_a_version(site: Run):
    """P12"""
    headers = site.get("/").headers

    assert (headers["server"], "x-powered-by" in headers) == ("granian", False)


def test_a_second_run_in_the_folder_is_refused(site: Run, environment: dict[str, str]):
    second = manage("run", environment=environment | {"PORT": str(free_port())})

    assert second.returncode == 1
    assert second.stderr.startswith("The site already runs from this folder: http://127.0.0.1:")


def test_a_command_beside_the_run_leaves_its_database_alone(site: Run, environment: dict[str, str]):
    assert manage("showmigrations", environment=environment).returncode == 0
    assert site.get("/staff/login/").status == 200


def test_a_killed_run_does_not_wedge_the_next(site: Run, data: Path):
    before = references(data)
    site.kill()
    left = still_running(data)

    site.start()

    assert left == ["web server", "mail worker", "PostgreSQL"]
    assert "Ended what an earlier run had left behind." in site.said
    assert site.get("/").status == 200
    assert references(data) == before


def test_ctrl_c_leaves_no_process_and_all_data(site: Run, data: Path):
    before = references(data)

    code = site.press_ctrl_c()
    left = still_running(data)
    site.start()

    assert (code, left) == (0, [])
    assert (len(before), references(data)) == (21, before)
    assert "Sample staff" not in site.said


def test_a_command_cut_short_twice_leaves_nothing(untouched: Path):
    environment = outside() | {"CLINIC_DATA_DIR": str(untouched)}
    program = "import time; print('here', flush=True); time.sleep(60)"
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", program]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=-1) as shell:
        assert shell.stdout
        assert shell.stdout.readline() == b"here\n"
        for _ in range(20):
            shell.send_signal(signal.SIGINT)
            time.sleep(0.002)

    assert still_running(untouched) == []


def test_a_taken_port_is_one_sentence_and_starts_nothing(untouched: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = manage("run", environment=outside() | {"CLINIC_DATA_DIR": str(untouched), "PORT": str(port)})

    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr == (
        f"Port {port} is taken (Address already in use). Stop what uses it, or choose another: "
        f"PORT={port + 1} make run\n"
    )
    assert still_running(untouched) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be shown another account's folder")
def test_another_accounts_folder_is_refused(tmp_path: Path):
    os.chown(tmp_path, 65534, 65534)
    run = manage("check", environment=outside() | {"CLINIC_DATA_DIR": str(tmp_path)})

    assert run.returncode == 1
    assert run.stderr.startswith(f"{tmp_path} is not a folder of the account that runs this.")
