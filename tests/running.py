"""`manage.py run` as a process, in a data folder and on a port of its own."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from clinic.children import Child
from clinic.postgres import Server
from clinic.processes import wait_for

ROOT = Path(__file__).resolve().parent.parent
CHILDREN = ("web server", "mail worker")


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Run:
    def __init__(self, environment: dict[str, str], words: Path) -> None:
        self.port = int(environment["PORT"])
        self.environment = environment
        self.words = words
        self.start()
        self.first_said = self.said

    def start(self) -> None:
        with self.words.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        wait_for(lambda: "Stop with Ctrl-C" in self.said or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.said

    @property
    def said(self) -> str:
        return self.words.read_text()

    def get(self, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, names, answer.read())
        finally:
            connection.close()

    def press_ctrl_c(self) -> int:
        """As somebody impatient does it: again and again."""
        for _ in range(20):
            self.process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        return self.process.wait(60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)

    def leave(self) -> None:
        if self.process.poll() is None:
            self.press_ctrl_c()


def send_raw(port: int, request: bytes) -> str:
    """What the server answers to these very bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer.decode("latin-1")


def still_running(data: Path) -> list[str]:
    """What of a run is alive, by the locks that its processes hold."""
    held = [name for name in CHILDREN if not Child(name, [], data)._is_free()]
    return held + (["PostgreSQL"] if Server(data).is_running() else [])
