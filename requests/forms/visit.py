"""The visit: when, what help, who pays, what to read before."""

from typing import Any

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.html import format_html, strip_tags
from django.utils.translation import gettext_lazy as _

from clinic import calendar

from .base import Answers, StepForm
from .dates import VisitDate
from .fields import AnyOf, Line, OneOf, Paragraph, Words
from .health import YES_NO_NOT_SURE

WEEKDAYS = [
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
]
DATE_FIELDS = ("visit_date_1", "visit_date_2", "visit_date_3")


class VisitForm(StepForm):
    visit_days = AnyOf(
        [*WEEKDAYS, ("not_sure", _("Not sure yet"))],
        label=Words(_("Days that suit you"), _("Days that suit them")),
        help_text=_("Select all that apply."),
        exclusive="not_sure",
        error=Words(
            _("Select the days that suit you, or select that you are not sure yet"),
            _("Select the days that suit them, or select that you are not sure yet"),
        ),
        contradiction=Words(
            _("Select the days that suit you, or select that you are not sure yet, but not both"),
            _("Select the days that suit them, or select that you are not sure yet, but not both"),
        ),
    )
    visit_times = AnyOf(
        [("morning", _("Morning")), ("afternoon", _("Afternoon"))],
        label=Words(_("Parts of the day that suit you"), _("Parts of the day that suit them")),
        help_text=_("Select both if any time is fine."),
        error=Words(
            _("Select the parts of the day that suit you"), _("Select the parts of the day that suit them")
        ),
    )
    visit_date_1 = VisitDate(
        label=Words(_("A date that would suit you"), _("A date that would suit them")),
        name=_("The first date"),
    )
    visit_date_2 = VisitDate(label=_("A second date"), name=_("The second date"))
    visit_date_3 = VisitDate(label=_("A third date"), name=_("The third date"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, day in zip(DATE_FIELDS, self.answers.get("visit_dates", ()), strict=False):
            self.initial[name] = day

    def prepare(self) -> None:
        """Only days when the clinic is open, and the first day that can be chosen."""
        days: Any = self.fields["visit_days"]
        is_open = calendar.working_days().weekdays
        closed = {key for number, (key, _day) in enumerate(WEEKDAYS) if number not in is_open}
        days.choices = [(key, label) for key, label in days.choices if key not in closed]
        first = date_format(calendar.next_working_day(calendar.local_today()), "l, F j, Y")
        words = _("The first day you can choose is %(day)s.") % {"day": first}
        self.fields["visit_date_1"].help_text = str(words)

    @classmethod
    def answer_keys(cls) -> list[str]:
        return ["visit_days", "visit_times", "visit_dates"]

    def new_answers(self) -> Answers:
        found = self.cleaned_data
        dates = sorted({found[name] for name in DATE_FIELDS if found.get(name)})
        return {
            "visit_days": found["visit_days"],
            "visit_times": found["visit_times"],
            "visit_dates": [day.isoformat() for day in dates],
        }

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        fields = dict(self.spoken_fields())
        date_field = fields["visit_date_1"]
        dates = [date_field.lines("day", {"day": day}) for day in self.answers.get("visit_dates", ())]
        return [
            (str(_("Days that suit")), fields["visit_days"].lines("visit_days", self.answers)),
            (str(_("Parts of the day")), fields["visit_times"].lines("visit_times", self.answers)),
            (str(_("Dates that suit")), [line for lines in dates for line in lines]),
        ]


class HelpForm(StepForm):
    help_needs = AnyOf(
        [
            ("interpreter", _("An interpreter")),
            ("sign_language", _("A sign language interpreter")),
            ("large_print", _("Large print")),
            ("step_free", _("A way in without steps, for a wheelchair or walker")),
            ("companion", Words(_("To bring someone with me"), _("To bring someone with them"))),
            ("quiet_space", _("A quiet place to wait")),
            ("hearing_loop", _("A hearing loop")),
            ("cannot_lie_face_down", Words(_("I cannot lie face down"), _("They cannot lie face down"))),
            ("none", Words(_("No, I do not need any help"), _("No, they do not need any help"))),
        ],
        label=Words(_("Help that you need"), _("Help that they need")),
        help_text=_("Select all that apply."),
        error=Words(
            _("Select the help you need, or select that you need none"),
            _("Select the help they need, or select that they need none"),
        ),
        contradiction=Words(
            _("Select the help you need, or select that you need none, but not both"),
            _("Select the help they need, or select that they need none, but not both"),
        ),
    )
    help_details = Paragraph(
        name=_("What else we should know"), limit=200, rows=2, label=_("What else should we know to help?")
    )
    help_details.short = _("More about the help")

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        (_short, needs), (short, details) = super().rows(label)
        return [(label, needs), *([(short, details)] if details else [])]


LANGUAGES = {
    "en": ("English", _("English")),
    "es": ("Español", _("Spanish")),
    "zh": ("中文", _("Chinese")),
    "vi": ("Tiếng Việt", _("Vietnamese")),
    "tl": ("Tagalog", _("Tagalog")),
    "ko": ("한국어", _("Korean")),
    "ar": ("العربية", _("Arabic")),
    "fr": ("Français", _("French")),
    "ru": ("Русский", _("Russian")),
}


def in_own_words(code: str, own: str, english: Any) -> Any:
    """Its own name, marked as its own language, then the English one."""
    if own == str(english):
        return own
    return format_html('<bdi lang="{}">{}</bdi> ({})', code, own, english)


class LanguageForm(StepForm):
    language = OneOf(
        [(code, lazy(in_own_words, str)(code, own, english)) for code, (own, english) in LANGUAGES.items()]
        + [("other", _("Another language"))],
        error=_("Select a language"),
    )

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        return [(label, [strip_tags(line) for line in lines]) for label, lines in super().rows(label)]


class LanguageNameForm(StepForm):
    language_other = Line(
        name=_("The name of the language"), limit=40, missing=_("Enter the name of the language")
    )


def language_name(answers: Answers) -> str:
    """In English, as staff read it."""
    code = answers.get("language", "en")
    return answers.get("language_other", "") if code == "other" else str(LANGUAGES[code][1])


class PaymentForm(StepForm):
    insurance = OneOf(
        [
            ("yes", _("Yes")),
            ("no", Words(_("No, I will pay myself"), _("No, they will pay themselves"))),
            ("not_sure", _("Not sure")),
        ],
        label=Words(
            _("Will you use health insurance for this visit?"),
            _("Will they use health insurance for this visit?"),
        ),
        error=Words(
            _("Select whether you will use health insurance"),
            _("Select whether they will use health insurance"),
        ),
    )
    insurance.short = _("Uses health insurance")
    injury = OneOf(
        YES_NO_NOT_SURE,
        label=_("Is this from a work injury or a car accident?"),
        error=_("Select whether this is from a work injury or a car accident"),
    )
    injury.short = _("From a work injury or car accident")


class InsurerForm(StepForm):
    insurer = Line(name=_("The name of the insurance company"), limit=120)


class ReferralForm(StepForm):
    referral = OneOf(
        YES_NO_NOT_SURE,
        error=Words(
            _("Select whether you have a referral or a recent scan"),
            _("Select whether they have a referral or a recent scan"),
        ),
    )


class ReferralPlaceForm(StepForm):
    referral_where = Line(name=_("Where the referral or scan was done"), limit=200)


class AnythingElseForm(StepForm):
    anything_else = Paragraph(
        name=_("What you write here"),
        limit=500,
        help_text=_("Not for emergencies. We read it on working days only. Leave out card numbers."),
    )
