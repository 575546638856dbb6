"""How a patient may be reached and what they need: for every role, with no clinical text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.panels import Tag
from requests.forms.contact import is_through_asker
from requests.forms.visit import LANGUAGES, WEEKDAYS
from requests.models import Inquiry

CHANNELS = {
    "phone": "Phone call",
    "text": "Text message",
    "email": "E-mail",
    "other_person": "Through someone else",
}
NO_MESSAGE = Tag("Leave no message", "u")
VOICEMAIL = {
    "no": NO_MESSAGE,
    "name_only": Tag("Say only your name and number", "w"),
    "details": Tag("You may leave details", "o"),
}
NOT_ASKED = Tag("Did not say: leave only your name and number", "w")
HELP = {
    "interpreter": "Interpreter",
    "sign_language": "Sign language interpreter",
    "large_print": "Large print",
    "step_free": "Step-free way in",
    "companion": "Brings a companion",
    "quiet_space": "Quiet space",
    "hearing_loop": "Hearing loop",
}
TIMES = {"morning": "Morning", "afternoon": "Afternoon", "evening": "Early evening"}
DAYS = {**dict(WEEKDAYS), "not_sure": "Not sure yet"}
YES_NO = {"yes": "Yes", "no": "No", "not_sure": "Not sure"}


@dataclass(frozen=True)
class Line:
    label: str
    value: str = ""
    tag: Tag | None = None
    phone: str = ""
    email: str = ""


def language(inquiry: Inquiry) -> str:
    """Its English name; one that is not in the form's list is kept as the patient wrote it."""
    own_name_and_name = LANGUAGES.get(inquiry.language)
    return str(own_name_and_name[1]) if own_name_and_name else inquiry.language


def help_needs(inquiry: Inquiry) -> list[str]:
    """In words; the interpreter with the language."""
    if not inquiry.needs:
        return []
    spoken = inquiry.needs.get("help_language") or (
        language(inquiry) if inquiry.language != "en" else "language not named"
    )
    names = HELP | {"interpreter": f"Interpreter: {spoken}"}
    return [names[need] for need in inquiry.needs["help_needs"] if need in names]


def voicemail(inquiry: Inquiry) -> Tag | None:
    if not (inquiry.phone or inquiry.contact_phone):
        return None
    return VOICEMAIL.get(inquiry.voicemail, NOT_ASKED)


def hints(inquiry: Inquiry) -> list[Tag]:
    """For the queue: what is good to know before anybody picks up the phone."""
    tags = [NO_MESSAGE] if inquiry.voicemail == "no" else []
    if inquiry.channel == "other_person":
        tags.append(Tag("Through someone else"))
    needs = help_needs(inquiry)
    if inquiry.language != "en" and not any(need.startswith("Interpreter") for need in needs):
        tags.append(Tag(f"Language: {language(inquiry)}"))
    return tags + [Tag(need) for need in needs]


def reach(inquiry: Inquiry) -> list[Line]:
    """How to reach this person: all of the form's contact pages, so no other card repeats them."""
    return [line for line in _reach(inquiry) if line.value or line.tag]


SHORTEST = ("Wants to be reached by", "Good times to call")


def shortly(lines: list[Line]) -> list[Line]:
    """What is needed to reach them now: the numbers, the way they want, the times."""
    return [line for line in lines if line.phone or line.label in SHORTEST]


def _reach(inquiry: Inquiry) -> Iterator[Line]:
    answers = inquiry.answers
    yield Line("Date of birth", long_day(inquiry.date_of_birth))
    yield Line("Likes to be called", inquiry.preferred_name)
    yield Line("Wants to be reached by", CHANNELS.get(inquiry.channel, inquiry.channel))
    of_patient = [
        Line("Phone", inquiry.phone_as_typed or inquiry.phone, phone=inquiry.phone),
        Line("Voicemail", tag=voicemail(inquiry)),
        Line("Good times to call", words(answers, "call_times", TIMES)),
    ]
    asks = answers.get("for_whom") == "other"
    of_contact = [
        Line("Asked by" if asks else "Contact person", _helper(inquiry)),
        Line(
            "Contact's phone",
            answers.get("helper_phone_typed") or inquiry.contact_phone,
            phone=inquiry.contact_phone,
        ),
    ]
    # The number to call comes first.
    yield from of_contact + of_patient if inquiry.channel == "other_person" else of_patient + of_contact
    yield Line(
        "Contact's e-mail" if is_through_asker(answers) else "E-mail", inquiry.email, email=inquiry.email
    )
    yield Line("Text reminders", YES_NO.get(answers.get("text_reminders", ""), ""))
    yield Line("Language", language(inquiry))
    yield Line("Needs", ", ".join(help_needs(inquiry)))


def _helper(inquiry: Inquiry) -> str:
    return ", ".join(filter(None, (inquiry.contact_name, inquiry.contact_relationship)))


def visits(inquiry: Inquiry) -> list[Line]:
    """When they could come, and who pays."""
    answers = inquiry.answers
    dates = [long_day(date.fromisoformat(day)) for day in answers.get("visit_dates") or ()]
    lines = [
        Line("Days", words(answers, "visit_days", DAYS)),
        Line("Times of day", words(answers, "visit_times", TIMES)),
        Line("Best dates", "; ".join(dates)),
        Line("Been here before", YES_NO.get(answers.get("been_before", ""), "")),
        Line("Insurance", answers.get("insurer") or YES_NO.get(answers.get("insurance", ""), "")),
        Line("Referral", YES_NO.get(answers.get("referral", ""), "")),
    ]
    return [line for line in lines if line.value]


def words(answers: dict[str, Any], key: str, names: Mapping[str, object]) -> str:
    return ", ".join(str(names.get(part, part)) for part in answers.get(key) or ())


def long_day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
