"""A promised day passes unanswered: a new day, one honest mail, and a mark that stays."""

import json
import threading
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction

from clinic import calendar, periodic
from clinic.calendar import DAY
from clinic.logs import JsonLines
from clinic.models import AnswerTime, ClinicProfile, Holiday, OpeningHours, OutboxMessage
from requests import actions, late, undelivered
from requests.models import Inquiry, PromiseChange
from requests.models.status import Urgency

from .browsing import wait_until_site_is_quiet
from .builders import a_user, an_inquiry
from .triage import fresh

pytestmark = pytest.mark.django_db
# Monday, November 23, 2026, and the Friday before it, on which an answer was promised.
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 20)
WEDNESDAY = date(2026, 11, 25)


def at(day: date, *clock: int) -> datetime:
    return datetime.combine(day, time(*clock), calendar.zone()).astimezone(UTC)


def on(day: date, *clock: int) -> time_machine.travel:
    return time_machine.travel(at(day, *clock), tick=False)


def open_on_weekdays() -> None:
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens_at=time(8), closes_at=time(17))


@pytest.fixture(autouse=True)
def _monday_at_nine(request, db):
    if "transactional_db" not in request.fixturenames:
        open_on_weekdays()
    with on(MONDAY, 9):
        yield


def promised(day: date = FRIDAY, **fields) -> Inquiry:
    return an_inquiry(submitted_at=at(day - DAY, 10), answer_by=day, **fields)


def mails(inquiry: Inquiry) -> list[str]:
    return [row.kind for row in OutboxMessage.objects.filter(about=inquiry.pk)]


def days(inquiry: Inquiry) -> tuple[date, date]:
    found = fresh(inquiry)
    return found.promised_first, found.answer_by


def test_the_day_moves_the_first_one_stays_and_the_patient_gets_one_mail():
    inquiry = promised()

    assert late.tell_patients() == 1

    found = fresh(inquiry)
    assert (found.promised_first, found.answer_by) == (FRIDAY, WEDNESDAY)
    assert found.late_since == at(FRIDAY + DAY, 0)
    assert found.is_late
    mail = OutboxMessage.objects.get(about=inquiry.pk)
    assert (mail.kind, mail.to) == ("promise_moved", inquiry.email)
    assert (mail.context["missed"], mail.context["answer_by"]) == (
        "Friday, November 20", "Wednesday, November 25",
    )  # fmt: skip
    assert [(row.old, row.new, row.by) for row in inquiry.promisechanges.all()] == [(FRIDAY, WEDNESDAY, None)]


def test_running_it_again_tells_nobody_twice():
    inquiry = promised()
    late.tell_patients()

    assert late.tell_patients() == 0
    assert mails(inquiry) == ["promise_moved"]


def test_each_day_that_passes_is_told_and_the_first_mark_stays():
    inquiry = promised()
    late.tell_patients()

    with on(WEDNESDAY + DAY, 9):
        late.tell_patients()

    found = fresh(inquiry)
    assert (found.promised_first, found.answer_by) == (FRIDAY, date(2026, 11, 30))
    assert found.late_since == at(FRIDAY + DAY, 0)
    assert mails(inquiry) == ["promise_moved", "promise_moved"]


def test_a_day_that_is_not_over_holds():
    inquiry = promised(MONDAY)

    assert late.tell_patients() == 0
    assert days(inquiry) == (MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("clock", "told"), [((7, 59), 0), ((8, 0), 1), ((19, 59), 1), ((20, 0), 0), ((0, 1), 0)]
)
def test_nobody_gets_it_at_night(clock, told):
    promised()

    with on(MONDAY, *clock):
        assert late.tell_patients() == told


def test_on_a_saturday_the_new_day_is_counted_from_monday():
    inquiry = promised()

    with on(FRIDAY + DAY, 9):
        late.tell_patients()

    assert days(inquiry) == (FRIDAY, WEDNESDAY)


def test_holidays_and_the_measured_record_count_for_the_new_day():
    Holiday.objects.create(on=WEDNESDAY, name="Closed")
    AnswerTime.objects.create(is_urgent=False, days=3, counted=30, answered=20)
    inquiry = promised()

    late.tell_patients()

    assert days(inquiry) == (FRIDAY, date(2026, 11, 27))


def test_an_urgent_request_is_promised_for_the_same_day():
    inquiry = promised(urgency=Urgency.URGENT)

    late.tell_patients()

    assert days(inquiry) == (FRIDAY, MONDAY)


