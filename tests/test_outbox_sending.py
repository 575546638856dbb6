"""From the outbox to a real mail server in every mood: nothing is lost (P17, P54, P55)."""

import ipaddress
import logging
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection

from clinic import mail, outbox
from clinic.delivery import REST_SECONDS, Sender
from clinic.models import OutboxMessage
from clinic.outbox import State
from clinic.processes import free_port

from .smtp_server import MailServer

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with MailServer() as running:
        point_at(running, settings)
        yield running


def point_at(server: MailServer, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def a_mail(number: int = 0, **columns) -> OutboxMessage:
    defaults = {
        "kind": "news",
        "to": f"pat{number}@example.com",
        "context": dict.fromkeys(mail.ALWAYS, "x") | {"link": "https://clinic.example/secret"},
        "about": uuid4(),
    }
    return OutboxMessage.objects.create(**defaults | columns)


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("to").values_list("state", flat=True))


def send() -> int:
    return Sender().send_due()


# All is well


def test_a_mail_arrives_and_its_link_is_forgotten(server):
    message = a_mail()

    send()

    message.refresh_from_db()
    assert (message.state, message.context, message.attempts) == (State.SENT, None, 1)
    assert server.recipients == [["pat0@example.com"]]
    assert server.message_ids == [message.message_id]
    assert "https://clinic.example/secret" in server.mails[0].get_body(("plain",)).get_content()


def test_the_oldest_goes_first_over_one_connection(server):
    for number in (2, 0, 1):
        a_mail(number, due_at=NOON - timedelta(days=3 - number))

    assert send() == 3
    assert server.recipients == [[f"pat{number}@example.com"] for number in range(3)]
    assert server.verbs.count("EHLO") == 1


def test_what_was_sent_is_not_sent_again(server):
    a_mail()

    assert (send(), send(), len(server.mails)) == (1, 0, 1)


def test_what_is_not_due_waits(server, noon):
    a_mail(due_at=NOON + timedelta(seconds=1))

    assert (send(), states()) == (0, ["waiting"])


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_mail_server_is_spoken_to(server):
    a_mail()
    open_ones = []
    server.at["content"] = lambda: open_ones.append(
        ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
            " AND pid <> pg_backend_pid()")
    )  # fmt: skip

    send()

    assert open_ones == [0]


def ask(question: str) -> int:
    parameters = connection.get_connection_params()
    other = psycopg2.connect(
        **{name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    )
    try:
        with other.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]
    finally:
        other.close()


def test_each_mail_is_one_log_line_without_address_or_link(server, caplog):
    caplog.set_level(logging.INFO, "clinic.outbox")
    message = a_mail()
    server.mode = "550"

    send()

    (record,) = (record for record in caplog.records if record.name == "clinic.outbox")
    said = {name: getattr(record, name) for name in ("event", "outcome", "kind", "mail", "attempt", "error")}
    assert said == {
        "event": "mail",
        "outcome": "failed",
        "kind": "news",
        "mail": str(message.pk),
        "attempt": 1,
        "error": "SMTPRecipientsRefused 550 5.1.1",
    }
    assert [word for word in ("pat0", "secret") if word in str(vars(record))] == []


# The server has trouble


@pytest.mark.parametrize("mode", ["421", "451", "hang", "drop", "away"])
def test_trouble_that_may_pass_keeps_the_mail(server, settings, mode):
    settings.EMAIL_TIMEOUT = 0.4
    message = a_mail()
    server.mode = mode

    send()

    message.refresh_from_db()
    assert (message.state, message.leased_until, message.context["link"]) == (
        State.WAITING,
        None,
        "https://clinic.example/secret",
    )
    assert server.mails == []


def test_a_server_that_is_not_there_keeps_the_mail(settings, server):
    a_mail()
    settings.EMAIL_PORT = free_port()

    send()

    assert states() == ["waiting"]


@pytest.mark.parametrize(
    ("mode", "error"),
    [("550", "SMTPRecipientsRefused 550 5.1.1"), ("550 content", "SMTPDataError 550 5.7.1")],
)
def test_a_final_no_is_shown_to_staff_at_once(server, mode, error):
    message = a_mail()
    server.mode = mode

    send()

    trouble = OutboxMessage.objects.get(about=message.about)
    assert (trouble.state, trouble.last_error, trouble.gave_up_at is None) == (State.FAILED, error, False)


