"""What the logs say: enough to find a fault, nothing that somebody typed (F3, P18, P25)."""

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.debug import ExceptionReporter

from clinic.logs import JsonLines, hashed_path, request_id

TOKEN = "Zm9vYmFyLWNhbmFyeS0xMjM0"
CANARY = "canary-5678"
ESCAPE = "\x1b[31m"


@pytest.fixture(autouse=True)
def no_request() -> Iterator[None]:
    """Other tests call the application in this very thread."""
    token = request_id.set("")
    yield
    request_id.reset(token)


def six(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def line(logger: str, message: str, *args: Any, **options: Any) -> dict[str, Any]:
    extra = options.pop("extra", {})
    record = logging.getLogger(logger).makeRecord(
        logger, logging.WARNING, "f", 1, message, args, options.get("exc_info"), extra=extra
    )
    written = JsonLines().format(record)
    assert "\n" not in written
    return json.loads(written)


def raised(error: Exception, local: str = CANARY) -> Any:
    """`local` is a variable that a report of the traceback could show."""
    try:
        raise error
    except Exception as caught:
        return type(caught), caught, caught.__traceback__


def test_a_token_in_a_path_becomes_six_letters_of_its_hash():
    assert hashed_path(f"/requests/{TOKEN}/withdraw/") == f"/requests/~{six(TOKEN)}/withdraw/"


def test_plain_words_and_nothing_else_stay_in_a_path():
    assert hashed_path("/procedures/cluneal-nerve-block/") == "/procedures/cluneal-nerve-block/"
    assert hashed_path(f"/staff/7K3-XW9/{ESCAPE}/") == f"/staff/~{six('7K3-XW9')}/~{six(ESCAPE)}/"


def test_a_line_about_a_request_has_no_query_and_no_arguments():
    request = RequestFactory().post(f"/requests/{TOKEN}/?name={CANARY}", {"name": CANARY})

    said = line(
        "django.request", "%s: %s", "Not Found", request.path, extra={"request": request, "status_code": 404}
    )

    del said["at"]
    assert said == {
        "level": "warning",
        "logger": "django.request",
        "status_code": 404,
        "method": "POST",
        "path": f"/requests/~{six(TOKEN)}/",
    }


def test_an_error_is_told_by_kind_and_place_without_its_words():
    said = line("django.request", "%s: %s", "Error", "/", exc_info=raised(ValueError(CANARY)))

    assert said["error"] == "builtins.ValueError"
    assert [place.split()[-1] for place in said["places"][0]] == ["raised"]
    assert CANARY not in json.dumps(said)


def test_a_message_that_repeats_an_errors_words_is_left_out():
    error = SuspiciousOperation(f"Invalid HTTP_HOST header: {CANARY}")

    said = line("django.security.DisallowedHost", str(error), exc_info=raised(error))

    assert "says" not in said
    assert CANARY not in json.dumps(said)


def test_only_listed_extras_are_written():
    said = line("clinic.outbox", "mail %s", CANARY, extra={"event": "mail", "patient": CANARY})

    assert (said["says"], said["event"], "patient" in said) == ("mail %s", "mail", False)


def test_each_line_names_its_request():
    token = request_id.set("abc123")
    said = line("clinic", "done")
    request_id.reset(token)

    assert said["request_id"] == "abc123"


def fail(request: Any) -> None:
    typed = request.POST["name"]
    raise RuntimeError(typed)


urlpatterns = [path("fail/", fail)]


@override_settings(ROOT_URLCONF=__name__)
def test_an_unhandled_error_leaves_no_typed_word_in_the_log(caplog: pytest.LogCaptureFixture):
    client = Client(raise_request_exception=False)

    client.post("/fail/", {"name": CANARY}, headers={"referer": f"https://x/{TOKEN}/"})

    lines = [JsonLines().format(record) for record in caplog.records if record.name == "django.request"]
    assert [json.loads(line)["error"] for line in lines] == ["builtins.RuntimeError"]
    assert CANARY not in "".join(lines)
    assert TOKEN not in "".join(lines)


def test_an_error_report_holds_neither_posted_values_nor_the_environment():
    request = RequestFactory().post("/x/", {"name": CANARY}, headers={"referer": CANARY})
    request.META["DATABASE_URL"] = CANARY
    request.COOKIES["draft"] = CANARY

    reporter = ExceptionReporter(request, *raised(ValueError("wrong")))
    report = reporter.get_traceback_text() + reporter.get_traceback_html()

    assert CANARY not in report
