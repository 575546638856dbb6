"""Hostile input through the form and the staff pages, and what becomes of it on every page and in mails."""

import re
import unicodedata
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.calendar import local_today
from clinic.delivery import Sender
from requests import steps
from requests.admin.verbs import VERBS
from requests.models import Draft, Inquiry, PhoneCall

from . import hostile
from .builders import a_user, an_inquiry
from .intake import answer, client_of, complete_answers, complete_draft, draft_of, post_for, send, url, walk
from .triage import address, do, opened

pytestmark = pytest.mark.django_db


def a_staff(role="Clinician", **fields: Any):
    client = Client()
    client.force_login(a_user(role, **fields))
    return client


# P20: naughty texts

ALWAYS = ("name", "anything-else")
BY_TURNS = (("phone", "health"), ("email", "date-of-birth"), ("visit",))
TYPED = {"first_name", "last_name", "preferred_name", "phone", "email", "anything_else"}
TYPED |= {f"visit_date_{number}_{part}" for number in (1, 2, 3) for part in ("month", "day", "year")}
TYPED |= {f"date_of_birth_{part}" for part in ("month", "day", "year")}


def filled(slug: str, text: Any) -> dict[str, Any]:
    """The page with this text in everything that can be typed on it."""
    step = steps.find(slug)
    assert step is not None
    data = post_for(step, complete_answers())
    if slug == "health":
        data |= dict.fromkeys(hostile.HEALTH, "yes") | {f"{name}_details": text for name in hostile.HEALTH}
    return data | {name: text for name in data if name in TYPED}


