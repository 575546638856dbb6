"""The managers hear once a day which requests are late: references and days, nobody's name."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from clinic import calendar, mail
from clinic.models import Holiday, OutboxMessage
from requests import late

from .builders import ROLES, a_user
from .test_promise_moved import FRIDAY, MONDAY, on, open_on_weekdays, promised

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_at_nine(request, db):
    if "transactional_db" not in request.fixturenames:
        open_on_weekdays()
    with on(MONDAY, 9):
        yield


def sent() -> list[str]:
    return sorted(OutboxMessage.objects.filter(kind="late").values_list("to", flat=True))


def test_managers_with_an_email_get_one_mail_a_day():
    for role in ROLES:
        a_user(role, username=role.lower().replace(" ", "-"))
    a_user("Manager", username="gone", is_active=False)
    promised()

    assert (late.tell_managers(), late.tell_managers()) == (1, 0)
    assert sent() == ["manager@clinic.example"]

    with on(MONDAY + timedelta(days=1), 9):
        assert late.tell_managers() == 1


def test_it_lists_references_and_days_and_no_name():
    a_user("Manager")
    first = promised(FRIDAY - timedelta(days=1), last_name="Secretname")
    second = promised(FRIDAY, last_name="Secretname")
    late.tell_patients()

    late.tell_managers()

    row = OutboxMessage.objects.get(kind="late")
    assert row.about is None
    assert row.context["count"] == "2 requests are"
    assert row.context["references"].splitlines() == [
        f"{first.reference}: promised for Thursday, November 19, new day Wednesday, November 25",
        f"{second.reference}: promised for Friday, November 20, new day Wednesday, November 25",
    ]
    built = mail.build(row)
    assert built.subject == "2 requests are late"
    assert "Secretname" not in str(built.body) + str(built.alternatives[0].content)


def test_the_list_is_cut_and_says_so():
    a_user("Manager")
    for _ in range(late.LISTED + 2):
        promised()

    late.tell_managers()

    lines = OutboxMessage.objects.get(kind="late").context["references"].splitlines()
    assert (len(lines), lines[-1]) == (late.LISTED + 1, "and 2 more")


@pytest.mark.parametrize(
    "moment", [(MONDAY, 7, 59), (FRIDAY + timedelta(days=1), 12), (date(2026, 11, 26), 12)]
)
def test_it_waits_for_a_working_day_and_its_opening(moment):
    Holiday.objects.create(on=date(2026, 11, 26), name="Thanksgiving")
    a_user("Manager")
    promised()

    with on(*moment):
        assert late.tell_managers() == 0


def test_when_nothing_is_late_nobody_is_disturbed():
    a_user("Manager")
    promised(MONDAY)
    promised(first_answered_at=calendar.end_of(FRIDAY))

    assert late.tell_managers() == 0


def test_when_no_manager_has_an_email_the_log_says_so(caplog):
    manager = a_user("Manager")
    manager.email = ""
    manager.save()
    promised()

    assert late.tell_managers() == 0
    assert [record.event for record in caplog.records if record.name == "clinic.worker"] == ["late_unheard"]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_writes_the_mail(transactional_db):
    open_on_weekdays()
    a_user("Manager", username="manager")
    promised()
    start = threading.Barrier(4)

    def work():
        start.wait()
        late.tell_managers()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sent() == ["manager@clinic.example"]
