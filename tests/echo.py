"""A WSGI application that tells what it was given, before and after clinic/wsgi.py cleaned it."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from clinic.wsgi import only_the_request


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json")])
    told = {"given": names(environ), "kept": names(only_the_request(environ))}
    return [json.dumps(told).encode()]


def names(environ: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in environ.items() if not name.startswith("wsgi.")}
