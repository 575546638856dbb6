"""What staff type on the confirm page of a verb."""

from typing import Any

from django import forms

from clinic.models import User

from .models import Inquiry, PhoneCall
from .models.status import MOVES, DeclineReason, Status

NOBODY = "nobody"
LONGEST = 4000


class VerbForm(forms.Form):
    """Knows the request and who acts; the bare form is a confirmation without words."""

    def __init__(self, *args: Any, inquiry: Inquiry, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inquiry, self.user = inquiry, user


class Words(forms.CharField):
    """Lines end as they are stored and compared, whatever the browser sends."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def text_field(label: str, empty: str = "", *, hint: str = "", rows: int = 5) -> Words:
    """A text area; with no words for "empty" it may stay so."""
    return Words(
        label=label,
        help_text=hint,
        required=bool(empty),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": empty,
            "max_length": f"Make the text shorter: at most {LONGEST:,} characters.",
        },
    )


class AssignForm(VerbForm):
    to = forms.TypedChoiceField(
        label="Who takes it",
        error_messages={
            "required": "Choose a colleague",
            "invalid_choice": "Choose a colleague from the list",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.with_perm("requests.take_inquiry", include_superusers=False)
        colleagues = colleagues.filter(is_staff=True).order_by("last_name", "username")
        self.people = {
            str(person.pk): person for person in colleagues if person.pk != self.inquiry.assignee_id
        }
        names = [(pk, f"{person} ({person.username})") for pk, person in self.people.items()]
        back = [(NOBODY, "Nobody: back to the queue")] if self.inquiry.assignee_id else []
        self.fields["to"].choices = [("", "Choose a colleague"), *names, *back]  # type: ignore[attr-defined]

    def clean_to(self) -> User | None:
        return self.people.get(self.cleaned_data["to"])


class WriteForm(VerbForm):
    text = text_field(
        "Message",
        "Write the message to the patient",
        hint="The patient reads it on the private status page. The mail only says that there is news.",
        rows=8,
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


class PhoneForm(VerbForm):
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

    def _is_possible(self, outcome: str) -> bool:
        if outcome == PhoneCall.Outcome.VOICEMAIL:
            return self.inquiry.voicemail != "no"
        return outcome != PhoneCall.Outcome.REACHED_CONTACT or bool(self.inquiry.contact_name)


class ReasonForm(VerbForm):
    """First page of declining: the reason gives the letter its first words."""

    reason = forms.ChoiceField(
        label="Why do you decline?",
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select a reason", "invalid_choice": "Select a reason from the list"},
    )


class DeclineForm(VerbForm):
    reason = forms.ChoiceField(
        choices=DeclineReason.choices,
        widget=forms.HiddenInput,
        error_messages={"required": "Select a reason", "invalid_choice": "Select a reason from the list"},
    )
    text = text_field(
        "Letter to the patient",
        "Write the letter to the patient",
        hint="The patient reads it on the private status page.",
        rows=16,
    )


class ReferenceForm(VerbForm):
    """First page of marking a duplicate: which request stays."""

    reference = forms.CharField(
        label="Reference of the request that stays",
        help_text="Like 7K3-XW9. The patient keeps that request and its history.",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "width-10", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter the reference of the request that stays",
            "max_length": "Enter a reference like 7K3-XW9",
        },
    )

    def clean_reference(self) -> Inquiry:
        typed = "".join(c for c in self.cleaned_data["reference"].upper() if c.isalnum())
        other = Inquiry.objects.filter(reference=f"{typed[:3]}-{typed[3:]}").first()
        if other is None:
            raise forms.ValidationError(
                "There is no request with this reference. Check it and enter it again"
            )
        if other.pk == self.inquiry.pk:
            raise forms.ValidationError("This is the request itself. Enter the reference of the other one")
        if other.status == Status.DUPLICATE:
            raise forms.ValidationError("That request is a duplicate itself. Enter the one that stays")
        return other


class DuplicateForm(ReferenceForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].widget = forms.HiddenInput()


class CloseForm(VerbForm):
    text = text_field(
        "Words to the patient",
        hint="The patient reads them on the private status page. Leave it empty when all is said.",
    )


class ReopenForm(VerbForm):
    text = text_field("Why do you reopen it?", "Write why you reopen it", hint="Only staff read it.")
