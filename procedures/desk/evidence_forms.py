"""Rows of numbers on the edit screen: findings and risks, each with its sources."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from procedures import page
from procedures.models import Finding, Risk
from procedures.models.evidence import ONE_KIND_OF_RESULT

from .row_forms import RowForm, lines


class EvidenceForm(RowForm):
    """Sources are typed by their keys, which stand on the page to be copied."""

    sources = forms.CharField(label="Sources", help_text="Keys, like: KUN14 ISU18")

    def __init__(self, *args: Any, known: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"].error_messages["required"] = "Enter the key of at least one source"
        self.known = known

    def clean_sources(self) -> tuple[str, ...]:
        keys = sorted({key for key in self.cleaned_data["sources"].replace(",", " ").split() if key})
        if unknown := [key for key in keys if key not in self.known]:
            raise ValidationError(f"There is no source {unknown[0]}. Add it to the sources first.")
        return tuple(keys)

    def made(self) -> Any:
        values = {name: self.cleaned_data[name] for name in self.names}
        for name in ("before", "after"):
            if name in values:
                values[name] = page.plain_number(values[name])
        return self.item(**values, references=self.cleaned_data["sources"])


class FindingForm(EvidenceForm):
    item, key = page.Finding, "key"

    class Meta:
        model = Finding
        fields = (
            "key", "title", "numerator", "denominator", "before", "after", "scale",
            "what", "population", "time", "design", "limits",
        )  # fmt: skip
        widgets: ClassVar = {"limits": lines(2)}
        labels: ClassVar = {
            "numerator": "So many people", "denominator": "out of so many",
            "before": "Mean score before", "after": "Mean score after",
            "scale": "Ends of the score", "what": "Words behind the number",
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = {name for name in ("numerator", "denominator", "before", "after") if self._has(name)}
        if given not in ({"numerator", "denominator"}, {"before", "after"}):
            raise ValidationError(ONE_KIND_OF_RESULT)
        if bool(self.cleaned_data.get("scale")) != ("before" in given):
            self.add_error("scale", "Say what the two ends of a mean score mean, and only then")
        return _checked_share(self, self.cleaned_data)

    def _has(self, name: str) -> bool:
        return self.cleaned_data.get(name) is not None


class RiskForm(EvidenceForm):
    item, key = page.Risk, "key"

    class Meta:
        model = Risk
        fields = (
            "key", "group", "name", "numerator", "denominator", "number_note", "what_it_is", "what_to_do",
        )  # fmt: skip
        widgets: ClassVar = {name: lines(2) for name in ("number_note", "what_it_is", "what_to_do")}
        labels: ClassVar = {"numerator": "So many people", "denominator": "out of so many"}
        help_texts: ClassVar = {"numerator": "Both empty: there is no reliable number."}

    def clean(self) -> dict[str, Any]:
        return _checked_share(self, super().clean())


def _checked_share(form: forms.ModelForm, data: dict[str, Any]) -> dict[str, Any]:
    """What the database insists on, in words for the field."""
    some, of = data.get("numerator"), data.get("denominator")
    if (some is None) != (of is None) and not form.errors:
        form.add_error("denominator", "Fill in both numbers or none")
    elif some is not None and of is not None and (of == 0 or some > of):
        form.add_error("denominator", "The second number must be at least as large as the first")
    return data