@pytest.mark.parametrize("number", range(len(hostile.NAUGHTY)))
def test_a_naughty_text_is_kept_as_typed_or_refused_with_words(number):
    text, draft = hostile.NAUGHTY[number], complete_draft()
    client = client_of(draft)

    for slug in (*ALWAYS, *BY_TURNS[number % 3]):
        assert client.post(url(slug), filled(slug, text)).status_code in (302, 422), slug
    assert number % 4 or client.get(reverse("requests:check")).status_code == 200
    answers = Draft.objects.get(pk=draft.pk).answers
    kept = {
        as_kept(text),
        as_kept(text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")),
        "",
    }
    assert {answers["first_name"], answers["last_name"]} <= {*kept, "Rosa", "Example"}
    assert answers["anything_else"] in kept
    assert answers.get("reaction_details", "") in kept


def as_kept(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("raw", hostile.RAW)
def test_bytes_that_are_no_text_are_no_fault(raw):
    client = client_of(complete_draft())
    kind = "application/x-www-form-urlencoded"

    for slug, field in (("anything-else", b"anything_else"), ("name", b"first_name"), ("email", b"email")):
        for body in (field + b"=" + raw, raw + b"=x", field + b"[]=" + raw):
            assert client.generic("POST", url(slug), body, content_type=kind).status_code in (302, 422)
    part = b'--X\r\nContent-Disposition: form-data; name="anything_else"\r\n\r\n' + raw + b"\r\n--X--\r\n"
    form = "multipart/form-data; boundary=X"
    assert client.generic("POST", url("anything-else"), part, content_type=form).status_code in (302, 422)
    assert draft_of(client).answers["anything_else"] in ("", *[as_kept(raw.decode(errors="replace"))])


PATHS = (
    "/procedures/{0}/",
    "/requests/{0}/",
    "/requests/new/{0}/?from={0}&change={0}",
    "/requests/new/resume/{0}/",
)
MORE_PATHS = (
    "/{0}?{0}={0}",
    "/requests/{0}/withdraw/",
    "/staff/{0}",
    "/staff/login/?next={0}",
    "/static/{0}",
)
STAFF_PATHS = (
    "/staff/requests/inquiry/?view={0}&status={0}&assignee={0}&page={0}&wants={0}&{0}=1",
    "/staff/requests/inquiry/{0}/",
    "/staff/requests/inquiry/{pk}/decline/?reason={0}",
    "/staff/requests/inquiry/{pk}/duplicate/?reference={0}",
    "/staff/procedures/explainer/?q={0}&p={0}&o={0}",
)


def in_an_address(text: str | bytes) -> str:
    return quote(text[:400])


TEXTS = [in_an_address(text) for text in (*hostile.NAUGHTY, *hostile.RAW)]


@pytest.mark.parametrize(
    ("role", "paths", "texts"),
    [
        (None, PATHS, TEXTS),
        (None, MORE_PATHS, TEXTS[::5]),
        ("superuser", STAFF_PATHS, [*TEXTS[::6], in_an_address("①²")]),
    ],
)
def test_naughty_addresses_are_no_fault(role, paths, texts):
    client, inquiry = hostile.signed_in(role), an_inquiry()

    codes = {
        path: client.get(path).status_code
        for text in texts
        for path in (pattern.format(text, pk=inquiry.pk) for pattern in paths)
    }

    assert {path: code for path, code in codes.items() if code not in (200, 301, 302, 400, 404, 422)} == {}


def test_naughty_words_find_nothing_and_break_nothing():
    superuser = a_staff("superuser")
    an_inquiry()

    for text in hostile.NAUGHTY[::2]:
        found = superuser.post("/staff/requests/inquiry/search/", {"words": text}, follow=True)
        assert found.status_code == 200


COOKIES = (
    '"' + r"\000" * 12 + '"',
    '"' + r"\377" * 12 + '"',
    "a" * 4000,
    '"\\"',
    "ÿ",
    "'; --",
    "=",
    '"',
    "%00",
)


@pytest.mark.parametrize("value", COOKIES, ids=range(len(COOKIES)))
def test_naughty_cookies_are_no_fault(value):
    for name in ("session", "draft", "csrf"):
        client = Client(HTTP_COOKIE=f"{name}={value}")
        for path in ("/", "/requests/new/who-for/", "/staff/", "/nothing/"):
            assert client.get(path).status_code in (200, 302, 404)
            assert client.post(path).status_code in (302, 403, 404, 405, 410, 422)


# P20: the direction of texts

HEBREW = "שלום"


def test_no_text_turns_the_direction_of_what_stands_around_it():
    patient = Client()
    told = hostile.everything(lambda field: f"{HEBREW} {field}")
    told |= {"helper_phone_typed": f"{HEBREW} 202 555 0188", "phone_typed": f"{HEBREW} 202 555 0147"}
    walk(patient, **told)
    pages = {"check": patient.get(reverse("requests:check")).content.decode()}
    inquiry = send(patient)
    nurse = a_staff("Clinician", first_name=HEBREW, last_name=f"{HEBREW}{HEBREW}", credential="RN")
    for verb in ("triage", "write", "note"):
        do(nurse, inquiry, verb, text=f"{HEBREW} 1")
    do(nurse, inquiry, "phone", outcome="reached", text=f"{HEBREW} 2")
    pages |= hostile.pages_about(inquiry, nurse, patient)
    at_the_desk = hostile.pages_about(inquiry, a_staff("Reception"), patient)
    pages |= {f"{name} for reception": page for name, page in at_the_desk.items()}
    other = client_of(complete_draft())
    Draft.objects.filter(inquiry=None).delete()
    gone = other.post(url("anything-else"), {"anything_else": HEBREW})
    pages["gone"] = gone.content.decode()

    found = {name: hostile.isolated(page, HEBREW) for name, page in pages.items()}

    assert [text for _, turning in found.values() for text in turning] == []
    shown = {name for name, (count, _) in found.items() if count}
    assert {"check", "inquiry", "queue", "home", "search", "write", "write stale", "status", "gone"} <= shown


# P13: stored script

PAYLOADS = (
    "<x-evil onx=1>", '"><x-evil onx=1>', "'><x-evil onx=1>", "</textarea><x-evil>", "</title><x-evil>", "</script><x-evil>",
    "</bdi></p><x-evil>", "<!--<x-evil>", "--><x-evil>", "]]><x-evil>", "<svg/onx=1 x-evil>", '" onx=1 x-evil="', "' onx=1 x-evil='",
    "` onx=1 x-evil=`", " onx=1 x-evil ", "x onx=1 x-evil=", "{{ '<x-evil>'|safe }}", "{% autoescape off %}<x-evil>", "&lt;x-evil&gt;",
    "&#60;x-evil&#62;", "&#x3c;x-evil&#x3e;", "\\u003cx-evil\\u003e", "\\x3cx-evil\\x3e", "%3Cx-evil%3E", "%253Cx-evil%253E",
    "＜x-evil＞", "‹x-evil›", "<scr<x-evil>ipt>", "<x-evil\n>", "<x-evil/", "<x-evil", "<\nx-evil>", "< x-evil>", "<%x-evil>",
    "javascript:x-evil", "data:text/html,<x-evil>", "<a href='javascript:x-evil'>", "<img src=x onx=1 x-evil>", "<base href=//x-evil>",
    "<meta http-equiv=refresh content='0;x-evil'>", "<iframe srcdoc='<x-evil>'>", "<style>@import'//x-evil'</style>",
    "<form action=//x-evil>", "<math><mtext><x-evil>", "<template><x-evil>", "\"'><x-evil>${x}", "<x-evil>" * 8, "'\"<>&",
)  # fmt: skip
ADDRESSES = (
    '"<x-evil>"@example.com',
    "x?bcc=evil%40evil.example&body=x-evil@example.com",
    '"onx=1"@example.com',
)
PHONES = ("202-555-0147;isub=<x-evil>", "<x-evil> 202 555 0147", "'onx=1 202 555 0147")


OUR_SCRIPTS = [
    ("script", [("src", f"/static/clinic/{name}.js"), ("defer", None)]) for name in ("inbox", "here")
]


class Evil(HTMLParser):
    """Elements and attributes that came from a payload."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = " ".join(name for name, _ in attrs)
        places = " ".join(
            value or "" for name, value in attrs if name in ("href", "src", "action", "content", "srcdoc")
        )
        is_odd = (
            "evil" in tag
            or "onx" in names
            or "evil" in names
            or tag in ("base", "iframe", "math", "style", "script")
        )
        if (tag, attrs) in OUR_SCRIPTS:
            return
        if (
            is_odd
            or re.match(r"\s*(javascript|data|vbscript):", places, re.IGNORECASE)
            or "//x-evil" in places
        ):
            self.found.append((tag, attrs))


@pytest.mark.parametrize("turn", range(len(ADDRESSES)))
def test_nothing_that_a_patient_typed_becomes_part_of_a_page(turn):
    """Each payload in some fields of each turn: through the form, onto every page that shows it."""
    patient, numbers = Client(), {field: number for number, field in enumerate(hostile.FREE_TEXTS)}
    spread = len(hostile.FREE_TEXTS)
    told = hostile.everything(
        lambda field: PAYLOADS[(numbers[field] + turn * spread) % len(PAYLOADS)].strip()
    )
    told |= {"email": ADDRESSES[turn], "helper_phone_typed": PHONES[turn], "phone_typed": PHONES[turn]}
    told = {key: one_line(value) if key != "anything_else" else value for key, value in told.items()}
    walk(patient, **told)
    pages = {
        step.slug: patient.get(url(step.slug)).content.decode()
        for step in steps.asked(complete_answers(**told))
    }
    pages["wrong"] = answer(patient, "name", first_name=PAYLOADS[turn] * 20).content.decode()
    pages["check"] = patient.get(reverse("requests:check")).content.decode()
    inquiry = send(patient)
    nurse = a_staff()
    for verb in ("triage", "write", "note"):
        do(nurse, inquiry, verb, text=" ".join(PAYLOADS))
    pages |= hostile.pages_about(inquiry, nurse, patient)
    pages["typed"] = nurse.post(address(inquiry, "write"), {"text": " ".join(PAYLOADS)}).content.decode()

    assert {name: Evil(page).found for name, page in pages.items() if Evil(page).found} == {}
    raw = [text for text in (*PAYLOADS, *PHONES, *ADDRESSES) if "<" in text or '"' in text]
    assert {(name, text) for name, page in pages.items() for text in raw if text in page} == set()
    assert "x-evil" in pages["inquiry"]
    assert "x-evil" in pages["status"]


def one_line(value: Any) -> Any:
    return value.replace("\n", " ") if isinstance(value, str) else value


def test_an_address_adds_nothing_to_the_mail_that_staff_write():
    inquiry = an_inquiry(email="rosa?bcc=evil%40evil.example&body=hello@example.com")

    page = a_staff().get(address(inquiry)).content.decode()

    assert re.findall(r'href="(mailto:[^"]+)"', page) == [
        "mailto:rosa%3Fbcc%3Devil%2540evil.example%26body%3Dhello@example.com"
    ]


@pytest.mark.parametrize("unseen", ["\u200b", "\u200f", "\ufeff", "\u2060", "\u00ad", "\u202a", "\u2068"])
def test_what_was_copied_along_unseen_is_left_out(unseen):
    """With it no mail would arrive, although the address looks right."""
    client = client_of(complete_draft())

    assert client.post(url("email"), {"email": f"{unseen}rosa@example.com{unseen}"}).status_code == 302
    assert client.post(url("phone"), {"phone": f"{unseen}202-555-0147{unseen}"}).status_code == 302
    kept = draft_of(client).answers
    assert (kept["email"], kept["phone_typed"]) == ("rosa@example.com", "202-555-0147")


@pytest.mark.parametrize("host", ["[127.0.0.1]", "[::1]", "[IPv6:::1]", "localhost", "127.0.0.1"])
def test_no_mail_goes_to_a_machine_by_its_number(host):
    client = client_of(complete_draft())

    assert client.post(url("email"), {"email": f"rosa@{host}"}).status_code == 422


# P17: headers of mails

BREAKS = (
    "\r\n",
    "\n",
    "\r",
    "%0a",
    "%0d%0a",
    "\u2028",
    "\u2029",
    "\u0085",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x00",
    "\t",
    " ",
    ",",
    ";",
)


@pytest.mark.parametrize("end", BREAKS, ids=range(len(BREAKS)))
def test_no_text_of_a_patient_reaches_the_head_of_a_mail(end):
    """One mail to one address with our own headers, or none and a field error; never a fault."""
    evil = f"a@example.com{end}Bcc: evil@evil.example"
    patient = client_of(complete_draft(channel="email", phone="", phone_typed=""))
    for slug, typed in (
        ("email", {"email": evil}), ("email", {"email": f'"a{end}b"@example.com'}), ("name", {"first_name": evil}),
        ("phone", {"phone": f"202-555-0147{end}Bcc: evil@evil.example"}),
    ):  # fmt: skip
        assert patient.post(
            url(slug), filled(slug, "") | {"email": "rosa@example.com"} | typed
        ).status_code in (302, 422)
    inquiry = send(patient)

    Sender().send_due()

    assert len(mail.outbox) <= 1
    for message in mail.outbox:
        built = message.message()
        assert message.recipients() == [inquiry.email]
        assert built.get_all("To") == [built["To"]]
        assert not {"bcc", "cc"} & {name.lower() for name in built}
        assert "evil.example" not in built.as_string()


# P21: shapes that no browser sends

SHAPES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b'{"first_name": "Rosa", "first_name": ["x"]}'),
    ("application/json", b"[" * 100_000),
    ("application/json", b"NaN"),
    ("text/plain", b"first_name=Rosa"),
    ("text/xml", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
    ("", b"first_name=Rosa"),
    ("application/x-www-form-urlencoded", b""),
    ("application/octet-stream", b"\x00\xff" * 1000),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=", b"empty boundary"),
    ("multipart/form-data; boundary=X", b""),
    ("multipart/form-data; boundary=X", b"--X\r\nnonsense\r\n\r\nx"),
    ("multipart/form-data; boundary=X", b'--X\r\nContent-Disposition: form-data; name="first_name"\r\n'),
    ("multipart/form-data; boundary=X",
     b'--X\r\nContent-Disposition: form-data; name="first_name"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--X--\r\n'),
    ("multipart/form-data; boundary=" + "X" * 300, b"--X\r\n"),
    ("multipart/mixed; boundary=X", b"--X--\r\n"),
    ("a/b; c=" + ";" * 2000, b"x"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), SHAPES, ids=range(len(SHAPES)))
def test_a_body_of_another_shape_is_no_fault_and_changes_nothing(kind, body):
    draft, inquiry = complete_draft(), an_inquiry(status="in_triage", assignee=a_user("Clinician"))
    client = client_of(draft)
    client.force_login(a_user("superuser"))
    before = hostile.database(without=hostile.WRITTEN_BY_LOOKING)
    posts = (url("name"), url("emergency-signs"), address(inquiry, "write"), address(inquiry, "close"),
             "/staff/login/", "/staff/clinic/user/add/", "/staff/password_change/")  # fmt: skip

    codes = {path: client.generic("POST", path, body, content_type=kind).status_code for path in posts}

    assert {path: code for path, code in codes.items() if code not in (200, 400, 409, 422)} == {}
    assert hostile.database(without=hostile.WRITTEN_BY_LOOKING) == before


def test_files_are_never_taken():
    client = client_of(complete_draft())
    file = SimpleUploadedFile("../../evil.php", b"<?php", content_type="text/html")
    data = filled("name", "Rosa") | {"first_name": file, "extra": file}

    response = client.post(url("name"), data)

    assert response.status_code == 302
    assert draft_of(client).answers["first_name"] == ""
    many = {f"file-{number}": SimpleUploadedFile(f"{number}.txt", b"x") for number in range(101)}
    assert client.post(url("name"), many).status_code == 400


@pytest.mark.parametrize("slug", ["anything-else", "emergency-signs"])
def test_more_than_a_thousand_fields_are_refused(slug):
    client = client_of(complete_draft())
    many = {f"field-{number}": "x" for number in range(1001)}

    assert client.post(url(slug), many).status_code == 400
    assert client.post(url(slug), {"anything_else": ["x"] * 1001}).status_code == 400
    assert client.get(url(slug) + "?" + "a=1&" * 1001).status_code in (200, 302, 400)


def test_of_a_doubled_field_the_last_counts_everywhere():
    """What is checked is what is kept: the same one of both."""
    client = client_of(complete_draft())

    def post(slug: str, **doubled: list[str]) -> int:
        return client.post(url(slug), filled(slug, "x") | doubled).status_code

    assert post("name", first_name=["<b>", "Last"], last_name=["\x00", "Name"]) == 302
    assert post("email", email=["bad", "last@example.com"]) == 302
    assert post("email", email=["last@example.com", "bad"]) == 422
    assert post("been-before", been_before=["nonsense", "yes"]) == 302
    kept = draft_of(client).answers
    assert (kept["first_name"], kept["last_name"], kept["email"], kept["been_before"]) == (
        "Last", "Name", "last@example.com", "yes",
    )  # fmt: skip


def test_an_emergency_sign_beside_none_never_passes():
    """However the boxes are doubled or spelled."""
    for typed in ({"emergency": ["none", "saddle"]}, {"emergency": ["saddle", "none"]}, {"emergency[]": ["none"]},
                  {"emergency": ["none "]}, {"emergency": ["NONE"]}, {"emergency": ["none", "none", "saddle"]}):  # fmt: skip
        client = Client()
        answer = client.post(url("emergency-signs"), typed)
        stops = (302, url("emergency-care")) if "saddle" in typed.get("emergency", ()) else (422, None)
        assert (answer.status_code, answer.get("Location")) == stops
        assert not Draft.objects.exists()


# P19: fields that nobody was asked for

EXTRA = {
    name: "1"
    for name in (
        "id", "pk", "status", "assignee", "assigned_to", "token", "token_hash", "key_hash", "resume_hash", "reference", "urgency",
        "answer_by", "submitted_at", "created_at", "expires_at", "is_stopped", "red_flag_changed", "inquiry", "inquiry_id", "draft_id",
        "is_staff", "is_superuser", "_state", "safety_text", "edition", "decline_reason", "duplicate_of", "answers", "first_answered_at",
        "patient", "by", "user", "groups", "consent", "retention_until", "privacy_given", "peg_pain", "search_text",
    )
}  # fmt: skip


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda step: step.slug)
def test_a_page_of_the_form_takes_its_own_answers_only(step):
    draft = complete_draft(**hostile.everything(lambda field: "words"))
    before = vars(Draft.objects.get(pk=draft.pk))
    others = {
        "first_name": "Mallory",
        "email": "m@evil.example",
        "topic_other": "Mallory",
        "pain_side": "right",
    }
    own = post_for(step, draft.answers)

    response = client_of(draft).post(url(step.slug), {**EXTRA, **others, **own})

    after = Draft.objects.get(pk=draft.pk)
    assert response.status_code == 302
    assert after.answers == draft.answers
    columns = (
        "id",
        "key_hash",
        "resume_hash",
        "inquiry_id",
        "is_stopped",
        "red_flag_changed",
        "created_at",
        "edition_id",
    )
    assert [getattr(after, name) for name in columns] == [before[name] for name in columns]


def test_sending_and_withdrawing_take_no_other_field():
    client = client_of(complete_draft())
    client.post(reverse("requests:send"), {**EXTRA, "status": "booked", "privacy_given": "on"})
    inquiry = Inquiry.objects.get()

    assert (inquiry.status, inquiry.urgency, inquiry.assignee, inquiry.reference == "1") == (
        "new",
        0,
        None,
        False,
    )
    assert inquiry.answers == complete_answers()

    client.post(reverse("requests:withdraw", args=[inquiry.token]), EXTRA | {"status": "booked"})
    after = Inquiry.objects.get()
    assert (after.status, after.urgency, after.assignee) == ("withdrawn", 0, None)


def make_possible(verb: str, inquiry: Inquiry) -> None:
    """What some verbs need before."""
    now = timezone.now()
    if verb == "wake":
        Inquiry.objects.filter(pk=inquiry.pk).update(snoozed_until=local_today() + timedelta(days=3))
    if verb == "settle":
        Inquiry.objects.filter(pk=inquiry.pk).update(patient_wrote_at=now)
    if verb == "letter":
        for hours in (9, 6, 3):
            at, by = now - timedelta(hours=hours), inquiry.assignee
            PhoneCall.objects.create(inquiry=inquiry, by=by, outcome="no_answer", text="", at=at)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_writes_its_own_fields_only(verb):
    staff, nurse = a_staff("Clinician"), a_user("Triage nurse")
    inquiry = an_inquiry(status="closed" if verb == "reopen" else "new", assignee=nurse)
    make_possible(verb, inquiry)
    other = an_inquiry()
    typed = {
        "text": "words", "outcome": "reached", "to": str(nurse.pk), "reason": "not_offered", "reference": other.reference,
    }  # fmt: skip
    columns = (
        "id",
        "reference",
        "token_hash",
        "draft_id",
        "urgency",
        "submitted_at",
        "first_name",
        "email",
        "topic",
        "edition_id",
    )
    before, untouched = Inquiry.objects.get(pk=inquiry.pk), hostile.database()["clinic_user"]
    page = opened(staff, inquiry, verb, **({"reason": "not_offered"} if verb == "decline" else
                                          {"reference": other.reference} if verb == "duplicate" else {}))  # fmt: skip

    answered = staff.post(address(inquiry, verb), {**EXTRA, "first_name": "Mallory", **typed, **page})

    after = Inquiry.objects.get(pk=inquiry.pk)
    assert answered.status_code in (302, 409, 422)
    assert [getattr(after, name) for name in columns] == [getattr(before, name) for name in columns]
    assert hostile.database()["clinic_user"] == untouched
    assert Inquiry.objects.get(pk=other.pk).status == "new"
