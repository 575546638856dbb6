"""One throw-away PostgreSQL for the whole run, shared by the parallel workers.

Loaded with -p (pyproject.toml): the settings read the environment that this sets
before any conftest is read, so run the tests with `python -m pytest`.
"""

import os
import shutil
import tempfile
from pathlib import Path

os.environ["CLINIC_MODE"] = "test"
if "CLINIC_TEST_DIR" not in os.environ:
    os.environ["CLINIC_TEST_DIR"] = tempfile.mkdtemp(prefix="clinic-test-")
os.environ["CLINIC_DATA_DIR"] = os.environ["CLINIC_TEST_DIR"]

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    from clinic.postgres import Server

    config.private_postgres = Server(Path(os.environ["CLINIC_TEST_DIR"]), durable=False)  # type: ignore[attr-defined]
    config.private_postgres.start()  # type: ignore[attr-defined]
    config.private_postgres.create_database()  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := getattr(config, "private_postgres", None):
        server.stop()
        shutil.rmtree(server.cluster.parent, ignore_errors=True)
        shutil.rmtree(os.environ["CLINIC_TEST_DIR"], ignore_errors=True)
