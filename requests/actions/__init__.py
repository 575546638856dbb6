"""Every change of state, one verb each.

A verb compares with the status and assignee that the given inquiry was loaded
with, changes exactly one row or raises SomebodyWasFaster, writes the history row
and puts its messages into the outbox, all in one transaction.
"""

from .away import end_absence, enter_absence, hand_back, hand_back_due
from .base import NotAllowed, SomebodyWasFaster
from .ending import close, decline, reopen, withdraw
from .entering import enter, pause_entry, paused_entry
from .joining import mark_duplicate, tell_apart
from .planning import plan_next, snooze, wake
from .promising import move_promise
from .replies import save_reply
from .sending import submit
from .talking import add_note, hear_from_patient, log_phone_call, settle, write_to_patient
from .undoing import undo_assignment, undo_snooze
from .viewing import delete_view, save_view
from .words import undo
from .working import assign, assign_in_turn, note_letter, place, start_triage

__all__ = [
    "NotAllowed", "SomebodyWasFaster", "add_note", "assign", "assign_in_turn", "close",
    "decline", "delete_view", "end_absence", "enter", "enter_absence", "hand_back",
    "hand_back_due", "hear_from_patient", "log_phone_call", "mark_duplicate", "move_promise",
    "note_letter", "pause_entry", "paused_entry", "place", "plan_next", "reopen", "save_reply",
    "save_view", "settle", "snooze", "start_triage", "submit", "tell_apart", "undo", "undo_assignment",
    "undo_snooze", "wake", "withdraw", "write_to_patient",
]  # fmt: skip
