"""Made-up people for development. Any likeness would be chance: the numbers are
reserved for fiction and the addresses belong to nobody.
"""

from dataclasses import dataclass, field
from typing import Any

from .models.status import Status

USUAL_ANSWERS: dict[str, Any] = {
    "emergency": ["none"],
    "urgent": ["none"],
    "for_whom": "me",
    "been_before": "no",
    "topic": "cluneal_nerve_block",
    "pain_areas": ["top_of_buttock", "top_of_hip"],
    "pain_side": "left",
    "pain_duration": "3_to_12_months",
    "peg_pain": 6,
    "peg_enjoyment": 7,
    "peg_activity": 5,
    "blood_thinners": "no",
    "pregnant": "does_not_apply",
    "infection": "no",
    "diabetes": "no",
    "reaction": "no",
    "channel": "phone",
    "voicemail": "name_only",
    "call_times": ["morning", "afternoon"],
    "text_reminders": "no",
    "visit_days": ["mon", "tue", "thu"],
    "visit_times": ["morning"],
    "visit_dates": [],
    "help_needs": ["none"],
    "language": "en",
    "insurance": "yes",
    "insurer": "Sample Mutual",
    "injury": "no",
    "referral": "no",
    "anything_else": "",
    "privacy_given": True,
}


@dataclass(frozen=True)
class Person:
    """`hours_ago`: when the request came; `status`: how far staff have got with it; `writes`: on the status page."""

    first_name: str
    born: str
    hours_ago: int
    status: str = Status.NEW
    red_flag_changed: bool = False
    writes: str = ""
    says: dict[str, Any] = field(default_factory=dict)

    def answers(self, number: int) -> dict[str, Any]:
        phone = f"202-555-{100 + number:04}"
        who = {
            "first_name": self.first_name,
            "last_name": "Example",
            "date_of_birth": self.born,
            "phone": "+1" + phone.replace("-", ""),
            "phone_typed": phone,
            "email": f"{self.first_name.lower()}@example.com",
        }
        return USUAL_ANSWERS | who | self.says


BLOOD_THINNER = {"blood_thinners": "yes", "blood_thinners_details": "Apixaban, twice a day"}
DIABETES = {"diabetes": "yes", "diabetes_details": "Metformin, no insulin"}
SPANISH = {"language": "es", "help_needs": ["interpreter"], "help_language": "Spanish"}
NO_PHONE = {"channel": "email", "phone": "", "phone_typed": ""}
FOR_FATHER = {
    "for_whom": "other",
    "helper_name": "Gale Example",
    "helper_phone": "+12025550190",
    "helper_phone_typed": "202-555-0190",
    "helper_relationship": "Daughter",
    "channel": "other_person",
    "email": "gale@example.com",
}

PEOPLE = (
    Person("Rosa", "1970-05-04", 2),
    Person("Omar", "1958-11-23", 3, says={"urgent": ["cancer"], "peg_pain": 8}),
    Person("Ines", "1984-02-17", 20, red_flag_changed=True, says={"pain_duration": "under_6_weeks"}),
    Person("Walter", "1941-07-30", 150, says=BLOOD_THINNER | {"voicemail": "no", "pain_side": "right"}),
    Person("Mei", "1992-09-09", 5, says=NO_PHONE | {"topic": "first_visit", "pain_areas": ["lower_back"]}),
    Person("Hector", "1949-03-12", 26, says=SPANISH | FOR_FATHER | {"text_reminders": "no"}),
    Person("Nadia", "1977-12-01", 8, says={"urgent": ["night_pain", "weight_loss"], "peg_pain": 9}),
    Person("Bruno", "1966-06-18", 30, Status.IN_TRIAGE, says=DIABETES),
    Person("Tessa", "1988-01-25", 170, Status.IN_TRIAGE, says={"topic": "second_opinion"}),
    Person("Kofi", "1973-08-14", 28, Status.IN_TRIAGE, says={"urgent": ["one_leg"], "channel": "text"}),
    Person(
        "Lena",
        "1995-04-22",
        50,
        Status.IN_TRIAGE,
        says={"pain_side": "both", "referral": "yes"},
        writes="My doctor sent you the referral this morning. Did it arrive?",
    ),
    Person("Pavel", "1952-10-05", 75, Status.AWAITING_PATIENT, says=BLOOD_THINNER | DIABETES),
    Person("Sofia", "1981-07-07", 100, Status.AWAITING_PATIENT, says=SPANISH),
    Person("Grace", "1963-02-28", 120, Status.OFFERED, says={"help_needs": ["step_free", "companion"]}),
    Person("Idris", "1979-05-19", 220, Status.BOOKED, says={"been_before": "yes", "topic": "follow_up"}),
    Person(
        "Paula", "1990-03-03", 200, Status.DECLINED, says={"topic": "other_procedure", "topic_other": "Knee"}
    ),
    Person("Rajiv", "1968-09-27", 260, Status.DECLINED, says={"referral": "not_sure"}),
    Person("Yuki", "1985-12-12", 180, Status.WITHDRAWN, says={"insurance": "no", "insurer": ""}),
    Person("Rosa", "1970-05-04", 1, Status.DUPLICATE),
    Person("Anton", "1955-01-16", 400, Status.CLOSED, says={"pain_duration": "over_1_year"}),
    Person("Carmen", "1974-06-02", 330, Status.CLOSED, says={"anything_else": "I can come at short notice."}),
)
