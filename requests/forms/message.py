"""What a patient writes to us on the status page."""

from typing import Any

from django import forms
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from .fields import Paragraph

LIMIT = 2000


def new_key() -> str:
    """Names the form, so that a second click sends nothing new (F14)."""
    return get_random_string(22)


class MessageForm(forms.Form):
    use_required_attribute = False

    text = Paragraph(
        name=_("Your message"),
        limit=LIMIT,
        missing=_("Write your message"),
        rows=6,
        label=_("Your message"),
        help_text=_("Write what you want to tell or ask us."),
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": new_key()})

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or new_key()
