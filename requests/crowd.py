"""A crowd of made-up people and what became of their requests, for measuring at size.

The names are syllables put together, the numbers are of the range that is kept
for fiction and the addresses belong to nobody. The same seed gives the same crowd.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from clinic.calendar import zone
from clinic.models import User
from requests.actions.sending import TOPICS, contact_columns
from requests.models import Flag, Inquiry, Message, Note, PhoneCall
from requests.models.status import OURS_STATUSES, DeclineReason, Status
from requests.sample_people import USUAL_ANSWERS
from requests.tokens import REFERENCE_LETTERS, token_hash

YEARS = timedelta(days=8 * 365)
FIRST_NAMES = ["".join(parts) for parts in product(("Bra", "Élo", "Fi", "Jo", "Ka", "Lu", "Ma", "Ni", "Ro", "Ta"), ("da", "li", "mi", "na", "ra", "so", "va"), ("n", "r", "s", "la", "ne"))]  # fmt: skip
LAST_NAMES = [
    "".join(parts)
    for parts in product(
        ("Al", "Bor", "Cre", "Dan", "Fal", "Gri", "Hol", "Jen", "Kor", "Mal", "Nú", "Ost", "Pel", "Quin", "Sam", "Zim"),
        ("ba", "de", "fi", "ga", "lo", "me", "nu", "ro", "ti", "vo"),
        ("ck", "dt", "lsen", "mann", "nez", "rova", "sson", "ter", "via", "witz"),
        ("", "-Example", "-Sample"),
    )
]  # fmt: skip
OPEN_SHARES = {"new": 30, "in_triage": 32, "awaiting_patient": 14, "offered": 11, "booked": 13}
ENDED_SHARES = {"closed": 80, "declined": 12, "withdrawn": 8}
SAYS = (
    "You can call us back in the morning.",
    "We looked at the answers and will call.",
    "Spoke for a while.",
)


@dataclass(frozen=True)
class Clinic:
    """What every made-up request hangs on."""

    staff: list[User]
    role_ids: list[int]
    safety_text_id: int
    edition_id: int | None
    now: datetime
    size: int

    @property
    def open_ones(self) -> int:
        """A working stock that every clinic has, and two of a hundred on top."""
        return min(self.size * 2 // 3, 600 + self.size // 50)


def requests_from(clinic: Clinic, numbers: range) -> Iterator[Inquiry]:
    """The oldest has number 0; the open ones are among the newest."""
    for number in numbers:
        yield one(clinic, number)


def one(clinic: Clinic, number: int) -> Inquiry:
    chance = random.Random(number)  # noqa: S311 - made-up people, no secret
    is_recent = clinic.size - number <= clinic.open_ones * 3 // 2
    shares = OPEN_SHARES if is_recent and chance.random() < 2 / 3 else ENDED_SHARES
    status = chance.choices(list(shares), list(shares.values()))[0]
    answers = says(chance, number)
    token = f"made-up-{number}"
    columns: dict[str, Any] = {
        "id": UUID(int=chance.getrandbits(128), version=4),
        "reference": reference(number),
        "token": token,
        "token_hash": token_hash(token),
        "edition_id": clinic.edition_id,
        "safety_text_id": clinic.safety_text_id,
        "topic": TOPICS[answers["topic"]],
        "answers": answers,
        "status": status,
        "urgency": chance.choices((0, 1, 2), (93, 6, 1))[0],
        "decline_reason": chance.choice(DeclineReason.values) if status == Status.DECLINED else "",
    }
    inquiry = Inquiry(**columns, **contact_columns(answers))
    work_on(inquiry, clinic, chance, number)
    inquiry.search_text = inquiry.findable()
    return inquiry


def work_on(inquiry: Inquiry, clinic: Clinic, chance: random.Random, number: int) -> None:
    """When it came, by when it is answered and who has it."""
    age = clinic.now - YEARS * ((clinic.size - number) / clinic.size)
    if inquiry.is_open:
        age = clinic.now - timedelta(minutes=chance.randrange(5, 60 * 24 * 21))
    inquiry.submitted_at = age
    inquiry.answer_by = day_of(age) + timedelta(days=chance.randrange(1, 4))
    is_waiting = inquiry.status in OURS_STATUSES and chance.random() < 0.6
    if is_waiting:
        # Mostly kept: a few are late, as in a clinic that does its work.
        lateness = chance.choices((-1, 0, 1, 3), (3, 5, 40, 52))[0]
        inquiry.answer_by = day_of(clinic.now) + timedelta(days=lateness)
    else:
        inquiry.first_answered_at = min(clinic.now, age + timedelta(hours=chance.randrange(1, 60)))
    inquiry.promised_first = inquiry.answer_by
    if inquiry.status != Status.NEW or chance.random() < 0.3:
        inquiry.assignee = chance.choice(clinic.staff)
    elif chance.random() < 0.2:
        inquiry.role_id = chance.choice(clinic.role_ids)
    if inquiry.is_open and chance.random() < 0.03:
        inquiry.snoozed_until = day_of(clinic.now) + timedelta(days=chance.randrange(1, 30))
    elif inquiry.is_open and chance.random() < 0.06:
        inquiry.next_action = "Send the directions"
        inquiry.next_action_on = day_of(clinic.now) + timedelta(days=chance.randrange(-2, 15))
    if inquiry.is_open and chance.random() < 0.05:
        inquiry.patient_wrote_at = clinic.now - timedelta(minutes=chance.randrange(5, 3000))


def day_of(moment: datetime) -> date:
    return moment.astimezone(zone()).date()


def says(chance: random.Random, number: int) -> dict[str, Any]:
    # Some names are common, most are not: the square draws towards the first ones.
    first = FIRST_NAMES[int(len(FIRST_NAMES) * chance.random() ** 2)]
    last = LAST_NAMES[int(len(LAST_NAMES) * chance.random() ** 2)]
    phone = f"{chance.randrange(201, 990)}-555-{chance.randrange(100, 200):04}"
    born = f"{chance.randrange(1935, 2006)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    return USUAL_ANSWERS | {
        "first_name": first,
        "last_name": last,
        "date_of_birth": born,
        "topic": chance.choices(list(TOPICS), (18, 40, 12, 16, 8, 6))[0],
        "phone": "+1" + phone.replace("-", ""),
        "phone_typed": phone,
        "email": f"{first.lower()}.{last.lower()}{number % 1000}@example.com",
        "language": chance.choices(("en", "es", "vi"), (88, 9, 3))[0],
        "voicemail": chance.choices(("name_only", "no", "details"), (70, 20, 10))[0],
        "help_needs": chance.choices((["none"], ["step_free"], ["interpreter"]), (90, 6, 4))[0],
    }


def reference(number: int) -> str:
    """Each number its own, spread over the letters."""
    left, letters = (number * 48_271 + 12_345) % len(REFERENCE_LETTERS) ** 6, ""
    for _ in range(6):
        left, place = divmod(left, len(REFERENCE_LETTERS))
        letters += REFERENCE_LETTERS[place]
    return f"{letters[:3]}-{letters[3:]}"


def flags_of(inquiry: Inquiry) -> Iterator[Flag]:
    if inquiry.urgency:
        yield Flag(
            inquiry=inquiry, rule="fever", rule_version=1, severity="urgent",
            words="Fever, chills or very unwell", answer="Ticked", raised_at=inquiry.submitted_at,
        )  # fmt: skip
    if inquiry.pk.int % 5 == 0:
        yield Flag(
            inquiry=inquiry, rule="blood_thinners", rule_version=1, severity="before_booking",
            words="Blood thinner", answer="Yes", raised_at=inquiry.submitted_at,
        )  # fmt: skip


def words_about(inquiry: Inquiry) -> Iterator[Message | Note | PhoneCall]:
    """What staff wrote, for some; the encrypted part of the history."""
    if inquiry.assignee is None:
        return
    kind = inquiry.pk.int % 6
    at = inquiry.submitted_at + timedelta(hours=5)
    common: dict[str, Any] = {"inquiry": inquiry, "by": inquiry.assignee, "at": at, "text": SAYS[kind % 3]}
    if kind in (0, 3):
        yield Message(**common)
    if kind == 1:
        yield Note(**common)
    if kind in (2, 3):
        failed = kind == 2 and inquiry.is_open
        yield PhoneCall(**common, outcome="no_answer" if failed else "reached")
