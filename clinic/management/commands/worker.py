"""Send the outgoing mail and run the small periodic jobs, until told to stop."""

import logging
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.mail.utils import DNS_NAME
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from clinic.delivery import Sender
from clinic.periodic import Schedule

log = logging.getLogger("clinic.worker")

POLL_SECONDS = 1


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due, then end")

    def handle(self, *, once: bool, **options: Any) -> None:
        self.stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        DNS_NAME.get_fqdn()  # may take seconds, and no mail should wait for it
        sender, schedule = Sender(), Schedule()
        log.info("worker started", extra={"event": "worker_started"})
        self.round(sender, schedule)
        while not (once or self.stopping):
            time.sleep(POLL_SECONDS)
            self.round(sender, schedule)
        log.info("worker stopped", extra={"event": "worker_stopped"})

    def stop(self, number: int, frame: object) -> None:
        """The mail in hand is finished first; a second signal ends at once."""
        self.stopping = True
        signal.signal(number, signal.SIG_DFL)

    def round(self, sender: Sender, schedule: Schedule) -> None:
        """A database that went away is tried again at the next round (P56)."""
        try:
            sender.send_due(stop=lambda: self.stopping)
            schedule.run_due()
        except (OperationalError, InterfaceError) as error:
            connection.close()
            log.warning("database away", extra={"event": "database_away", "error": type(error).__name__})
