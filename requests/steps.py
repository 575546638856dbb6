"""The intake as data: which question comes when, what it says and why we ask.

A page is a Step; its fields are in requests/forms/, its question protocol in
requests/protocol.py, the way from page to page in requests/way.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import protocol
from .forms import contact, health, pain, people, signs, visit
from .forms.base import Answers, StepForm, is_for_other
from .forms.fields import Text, Words, spoken


def always(answers: Answers) -> bool:
    return True


def has_pain(answers: Answers) -> bool:
    return answers.get("pain_areas") != ["none"]


def said(key: str, value: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(key) == value


def reached_through_someone(answers: Answers) -> bool:
    return answers.get("channel") == "other_person" and not is_for_other(answers)


@dataclass(frozen=True)
class Step:
    """One question page. `label` names it in summaries; `notices` may stand above the question."""

    slug: str
    form: type[StepForm]
    group: Text
    label: Text
    heading: Text | Words
    why: Text | Words
    asked: Callable[[Answers], bool] = always
    notices: tuple[str, ...] = ()

    def heading_for(self, answers: Answers) -> str:
        return str(spoken(self.heading, self.form.is_about_other(answers)))

    def why_for(self, answers: Answers) -> str:
        return str(spoken(self.why, self.form.is_about_other(answers)))

    @property
    def protocol(self) -> protocol.Protocol:
        return protocol.PROTOCOL[self.slug]


SIGNS, PEOPLE, WISH, PAIN, HEALTH, CONTACT, VISIT = (
    _("Danger signs"),
    _("Patient"),
    _("Request"),
    _("Pain"),
    _("Health"),
    _("Contact"),
    _("Visit"),
)

# Danger first, then who it is about, then the easy, the personal and the practical (F3).
STEPS: tuple[Step, ...] = (
    Step(
        "emergency-signs", signs.EmergencySignsForm, SIGNS, _("Emergency signs"),
        heading=_("Check for emergency signs first"),
        why=_("Some signs need emergency care. We ask first so that you do not lose time."),
    ),
    Step(
        "urgent-signs", signs.UrgentSignsForm, SIGNS, _("Signs to check today"),
        heading=_("Check for signs that should not wait"),
        why=_("If you tick one, we call on the same working day, or on the next one if we are closed."),
    ),
    Step(
        "who-for", people.WhoForForm, PEOPLE, _("Request is for"),
        heading=_("Who is this request for?"),
        why=_("So that we speak to the right person."),
        notices=("urgent",),
    ),
    Step(
        "your-details", people.HelperForm, PEOPLE, _("Asked by"),
        heading=_("About you, the person who asks"),
        why=_("So that we know who asks, and can call you if we need to."),
        asked=is_for_other,
    ),
    Step(
        "date-of-birth", people.DateOfBirthForm, PEOPLE, _("Date of birth"),
        heading=Words(_("What is your date of birth?"), _("What is their date of birth?")),
        why=_("To find the right record. We see adults only."),
    ),
    Step(
        "been-before", people.BeenBeforeForm, PEOPLE, _("Has been to this clinic"),
        heading=Words(_("Have you been to this clinic before?"), _("Have they been to this clinic before?")),
        why=_("So that we look for an earlier record."),
    ),
    Step(
        "topic", pain.TopicForm, WISH, _("Wants help with"),
        heading=Words(_("What do you want help with?"), _("What do they want help with?")),
        why=_("So that we plan the right kind and length of visit."),
    ),
    Step(
        "procedure-name", pain.ProcedureNameForm, WISH, _("Which procedure"),
        heading=_("Which procedure is it about?"),
        why=_("So that the right person reads your request. Leave it empty if you do not know."),
        asked=said("topic", "other_procedure"),
    ),
    Step(
        "pain-areas", pain.PainAreasForm, PAIN, _("Where the pain is"),
        heading=Words(_("Where is your pain?"), _("Where is their pain?")),
        why=_("A nerve block treats a small area, so the place matters."),
    ),
    Step(
        "pain-side", pain.PainSideForm, PAIN, _("Which side"),
        heading=Words(_("Which side is your pain on?"), _("Which side is their pain on?")),
        why=_("So that nobody ever plans for the wrong side."),
        asked=has_pain,
    ),
    Step(
        "pain-duration", pain.PainDurationForm, PAIN, _("How long"),
        heading=Words(_("How long have you had this pain?"), _("How long have they had this pain?")),
        why=_("New pain and old pain are looked at in different ways."),
        asked=has_pain,
    ),
    Step(
        "pain-week", pain.PainWeekForm, PAIN, _("Pain in the past week"),
        heading=_("Pain in the past week"),
        why=Words(
            _("Your numbers now let us see later whether a treatment helped."),
            _("Ask the patient these 3 questions and give their own numbers. Leave out what they cannot tell you."),
        ),
        asked=has_pain,
    ),
    Step(
        "health", health.HealthForm, HEALTH, _("Health"),
        heading=Words(_("Do any of these apply to you?"), _("Do any of these apply to them?")),
        why=_(
            "We may need to plan with the doctor who treats this."
            " Do not stop any medicine because of this form."
        ),
    ),
    Step(
        "name", people.NameForm, CONTACT, _("Name"),
        heading=Words(_("What is your name?"), _("What is their name?")),
        why=Words(
            _("If you have one name only, fill in one box and leave the other empty."),
            _("If they have one name only, fill in one box and leave the other empty."),
        ),
    ),
    Step(
        "contact", contact.ChannelForm, CONTACT, _("Contact by"),
        heading=Words(_("How do you want us to contact you?"), _("How do they want us to contact them?")),
        why=_("We try this way first."),
    ),
    Step(
        "contact-person", people.ContactPersonForm, CONTACT, _("Contact person"),
        heading=_("Who should we contact for you?"),
        why=_("So that we call the right person and know who they are to you."),
        asked=reached_through_someone,
    ),
    Step(
        "phone", contact.PhoneForm, CONTACT, _("Phone number"),
        heading=Words(_("What number do you want us to call?"), _("What number do they want us to call?")),
        why=_("We call to agree a time, or on the same day if a sign needs a check."),
    ),
    Step(
        "calls", contact.CallsForm, CONTACT, _("Calls"),
        heading=_("When we call"),
        why=_("So that we call at a good time and keep the request private."),
        asked=contact.is_called,
    ),
    Step(
        "email", contact.EmailForm, CONTACT, _("Email"),
        heading=Words(_("What is your email address?"), _("What is their email address?")),
        why=_("We send a receipt and a private link to this address. Our emails never say a word about health."),
    ),
    Step(
        "text-reminders", contact.TextRemindersForm, CONTACT, _("Text reminders"),
        heading=_("May we send text reminders?"),
        why=_("They help to keep an appointment. The care is the same without them."),
        asked=contact.has_phone,
    ),
    Step(
        "visit", visit.VisitForm, VISIT, _("When"),
        heading=Words(_("When could you come?"), _("When could they come?")),
        why=Words(
            _("We look for a time that suits you. This is not a booking yet."),
            _("We look for a time that suits them. This is not a booking yet."),
        ),
        notices=("email",),
    ),
    Step(
        "help", visit.HelpForm, VISIT, _("Help for the visit"),
        heading=Words(
            _("Do you need help to talk with us or visit?"), _("Do they need help to talk with us or visit?")
        ),
        why=_("We arrange it before the visit, free of charge."),
        notices=("today",),
    ),
    Step(
        "language", visit.LanguageForm, VISIT, _("Language"),
        heading=Words(
            _("Which language do you want us to use?"), _("Which language do they want us to use?")
        ),
        why=Words(
            _("So that we bring an interpreter if you need one, free of charge."),
            _("So that we bring an interpreter if they need one, free of charge."),
        ),
    ),
    Step(
        "language-name", visit.LanguageNameForm, VISIT, _("Other language"),
        heading=_("What is the name of the language?"),
        why=_("So that we find the right interpreter."),
        asked=said("language", "other"),
    ),
    Step(
        "payment", visit.PaymentForm, VISIT, _("Payment"),
        heading=_("Paying for the visit"),
        why=Words(
            _(
                "If you pay yourself, you have a right to a written estimate."
                " After an injury at work or in a car, another insurer may pay."
            ),
            _(
                "If they pay themselves, they have a right to a written estimate."
                " After an injury at work or in a car, another insurer may pay."
            ),
        ),
    ),
    Step(
        "insurer", visit.InsurerForm, VISIT, _("Insurance company"),
        heading=_("What is the name of the insurance company?"),
        why=_("So that we can check what they cover. Do not send any numbers."),
        asked=said("insurance", "yes"),
    ),
    Step(
        "referral", visit.ReferralForm, VISIT, _("Referral or recent scan"),
        heading=Words(
            _("Do you have a referral or a recent scan?"), _("Do they have a referral or a recent scan?")
        ),
        why=_("So that we can ask for the report before the visit. Do not send it now."),
    ),
    Step(
        "referral-place", visit.ReferralPlaceForm, VISIT, _("Where it was done"),
        heading=_("Where was the referral or scan done?"),
        why=_("The name of the doctor, clinic or hospital is enough."),
        asked=said("referral", "yes"),
    ),
    Step(
        "anything-else", visit.AnythingElseForm, VISIT, _("Anything else"),
        heading=Words(
            _("Is there anything else to help us plan your visit?"),
            _("Is there anything else to help us plan their visit?"),
        ),
        why=_("Only if the questions before left something out."),
        notices=("danger", "crisis"),
    ),
)  # fmt: skip
FIRST = STEPS[0]


def find(slug: str) -> Step | None:
    return next((step for step in STEPS if step.slug == slug), None)


def asked(answers: Answers) -> list[Step]:
    """The pages that these answers lead to, in order."""
    return [step for step in STEPS if step.asked(answers)]


@dataclass(frozen=True)
class Row:
    step_slug: str
    label: str
    lines: list[str]

    @property
    def value(self) -> list[str]:
        return self.lines


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Row]


def summary(answers: Answers, safety_body: dict[str, Any]) -> list[Group]:
    """Every answer in plain words, grouped as asked: for the patient, the record and staff."""
    groups: dict[str, list[Row]] = {}
    for step in asked(answers):
        form = step.form(answers=answers, safety=safety_body)
        rows = groups.setdefault(str(step.group), [])
        rows += [Row(step.slug, label, lines) for label, lines in form.rows(str(step.label))]
    return [Group(title, rows) for title, rows in groups.items()]
