"""What staff type on the confirm page of a verb."""

from .base import PatientWordsForm, VerbForm
from .ending import CloseForm, DeclineForm, DuplicateForm, ReasonForm, ReferenceForm, ReopenForm
from .planning import NextForm, SnoozeForm, UntilForm
from .talking import NoteForm, PhoneForm, WriteForm
from .working import AssignForm, Target, TargetField

__all__ = [
    "AssignForm", "CloseForm", "DeclineForm", "DuplicateForm", "NextForm", "NoteForm", "PatientWordsForm",
    "PhoneForm", "ReasonForm", "ReferenceForm", "ReopenForm", "SnoozeForm", "Target", "TargetField", "UntilForm",
    "VerbForm", "WriteForm",
]  # fmt: skip