def test_tries_spread_over_four_hours_and_then_staff_are_told(server, time_machine):
    time_machine.move_to(NOON, tick=False)
    message = a_mail()
    server.mode = "451"
    tried = []

    while message.state == State.WAITING and len(tried) < 50:
        time_machine.move_to(message.due_at, tick=False)
        tried.append((message.due_at - NOON).total_seconds() / 60)
        assert send() == 1
        message.refresh_from_db()

    assert tried == [0, 1, 3, 8, 18, 38, 68, 98, 128, 158, 188, 218, 240]
    assert (message.state, message.gave_up_at) == (State.FAILED, NOON + timedelta(hours=4))


def test_an_outage_costs_the_others_no_try_and_all_go_when_it_is_over(server, time_machine):
    time_machine.move_to(NOON, tick=False)
    for number in range(30):
        a_mail(number)
    sender = Sender()
    server.mode = "away"
    for probe in range(20):
        time_machine.move_to(NOON + timedelta(seconds=REST_SECONDS * probe), tick=False)
        sender.rests_until = 0
        assert sender.send_due() == 1

    server.mode = "normal"
    sender.rests_until = 0
    sender.send_due()

    assert states() == ["sent"] * 30
    assert len(server.mails) == 30


def test_three_mails_in_a_row_not_taken_mean_a_rest(server):
    for number in range(5):
        a_mail(number)
    server.mode = "451"
    sender = Sender()

    assert [sender.send_due(), sender.send_due()] == [3, 0]


def test_a_refusal_does_not_hold_up_the_others(server):
    for number in range(8):
        a_mail(number, to="bad@" if number in (0, 1, 2, 3) else f"pat{number}@example.com")

    send()

    assert sorted(states()) == ["parked"] * 4 + ["sent"] * 4


def test_a_mail_that_cannot_be_built_is_parked_and_the_others_go(server):
    poison = a_mail(0, to='"a\x0bb"@example.com', due_at=NOON)
    foreign = a_mail(1, context={"diagnosis": "x"}, due_at=NOON)
    broken = a_mail(3, context=dict.fromkeys(mail.ALWAYS, "\ud800"), due_at=NOON)
    good = a_mail(2)

    send()

    assert server.message_ids == [good.message_id]
    assert [OutboxMessage.objects.get(pk=bad.pk).last_error for bad in (poison, foreign, broken)] == [
        "ValidationError",
        "ValueError",
        "UnicodeEncodeError",
    ]


def test_a_mail_whose_key_is_missing_waits_for_it(server, settings):
    a_mail()
    key = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = "other " + "A" * 43 + "="
    send()
    assert states() == ["waiting"]

    settings.ENCRYPTION_KEYS = key
    OutboxMessage.objects.update(due_at=NOON - timedelta(days=1))
    send()

    assert states() == ["sent"]


def mails_without_their_key(settings, number: int) -> None:
    key = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = "gone " + "A" * 43 + "="
    for one in range(number):
        a_mail(one, to=f"gone{one}@example.com")
    settings.ENCRYPTION_KEYS = key


def test_mails_without_their_key_hold_up_no_other(server, settings, time_machine):
    time_machine.move_to(NOON, tick=False)
    mails_without_their_key(settings, 10)
    sender = Sender()

    for minute in range(20):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        a_mail(minute)
        sender.send_due()
        assert len(server.mails) == minute + 1

    assert (sender.failures, sender.rests_until) == (0, 0)
    tried = OutboxMessage.objects.filter(to__startswith="gone").values_list("attempts", "state", "last_error")
    assert set(tried) == {(5, State.WAITING, outbox.KEY_MISSING)}


def test_mails_without_their_key_are_given_up_after_four_hours(server, settings, time_machine):
    time_machine.move_to(NOON, tick=False)
    mails_without_their_key(settings, 3)
    sender = Sender()

    for minute in range(0, 241, 10):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        sender.send_due()

    gave_up = OutboxMessage.objects.values_list("state", "last_error", "gave_up_at")
    assert set(gave_up) == {(State.FAILED, outbox.KEY_MISSING, NOON + timedelta(hours=4))}