@pytest.mark.parametrize(
    "fields",
    [
        {"first_answered_at": at(FRIDAY + DAY, 11)},
        {"status": "awaiting_patient"},
        {"status": "offered"},
        {"status": "booked"},
        {"status": "declined"},
        {"status": "withdrawn"},
        {"status": "duplicate"},
    ],
    ids=lambda fields: next(iter(fields.values())),
)
def test_nobody_is_told_when_the_clinic_owes_no_first_answer(fields):
    inquiry = promised(**fields)

    assert late.tell_patients() == 0
    assert mails(inquiry) == []


def test_putting_a_request_off_does_not_hide_that_its_patient_waits():
    inquiry = promised(snoozed_until=MONDAY + DAY * 30)

    assert late.tell_patients() == 1
    assert fresh(inquiry).is_late


def test_a_first_answer_that_comes_too_late_is_marked_though_nobody_was_told():
    inquiry, nurse = promised(), a_user("Triage nurse")

    actions.log_phone_call(inquiry, by=nurse, outcome="reached")

    found = fresh(inquiry)
    assert (found.late_since, found.is_late, found.answer_by) == (at(FRIDAY + DAY, 0), False, FRIDAY)
    assert late.tell_patients() == 0


@pytest.mark.parametrize("verb", ["decline", "close", "write"])
def test_each_way_to_answer_too_late_is_marked(verb):
    nurse = a_user("Triage nurse")
    inquiry = promised(status="in_triage", assignee=nurse)

    if verb == "decline":
        actions.decline(inquiry, by=nurse, reason="not_offered", text="Dear Rosa")
    elif verb == "close":
        actions.close(inquiry, by=nurse, text="As agreed.")
    else:
        actions.write_to_patient(inquiry, by=nurse, text="Which day?", wait_for_answer=True)

    assert fresh(inquiry).late_since == at(FRIDAY + DAY, 0)


def test_an_answer_on_the_day_is_not_late():
    inquiry = promised(MONDAY)

    actions.log_phone_call(inquiry, by=a_user("Triage nurse"), outcome="reached")

    assert fresh(inquiry).late_since is None


def test_the_mark_stays_when_the_answer_comes():
    inquiry = promised()
    late.tell_patients()

    actions.log_phone_call(fresh(inquiry), by=a_user("Triage nurse"), outcome="reached")

    found = fresh(inquiry)
    assert (found.late_since, found.is_late) == (at(FRIDAY + DAY, 0), False)


def test_reopening_promises_anew_and_keeps_the_mark():
    nurse = a_user("Triage nurse")
    inquiry = promised(status="in_triage", assignee=nurse)
    late.tell_patients()
    inquiry = fresh(inquiry)
    actions.close(inquiry, by=nurse)

    with on(date(2026, 12, 1), 9):
        actions.reopen(fresh(inquiry), by=nurse, text="Called again")
        found = fresh(inquiry)
        assert (found.promised_first, found.answer_by) == (date(2026, 12, 3), date(2026, 12, 3))
        assert not found.is_late
        assert found.late_since == at(FRIDAY + DAY, 0)

    with on(date(2026, 12, 4), 9):
        assert late.tell_patients() == 1
        assert fresh(inquiry).is_late
        assert fresh(inquiry).late_since == at(FRIDAY + DAY, 0)


# Who has no e-mail


def test_a_patient_without_an_email_is_put_on_the_list_to_phone():
    inquiry = promised(email="")

    late.tell_patients()

    assert mails(inquiry) == []
    assert list(Inquiry.objects.filter(undelivered.owed_calls())) == [inquiry]
    assert undelivered.calls([fresh(inquiry)]) == {inquiry.pk: undelivered.NEW_DAY}


def test_the_call_that_reaches_the_patient_settles_it():
    inquiry = promised(email="")
    late.tell_patients()

    actions.log_phone_call(fresh(inquiry), by=a_user("Reception"), outcome="no_answer")
    assert list(Inquiry.objects.filter(undelivered.owed_calls())) == [inquiry]
    actions.log_phone_call(fresh(inquiry), by=a_user("Reception"), outcome="reached")

    assert list(Inquiry.objects.filter(undelivered.owed_calls())) == []
    assert undelivered.calls([fresh(inquiry)]) == {}


