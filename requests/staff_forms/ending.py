"""How a request ends, and that it can go on again."""

from typing import Any

from django import forms

from requests.actions import ending, joining
from requests.models import Inquiry
from requests.models.status import DeclineReason

from .base import PatientWordsForm, Typed, VerbForm, text_field


class ReasonForm(VerbForm):
    """First page of declining: the reason gives the letter its first words."""

    reason = forms.ChoiceField(
        label="Why do you decline?",
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select a reason", "invalid_choice": "Select a reason from the list"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if words := ending.cannot_decline(self.inquiry):
            unreached = DeclineReason.NOT_REACHED
            self.fields["reason"].choices = [(unreached, unreached.label)]  # type: ignore[attr-defined]
            self.fields["reason"].help_text = words


class DeclineForm(PatientWordsForm):
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


class Reference(Typed):
    """However it is spelled; what is copied along unseen is left out."""

    def to_python(self, value: Any) -> str:
        typed = "".join(c for c in (value or "").upper() if c.isalnum())
        return super().to_python(f"{typed[:3]}-{typed[3:]}" if typed else "")


class ReferenceForm(VerbForm):
    """First page of marking a duplicate: which request stays."""

    reference = Reference(
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
        other = Inquiry.objects.filter(reference=self.cleaned_data["reference"]).first()
        if other is None:
            raise forms.ValidationError(
                "There is no request with this reference. Check it and enter it again"
            )
        if words := joining.why_not_joined(self.inquiry, other):
            raise forms.ValidationError(words)
        return other


class DuplicateForm(ReferenceForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Nobody sees the field, so its fault stands above the page."""
        for words in self.errors.pop("reference", []):
            self.add_error(None, str(words))
        return super().clean() or {}


class CloseForm(PatientWordsForm):
    text = text_field(
        "Words to the patient",
        hint="The patient reads them on the private status page. Leave it empty when all is said.",
    )


class ReopenForm(VerbForm):
    text = text_field("Why do you reopen it?", "Write why you reopen it", hint="Only staff read it.")