def test_a_server_that_is_back_brings_no_key_back(server, settings, time_machine):
    time_machine.move_to(NOON, tick=False)
    mails_without_their_key(settings, 3)
    for number in range(3):
        a_mail(number)
    sender = Sender()
    server.mode = "451"
    sender.send_due()

    server.mode, sender.rests_until = "normal", 0
    time_machine.move_to(NOON + timedelta(seconds=REST_SECONDS), tick=False)
    a_mail(3)
    sender.send_due()

    assert len(server.mails) == 4
    without = OutboxMessage.objects.filter(to__startswith="gone")
    assert set(without.values_list("attempts", "due_at")) == {(1, NOON + timedelta(minutes=1))}


def test_a_slow_server_cannot_outlast_the_lease(settings):
    settings.EMAIL_TIMEOUT = 20

    assert outbox.lease_seconds() >= 2 * outbox.delivery_seconds() >= 2 * settings.EMAIL_TIMEOUT


def test_a_server_that_is_slow_at_every_step_is_left(server, settings):
    settings.EMAIL_TIMEOUT = 0.4
    a_mail()
    for step in ("EHLO", "MAIL", "RCPT", "DATA"):
        server.at[step] = lambda: threading.Event().wait(0.3)

    send()

    assert (states(), server.mails) == (["waiting"], [])


# Leases


def test_a_leased_mail_is_nobody_elses_until_the_lease_ends(noon, time_machine, settings):
    a_mail()
    (first,) = outbox.lease()
    assert outbox.lease() == []

    time_machine.move_to(first.leased_until + timedelta(seconds=1), tick=False)

    (second,) = outbox.lease()
    assert (second.pk, second.attempts) == (first.pk, 2)


def test_a_worker_that_lost_its_lease_changes_nothing(noon, time_machine):
    a_mail()
    (stale,) = outbox.lease()
    time_machine.move_to(stale.leased_until + timedelta(seconds=1), tick=False)
    (current,) = outbox.lease()

    outbox.postpone(stale, "late")
    outbox.give_up(stale, State.FAILED, "late")

    stored = OutboxMessage.objects.get()
    assert (stored.state, stored.leased_until, stored.last_error) == ("waiting", current.leased_until, "")


def test_a_mail_that_ends_its_worker_each_time_is_tried_less_and_less_and_then_given_up(noon, time_machine):
    message = a_mail()
    taken = []

    while message.state == State.WAITING and len(taken) < 50:
        taken += [(message.due_at - NOON).total_seconds() for _ in outbox.lease()]
        message.refresh_from_db()
        time_machine.move_to(
            max(filter(None, (message.due_at, message.leased_until))) + timedelta(seconds=1), tick=False
        )

    assert 8 <= len(taken) <= 16
    assert (message.state, message.last_error) == (State.FAILED, outbox.WORKER_ENDED)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_lease_the_same_mail():
    for number in range(40):
        a_mail(number)
    leased: list[str] = []

    def work() -> None:
        while batch := outbox.lease(2):
            leased.extend(str(message.pk) for message in batch)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(leased), len(set(leased))) == (40, 40)


# The database goes away after the mail server's yes


@pytest.mark.django_db(transaction=True)
def test_a_sent_mail_is_marked_although_the_database_restarted(server):
    a_mail()
    server.at["content"] = lambda: ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    send()

    assert (states(), len(server.mails)) == (["sent"], 1)


# Transport security


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


@pytest.fixture
def tls_server(settings, certificate) -> Iterator[MailServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with MailServer(tls=context) as running:
        point_at(running, settings)
        settings.EMAIL_USE_TLS = True
        yield running


def test_a_mail_crosses_a_verified_tls_connection(tls_server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    a_mail()

    send()

    assert (states(), len(tls_server.mails)) == (["sent"], 1)


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(tls_server):
    a_mail()

    send()

    assert (states(), "MAIL" in tls_server.verbs) == (["waiting"], False)


def test_a_server_whose_starttls_was_stripped_gets_no_mail(server, settings):
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = True, "clinic", "secret"
    a_mail()

    send()
    send()

    assert (states(), set(server.verbs) - {"EHLO", "QUIT"}, server.mails) == (["waiting"], set(), [])
