"""V10: the longest page on a slow phone, beside the same text in WordPress.

    .venv/bin/python bench/loading.py          METHOD=simulate for what Lighthouse reckons by itself

Lighthouse opens both in turns, each from an empty tab, as its middling phone on slow 4G. Held
against each other is when the largest thing of the first screen stands there (LCP). The browser
is held back for real: reckoned from a quick load, our fonts count as if the first screen waited
for them, since here they arrive before it is drawn.

Lighthouse is had from npm and needs a newer Node than Debian 12's.
"""

import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)
from bench import site, wordpress
from bench.measuring import compare, need, say, tell_load
from bench.pages import fetch
from clinic.processes import free_port

PAGE = "/procedures/cluneal-nerve-block/"
METHOD = os.environ.get("METHOD", "devtools")
BROWSERS = ("chromium", "chromium-headless-shell")

Report = dict[str, Any]


def main() -> None:
    need("lighthouse", *wordpress.PROGRAMS, packages=f"{wordpress.PACKAGES}; npm: lighthouse")
    tell_load()
    port = free_port()
    with site.database(port) as ready, site.web(ready):
        ours = f"http://127.0.0.1:{port}{PAGE}"
        page = gzip.decompress(fetch(port, PAGE).body).decode()
        with wordpress.serving(*words_of(page)) as theirs:
            seen: list[Report] = []
            compare(
                "V10",
                0.6,
                ours=lambda: largest(ours, seen),
                limit=lambda: largest(theirs, []),
                unit="ms",
                less_is_better=True,
            )
            tell(seen[1:])


def words_of(page: str) -> tuple[str, str]:
    """Its title, and the rest of its text with drawings and tables."""
    text = page.split("<main", 1)[1].split(">", 1)[1].split("</main>")[0]
    before, title, after = re.split(r"<h1[^>]*>(.*?)</h1>", text, maxsplit=1, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", title).strip(), before + after


def largest(address: str, seen: list[Report]) -> float:
    report = lighthouse(address)
    seen.append(report)
    return figure(report, "largest-contentful-paint")


def lighthouse(address: str) -> Report:
    command = [
        "lighthouse", address, "--quiet", "--output=json", "--only-categories=performance",
        f"--throttling-method={METHOD}", "--chrome-flags=--headless=new --no-sandbox",
    ]  # fmt: skip
    chosen = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if chosen is None:
        sys.exit("Chromium is missing: install it, or name it with CHROMIUM.")
    told = subprocess.run(
        command, env=os.environ | {"CHROME_PATH": chosen}, check=True, capture_output=True, timeout=120
    )
    report: Report = json.loads(told.stdout)
    if error := report.get("runtimeError"):
        sys.exit(f"{address}: {error['message']}")
    return report


def tell(reports: list[Report]) -> None:
    """What the goal says of our page besides."""
    score = min(report["categories"]["performance"]["score"] for report in reports)
    moved, weight = (
        statistics.median(figure(report, name) for report in reports)
        for name in ("cumulative-layout-shift", "total-byte-weight")
    )
    say(f"V10: performance {score:.0%} of 100%, layout shift {moved:.3f}, whole page {weight / 1000:.1f} kB "
        f"(goals: 100%, 0, 60 kB at most); LCP of 800 ms at most on the machine of that goal.")  # fmt: skip


def figure(report: Report, name: str) -> float:
    return float(report["audits"][name]["numericValue"])


if __name__ == "__main__":
    main()
