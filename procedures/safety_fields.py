"""Form fields for words that patients read about safety."""

import unicodedata
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

LINE = 250


def clean_line(text: str) -> str:
    """Without controls and marks that turn the direction of what follows."""
    text = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") for letter in text):
        raise forms.ValidationError("Type this again: it has a character that does not show")
    return text


class Line(forms.CharField):
    def __init__(self, label: str, missing: str = "", limit: int = LINE, **kwargs: Any) -> None:
        # Not max_length: the browser would cut what is pasted.
        short = MaxLengthValidator(limit, f"Make it shorter: at most {limit} characters")
        super().__init__(
            label=label,
            required=bool(missing),
            validators=[short],
            error_messages={"required": missing},
            **kwargs,
        )
        self.widget.attrs = {"rows": 3} if isinstance(self.widget, forms.Textarea) else {}

    def clean(self, value: Any) -> str:
        return clean_line(" ".join(super().clean(value).split()))


class Lines(forms.CharField):
    """Several texts, one on each line."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.Textarea(attrs={"rows": 8}),
            help_text="One sentence or two on each line. An empty line is left out.",
            **kwargs,
        )

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        return [clean_line(line) for line in lines if line]


class Place(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        number = "Enter a number from 1 to 99"
        errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), number)
        super().__init__(
            label="Place in the list",
            min_value=1,
            max_value=99,
            error_messages=errors,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-3"}),
            **kwargs,
        )
