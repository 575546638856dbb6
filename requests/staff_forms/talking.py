"""Words to the patient, about the patient and on the phone."""

from typing import Any

from django import forms

from requests import roles
from requests.models import PhoneCall
from requests.models.status import MOVES, Status

from .base import PatientWordsForm, VerbForm, text_field


class TakeOverForm(VerbForm):
    """Whoever talks to the patient of a request that nobody has is asked next, so mostly takes it over.

    What waits for a role of others stays theirs unless somebody ticks it.
    """

    take_over = forms.BooleanField(label="I take it over too", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inquiry, user, field = self.inquiry, self.user, self.fields.pop("take_over")
        if inquiry.assignee_id or not inquiry.is_open or not user.has_perm(roles.TAKES):
            return
        role = inquiry.role
        field.initial = role is None or user.groups.filter(pk=role.pk).exists()
        field.help_text = f"It is for {roles.words(role)} now." if role else "Nobody has this request yet."
        field.optional = False  # type: ignore[attr-defined]
        # The last one, right above the button.
        self.fields["take_over"] = field


class WriteForm(PatientWordsForm, TakeOverForm):
    text = text_field(
        "Message",
        "Write the message to the patient",
        hint="The patient reads it on the private status page. The mail only says that there is news.",
        rows=12,
    )
    wait_for_answer = forms.BooleanField(label="Wait for the patient's answer", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wait_for_answer"].optional = False  # type: ignore[attr-defined]
        can_wait = self.inquiry.status == Status.NEW or Status.AWAITING_PATIENT in MOVES[self.inquiry.status]
        if not can_wait:
            del self.fields["wait_for_answer"]

    def clean(self) -> dict[str, Any]:
        return {"wait_for_answer": False, **(super().clean() or {})}


class NoteForm(VerbForm):
    text = text_field("Note", "Write the note", hint="Only staff read notes.")


class PhoneForm(TakeOverForm):
    outcome = forms.ChoiceField(
        label="What happened",
        choices=PhoneCall.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select what happened",
            "invalid_choice": "Select what happened from the list",
        },
    )
    text = text_field("What was said", hint="Only staff read it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in PhoneCall.Outcome.choices if self._is_possible(value)
        ]
        if self.inquiry.voicemail == "no":
            self.fields[
                "outcome"
            ].help_text = "“Left a message” is not in the list: the patient asked us to leave none."

        if "take_over" in self.fields:
            self.fields["take_over"].label = "I take it over too when I spoke to somebody"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") not in PhoneCall.REACHED:
            data.pop("take_over", None)
        return data

    def _is_possible(self, outcome: str) -> bool:
        if outcome == PhoneCall.Outcome.VOICEMAIL:
            return self.inquiry.voicemail != "no"
        return outcome != PhoneCall.Outcome.REACHED_CONTACT or bool(self.inquiry.contact_name)
