"""The intake on one page, for a colleague who asks a caller the same questions.

The steps, forms, conditions and errors are those of the patients' form. Each page
of theirs is a Section here; a section that is asked only sometimes says when.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from . import steps, way
from .forms.base import Answers, StepForm
from .forms.dates import DateParts
from .forms.fields import Line, Words
from .forms.people import ContactPersonForm, DateOfBirthForm
from .steps import Step

# By the page's slug. A test holds that every page with a condition has its words.
ONLY_IF = {
    "your-details": "Only if the caller asks for somebody else.",
    "procedure-name": "Only if they ask about another procedure.",
    "pain-side": "Only if they have pain now.",
    "pain-duration": "Only if they have pain now.",
    "pain-week": "Only if they have pain now.",
    "contact-person": "Only if the patient calls and wants to be reached through someone else.",
    "calls": "Only if we may call them or somebody for them.",
    "text-reminders": "Only if they gave a phone number.",
    "language-name": "Only if it is another language.",
    "insurer": "Only if they use health insurance.",
    "referral-place": "Only if they have a referral or a recent scan.",
}
# The answer that opens a section, as field=value or field!=value, for the script that hides the others.
OPENED_BY = {
    "your-details": "for_whom=other",
    "procedure-name": "topic=other_procedure",
    "pain-side": "pain_areas!=none",
    "pain-duration": "pain_areas!=none",
    "pain-week": "pain_areas!=none",
    "contact-person": "channel=other_person",
    "language-name": "language=other",
    "insurer": "insurance=yes",
    "referral-place": "referral=yes",
}
NOT_ASKED = "This was filled in, but {when} Change the answer above that asks for it, or empty this one."
UNDER_AGE = (
    "This patient is under 18, and we see adults only. Tell the caller to ask a family doctor or a"
    " pediatrician. Nothing is saved."
)


@dataclass
class Section:
    """One page of the patients' form; `form` holds what was typed and what is wrong with it."""

    step: Step
    form: StepForm
    only_if: str = ""

    @property
    def slug(self) -> str:
        return self.step.slug

    @property
    def ask(self) -> str:
        """The patients' own question, to be read out."""
        return self.step.heading_for({})

    @property
    def ask_for_other(self) -> str:
        """The same about somebody else, where its words differ."""
        return self.step.heading_for({"for_whom": "other"}) if isinstance(self.step.heading, Words) else ""

    @property
    def ask_contact(self) -> str:
        """Where the caller answers for themselves, because the patient is reached through them."""
        ask = self.step.heading_for({"for_whom": "other", "channel": "other_person"})
        return ask if self.ask_for_other not in ("", ask) else ""

    @property
    def why(self) -> str:
        return self.step.why_for({})

    @property
    def opened_by(self) -> str:
        return OPENED_BY.get(self.slug, "")

    @property
    def is_one_question(self) -> bool:
        """Its field is asked by the words of the page, and has none of its own."""
        return len(self.form.visible_fields()) == 1 and not self.form.keeps_label


@dataclass
class Part:
    """Sections under one heading, as in the patients' summary; `slug` is its place on the page."""

    title: str
    slug: str
    say: str
    sections: list[Section] = field(default_factory=list)


@dataclass
class Entry:
    """The whole page: blank, or with what was typed."""

    sections: list[Section]
    answers: Answers = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        return any(section.form.errors for section in self.sections)

    @property
    def parts(self) -> list[Part]:
        found: dict[str, Part] = {}
        for section in self.sections:
            title = str(section.step.group)
            part = found.setdefault(title, Part(title, title.lower().replace(" ", "-"), SAY.get(title, "")))
            part.sections.append(section)
        return list(found.values())


# What to say before the questions of a part.
SAY = {
    "Danger signs": "“Before anything else I read you some signs that need care at once. Tell me when you have one.”",
    "Patient": "“Thank you. Now a few questions about you, so that we find the right record.”",
    "Request": "“Tell me in a few words what you need.”",
    "Pain": "“Now about your pain. The place matters, so take your time.”",
    "Health": "“Some answers about your health, so that we plan the visit well. Do not stop any medicine.”",
    "Contact": "“How can we reach you, and what must we not do?”",
    "Visit": "“Last, the visit: when you could come and what would help you.”",
}


def blank(safety: dict[str, Any]) -> Entry:
    return Entry([section(step, None, {}, safety) for step in steps.STEPS])


def read(typed: QueryDict, safety: dict[str, Any]) -> Entry:
    """Every question checked in the patients' order, each by the answers before it."""
    entry = Entry([])
    for step in steps.STEPS:
        one = section(step, typed, entry.answers, safety)
        if step.asked(entry.answers):
            entry.answers |= answered(one.form)
        else:
            one.form = left_out(one, typed, safety)
        entry.sections.append(one)
    if not entry.has_errors:
        entry.answers = way.tidy(entry.answers)
    return entry


def unchecked(typed: QueryDict, safety: dict[str, Any]) -> Entry:
    """With what was typed and nothing said about it yet."""
    entry = Entry([section(step, typed, {}, safety) for step in steps.STEPS])
    for one in entry.sections:
        one.form.errors.clear()
    return entry


def section(step: Step, typed: QueryDict | None, answers: Answers, safety: dict[str, Any]) -> Section:
    # Answers before it decide how a question is asked; its own come from the page.
    form = step.form(typed, answers=answers, safety=safety)
    if step.form is ContactPersonForm:
        # The patients' form asks for somebody by these names twice, but never both of them.
        form.prefix = "contact"
    form.prepare()
    fill_in_nothing(form)
    return Section(step, form, ONLY_IF.get(step.slug, ""))


def fill_in_nothing(form: StepForm) -> None:
    """The browser knows the colleague and not the caller."""
    for _name, field_ in form.spoken_fields():
        if isinstance(field_, DateParts):
            field_.widget.autocomplete("off", "off", "off")
        else:
            field_.widget.attrs["autocomplete"] = "off"


def answered(form: StepForm) -> Answers:
    """What it says. While something is wrong, at least what opens other questions."""
    if form.is_valid():
        if isinstance(form, DateOfBirthForm) and form.leads_to():
            form.add_error("date_of_birth", UNDER_AGE)
            return {}
        return form.new_answers()
    fields = [(name, field) for name, field in form.spoken_fields() if name in form.cleaned_data]
    return {
        key: value
        for name, field in fields
        for key, value in field.answers(name, form.cleaned_data[name]).items()
    }


def left_out(one: Section, typed: QueryDict, safety: dict[str, Any]) -> StepForm:
    """A question that is not asked may stay empty; words that somebody typed there are not dropped in silence."""
    form = one.form
    form.errors.clear()
    when = one.only_if.replace("Only if", "it is asked only if", 1)
    for name in typed_lines(form):
        form.add_error(name, NOT_ASKED.format(when=when))
    return form


def typed_lines(form: StepForm) -> Iterator[str]:
    for name, field_ in form.spoken_fields():
        if isinstance(field_, Line) and str(form[name].data or "").strip():
            yield name
