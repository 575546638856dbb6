"""The private PostgreSQL: always exactly one, never somebody else's, gone when nobody uses it."""

import fcntl
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest

from clinic import postgres
from clinic.postgres import Server, connection_settings, socket_folder
from clinic.postgres_programs import PostgresError
from clinic.processes import wait_for


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    folder.mkdir()
    yield folder
    Server(folder).remove()


def a_server(data: Path) -> Server:
    return Server(data, durable=False)


def answer(data: Path, statement: str) -> str:
    settings = {name.lower(): value for name, value in connection_settings(data).items()}
    connection = psycopg2.connect(dbname=settings.pop("name"), **settings)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        found = str(cursor.fetchone()[0])
    connection.close()
    return found


def test_it_knows_letters_beyond_english_and_listens_on_no_port(data: Path):
    with a_server(data).in_use():
        assert answer(data, "SELECT upper('ñandú')") == "ÑANDÚ"
        assert answer(data, "SELECT 'É' ILIKE 'é'") == "True"
        assert answer(data, "SHOW listen_addresses") == ""


def test_the_last_to_leave_stops_it(data: Path):
    first, second = a_server(data), a_server(data)

    with first.in_use():
        with second.in_use():
            pass
        assert first.is_running()
    assert not first.is_running()


def test_a_killed_server_is_started_again(data: Path):
    server = a_server(data)
    server.start()
    assert server.process
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()

    with a_server(data).in_use():
        assert answer(data, "SELECT 1") == "1"


def test_a_server_that_is_just_ending_is_started_again(data: Path):
    """What a killed one leaves behind for a moment: processes that hold its lock, here this test."""
    with a_server(data).in_use():
        pass
    with (a_server(data).home / "postgres.alive").open("a") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        threading.Timer(0.3, lambda: fcntl.flock(alive, fcntl.LOCK_UN)).start()

        with a_server(data).in_use():
            assert answer(data, "SELECT 1") == "1"


def test_a_process_number_used_again_does_not_mislead(data: Path):
    """After a reboot the number in postmaster.pid may belong to anybody: here to this test."""
    with a_server(data).in_use():
        pid_file = a_server(data).cluster / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    with a_server(data).in_use():
        assert answer(data, "SELECT 1") == "1"
    assert wait_for(lambda: not a_server(data).is_running(), 5)


def test_half_a_cluster_is_made_again(data: Path):
    server = a_server(data)
    server._make_folders()
    unfinished = server.home / "postgres.unfinished"
    (unfinished / "base").mkdir(parents=True)

    with server.in_use():
        assert answer(data, "SELECT 1") == "1"


def test_a_full_disk_is_one_sentence_and_leaves_no_cluster(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres, "ROOM_TO_BEGIN", 10**12)
    server = a_server(data)

    with pytest.raises(PostgresError) as stop, server.in_use():
        pass

    assert str(stop.value) == (
        f"The disk that holds {server.home} is full: free about 200 MB and start again."
    )
    assert not server.cluster.exists()


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder whose own path is too long for a socket, as for an ordinary user."""
    folder = tmp_path / ("deep, " * 20)
    folder.mkdir()
    monkeypatch.setattr(postgres, "home", lambda data: data)
    yield folder
    shutil.rmtree(socket_folder(folder), ignore_errors=True)


def test_a_deep_folder_keeps_its_socket_in_a_short_one_of_ours(deep: Path):
    chosen = socket_folder(deep)

    assert chosen == socket_folder(deep)
    assert (len(f"{chosen}/.s.PGSQL.5432.lock") <= 107, chosen.stat().st_mode & 0o777) == (True, 0o700)


def test_a_socket_folder_taken_by_somebody_else_is_not_used(deep: Path, tmp_path: Path):
    chosen = socket_folder(deep)
    chosen.rmdir()
    chosen.symlink_to(tmp_path)

    other = socket_folder(deep)
    chosen.unlink()

    assert other != chosen
    assert not other.is_symlink()


class Dawdler(Server):
    """Takes its time between looking whether others use the server and being gone."""

    @contextmanager
    def _mutex(self) -> Iterator[None]:
        with super()._mutex():
            yield
        time.sleep(0.3)


def test_of_two_who_leave_at_once_the_last_stops_it(data: Path):
    first, last = Dawdler(data, durable=False), a_server(data)
    arrived, leaving = threading.Event(), threading.Event()

    def use_and_leave() -> None:
        with first.in_use():
            arrived.set()
            leaving.wait()

    user = threading.Thread(target=use_and_leave)
    user.start()
    arrived.wait(10)
    with last.in_use():
        leaving.set()
        time.sleep(0.1)  # now the first has looked, seen us and is still on its way out

    assert not last.is_running()
    user.join()
    assert first.process
    assert first.process.wait(5) == 0
