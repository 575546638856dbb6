"""What is planned for a request: until when it sleeps, what comes next, how else to reach the patient."""

from dataclasses import dataclass

from clinic.models import User
from clinic.panels import Tag
from requests import calling
from requests.models import Inquiry

from . import words


@dataclass(frozen=True)
class Plan:
    snoozed: Tag | None
    next_words: str
    next_day: Tag | None
    # Calling has failed: "write" when a mail can tell that there is news, else "letter"; "post" after the end.
    instead: str = ""

    def __bool__(self) -> bool:
        return bool(self.snoozed or self.next_words or self.instead)


def of(inquiry: Inquiry, reader: User) -> Plan:
    return Plan(
        words.snoozed(inquiry),
        words.next_action(inquiry, reader),
        words.next_day(inquiry),
        instead(inquiry) if calling.proposes_letter(inquiry) else "",
    )


def instead(inquiry: Inquiry) -> str:
    if not inquiry.is_open:
        return "post"
    return "write" if inquiry.email else "letter"
