"""Where secrets and patients' words must not be: database, logs, mails, addresses, titles, cookies."""

import base64
import logging
import re
import secrets
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.delivery import Sender
from clinic.logs import JsonLines
from clinic.models import OutboxMessage
from requests import drafts
from requests.models import Draft, Inquiry
from requests.tokens import REFERENCE_LETTERS, new_reference, new_token

from . import hostile
from .builders import PASSWORD, a_user, an_inquiry
from .intake import answer, client_of, complete_draft, draft_of, send, url, walk
from .triage import address, do

pytestmark = pytest.mark.django_db
RUN = secrets.token_hex(8)
IDENTITY = (
    "first_name",
    "last_name",
    "preferred_name",
    "helper_name",
    "helper_relationship",
    "language_other",
)


def canary(field: str) -> str:
    return f"CNRY-{RUN}-{field}"


def every_spelling(text: str) -> tuple[str, ...]:
    """As it is, as the database shows bytes, and in base64 at each of the three places it may begin."""
    shifted = (base64.b64encode(b"x" * shift + text.encode())[4:-4].decode() for shift in range(3))
    return (text, text.encode().hex(), *shifted)


def said_in(text: str, *needles: str) -> list[str]:
    return [needle for needle in needles if any(spelling in text for spelling in every_spelling(needle))]


# P24


def test_ten_thousand_tokens_are_all_different_and_evenly_made():
    tokens = [new_token() for _ in range(10_000)]

    assert len(set(tokens)) == 10_000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", token) for token in tokens)
    for place in range(32):
        seen: dict[str, int] = {}
        for token in tokens:
            seen[token[place]] = seen.get(token[place], 0) + 1
        # Chi-square over 64 letters: 63 degrees of freedom pass 140 once in ten million times.
        assert len(seen) == 64
        assert sum((count - 156.25) ** 2 / 156.25 for count in seen.values()) < 140


def test_a_reference_has_no_letter_that_looks_like_another():
    letters = set("".join(new_reference() for _ in range(2000)))

    assert letters == {*REFERENCE_LETTERS, "-"}


@pytest.fixture
def story():
    """A request from the first page to the staff's answer, with a canary in every free field."""
    patient = Recorded()
    walk(patient, **hostile.everything(canary), email="patient@example.com")
    answer(patient, "name", first_name=canary("first_name") * 30)
    for slug in (
        "who-for",
        "topic",
        "health",
        "name",
        "contact-person",
        "phone",
        "email",
        "help",
        "anything-else",
    ):
        patient.get(url(slug))
    patient.get(reverse("requests:check"))
    page = patient.post(reverse("requests:resume_link")).content.decode()
    resume = re.search(r'href="[^"]+/resume/([^"/]+)/"', page)[1]  # type: ignore[index]
    key = patient.cookies[drafts.COOKIE].value
    inquiry = send(patient)
    patient.get(reverse("requests:status", args=[inquiry.token]))
    patient.get(reverse("requests:check"))
    nurse = Recorded()
    nurse.force_login(a_user("Clinician"))
    nurse.post("/staff/requests/inquiry/search/", {"words": canary("last_name")}, follow=True)
    for verb in ("triage", "write", "note"):
        do(nurse, inquiry, verb, text=canary(verb))
    do(nurse, inquiry, "phone", outcome="reached", text=canary("phone"))
    hostile.pages_about(inquiry, nurse, patient)
    return {
        "patient": patient, "nurse": nurse, "inquiry": Inquiry.objects.get(pk=inquiry.pk), "token": inquiry.token,
        "resume": resume, "key": key,
    }  # fmt: skip


