"""Who the request is for and who asks."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.calendar import local_today

from .base import Answers, StepForm
from .dates import BirthDate, age_on
from .fields import Line, OneOf, Words
from .reach import Phone

NAME_LIMIT = 128
ADULT = 18


class WhoForForm(StepForm):
    for_whom = OneOf(
        [("me", _("Me")), ("other", _("Someone I care for"))], error=_("Select who this request is for")
    )


class HelperForm(StepForm):
    """About the person who types, so a browser may fill it in (F21)."""

    helper_name = Line(
        name=_("Your name"), limit=NAME_LIMIT, label=_("Your name"), missing=_("Enter your name")
    )
    helper_phone = Phone(
        name=_("Your phone number"), label=_("Your phone number"), missing=_("Enter your phone number")
    )
    helper_relationship = Line(
        name=_("How you are related"),
        limit=80,
        label=_("How you are related to the patient"),
        help_text=_("Like daughter, husband, friend or care worker."),
        missing=_("Enter how you are related to the patient"),
    )
    helper_name.short = _("Name of the person who asks")
    helper_phone.short = _("Phone of the person who asks")
    helper_relationship.short = _("Related to the patient as")
    tokens = {"helper_name": "name", "helper_phone": "tel"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, token in self.tokens.items():
            self.fields[name].widget.attrs["autocomplete"] = token


class ContactPersonForm(HelperForm):
    """The same about somebody else, through whom the patient wants to be reached."""

    helper_name = Line(
        name=_("Their name"), limit=NAME_LIMIT, label=_("Their name"), missing=_("Enter their name")
    )
    helper_phone = Phone(
        name=_("Their phone number"), label=_("Their phone number"), missing=_("Enter their phone number")
    )
    helper_relationship = Line(
        name=_("How they are related"),
        limit=80,
        label=_("How they are related to you"),
        help_text=_("Like daughter, husband, friend or care worker."),
        missing=_("Enter how they are related to you"),
    )
    helper_name.short = _("Name of the contact person")
    helper_phone.short = _("Phone of the contact person")
    helper_relationship.short = _("Related to the patient as")
    tokens = {}


class DateOfBirthForm(StepForm):
    date_of_birth = BirthDate(
        name=Words(_("Your date of birth"), _("Their date of birth")),
        missing=Words(_("Enter your date of birth"), _("Enter their date of birth")),
        help_text=_("For example, 3 27 1962. You can also type the month as a word."),
    )

    def leads_to(self) -> str:
        age = age_on(local_today(), self.cleaned_data["date_of_birth"])
        return "requests:under_18" if age < ADULT else ""


class BeenBeforeForm(StepForm):
    been_before = OneOf(
        [("yes", _("Yes")), ("no", _("No")), ("not_sure", _("Not sure"))],
        error=Words(
            _("Select whether you have been to this clinic before"),
            _("Select whether they have been to this clinic before"),
        ),
    )


class NameForm(StepForm):
    """Any script, any case, and people with one name only."""

    first_name = Line(
        name=_("First name"), limit=NAME_LIMIT, label=_("First or given name"), autocomplete="given-name"
    )
    last_name = Line(
        name=_("Last name"), limit=NAME_LIMIT, label=_("Last or family name"), autocomplete="family-name"
    )
    preferred_name = Line(
        name=Words(_("The name you like to be called"), _("The name they like to be called")),
        limit=NAME_LIMIT,
        label=Words(_("Name you like to be called"), _("Name they like to be called")),
        autocomplete="nickname",
    )
    missing = Words(
        _("Enter your first name, or your only name"), _("Enter their first name, or their only name")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            # At least one of the two is needed, so neither is called optional.
            self.fields[name].optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not found.get("first_name") and not found.get("last_name"):
            self.add_error("first_name", ValidationError(self.said(self.missing), code="required"))
        return found

    def said(self, words: Words) -> Any:
        return words.other if self.to_other else words.me

    @classmethod
    def is_answered(cls, answers: Answers) -> bool:
        return bool(answers.get("first_name") or answers.get("last_name")) and super().is_answered(answers)

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        full = f"{self.answers.get('first_name', '')} {self.answers.get('last_name', '')}".strip()
        preferred = self.answers.get("preferred_name", "")
        return [
            (label, [full] if full else []),
            (str(_("Likes to be called")), [preferred] if preferred else []),
        ]
