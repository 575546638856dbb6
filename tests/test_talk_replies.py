"""Managers write the replies; every version stays, and no blank but the known ones can be saved."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse

from requests import actions, replies
from requests.forms.visit import LANGUAGES
from requests.models import Reply, ReplyText, ReplyVersion
from requests.models.reply import BLANKS

from .builders import a_user
from .test_talk_writing import a_reply, words

pytestmark = pytest.mark.django_db
NEW = {"title": "Call us", "place": "10", "is_active": "on", "text_en": "Dear {name}, call us."}


@pytest.fixture
def manager():
    return a_user("Manager", first_name="Mara", last_name="Manager")


@pytest.fixture
def client(manager):
    client = Client()
    client.force_login(manager)
    return client


def page_of(reply):
    return reverse("admin:requests_reply", args=[reply.pk])


def save(client, reply=None, **typed):
    address = page_of(reply) if reply else reverse("admin:requests_reply_new")
    number = client.get(address).context["reply"]
    return client.post(address, {"number": number.number if number else "", **NEW, **typed})


def test_a_manager_writes_one_and_staff_can_choose_it(client, manager):
    response = save(client, text_es="Hola, {name}, llámenos.")

    assert response.url == reverse("admin:requests_replies")
    reply = Reply.objects.get()
    assert (reply.title, reply.place, reply.is_active, reply.number) == ("Call us", 10, True, 1)
    assert replies.texts_of(reply) == {"en": "Dear {name}, call us.", "es": "Hola, {name}, llámenos."}
    version = ReplyVersion.objects.get()
    assert (version.by, version.number, version.texts) == (manager, 1, replies.texts_of(reply))


def test_a_change_is_a_new_version_that_says_what_changed(client):
    reply = a_reply("Call us", place=10, en="Old", es="Viejo")

    save(client, reply, title="Phone us", place="5", text_en="New", text_ar="مرحبا", is_active="")

    newest, oldest = client.get(page_of(reply)).context["versions"]
    assert newest["changes"] == [
        "Title was “Call us”",
        "Place was 10",
        "No longer offered to staff",
        "Text in العربية (Arabic) added",
        "Text in English changed",
        "Text in Español (Spanish) taken away",
    ]
    assert oldest["changes"] == ["Written"]
    assert oldest["row"].texts == {"en": "Old", "es": "Viejo"}


@pytest.mark.parametrize(
    "text",
    ["{diagnosis}", "{Name}", "{ name }", "{name", "name}", "{{name}}", "{}", "{name}{pain}", "{name\n}"],
)
def test_an_unknown_blank_cannot_be_saved_by_anybody(client, text):
    response = save(client, text_en=f"Your {text}")

    assert response.status_code == 422
    assert "There is no blank" in response.context["form"].errors["text_en"][0]
    assert response.context["form"]["text_en"].value() == f"Your {text}"
    with pytest.raises(actions.NotAllowed, match="There is no blank"):
        a_reply(en=f"Your {text}")
    reply = a_reply(en="Fine")
    with pytest.raises(IntegrityError, match="reply_text_has_known_blanks"), transaction.atomic():
        ReplyText.objects.create(reply=reply, language="es", text=f"Your {text}")


def test_every_known_blank_can_be_saved_and_filled():
    text = " ".join("{%s}" % name for name in BLANKS)  # noqa: UP031 (braces)
    a_reply(en=text)

    assert replies.unfilled(replies.fill(text, replies.made_up_values("en"))) == []


def test_no_blank_is_about_health():
    """The list is the wall: whoever adds to it has to change this line too."""
    assert set(BLANKS) == {
        "name", "reference", "answer_by", "today", "date", "clinic_phone", "staff_name",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"title": ""}, "title", "Enter a title"),
        ({"title": "x" * 81}, "title", "Make the title shorter: at most 80 characters"),
        ({"text_en": ""}, "text_en", "Write the reply in English"),
        ({"text_en": "x" * 3001}, "text_en", "Make the text shorter: at most 3,000 characters"),
        ({"place": "many"}, "place", "Enter a number from 0 to 999"),
        ({"place": "-1"}, "place", "Enter a number from 0 to 999"),
        ({"place": "9" * 30}, "place", "Enter a number from 0 to 999"),
    ],
)
def test_an_error_says_what_to_do(client, typed, field, says):
    response = save(client, **typed)

    assert response.status_code == 422
    assert response.context["form"].errors[field] == [says]
    assert not Reply.objects.exists()


def test_a_title_is_there_once(client):
    a_reply("Call us")

    response = save(client, title="call US")

    assert response.context["form"].errors["title"] == ["Another reply has this title. Enter a different one"]


def test_the_preview_fills_made_up_data_and_saves_nothing(client):
    response = save(client, step="preview", text_es="Hola, {name}: {reference}")

    assert [(one["label"], one["text"]) for one in response.context["preview"]] == [
        ("English", "Dear Rosa, call us."),
        ("Español (Spanish)", "Hola, Rosa: 7K3-XW9"),
    ]
    assert "Nothing is saved yet." in words(response)
    assert not Reply.objects.exists()


def test_of_two_managers_the_second_is_told_and_keeps_the_words(client):
    reply = a_reply("Call us", en="Old")
    first = client.get(page_of(reply)).context["reply"].number
    save(client, reply, text_en="Of the first")

    response = client.post(page_of(reply), {"number": first, **NEW, "text_en": "Of the second"})

    assert response.status_code == 409
    assert "Somebody changed this reply since you opened it." in words(response)
    assert response.context["form"]["text_en"].value() == "Of the second"
    assert replies.texts_of(Reply.objects.get()) == {"en": "Of the first"}


def test_hostile_words_are_only_words(client):
    reply = a_reply("<script>alert(1)</script>", en="<img src=x onerror=alert(1)>")

    for address in (reverse("admin:requests_replies"), page_of(reply)):
        text = client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.mark.parametrize("role", ["Reception", "Triage nurse", "Clinician", "Editor"])
def test_only_managers_write_replies(role):
    reply = a_reply()
    client = Client()
    client.force_login(a_user(role))

    for address in (
        reverse("admin:requests_replies"),
        reverse("admin:requests_reply_new"),
        page_of(reply),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, NEW).status_code in (403, 405)
    assert ReplyVersion.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_no_more_for_more_replies(client, number, django_assert_num_queries):
    for place in range(number):
        a_reply(f"Reply {place}", en="Hello", es="Hola")
    client.get(reverse("admin:requests_replies"))

    with django_assert_num_queries(6):
        assert len(client.get(reverse("admin:requests_replies")).context["rows"]) == number


def test_a_version_never_changes():
    version = a_reply().versions.get()

    for change in (lambda: ReplyVersion.objects.update(title="x"), version.delete):
        with pytest.raises(InternalError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("reply_text_is_one_a_language", {"language": "en", "text": "Again"}),
        ("reply_text_says_something", {"language": "es", "text": ""}),
    ],
)
def test_an_impossible_text_is_refused(constraint, fields):
    reply = a_reply(en="Hello")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReplyText.objects.create(reply=reply, **fields)


def test_a_number_stands_for_one_version():
    version = a_reply().versions.get()
    version.pk = None

    with pytest.raises(IntegrityError, match="reply_version_is_one_a_number"), transaction.atomic():
        version.save(force_insert=True)


def test_the_replies_that_come_with_the_site_are_complete_and_never_overwrite():
    call_command("load_replies", verbosity=0)

    loaded = Reply.objects.count()
    assert loaded >= 5
    for reply in Reply.objects.all():
        texts = replies.texts_of(reply)
        assert set(texts) == {"en", "es"}
        assert sorted(replies.unfilled(texts["en"])) == sorted(replies.unfilled(texts["es"]))

    reply = Reply.objects.first()
    actions.save_reply(reply, by=None, title="Ours", place=1, is_active=True, texts={"en": "Ours"})
    call_command("load_replies", verbosity=0)
    assert Reply.objects.count() == loaded
    assert Reply.objects.get(pk=reply.pk).title == "Ours"


def test_every_language_of_the_form_can_be_written(client):
    save(client, **{f"text_{code}": "Hello" for code in LANGUAGES})

    assert set(replies.texts_of(Reply.objects.get())) == set(LANGUAGES)
