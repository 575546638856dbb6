"""Small jobs that every worker runs now and then.

An app adds its jobs in AppConfig.ready(): periodic.every(3600, drafts.delete_expired).
Several workers run the same job, even at once, so a job must not mind.
"""

import logging
import time
from collections.abc import Callable

log = logging.getLogger("clinic.worker")

Job = Callable[[], object]
_jobs: dict[str, tuple[float, Job]] = {}


def every(seconds: float, job: Job) -> None:
    _jobs[f"{job.__module__}.{job.__qualname__}"] = (seconds, job)


class Schedule:
    """Which jobs are due; the first time all of them are."""

    def __init__(self) -> None:
        self.due: dict[str, float] = {}

    def run_due(self) -> None:
        """One job's failure is logged and stops neither the others nor the mail."""
        for name, (seconds, job) in list(_jobs.items()):
            if time.monotonic() < self.due.get(name, 0):
                continue
            self.due[name] = time.monotonic() + seconds
            try:
                job()
            except Exception:
                log.exception("job failed", extra={"event": "job_failed", "command": name})
