"""Reviews that are due or overdue: on the page, on the staff home page and in the weekly mail (E18, E19)."""

import threading
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import mail
from clinic.models import Holiday, OpeningHours, OutboxMessage
from procedures import publishing, reviews, reviews_mail
from procedures.models import Explainer, Review
from tests import pages
from tests.builders import ROLES, a_user

NEW_YORK = ZoneInfo("America/New_York")
REVIEWED = date(2026, 1, 15)
DUE = date(2026, 11, 3)
# The week of Monday, November 9, 2026.
MONDAY = date(2026, 11, 9)
DUE_PAGE = reverse("admin:procedures_review_due")
HOME = reverse("admin:index")


def on(day: date, at: time = time(12)) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, at, NEW_YORK), tick=False)


def a_page(tmp_path, name="sample-block", medical="Sample block"):
    folder = pages.a_folder(
        tmp_path, ('medical_name = "Sample block"', f'medical_name = "{medical}"'), name=name
    )
    call_command("load_pages", folder=folder, verbosity=0)
    (folder / f"{name}.md").unlink()
    return Explainer.objects.get(slug=name)


def reviewed(explainer, due=DUE, by=None):
    clinician = by or a_user(None, credential="MD")
    edition = explainer.editions.order_by("-number").first()
    return Review.objects.create(
        edition=edition, reviewer=clinician, reviewer_name="Dana Doe", credential="MD",
        reviewed_on=due - timedelta(days=300), next_due=due,
    )  # fmt: skip


@pytest.fixture
def explainer(tmp_path, db):
    with on(REVIEWED):
        return a_page(tmp_path)


# What the public reads

BANNER = "This page\u2019s review was due on November 3, 2026. We are checking it again."


@pytest.mark.parametrize(("day", "says"), [(DUE, False), (DUE + timedelta(days=1), True)])
def test_an_overdue_page_says_so_from_the_day_after(client, explainer, day, says):
    reviewed(explainer)

    with on(day):
        page = client.get(explainer.get_absolute_url()).content.decode()

    assert (BANNER in page, page.count("We are checking it again")) == (says, 2 if says else 0)


def test_the_day_is_that_of_the_clinic(client, explainer):
    reviewed(explainer)
    before_midnight, after = on(DUE, time(23, 59)), on(DUE + timedelta(days=1), time(0, 1))

    with before_midnight:
        assert BANNER not in client.get(explainer.get_absolute_url()).content.decode()
    with after:
        assert BANNER in client.get(explainer.get_absolute_url()).content.decode()


def test_publishing_other_words_does_not_move_the_review(client, explainer):
    """E19: only a clinician's own act does."""
    reviewed(explainer)
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    with on(DUE):
        publishing.publish(explainer, change_note="New price.")
        page = client.get(explainer.get_absolute_url()).content.decode()

    assert "No clinician has reviewed it yet" in page
    assert Review.objects.get().next_due == DUE


def test_a_new_review_takes_the_words_away(client, explainer):
    reviewed(explainer)
    reviewed(explainer, due=DUE + timedelta(days=360))

    with on(DUE + timedelta(days=1)):
        assert "We are checking it again" not in client.get(explainer.get_absolute_url()).content.decode()


# What staff see


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (DUE - timedelta(days=31), (0, 0, 0)),
        (DUE - timedelta(days=30), (0, 1, 0)),
        (DUE, (0, 1, 0)),
        (DUE + timedelta(days=1), (1, 0, 0)),
    ],
)
def test_a_review_is_due_for_30_days_and_then_overdue(explainer, day, counts):
    reviewed(explainer)

    with on(day):
        waiting = reviews.waiting()

    assert (len(waiting.overdue), len(waiting.due), len(waiting.unreviewed)) == counts


def test_a_page_nobody_has_reviewed_waits(explainer):
    assert [edition.plain_name for edition in reviews.waiting().unreviewed] == [explainer.plain_name]


def test_in_production_the_public_words_and_the_newest_may_both_wait(explainer, settings):
    settings.REQUIRE_CLINICAL_REVIEW = True
    reviewed(explainer)
    explainer.sections.filter(slot="cost").update(body="It costs 7 dollars. {.own}")

    with on(DUE + timedelta(days=1)):
        publishing.publish(explainer, change_note="New price.")
        waiting = reviews.waiting()

    assert [edition.number for edition in (*waiting.overdue, *waiting.unreviewed)] == [1, 2]


def test_a_withdrawn_page_waits_for_nothing(explainer):
    reviewed(explainer)
    Explainer.objects.update(is_withdrawn=True)

    with on(DUE + timedelta(days=1)):
        assert not reviews.waiting()


def test_the_home_page_puts_the_overdue_first(client, tmp_path, explainer):
    for name, due in (("later", DUE + timedelta(days=20)), ("soon", DUE + timedelta(days=10))):
        reviewed(a_page(tmp_path, name, name), due)
    a_page(tmp_path, "unread", "unread")
    reviewed(explainer)
    with on(DUE + timedelta(days=1)):
        client.force_login(a_user("Editor"))
        (panel,) = [panel for panel in client.get(HOME).context["panels"] if panel.title == "Pages"]
        listed = client.get(DUE_PAGE).context["items"]

    assert [figure.count for figure in panel.figures[:3]] == [1, 2, 1]
    assert [item.due.words if item.due else "" for item in panel.items] == [
        "Was due November 3, 2026",
        "Due November 13, 2026",
        "Due November 23, 2026",
        "",
    ]
    assert listed == panel.items


