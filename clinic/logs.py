"""Logging: one line of JSON an event, on stderr, and only what is on the list.

A message's arguments are never written: they hold addresses with tokens and, in
errors, what people typed. Paths keep their plain words; everything else in them
becomes the first six letters of its SHA-256, enough to follow one request.
"""

import hashlib
import json
import logging
import logging.config
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# Names this request in every line about it; set by clinic/wsgi.py.
request_id: ContextVar[str] = ContextVar("request_id", default="")

EXTRAS = ("event", "outcome", "kind", "mail", "attempt", "error", "status_code", "count", "command", "ms")
# These name one thing to look at; whatever is not shaped so is hashed: it could be anybody's words.
NAMES = {
    "rule": re.compile(r"[a-z0-9_]{1,40}, version [0-9]{1,6}"),
    "inquiry": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}
PLAIN_WORDS = re.compile(r"[a-z][a-z.-]{0,40}")


def configure(options: dict[str, Any]) -> None:
    """Development hides what merely went well, and says what errors say: all its data is made up."""
    development = options["development"]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonLines, "error_words": development}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": "WARNING" if development else "INFO"},
        }
    )


class JsonLines(logging.Formatter):
    def __init__(self, *, error_words: bool = False) -> None:
        super().__init__()
        self.error_words = error_words

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": fixed_words(record),
            "request_id": request_id.get(),
        }
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        line |= {name: named(name, str(getattr(record, name))) for name in NAMES if hasattr(record, name)}
        line |= about_request(getattr(record, "request", None))
        if record.exc_info and record.exc_info[0]:
            line |= about_error(record.exc_info[1])
            line |= {"error_says": str(record.exc_info[1])} if self.error_words else {}
        return json.dumps({name: value for name, value in line.items() if value != ""}, default=str)


def fixed_words(record: logging.LogRecord) -> str:
    """The message as the programmer wrote it; not one that repeats an error's words."""
    message = str(record.msg)
    error = record.exc_info[1] if record.exc_info else None
    says_nothing = not re.sub(r"%s|\W", "", message)
    return "" if says_nothing or (error and str(error) in message) else message


def named(name: str, value: str) -> str:
    return value if NAMES[name].fullmatch(value) else hashed(value)


def about_request(request: Any) -> dict[str, str]:
    if not hasattr(request, "method"):
        return {}
    return {"method": str(request.method)[:10], "path": hashed_path(request.path)}


def about_error(error: BaseException | None) -> dict[str, Any]:
    """Kind and place of an error and of what caused it; never its words."""
    kinds, places = [], []
    while error:
        kinds.append(f"{type(error).__module__}.{type(error).__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)
        places.append([f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames])
        error = error.__cause__ or error.__context__
    return {"error": kinds[0], "because_of": kinds[1:], "places": places}


def hashed_path(path: str) -> str:
    return "/".join(part if PLAIN_WORDS.fullmatch(part) else hashed(part) for part in path.split("/"))


def hashed(part: str) -> str:
    if not part:
        return part
    return "~" + hashlib.sha256(part.encode(errors="surrogatepass")).hexdigest()[:6]