class Recorded(Client):
    """Keeps every address, title, cookie and page that it met."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.addresses: list[str] = []
        self.titles: list[str] = []
        self.set_cookies: list[str] = []
        self.pages = 0

    def request(self, **environ: Any) -> Any:
        response = super().request(**environ)
        self.addresses += [
            f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}",
            response.get("Location", ""),
        ]
        self.set_cookies += [morsel.OutputString() for morsel in response.cookies.values()]
        page = "" if response.streaming else response.content.decode(errors="replace")
        self.addresses += [unescape(found) for found in re.findall(r'\b(?:href|src|action)="([^"]*)"', page)]
        self.titles += [unescape(found) for found in re.findall(r"<title>(.*?)</title>", page, re.DOTALL)]
        self.pages += bool(page)
        return response


def test_no_token_and_no_word_about_health_lies_in_the_database(story):
    """Mails are waiting and a draft was sent: a stolen dump opens nothing (names are plain, ADR 2)."""
    dump = hostile.dump()
    clinical = [canary(field) for field in hostile.FREE_TEXTS if field not in IDENTITY]
    clinical += [canary(word) for word in ("write", "note", "phone")]

    assert said_in(dump, canary("first_name")) == [canary("first_name")]
    assert OutboxMessage.objects.filter(about=story["inquiry"].pk).count() == 2
    assert said_in(dump, story["token"], story["resume"], story["key"], *clinical) == []


def test_no_token_and_no_word_of_an_open_draft_lies_in_the_database():
    client = Client()
    walk(client, **hostile.everything(canary))
    page = client.post(reverse("requests:resume_link")).content.decode()
    resume = re.search(r'href="[^"]+/resume/([^"/]+)/"', page)[1]  # type: ignore[index]

    words = [canary(field) for field in hostile.FREE_TEXTS]
    assert said_in(hostile.dump(), resume, client.cookies[drafts.COOKIE].value, *words) == []


def test_a_token_opens_one_door_only(story):
    others = {
        "requests:status": ("resume", "key"), "requests:withdraw": ("resume", "key"), "requests:resume": ("token", "key"),
    }  # fmt: skip

    found = {
        (name, kind): Client().get(reverse(name, args=[story[kind]])).status_code
        for name, kinds in others.items() for kind in kinds
    }  # fmt: skip

    assert set(found.values()) == {404}
    for kind in ("token", "resume"):
        stranger = Client()
        stranger.cookies[drafts.COOKIE] = story[kind]
        assert stranger.get(url("name")).url == reverse("requests:expired")


# P69, P25


def test_no_word_of_a_patient_stands_in_an_address_a_title_or_a_cookie(story):
    for client in (story["patient"], story["nurse"]):
        assert client.pages > 15
        assert [found for found in client.addresses if "CNRY" in found] == []
        assert [found for found in client.titles if "CNRY" in found] == []
        assert [found for found in client.set_cookies if "CNRY" in found] == []


def test_the_private_link_stands_on_the_patients_own_pages_only(story):
    """Staff read the page of a request; its secret address is not theirs to pass on."""
    assert said_in("\n".join(story["nurse"].addresses + story["nurse"].titles), story["token"]) == []
    assert said_in("\n".join(story["patient"].titles + story["patient"].set_cookies), story["token"]) == []
    foreign = {urlsplit(found).netloc for found in story["patient"].addresses} - {"", "127.0.0.1:8000"}
    assert foreign == set()


def test_mails_say_nothing_about_the_patient(story, settings):
    OutboxMessage.objects.update(due_at=timezone.now())
    Sender().send_due()

    written = "\n".join(message.message().as_string() + message.body for message in mail.outbox)
    assert len(mail.outbox) == 2
    assert "CNRY" not in written
    read = "\n".join(f"{message.subject}\n{message.body}" for message in mail.outbox)
    in_our_words = read.replace(settings.CLINIC_NAME, "")
    assert not re.search(r"nerve|pain|block|procedure|diabetes", in_our_words, re.IGNORECASE)
    heads = [str(item) for message in mail.outbox for item in message.message().items()]
    assert said_in("\n".join(heads), story["token"]) == []


def fail(*args: Any, **kwargs: Any) -> None:
    raise IntegrityError(f"Key (first_name)=({canary('first_name')}) already exists")


def test_the_log_says_nothing_that_somebody_typed(story, caplog, monkeypatch):
    """Through faults of every kind, as the log is written in production."""
    token, word = story["token"], canary("typed")
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for path in (
        f"/{word}/",
        f"/requests/{token}x/",
        f"/requests/{token}/?q={word}",
        f"/staff/requests/inquiry/{word}/",
    ):
        strict.get(path, headers={"referer": f"http://testserver/requests/{token}/", "user-agent": word})
        strict.post(path, {"text": word})
    strict.get("/", headers={"host": f"{word}.example"})
    client_of(complete_draft()).post(url("name"), {f"{word}-{number}": word for number in range(1001)})
    Client().post("/staff/login/", {"username": word, "password": word})
    story["nurse"].get(f"/staff/clinic/user/?{word}={word}")
    with caplog.at_level(logging.DEBUG):
        monkeypatch.setattr("requests.actions.sending.inquiry_from", fail)
        broken = client_of(complete_draft(first_name=word))
        broken.raise_request_exception = False
        assert broken.post(reverse("requests:send"), {"privacy_given": "on"}).status_code == 500
        Sender().send_due()

    lines = [
        JsonLines().format(record) for record in caplog.records if not record.name.startswith("django.db")
    ]

    assert len(lines) > 10
    assert [line for line in lines if "CNRY" in line or "patient@example.com" in line] == []
    assert said_in("\n".join(lines), token, story["resume"], story["key"]) == []


def test_the_record_of_looks_names_rows_and_no_words(story):
    rows = [row for row in hostile.dump().splitlines() if canary("last_name") in row]

    # The request itself, with its search text; nothing else repeats who it is about.
    assert len(rows) == 1


# P27 beside the matrix


@pytest.mark.parametrize("change", ["is_active", "is_staff"])
def test_somebody_who_left_gets_nothing_more_out_of_an_open_page(change):
    nurse, inquiry = a_user("Clinician"), an_inquiry()
    client = Client()
    client.force_login(nurse)
    page = client.get(address(inquiry, "note"))
    seen = {f"seen_{name}": value for name, value in vars(page.context["seen"]).items()}
    setattr(nurse, change, False)
    nurse.save()

    refused = client.post(address(inquiry, "note"), seen | {"text": "words after leaving"})

    assert refused.status_code in (302, 403)
    assert inquiry.reference not in refused.content.decode()
    assert not inquiry.notes.exists()
    assert client.get(address(inquiry)).status_code == 302


def test_rights_that_were_given_by_hand_end_with_the_account():
    user = a_user(None, password=PASSWORD)
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="requests"))
    client = Client()
    client.force_login(user)
    inquiry = an_inquiry()
    assert client.get(address(inquiry)).status_code == 200

    user.is_active = False
    user.save()

    assert client.get(address(inquiry)).status_code == 302
    assert (
        Client().post("/staff/login/", {"username": user.username, "password": PASSWORD}).status_code == 422
    )


def test_sending_empties_the_draft_and_ends_its_links(story):
    draft = draft_of(story["patient"])

    assert (draft.answers, draft.resume_hash) == ({}, None)
    assert not Draft.objects.filter(inquiry=None).exists()
    assert Client().post(reverse("requests:resume", args=[story["resume"]])).status_code == 404
