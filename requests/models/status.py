"""The states of a request and every move between them (docs/adr/0005)."""

from django.db import models


class Status(models.TextChoices):
    NEW = "new", "New"
    IN_TRIAGE = "in_triage", "In triage"
    AWAITING_PATIENT = "awaiting_patient", "Waiting for patient"
    OFFERED = "offered", "Times offered"
    BOOKED = "booked", "Booked"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DUPLICATE = "duplicate", "Duplicate"
    CLOSED = "closed", "Closed"


# Every move there is. actions.py reads this table and the database enforces it.
MOVES: dict[str, tuple[str, ...]] = {
    "new": ("in_triage", "declined", "withdrawn", "duplicate", "closed"),
    "in_triage": ("awaiting_patient", "offered", "declined", "withdrawn", "duplicate", "closed"),
    "awaiting_patient": ("in_triage", "offered", "declined", "withdrawn", "duplicate", "closed"),
    "offered": ("in_triage", "booked", "declined", "withdrawn", "closed"),
    "booked": ("in_triage", "withdrawn", "closed"),
    "declined": ("in_triage",),
    "withdrawn": ("in_triage",),
    "duplicate": ("in_triage",),
    "closed": ("in_triage",),
}
OPEN_STATUSES = ("new", "in_triage", "awaiting_patient", "offered", "booked")
ENDED_STATUSES = ("declined", "withdrawn", "duplicate", "closed")
# The clinic owes the next step: these can be late.
OURS_STATUSES = ("new", "in_triage")
# Nothing is offered yet, so a danger sign still presses.
UNSETTLED_STATUSES = (*OURS_STATUSES, "awaiting_patient")


class Urgency(models.IntegerChoices):
    ROUTINE = 0, "Routine"
    URGENT = 1, "Call today"
    RED_FLAG = 2, "Emergency sign"


class DeclineReason(models.TextChoices):
    NOT_SUITABLE = "not_suitable", "This procedure does not fit what the patient describes"
    OTHER_CARE_FIRST = "other_care_first", "Other care should come first"
    NOT_OFFERED = "not_offered", "We do not offer this"
    NEEDS_REFERRAL = "needs_referral", "A referral is needed first"
    NOT_REACHED = "not_reached", "We could not reach the patient"
    UNDER_18 = "under_18", "We see adults only"
