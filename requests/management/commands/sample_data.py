"""Made-up requests in every state, for development."""

from datetime import timedelta
from itertools import count
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from clinic import calendar
from clinic.models import User
from procedures import safety_text
from procedures.models import Edition
from requests import actions, letters
from requests.actions.base import move
from requests.models import Draft, Inquiry, Message
from requests.models.sending import HELD_FOR
from requests.models.status import DeclineReason, Status, Urgency
from requests.sample_people import PEOPLE, Person

PAGE = "cluneal-nerve-block"
RECORDS = ("statuschanges", "assignments", "notes", "messages", "phonecalls")


class Command(BaseCommand):
    help = "Fills an empty database with made-up requests (development only)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Made-up requests are never written in production.")
        if Inquiry.objects.exists():
            return
        self.nurse, self.clerk = (self.account(name) for name in ("nurse", "reception"))
        self.safety, _ = safety_text.load()
        self.edition = Edition.objects.filter(explainer__slug=PAGE).order_by("-number").first()
        for number, person in zip(count(1), PEOPLE, strict=False):
            inquiry = self.send(person, number)
            self.work_on(inquiry, person)
            if person.writes:
                actions.hear_from_patient(inquiry, text=person.writes, form="sample")
            move_back(inquiry, hours=person.hours_ago)
        self.stdout.write(f"Made {len(PEOPLE)} requests.")

    def account(self, name: str) -> User:
        try:
            return User.objects.get(username=name)
        except User.DoesNotExist:
            raise CommandError("Run `manage.py sample_staff` first: somebody has to do the work.") from None

    def send(self, person: Person, number: int) -> Inquiry:
        draft = Draft.objects.create(
            key_hash=f"sample-{number}",
            answers=person.answers(number),
            edition=self.edition,
            safety_text=self.safety,
            red_flag_changed=person.red_flag_changed,
        )
        return actions.submit(draft=draft)

    def work_on(self, inquiry: Inquiry, person: Person) -> None:
        """The verbs that staff use, up to the person's state."""
        if person.status == Status.NEW:
            return
        if person.status == Status.WITHDRAWN:
            actions.withdraw(inquiry)
            return
        actions.assign(inquiry, by=self.clerk, to=self.nurse)
        actions.start_triage(inquiry, by=self.nurse)
        actions.add_note(inquiry, by=self.nurse, text="Sample note: read the answers, nothing missing.")
        if end := getattr(self, person.status, None):
            end(inquiry)

    def awaiting_patient(self, inquiry: Inquiry) -> None:
        text = "Which doctor treats you for this now? Call us, so that we can plan with them."
        actions.write_to_patient(inquiry, by=self.nurse, text=text, wait_for_answer=True)

    def offered(self, inquiry: Inquiry) -> None:
        # No verb offers times yet, but the state has its place.
        move(inquiry, Status.OFFERED, by=self.nurse)

    def booked(self, inquiry: Inquiry) -> None:
        self.offered(inquiry)
        move(inquiry, Status.BOOKED, by=None)

    def declined(self, inquiry: Inquiry) -> None:
        reason = (
            DeclineReason.NOT_OFFERED if "topic_other" in inquiry.answers else DeclineReason.NEEDS_REFERRAL
        )
        actions.decline(inquiry, by=self.nurse, reason=reason, text=letters.LETTERS[reason])

    def duplicate(self, inquiry: Inquiry) -> None:
        first = Inquiry.objects.filter(email=inquiry.email).exclude(pk=inquiry.pk).get()
        actions.mark_duplicate(inquiry, by=self.nurse, of=first)

    def closed(self, inquiry: Inquiry) -> None:
        text = "Spoke about the visit. The pain is better, no appointment is wanted now."
        actions.log_phone_call(inquiry, by=self.nurse, outcome="reached", text=text)
        actions.close(inquiry, by=self.nurse, text="As we agreed on the phone, we end this request.")


def move_back(inquiry: Inquiry, *, hours: int) -> None:
    """Let it have come `hours` ago, its history spread from then to now."""
    sent_at = timezone.now() - timedelta(hours=hours)
    records = sorted(
        (row for name in RECORDS for row in getattr(inquiry, name).all()), key=lambda row: row.at
    )
    times = [sent_at + timedelta(hours=hours / len(records)) * place for place in range(len(records))]
    promise = calendar.answer_by(sent_at, urgent=inquiry.urgency > Urgency.ROUTINE)
    with pgtrigger.ignore():  # made-up history is the one that may be changed
        for record, at in zip(records, times, strict=True):
            type(record).objects.filter(pk=record.pk).update(at=at)
            if isinstance(record, Message) and record.by is None:
                Inquiry.objects.filter(pk=inquiry.pk).update(patient_wrote_at=at)
        inquiry.flags.update(raised_at=sent_at)
        inquiry.sendings.update(at=sent_at, shows_at=sent_at + HELD_FOR)
        Inquiry.objects.filter(pk=inquiry.pk).update(
            submitted_at=sent_at,
            answer_by=promise,
            promised_first=promise,
            out_of_hours=calendar.working_days().is_out_of_hours(sent_at),
            first_answered_at=times[-1] if inquiry.first_answered_at else None,
        )
