"""From the outbox to the mail server: one mail at a time, outside any transaction."""

import logging
import re
import signal
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import InterfaceError, OperationalError, connection

from . import mail, outbox
from .crypto import Unreadable
from .models import OutboxMessage

log = logging.getLogger("clinic.outbox")

# So many mails in a row were not taken: it is the server, not the mails.
SERVER_TROUBLE = 3
REST_SECONDS = 15


class Sender:
    """Keeps one connection while there is mail, and rests while the server is in trouble.

    During a rest nothing is tried, so an outage costs the waiting mails no attempts;
    then one mail probes. When it goes through, all the others follow at once (P55).
    """

    def __init__(self) -> None:
        self.server = get_connection()
        self.failures = 0
        self.rests_until = 0.0

    def send_due(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Send until nothing is due; how many were tried."""
        tried = 0
        try:
            while not stop() and time.monotonic() >= self.rests_until and (leased := outbox.lease()):
                self.deliver(leased[0])
                tried += 1
        finally:
            self.hang_up()
        return tried

    def deliver(self, message: OutboxMessage) -> str:
        """Send one leased mail and record what became of it."""
        started = time.monotonic()
        try:
            email = mail.build(message)
        except Unreadable as error:  # a key that is not configured can be mended
            later = outbox.postpone(message, outbox.KEY_MISSING)
            outcome, error_words = "later" if later else "failed", describe(error)
        except Exception as error:  # whatever one mail does, it must not stop the others (F11)
            outbox.give_up(message, outbox.State.PARKED, describe(error))
            outcome, error_words = "parked", describe(error)
        else:
            outcome, error_words = self._send(message, email)
        log.log(
            logging.ERROR if outcome in outbox.TROUBLE else logging.INFO,
            "mail",
            extra={
                "event": "mail",
                "outcome": outcome,
                "kind": message.kind,
                "mail": str(message.pk),
                "attempt": message.attempts,
                "error": error_words,
                "ms": round((time.monotonic() - started) * 1000),
            },
        )
        return outcome

    def hang_up(self) -> None:
        """An answer to QUIT changes nothing about a mail that was taken."""
        with suppress(Exception), deadline(outbox.delivery_seconds()):
            self.server.close()

    def _send(self, message: OutboxMessage, email: EmailMultiAlternatives) -> tuple[str, str]:
        reached = False
        try:
            with deadline(outbox.delivery_seconds()):
                self.server.open()
                reached = True
                self.server.send_messages([email])
        except Exception as error:  # a mail server has many ways to say no
            self.hang_up()
            return self._not_taken(message, error, reached), describe(error)
        insist(partial(outbox.mark_sent, message))
        if self.failures >= SERVER_TROUBLE:
            outbox.bring_forward()
        self.failures = 0
        return "sent", ""

    def _not_taken(self, message: OutboxMessage, error: Exception, reached: bool) -> str:
        if is_final(error):
            outbox.give_up(message, outbox.State.FAILED, describe(error))
            return "failed"
        self.failures = self.failures + 1 if reached else SERVER_TROUBLE
        if self.failures >= SERVER_TROUBLE:
            self.rests_until = time.monotonic() + REST_SECONDS
        return "later" if outbox.postpone(message, describe(error)) else "failed"


def is_final(error: Exception) -> bool:
    """The server refused this recipient or this mail for good.

    A refused sender or password is our own mistake: it is worth another try once it
    is mended, so it counts as temporary.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def describe(error: Exception) -> str:
    """Kind and number of an error, without its text: that may quote an address or the link."""
    code, reply = getattr(error, "smtp_code", ""), getattr(error, "smtp_error", b"")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    detail = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", text)
    return " ".join(filter(None, (type(error).__name__, str(code), detail and detail[0])))


def insist(change: Callable[[], None]) -> None:
    """The mail is out: keep trying to record it through a database restart, while the lease lasts."""
    end = time.monotonic() + outbox.lease_seconds() - outbox.delivery_seconds()
    while True:
        try:
            return change()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """A time limit for all steps together: each has its own time-out, a slow server could use every one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def too_late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
