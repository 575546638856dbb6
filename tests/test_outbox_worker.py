"""`manage.py worker` as it runs, killed and stopped at every bad moment (P54, F7, F8)."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from clinic import mail, outbox, periodic
from clinic.models import OutboxMessage, RateBucket
from clinic.outbox import State

from .smtp_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


class Workers:
    """Real processes on the test's database and mail server."""

    def __init__(self, server: MailServer, log: Path) -> None:
        self.log = log
        self.running: list[subprocess.Popen] = []
        self.environment = os.environ | {
            "CLINIC_MODE": "test",
            "DATABASE_URL": database_url(),
            "EMAIL_URL": server.url,
        }

    def start(self, *arguments: str) -> subprocess.Popen:
        with self.log.open("ab") as output:
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "worker", *arguments],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=output,
                stderr=output,
            )
        self.running.append(worker)
        return worker

    def kill(self) -> int:
        """SIGKILL for the oldest; who it was."""
        worker = self.running.pop(0)
        worker.kill()
        worker.wait()
        return worker.pid

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def database_url() -> str:
    database = connection.settings_dict
    return f"postgres://{database['USER']}@/{quote(database['NAME'])}?{urlencode({'host': database['HOST']})}"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def workers(server, tmp_path) -> Iterator[Workers]:
    started = Workers(server, tmp_path / "worker.log")
    yield started
    while started.running:
        started.kill()


def some_mails(number: int) -> set[str]:
    """That many rows as old as they are numbered; their Message-IDs."""
    now = timezone.now() - timedelta(seconds=number)
    rows = []
    for count in range(number):
        row = OutboxMessage(
            kind="news", to=f"pat{count}@example.com", due_at=now + timedelta(milliseconds=count)
        )
        row.context = dict.fromkeys(mail.ALWAYS, "x")
        rows.append(row)
    return {row.message_id for row in OutboxMessage.objects.bulk_create(rows)}


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.02)


def all_sent() -> bool:
    return not OutboxMessage.objects.exclude(state=State.SENT).exists()


def test_workers_killed_again_and_again_lose_nothing(server, workers):
    expected = some_mails(60)
    server.delay = 0.03
    # A short time-out makes the lease short: what a killed worker held comes back after 4 s.
    workers.environment["EMAIL_TIMEOUT"] = "1"
    workers.start()
    workers.start()

    kills = 4
    for kill in range(1, kills + 1):
        wait_until(lambda enough=10 * kill: len(server.mails) >= enough)
        workers.kill()
        workers.start()
    wait_until(all_sent)

    arrived = Counter(server.message_ids)
    assert set(arrived) == expected
    assert len(server.mails) <= 60 + kills
    assert OutboxMessage.objects.filter(context=None, sent_at__isnull=False).count() == 60


def test_a_worker_killed_at_each_step_of_a_delivery_loses_nothing(server, workers):
    """Random kills do not find every instant, so each one is hit on purpose."""
    expected = some_mails(7)

    for step in ("EHLO", "MAIL", "RCPT", "DATA", "content"):
        server.at = {step: workers.kill}
        workers.start()
        wait_until(lambda: not workers.running)
        end_of_lease(timezone.now() + timedelta(hours=1))
    assert states() == {"waiting": 7}
    end_of_lease(timezone.now())
    server.at = {"QUIT": workers.kill}
    workers.start()
    wait_until(lambda: not workers.running)

    assert states() == {"sent": 7}
    # Only the instant after the server had the mail and before our mark sends it twice.
    arrived = Counter(server.message_ids)
    assert set(arrived) == expected
    assert sorted(arrived.values()) == [1, 1, 1, 1, 1, 1, 2]


def states() -> Counter[str]:
    return Counter(OutboxMessage.objects.values_list("state", flat=True))


def end_of_lease(moment: datetime) -> None:
    """So that the next step meets another mail, and all of them come back in the end."""
    OutboxMessage.objects.exclude(leased_until=None).update(leased_until=moment)


