"""What staff can do to a request: one table, read by the buttons and the confirm pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clinic.calendar import day_words, local_today
from clinic.models import User
from requests import actions, calling, staff_forms
from requests.actions.ending import cannot_close
from requests.actions.planning import cannot_sleep
from requests.models import Inquiry
from requests.models.status import ENDED_STATUSES, MOVES, Status

Data = dict[str, Any]


@dataclass(frozen=True)
class Verb:
    """`leaves` is the kind of history record it writes; `takes`: somebody has to answer for it,
    so it takes a request that nobody has; `first`: the form of a page before, which prefills this one;
    `blocked` gives the reason why it cannot be done yet, though it is offered; `told` what was done."""

    slug: str
    button: str
    heading: str
    submit: str
    permission: str
    fits: Callable[[Inquiry, User], bool]
    run: Callable[[Inquiry, User, Data], object]
    leaves: str
    done: str
    explains: str = ""
    form: type[staff_forms.VerbForm] = staff_forms.VerbForm
    first: type[staff_forms.VerbForm] | None = None
    takes: bool = False
    reaches_patient: bool = False
    blocked: Callable[[Inquiry], str] = lambda inquiry: ""
    told: Callable[[Inquiry], str] | None = None

    def says(self, inquiry: Inquiry) -> str:
        return self.told(inquiry) if self.told else self.done

    @property
    def ends(self) -> bool:
        return self.leaves in (f"status:{Status.DECLINED}", f"status:{Status.CLOSED}")

    def refuses(self, inquiry: Inquiry, user: User) -> str:
        """Why not, in words; empty when it can be done."""
        if self.fits(inquiry, user):
            return self.blocked(inquiry)
        if self.slug == "take" and inquiry.is_open:
            return "You have this request already."
        if self.slug == "letter" and inquiry.is_open:
            return (
                "Fewer than three calls have failed, or somebody has written since. Phone the patient first."
            )
        return f"The request is {inquiry.get_status_display().lower()}, so this cannot be done now."

    def is_possible(self, inquiry: Inquiry, user: User) -> bool:
        return user.has_perm(self.permission) and self.fits(inquiry, user)


def may_become(status: str) -> Callable[[Inquiry, User], bool]:
    return lambda inquiry, user: status in MOVES[inquiry.status]


def is_open(inquiry: Inquiry, user: User) -> bool:
    return inquiry.is_open


def is_asleep(inquiry: Inquiry, user: User) -> bool:
    return inquiry.is_open and inquiry.snoozed_until is not None and inquiry.snoozed_until > local_today()


def snoozed_words(inquiry: Inquiry) -> str:
    day = inquiry.snoozed_until
    return f"The request is snoozed until {day_words(day)}." if day else "The request is back."


def always(inquiry: Inquiry, user: User) -> bool:
    return True


TABLE = (
    Verb(
        "take", "Take", "Take this request", "Take it", "requests.take_inquiry",
        fits=lambda inquiry, user: inquiry.is_open and inquiry.assignee_id != user.pk,
        run=lambda inquiry, user, data: actions.assign(inquiry, by=user, to=user),
        leaves="assignment", done="You have this request now.",
        explains="It becomes yours: you answer for what happens next.",
    ),
    Verb(
        "triage", "Start triage", "Start triage", "Start triage", "requests.triage_inquiry",
        fits=lambda inquiry, user: inquiry.status in (Status.NEW, Status.AWAITING_PATIENT),
        run=lambda inquiry, user, data: actions.start_triage(inquiry, by=user),
        leaves="status:in_triage", done="The request is in triage.", takes=True,
        explains="The patient sees that you are looking at the request.",
    ),
    Verb(
        "write", "Write", "Write to the patient", "Send", "requests.add_message",
        fits=is_open, run=lambda inquiry, user, data: actions.write_to_patient(inquiry, by=user, **data),
        leaves="message", done="Your message is on its way.",
        form=staff_forms.WriteForm, reaches_patient=True,
    ),
    Verb(
        "settle", "Nothing to answer", "Nothing to answer", "Nothing to answer", "requests.read_clinical",
        fits=lambda inquiry, user: inquiry.patient_wrote_at is not None,
        run=lambda inquiry, user, data: actions.settle(inquiry, by=user),
        leaves="settle", done="What the patient wrote is settled.",
        explains="You have read what the patient wrote, and it needs no answer. The mark goes away.",
    ),
    Verb(
        "phone", "Phone call", "Note a phone call", "Save the call", "requests.add_phonecall",
        fits=always, run=lambda inquiry, user, data: actions.log_phone_call(inquiry, by=user, **data),
        leaves="call", done="The call is saved.", form=staff_forms.PhoneForm,
    ),
    Verb(
        "note", "Note", "Add a note", "Add the note", "requests.add_note",
        fits=always, run=lambda inquiry, user, data: actions.add_note(inquiry, by=user, **data),
        leaves="note", done="The note is added.", form=staff_forms.NoteForm,
    ),
    Verb(
        "assign", "Assign", "Assign this request", "Assign", "requests.assign_inquiry",
        fits=is_open, run=lambda inquiry, user, data: data["to"].give(inquiry, user),
        leaves="assignment", done="The request is assigned.", form=staff_forms.AssignForm,
        told=lambda inquiry: f"The request is {actions.place(inquiry)} now.",
    ),
    Verb(
        "snooze", "Snooze", "Snooze this request", "Snooze", "requests.add_snooze",
        fits=is_open, run=lambda inquiry, user, data: actions.snooze(inquiry, by=user, **data),
        leaves="snooze", done="The request is snoozed.", form=staff_forms.SnoozeForm,
        blocked=cannot_sleep,
        told=snoozed_words,
        explains="It leaves the daily views and comes back by itself on that day, or when the patient writes.",
    ),
    Verb(
        "wake", "Wake", "Wake this request", "Wake it", "requests.add_snooze",
        fits=is_asleep, run=lambda inquiry, user, data: actions.wake(inquiry, by=user),
        leaves="wake", done="The request is back.", explains="It goes back to the daily views now.",
    ),
    Verb(
        "next", "Next step", "What comes next", "Save", "requests.add_nextaction",
        fits=is_open, run=lambda inquiry, user, data: actions.plan_next(inquiry, by=user, **data),
        leaves="next", done="The next step is saved.", form=staff_forms.NextForm,
        told=lambda inquiry: "The next step is saved." if inquiry.next_action else "The next step is done.",
    ),
    Verb(
        "letter", "Letter", "Send a letter by post", "The letter is in the post", "requests.add_message",
        fits=lambda inquiry, user: calling.proposes_letter(inquiry),
        run=lambda inquiry, user, data: actions.note_letter(inquiry, by=user),
        leaves="letter", done="The letter is noted.", takes=True,
    ),
    Verb(
        "decline", "Decline", "Decline this request", "Decline and send the letter",
        "requests.decline_inquiry",
        fits=may_become(Status.DECLINED),
        run=lambda inquiry, user, data: actions.decline(inquiry, by=user, **data),
        leaves="status:declined", done="The request is declined and the letter is on its way.",
        form=staff_forms.DeclineForm, first=staff_forms.ReasonForm, takes=True, reaches_patient=True,
    ),
    Verb(
        "duplicate", "Duplicate", "Mark as a duplicate", "Mark as a duplicate", "requests.mark_duplicate",
        fits=may_become(Status.DUPLICATE),
        run=lambda inquiry, user, data: actions.mark_duplicate(inquiry, by=user, of=data["reference"]),
        leaves="status:duplicate", done="The request is marked as a duplicate.",
        explains="This request ends and the other one goes on. Both keep their history.",
        form=staff_forms.DuplicateForm, first=staff_forms.ReferenceForm, takes=True, reaches_patient=True,
    ),
    Verb(
        "close", "Close", "Close this request", "Close the request", "requests.close_inquiry",
        fits=may_become(Status.CLOSED),
        run=lambda inquiry, user, data: actions.close(inquiry, by=user, **data),
        leaves="status:closed", done="The request is closed.",
        explains="Close it when there is nothing more to do. The patient sees that it is closed.",
        blocked=cannot_close,
        form=staff_forms.CloseForm, takes=True, reaches_patient=True,
    ),
    Verb(
        "reopen", "Reopen", "Reopen this request", "Reopen", "requests.reopen_inquiry",
        fits=lambda inquiry, user: inquiry.status in ENDED_STATUSES,
        run=lambda inquiry, user, data: actions.reopen(inquiry, by=user, **data),
        leaves="status:in_triage", done="The request is in triage again.", form=staff_forms.ReopenForm,
        explains="It goes back to triage with a new day to answer by. The patient sees that it is open again.",
    ),
)  # fmt: skip
VERBS = {verb.slug: verb for verb in TABLE}


def possible(inquiry: Inquiry, user: User) -> list[Verb]:
    return [verb for verb in VERBS.values() if verb.is_possible(inquiry, user)]


def likely_first(
    inquiry: Inquiry, verbs: list[Verb], *, needs_call: bool = False
) -> tuple[list[Verb], Verb | None]:
    """All of them, and the one to stand out: what most likely comes next."""
    likely = likely_next(inquiry)
    if needs_call and not inquiry.is_open:
        likely = ["phone", *likely]
    places = {slug: place for place, slug in enumerate(likely)}
    in_order = sorted(verbs, key=lambda verb: places.get(verb.slug, len(likely)))
    return in_order, next((verb for verb in in_order if verb.slug in places), None)


def likely_next(inquiry: Inquiry) -> list[str]:
    wanted = ["write", "triage"] if inquiry.patient_wrote_at and inquiry.assignee_id else ["triage", "write"]
    if inquiry.is_open and calling.speak_first(inquiry, then="end it"):
        wanted = ["phone", *wanted]
    return ["reopen", *wanted] if inquiry.assignee_id else ["reopen", "take", *wanted]
