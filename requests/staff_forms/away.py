"""When somebody is away: the days only, nobody is asked why."""

from datetime import timedelta
from typing import Any

from django import forms

from clinic.calendar import local_today
from clinic.models import User
from requests import roles
from requests.models import Absence

from .planning import day_field


class AbsenceForm(forms.Form):
    """For oneself; who may enter it for all chooses the person.

    `is_entered`: just these days stand there already, as after a second click.
    """

    is_entered = False

    user = forms.ModelChoiceField(
        label="Who is away",
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={
            "required": "Choose who is away",
            "invalid_choice": "Choose a colleague from the list",
        },
    )
    starts_on = day_field("First day away", required=True)
    ends_on = day_field("Last day away", required=True, hint="The same day for one day only.")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if by.has_perm("requests.manage_absences"):
            self.fields["user"].queryset = roles.colleagues()  # type: ignore[attr-defined]
            self.fields["user"].empty_label = "Choose a colleague"  # type: ignore[attr-defined]
        else:
            del self.fields["user"]
        for name, words in (("starts_on", "Enter the first day"), ("ends_on", "Enter the last day")):
            self.fields[name].error_messages["required"] = words

    def clean(self) -> dict[str, Any]:
        data = {"user": self.by, **(super().clean() or {})}
        starts, ends, today = data.get("starts_on"), data.get("ends_on"), local_today()
        if starts and not today - timedelta(days=30) <= starts <= today + timedelta(days=365):
            self.add_error("starts_on", "Enter a first day from 30 days ago to a year ahead")
        if ends and ends < today:
            self.add_error("ends_on", "Enter a last day that is not over yet")
        elif starts and ends and not starts <= ends <= starts + timedelta(days=365):
            self.add_error("ends_on", "Enter a last day that is not before the first, at most a year later")
        if not self.errors and (entered := self._entered(data)):
            self.is_entered = (entered.starts_on, entered.ends_on) == (starts, ends)
            self.add_error("starts_on", "Enter other days: some of these are entered already")
        return data

    def _entered(self, data: dict[str, Any]) -> Absence | None:
        overlapping = Absence.objects.filter(starts_on__lte=data["ends_on"], ends_on__gte=data["starts_on"])
        return overlapping.filter(user=data["user"], returned_at=None).first()
