"""Every change of state, one verb each.

A verb compares with the status and assignee that the given inquiry was loaded
with, changes exactly one row or raises SomebodyWasFaster, writes the history row
and puts its messages into the outbox, all in one transaction.
"""

from .base import NotAllowed, SomebodyWasFaster
from .ending import close, decline, reopen, withdraw
from .joining import mark_duplicate, tell_apart
from .sending import submit
from .talking import add_note, hear_from_patient, log_phone_call, settle, write_to_patient
from .words import undo
from .working import assign, start_triage

__all__ = [
    "NotAllowed", "SomebodyWasFaster", "add_note", "assign", "close", "decline", "hear_from_patient",
    "log_phone_call", "mark_duplicate", "reopen", "settle", "start_triage", "submit", "tell_apart", "undo",
    "withdraw", "write_to_patient",
]  # fmt: skip
