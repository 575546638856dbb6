"""The one form in which a patient writes free text about a page."""

import unicodedata
from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from clinic import mail

LIMIT = 500
signer = signing.TimestampSigner(salt="a question about a page")
# Nobody leaves the page open longer and still wants an answer to a second copy.
OPEN_FOR = timedelta(hours=24)


def new_token() -> str:
    """Names the question before it is sent, so that a second click sends nothing new (F14)."""
    return signer.sign(get_random_string(32))


class QuestionForm(forms.Form):
    use_required_attribute = False

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Not for symptoms and nothing urgent. Leave out names, dates of birth and numbers."),
        # Far longer is cut off unread; the limit that people meet is in clean_text().
        max_length=8 * LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Enter your question"),
            "max_length": _("Your question must be 500 characters or fewer"),
            "null_characters_not_allowed": _(
                "Your question has a character that we cannot store. Type it again"
            ),
        },
    )
    email = forms.CharField(
        label=_("Your email address"),
        help_text=_(
            "Only so that we can tell you that the answer is there. The email does not say what you asked."
        ),
        required=False,
        max_length=254,
        widget=forms.TextInput(
            attrs={"type": "email", "autocomplete": "email", "spellcheck": "false", "class": "width-30"}
        ),
        error_messages={
            "max_length": _("Enter an email address like name@example.com, or leave it empty"),
            "null_characters_not_allowed": _(
                "Enter an email address like name@example.com, or leave it empty"
            ),
        },
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    # Out of sight of people and of screen readers; robots fill in whatever they find (F28).
    company_website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser must not cut a pasted text (F11).
        for name in ("text", "email"):
            self.fields[name].widget.attrs.pop("maxlength", None)
        self.fields["text"].max_length = LIMIT  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = unicodedata.normalize(
            "NFC", self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        )
        if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
            raise forms.ValidationError(
                _("Your question has a character that we cannot store. Type it again")
            )
        if len(text) > LIMIT:
            raise forms.ValidationError(_("Your question must be 500 characters or fewer"))
        return text

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        try:
            if email:
                mail.check_address(email)
        except forms.ValidationError:
            raise forms.ValidationError(
                _("Enter an email address like name@example.com, or leave it empty")
            ) from None
        return email

    @property
    def looks_automatic(self) -> bool:
        return bool(self.data.get("company_website"))

    def secret(self) -> str:
        """The token that the page was made with; empty when it is none of ours or too old."""
        try:
            return signer.unsign(self.cleaned_data["token"], max_age=OPEN_FOR)
        except signing.BadSignature:
            return ""
