"""What staff type on the confirm page of a verb."""

from .base import VerbForm
from .ending import CloseForm, DeclineForm, DuplicateForm, ReasonForm, ReferenceForm, ReopenForm
from .talking import NoteForm, PhoneForm, WriteForm
from .working import AssignForm

__all__ = [
    "AssignForm", "CloseForm", "DeclineForm", "DuplicateForm", "NoteForm", "PhoneForm", "ReasonForm",
    "ReferenceForm", "ReopenForm", "VerbForm", "WriteForm",
]  # fmt: skip
