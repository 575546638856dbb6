"""Mail that is written in the transaction of the change it tells of, and lost never.

A row waits until a worker leases it, sends it outside any transaction and marks
it (delivery.py). Killing a worker at any point loses nothing: the lease runs out
and the row is sent by the next one. One instant remains in which a mail goes out
twice, after the mail server took it and before our mark; both copies carry the
same Message-ID (F8).

A row ends as `sent`, as `failed` (the mail server refused it, or four hours of
trying were in vain) or as `parked` (it cannot be sent at all, or its address got
too many). Failed and parked rows mean: phone the patient.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from . import limits, mail
from .models import OutboxMessage

log = logging.getLogger("clinic.outbox")

State = OutboxMessage.State
TROUBLE = (State.FAILED, State.PARKED)

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))
GIVE_UP_AFTER = timedelta(hours=4)
# A row whose worker ended in the middle is taken up at once, but not for ever.
QUICK_RETURNS = 3
# To one mailbox, however it is spelled (P36).
AN_HOUR, A_DAY = 3, 10
KEEP_UNSENT = timedelta(days=30)
TOO_MANY = "too many mails to this address"
WORKER_ENDED = "the worker ended while sending"
KEY_MISSING = "its key is missing"


class Delivery(NamedTuple):
    """What became of one mail, for the patient and for staff."""

    what: str
    when: datetime
    words: str


# Writing


def enqueue(
    kind: str,
    to: str,
    context: dict[str, str],
    *,
    about: UUID | None = None,
    id: UUID | None = None,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Add a mail to the caller's transaction; nothing is sent unless that commits.

    A mail beyond the limit of its mailbox waits for its turn; what has no turn
    within a day, or no usable address, is parked where staff see it. One that waits
    with its own `id` can be taken back.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A mail is written in the transaction of its change.")
    mail.check(kind, context)
    now = timezone.now()
    message = OutboxMessage(id=id or uuid4(), kind=kind, to=to, context=context, about=about, created_at=now)
    try:
        mail.check_address(to)
        earliest = max(now, not_before or now)
        message.due_at = _turn(mailbox(to), earliest)
        parked = TOO_MANY if message.due_at > earliest + timedelta(days=1) else ""
    except ValidationError:
        message.to = mail.one_line(to)[:254]
        parked = "unusable address"
    if parked:
        message.state, message.gave_up_at, message.last_error = State.PARKED, now, parked
    message.save(force_insert=True)
    if parked:
        transaction.on_commit(lambda: say_lost(message, parked))
    return message


def take_back(id: UUID) -> bool:
    """Delete a mail that no worker has begun to send, and give its turn back.

    False when a worker was faster; true as well when there never was such a mail.
    """
    rows = OutboxMessage.objects.filter(pk=id)
    for message in rows.filter(attempts=0, leased_until=None).select_for_update():
        rows.delete()
        if message.state == State.WAITING:
            limits.unstamp("mail", mailbox(message.to), message.due_at)
    return not rows.exists()


def mailbox(address: str) -> str:
    """The same for every spelling of an address: case, dots and what follows a plus."""
    name, _, host = address.casefold().rpartition("@")
    return name.split("+")[0].replace(".", "") + "@" + host


def _turn(box: str, now: datetime) -> datetime:
    """The moment at which one more mail to this mailbox keeps within the limits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [box])
    turns = limits.stamps("mail", box, since=now - timedelta(days=1))
    turn = now
    if len(turns) >= AN_HOUR:
        turn = max(turn, turns[-AN_HOUR] + timedelta(hours=1))
    if len(turns) >= A_DAY:
        turn = max(turn, turns[-A_DAY] + timedelta(days=1))
    if turn <= now + timedelta(days=1):
        limits.stamp("mail", box, turn)
    return turn


# Sending; used by delivery.py


def lease_seconds() -> float:
    """At least twice the time in which one delivery ends, see delivery.deadline()."""
    return 2 * delivery_seconds()


def delivery_seconds() -> float:
    """A whole delivery may take as long as two of its steps."""
    return 2 * settings.EMAIL_TIMEOUT


