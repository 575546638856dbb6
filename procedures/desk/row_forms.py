"""What the forms of all tables of the edit screen share."""

from typing import Any, ClassVar

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

EMPTY = {"required": "Fill this in", "max_length": "Make this shorter: at most %(limit_value)d characters"}


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class RowForm(forms.ModelForm):
    """A row as plain words; which row of the database it was does not matter."""

    item: ClassVar[type]
    key: ClassVar[str]

    @property
    def names(self) -> list[str]:
        return list(self._meta.fields or ())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= EMPTY
            if isinstance(field, forms.IntegerField):
                field.error_messages["invalid"] = "Use digits, like 12"

    def clean(self) -> dict[str, Any]:
        """Browsers send two signs for the end of a line; only Markdown has lines at all."""
        for name in self.names:
            if isinstance(text := self.cleaned_data.get(name), str):
                has_lines = name in ("body", "answer")
                self.cleaned_data[name] = text.replace("\r\n", "\n") if has_lines else " ".join(text.split())
        return self.cleaned_data

    def made(self) -> Any:
        return self.item(**{name: self.cleaned_data[name] for name in self.names})


class Rows(forms.BaseFormSet):
    """Rows of one table, each to be moved, taken away or added."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        place, remove = form.fields[ORDERING_FIELD_NAME], form.fields[DELETION_FIELD_NAME]
        place.label, remove.label = "Place", "Take this away"
        place.widget.attrs |= {"class": "width-4", "inputmode": "numeric"}
        place.optional = remove.optional = False  # type: ignore[attr-defined]
        place.error_messages["invalid"] = "Use digits, like 2"

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept:
            name = form.cleaned_data.get(form.key)
            if name in seen:
                form.add_error(form.key, "This stands twice; each may stand once")
            seen.add(name)

    @property
    def kept(self) -> list[Any]:
        rows = [form for form in self.forms if form.has_changed() or not form.empty_permitted]
        return [form for form in rows if form.is_valid() and not form.cleaned_data.get(DELETION_FIELD_NAME)]

    def in_order(self) -> tuple[Any, ...]:
        """A row that was given a place stands exactly there, before or behind who had it."""
        return tuple(form.made() for form in sorted(self.kept, key=_place))


def _place(form: Any) -> tuple[float, int]:
    new = form.cleaned_data.get(ORDERING_FIELD_NAME)
    old = form.fields[ORDERING_FIELD_NAME].initial or new
    if new is None:
        return (float("inf"), 0)
    return (new, (new > old) - (new < old))
