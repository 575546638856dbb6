"""The most that the web server can do: an application that has its answer and does nothing else."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["BENCH_ANSWER"])
HEADERS = [(name, value) for name, value in json.loads((FOLDER / "headers.json").read_text())]
BODY = [(FOLDER / "page.gz").read_bytes()]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", HEADERS)
    return BODY
