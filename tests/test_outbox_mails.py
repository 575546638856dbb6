"""What the mails say, and what no mail may ever say (P17, P69)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import engines
from django.template.base import Node, Token, TokenType, Variable

from clinic import mail
from clinic.models import OutboxMessage

FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
TEMPLATES = sorted(str(file.relative_to(FOLDER.parent)) for file in FOLDER.iterdir())
EVERYTHING = {
    "clinic_name": "Spine & Nerve <Clinic>",
    "phone": "202-555-0100",
    "reference": "ABC-DEF",
    "link": "http://127.0.0.1:8000/requests/canary-token/",
    "emergency": "If it is an emergency, call 911.",
    "answer_by": "Monday, November 23",
    "missed": "Friday, November 20",
    "count": "2 requests are",
    "references": "K7M-2QX: promised for Friday, November 20",
    "overdue": "Sample page: was due November 1, 2026",
    "due": "Another page: due December 1, 2026",
    "unreviewed": "Third page",
}
HOSTILE = [
    "\r", "\n", "\r\nBcc: thief@example.com\r\n", "\n\nBody", "%0aBcc: thief@example.com", "\u2028Bcc: x@example.com",
    "\u0085", "\x0b", "\x0c", "\x1c", "\x00", "\x1b[31m", "a" * 1200, "\u202e", "=?utf-8?q?=0aBcc:?=",
]  # fmt: skip


def a_message(kind: str = "receipt", to: str = "a@example.com", **changes: str) -> OutboxMessage:
    context = {name: value for name, value in EVERYTHING.items() if name in mail.FIELDS[kind]}
    return OutboxMessage(kind=kind, to=to, context=context | changes)


def parts(kind: str) -> tuple[str, str]:
    email = mail.build(a_message(kind))
    return str(email.body), str(email.alternatives[0].content)


def names_in(thing: object, seen: set[int]) -> set[str]:
    """Every variable a compiled template can look up, wherever it hides in its nodes."""
    if id(thing) in seen:
        return set()
    seen.add(id(thing))
    if isinstance(thing, Variable):
        return {str(thing.lookups[0])} if thing.lookups else set()
    if isinstance(thing, Token):
        return {re.split(r"[|.]", thing.contents)[0]} if thing.token_type == TokenType.VAR else set()
    return set().union(*(names_in(part, seen) for part in inside(thing)))


def inside(thing: object) -> list[object]:
    if isinstance(thing, dict):
        return list(thing.values())
    if isinstance(thing, list | tuple | set):
        return list(thing)
    if isinstance(thing, Node) or type(thing).__module__.startswith("django.template"):
        slots = getattr(thing, "__slots__", ())
        return [getattr(thing, name) for name in slots] + list(getattr(thing, "__dict__", {}).values())
    return []


def names_of(source: str) -> set[str]:
    return names_in(engines["django"].from_string(source).template.nodelist, set())


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_mail_template_names_only_allowed_fields(name):
    kind = name.split("/")[1].split(".")[0]
    allowed = mail.FIELDS.get(kind, mail.ALWAYS)

    assert names_of((FOLDER.parent / name).read_text()) - allowed == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_mail_template_is_built_of_mail_templates_only(name):
    used = re.findall(r"{% *(?:extends|include) +([^ %]+)", (FOLDER.parent / name).read_text())

    assert {other.strip('"') for other in used} - set(TEMPLATES) == set()


@pytest.mark.parametrize(
    "source",
    [
        "{{ first_name }}",
        "{{ inquiry.first_name }}",
        "{{ link|default:topic }}",
        "{% if topic %}x{% endif %}",
        "{% for row in answers %}x{% endfor %}",
        "{% include 'mail/_link.txt' with link=topic %}",
        "{% with link=topic %}{{ link }}{% endwith %}",
        "{% load i18n %}{% blocktranslate with link=topic %}{{ link }}{% endblocktranslate %}",
        "{% load i18n %}{% blocktranslate %}About {{ topic }}{% endblocktranslate %}",
        "{% firstof link topic %}",
    ],
)
def test_the_test_above_finds_a_forbidden_field(source):
    assert names_of(source) & {"first_name", "inquiry", "topic", "answers"} != set()


def test_no_field_could_hold_a_name_or_an_answer():
    fields = set().union(*mail.FIELDS.values())

    to_staff = (mail.FIELDS["reviews"] | mail.FIELDS["late"]) - mail.ALWAYS
    assert to_staff == {"overdue", "due", "unreviewed", "count", "references"}
    days = {"answer_by", "missed"}
    assert fields - to_staff == {"clinic_name", "phone", "reference", "link", "emergency"} | days


@pytest.mark.parametrize("kind", mail.FIELDS)
def test_every_mail_has_a_title_for_the_status_page(kind):
    assert mail.TITLES[kind]


@pytest.mark.parametrize("kind", mail.FIELDS)
def test_both_parts_are_complete(kind):
    for part in parts(kind):
        shown = {name for name in mail.FIELDS[kind] if EVERYTHING[name].split("&")[0] in part}
        assert shown == mail.FIELDS[kind]


@pytest.mark.parametrize("kind", mail.FIELDS)
def test_text_is_not_escaped_and_html_is(kind):
    text, html = parts(kind)

    assert (text.count("Spine & Nerve <Clinic>"), html.count("Spine &amp; Nerve &lt;Clinic&gt;")) == (1, 1)


@pytest.mark.parametrize("kind", mail.FIELDS)
def test_the_html_part_asks_nothing_of_the_network(kind):
    html = parts(kind)[1]

    assert (
        re.findall(r"<(?:img|link|script|iframe|object|video|audio|form)\b|url\(|@import|\bsrc", html) == []
    )
    phone = {"tel:+12025550100"} if "phone" in mail.FIELDS[kind] else set()
    assert set(re.findall(r'href="([^"]+)"', html)) == {EVERYTHING["link"]} | phone


@pytest.mark.parametrize("kind", mail.FIELDS)
def test_the_subject_and_the_headers_hold_no_link(kind):
    email = mail.build(a_message(kind)).message()

    assert ("ABC-DEF" in email["Subject"]) == ("reference" in mail.FIELDS[kind])
    assert [name for name, value in email.items() if "canary" in value] == []


def test_a_mail_carries_exactly_these_headers():
    message = a_message()
    email = mail.build(message).message()

    assert sorted(email.keys()) == [
        "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To",
    ]  # fmt: skip
    assert email["Message-ID"] == message.message_id
    assert email["Auto-Submitted"] == "auto-generated"


def test_every_attempt_has_the_same_message_id_and_date():
    message = a_message()
    first, second = mail.build(message).message(), mail.build(message).message()

    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


@pytest.mark.parametrize("field", sorted(EVERYTHING))
@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_a_hostile_field_adds_no_header(field, hostile):
    kind = next(kind for kind, fields in mail.FIELDS.items() if field in fields)
    email = mail.build(a_message(kind, **{field: f"x{hostile}y"})).message()

    assert email.get_all("To") == ["a@example.com"]
    assert sorted(email.keys()) == sorted(mail.build(a_message()).message().keys())
    assert "\n" not in str(email["Subject"]).replace("\n ", "")


@pytest.mark.parametrize(
    "to",
    [
        *(f"a{hostile}@example.com" for hostile in HOSTILE),
        "a@example.com,b@example.com",
        "a@example.com b@example.com",
        '"a\x0bb"@example.com',
        "A <a@example.com>",
        "a@example.com\n",
        f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}",
        "",
    ],
    ids=ascii,
)
def test_an_address_that_is_not_one_plain_address_is_refused(to):
    with pytest.raises(ValidationError):
        mail.build(a_message(to=to))


def test_an_unknown_kind_or_field_is_refused():
    with pytest.raises(ValueError, match="no mail called 'gossip'"):
        mail.check("gossip", {})
    with pytest.raises(ValueError, match=r"\['topic'\]"):
        mail.check("news", {**a_message("news").context, "topic": "back pain"})
    with pytest.raises(ValueError, match=r"\['link'\]"):
        mail.check("news", {name: "x" for name in mail.ALWAYS - {"link"}})
