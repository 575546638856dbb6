"""The page of one request: what it shows to whom, and that it goes on record."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutboxMessage
from requests import actions
from requests.admin import wishes, words
from requests.admin.verbs import VERBS
from requests.forms.contact import CallsForm, ChannelForm, TextRemindersForm
from requests.forms.visit import VisitForm
from requests.models import AccessLog, Inquiry, Message
from requests.steps import CONTACT, STEPS

from .builders import ANSWERS, a_role, a_user, an_inquiry
from .triage import address, fresh

pytestmark = pytest.mark.django_db
FLAGS = [
    ("urgent", "one_leg", "One leg getting weaker", "Since last week"),
    ("before_booking", "diabetes", "Diabetes", "Yes: CANARY tablets"),
]


def test_a_nurse_reads_what_the_patient_wrote_as_asked(staff):
    inquiry = an_inquiry(answers={"anything_else": "I would like to know if I can drive."})

    context = staff.get(address(inquiry)).context

    rows = {row.label: row.lines for group in context["groups"] for row in group.rows}
    assert rows["Anything else"] == ["I would like to know if I can drive."]


def test_a_flag_names_the_rule_and_the_answer_that_raised_it(staff):
    page = staff.get(address(an_inquiry(flags=FLAGS, urgency=1))).content.decode()

    assert "Since last week" in page
    assert "rule one_leg, version 1" in page


def test_the_head_says_who_when_and_where_it_stands(staff, nurse):
    inquiry = an_inquiry(urgency=1, assignee=nurse)

    context = staff.get(address(inquiry)).context

    assert [tag.words for tag in context["tags"]] == ["Call today", "New"]
    assert context["is_mine"]


@pytest.mark.parametrize("status", ["closed", "declined", "withdrawn", "duplicate"])
@pytest.mark.parametrize("role", ["Triage nurse", "Reception"])
def test_an_ended_request_is_no_call_for_today_in_head_or_list(client, status, role):
    client.force_login(a_user(role))
    inquiry = an_inquiry(status=status, urgency=1, flags=[("before_booking", "diabetes", "Diabetes", "Yes")])

    page = client.get(address(inquiry), {"view": "all"})

    (row,) = [row for row in page.context["listing"].rows if row.inquiry == inquiry]
    assert [tag.words for tag in page.context["tags"]] == [inquiry.get_status_display()]
    assert [tag.tone for tag in row.flags] == ["w"]


@pytest.mark.parametrize(
    ("today", "age"), [(date(2026, 5, 3), 55), (date(2026, 5, 4), 56), (date(2026, 5, 5), 56)]
)
def test_the_age_turns_on_the_birthday(today, age):
    assert words.age(date(1970, 5, 4), today) == age


def test_contact_wishes(staff):
    inquiry = an_inquiry(
        voicemail="no", preferred_name="Rosie", contact_name="Ana Helper", contact_relationship="Daughter",
        contact_phone="+12025550188", channel="other_person", language="es",
        answers={"help_needs": ["interpreter", "step_free"], "call_times": ["morning", "evening"]},
    )  # fmt: skip

    page = staff.get(address(inquiry))

    assert [(line.label, line.value or line.tag.words) for line in page.context["reach"]] == [
        ("Date of birth", "May 4, 1970"),
        ("Likes to be called", "Rosie"),
        ("Wants to be reached by", "Through someone else"),
        ("Contact person", "Ana Helper, Daughter"),
        ("Contact's phone", "+12025550188"),
        ("Phone", "202-555-0147"),
        ("Voicemail", "Leave no message"),
        ("Good times to call", "Morning, Early evening"),
        ("E-mail", "rosa@example.com"),
        ("Text reminders", "No"),
        ("Language", "Spanish"),
        ("Needs", "Interpreter: Spanish, Step-free way in"),
    ]
    assert '<p class="warning-loud">Leave no message</p>' in page.content.decode()


def test_planning_a_visit(client):
    client.force_login(a_user("Reception"))
    answers = {
        "visit_days": ["not_sure"], "visit_times": ["morning", "afternoon"], "insurer": "",
        "visit_dates": ["2027-01-04", "2027-02-15"],
    }  # fmt: skip

    page = client.get(address(an_inquiry(answers=answers)))

    assert [(line.label, line.value) for line in page.context["visits"]] == [
        ("Days", "Not sure yet"),
        ("Times of day", "Morning, Afternoon"),
        ("Best dates", "January 4, 2027; February 15, 2027"),
        ("Been here before", "No"),
        ("Insurance", "Yes"),
        ("Referral", "No"),
    ]


def test_clinical_roles_read_each_answer_once(staff):
    context = staff.get(address(an_inquiry())).context

    assert [group.title for group in context["groups"]] == [
        "Danger signs", "Patient", "Request", "Pain", "Health", "Visit",
    ]  # fmt: skip
    assert "visits" not in context


CONTACT_ANSWERS = {
    "first_name": "Rosa",
    "last_name": "Example",
    "preferred_name": "Rosie",
    "channel": "other_person",
    "helper_name": "Ana Helper",
    "helper_relationship": "Daughter",
    "helper_phone": "+12025550188",
    "helper_phone_typed": "(202) 555 0188",
    "phone": "+12025550147",
    "phone_typed": "202.555.0147",
    "voicemail": "details",
    "call_times": ["evening"],
    "email": "rosa@example.com",
    "text_reminders": "yes",
}
# What stands on the page for each answer.
READ_AS = CONTACT_ANSWERS | {
    "channel": "Through someone else",
    "helper_phone": "tel:+12025550188",
    "phone": "tel:+12025550147",
    "voicemail": "You may leave details",
    "call_times": "Early evening",
    "text_reminders": "Yes",
}


def test_nothing_from_the_contact_pages_is_lost(staff):
    """They are left out of what the patient wrote, so the card beside it has to hold them all."""
    asked = {key for step in STEPS if step.group is CONTACT for key in step.form.answer_keys()}
    names = {"preferred_name": "preferred_name", "phone_as_typed": "phone_typed"}
    names |= {"contact_name": "helper_name", "contact_relationship": "helper_relationship"}
    names |= {"contact_phone": "helper_phone"}
    columns = {column: CONTACT_ANSWERS[key] for column, key in names.items()}

    page = staff.get(address(an_inquiry(answers=CONTACT_ANSWERS, **columns))).content.decode()

    card = page.split("How to reach this person")[1].split("</section>")[0]
    head = page.split("<h1 ")[1].split("</h1>")[0]
    assert asked == set(CONTACT_ANSWERS)
    assert [key for key, words in READ_AS.items() if words not in head + card] == []


@pytest.mark.parametrize(("for_whom", "label"), [("me", "Contact person"), ("other", "Asked by")])
def test_who_speaks_for_the_patient(staff, for_whom, label):
    inquiry = an_inquiry(contact_name="Ana Helper", answers={"for_whom": for_whom})

    lines = {line.label: line.value for line in staff.get(address(inquiry)).context["reach"]}

    assert lines[label] == "Ana Helper"


@pytest.mark.parametrize(
    ("for_whom", "channel", "label", "mails"),
    [
        ("me", "phone", "E-mail", "Mails to the patient"),
        ("me", "other_person", "E-mail", "Mails to the patient"),
        ("other", "email", "E-mail", "Mails to the patient"),
        ("other", "other_person", "Contact's e-mail", "Mails to the contact"),
    ],
)
def test_whose_email_address_it_is(staff, for_whom, channel, label, mails):
    answers = {"for_whom": for_whom, "channel": channel}
    inquiry = an_inquiry(contact_name="Ana Helper", channel=channel, answers=answers)

    page = staff.get(address(inquiry))
    paper = staff.get(reverse("admin:requests_inquiry_print", args=[inquiry.pk]))

    for seen in (page, paper):
        assert [line.label for line in seen.context["reach"] if line.email] == [label]
        assert mails in seen.content.decode()


@pytest.mark.parametrize(
    ("form", "key", "words"),
    [
        (ChannelForm, "channel", wishes.CHANNELS),
        (CallsForm, "voicemail", wishes.VOICEMAIL),
        (CallsForm, "call_times", wishes.TIMES),
        (VisitForm, "visit_times", wishes.TIMES),
        (TextRemindersForm, "text_reminders", wishes.YES_NO),
    ],
)
def test_every_choice_of_the_form_has_words(form, key, words):
    assert set(dict(form.base_fields[key].choices)) <= set(words)


@pytest.mark.parametrize(("code", "name"), [("en", "English"), ("vi", "Vietnamese"), ("Hmong", "Hmong")])
def test_the_language_has_an_english_name(code, name):
    assert wishes.language(Inquiry(language=code)) == name


def test_without_a_phone_there_is_no_wish_about_messages(staff):
    inquiry = an_inquiry(phone="", phone_as_typed="", voicemail="")

    labels = {line.label for line in staff.get(address(inquiry)).context["reach"]}

    assert labels & {"Phone", "Voicemail"} == set()


def test_the_page_that_was_read_and_the_safety_text_are_named(staff):
    page = staff.get(address(an_inquiry())).content.decode()

    assert "The patient saw the safety text in version 1." in page


def a_history(inquiry, nurse, colleague):
    """Everything that can happen, a minute apart."""
    steps = [
        lambda: actions.assign(inquiry, by=nurse, to=nurse),
        lambda: actions.start_triage(inquiry, by=nurse),
        lambda: actions.log_phone_call(inquiry, by=colleague, outcome="no_answer", text="CANARY call"),
        lambda: actions.add_note(inquiry, by=nurse, text="CANARY note"),
        lambda: actions.write_to_patient(inquiry, by=nurse, text="CANARY letter", wait_for_answer=True),
        lambda: actions.start_triage(inquiry, by=nurse),
        lambda: actions.assign(inquiry, by=nurse, to=colleague),
        lambda: actions.assign(inquiry, by=colleague, to=None),
        lambda: actions.withdraw(inquiry),
        lambda: actions.reopen(inquiry, by=nurse, text="CANARY reopened"),
    ]
    begin = timezone.now()
    for minute, step in enumerate(steps, 1):
        with time_machine.travel(begin + timedelta(minutes=minute), tick=False):
            step()


def test_the_history_tells_everything_with_who_and_when(staff, nurse):
    inquiry, colleague = an_inquiry(), a_user("Reception", first_name="Rita", last_name="Desk")
    a_history(inquiry, nurse, colleague)

    events = staff.get(address(inquiry)).context["events"][::-1]

    told = [(event.heading, event.who, event.text) for event in events]
    assert told[:-2] == [
        ("Request sent", "the patient", ""),
        ("Taken", "Nora Nurse", ""),
        ("Triage started", "Nora Nurse", ""),
        ("Phone call: No answer, left no message", "Rita Desk", "CANARY call"),
        ("Note", "Nora Nurse", "CANARY note"),
        ("Waiting for the patient's answer", "Nora Nurse", ""),
        ("Message to the patient", "Nora Nurse", "CANARY letter"),
        ("Back in triage", "Nora Nurse", ""),
        ("Assigned to Rita Desk", "Nora Nurse", ""),
        ("Handed back to the queue", "Rita Desk", ""),
        ("Withdrawn", "the patient", ""),
    ]
    assert told[-2:] == [("Reopened", "Nora Nurse", ""), ("Note", "Nora Nurse", "CANARY reopened")]


def canaries():
    """Every free text about health, filled with something to look for."""
    texts = ["anything_else", "help_details", "topic_other", "referral_where"]
    texts += [f"{key}_details" for key in ("blood_thinners", "pregnant", "infection", "diabetes", "reaction")]
    yes = dict.fromkeys(("blood_thinners", "infection", "diabetes", "reaction", "referral"), "yes")
    return {**yes, **dict.fromkeys(texts, "CANARY"), "help_needs": ["step_free", "cannot_lie_face_down"]}


CLINICAL_WORDS = (
    "CANARY",
    "getting weaker",
    "Diabetes",
    "buttock",
    "3 to 12 months",
    "face down",
    "7 out of 10",
)


@pytest.mark.parametrize("role", ["Reception", "Manager"])
def test_who_has_no_clinical_role_reads_nothing_about_health(client, role, nurse):
    inquiry = an_inquiry(flags=FLAGS, urgency=1, answers=canaries())
    a_history(inquiry, nurse, a_user("Clinician"))
    user = a_user(role)
    client.force_login(user)
    pages = [client.get("/staff/requests/inquiry/", {"view": "all"}), client.get(address(inquiry))]
    pages += [client.get(address(inquiry, slug)) for slug in VERBS if user.has_perm(VERBS[slug].permission)]
    pages += [client.post(address(inquiry, slug)) for slug in VERBS if user.has_perm(VERBS[slug].permission)]

    found = [word for page in pages for word in CLINICAL_WORDS if word in page.content.decode()]

    assert len(pages) > 3
    assert found == []


def test_the_same_words_are_there_for_a_nurse(staff, nurse):
    """So that the test above looks for what could leak."""
    inquiry = an_inquiry(flags=FLAGS, urgency=1, answers=canaries())
    a_history(inquiry, nurse, a_user("Clinician"))

    page = staff.get(address(inquiry)).content.decode()

    assert [word for word in CLINICAL_WORDS if word not in page] == []


def test_reception_reads_what_reception_wrote(client, nurse):
    inquiry, first, second = an_inquiry(), a_user("Reception"), a_user("Reception")
    actions.add_note(inquiry, by=nurse, text="A nurse's note")
    actions.add_note(inquiry, by=first, text="Prefers Mondays")
    client.force_login(second)

    notes = [event for event in client.get(address(inquiry)).context["events"] if event.kind == "note"]

    assert [(event.text, event.is_hidden) for event in notes] == [("Prefers Mondays", False), ("", True)]


def as_a(user, role):
    """The same person in another role, as of a new sign-in."""
    user.groups.set([a_role(role)])
    return type(user).objects.get(pk=user.pk)


def spoken(client, inquiry):
    events = client.get(address(inquiry)).context["events"][::-1]
    return [(event.heading, event.text, event.is_hidden) for event in events if event.text or event.is_hidden]


def test_what_a_nurse_wrote_stays_clinical_when_she_moves_to_reception(client, nurse):
    inquiry = an_inquiry(status="closed")
    actions.reopen(inquiry, by=nurse, text="a")
    actions.log_phone_call(inquiry, by=nurse, outcome="reached", text="b")
    actions.write_to_patient(inquiry, by=nurse, text="c", wait_for_answer=False)
    moved = as_a(nurse, "Reception")
    actions.add_note(inquiry, by=moved, text="d")
    client.force_login(moved)

    assert spoken(client, inquiry) == [
        ("Note", "", True),
        ("Phone call: Spoke to the patient", "", True),
        ("Message to the patient", "", True),
        ("Note", "d", False),
    ]


def test_what_reception_wrote_stays_open_when_she_becomes_a_nurse(client):
    inquiry, rita, colleague = an_inquiry(), a_user("Reception"), a_user("Reception")
    actions.add_note(inquiry, by=rita, text="Prefers Mondays")
    as_a(rita, "Triage nurse")
    client.force_login(colleague)

    assert spoken(client, inquiry) == [("Note", "Prefers Mondays", False)]


def test_words_of_the_patient_are_clinical(client, nurse):
    inquiry = an_inquiry()
    Message.objects.create(inquiry=inquiry, by=None, text="It hurts more")
    client.force_login(a_user("Reception"))

    assert spoken(client, inquiry) == [("The patient wrote", "", True)]


def a_mail(inquiry, state):
    fields = {}
    if state != "waiting":
        fields["sent_at" if state == "sent" else "gave_up_at"] = timezone.now()
    return OutboxMessage.objects.create(
        kind="news", to="a@example.com", about=inquiry.pk, state=state, **fields
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "Waiting to be sent"),
        ("sent", "Sent"),
        ("failed", "Not delivered"),
        ("parked", "Not delivered"),
    ],
)
def test_whether_mails_arrived(staff, state, words):
    inquiry = an_inquiry()
    a_mail(inquiry, state)

    context = staff.get(address(inquiry)).context

    assert [(mail.words, mail.state) for mail in context["mails"]] == [("There is news", words)]
    assert bool(context["needs_call"]) == (words == "Not delivered")


def test_a_mail_that_failed_after_the_last_call_asks_for_another(staff, nurse):
    inquiry = an_inquiry()
    actions.log_phone_call(inquiry, by=nurse, outcome="reached")
    a_mail(inquiry, "failed")

    page = staff.get(address(inquiry)).content.decode()

    assert "Phone the patient: a mail could not be delivered." in page


def test_a_duplicate_leads_to_the_request_that_stays(staff):
    other = an_inquiry()

    page = staff.get(address(an_inquiry(status="duplicate", duplicate_of=other))).content.decode()

    assert address(other) in page


@pytest.mark.parametrize(
    ("fields", "slug"),
    [
        ({}, "take"),
        ({"assignee": True}, "triage"),
        ({"assignee": True, "status": "in_triage"}, "write"),
        ({"assignee": True, "status": "closed"}, "reopen"),
        ({"assignee": True, "patient_wrote_at": timezone.now()}, "write"),
        ({"urgency": 1}, "take"),
        ({"assignee": True, "urgency": 1}, "phone"),
        ({"assignee": True, "urgency": 2, "patient_wrote_at": timezone.now()}, "phone"),
        ({"assignee": True, "urgency": 1, "status": "closed"}, "reopen"),
    ],
)
def test_the_likely_next_step_stands_out(staff, nurse, fields, slug):
    inquiry = an_inquiry(**{**fields, **({"assignee": nurse} if "assignee" in fields else {})})

    buttons = staff.get(address(inquiry)).context["daily"]
    assert [button.verb.slug for button in buttons if button.is_next] == [slug]
    assert buttons[0].is_next


def test_what_to_do_stands_in_the_order_of_its_likelihood(staff, nurse):
    """A phone has room for three buttons."""
    first = [
        [button.verb.slug for button in staff.get(address(an_inquiry(**fields))).context["daily"]][:3]
        for fields in ({}, {"urgency": 1}, {"urgency": 1, "assignee": nurse})
    ]

    assert first == [["take", "triage", "write"], ["take", "phone", "triage"], ["phone", "triage", "write"]]


HOSTILE = "<svg onload=alert(1)>'\"{{7*7}}{% now %}"


def test_hostile_text_is_shown_as_text_on_every_page(staff, nurse):
    texts = {
        key: HOSTILE for key, value in ANSWERS.items() if isinstance(value, str) and key != "date_of_birth"
    }
    inquiry = an_inquiry(
        first_name=HOSTILE, last_name=HOSTILE, preferred_name=HOSTILE, contact_name=HOSTILE,
        contact_relationship=HOSTILE, contact_phone=HOSTILE[:20], phone_as_typed=HOSTILE[:40],
        topic=HOSTILE, language=HOSTILE, flags=[("urgent", "x", HOSTILE, HOSTILE)],
        answers={"anything_else": HOSTILE, "insurer": texts["insurer"], "help_language": HOSTILE},
    )  # fmt: skip
    actions.add_note(inquiry, by=nurse, text=HOSTILE)
    actions.write_to_patient(inquiry, by=nurse, text=HOSTILE, wait_for_answer=False)

    pages = [staff.get(address(inquiry)), staff.get(address(inquiry, "decline"), {"reason": "under_18"})]
    pages += [staff.get(address(inquiry, slug)) for slug in VERBS]
    pages += [staff.post(address(inquiry, slug), {"text": HOSTILE, "to": HOSTILE}) for slug in VERBS]

    for page in pages:
        assert "<svg onload" not in page.content.decode()
        assert "&lt;svg onload" in page.content.decode()


def test_every_look_goes_on_record(staff, nurse):
    inquiry = an_inquiry()

    staff.get(address(inquiry))
    staff.get(address(inquiry, "phone"))

    assert [(look.by, look.inquiry, look.what, look.listed) for look in AccessLog.objects.all()] == [
        (nurse, inquiry, "phone", [inquiry.pk]),
        (nurse, None, "list", [inquiry.pk]),
        (nurse, inquiry, "view", [inquiry.pk]),
    ]


def test_looking_changes_nothing(staff):
    inquiry = an_inquiry()
    before = vars(fresh(inquiry))

    staff.get(address(inquiry))
    staff.head(address(inquiry))

    after = vars(fresh(inquiry))
    assert {key: after[key] for key in after if key != "_state"} == {
        key: before[key] for key in before if key != "_state"
    }


def test_the_page_can_only_be_read(staff):
    assert staff.post(address(an_inquiry()), {"status": "booked"}).status_code == 405


def test_a_long_history_costs_no_more_queries(staff, nurse):
    short, long = an_inquiry(), an_inquiry()
    a_history(long, nurse, a_user("Clinician"))
    staff.get(address(short))

    counts = []
    for inquiry in (short, long):
        with CaptureQueriesContext(connection) as captured:
            staff.get(address(inquiry))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_neither_address_nor_title_names_the_patient(staff):
    inquiry = an_inquiry(last_name="Zimmer")

    page = staff.get(address(inquiry))

    title = page.content.decode().split("<title>")[1].split("</title>")[0]
    assert "Zimmer" not in title + address(inquiry)
    assert "no-store" in page["Cache-Control"]
