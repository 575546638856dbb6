"""From which day to which day the numbers are."""

from typing import Any

from django import forms

from clinic.calendar import local_today
from requests.statistics import LONGEST, Period

DAY = {"invalid": "Enter the day like 2026-05-27", "required": "Enter a day"}


class PeriodForm(forms.Form):
    first = forms.DateField(
        label="From", error_messages=DAY, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="To", error_messages=DAY, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and first > local_today():
            self.add_error("first", "Choose a day that is not in the future")
        elif first and last and last < first:
            self.add_error("last", "Choose a last day that is not before the first one")
        elif first and last and last - first > LONGEST:
            self.add_error("last", "Choose at most two years")
        return data

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])