@transaction.atomic
def lease(limit: int = 1) -> list[OutboxMessage]:
    """Take the oldest mails that are due; until the lease ends no other worker gets them."""
    now = timezone.now()
    due = OutboxMessage.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now), due_at__lte=now)
    rows = list(
        due.filter(state=State.WAITING).order_by("due_at").select_for_update(skip_locked=True)[:limit]
    )
    leased = []
    for message in rows:
        if message.leased_until and message.attempts >= QUICK_RETURNS:
            if not postpone(message, WORKER_ENDED):
                say_lost(message, WORKER_ENDED)
            continue
        message.leased_until = now + timedelta(seconds=lease_seconds())
        message.attempts += 1
        message.save(update_fields=["leased_until", "attempts"])
        leased.append(message)
    return leased


def mark_sent(message: OutboxMessage) -> None:
    """Done: the link in the context is no longer needed, so it goes."""
    OutboxMessage.objects.filter(pk=message.pk, state=State.WAITING).update(
        state=State.SENT, sent_at=timezone.now(), context=None, leased_until=None, last_error=""
    )


def postpone(message: OutboxMessage, error: str) -> bool:
    """Try again later, the last time four hours after the first failure; False once that has passed."""
    now = timezone.now()
    since = message.failing_since or now
    last = since + GIVE_UP_AFTER
    if now >= last:
        give_up(message, State.FAILED, error)
        return False
    pause = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
    _ours(message).update(
        failing_since=since, due_at=min(now + pause, last), leased_until=None, last_error=error
    )
    return True


def give_up(message: OutboxMessage, state: str, error: str) -> None:
    _ours(message).update(state=state, gave_up_at=timezone.now(), leased_until=None, last_error=error)


def say_lost(message: OutboxMessage, why: str) -> None:
    """One that delivery.py never got to log: parked when it was written, or given up between two workers."""
    outcome = "parked" if message.state == State.PARKED else "failed"
    said = {"event": "mail", "outcome": outcome, "kind": message.kind, "mail": str(message.pk)}
    log.error("mail", extra={**said, "attempt": message.attempts, "error": why})


def bring_forward() -> None:
    """The mail server is back: what failed meanwhile need not wait for its turn.

    It brings no key back, so mails that miss theirs stay where they are, behind the others.
    """
    failed = OutboxMessage.objects.filter(state=State.WAITING, failing_since__isnull=False, leased_until=None)
    late = failed.filter(due_at__gt=timezone.now()).exclude(last_error=KEY_MISSING)
    late.update(due_at=F("created_at"))


def _ours(message: OutboxMessage) -> Any:
    """The row, if it still waits under the lease it was taken with."""
    return OutboxMessage.objects.filter(pk=message.pk, state=State.WAITING, leased_until=message.leased_until)


# Asking


def delivery_lines(inquiry_id: UUID, *, without: Collection[UUID] = ()) -> list[Delivery]:
    """What became of each mail about a request, newest first."""
    rows: Iterable[OutboxMessage] = OutboxMessage.objects.filter(about=inquiry_id).order_by("-created_at")
    rows = [row for row in rows if row.pk not in without]
    return [
        Delivery(mail.TITLES.get(row.kind, "E-mail"), row.sent_at or row.created_at, _words(row))
        for row in rows
    ]


def _words(row: OutboxMessage) -> str:
    if row.state == State.SENT:
        return "We sent you this email."
    if row.state in TROUBLE:
        return "We could not deliver this email. Everything it says is on this page."
    if row.failing_since:
        return "We could not deliver this email yet. We keep trying."
    if row.due_at > timezone.now():
        return "You got several emails from us, so this one will follow later."
    return "We are about to send you this email."


# Keeping house; registered in apps.py


def forget_unsent() -> int:
    """Links of mails given up a month ago go; the rows stay for the record."""
    old = OutboxMessage.objects.filter(state__in=TROUBLE, gave_up_at__lt=timezone.now() - KEEP_UNSENT)
    return old.exclude(context=None).update(context=None)


def warn_when_stuck() -> None:
    """Say so when something due has waited for more than 15 minutes (P55)."""
    late = OutboxMessage.objects.filter(
        state=State.WAITING, created_at__lt=timezone.now() - timedelta(minutes=15), due_at__lte=timezone.now()
    ).count()
    if late:
        log.warning("mail waits too long", extra={"event": "mail_stuck", "count": late})
