"""A request that somebody phoned in: the same questions, rules and status page."""

import html
import re
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from clinic.calendar import zone
from clinic.models import OutboxMessage
from requests import actions, entry, notifications, steps
from requests.forms.people import ContactPersonForm
from requests.models import AccessLog, Draft, Flag, Inquiry, StatusChange

from .builders import ANSWERS, a_safety_text, a_user, an_inquiry
from .entry import a_desk, enter, opened, typed, url
from .intake import complete_draft, send, walk
from .triage import address, fresh

pytestmark = pytest.mark.django_db


def errors(response):
    page = response.content.decode()
    summary = page[page.index("error-summary") : page.index("</ul>", page.index("error-summary"))]
    return [html.unescape(re.sub("<[^>]+>", "", line)) for line in re.findall(r"<li>(.*?)</li>", summary)]


def given(inquiry):
    """What was answered; a question left empty on the page is an empty answer."""
    return {key: value for key, value in inquiry.answers.items() if value not in ("", None)}


def test_it_is_the_request_that_the_caller_would_have_sent(client):
    desk = a_desk()
    response = enter(desk)

    by_phone = Inquiry.objects.get()
    walk(client)
    by_web = send(client)
    assert response.url == reverse("admin:requests_inquiry_slip", args=[by_phone.pk])
    assert by_phone.answers == by_web.answers
    same = (
        "topic",
        "urgency",
        "answer_by",
        "first_name",
        "last_name",
        "phone",
        "email",
        "channel",
        "safety_text",
    )
    assert [getattr(by_phone, name) for name in same] == [getattr(by_web, name) for name in same]
    assert (by_phone.source, by_web.source, by_web.entered_by) == ("phone", "web", None)
    assert str(by_phone.entered_by).startswith("reception")
    change = StatusChange.objects.get(inquiry=by_phone)
    assert (change.new, change.by) == ("new", by_phone.entered_by)
    assert [mail.to for mail in OutboxMessage.objects.filter(about=by_phone.pk)] == ["rosa@example.com"]


@pytest.mark.parametrize(
    "answers",
    [
        {"for_whom": "other"},
        {"for_whom": "other", "channel": "other_person", "email": "bo@example.com"},
        {"channel": "other_person"},
        {"channel": "email", "phone": "", "phone_typed": ""},
        {"topic": "other_procedure", "topic_other": "Facet block"},
        {"pain_areas": ["none"]},
        {"language": "other", "language_other": "Twi", "help_needs": ["interpreter"]},
        {"insurance": "no"},
        {"referral": "yes", "referral_where": "Dr. Sample"},
        {"urgent": ["fever", "lump"]},
        {"blood_thinners": "yes", "blood_thinners_details": "Warfarin"},
    ],
)
def test_every_way_through_the_questions_gives_what_the_form_gives(answers):
    enter(a_desk(), **answers)

    by_phone, by_web = Inquiry.objects.get(), actions.submit(draft=complete_draft(**answers))
    assert given(by_phone) == given(by_web)
    flags = [sorted(one.flags.values_list("rule", "severity")) for one in (by_phone, by_web)]
    assert flags[0] == flags[1]
    assert by_phone.urgency == by_web.urgency
    assert by_phone.answer_by == by_web.answer_by


