"""One of two requests ends as a duplicate and the other goes on: nothing is lost, nobody is overwritten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import close_old_connections, connection
from django.forms.models import model_to_dict
from django.test import Client

from clinic.calendar import local_today
from requests import actions
from requests.models import AccessLog, Comparison, Inquiry, StatusChange

from .builders import a_user, an_inquiry
from .triage import address, do, fresh, opened
from .triage import send as send_page

URGENT = ("urgent", "fever", "Fever, chills or very unwell", "Ticked")


def a_day(number):
    day = local_today() + timedelta(days=number)
    return {"answer_by": day, "promised_first": day}


@pytest.mark.django_db
def test_side_by_side_shows_both_and_says_which_stays(client):
    staying = an_inquiry(last_name="Exampel", answers={"pain_side": "right"})
    ending = an_inquiry(flags=[URGENT])
    client.force_login(user := a_user("Triage nurse"))

    page = client.get(address(ending, "duplicate"), {"reference": staying.reference})

    text = page.content.decode()
    assert f"<strong>{ending.reference} ends</strong>" in text
    assert f"<strong>{staying.reference} goes on</strong>" in text
    pairs = {pair.label: (pair.ending, pair.staying) for pair in page.context["pairs"] if pair.differs}
    assert pairs == {
        "Name": (["Rosa Example"], ["Rosa Exampel"]),
        "Flags": (["Fever, chills or very unwell"], []),
    }
    answers = {pair.label: (pair.ending, pair.staying) for pair in page.context["answers"] if pair.differs}
    assert answers == {"Which side": (["Left side"], ["Right side"])}
    assert page.context["swap_url"] == f"{address(staying, 'duplicate')}?reference={ending.reference}"
    assert {look.inquiry for look in AccessLog.objects.filter(by=user, what="duplicate")} == {ending, staying}


@pytest.mark.django_db
def test_reception_sees_who_and_where_but_no_health(client):
    staying, ending = an_inquiry(answers={"anything_else": "Warfarin"}), an_inquiry(flags=[URGENT])
    client.force_login(a_user("Reception"))

    page = client.get(address(ending, "duplicate"), {"reference": staying.reference})

    assert page.context["answers"] == []
    assert "Warfarin" not in page.content.decode()
    assert "Fever" not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({}, []),
        ({"date_of_birth": "1970-05-14"}, ["The dates of birth differ: date of birth differs by one digit."]),
        (
            {"date_of_birth": "1999-01-01", "first_name": "Mila"},
            ["The dates of birth differ.", "The names differ."],
        ),
    ],
)
def test_it_doubts_aloud_when_these_may_be_two_people(client, changes, doubts):
    ending, staying = an_inquiry(), an_inquiry(**changes)
    client.force_login(a_user("Reception"))

    page = client.get(address(ending, "duplicate"), {"reference": staying.reference})

    assert page.context["doubts"] == doubts


@pytest.mark.django_db
def test_joining_moves_no_data_and_keeps_both_histories(client):
    staying, ending = an_inquiry(last_name="Exampel"), an_inquiry(first_name="ROSA", email="new@example.com")
    client.force_login(nurse := a_user("Triage nurse"))
    actions.assign(ending, by=nurse, to=nurse)
    actions.add_note(ending, by=nurse, text="Rang twice")
    before = {
        one.pk: model_to_dict(one) | {"answers": one.answers} for one in (fresh(staying), fresh(ending))
    }

    do_duplicate(client, ending, staying)

    after = {one.pk: model_to_dict(one) | {"answers": one.answers} for one in (fresh(staying), fresh(ending))}
    changed = {pk: {name for name in before[pk] if before[pk][name] != after[pk][name]} for pk in before}
    assert changed == {staying.pk: set(), ending.pk: {"status", "duplicate_of"}}
    page = client.get(address(staying)).content.decode()
    assert f"From {ending.reference}, joined on" in page
    assert "Rang twice" in page
    assert f"{ending.reference} was joined into this request" in page


def do_duplicate(client, ending, staying):
    page = opened(client, ending, "duplicate", reference=staying.reference)
    response = send_page(client, ending, "duplicate", page, reference=staying.reference)
    assert response.status_code == 302, response.content.decode()
    return response


@pytest.mark.django_db
def test_the_joined_one_s_words_are_for_the_roles_that_could_read_them_before(client):
    staying, ending = an_inquiry(), an_inquiry(flags=[URGENT])
    nurse = a_user("Triage nurse")
    actions.add_note(ending, by=nurse, text="Takes warfarin")
    actions.assign(ending, by=nurse, to=nurse)
    actions.mark_duplicate(ending, by=nurse, of=staying)

    client.force_login(a_user("Reception"))
    page = client.get(address(staying)).content.decode()
    assert ("Takes warfarin" in page, "Fever" in page) == (False, False)
    assert "For clinical roles only." in page
    client.force_login(nurse)
    page = client.get(address(staying)).content.decode()
    assert ("Takes warfarin" in page, "Fever" in page) == (True, True)


def joined(staying, ending):
    nurse = a_user("Triage nurse")
    actions.assign(ending, by=nurse, to=nurse)
    actions.mark_duplicate(ending, by=nurse, of=staying)
    return nurse


@pytest.mark.django_db
def test_the_more_urgent_and_the_earlier_promise_win_with_a_history_row():
    staying = an_inquiry(**a_day(5))
    ending = an_inquiry(urgency=Inquiry.Urgency.URGENT, **a_day(1))

    nurse = joined(staying, ending)

    staying = fresh(staying)
    assert (staying.urgency, staying.answer_by, staying.promised_first) == (1, *a_day(1).values())
    row = Comparison.objects.get()
    assert (row.inquiry, row.other, row.what, row.by) == (staying, ending, "goes_on", nurse)
    assert (row.urgency_before, row.urgency_after) == (0, 1)
    assert (row.answer_by_before, row.answer_by_after) == (
        local_today() + timedelta(days=5),
        staying.answer_by,
    )


@pytest.mark.django_db
def test_a_less_urgent_one_with_a_later_promise_changes_nothing():
    staying = an_inquiry(urgency=Inquiry.Urgency.RED_FLAG, **a_day(1))

    joined(staying, an_inquiry(urgency=Inquiry.Urgency.URGENT, **a_day(5)))

    staying = fresh(staying)
    assert (staying.urgency, staying.answer_by) == (2, local_today() + timedelta(days=1))


@pytest.mark.django_db
def test_an_answered_request_takes_over_no_promise():
    staying = an_inquiry(**a_day(5), first_answered_at="2026-01-01T00:00Z")

    joined(staying, an_inquiry(**a_day(1)))

    assert fresh(staying).answer_by == local_today() + timedelta(days=5)


@pytest.mark.django_db
def test_a_late_promise_stays_late():
    staying = an_inquiry(**a_day(5))
    missed = local_today() - timedelta(days=2)
    ending = an_inquiry(answer_by=local_today(), promised_first=missed, late_since="2026-01-01T00:00Z")

    joined(staying, ending)

    staying = fresh(staying)
    assert (staying.promised_first, staying.answer_by) == (missed, local_today())
    assert staying.late_since == fresh(ending).late_since
    assert staying.is_late


@pytest.mark.django_db
def test_an_answer_owed_to_the_patient_is_still_owed():
    staying, ending = an_inquiry(), an_inquiry(patient_wrote_at="2026-01-01T00:00Z")

    joined(staying, ending)

    assert fresh(staying).patient_wrote_at == fresh(ending).patient_wrote_at


# The one that goes on is where nobody would look


QUEUE = "/staff/requests/inquiry/"


def listed(client, view):
    return [row.inquiry.pk for row in client.get(QUEUE, {"view": view}).context["listing"].rows]


def says(client, ending, staying):
    page = client.get(address(ending, "duplicate"), {"reference": staying.reference})
    return page.context["goes_over"]


@pytest.mark.django_db
@pytest.mark.parametrize("answered", [None, "2026-01-01T00:00Z"])
def test_one_that_waits_for_the_patient_comes_back_with_the_promise(client, answered):
    staying = an_inquiry(status="awaiting_patient", first_answered_at=answered, **a_day(5))
    ending = an_inquiry(**a_day(0))
    client.force_login(nurse := a_user("Triage nurse"))
    assert says(client, ending, staying)[0].endswith(
        f"It comes back to triage, as {ending.reference} is ours to answer."
    )
    assert "answer by" in says(client, ending, staying)[1]

    do_duplicate(client, ending, staying)

    staying = fresh(staying)
    assert (staying.status, staying.promised_first, staying.is_owed) == ("in_triage", local_today(), True)
    change = StatusChange.objects.filter(inquiry=staying).latest("at")
    assert (change.old, change.new, change.by) == ("awaiting_patient", "in_triage", nurse)
    assert staying.pk in listed(client, "todo")


@pytest.mark.django_db
def test_a_promise_that_was_kept_does_not_come_back(client):
    staying = an_inquiry(status="awaiting_patient", first_answered_at="2026-01-01T00:00Z", **a_day(-9))
    ending = an_inquiry(**a_day(2))
    nurse = joined(staying, ending)
    assert fresh(staying).promised_first == local_today() + timedelta(days=2)

    actions.reopen(fresh(ending), by=nurse, text="Two sisters")

    staying = fresh(staying)
    assert (staying.status, staying.is_late) == ("in_triage", False)


@pytest.mark.django_db
def test_one_that_waits_joined_into_a_new_one_leaves_it_as_it_was():
    staying = an_inquiry(**a_day(5))

    joined(staying, an_inquiry(status="awaiting_patient", **a_day(1)))

    staying = fresh(staying)
    assert (staying.status, staying.promised_first) == ("new", local_today() + timedelta(days=5))


@pytest.mark.django_db
def test_two_that_wait_for_the_patient_go_on_waiting():
    staying = an_inquiry(status="awaiting_patient")

    joined(staying, an_inquiry(status="awaiting_patient"))

    assert fresh(staying).status == "awaiting_patient"


@pytest.mark.django_db
def test_one_that_sleeps_wakes_and_the_history_says_so(client):
    until = local_today() + timedelta(days=9)
    staying, ending = an_inquiry(snoozed_until=until, **a_day(12)), an_inquiry(**a_day(3))
    client.force_login(nurse := a_user("Triage nurse"))
    assert says(client, ending, staying)[-1].endswith("It wakes now.")

    do_duplicate(client, ending, staying)

    assert fresh(staying).snoozed_until is None
    assert list(staying.snoozes.values_list("until", "by")) == [(None, nurse.pk)]
    assert staying.pk in listed(client, "todo")


@pytest.mark.django_db
def test_one_that_waits_for_the_patient_wakes_nobody():
    until = local_today() + timedelta(days=9)
    staying = an_inquiry(snoozed_until=until)

    joined(staying, an_inquiry(status="awaiting_patient"))

    assert fresh(staying).snoozed_until == until


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["offered", "booked"])
@pytest.mark.parametrize(
    ("urgency", "needs"), [(0, "still needs an answer"), (1, "still needs a call about its urgent sign")]
)
def test_one_with_times_takes_nobody_who_still_needs_us(client, status, urgency, needs):
    staying, ending = an_inquiry(status=status), an_inquiry(urgency=urgency)
    client.force_login(nurse := a_user("Triage nurse"))

    page = client.get(address(ending, "duplicate"), {"reference": staying.reference})

    assert page.status_code == 422
    assert needs in page.content.decode()
    actions.assign(ending, by=nurse, to=nurse)
    with pytest.raises(actions.NotAllowed, match=needs):
        actions.mark_duplicate(ending, by=nurse, of=staying)
    actions.log_phone_call(ending, by=nurse, outcome="reached")
    assert f"{staying.reference} stays as it is" in says(client, ending, staying)[-1]
    actions.mark_duplicate(ending, by=nurse, of=staying)
    assert fresh(staying).status == status


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "tags"), [
    ("Triage nurse", ["Fever, chills or very unwell", "Takes a blood thinner"]),
    ("Reception", ["Call today", "Sort out before booking"]),
])  # fmt: skip
def test_the_row_shows_the_flags_of_the_joined_one_once(client, role, tags):
    thinner = ("before_booking", "blood_thinners", "Takes a blood thinner", "Apixaban")
    staying = an_inquiry(flags=[thinner])
    joined(staying, an_inquiry(urgency=Inquiry.Urgency.URGENT, flags=[URGENT, thinner]))
    client.force_login(a_user(role))

    (row,) = client.get(QUEUE, {"view": "todo"}).context["listing"].rows

    assert [tag.words for tag in row.flags] == tags


# Undo


@pytest.mark.django_db
def test_reopening_gives_back_what_was_taken_over(client):
    staying = an_inquiry(**a_day(5))
    ending = an_inquiry(urgency=Inquiry.Urgency.RED_FLAG, **a_day(1))
    joined(staying, ending)
    client.force_login(a_user("Triage nurse"))

    assert do(client, fresh(ending), "reopen", text="Two sisters").status_code == 302

    staying, ending = fresh(staying), fresh(ending)
    assert (staying.urgency, staying.answer_by) == (0, local_today() + timedelta(days=5))
    assert (ending.status, ending.duplicate_of, ending.urgency) == ("in_triage", None, 2)
    assert list(Comparison.objects.values_list("what", flat=True)) == ["goes_on", "split"]
    page = client.get(address(staying)).content.decode()
    assert f"{ending.reference} is a request of its own again" in page
    assert f"From {ending.reference}, joined on" not in page


@pytest.mark.django_db
def test_another_joined_request_keeps_it_urgent():
    staying = an_inquiry()
    first, second = (an_inquiry(urgency=Inquiry.Urgency.URGENT) for _ in range(2))
    nurse = joined(staying, first)
    joined(staying, second)

    actions.reopen(fresh(first), by=nurse, text="Two sisters")

    assert fresh(staying).urgency == Inquiry.Urgency.URGENT


@pytest.mark.django_db
def test_what_changed_since_is_not_turned_back():
    staying, ending = an_inquiry(**a_day(5)), an_inquiry(**a_day(1))
    nurse = joined(staying, ending)
    Inquiry.objects.filter(pk=staying.pk).update(**a_day(3))

    actions.reopen(fresh(ending), by=nurse, text="Two sisters")

    assert fresh(staying).answer_by == local_today() + timedelta(days=3)


@pytest.mark.django_db
def test_a_duplicate_from_before_such_rows_were_kept_can_be_reopened():
    staying = an_inquiry()
    ending = an_inquiry(status="duplicate", duplicate_of=staying)

    actions.reopen(ending, by=a_user("Triage nurse"), text="Two sisters")

    assert fresh(ending).status == "in_triage"


# No chain, no ring


@pytest.mark.django_db
def test_a_request_is_not_joined_into_itself():
    inquiry, nurse = an_inquiry(), a_user("Triage nurse")

    with pytest.raises(actions.NotAllowed, match="cannot go on for itself"):
        actions.mark_duplicate(inquiry, by=nurse, of=inquiry)


@pytest.mark.django_db
def test_a_request_is_not_joined_into_a_duplicate():
    middle = an_inquiry(status="duplicate", duplicate_of=an_inquiry())

    with pytest.raises(actions.NotAllowed, match="is a duplicate itself"):
        actions.mark_duplicate(an_inquiry(), by=a_user("Triage nurse"), of=middle)


@pytest.mark.django_db
def test_a_request_that_goes_on_for_another_does_not_end(client):
    staying, other = an_inquiry(), an_inquiry()
    joined(staying, an_inquiry())
    client.force_login(a_user("Triage nurse"))

    page = client.get(address(staying, "duplicate"), {"reference": other.reference})

    assert page.status_code == 422
    assert f"Another request was joined into {staying.reference}" in page.content.decode()
    with pytest.raises(actions.NotAllowed, match="the one to keep"):
        actions.mark_duplicate(staying, by=a_user("Triage nurse"), of=other)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["declined", "withdrawn", "closed"])
def test_a_request_is_not_joined_into_one_that_nobody_answers(status):
    ended, nurse = an_inquiry(status=status), a_user("Triage nurse")

    with pytest.raises(actions.NotAllowed, match="nobody would answer this patient"):
        actions.mark_duplicate(an_inquiry(), by=nurse, of=ended)


@pytest.mark.django_db
def test_the_other_one_ended_meanwhile_and_the_page_says_so(client):
    staying, ending = an_inquiry(), an_inquiry()
    client.force_login(a_user("Triage nurse"))
    page = opened(client, ending, "duplicate", reference=staying.reference)
    actions.withdraw(staying)

    response = send_page(client, ending, "duplicate", page, reference=staying.reference)

    assert response.status_code == 422
    assert f"{staying.reference} has ended" in response.content.decode()
    assert fresh(ending).status == "new"


@pytest.mark.django_db
def test_a_second_click_joins_once(client):
    staying, ending = an_inquiry(), an_inquiry()
    client.force_login(a_user("Triage nurse"))
    page = opened(client, ending, "duplicate", reference=staying.reference)

    for _ in range(2):
        send_page(client, ending, "duplicate", page, reference=staying.reference)

    assert Comparison.objects.count() == 1
    assert StatusChange.objects.filter(inquiry=ending, new="duplicate").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("reference", ["", "\x00", "x" * 9000, "<script>", "000-000"])
def test_hostile_references(client, reference):
    ending = an_inquiry()
    client.force_login(a_user("Reception"))

    page = opened(client, ending, "note")
    assert send_page(client, ending, "duplicate", page, reference=reference).status_code == 422
    assert fresh(ending).status == "new"


# Races


def all_at_once(*clicks):
    gate = Barrier(len(clicks))

    def run(click):
        gate.wait()
        try:
            return click()
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(len(clicks)) as pool:
        return list(pool.map(run, clicks))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_two_nurses_join_a_into_b_and_b_into_a_at_once(round_):
    one, two = an_inquiry(), an_inquiry()
    first, second = signed_in(a_user("Triage nurse")), signed_in(a_user("Triage nurse"))
    pages = [
        opened(first, one, "duplicate", reference=two.reference),
        opened(second, two, "duplicate", reference=one.reference),
    ]

    codes = all_at_once(
        lambda: send_page(first, one, "duplicate", pages[0], reference=two.reference).status_code,
        lambda: send_page(second, two, "duplicate", pages[1], reference=one.reference).status_code,
    )

    assert codes.count(302) == 1
    assert set(codes) - {302} <= {409, 422}
    assert sorted([fresh(one).status, fresh(two).status]) == ["duplicate", "new"]
    assert Comparison.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_chain_is_refused_when_all_join_at_once():
    a, b, c = an_inquiry(), an_inquiry(), an_inquiry()
    nurse = a_user("Triage nurse")
    for inquiry in (a, b, c):
        actions.assign(inquiry, by=nurse, to=nurse)

    def click(ending, staying):
        def join():
            try:
                actions.mark_duplicate(fresh(ending), by=nurse, of=fresh(staying))
            except (actions.NotAllowed, actions.SomebodyWasFaster):
                return 0
            return 1

        return join

    done = sum(all_at_once(click(a, b), click(b, c), click(c, a)))

    assert done >= 1
    ended = Inquiry.objects.filter(status="duplicate")
    assert ended.count() == done
    assert not ended.filter(duplicate_of__status="duplicate").exists()
