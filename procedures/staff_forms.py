"""What staff type on the confirm pages of a page's verbs."""

from datetime import timedelta
from typing import Any

from django import forms

from clinic.calendar import local_today


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