def test_two_workers_send_each_mail_once(server, workers):
    expected = some_mails(40)
    workers.start()
    workers.start()

    wait_until(all_sent)

    assert sorted(server.message_ids) == sorted(expected)


def test_a_stopped_worker_finishes_the_mail_in_hand(server, workers):
    some_mails(3)
    server.delay = 0.3
    worker = workers.start()
    wait_until(lambda: "DATA" in server.verbs)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    assert (len(server.mails), OutboxMessage.objects.filter(state=State.SENT).count()) == (1, 1)
    assert OutboxMessage.objects.exclude(leased_until=None).count() == 0


def test_a_worker_survives_its_database_connection(server, workers):
    workers.start()
    wait_until(lambda: workers.lines() and workers.lines()[0]["event"] == "worker_started")

    for round_number in (1, 2):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        some_mails(1)
        wait_until(all_sent)
        assert len(server.mails) == round_number


def test_once_sends_what_is_due_and_ends(server, workers):
    some_mails(2)

    assert workers.start("--once").wait(20) == 0
    assert len(server.mails) == 2


def test_the_log_is_one_json_line_a_mail_without_address_or_link(server, workers):
    some_mails(2)

    workers.start("--once").wait(20)

    mails = [line for line in workers.lines() if line["event"] == "mail"]
    assert [(line["outcome"], line["kind"], line["attempt"]) for line in mails] == [("sent", "news", 1)] * 2
    assert "example.com" not in workers.log.read_text()


def test_a_worker_keeps_house(workers):
    old = timezone.now() - timedelta(days=40)
    Session.objects.create(session_key="old", session_data="", expire_date=old)
    RateBucket.objects.create(name="mail", identity="old", starts_at=old)
    OutboxMessage.objects.create(kind="news", to="a@example.com", context={}, state="failed", gave_up_at=old)

    workers.start("--once").wait(20)

    assert (Session.objects.count(), RateBucket.objects.count()) == (0, 0)
    assert OutboxMessage.objects.get().context is None
    assert [line for line in workers.lines() if line["level"] == "error"] == []


# The jobs themselves


def test_these_jobs_run():
    assert set(periodic._jobs) == {
        "clinic.limits.forget_old",
        "clinic.outbox.forget_unsent",
        "clinic.outbox.warn_when_stuck",
        "clinic.public_change.PublicChange.forget_old",
        "django.contrib.sessions.backends.db.SessionStore.clear_expired",
        "procedures.questions.erase_expired",
        "procedures.reviews_mail.send_weekly",
        "procedures.scheduling.publish_due",
        "procedures.search_index.index_missing",
        "requests.actions.away.hand_back_due",
        "requests.answer_times.measure",
        "requests.drafts.delete_expired",
        "requests.late.tell_managers",
        "requests.late.tell_patients",
        "requests.models.presence.forget_gone",
        "requests.undelivered.settle",
    }


@pytest.fixture
def jobs(monkeypatch) -> list[str]:
    monkeypatch.setattr(periodic, "_jobs", {})
    done: list[str] = []

    def breaks() -> None:
        done.append("breaks")
        raise RuntimeError

    def works() -> None:
        done.append("works")

    periodic.every(60, breaks)
    periodic.every(0, works)
    return done


def test_a_job_that_breaks_stops_no_other_and_waits_for_its_turn(jobs):
    schedule = periodic.Schedule()

    schedule.run_due()
    schedule.run_due()

    assert jobs == ["breaks", "works", "works"]


def test_mail_that_waits_too_long_is_logged(caplog):
    late = timezone.now() - timedelta(minutes=16)
    OutboxMessage.objects.create(kind="news", to="a@example.com", context={}, created_at=late)
    OutboxMessage.objects.create(kind="news", to="a@example.com", context={})

    outbox.warn_when_stuck()

    assert [(record.event, record.count) for record in caplog.records] == [("mail_stuck", 1)]
