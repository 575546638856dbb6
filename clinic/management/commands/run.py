"""Start all the site needs and keep it running until Ctrl-C."""

import http.client
import io
import logging
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from clinic.children import CannotRun, Child, only_run
from clinic.postgres import Server
from clinic.processes import wait_for

from .sample_staff import passwords_file

log = logging.getLogger("clinic.run")


class Command(BaseCommand):
    help = "Runs the site: database (in development), web server and mail worker, until Ctrl-C."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        # A plain flag: a threading.Event blocks for ever when a second signal meets it half set.
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        try:
            self.run(os.environ.get("HOST", "127.0.0.1"), port_number(os.environ.get("PORT", "8000")))
        except CannotRun as error:
            sys.exit(str(error))

    def stop(self, *signal_and_frame: Any) -> None:
        self.stopping = True

    def run(self, host: str, port: int) -> None:
        with ExitStack() as started:
            folder = started.enter_context(run_folder())
            started.enter_context(only_run(folder, f"http://{host}:{port}/"))
            children = [
                Child("web server", web_server(host, port), folder, repeat=1),
                Child("mail worker", [sys.executable, "manage.py", "worker"], folder),
            ]
            if any([child.end_leftover() for child in children]):
                self.say("Ended what an earlier run had left behind.")
            must_be_free(host, port)
            server = None
            if settings.PRIVATE_DATABASE:
                server = Server(settings.DATA_DIR)
                started.enter_context(server.in_use())
            self.prepare()
            for child in reversed(children):
                started.callback(child.stop)
            self.start(children, host, port)
            self.keep_running(children, server)
        self.say("Stopped.")

    def prepare(self) -> None:
        if settings.PRODUCTION:
            must_be_migrated()
            call_command("collectstatic", interactive=False, verbosity=0)
        else:
            for step in (
                "migrate",
                "load_pages",
                "sample_clinic",
                "sample_staff",
                "load_replies",
                "sample_data",
            ):
                if not self.stopping:
                    words = self.stdout if step == "sample_staff" else io.StringIO()
                    call_command(step, verbosity=0, stdout=words)
        connections.close_all()

    def start(self, children: list[Child], host: str, port: int) -> None:
        if self.stopping:
            return
        for child in children:
            child.start()
        web = children[0]
        wait_for(lambda: answers(host, port) or web.has_ended() or self.stopping, 30)
        if web.has_ended():
            raise CannotRun("The web server did not start; what it said is above.")
        self.say_addresses(f"http://{host}:{port}")

    def keep_running(self, children: list[Child], server: Server | None) -> None:
        while not self.stopping:
            for child in children:
                self.look_after(child)
            if server and server.keep_running():
                self.say("PostgreSQL had ended and was started again.")
            time.sleep(0.5)

    def look_after(self, child: Child) -> None:
        """Somebody looks at a development run; a site in production is watched by its log."""
        if not child.keep_running():
            return
        if settings.PRODUCTION:
            said = {"event": "process_restarted", "command": child.name}
            log.error("a process had ended and was started again", extra=said)
        else:
            self.say(f"The {child.name} had ended and was started again.")

    def say_addresses(self, address: str) -> None:
        self.say(f"\nThe site is at     {address}/")
        if not settings.PRODUCTION:
            self.say(f"Staff sign in at   {address}/staff/")
            self.say(f"Outgoing mail at   {address}/dev/mail/")
            self.say(f"Staff passwords in {passwords_file()}")
        self.say("Stop with Ctrl-C.\n")

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


@contextmanager
def run_folder() -> Iterator[Path]:
    """Production keeps nothing on this machine, so there it is a folder for this run only."""
    if not settings.PRODUCTION:
        yield settings.DATA_DIR
        return
    with tempfile.TemporaryDirectory(prefix="clinic-run-") as folder:
        yield Path(folder)


def port_number(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise CannotRun(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def must_be_free(host: str, port: int) -> None:
    """The web server would share a port silently, so look first."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotRun(f"Port {port} is not open to this account: choose one above 1023.") from None
        except OSError as error:
            raise CannotRun(
                f"Port {port} is taken ({error.strerror}). Stop what uses it, or choose another: "
                f"PORT={port + 1} make run"
            ) from None


def must_be_migrated() -> None:
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotRun(
            f"The database waits for {len(waiting)} migrations: run `python manage.py migrate` first."
        )


def web_threads() -> int:
    """Somebody who sends slowly keeps a thread to himself (F2). A proxy takes that on itself, and
    then fewer threads, which get in each other's way less, answer more pages.
    """
    return 8 if settings.TRUSTED_PROXY else 64


def web_server(host: str, port: int) -> list[str]:
    """granian within our limits: F1 header size, F2 threads for slow senders, F5 respawn."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--http": "1",
        "--http1-buffer-size": "8192",
        "--http1-header-read-timeout": "10000",
        "--workers": os.environ.get("WEB_WORKERS", "2"),
        "--blocking-threads": os.environ.get("WEB_THREADS", str(web_threads())),
        "--workers-kill-timeout": "10",
        "--log-level": "error",
        "--log-config": str(settings.BASE_DIR / "clinic" / "granian_log.json"),
    }
    flags = ["--no-ws", "--respawn-failed-workers", "--no-access-log"]
    arguments = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", *arguments, *flags, "clinic.wsgi:application"]


def answers(host: str, port: int) -> bool:
    """Whether the web server answers, whatever it says."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": settings.ALLOWED_HOSTS[0]})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
