"""What the forms of the verbs share."""

from typing import Any

from django import forms

from clinic import characters
from clinic.models import User
from requests import replies
from requests.models import Inquiry

LONGEST = 4000


class VerbForm(forms.Form):
    """Knows the request and who acts; the bare form is a confirmation without words."""

    def __init__(self, *args: Any, inquiry: Inquiry, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inquiry, self.user = inquiry, user


class ToPatientsForm(forms.Form):
    """`text` goes to patients, so nothing in it may be left open."""

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if words := replies.unfilled_words(text):
            raise forms.ValidationError(words, code="unfilled")
        return text


class PatientWordsForm(ToPatientsForm, VerbForm):
    """Words about one request; staff see them as the patient will before they are sent."""


class Typed(forms.CharField):
    """What others read is what was typed: nothing in it hides, or turns the words after it.

    Every field for words of staff is one of these; a test holds that.
    """

    has_lines = False

    def to_python(self, value: Any) -> str:
        text = characters.composed(super().to_python(value) or "")
        at = characters.first_refused(text, among_lines=self.has_lines)
        if at >= 0:
            part = characters.just_after(text[:at])
            raise forms.ValidationError(
                f"Type {part} again: it has a character that does not show", code="characters"
            )
        return "" if characters.is_blank(text) else text


class Words(Typed):
    """Lines end as they are stored and compared, whatever the browser sends."""

    has_lines = True

    def to_python(self, value: Any) -> str:
        return super().to_python(characters.one_line_end(value or ""))


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
