"""The site with its real pages on a throw-away database, for the scripts of this folder."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measuring import ROOT, on_core, running
from clinic.postgres import Server
from clinic.processes import wait_for


def environment(folder: Path, port: int) -> dict[str, str]:
    ours = {
        "CLINIC_MODE": "development",
        "CLINIC_DATA_DIR": str(folder),
        "PORT": str(port),
        "WEB_WORKERS": "1",
    }
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("CLINIC_", "DATABASE_"))
    }
    return outside | ours


@contextmanager
def database(port: int) -> Iterator[dict[str, str]]:
    """Gives the environment in which manage.py finds it, with all pages published."""
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as name:
        folder = Path(name)
        server = Server(folder)
        with server.in_use():
            ready = environment(folder, port)
            for step in ("migrate", "load_pages", "sample_clinic"):
                command = [sys.executable, "manage.py", step, "--verbosity", "0"]
                subprocess.run(command, cwd=ROOT, env=ready, check=True)
            yield ready
        server.remove()


@contextmanager
def web(ready: dict[str, str], application: str = "clinic.wsgi:application") -> Iterator[None]:
    """One web process, started as `run` starts it behind a proxy and bound to one core."""
    os.environ["TRUSTED_PROXY"] = "true"
    set_up()
    from clinic.management.commands.run import answers, web_server

    port = int(ready["PORT"])
    command = on_core(0, *web_server("127.0.0.1", port))
    command[command.index("--workers") + 1] = "1"
    command[-1] = application
    with running(*command, environment=ready):
        if not wait_for(lambda: answers("127.0.0.1", port), 30):
            sys.exit("The web server does not answer.")
        yield


@contextmanager
def django_on(ready: dict[str, str]) -> Iterator[None]:
    """This very process works on that database."""
    os.environ.update(ready)
    set_up()
    from django.db import connections

    yield
    connections.close_all()


def set_up() -> None:
    import django

    django.setup()
