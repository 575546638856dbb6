"""The fields of the intake.

Each one has its own words for every failure (F11), speaks to the patient or to
somebody who asks for the patient, and can say its answer in plain words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import characters

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """The same words said to the patient, and to somebody who asks for the patient."""

    me: Text
    other: Text


def spoken(words: Any, to_other: bool) -> Any:
    if not isinstance(words, Words):
        return words
    return words.other if to_other else words.me


class Spoken(forms.Field):
    """`name` is what errors call the field; `short` is its label in a summary."""

    name: Any = ""
    short: Any = ""
    autocomplete = ""

    def speak(self, to_other: bool) -> None:
        for attribute in ("name", "short", "label", "help_text"):
            setattr(self, attribute, spoken(getattr(self, attribute), to_other))
        self.error_messages = {code: spoken(text, to_other) for code, text in self.error_messages.items()}
        if self.autocomplete:
            # Only what is about the person who types may be filled in for them (F21).
            self.widget.attrs["autocomplete"] = "off" if to_other else self.autocomplete

    def keys(self, name: str) -> list[str]:
        """The answers this field gives."""
        return [name]

    def answers(self, name: str, cleaned: Any) -> dict[str, Any]:
        return {name: cleaned}

    def typed(self, name: str, answers: dict[str, Any]) -> Any:
        """What to show in the field again."""
        return answers.get(name)

    def lines(self, name: str, answers: dict[str, Any]) -> list[str]:
        """The answer in plain words, nothing when there is none."""
        value = answers.get(name)
        return [str(value)] if value not in (None, "") else []

    def fail(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"name": self.name, **params})


class Options(Spoken, forms.ChoiceField):
    """Choices whose labels may be Words and may stand in groups."""

    def speak(self, to_other: bool) -> None:
        super().speak(to_other)
        unspoken: Any = self.choices
        self.choices = [
            (key, [(inner, spoken(text, to_other)) for inner, text in label])
            if isinstance(label, list | tuple)
            else (key, spoken(label, to_other))
            for key, label in unspoken
        ]

    def labels(self) -> Iterator[tuple[Any, str]]:
        choices: Any = self.choices
        for key, label in choices:
            if isinstance(label, list | tuple):
                yield from ((inner, str(text)) for inner, text in label)
            else:
                yield key, str(label)

    def lines(self, name: str, answers: dict[str, Any]) -> list[str]:
        value = answers.get(name)
        chosen = {str(item) for item in (value if isinstance(value, list) else [value])}
        return [label for key, label in self.labels() if str(key) in chosen]


class OneOf(Options):
    """Radio buttons; nothing chosen beforehand."""

    def __init__(self, choices: Any, *, error: Any, **kwargs: Any) -> None:
        messages = {"required": error, "invalid_choice": error}
        super().__init__(choices=choices, widget=forms.RadioSelect, error_messages=messages, **kwargs)


class Scale(OneOf):
    """A number from 0 to 10, both ends named in words; no slider, no colours."""

    def __init__(self, *, ends: tuple[Text, Text], error: Any, **kwargs: Any) -> None:
        super().__init__([(str(number), str(number)) for number in range(11)], error=error, **kwargs)
        self.scale = ends

    def answers(self, name: str, cleaned: Any) -> dict[str, Any]:
        return {name: int(cleaned) if cleaned else None}

    def lines(self, name: str, answers: dict[str, Any]) -> list[str]:
        value = answers.get(name)
        return [] if value is None else [str(_("%(number)s out of 10") % {"number": value})]


class AnyOf(Options, forms.MultipleChoiceField):
    """Checkboxes; with words for it, the last one, after "or", contradicts all others (F16)."""

    def __init__(
        self, choices: Any, *, error: Any, contradiction: Any = None, exclusive: str = "none", **kwargs: Any
    ) -> None:
        messages = {"required": error, "invalid_choice": error, "invalid_list": error}
        if contradiction is not None:
            messages["contradiction"] = contradiction
        super().__init__(
            choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=messages, **kwargs
        )
        self.exclusive = exclusive

    def clean(self, value: Any) -> list[str]:
        chosen = set(super().clean(value))
        if "contradiction" in self.error_messages and self.exclusive in chosen and len(chosen) > 1:
            raise self.fail("contradiction")
        return [key for key, _label in self.labels() if key in chosen]


class Line(Spoken, forms.CharField):
    """One line of text in any script."""

    has_lines = False

    def __init__(
        self,
        *,
        name: Any,
        limit: int,
        missing: Any = "",
        autocomplete: str = "off",
        width: int = 30,
        **kw: Any,
    ) -> None:
        messages = {
            "required": missing,
            "max_length": _("%(name)s must be %(limit)s characters or fewer"),
            "characters": _("%(name)s has a character that we cannot store. Type it again"),
            **kw.pop("error_messages", {}),
        }
        attrs = {"class": f"width-{width}", "spellcheck": "false", **kw.pop("attrs", {})}
        widget = kw.pop("widget", forms.TextInput)(attrs=attrs)
        super().__init__(error_messages=messages, widget=widget, required=bool(missing), **kw)
        self.name, self.autocomplete, self.limit = name, autocomplete, limit
        # For the words under a text area; the browser must not cut a pasted text (F11).
        self.max_length = limit

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        # Far too long is not worth the work of looking closer.
        if len(text) > 8 * self.limit:
            raise self.fail("max_length", limit=self.limit)
        text = self.tidy(text).strip()
        if characters.first_refused(text, among_lines=self.has_lines) >= 0:
            raise self.fail("characters")
        if len(text) > self.limit:
            raise self.fail("max_length", limit=self.limit)
        return text

    def tidy(self, text: str) -> str:
        return characters.composed(text)


class Paragraph(Line):
    has_lines = True

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs["attrs"] = {"rows": rows, "class": "", "spellcheck": "true"}
        super().__init__(widget=forms.Textarea, **kwargs)

    def tidy(self, text: str) -> str:
        return super().tidy(characters.one_line_end(text))
