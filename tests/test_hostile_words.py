"""Words of staff are kept as typed, or refused with the place of what does not show."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django import forms
from django.test import Client

from clinic.models import User
from requests import staff_forms
from requests.models import Inquiry, Message, NextAction, Note, PhoneCall, Reply, RuleVersion, SavedView
from requests.rules.questions import TEXT, catalogue
from requests.staff_forms.base import Typed
from requests.staff_forms.bulk import BulkCloseForm
from requests.staff_forms.ending import Reference
from requests.staff_forms.replies import ReplyForm
from requests.staff_forms.rules import HeadForm, SampleForm
from requests.staff_forms.views import SavedViewForm

from . import hostile
from .builders import a_safety_text, a_user, an_inquiry
from .entry import a_desk, enter
from .rules import a_clinician, posted
from .triage import address, do, fresh, opened
from .work import BULK, picked

pytestmark = pytest.mark.django_db

UNSEEN = ("\u202e", "\u202a", "\u2066", "\x00", "\x07", "\x1b", "\x85", "\ufffe")
ORDINARY = (
    "مرحبا، الساعة ٣",
    "שלום רוזה",
    "שלום\u200f (Rosa)\u200e!",
    "نامه\u200cای",
    "👩\u200d👩\u200d👧 and 🏳️\u200d🌈",
    "Zoë",
    "田中さん",
)


def all_forms() -> Iterator[type[forms.BaseForm]]:
    for module in iter_modules(staff_forms.__path__, "requests.staff_forms."):
        for one in vars(import_module(module.name)).values():
            if isinstance(one, type) and issubclass(one, forms.BaseForm) and one.__module__ == module.name:
                yield one


def about_one(form: Any) -> Callable[..., Any]:
    return lambda data: form(data, inquiry=an_inquiry(), user=a_user("Clinician"))


# How each form with words is made; dynamic fields are why the table holds forms and not fields.
MADE: dict[type[forms.BaseForm], Callable[..., Any]] = {
    **{
        form: about_one(form)
        for form in (
            staff_forms.CloseForm, staff_forms.DeclineForm, staff_forms.DuplicateForm, staff_forms.NextForm,
            staff_forms.NoteForm, staff_forms.PhoneForm, staff_forms.ReferenceForm, staff_forms.ReopenForm,
            staff_forms.WriteForm,
        )
    },
    BulkCloseForm: lambda data: BulkCloseForm(data, user=a_user("Clinician")),
    HeadForm: lambda data: HeadForm(data, questions=catalogue(a_safety_text())),
    ReplyForm: lambda data: ReplyForm(data, reply=Reply()),
    SampleForm: lambda data: SampleForm(data, asked=text_questions()),
    SavedViewForm: lambda data: saved_view_form(data, a_user("Clinician")),
}  # fmt: skip


def saved_view_form(data: Any, user: User) -> SavedViewForm:
    return SavedViewForm(data, kept=SavedView(owner=user), by=user)


def text_questions() -> list[Any]:
    return [question for question in catalogue().values() if question.kind == TEXT]


def words_of(form: Any) -> dict[str, forms.Field]:
    return {name: field for name, field in form.fields.items() if isinstance(field, forms.CharField)}


def test_every_form_with_words_is_tried():
    with_words = {
        form for form in all_forms() if any(isinstance(f, forms.CharField) for f in form.base_fields.values())
    }
    grown = {SampleForm}

    assert with_words | grown == set(MADE)


@pytest.mark.parametrize("form", MADE, ids=lambda form: form.__name__)
def test_what_does_not_show_is_refused_with_its_place(form):
    fields = words_of(MADE[form]({}))
    assert fields
    for name, field in fields.items():
        assert isinstance(field, Typed), name
        for unseen in UNSEEN:
            if isinstance(field, Reference):
                continue
            told = MADE[form]({name: f"Call Rosa{unseen}elpmaxE today"}).errors[name]
            assert told == ["Type what comes after “Call Rosa” again: it has a character that does not show"]


@pytest.mark.parametrize("form", MADE, ids=lambda form: form.__name__)
def test_words_of_any_script_are_kept_as_typed(form):
    for name, field in words_of(MADE[form]({})).items():
        for words in () if isinstance(field, Reference) else ORDINARY:
            filled = MADE[form]({name: words})
            filled.is_valid()
            assert (filled.errors.get(name), filled.cleaned_data[name]) == (None, words)


def test_a_long_text_says_where_near_the_beginning_too():
    told = staff_forms.NoteForm({"text": "\u202eabc"}, inquiry=an_inquiry(), user=a_user("Clinician")).errors[
        "text"
    ]

    assert told == ["Type the beginning again: it has a character that does not show"]


def test_lines_and_tabs_stay_in_a_text_and_only_there():
    note = MADE[staff_forms.NoteForm]({"text": "a\r\nb\tc\u2028d"})
    step = MADE[staff_forms.NextForm]({"text": "a\tb"})

    assert (note.is_valid(), note.cleaned_data["text"]) == (True, "a\nb\tc\nd")
    assert step.errors["text"] == ["Type what comes after “a” again: it has a character that does not show"]


def test_what_nobody_sees_is_nothing():
    note = MADE[staff_forms.NoteForm]({"text": "\u200b\u2060 \ufeff"})

    assert note.errors == {"text": ["Write the note"]}


def test_a_reference_is_found_with_what_was_copied_along():
    other = an_inquiry()
    form = MADE[staff_forms.ReferenceForm]({"reference": f"\u202a{other.reference.lower()}\u202c\x07\x00"})

    assert (form.is_valid(), form.cleaned_data) == (True, {"reference": other})


# Through the pages: nothing of it is kept


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


EVIL = "Rosa\u202eelpmaxE\x07"
TOLD = "Type what comes after “Rosa” again: it has a character that does not show"
VERBS = {
    "note": {"text": EVIL},
    "phone": {"text": EVIL, "outcome": "reached"},
    "write": {"text": EVIL},
    "decline": {"text": EVIL, "reason": "not_offered"},
    "close": {"text": EVIL},
    "next": {"text": EVIL},
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_with_such_words_is_not_done(verb):
    clinician = a_user("Clinician")
    inquiry = an_inquiry(status="in_triage", assignee=clinician)

    page = do(at_desk(clinician), inquiry, verb, **VERBS[verb])

    assert (page.status_code, page.context["form"].errors) == (422, {"text": [TOLD]})
    assert [kind.objects.count() for kind in (Message, Note, PhoneCall, NextAction)] == [0, 0, 0, 0]
    assert fresh(inquiry).status == "in_triage"


def test_words_for_several_are_not_sent():
    nurse = at_desk(a_user("Triage nurse"))
    inquiries = [an_inquiry() for _ in range(2)]

    page = nurse.post(BULK, picked(nurse, "close", *inquiries) | {"text": EVIL})

    assert (page.status_code, page.context["form"].errors) == (422, {"text": [TOLD]})
    assert {fresh(inquiry).status for inquiry in inquiries} == {"new"}


def test_a_reason_to_reopen_is_not_kept():
    clinician = a_user("Clinician")
    inquiry = an_inquiry(status="closed", assignee=clinician)

    page = do(at_desk(clinician), inquiry, "reopen", text=EVIL)

    assert (page.status_code, page.context["form"].errors) == (422, {"text": [TOLD]})
    assert (fresh(inquiry).status, Note.objects.count()) == ("closed", 0)


def test_a_reply_and_a_view_are_not_kept():
    manager = at_desk(a_user("Manager"))
    count = Reply.objects.count()

    reply = manager.post("/staff/requests/replies/new/", {"title": EVIL, "place": "1", "text_en": EVIL})
    view = manager.post("/staff/requests/views/new/", {"name": EVIL, "view": "open"})

    assert (reply.status_code, reply.context["form"].errors) == (422, {"title": [TOLD], "text_en": [TOLD]})
    assert (view.status_code, view.context["form"].errors) == (422, {"name": [TOLD]})
    assert (Reply.objects.count(), SavedView.objects.count()) == (count, 0)


def test_a_rule_is_not_kept():
    a_safety_text()
    clinician = at_desk(a_clinician())
    page = clinician.get("/staff/requests/rules/fever/write/")
    count = RuleVersion.objects.count()

    answer = clinician.post(
        "/staff/requests/rules/fever/write/", posted(page, do="save", words=EVIL, source=EVIL, why=EVIL)
    )

    told = [problem["text"] for problem in answer.context["problems"]]
    assert (answer.status_code, told, RuleVersion.objects.count()) == (422, [TOLD] * 3, count)


def test_the_same_words_sent_twice_are_done_once_however_they_are_spelled():
    """A letter and its accent may come as two characters; they are kept as one."""
    clinician = a_user("Clinician")
    client, inquiry = at_desk(clinician), an_inquiry(status="in_triage", assignee=clinician)
    page = opened(client, inquiry, "note") | {"text": "Zoe\u0308\r\ncame"}

    answers = [client.post(address(inquiry, "note"), page) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [note.text for note in Note.objects.all()] == ["Zo\u00eb\ncame"]


# A caller's words


@pytest.mark.parametrize("unseen", ["\u202e", "\x00", "\x07"])
def test_what_is_entered_for_a_caller_is_refused_as_from_a_patient(unseen):
    page = enter(a_desk(), **hostile.everything(lambda field: f"Rosa{unseen}elpmaxE"))

    errors = {
        name: message
        for section in page.context["entry"].sections
        for name, messages in section.form.errors.items()
        for message in messages
    }
    refused = " has a character that we cannot store. Type it again"
    assert {name for name, message in errors.items() if message.endswith(refused)} == set(hostile.FREE_TEXTS)
    assert (page.status_code, Inquiry.objects.count()) == (422, 0)


def test_a_callers_hebrew_name_is_kept():
    enter(a_desk(), first_name="שלום", last_name="\u200fכהן")

    assert [(one.first_name, one.last_name) for one in Inquiry.objects.all()] == [("שלום", "\u200fכהן")]
