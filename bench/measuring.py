"""What the scripts of this folder share: two sides measured in turns, in one run.

A figure alone says more about the machine than about us, so each script measures
a limit beside our own work and tells the ratio of the two medians.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
ROUNDS = 5


def compare(
    name: str,
    goal: float,
    *,
    ours: Callable[[], float],
    limit: Callable[[], float],
    unit: str,
    beside: dict[str, Callable[[], float]] | None = None,
    less_is_better: bool = False,
) -> float:
    """All sides in turns after a warm-up each; prints, writes results/<name>.json, gives the ratio.

    What is `beside` is held against the same limit and only told.
    """
    sides = [ours, limit, *(beside or {}).values()]
    turns = [[side() for side in sides] for _ in range(ROUNDS + 1)][1:]
    measured = list(zip(*turns, strict=True))
    medians = [statistics.median(side) for side in measured]
    spread = [(max(side) - min(side)) / median for side, median in zip(measured, medians, strict=True)]
    ratio = medians[0] / medians[1]
    keep(name, ratio, *medians[:2], unit=unit, spread=spread[:2])
    for words, median in zip(beside or {}, medians[2:], strict=True):
        say(f"{name}: {words}: {median:,.0f} {unit}, ratio {median / medians[1]:.2f}")
    met = ratio <= goal if less_is_better else ratio >= goal
    say(
        f"{name}: ours {medians[0]:,.0f} {unit} (spread {spread[0]:.0%}), limit {medians[1]:,.0f} {unit} "
        f"(spread {spread[1]:.0%}), ratio {ratio:.2f}, goal {goal:.2f}{' at most' if less_is_better else ''}: "
        f"{'met' if met else 'missed'}"
    )
    return ratio


def keep(name: str, ratio: float, ours: float, limit: float, *, unit: str, spread: list[float]) -> None:
    """Write results/<name>.json."""
    result = {
        "id": name,
        "ratio": round(ratio, 3),
        "ours": round(ours, 1),
        "limit": round(limit, 1),
        "unit": unit,
        "spread": [round(each, 3) for each in spread],
        "rounds": ROUNDS,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n")


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def need(*programs: str, packages: str) -> None:
    if missing := [name for name in programs if not shutil.which(name)]:
        sys.exit(f"Install {' and '.join(missing)} first (Debian: {packages}).")
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit("Two cores are needed: one serves, the other asks.")


def tell_load() -> None:
    """Another program at work makes every figure smaller, and not both sides alike."""
    load = os.getloadavg()[0]
    say(f"Load before: {load:.2f} ({'quiet' if load < 0.5 else 'NOT quiet, the figures are worth less'}).")


def on_core(core: int, *command: str) -> list[str]:
    """The command bound to the first or second core that we may use."""
    return ["taskset", "-c", str(sorted(os.sched_getaffinity(0))[core]), *command]


def requests_a_second(address: str, *headers: str, connections: int = 64, seconds: int = 4) -> float:
    """wrk on the second core; every answer must be a good one."""
    given = [part for header in headers for part in ("-H", header)]
    command = on_core(1, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *given, address)
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"Not all answers were good:\n{told}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", told)[0])


@contextmanager
def running(*command: str, environment: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)
