"""One throw-away PostgreSQL for the whole run, shared by the parallel workers.

Loaded with -p (pyproject.toml): the settings read the environment that this sets
before any conftest is read, so run the tests with `python -m pytest`.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from clinic.postgres import Server
from clinic.processes import taken

PREFIX = "clinic-test-"

os.environ["CLINIC_MODE"] = "test"
for name in ("DATABASE_URL", "DATABASE_URL_FILE", "SITE_URL"):
    os.environ.pop(name, None)  # tests never touch a server somebody set up
if "CLINIC_TEST_DIR" not in os.environ:
    os.environ["CLINIC_TEST_DIR"] = tempfile.mkdtemp(prefix=PREFIX)
os.environ["CLINIC_DATA_DIR"] = os.environ["CLINIC_TEST_DIR"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ["CLINIC_TEST_DIR"])
    sweep_after_killed_runs()
    config.test_run = (folder / "run").open("a")  # type: ignore[attr-defined]
    fcntl.flock(config.test_run, fcntl.LOCK_EX)  # type: ignore[attr-defined]
    config.private_postgres = Server(folder, durable=False)  # type: ignore[attr-defined]
    config.private_postgres.start()  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := getattr(config, "private_postgres", None):
        server.remove()
        shutil.rmtree(os.environ["CLINIC_TEST_DIR"], ignore_errors=True)


def sweep_after_killed_runs() -> None:
    """A run that was killed left its server behind; its lock is free, so nobody uses it."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/run"):
        if lock.stat().st_uid == os.getuid():
            with lock.open("a") as file:
                if taken(file):
                    Server(lock.parent).remove()
                    shutil.rmtree(lock.parent, ignore_errors=True)
