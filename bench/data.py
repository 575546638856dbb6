"""A database with so many made-up requests, kept so that the next run begins at once.

    make bench-data N=1000000        or: .venv/bin/python bench/data.py 1000000

It lies in .data/bench/N. `CLINIC_DATA_DIR=.data/bench/N make run` shows the site on it.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
from bench.measuring import ROOT, say
from bench.site import environment
from clinic.postgres import Server

FOLDER = ROOT / ".data" / "bench"
MAKERS = (
    "requests/crowd.py",
    "requests/management/commands/bench_data.py",
    "requests/sample_people.py",
    "requests/search_words.py",
)
STEPS = (("load_pages",), ("sample_clinic",), ("sample_staff",))


@contextmanager
def filled(size: int, port: int = 8000) -> Iterator[dict[str, str]]:
    """Gives the environment in which manage.py finds the database; fills it when need be."""
    folder = FOLDER / str(size)
    done = folder / "made_by"
    if folder.exists() and (not done.exists() or done.read_text() != makers()):
        Server(folder).remove()
        done.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = environment(folder, port)
    with Server(folder).in_use():
        manage(ready, "migrate")
        if not done.exists():
            fill(ready, size)
            done.write_text(makers())
        yield ready


def fill(ready: dict[str, str], size: int) -> None:
    begun = time.monotonic()
    for step in STEPS:
        manage(ready, *step)
    manage(ready, "bench_data", str(size))
    say(f"Filled a database with {size:,} requests in {time.monotonic() - begun:.0f} s.")


def manage(ready: dict[str, str], *command: str) -> None:
    line = [sys.executable, "manage.py", *command, "--verbosity", "0"]
    subprocess.run(line, cwd=ROOT, env=ready, check=True)


def makers() -> str:
    """Other made-up requests than the kept ones are made anew."""
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in MAKERS)).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        sys.exit("Say how many requests: bench/data.py 1000000")
    with filled(int(sys.argv[1])):
        say(f"Ready: CLINIC_DATA_DIR={FOLDER.relative_to(ROOT) / sys.argv[1]} make run")