def test_whoever_has_an_email_or_no_new_day_is_not_on_that_list():
    promised(), promised(MONDAY, email="")
    late.tell_patients()

    assert list(Inquiry.objects.filter(undelivered.owed_calls())) == []


# Trouble


def test_one_request_that_cannot_be_moved_stops_no_other(caplog):
    broken, sound = promised(reference="AAA-AAA"), promised(reference="CCC-CCC")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE requests_inquiry SET token = '\\x00' WHERE id = %s", [broken.pk])

    assert late.tell_patients() == 1

    assert days(sound) == (FRIDAY, WEDNESDAY)
    assert Inquiry.objects.filter(pk=broken.pk, answer_by=FRIDAY, late_since=None).exists()
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "clinic.worker"]
    assert [(line["event"], line["inquiry"]) for line in map(json.loads, lines)] == [
        ("promise_not_moved", str(broken.pk))
    ]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_tells_each_patient(transactional_db):
    open_on_weekdays()
    inquiries = [promised() for _ in range(6)]
    start, told = threading.Barrier(4), []

    def work():
        start.wait()
        told.append(late.tell_patients())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [mails(inquiry) for inquiry in inquiries] == [["promise_moved"]] * 6
    assert sum(told) == 6


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_has_told_nobody_and_the_next_one_does(transactional_db):
    open_on_weekdays()
    inquiry = promised()
    is_done, is_seen = threading.Event(), threading.Event()

    def dies():
        transaction.set_autocommit(False)
        actions.move_promise(inquiry.pk)
        is_done.set()
        is_seen.wait(30)
        connection.close()

    worker = threading.Thread(target=dies)
    worker.start()
    is_done.wait(30)
    while_it_works = late.tell_patients()
    is_seen.set()
    worker.join()
    # The server notices a moment later.
    wait_until_site_is_quiet()

    assert (while_it_works, mails(inquiry), days(inquiry)) == (0, [], (FRIDAY, FRIDAY))
    assert late.tell_patients() == 1
    assert (mails(inquiry), days(inquiry)) == (["promise_moved"], (FRIDAY, WEDNESDAY))


def test_a_day_that_was_told_is_not_told_again_when_requests_are_split():
    inquiry = promised()
    late.tell_patients()
    Inquiry.objects.filter(pk=inquiry.pk).update(answer_by=FRIDAY, late_since=None)

    late.tell_patients()

    assert days(inquiry) == (FRIDAY, WEDNESDAY)
    assert mails(inquiry) == ["promise_moved"]


def test_the_workers_run_it():
    known = periodic._jobs

    assert [known[name][0] for name in ("requests.late.tell_patients", "requests.late.tell_managers")] == [
        60,
        600,
    ]
    assert known["requests.answer_times.measure"][0] == 3600


# What the database holds


@pytest.mark.parametrize(
    "changes",
    [
        {"answer_by": FRIDAY + DAY},
        {"answer_by": FRIDAY - DAY, "late_since": at(MONDAY, 9)},
        {"promised_first": FRIDAY - DAY},
    ],
)
def test_a_promise_moves_only_later_and_only_when_it_is_late(changes):
    inquiry = promised()

    with pytest.raises(IntegrityError, match="inquiry_moves_its_promise_when_late"), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(**changes)


def test_what_was_promised_stays_on_record():
    inquiry = promised()
    late.tell_patients()
    row = PromiseChange.objects.filter(inquiry=inquiry)

    for change in (lambda: row.update(new=MONDAY), row.delete):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="promise_change_told_once"), transaction.atomic():
        PromiseChange.objects.create(inquiry=inquiry, old=FRIDAY, new=WEDNESDAY)
    with pytest.raises(IntegrityError, match="promise_change_is_later"), transaction.atomic():
        PromiseChange.objects.create(inquiry=inquiry, old=FRIDAY, new=FRIDAY)


def test_the_mail_has_the_phone_number_and_nothing_about_health(mailoutbox):
    from clinic import mail

    ClinicProfile.objects.create(name="Sample Clinic", phone="202-555-0100")
    inquiry = promised(last_name="Secretname", topic="Cluneal nerve block")
    late.tell_patients()
    built = mail.build(OutboxMessage.objects.get(about=inquiry.pk))
    text, html = str(built.body), str(built.alternatives[0].content)

    assert built.subject == f"We are late: a new day for our answer to {inquiry.reference}"
    for part in (text, html):
        assert "202-555-0100" in part
        assert not any(word in part for word in ("Secretname", "Rosa", "Cluneal", "nerve"))
