"""Processes that `manage.py run` starts, keeps running and ends.

Each leads a process group of its own, and all of that group hold the lock of
its file. So an earlier run that was killed leaves a trace that cannot mislead:
while the lock is held, the group's number in the file still belongs to it.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .processes import taken, wait_for

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 15  # seconds for a polite end
TOO_OFTEN = 4  # ends within WITHIN seconds: it will not get better
WITHIN = 60


class CannotRun(Exception):
    """The site did not start or cannot go on; the text says what to do."""


@contextmanager
def only_run(folder: Path, address: str) -> Iterator[None]:
    """One run a folder at a time."""
    with (folder / "run.alive").open("a+") as alive:
        if not taken(alive):
            alive.seek(0)
            raise CannotRun(f"The site already runs from this folder: {alive.read()}. Stop that first.")
        alive.truncate(0)
        alive.write(f"{address} (process {os.getpid()})")
        alive.flush()
        yield


class Child:
    """`repeat`: how many seconds to wait before asking once more to end. A granian
    worker that is just starting overhears the first time.
    """

    def __init__(self, name: str, command: list[str], folder: Path, *, repeat: float = PATIENCE) -> None:
        self.name = name
        self.repeat = repeat
        self.command = command
        self.file = folder / f"run.{name.replace(' ', '-')}"
        self.process: subprocess.Popen[bytes] | None = None
        self.ends: deque[float] = deque(maxlen=TOO_OFTEN)

    def end_leftover(self) -> bool:
        """End what a killed run left behind; True when there was something."""
        with self.file.open("a+") as lock:
            if taken(lock):
                return False
            lock.seek(0)
            group = int(lock.read() or 0)
        for how in (signal.SIGTERM, signal.SIGKILL):
            if group and not self._is_free():
                end_group(group, how)
                wait_for(self._is_free, PATIENCE)
        return True

    def start(self) -> None:
        with self.file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.process = subprocess.Popen(
                self.command,
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )
            lock.write(str(self.process.pid))

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def keep_running(self) -> bool:
        """Start it again when it ended; True when that was so."""
        if not self.has_ended():
            return False
        self.stop()
        self.ends.append(time.monotonic())
        if len(self.ends) == TOO_OFTEN and self.ends[-1] - self.ends[0] < WITHIN:
            raise CannotRun(f"The {self.name} ended {TOO_OFTEN} times in a row; what it said is above.")
        self.start()
        return True

    def stop(self) -> None:
        """The whole group: members whose leader was killed must not serve on."""
        if self.process is None:
            return
        end = time.monotonic() + PATIENCE
        while not self.has_ended() and time.monotonic() < end:
            end_group(self.process.pid, signal.SIGTERM)
            wait_for(self.has_ended, self.repeat)
        if not self._is_free():
            end_group(self.process.pid, signal.SIGKILL)
            wait_for(self._is_free, PATIENCE)
        self.process.wait(PATIENCE)

    def _is_free(self) -> bool:
        with self.file.open("a") as lock:
            return taken(lock)


def end_group(group: int, how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, how)