def test_a_second_press_gives_the_same_request():
    desk = a_desk()
    page = opened(desk)

    first, second = enter(desk, page), enter(desk, page)

    assert first.url == second.url
    assert (Inquiry.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_a_press_after_the_draft_is_gone_finds_the_request():
    desk = a_desk()
    page = opened(desk)
    first = enter(desk, page)
    Draft.objects.all().delete()

    assert enter(desk, page).url == first.url
    assert Inquiry.objects.count() == 1


def test_each_open_page_is_another_caller():
    desk = a_desk()
    enter(desk)
    enter(desk)

    assert Inquiry.objects.count() == 2


def test_a_key_of_somebody_else_s_page_opens_nothing():
    page = opened(a_desk())
    enter(a_desk(), page)

    response = enter(a_desk("Triage nurse"), page, first_name="Bruno")

    assert response.status_code == 409
    assert "This page belongs to somebody else." in response.content.decode()
    assert 'value="Bruno"' in response.content.decode()
    assert page["key"] not in response.content.decode()
    assert Inquiry.objects.count() == 1


def test_a_patient_s_own_draft_cannot_be_taken_over():
    draft = complete_draft()

    response = enter(a_desk(), {"key": str(draft.pk)})

    assert response.status_code == 409
    assert Inquiry.objects.count() == 0
    assert Draft.objects.get(pk=draft.pk).answers == draft.answers


@pytest.mark.parametrize("key", ["", "x", "\x00", "7" * 9000])
def test_a_page_without_a_key_is_saved_as_well(key):
    assert enter(a_desk(), {"key": key}).status_code == 302
    assert Inquiry.objects.count() == 1


# Red flags


def test_an_emergency_sign_stops_and_says_what_to_say():
    desk = a_desk()

    response = enter(desk, emergency=["bladder"], first_name="Bruno")

    page = response.content.decode()
    assert response.status_code == 409
    assert "Stop. Say this to the caller now" in page
    assert "“Call 911 or go to the nearest emergency room now.”" in page
    assert 'name="first_name" value="Bruno"' in page
    assert 'name="emergency"' not in page
    assert (Inquiry.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    draft = Draft.objects.get()
    assert (draft.is_stopped, draft.red_flag_changed) == (True, True)
    assert draft.answers["typed"]["first_name"] == ["Bruno"]
    assert "bladder" not in str(draft.answers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM requests_draft")
        (sealed,) = cursor.fetchone()
    assert b"Bruno" not in bytes(sealed)


def test_ticked_then_changed_goes_to_the_top_as_in_the_form():
    desk = a_desk()
    page = opened(desk)
    enter(desk, page, emergency=["bladder"])

    response = enter(desk, page)

    assert response.status_code == 302
    inquiry = Inquiry.objects.get()
    assert inquiry.urgency == Inquiry.Urgency.RED_FLAG
    assert list(Flag.objects.values_list("rule", flat=True)) == ["red_flag_changed"]


def test_the_way_back_keeps_what_was_typed_and_asks_the_signs_again():
    desk = a_desk()
    page = opened(desk)
    stopped = enter(desk, page, emergency=["bladder"], first_name="Bruno").content.decode()
    kept = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(\w[\w-]*)" value="([^"]*)"', stopped)
    }

    response = desk.post(url(), {**kept, "do": "back"})

    again = response.content.decode()
    assert response.status_code == 200
    assert 'value="Bruno"' in again
    assert page["key"] in again
    assert "The caller changed an answer." in again
    assert "error-summary" not in again
    assert not re.search(r'name="emergency"[^>]*checked', again)


def test_the_browser_s_own_way_back_keeps_it_and_the_trace_of_the_sign():
    desk = a_desk()
    page = opened(desk)
    enter(desk, page, emergency=["bladder"], first_name="Bruno")

    again = desk.get(url(), {"call": page["key"]}).content.decode()

    assert 'value="Bruno"' in again
    assert page["key"] in again
    assert "The caller changed an answer." in again
    assert not re.search(r'name="emergency"[^>]*checked', again)
    assert re.search(r'name="privacy_given"[^>]*checked', again)
    assert enter(desk, page).status_code == 302
    assert list(Flag.objects.values_list("rule", flat=True)) == ["red_flag_changed"]


@pytest.mark.parametrize("why", ["no stop", "somebody else's", "sent", "a day old", "hostile"])
def test_a_call_that_is_not_waiting_opens_an_empty_page(why):
    desk = a_desk()
    page = opened(desk)
    call, other = page["key"], a_desk("Triage nurse")
    if why != "no stop":
        enter(desk, page, emergency=["bladder"], first_name="Bruno")
    if why == "sent":
        enter(desk, page, first_name="Bruno")
    if why == "a day old":
        Draft.objects.update(expires_at=timezone.now())
    if why == "hostile":
        call = "\x00<script>"

    again = (other if why == "somebody else's" else desk).get(url(), {"call": call})

    assert again.status_code == 200
    assert "Bruno" not in again.content.decode()
    assert page["key"] not in again.content.decode()


def test_the_signs_can_be_checked_before_the_rest_is_asked():
    desk = a_desk()

    response = desk.post(url(), {**opened(desk), "emergency": ["none"], "first_name": "Bruno", "do": "signs"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "error-summary" not in page
    assert 'value="Bruno"' in page
    assert re.search(r'value="none"[^>]*checked', page)
    assert Draft.objects.count() == 0


def test_a_sign_with_none_of_them_stops_as_well():
    desk = a_desk()

    assert enter(desk, emergency=["bladder", "none"]).status_code == 409
    assert Inquiry.objects.count() == 0


def test_another_list_of_signs_since_the_page_was_opened_is_read_again():
    desk = a_desk()
    page = opened(desk)
    text = a_safety_text()
    type(text).objects.create(version=text.version + 1, body=text.body, body_hash="1" * 64)

    response = enter(desk, page)

    assert response.status_code == 422
    assert errors(response)[0].startswith("Emergency signs: This list of signs changed a moment ago.")
    assert Inquiry.objects.count() == 0


# Errors


def test_all_errors_stand_on_one_page_with_links_and_nothing_is_lost():
    desk = a_desk()

    response = enter(desk, phone="", phone_typed="12", email="rosa@", first_name="Bruno", date_of_birth="")

    page = response.content.decode()
    assert response.status_code == 422
    assert errors(response) == [
        "Date of birth: Enter your date of birth",
        "Phone number: The phone number has too few numbers. Include the area code",
        "Email: Your email address must have a dot after the @ sign, like name@example.com",
    ]
    for name in ("id_date_of_birth_0", "id_phone", "id_email"):
        assert f'href="#{name}"' in page
        assert f'id="{name}"' in page
    for words in ('value="Bruno"', 'value="12"', 'value="rosa@"'):
        assert words in page
    assert (Inquiry.objects.count(), Draft.objects.count()) == (0, 0)


def test_the_caller_who_is_the_contact_gives_their_own_address():
    desk = a_desk()

    page = html.unescape(desk.get(url()).content.decode())
    assert (
        "For somebody else: What is their email address?"
        " If we reach them through the caller: What is your email address?" in page
    )
    assert page.count("If we reach them through the caller:") == 1
    for channel, whose in (("other_person", "Your"), ("phone", "Their")):
        response = enter(desk, for_whom="other", channel=channel, email="bo@")
        words = f"Email: {whose} email address must have a dot after the @ sign, like name@example.com"
        assert errors(response) == [words]


def test_an_empty_page_asks_for_what_the_form_asks_first():
    desk = a_desk()

    found = errors(desk.post(url(), {**opened(desk), "do": "save"}))

    labels = [line.split(":")[0] for line in found]
    assert labels[:4] == ["Emergency signs", "Signs to check today", "Request is for", "Date of birth"]
    assert "Insurance company" not in labels


def test_a_child_is_told_who_can_help():
    response = enter(a_desk(), date_of_birth="2020-01-01")

    assert response.status_code == 422
    assert errors(response) == [f"Date of birth: {entry.UNDER_AGE}"]
    assert Inquiry.objects.count() == 0


def test_words_under_a_question_that_is_not_asked_are_not_dropped_in_silence():
    desk = a_desk()

    response = desk.post(url(), typed(insurance="no") | opened(desk) | {"insurer": "Sample Mutual"})

    assert response.status_code == 422
    assert errors(response) == [
        "Insurance company: This was filled in, but it is asked only if they use health insurance. "
        "Change the answer above that asks for it, or empty this one."
    ]
    assert 'value="Sample Mutual"' in response.content.decode()


def test_a_choice_under_a_question_that_is_not_asked_does_not_count():
    desk = a_desk()

    response = desk.post(url(), typed(pain_areas=["none"]) | opened(desk) | {"pain_side": "left"})

    assert response.status_code == 302
    assert "pain_side" not in Inquiry.objects.get().answers


def test_a_likely_slip_in_the_address_is_asked_back():
    desk = a_desk()
    response = desk.post(url(), typed(email="rosa@gmial.com") | opened(desk), follow=True)

    assert "is the e-mail address rosa@gmail.com?" in response.content.decode()


def test_every_question_with_a_condition_says_when_it_is_asked():
    conditional = {step.slug for step in steps.STEPS if step.asked is not steps.always}

    assert set(entry.ONLY_IF) == conditional
    assert set(entry.OPENED_BY) <= conditional


@pytest.mark.parametrize(("slug", "rule"), entry.OPENED_BY.items())
def test_what_the_script_opens_is_what_the_server_asks(slug, rule):
    step = steps.find(slug)
    field, _, value = rule.replace("!=", "=").partition("=")
    is_list = field == "pain_areas"
    others = {"for_whom": "me", "channel": "phone"}
    chosen = ANSWERS | others | {field: [value] if is_list else value}
    not_chosen = ANSWERS | others | {field: ["groin"] if is_list else "something else"}

    assert step.asked(chosen) != step.asked(not_chosen)
    assert step.asked(chosen) == ("!=" not in rule)


def test_no_two_fields_of_the_page_share_a_name():
    page = entry.blank(a_safety_text().body)

    names = [field.html_name for section in page.sections for field in section.form]

    assert len(names) == len(set(names))
    assert sum(section.step.form is ContactPersonForm for section in page.sections) == 1


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "😀" * 60])
def test_hostile_words_are_text(text):
    desk = a_desk()

    response = enter(desk, anything_else=text, last_name=text, email="not an address")

    assert response.status_code == 422
    assert "<script>alert(1)" not in response.content.decode()
    assert enter(desk, anything_else=text, last_name=text).status_code == 302
    assert Inquiry.objects.get().answers["anything_else"] == text


@pytest.mark.parametrize(
    "name", ["emergency", "for_whom", "date_of_birth_0", "peg_pain", "contact-helper_name"]
)
def test_broken_fields_are_errors_and_not_faults(name):
    desk = a_desk()

    for value in ("\x00", "x" * 100_000, "-1", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        assert desk.post(url(), typed() | opened(desk) | {name: value}).status_code in (302, 409, 422)


# Who may, and what they see


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("Reception", 200),
        ("Triage nurse", 200),
        ("Clinician", 200),
        ("Editor", 403),
        ("Manager", 403),
        (None, 403),
    ],
)
def test_who_may_enter_a_request(role, status):
    desk = a_desk(role) if role else a_desk("")

    assert desk.get(url()).status_code == status
    assert enter(desk, {}).status_code == (302 if status == 200 else 403)
    assert Inquiry.objects.count() == (status == 200)


def test_reception_reads_no_health_answer_once_it_is_saved():
    desk = a_desk()
    slip = enter(desk, blood_thinners="yes", blood_thinners_details="Warfarin for my heart")
    inquiry = Inquiry.objects.get()

    pages = desk.get(address(inquiry)).content.decode() + desk.get(slip.url).content.decode()

    assert "Warfarin" not in pages
    assert f"entered by <bdi>{inquiry.entered_by}</bdi>" in pages


def test_list_and_page_say_who_entered_it():
    desk = a_desk()
    enter(desk)
    inquiry = Inquiry.objects.get()

    listed = desk.get(reverse("admin:requests_inquiry_changelist")).content.decode()
    page = desk.get(address(inquiry)).content.decode()

    assert f"By phone, entered by {inquiry.entered_by}" in listed
    assert f"by phone, entered by <bdi>{inquiry.entered_by}</bdi>" in page
    assert "Entered for a caller" in page


# The slip


def test_the_slip_has_reference_address_and_code_and_goes_on_record():
    desk = a_desk()
    response = enter(desk, email="", channel="phone")
    inquiry = Inquiry.objects.get()

    page = desk.get(response.url).content.decode()

    assert inquiry.reference in page
    assert ", ".join(inquiry.reference.replace("-", "")[:3]) + ", dash" in page
    assert reverse("requests:status", args=[inquiry.token]) in page
    assert "<svg" in page
    assert "There is no e-mail address: read the reference out" in page
    assert AccessLog.objects.filter(inquiry=inquiry, what="slip").count() == 1
    assert OutboxMessage.objects.count() == 0


NOON = datetime(2026, 11, 20, 12, 5, tzinfo=zone())
BY_HAND = ": read the reference out, and print or hand over this slip."


@pytest.mark.parametrize(
    ("became", "words"),
    [
        ({"state": "sent", "sent_at": NOON}, "The receipt was sent to the e-mail address on Fri, Nov 20, 2026, 12:05 PM."),
        ({"state": "failed", "gave_up_at": NOON}, f"The receipt could not be delivered{BY_HAND}"),
        ({"state": "parked", "gave_up_at": NOON}, f"The receipt could not be delivered{BY_HAND}"),
        ({"failing_since": NOON}, "The receipt could not be delivered yet. We keep trying for four hours."),
        (
            {"due_at": datetime(2054, 4, 6, 12, 5, tzinfo=zone())},
            "The receipt waits, because this address got several mails. It goes out on Mon, Apr 6, 2054, 12:05 PM.",
        ),
        ({}, "The receipt is on its way to the e-mail address."),
    ],
)  # fmt: skip
def test_the_slip_says_what_became_of_the_receipt(became, words):
    desk = a_desk()
    response = enter(desk)
    OutboxMessage.objects.update(**became)

    page = desk.get(response.url)

    assert page.context["receipt"] == words
    assert html.escape(words) in page.content.decode()


def test_a_request_whose_address_got_no_receipt_says_so():
    """News is no receipt."""
    desk = a_desk()
    inquiry = an_inquiry(source="phone", entered_by=a_user("Reception"))
    with transaction.atomic():
        notifications.news(inquiry)

    assert desk.get(address(inquiry, "slip")).context["receipt"] == f"No receipt was sent{BY_HAND}"


@pytest.mark.parametrize(("status", "has_none"), [("new", True), ("offered", True), ("booked", False)])
def test_the_slip_of_a_booked_request_denies_no_appointment(status, has_none):
    inquiry = an_inquiry(status=status, source="phone", entered_by=a_user("Reception"))

    page = a_desk().get(address(inquiry, "slip")).content.decode()

    assert ("There is no appointment yet." in page) == has_none


def test_the_caller_s_page_is_the_patient_s_page(client):
    enter(a_desk())
    inquiry = Inquiry.objects.get()

    page = client.get(reverse("requests:status", args=[inquiry.token])).content.decode()

    assert inquiry.reference in page
    assert "You called us, and we wrote your request down" in page
    assert "You sent your request" not in page


@pytest.mark.parametrize(("role", "status"), [("Reception", 403), ("Triage nurse", 200), ("Manager", 403)])
def test_a_web_request_s_private_page_is_for_clinical_roles(client, role, status):
    inquiry = an_inquiry()
    client.force_login(a_user(role))

    assert client.get(address(inquiry, "slip")).status_code == status
    assert ("slip/" in client.get(address(inquiry)).content.decode()) == (status == 200)


def test_looking_at_a_slip_changes_nothing_else():
    desk = a_desk()
    slip = enter(desk).url
    inquiry = Inquiry.objects.get()

    desk.get(slip)

    assert vars(fresh(inquiry))["status"] == "new"
    assert desk.post(slip).status_code == 405
