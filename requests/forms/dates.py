"""A date as three typed parts: month, day, year (Q4)."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _

from clinic import calendar

from .fields import Spoken

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
PARTS = (_("a month"), _("a day"), _("a year"))
LONGEST_LIFE = 120
LATEST_VISIT = timedelta(days=365)


class DateInputs(forms.MultiWidget):
    part_labels = (_("Month"), _("Day"), _("Year"))

    def __init__(self) -> None:
        widths = {"month": 4, "day": 2, "year": 4}
        super().__init__(
            {
                part: forms.TextInput(attrs={"class": f"width-{width}", "inputmode": "numeric"})
                for part, width in widths.items()
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        if not value:
            return [None, None, None]
        day = date.fromisoformat(value)
        return [day.month, day.day, day.year]

    def autocomplete(self, *tokens: str) -> None:
        for widget, token in zip(self.widgets, tokens, strict=True):
            widget.attrs["autocomplete"] = token


class DateParts(Spoken, forms.MultiValueField):
    """Accepts a month as 1, 01, Jan or January; each failure has its own words."""

    def __init__(self, *, name: Any, missing: Any = "", **kwargs: Any) -> None:
        messages = {
            "required": missing,
            "incomplete": _("%(name)s must include %(parts)s"),
            "month": _("%(name)s must have a month from 1 to 12, or a name like March"),
            "day": _("%(name)s must have a day from 1 to 31"),
            "year": _("%(name)s must have a year with 4 numbers"),
            "impossible": _("%(name)s must be a real date"),
            **kwargs.pop("error_messages", {}),
        }
        parts = [forms.CharField(required=False) for _part in PARTS]
        required = bool(missing)
        super().__init__(
            parts,
            widget=DateInputs(),
            error_messages=messages,
            required=required,
            require_all_fields=False,
            **kwargs,
        )
        self.name = name

    def speak(self, to_other: bool) -> None:
        super().speak(to_other)
        self.widget.autocomplete("off", "off", "off")

    def clean(self, value: Any) -> date | None:
        typed = [" ".join(str(part or "").split()) for part in value or ("", "", "")]
        if not any(typed):
            if self.required:
                raise self.fail("required")
            return None
        absent = [index for index, part in enumerate(typed) if not part]
        if absent:
            parts = get_text_list([str(PARTS[index]) for index in absent], _("and"))
            raise self.fail("incomplete", part=absent[0], parts=parts)
        day = self._real_date(*typed)
        self.check(day)
        return day

    def _real_date(self, month: str, day: str, year: str) -> date:
        month_number = month_from(month)
        if month_number is None:
            raise self.fail("month", part=0)
        if not re.fullmatch(r"\d{1,2}", day) or not 1 <= int(day) <= 31:
            raise self.fail("day", part=1)
        if not re.fullmatch(r"\d{4}", year) or int(year) < 1000:
            raise self.fail("year", part=2)
        try:
            return date(int(year), month_number, int(day))
        except ValueError:
            raise self.fail("impossible", part=1) from None

    def check(self, day: date) -> None:
        """Raise when the date cannot be an answer to this question."""

    def answers(self, name: str, cleaned: Any) -> dict[str, Any]:
        return {name: cleaned.isoformat() if cleaned else ""}

    def lines(self, name: str, answers: dict[str, Any]) -> list[str]:
        value = answers.get(name)
        return [date_format(date.fromisoformat(value), "F j, Y")] if value else []


def month_from(typed: str) -> int | None:
    if re.fullmatch(r"\d{1,2}", typed):
        return int(typed) if 1 <= int(typed) <= 12 else None
    name = typed.casefold().strip(".")
    if len(name) < 3:
        return None
    return next((number for number, month in enumerate(MONTHS, 1) if month.startswith(name)), None)


class BirthDate(DateParts):
    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "future": _("%(name)s must be in the past"),
            "too_old": _("%(name)s must be in the last 120 years"),
        }
        super().__init__(error_messages=messages, **kwargs)

    def speak(self, to_other: bool) -> None:
        super().speak(to_other)
        if not to_other:
            self.widget.autocomplete("bday-month", "bday-day", "bday-year")

    def check(self, day: date) -> None:
        today = calendar.local_today()
        if day >= today:
            raise self.fail("future", part=2)
        if age_on(today, day) > LONGEST_LIFE:
            raise self.fail("too_old", part=2)


def age_on(today: date, born: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


class VisitDate(DateParts):
    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "past": _("%(name)s must be today or in the future"),
            "too_late": _("%(name)s must be in the next 12 months"),
            "closed": _("%(name)s must be a day when we are open. We are closed on %(day)s"),
        }
        super().__init__(error_messages=messages, **kwargs)

    def check(self, day: date) -> None:
        today = calendar.local_today()
        if day < today:
            raise self.fail("past", part=0)
        if day > today + LATEST_VISIT:
            raise self.fail("too_late", part=2)
        if not calendar.working_days().includes(day):
            raise self.fail("closed", part=0, day=date_format(day, "l, F j"))
