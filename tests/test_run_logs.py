"""What the logs say: enough to find a fault, nothing that somebody typed (F3, P18, P25)."""

import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.debug import ExceptionReporter

from clinic import mail, outbox
from clinic.children import Child
from clinic.delivery import Sender
from clinic.logs import JsonLines, hashed_path, request_id
from clinic.management.commands.run import Command
from clinic.models import OutboxMessage
from clinic.processes import wait_for

from .smtp_server import MailServer

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


def test_a_rule_and_a_request_of_a_patient_are_named():
    number = "169cc2a1-7a64-4b0e-8f39-108259df78fe"

    said = line("clinic", "x", extra={"rule": "leg_weak_2, version 12", "inquiry": number})

    assert (said["rule"], said["inquiry"]) == ("leg_weak_2, version 12", number)


@pytest.mark.parametrize("name", ["rule", "inquiry"])
@pytest.mark.parametrize(
    "value", [CANARY, f"{CANARY}, version 1", f"fever, version 1 {CANARY}", None, ESCAPE]
)
def test_what_is_not_the_name_of_one_is_hashed(name: str, value: Any):
    said = line("clinic", "x", extra={name: value})

    assert said[name] == f"~{six(str(value))}"


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


# What nobody may miss


def errors(caplog: pytest.LogCaptureFixture, logger: str) -> list[dict[str, Any]]:
    """The lines of one logger that stand there as errors."""
    lines = [JsonLines().format(record) for record in caplog.records if record.name == logger]
    return [said for said in map(json.loads, lines) if said["level"] == "error"]


def sent_to(settings: Any, mode: str, **columns: Any) -> OutboxMessage:
    context = dict.fromkeys(mail.ALWAYS, CANARY)
    message = OutboxMessage.objects.create(
        **{"kind": "news", "to": "rosa@example.com", "context": context} | columns
    )
    with MailServer() as server:
        server.mode = mode
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        Sender().send_due()
    message.refresh_from_db()
    return message


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "columns", "outcome"),
    [("550", {}, "failed"), ("normal", {"context": {"diagnosis": CANARY}}, "parked")],
)
def test_a_mail_that_is_given_up_is_an_error_without_address_or_name(
    caplog: pytest.LogCaptureFixture, settings: Any, mode: str, columns: dict[str, Any], outcome: str
):
    caplog.set_level(logging.INFO)

    message = sent_to(settings, mode, **columns)

    (said,) = errors(caplog, "clinic.outbox")
    assert (said["event"], said["outcome"], said["mail"]) == ("mail", outcome, str(message.pk))
    assert message.state == outcome
    assert [word for word in ("rosa", CANARY) if word in json.dumps(said)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "outcome"), [("normal", "sent"), ("451", "later")])
def test_a_mail_that_went_out_or_is_tried_again_is_no_error(
    caplog: pytest.LogCaptureFixture, settings: Any, mode: str, outcome: str
):
    caplog.set_level(logging.INFO)

    sent_to(settings, mode)

    assert [record.outcome for record in caplog.records if record.name == "clinic.outbox"] == [outcome]
    assert errors(caplog, "clinic.outbox") == []


@pytest.mark.django_db
def test_a_mail_that_is_parked_when_it_is_written_is_an_error_once_that_commits(
    caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
):
    context = dict.fromkeys(mail.ALWAYS, CANARY)
    with django_capture_on_commit_callbacks(execute=True):
        message = outbox.enqueue("news", "rosa at example", context)
        assert errors(caplog, "clinic.outbox") == []

    (said,) = errors(caplog, "clinic.outbox")
    assert (said["outcome"], said["mail"], said["error"]) == ("parked", str(message.pk), "unusable address")
    assert [word for word in ("rosa", CANARY) if word in json.dumps(said)] == []


@pytest.mark.django_db
def test_a_mail_given_up_between_two_workers_is_an_error(caplog: pytest.LogCaptureFixture):
    long_ago = datetime.now(UTC) - outbox.GIVE_UP_AFTER
    message = OutboxMessage.objects.create(
        kind="news", to="rosa@example.com", context={}, attempts=outbox.QUICK_RETURNS,
        failing_since=long_ago, leased_until=long_ago,
    )  # fmt: skip

    assert outbox.lease() == []

    (said,) = errors(caplog, "clinic.outbox")
    assert (said["outcome"], said["mail"]) == ("failed", str(message.pk))


@pytest.mark.parametrize("in_production", [True, False])
def test_a_process_that_ended_is_an_error_in_production_and_a_sentence_elsewhere(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    settings: Any,
    tmp_path: Path,
    in_production: bool,
):
    settings.PRODUCTION = in_production
    child = Child("mail worker", ["true"], tmp_path)
    child.start()
    assert wait_for(child.has_ended, 30)

    Command().look_after(child)
    child.stop()

    said = [(line["event"], line["command"]) for line in errors(caplog, "clinic.run")]
    assert said == ([("process_restarted", "mail worker")] if in_production else [])
    assert ("was started again" in capsys.readouterr().out) is not in_production
