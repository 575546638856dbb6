"""Mail is written with the change it tells of, within limits, and unreadable to others."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from clinic import limits, mail, outbox
from clinic.models import OutboxMessage, RateBucket
from clinic.outbox import State

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CANARY = "canary-f3a9"


def enqueue(to: str = "pat@example.com", kind: str = "news", **changes) -> OutboxMessage:
    context = {name: name for name in mail.FIELDS[kind]}
    return outbox.enqueue(kind, to, context, **changes)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


# The transaction


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_a_mail_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        enqueue()

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_mail_and_no_count():
    with transaction.atomic():
        enqueue()
        transaction.set_rollback(True)

    assert (OutboxMessage.objects.count(), RateBucket.objects.count()) == (0, 0)


def test_a_mail_waits_and_is_due_at_once(time_machine):
    time_machine.move_to(NOON, tick=False)

    message = enqueue(about=uuid4())

    stored = OutboxMessage.objects.get()
    assert (stored.state, stored.due_at, stored.about) == (State.WAITING, NOON, message.about)


def test_a_field_that_is_not_allowed_never_reaches_the_database():
    with pytest.raises(ValueError, match="diagnosis"):
        outbox.enqueue("news", "pat@example.com", {**dict.fromkeys(mail.ALWAYS, "x"), "diagnosis": "x"})

    assert not OutboxMessage.objects.exists()


def test_no_plain_link_stands_anywhere_in_the_database():
    outbox.enqueue("news", "pat@example.com", {**dict.fromkeys(mail.ALWAYS, "x"), "link": CANARY})

    assert tables_with("pat@example.com") == ["clinic_outboxmessage"]
    assert tables_with(CANARY) == []


def tables_with(words: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s',  # noqa: S608 - our own tables
                [f"%{words}%", f"%{words.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


# One mailbox is not flooded (P36)


def test_three_mails_an_hour_go_at_once_and_more_wait_for_their_turn(time_machine):
    time_machine.move_to(NOON, tick=False)

    due = [enqueue().due_at for _ in range(7)]

    assert due == [at(0), at(0), at(0), at(60), at(60), at(60), at(120)]


def test_the_hour_slides(time_machine):
    due = []
    for minute in (0, 50, 58, 59, 60, 61, 111):
        time_machine.move_to(at(minute), tick=False)
        due.append(enqueue().due_at)

    assert due == [at(0), at(50), at(58), at(60), at(110), at(118), at(120)]


def test_ten_mails_a_day_and_no_more(time_machine):
    time_machine.move_to(NOON, tick=False)

    due = [enqueue().due_at for _ in range(11)]

    assert due[9:] == [at(180), at(24 * 60)]


def test_what_has_no_turn_within_a_day_is_parked_where_staff_see_it(time_machine):
    time_machine.move_to(NOON, tick=False)
    about = uuid4()

    messages = [enqueue(about=about) for _ in range(200)]

    assert [message.state for message in messages] == [State.WAITING] * 13 + [State.PARKED] * 187
    assert messages[-1].last_error == outbox.TOO_MANY


def test_parked_mails_do_not_push_the_next_turn_further_away(time_machine):
    time_machine.move_to(NOON, tick=False)
    for _ in range(50):
        enqueue()

    time_machine.move_to(at(3 * 24 * 60), tick=False)

    assert enqueue().due_at == at(3 * 24 * 60)


@pytest.mark.parametrize(
    "spelling", ["PAT@example.com", "p.at@Example.COM", "pat+clinic@example.com", "P.A.T+1+2@EXAMPLE.com"]
)
def test_one_mailbox_has_many_spellings(spelling):
    assert outbox.mailbox(spelling) == outbox.mailbox("pat@example.com")


def test_other_mailboxes_have_their_own_turns(time_machine):
    time_machine.move_to(NOON, tick=False)
    for _ in range(5):
        enqueue("victim@example.com")

    assert [enqueue(to).due_at for to in ("victim@example.org", "other@example.com")] == [NOON, NOON]


def test_the_count_keeps_no_address():
    enqueue()

    assert tables_with("pat@example.com") == ["clinic_outboxmessage"]
    assert RateBucket.objects.get().identity != "pat@example.com"


def test_old_counts_are_forgotten(time_machine):
    time_machine.move_to(NOON, tick=False)
    limits.stamp("mail", "old", NOON - timedelta(days=3))
    limits.stamp("mail", "new", NOON - timedelta(hours=23))

    assert limits.forget_old() == 1
    assert limits.stamps("mail", "new", since=NOON - timedelta(days=1)) == [NOON - timedelta(hours=23)]


# Addresses that cannot be used


@pytest.mark.parametrize(
    "to",
    ["", "nobody", "a@b\r\nBcc: c@example.com", "a\x00@example.com", f"{'a' * 300}@example.com"],
    ids=ascii,
)
def test_an_unusable_address_is_parked_and_the_change_goes_through(to):
    about = uuid4()

    message = enqueue(to, about=about)

    assert (message.state, message.last_error) == (State.PARKED, "unusable address")
    assert OutboxMessage.objects.get(about=about) == message


# What staff and patients are told


def told(**columns) -> list[tuple]:
    about = uuid4()
    OutboxMessage.objects.create(
        kind="receipt", to="pat@example.com", context={}, about=about, created_at=NOON, **columns
    )
    return [tuple(line) for line in outbox.delivery_lines(about)]


def test_the_status_page_tells_what_became_of_each_mail(time_machine):
    time_machine.move_to(at(5), tick=False)
    what = "Receipt of your request"

    assert told(due_at=NOON) == [(what, NOON, "We are about to send you this email.")]
    assert told(due_at=at(60)) == [
        (what, NOON, "You got several emails from us, so this one will follow later.")
    ]
    assert told(state="sent", sent_at=at(1)) == [(what, at(1), "We sent you this email.")]
    assert told(failing_since=at(1), due_at=at(9)) == [
        (what, NOON, "We could not deliver this email yet. We keep trying.")
    ]
    for state in ("failed", "parked"):
        assert told(state=state, gave_up_at=at(1)) == [
            (what, NOON, "We could not deliver this email. Everything it says is on this page.")
        ]


def test_mails_are_listed_newest_first_and_only_those_of_the_request(time_machine):
    about = uuid4()
    for minute, kind in enumerate(["receipt", "news", "withdrawn"]):
        time_machine.move_to(at(minute), tick=False)
        enqueue(kind=kind, about=about)
    enqueue(about=uuid4())

    assert [line.what for line in outbox.delivery_lines(about)] == [
        "Receipt of taking back your request",
        "News about your request",
        "Receipt of your request",
    ]


@pytest.mark.parametrize("state", ["failed", "parked"])
def test_a_mail_given_up_says_when(state):
    with pytest.raises(IntegrityError, match="outbox_given_up_has_time"):
        OutboxMessage.objects.create(kind="news", to="a@example.com", state=state)


def test_the_link_of_a_mail_given_up_is_forgotten_after_a_month(time_machine):
    time_machine.move_to(NOON, tick=False)
    old, new = enqueue(), enqueue()
    for message, days in ((old, 31), (new, 29)):
        OutboxMessage.objects.filter(pk=message.pk).update(
            state="failed", gave_up_at=NOON - timedelta(days=days)
        )

    assert (outbox.forget_unsent(), outbox.forget_unsent()) == (1, 0)
    assert OutboxMessage.objects.get(pk=old.pk).context is None
    assert OutboxMessage.objects.get(pk=new.pk).context["link"] == "link"
