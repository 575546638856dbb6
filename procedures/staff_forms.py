"""What staff type on the confirm pages of a page's verbs."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clinic import calendar
from clinic.calendar import local_today

from . import scheduling
from .models import Question


class PublishForm(forms.Form):
    change_note = forms.CharField(
        label="What changed, in words for readers",
        help_text="It stands at the end of the page.",
        max_length=200,
        error_messages={
            "required": "Enter what changed",
            "max_length": "Make the note shorter: at most 200 characters",
        },
    )


def day_field(label: str, empty: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date", "class": "width-10"}),
        error_messages={"required": empty, "invalid": "Enter a date, like 2026-11-22"},
    )


TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
TURNS = (("first", "The first time, before the clocks go back"), ("second", "The second time, after"))


class ScheduleForm(PublishForm):
    """A day and a time as the clinic's clocks show them, also on days on which they are changed."""

    day = day_field("On which day?", "Enter the day")
    time = forms.TimeField(
        label="At what time?",
        widget=forms.TimeInput(attrs={"type": "time", "class": "width-10"}, format="%H:%M"),
        input_formats=TIMES,
        error_messages={"required": "Enter the time", "invalid": "Enter a time, like 9:30 AM"},
    )
    turn = forms.ChoiceField(
        label="This time comes twice on that night. Which one do you mean?",
        choices=TURNS,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["day", "time", "turn", "change_note"])
        self.fields["time"].help_text = f"In the clinic's time zone, {calendar.zone().key.replace('_', ' ')}."
        self.fields["turn"].optional = False  # type: ignore[attr-defined]
        if not self.is_bound or len(self._instants()) < 2:
            del self.fields["turn"]

    def _instants(self) -> list[datetime]:
        """Of what was typed; read before the form is checked, to know whether to ask which."""
        try:
            day, time = (
                self.fields[name].clean(self.fields[name].widget.value_from_datadict(self.data, {}, name))
                for name in ("day", "time")
            )
            return scheduling.instants(datetime.combine(day, time))
        except (ValidationError, OverflowError):
            return []

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"day", "time"} <= set(data):
            return data
        found = self._instants()
        if not found:
            self.add_error(
                "time", "The clocks go forward that night, so this time does not exist. Choose another"
            )
        elif len(found) == 2 and not data.get("turn"):
            self.add_error("turn", "Choose which of the two you mean")
        else:
            data["publish_at"] = found[-1 if data.get("turn") == "second" else 0]
        return data


class GoBackForm(forms.Form):
    """Asks only while going back to an older edition would lose what the draft says."""

    throw_away = forms.BooleanField(
        label="Throw the draft's changes away",
        error_messages={"required": "Confirm that the draft's changes may be lost"},
    )

    def __init__(self, *args: Any, loses_draft: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not loses_draft:
            del self.fields["throw_away"]


class ReviewForm(forms.Form):
    reviewed_on = day_field("When did you read this edition?", "Enter the day on which you read it")
    next_due = day_field("When is the next review due?", "Enter the day on which the next review is due")
    has_read_all = forms.BooleanField(
        label="I have read all of this edition, and its words and numbers are right",
        error_messages={"required": "Confirm that you have read all of it"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = local_today()
        kwargs.setdefault("initial", {"reviewed_on": today, "next_due": today + timedelta(days=365)})
        super().__init__(*args, **kwargs)


class SignOffForm(forms.Form):
    has_read_all = forms.BooleanField(
        label="I have read all of these words, and they are right",
        error_messages={"required": "Confirm that you have read all of it"},
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Your answer",
        help_text="No name, no diagnosis. Send people to the page, to our phone or to an appointment.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "Enter your answer",
            "max_length": "Make the answer shorter: at most 3,000 characters",
        },
    )


class SetAsideForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why does it get no answer here?",
        choices=Question.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Select why it gets no answer"),
    )
