"""A reply as managers write it: one text a language, with named blanks."""

from typing import Any

from django import forms

from requests import replies
from requests.forms.visit import LANGUAGES
from requests.models import Reply

from .base import Typed, Words

LONGEST = 3000
# The first two are always on the page, the others are opened when needed.
ALWAYS = ("en", "es")
PREFIX = "text_"


class ReplyForm(forms.Form):
    use_required_attribute = False

    title = Typed(
        label="Title",
        help_text="Staff choose the reply by it. Patients do not see it.",
        max_length=80,
        error_messages={
            "required": "Enter a title",
            "max_length": "Make the title shorter: at most 80 characters",
        },
    )
    place = forms.IntegerField(
        label="Place in the list",
        help_text="Lower numbers stand higher.",
        min_value=0,
        max_value=999,
        initial=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter a number from 0 to 999"
        ),
    )
    is_active = forms.BooleanField(label="Offer it to staff", required=False, initial=True)

    def __init__(self, *args: Any, reply: Reply, **kwargs: Any) -> None:
        self.reply = reply
        super().__init__(*args, **kwargs)
        self.initial = self.as_saved(reply)
        self.fields["is_active"].optional = False  # type: ignore[attr-defined]
        for code in LANGUAGES:
            self.fields[PREFIX + code] = text_in(code)

    @staticmethod
    def as_saved(reply: Reply) -> dict[str, Any]:
        if reply.pk is None:
            return {}
        texts = {PREFIX + code: text for code, text in replies.texts_of(reply).items()}
        return {"title": reply.title, "place": reply.place, "is_active": reply.is_active, **texts}

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if Reply.objects.filter(title__iexact=title).exclude(pk=self.reply.pk).exists():
            raise forms.ValidationError("Another reply has this title. Enter a different one")
        return title

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in LANGUAGES:
            for odd in replies.unknown_blanks(data.get(PREFIX + code, "")):
                words = f"There is no blank {odd}. Use only the blanks of the list, or write the words"
                self.add_error(PREFIX + code, words)
        return data

    @property
    def texts(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(PREFIX + code, "") for code in LANGUAGES}

    @property
    def always(self) -> list[forms.BoundField]:
        return [self[PREFIX + code] for code in ALWAYS]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[PREFIX + code] for code in LANGUAGES if code not in ALWAYS]

    @property
    def shows_others(self) -> bool:
        return any(field.value() or field.errors for field in self.others)


def text_in(code: str) -> Words:
    is_needed = code == replies.FALLBACK
    hint = "Patients whose language is not here get this one." if is_needed else ""
    return Words(
        label=f"Text in {replies.language_label(code)}",
        help_text=hint,
        required=is_needed,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "lang": code, "dir": "auto"}),
        error_messages={
            "required": "Write the reply in English",
            "max_length": f"Make the text shorter: at most {LONGEST:,} characters",
        },
    )
