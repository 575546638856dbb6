"""How the clinic may reach the patient."""

from django.utils.translation import gettext_lazy as _

from .base import Answers, StepForm, is_for_other
from .fields import AnyOf, OneOf, Words
from .reach import Email, Phone


def has_urgent_sign(answers: Answers) -> bool:
    return bool(set(answers.get("urgent", ())) - {"none"})


def is_through_asker(answers: Answers) -> bool:
    """Who asks for the patient is the contact: the email address is theirs, and they get receipt and link."""
    return is_for_other(answers) and answers.get("channel") == "other_person"


class ChannelForm(StepForm):
    channel = OneOf(
        [
            ("phone", _("Phone call")),
            ("text", _("Text message")),
            ("email", _("Email")),
            ("other_person", Words(_("Through someone else"), _("Through me"))),
        ],
        error=Words(_("Select how you want us to contact you"), _("Select how they want us to contact them")),
    )

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        """In a record "me" could be read as anybody."""
        if is_through_asker(self.answers):
            return [(label, [str(_("Through the person who asks"))])]
        return super().rows(label)


class PhoneForm(StepForm):
    phone = Phone(
        name=_("The phone number"),
        missing=Words(_("Enter the number you want us to call"), _("Enter the number they want us to call")),
        help_text=_("Any way of writing it is fine. Add + and the country code if it is not a US number."),
        autocomplete="tel",
    )

    @classmethod
    def must_have(cls, answers: Answers) -> set[str]:
        """Who has a sign to check today must be reachable by phone (R7)."""
        by_mail_only = answers.get("channel") == "email" and not has_urgent_sign(answers)
        return set() if by_mail_only or answers.get("channel") == "other_person" else {"phone"}


class CallsForm(StepForm):
    voicemail = OneOf(
        [
            ("details", _("Yes, with details")),
            ("name_only", _("Yes, but only our name and number")),
            ("no", _("No, do not leave a message")),
        ],
        label=_("Can we leave a message?"),
        help_text=_("Other people may hear a message on a shared phone."),
        error=_("Select whether we can leave a message"),
    )
    call_times = AnyOf(
        [("morning", _("Morning")), ("afternoon", _("Afternoon")), ("evening", _("Early evening"))],
        label=_("Good times to call"),
        help_text=_("Select all that apply."),
        error=_("Select good times to call"),
        required=False,
    )


# What people mean when they type the domain on the left.
LIKELY_TYPOS = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.con": "gmail.com",
    "gnail.com": "gmail.com",
    "hotmial.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "outlok.com": "outlook.com",
    "yaho.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "iclod.com": "icloud.com",
    "aol.con": "aol.com",
}


def likely_email(answers: Answers) -> str:
    """The address the patient probably means, or nothing."""
    before, _at, domain = answers.get("email", "").rpartition("@")
    meant = LIKELY_TYPOS.get(domain.lower())
    return f"{before}@{meant}" if meant else ""


class EmailForm(StepForm):
    email = Email(
        name=Words(_("Your email address"), _("Their email address")),
        missing=Words(_("Enter your email address"), _("Enter their email address")),
        autocomplete="email",
    )

    @classmethod
    def must_have(cls, answers: Answers) -> set[str]:
        return {"email"} if answers.get("channel") == "email" else set()

    @classmethod
    def is_about_other(cls, answers: Answers) -> bool:
        return is_for_other(answers) and not is_through_asker(answers)

    def rows(self, label: str) -> list[tuple[str, list[str]]]:
        """Of two people a record must say whose it is."""
        if is_for_other(self.answers):
            label = str(_("Email of the patient") if self.to_other else _("Email of the person who asks"))
        return super().rows(label)


class TextRemindersForm(StepForm):
    text_reminders = OneOf(
        [("yes", _("Yes")), ("no", _("No"))],
        help_text=_("Message and data rates may apply. Reply STOP at any time to end them."),
        error=_("Select whether we may send text reminders"),
    )


def is_called(answers: Answers) -> bool:
    return bool(answers.get("phone")) or answers.get("channel") == "other_person"


def has_phone(answers: Answers) -> bool:
    return bool(answers.get("phone"))
