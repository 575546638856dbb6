"""Publishing at a day and time: once, exactly those words, told when it did not happen."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from procedures import page, publishing, scheduling
from procedures.models import Edition, ScheduledPublication, Section
from procedures.staff_forms import ScheduleForm
from tests import desk, pages
from tests.builders import a_user

pytestmark = pytest.mark.django_db
PRICE = "It costs 7 dollars. {.own}"


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def editor():
    return desk.signed_in("Editor")[0]


def change(words=PRICE):
    Section.objects.filter(slot="cost").update(body=words)


def a_plan(explainer, **fields):
    change()
    at = fields.pop("publish_at", timezone.now() + timedelta(hours=1))
    return scheduling.set_aside(
        explainer, by=a_user("Editor"), publish_at=at, change_note="New price.", **fields
    )


def later(hours=2):
    return time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False)


def tomorrow(time="09:30", **changes):
    day = (scheduling.calendar.local_today() + timedelta(days=1)).isoformat()
    return {"day": day, "time": time, "change_note": "New price."} | changes


def typed(day, time, **more):
    return ScheduleForm({"day": day, "time": time, "change_note": "New price."} | more)


def body(edition):
    return page.from_json(edition.content).section("cost").body


# Setting it aside


def test_an_editor_plans_a_publication_in_the_clinics_zone(editor, explainer):
    change()

    response = editor.post(desk.url(explainer, "schedule"), tomorrow())

    plan = ScheduledPublication.objects.get()
    local = plan.publish_at.astimezone(scheduling.calendar.zone())
    assert (response.status_code, local.hour, local.minute) == (302, 9, 30)
    assert desk.said(response)[0].startswith("These words will be published on ")
    assert desk.said(response)[0].endswith("9:30am.")
    assert Edition.objects.count() == 1
    assert "9:30am" in editor.get(desk.url(explainer)).content.decode()
    assert "9:30am" in editor.get("/staff/").content.decode()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"day": ""}, "Enter the day"),
        ({"time": ""}, "Enter the time"),
        ({"time": "soon"}, "Enter a time, like 9:30 AM"),
        ({"change_note": ""}, "Enter what changed"),
        ({"day": "2020-01-01"}, "Choose a time that is still to come, within a year."),
        ({"day": "9999-12-31"}, "Choose a time that is still to come, within a year."),
        ({"day": "0001-01-01"}, "Choose a time that is still to come, within a year."),
    ],
)
def test_a_time_that_cannot_be_is_refused(editor, explainer, changes, problem):
    change()

    response = editor.post(desk.url(explainer, "schedule"), tomorrow(**changes))

    assert response.status_code == 422
    assert problem in response.content.decode()
    assert not ScheduledPublication.objects.exists()


def test_looking_plans_nothing(editor, explainer):
    change()

    assert editor.get(desk.url(explainer, "schedule")).status_code == 200
    assert not ScheduledPublication.objects.exists()


def test_words_with_a_fault_are_not_set_aside(editor, explainer):
    change("It is safe. {.own}")

    response = editor.post(desk.url(explainer, "schedule"), tomorrow())

    assert response.status_code == 422
    assert len(response.context["linked"]) == 1
    assert not ScheduledPublication.objects.exists()


def test_nothing_new_is_not_set_aside(editor, explainer):
    response = editor.post(desk.url(explainer, "schedule"), tomorrow())

    assert "Nothing has changed since the newest edition." in response.content.decode()
    assert not ScheduledPublication.objects.exists()


def test_a_second_press_plans_nothing_more(editor, explainer):
    change()
    editor.post(desk.url(explainer, "schedule"), tomorrow())

    response = editor.post(desk.url(explainer, "schedule"), tomorrow())

    assert response.status_code == 422
    assert "A publication waits already. Take it back first." in response.content.decode()
    assert ScheduledPublication.objects.count() == 1


def test_a_withdrawn_page_cannot_be_planned(editor, explainer):
    change()
    publishing.withdraw(explainer)

    response = editor.post(desk.url(explainer, "schedule"), tomorrow())

    assert "This page is withdrawn. Bring it back first." in response.content.decode()


# Clocks that change: New York, 2027


def test_a_time_that_the_clocks_leave_out_is_refused():
    form = typed("2027-03-14", "02:30")

    assert form.errors == {
        "time": ["The clocks go forward that night, so this time does not exist. Choose another"]
    }
    assert typed("2027-03-14", "03:00").is_valid()
    assert typed("2027-03-14", "01:59").is_valid()


def test_a_time_that_comes_twice_is_asked_for():
    form = typed("2027-11-07", "01:30")

    assert form.errors == {"turn": ["Choose which of the two you mean"]}
    first, second = (typed("2027-11-07", "01:30", turn=turn) for turn in ("first", "second"))
    assert first.is_valid()
    assert second.is_valid()
    assert first.cleaned_data["publish_at"] == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert second.cleaned_data["publish_at"] == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_any_other_time_is_not_asked_for_twice():
    form = typed("2027-11-07", "02:00", turn="second")

    assert form.is_valid()
    assert "turn" not in form.fields
    assert form.cleaned_data["publish_at"] == datetime(2027, 11, 7, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("time", ["9:30 PM", "9:30PM", "21:30"])
def test_a_time_may_be_typed_in_several_ways(time):
    form = typed("2027-07-01", time)

    assert form.is_valid()
    assert form.cleaned_data["publish_at"] == datetime(2027, 7, 2, 1, 30, tzinfo=UTC)


# At that time


def test_exactly_those_words_are_published_once(explainer):
    plan = a_plan(explainer)
    change("It costs 9 dollars. {.own}")
    scheduling.publish_due()
    before = Edition.objects.count()

    with later():
        scheduling.publish_due()
        scheduling.publish_due()

    plan.refresh_from_db()
    edition = Edition.objects.get(number=2)
    assert (before, Edition.objects.count()) == (1, 2)
    assert (plan.state, plan.edition, edition.published_by) == ("published", edition, plan.created_by)
    assert (body(edition), edition.change_note) == (PRICE, "New price.")
    assert Section.objects.get(slot="cost").body == "It costs 9 dollars. {.own}"


def test_a_worker_that_was_away_publishes_late(explainer, editor):
    a_plan(explainer)

    with later(hours=30):
        late = desk.signed_in("Editor")[0].get("/staff/").content.decode()
        scheduling.publish_due()

    assert "Was due" in late
    assert Edition.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_once(explainer):
    a_plan(explainer, publish_at=timezone.now() + timedelta(seconds=1))
    gate = threading.Barrier(2)

    def work():
        gate.wait()
        scheduling.publish_due()
        connection.close()

    with later():
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert Edition.objects.count() == 2
    assert ScheduledPublication.objects.get().state == "published"


def test_sources_of_today_are_used(explainer):
    a_plan(explainer)
    page.models.Reference.objects.filter(key="TWO").update(size="3 leaflets")

    with later():
        scheduling.publish_due()

    assert Edition.objects.get(number=2).content["references"]["TWO"]["size"] == "3 leaflets"


def failed(explainer):
    with later():
        scheduling.publish_due()
    plan = ScheduledPublication.objects.get()
    assert (plan.state, plan.edition) == ("failed", None)
    return plan.problems


def test_checks_that_fail_by_then_stop_it(explainer):
    a_plan(explainer)
    page.models.Reference.objects.filter(key="TWO").update(study_type="")

    assert failed(explainer) == ["reference TWO: needs the type and the size of the study (E7)"]
    assert Edition.objects.count() == 1


def test_a_page_withdrawn_by_then_stays_away(explainer):
    a_plan(explainer)
    publishing.withdraw(explainer)

    assert failed(explainer) == ["The page was withdrawn in the meantime."]


def test_other_words_published_by_then_are_not_undone(explainer):
    a_plan(explainer)
    change("It costs 9 dollars. {.own}")
    publishing.publish(explainer, change_note="Newer price.")

    assert failed(explainer) == ["Other words were published in the meantime; these would undo them."]
    assert body(Edition.objects.get(number=2)) == "It costs 9 dollars. {.own}"


def test_a_failure_stands_on_the_home_page_until_it_is_read(explainer, editor):
    a_plan(explainer)
    publishing.withdraw(explainer)
    failed(explainer)

    home = editor.get("/staff/").content.decode()
    asked = editor.get(desk.url(explainer, "problems"))
    still = editor.get("/staff/").content.decode()
    response = editor.post(desk.url(explainer, "problems"))

    words = "The page was withdrawn in the meantime."
    assert (words in home, words in asked.content.decode(), words in still) == (True, True, True)
    assert response.status_code == 302
    assert words not in editor.get("/staff/").content.decode()
    assert editor.get(desk.url(explainer, "problems")).status_code == 404


@pytest.mark.parametrize("role", [*desk.OTHERS, "Clinician"])
def test_plans_stand_on_the_home_page_of_editors_only(explainer, role):
    a_plan(explainer)

    assert "Planned publications" not in desk.signed_in(role)[0].get("/staff/").content.decode()


def test_a_fault_of_ours_stops_no_other_page(explainer, monkeypatch, caplog):
    a_plan(explainer)

    def fail(edition):
        raise RuntimeError("no room")

    monkeypatch.setattr(publishing, "after_publication", [fail])
    with later():
        scheduling.publish_due()

    assert ScheduledPublication.objects.get().state == "waiting"
    assert Edition.objects.count() == 1
    assert "scheduled publication failed" in caplog.text


def test_words_published_by_hand_before_count_as_done(explainer):
    a_plan(explainer)
    edition = publishing.publish(explainer, change_note="By hand.")

    with later():
        scheduling.publish_due()

    plan = ScheduledPublication.objects.get()
    assert (plan.state, plan.edition, Edition.objects.count()) == ("published", edition, 2)


# Taking it back


def test_a_plan_is_taken_back(explainer, editor):
    a_plan(explainer)

    looked = editor.get(desk.url(explainer, "take-back"))
    waits = ScheduledPublication.objects.get().state
    first = editor.post(desk.url(explainer, "take-back"))
    second = editor.post(desk.url(explainer, "take-back"))
    with later():
        scheduling.publish_due()

    assert (looked.status_code, waits) == (200, "waiting")
    assert (first.status_code, second.status_code) == (302, 422)
    assert editor.get(desk.url(explainer, "take-back")).status_code == 404
    assert ScheduledPublication.objects.get().state == "taken_back"
    assert Edition.objects.count() == 1


def test_a_plan_taken_back_at_the_last_moment_is_not_published(explainer):
    """A worker has found it due already, but not yet locked it."""
    plan = a_plan(explainer)
    scheduling.take_back(plan)

    scheduling._publish_one(plan.pk)

    assert Edition.objects.count() == 1


def test_publishing_by_hand_takes_the_plan_back(explainer, editor):
    a_plan(explainer)
    change("It costs 9 dollars. {.own}")

    told = editor.get(desk.url(explainer, "publish")).content.decode()
    response = editor.post(desk.url(explainer, "publish"), {"change_note": "Newer price."})

    assert "Publishing now takes that plan back." in told
    assert desk.said(response) == [
        "Sample block, edition 2 is published. The planned publication is taken back."
    ]
    assert ScheduledPublication.objects.get().state == "taken_back"


# What the database holds


def broken(explainer, **changes):
    fields = {"content": {}, "own_hash": "a", "change_note": "New.", "publish_at": timezone.now()}
    fields |= {"explainer": explainer, "created_by": a_user("Editor")} | changes
    with pytest.raises(IntegrityError), transaction.atomic():
        ScheduledPublication.objects.create(**fields)


def test_one_plan_waits_for_each_page(explainer):
    a_plan(explainer)

    broken(explainer)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"state": "waiting", "ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"state": "taken_back"},
        {"state": "published", "ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"state": "failed", "ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"problems": ["Why?"]},
        {"seen_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_plan_that_contradicts_itself_cannot_be_stored(explainer, changes):
    broken(explainer, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"content": {}}, {"own_hash": "x"}, {"based_on": "x"}, {"change_note": "x"},
        {"publish_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)  # fmt: skip
def test_words_that_were_set_aside_stay(explainer, changes):
    a_plan(explainer)

    with pytest.raises(DatabaseError), transaction.atomic():
        ScheduledPublication.objects.update(**changes)


def test_what_has_ended_stays_ended_and_nothing_is_deleted(explainer):
    plan = a_plan(explainer)
    scheduling.take_back(plan)

    for act in (
        lambda: ScheduledPublication.objects.update(state="waiting", ended_at=None),
        lambda: ScheduledPublication.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert ScheduledPublication.objects.get().state == "taken_back"