def test_the_list_costs_the_same_with_three_pages(client, tmp_path, explainer):
    client.force_login(a_user("Editor"))
    client.get(DUE_PAGE)
    reviewed(explainer, date.today() + timedelta(days=5))
    with CaptureQueriesContext(connection) as one:
        client.get(DUE_PAGE)
    for name in ("second", "third"):
        reviewed(a_page(tmp_path, name, name), date.today() + timedelta(days=5))

    with CaptureQueriesContext(connection) as three:
        assert len(client.get(DUE_PAGE).context["items"]) == 3

    assert len(three) == len(one)


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_see_pages_see_the_list(client, db, role):
    client.force_login(a_user(role))

    assert client.get(DUE_PAGE).status_code == (200 if role in ("Editor", "Clinician") else 403)


# The weekly mail


@pytest.fixture
def open_clinic(db):
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens_at=time(8, 30), closes_at=time(17))


@pytest.fixture
def staff(db):
    return {role: a_user(role, username=role.lower().replace(" ", "-")) for role in ROLES}


def sent():
    return sorted(OutboxMessage.objects.filter(kind="reviews").values_list("to", flat=True))


EDITOR_AND_CLINICIAN = ["clinician@clinic.example", "editor@clinic.example"]


def test_editors_and_clinicians_get_one_mail_a_week(explainer, staff, open_clinic):
    for hour in range(24 * 14):
        with (
            on(MONDAY, time(0)),
            time_machine.travel(
                datetime.combine(MONDAY, time(0), NEW_YORK) + timedelta(hours=hour), tick=False
            ),
        ):
            reviews_mail.send_weekly()

    assert sent() == sorted(EDITOR_AND_CLINICIAN * 2)


@pytest.mark.parametrize(
    ("at", "count"), [(time(0), 0), (time(8, 29), 0), (time(8, 30), 2), (time(16), 2), (time(23), 2)]
)
def test_it_leaves_on_monday_after_opening(explainer, staff, open_clinic, at, count):
    with on(MONDAY, at):
        reviews_mail.send_weekly()

    assert len(sent()) == count


@pytest.mark.parametrize("days", range(1, 7))
def test_it_leaves_on_no_other_day(explainer, staff, open_clinic, days):
    with on(MONDAY + timedelta(days=days)):
        reviews_mail.send_weekly()

    assert sent() == []


def test_after_a_holiday_it_leaves_on_the_first_working_day(explainer, staff, open_clinic):
    Holiday.objects.create(on=MONDAY, name="Veterans Day, moved")

    with on(MONDAY):
        reviews_mail.send_weekly()
    assert sent() == []
    with on(MONDAY + timedelta(days=1)):
        reviews_mail.send_weekly()

    assert sent() == EDITOR_AND_CLINICIAN


def test_without_opening_hours_it_leaves_at_nine(explainer, staff):
    with on(MONDAY, time(8, 59)):
        reviews_mail.send_weekly()
    assert sent() == []
    with on(MONDAY, time(9)):
        reviews_mail.send_weekly()

    assert sent() == EDITOR_AND_CLINICIAN


def test_the_hour_is_right_after_the_clocks_went_back(explainer, staff, open_clinic):
    """8:30 in New York is 12:30 UTC in October and 13:30 UTC in November."""
    moments = [
        datetime(2026, 10, 26, 12, 30, tzinfo=ZoneInfo("UTC")),
        datetime(2026, 11, 2, 13, 29, tzinfo=ZoneInfo("UTC")),
    ]
    counts = []
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            reviews_mail.send_weekly()
        counts.append(len(sent()))

    assert counts == [2, 2]


def test_with_nothing_due_there_is_no_mail(explainer, staff, open_clinic):
    reviewed(explainer, MONDAY + timedelta(days=60))

    with on(MONDAY):
        reviews_mail.send_weekly()

    assert sent() == []


def test_it_names_pages_and_dates_and_nothing_else(tmp_path, explainer, staff, open_clinic):
    reviewed(explainer)
    due = a_page(tmp_path, "soon", "soon")
    reviewed(due, MONDAY + timedelta(days=3))
    a_page(tmp_path, "unread", "unread")

    with on(MONDAY):
        reviews_mail.send_weekly()

    message = OutboxMessage.objects.filter(kind="reviews").first()
    name = explainer.plain_name
    assert message.context == {
        "clinic_name": "Sample Spine & Nerve Clinic",
        "overdue": f"{name}: was due November 3, 2026",
        "due": f"{name}: due November 12, 2026",
        "unreviewed": name,
        "link": f"http://127.0.0.1:8000{DUE_PAGE}",
    }
    assert "was due November 3, 2026" in mail.build(message).body


def test_those_who_have_left_or_have_no_address_get_none(explainer, open_clinic, db):
    a_user("Editor", username="gone", is_active=False)
    no_address = a_user("Editor", username="silent")
    type(no_address).objects.filter(pk=no_address.pk).update(email="")
    both = a_user("Editor", username="both")
    both.groups.add(a_user("Clinician", username="doctor").groups.get())

    with on(MONDAY):
        reviews_mail.send_weekly()

    assert sent() == ["both@clinic.example", "doctor@clinic.example"]


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_together_send_one_mail_each(tmp_path):
    with on(REVIEWED):
        a_page(tmp_path)
    a_user("Editor", username="editor")
    start = threading.Barrier(4)

    def work():
        start.wait()
        reviews_mail.send_weekly()
        connections.close_all()

    with on(MONDAY):
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert sent() == ["editor@clinic.example"]


def test_the_worker_runs_it(db):
    from clinic import periodic

    assert "procedures.reviews_mail.send_weekly" in periodic._jobs
