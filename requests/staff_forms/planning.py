"""Until when a request sleeps, and what comes next."""

from datetime import date, timedelta
from typing import Any

from django import forms

from clinic import calendar
from requests import calling
from requests.actions.planning import LONGEST_SNOOZE, sleeps_through_step, wakes_after

from .base import Typed, VerbForm

OTHER = "other"
DAY = {
    "required": "Enter the day",
    "invalid": "Enter the day in numbers, like 2026-11-30",
}


def day_field(label: str, *, hint: str = "", required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(attrs={"type": "date", "class": "width-10"}, format="%Y-%m-%d"),
        error_messages=DAY,
    )


def suggested() -> list[tuple[str, str]]:
    """Days on which the clinic works: the next one, the one after the weekend, the one in a week."""
    today = calendar.local_today()
    monday = today + timedelta(days=7 - today.weekday())
    first = calendar.next_working_day(today + timedelta(days=1))
    days: dict[date, str] = {}
    for day, words in (
        (first, "Tomorrow" if first == today + timedelta(days=1) else "Next working day"),
        (calendar.next_working_day(monday), "Next week"),
        (calendar.next_working_day(today + timedelta(days=7)), "In a week"),
    ):
        days.setdefault(day, words)
    return [(day.isoformat(), f"{words}: {calendar.day_words(day)}") for day, words in sorted(days.items())]


class UntilForm(forms.Form):
    """Which day, and when it is later than the promise, that this is meant."""

    choice = forms.ChoiceField(
        label="Until when",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select until when",
            "invalid_choice": "Select until when from the list",
        },
    )
    day = day_field("Another day", hint="Only when you selected another day: at most 90 days ahead.")
    past_promise = forms.BooleanField(label="Also past the promised day", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [*suggested(), (OTHER, "Another day")]  # type: ignore[attr-defined]
        self.fields["past_promise"].optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        until = self._until(data)
        if until is None:
            return data
        return {"until": until, "past_promise": data.get("past_promise", False)}

    def _until(self, data: dict[str, Any]) -> date | None:
        choice, today = data.get("choice"), calendar.local_today()
        if choice is None or "day" in self.errors:
            return None
        if choice != OTHER:
            return date.fromisoformat(choice)
        day: date | None = data.get("day")
        if day is None:
            self.add_error("day", "Enter the other day")
        elif not today < day <= today + LONGEST_SNOOZE:
            last = today + LONGEST_SNOOZE
            self.add_error("day", f"Enter a day from tomorrow to {calendar.day_words(last)}")
        else:
            return day
        return None


class SnoozeForm(UntilForm, VerbForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promised = calling.owed_by(self.inquiry)
        if self.promised is None:
            del self.fields["past_promise"]
            return
        promised = calendar.day_words(self.promised)
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            (
                day,
                f"{words}, after the promised day"
                if day != OTHER and day > self.promised.isoformat()
                else words,
            )
            for day, words in self.fields["choice"].choices  # type: ignore[attr-defined]
        ]
        self.fields["past_promise"].label = f"Snooze it past the promised day, {promised}"
        self.fields["past_promise"].help_text = (
            f"We promised the patient an answer by {promised}. A snooze does not change that:"
            " after that day the request is late."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        until = data.get("until")
        if until and (reason := sleeps_through_step(self.inquiry, until)):
            self.add_error("day" if self.cleaned_data["choice"] == OTHER else "choice", reason)
        if until and self.promised and until > self.promised and not data["past_promise"]:
            self.add_error(
                "past_promise",
                f"Select an earlier day, or tick that {calendar.day_words(until)} may be past the promise",
            )
        return data


class NextForm(VerbForm):
    text = Typed(
        label="What is to do next",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "Make it shorter: at most 200 characters"},
    )
    on = day_field("On which day", hint="Leave it empty when the day does not matter.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].optional = bool(self.inquiry.next_action)  # type: ignore[attr-defined]
        if self.inquiry.next_action:
            hidden = self.inquiry.next_action_is_clinical and not self.user.has_perm("requests.read_clinical")
            self.fields["text"].help_text = (
                "There is one already, for clinical roles only. Yours takes its place."
                if hidden
                else "Leave it empty when it is done."
            )
            if not hidden:
                self.initial = {
                    "text": self.inquiry.next_action, "on": self.inquiry.next_action_on, **self.initial,
                }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = (data.get("text") or "").strip()
        today = calendar.local_today()
        if not text and "text" not in self.errors and (data.get("on") or not self.inquiry.next_action):
            self.add_error("text", "Write what is to do next")
        if (on := data.get("on")) and not today <= on <= today + timedelta(days=365):
            self.add_error("on", "Enter a day from today on, at most a year ahead")
        elif on and (reason := wakes_after(self.inquiry, on)):
            self.add_error("on", reason)
        return {**data, "text": text}
