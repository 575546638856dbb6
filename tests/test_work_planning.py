"""Putting a request off until a day, and saying what comes next."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from clinic import calendar
from clinic.calendar import local_today
from clinic.models import Holiday
from requests import actions
from requests.admin import words
from requests.models import Inquiry, NextAction, PhoneCall, Snooze
from requests.staff_forms import planning

from .builders import a_user, an_inquiry
from .triage import address, do, fresh, opened, send
from .work import BULK, picked, results, told

pytestmark = pytest.mark.django_db


def ahead(days):
    return local_today() + timedelta(days=days)


def in_words(day):
    return f"{day:%A, %B} {day.day}"


def snooze(client, inquiry, day, **typed):
    return do(client, inquiry, "snooze", choice="other", day=day.isoformat(), **typed)


def promised(days):
    return an_inquiry(answer_by=ahead(days))


# Snooze


def test_a_snoozed_request_says_until_when_and_by_whom(staff, nurse):
    inquiry = promised(30)

    page = snooze(staff, inquiry, ahead(5))

    assert fresh(inquiry).snoozed_until == ahead(5)
    assert told(page)[-1] == f"The request is snoozed until {in_words(ahead(5))}."
    assert [(row.until, row.by) for row in Snooze.objects.all()] == [(ahead(5), nurse)]
    event = staff.get(address(inquiry)).context["events"][0]
    assert (event.heading, event.who) == (f"Snoozed until {words.short_day(ahead(5))}", "Nora Nurse")


@pytest.mark.parametrize(
    ("today", "holidays", "expected"),
    [
        ((2026, 11, 25), [], ["Tomorrow: 11-26", "Next week: 11-30", "In a week: 12-02"]),
        ((2026, 11, 27), [], ["Next working day: 11-30", "In a week: 12-04"]),
        ((2026, 11, 28), [], ["Next working day: 11-30", "In a week: 12-07"]),
        ((2026, 11, 30), [], ["Tomorrow: 12-01", "Next week: 12-07"]),
        ((2026, 11, 25), [(2026, 11, 26), (2026, 11, 30)],
         ["Next working day: 11-27", "Next week: 12-01", "In a week: 12-02"]),
    ],
)  # fmt: skip
def test_working_days_are_suggested(monkeypatch, today, holidays, expected):
    monkeypatch.setattr(calendar, "local_today", lambda: date(*today))
    for day in holidays:
        Holiday.objects.create(on=date(*day), name="Closed")

    suggested = planning.suggested()

    assert [f"{words.partition(':')[0]}: {day[5:]}" for day, words in suggested] == expected


def test_a_suggested_day_is_one_click(staff):
    inquiry = promised(90)
    day, _words = planning.suggested()[0]

    do(staff, inquiry, "snooze", choice=day)

    assert fresh(inquiry).snoozed_until == date.fromisoformat(day)


@pytest.mark.parametrize("days", [1, 90])
def test_from_tomorrow_to_ninety_days_ahead(staff, days):
    inquiry = promised(100)

    snooze(staff, inquiry, ahead(days))

    assert fresh(inquiry).snoozed_until == ahead(days)


@pytest.mark.parametrize("days", [-1, 0, 91, 4000])
def test_other_days_are_refused_in_words(staff, days):
    inquiry = promised(100)

    response = snooze(staff, inquiry, ahead(days))

    words = [f"Enter a day from tomorrow to {in_words(ahead(90))}"]
    assert (response.status_code, response.context["form"].errors) == (422, {"day": words})
    assert fresh(inquiry).snoozed_until is None


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"choice": ["Select until when"]}),
        ({"choice": "2026-01-01"}, {"choice": ["Select until when from the list"]}),
        ({"choice": "other"}, {"day": ["Enter the other day"]}),
        ({"choice": "other", "day": "tomorrow"}, {"day": ["Enter the day in numbers, like 2026-11-30"]}),
        ({"choice": "other", "day": "9999-99-99"}, {"day": ["Enter the day in numbers, like 2026-11-30"]}),
    ],
)
def test_a_snooze_without_a_day_is_refused_in_words(staff, typed, errors):
    inquiry = promised(100)

    response = do(staff, inquiry, "snooze", **typed)

    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert Snooze.objects.count() == 0


def test_past_the_promise_only_when_it_is_meant(staff):
    inquiry = promised(2)
    page = staff.get(address(inquiry, "snooze")).content.decode()

    refused = snooze(staff, inquiry, ahead(3))
    untouched = fresh(inquiry).snoozed_until
    snooze(staff, inquiry, ahead(3), past_promise="on")

    assert f"We promised the patient an answer by {in_words(ahead(2))}." in page
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["past_promise"]
    assert (untouched, fresh(inquiry).snoozed_until) == (None, ahead(3))


def test_up_to_the_promised_day_no_tick_is_needed(staff):
    inquiry = promised(2)

    snooze(staff, inquiry, ahead(2))

    assert fresh(inquiry).snoozed_until == ahead(2)


def test_after_an_answer_there_is_no_promise_to_pass(staff):
    inquiry = an_inquiry(first_answered_at=timezone.now())

    page = staff.get(address(inquiry, "snooze"))
    snooze(staff, inquiry, ahead(60))

    assert "past_promise" not in page.context["form"].fields
    assert fresh(inquiry).snoozed_until == ahead(60)


def test_the_verb_itself_holds_to_the_promise(nurse):
    inquiry = promised(2)

    with pytest.raises(actions.NotAllowed, match="was promised an answer by"):
        actions.snooze(inquiry, by=nurse, until=ahead(3))


@pytest.mark.parametrize("urgency", [1, 2])
def test_an_urgent_request_sleeps_only_when_somebody_has_spoken_to_the_patient(staff, nurse, urgency):
    inquiry = an_inquiry(urgency=urgency, answer_by=ahead(30))

    for outcome in ("", "voicemail", "no_answer"):
        if outcome:
            actions.log_phone_call(fresh(inquiry), by=nurse, outcome=outcome)
        asked = staff.get(address(inquiry, "snooze"))
        done = send(staff, inquiry, "snooze", opened(staff, inquiry, "note"), choice=ahead(1).isoformat())
        assert (asked.status_code, done.status_code) == (409, 409)
        assert "Call the patient first, save the call, then snooze it." in done.content.decode()
    assert fresh(inquiry).snoozed_until is None

    actions.log_phone_call(fresh(inquiry), by=nurse, outcome="reached")
    snooze(staff, inquiry, ahead(1))

    assert fresh(inquiry).snoozed_until == ahead(1)


def test_writing_is_not_speaking(staff, nurse):
    inquiry = an_inquiry(urgency=1)
    actions.write_to_patient(inquiry, by=nurse, text="Call us", wait_for_answer=False)

    assert staff.get(address(inquiry, "snooze")).status_code == 409


def test_a_patient_who_waits_for_an_answer_is_not_put_off(staff):
    inquiry = an_inquiry(patient_wrote_at=timezone.now(), first_answered_at=timezone.now())

    response = staff.get(address(inquiry, "snooze"))

    assert response.status_code == 409
    assert "The patient wrote and waits for an answer." in response.content.decode()


# A snooze and a step


def planned(days, **fields):
    return an_inquiry(answer_by=ahead(90), next_action="Call", next_action_on=ahead(days), **fields)


def past_the_step(days):
    return (
        f"Its next step is due on {in_words(ahead(days))}."
        " Snooze until that day at most, or change the step first"
    )


def test_it_sleeps_until_the_day_of_its_step_at_most(staff):
    inquiry = planned(5)

    refused = snooze(staff, inquiry, ahead(6))
    untouched = fresh(inquiry).snoozed_until
    snooze(staff, inquiry, ahead(5))

    assert (refused.status_code, refused.context["form"].errors) == (422, {"day": [past_the_step(5)]})
    assert (untouched, fresh(inquiry).snoozed_until) == (None, ahead(5))


def test_a_suggested_day_after_the_step_is_refused_where_it_was_chosen(staff):
    inquiry = planned(1)
    day, _words = planning.suggested()[-1]

    refused = do(staff, inquiry, "snooze", choice=day)

    assert (refused.status_code, refused.context["form"].errors) == (422, {"choice": [past_the_step(1)]})


def test_the_verb_itself_holds_to_the_step(nurse):
    inquiry = planned(5)

    with pytest.raises(actions.NotAllowed) as error:
        actions.snooze(inquiry, by=nurse, until=ahead(6))

    assert str(error.value) == f"{past_the_step(5)}."


@pytest.mark.parametrize("days", [0, -3])
def test_a_request_whose_step_is_due_is_not_put_off(staff, days):
    due = "is due today" if days == 0 else f"was due on {in_words(ahead(days))}"

    page = staff.get(address(planned(days), "snooze"))

    words = f"Its next step {due}. Do it or change it first, then snooze the request."
    assert (page.status_code, page.context["words"]) == (409, words)


def test_of_several_those_with_a_step_before_that_day_stay(staff):
    early, late, free = planned(2), planned(9), promised(90)
    page = picked(staff, "snooze", early, late, free)

    answer = staff.post(BULK, page | {"choice": "other", "day": ahead(5).isoformat()})

    assert {pk: done for pk, (done, _words) in results(answer).items()} == {
        early.pk: False, late.pk: True, free.pk: True,
    }  # fmt: skip
    assert results(answer)[early.pk][1] == f"{past_the_step(2)}."


def test_no_step_is_planned_for_a_day_on_which_the_request_sleeps(staff):
    inquiry = promised(90)
    snooze(staff, inquiry, ahead(5))

    refused = do(staff, inquiry, "next", text="Call", on=ahead(4).isoformat())
    untouched = fresh(inquiry).next_action
    do(staff, inquiry, "next", text="Call", on=ahead(5).isoformat())

    words = (
        f"The request is snoozed until {in_words(ahead(5))}. Choose that day or a later one, or wake it first"
    )
    assert (refused.status_code, refused.context["form"].errors) == (422, {"on": [words]})
    assert (untouched, fresh(inquiry).next_action_on) == (None, ahead(5))


def test_the_verb_itself_plans_nothing_inside_a_snooze(nurse):
    inquiry = an_inquiry(snoozed_until=ahead(5))

    with pytest.raises(actions.NotAllowed, match="is snoozed until"):
        actions.plan_next(inquiry, by=nurse, text="Call", on=ahead(4))


def test_a_snooze_that_is_over_or_a_step_without_a_day_is_in_nobodys_way(nurse):
    asleep, awake = an_inquiry(snoozed_until=ahead(5)), an_inquiry(snoozed_until=ahead(0))

    actions.plan_next(asleep, by=nurse, text="Call")
    actions.plan_next(awake, by=nurse, text="Call", on=ahead(0))

    assert (fresh(asleep).next_action, fresh(awake).next_action_on) == ("Call", ahead(0))


def test_waking_by_hand(staff, nurse):
    inquiry = promised(30)
    snooze(staff, inquiry, ahead(5))

    page = do(staff, inquiry, "wake")

    assert fresh(inquiry).snoozed_until is None
    assert told(page)[-1] == "The request is back."
    event = staff.get(address(inquiry)).context["events"][0]
    assert (event.kind, event.heading, event.who) == ("wake", "Back from snooze", "Nora Nurse")


def test_only_what_sleeps_is_woken(staff):
    inquiry = an_inquiry(snoozed_until=local_today())

    assert staff.get(address(inquiry, "wake")).status_code == 409


def test_it_comes_back_by_itself_on_its_day():
    today = an_inquiry(snoozed_until=local_today())
    later = an_inquiry(snoozed_until=ahead(1))

    assert set(Inquiry.objects.awake()) == {today}
    assert [words.snoozed(inquiry).words for inquiry in (today, later)] == [
        "Back from snooze today", f"Snoozed until {words.short_day(ahead(1))}",
    ]  # fmt: skip
    assert words.snoozed(an_inquiry(snoozed_until=ahead(-1))) is None


def test_a_second_click_snoozes_once(staff):
    inquiry = promised(30)
    page = opened(staff, inquiry, "snooze")
    typed = {"choice": "other", "day": ahead(5).isoformat()}
    send(staff, inquiry, "snooze", page, **typed)

    again = send(staff, inquiry, "snooze", page, **typed)

    assert told(again)[-1] == "This was already done."
    assert Snooze.objects.count() == 1


def test_ending_and_reopening_a_snoozed_request_shows_it_again(nurse):
    inquiry = an_inquiry(assignee=nurse, answer_by=ahead(30))
    actions.snooze(inquiry, by=nurse, until=ahead(9))
    actions.close(fresh(inquiry), by=nurse)

    actions.reopen(fresh(inquiry), by=nurse, text="Called back")

    assert list(Inquiry.objects.awake()) == [inquiry]


# What comes next


def test_the_next_step_stands_on_the_page_and_in_the_list(staff):
    inquiry = an_inquiry()

    page = do(staff, inquiry, "next", text="Ask Dr Sample for the scan", on=ahead(3).isoformat())

    assert told(page)[-1] == "The next step is saved."
    assert "Ask Dr Sample for the scan" in staff.get(address(inquiry)).content.decode()
    assert f"Next step {words.short_day(ahead(3))}" in staff.get("/staff/requests/inquiry/").content.decode()
    row = NextAction.objects.get()
    assert (row.text, row.on) == ("Ask Dr Sample for the scan", ahead(3))


def test_the_next_step_is_encrypted(staff):
    inquiry = an_inquiry()
    do(staff, inquiry, "next", text="Ask for the scan")

    stored = Inquiry.objects.extra(select={"raw": "next_action"}).get(pk=inquiry.pk).raw

    assert b"Ask for the scan" not in bytes(stored)


def test_a_new_step_takes_the_place_of_the_old_one_and_history_keeps_both(staff):
    inquiry = an_inquiry()
    do(staff, inquiry, "next", text="First", on=ahead(1).isoformat())

    page = staff.get(address(inquiry, "next"))
    do(staff, inquiry, "next", text="Second", on="")

    assert page.context["form"].initial == {"text": "First", "on": ahead(1)}
    assert (fresh(inquiry).next_action, fresh(inquiry).next_action_on) == ("Second", None)
    events = staff.get(address(inquiry)).context["events"][:2]
    assert [(event.heading, event.text) for event in events] == [
        ("Next step", "Second"), (f"Next step, on {words.short_day(ahead(1))}", "First"),
    ]  # fmt: skip


def test_a_step_that_is_done_goes_away(staff):
    inquiry = an_inquiry()
    do(staff, inquiry, "next", text="First", on=ahead(1).isoformat())

    page = do(staff, inquiry, "next", text="", on="")

    assert told(page)[-1] == "The next step is done."
    assert (fresh(inquiry).next_action, fresh(inquiry).next_action_on) == (None, None)
    assert staff.get(address(inquiry)).context["events"][0].heading == "Next step done"


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"text": ""}, {"text": ["Write what is to do next"]}),
        ({"text": " ", "on": "2026-11-30"}, None),
        ({"text": "x" * 201}, {"text": ["Make it shorter: at most 200 characters"]}),
        ({"text": "Call", "on": "soon"}, {"on": ["Enter the day in numbers, like 2026-11-30"]}),
        ({"text": "Call", "on": "2020-01-01"}, {"on": ["Enter a day from today on, at most a year ahead"]}),
    ],
)
def test_a_next_step_that_says_too_little_is_refused(staff, typed, errors):
    inquiry = an_inquiry()

    response = do(staff, inquiry, "next", **typed)

    assert response.status_code == 422
    assert errors is None or response.context["form"].errors == errors
    assert NextAction.objects.count() == 0


def test_a_clinical_next_step_is_not_read_by_reception(client, staff):
    inquiry, desk = an_inquiry(), type(client)()
    do(staff, inquiry, "next", text="Ask about warfarin", on=ahead(1).isoformat())
    desk.force_login(a_user("Reception"))

    pages = [desk.get(url).content.decode() for url in (
        address(inquiry), address(inquiry, "next"), "/staff/requests/inquiry/",
    )]  # fmt: skip

    assert "Ask about warfarin" in staff.get(address(inquiry)).content.decode()
    assert [("warfarin" in page) for page in pages] == [False, False, False]
    assert "For clinical roles only" in pages[0]
    assert f"Next step {words.short_day(ahead(1))}" in pages[2]


def test_receptions_own_next_step_is_read_by_all(client):
    inquiry, desk = an_inquiry(), a_user("Reception")
    client.force_login(desk)

    do(client, inquiry, "next", text="Call on Monday")

    assert "Call on Monday" in client.get(address(inquiry)).content.decode()


def test_one_of_two_who_plan_is_told(client, staff):
    inquiry, colleague = an_inquiry(), type(client)()
    colleague.force_login(a_user("Triage nurse", first_name="Chris", last_name="Nurse"))
    page = opened(staff, inquiry, "next")
    do(colleague, inquiry, "next", text="Theirs")

    response = send(staff, inquiry, "next", page, text="Mine")

    assert response.status_code == 409
    assert fresh(inquiry).next_action == "Theirs"
    assert "Mine" in response.content.decode()


def test_calls_are_counted_as_spoken_only_when_somebody_picked_up():
    assert set(PhoneCall.REACHED) == {"reached", "reached_contact"}


def test_suggested_days_after_the_promise_say_so(staff):
    inquiry = promised(0)

    choices = staff.get(address(inquiry, "snooze")).context["form"].fields["choice"].choices

    days = [label.endswith(", after the promised day") for value, label in choices if value != "other"]
    assert days == [True] * len(days)
    later = staff.get(address(promised(90), "snooze")).context["form"].fields["choice"].choices
    assert "after" not in str(later)
