"""What the attacks share: every address there is, what the database holds, hostile texts.

a_world(tmp_path)     one row behind every kind of address
addresses(world)      each pattern of the resolver with an address that opens it
database()            a checksum of every table of ours
isolated(page, mark)  whether every text with `mark` has its direction to itself
everything(text)      answers that fill every free field
pages_about(...)      every page that shows a request
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from clinic.models import ClinicProfile, Holiday, OpeningHours, User
from procedures import questions
from procedures.models import AskedQuestion, Explainer, Feedback, Reference, Review, SharedWords
from procedures.question_form import new_token
from requests import actions
from requests.admin.verbs import VERBS
from requests.models import Absence, Inquiry, Reply, SavedView

from . import pages
from .builders import a_role, a_user, an_inquiry
from .rules import first_rules

# Rows that looking is meant to write: who looked, who is looking now, how often somebody came,
# the renewed session, an edition's leaflet when it is asked for the first time.
WRITTEN_BY_LOOKING = {
    "requests_accesslog", "clinic_ratebucket", "clinic_dailycount", "django_session", "procedures_editionfile",
    "requests_presence",
}  # fmt: skip
STAFF_APPS = ("clinic", "auth", "procedures", "requests")


class World(NamedTuple):
    inquiry: Inquiry
    user: User
    explainer: Explainer
    rows: dict[str, Any]
    code: str
    question_token: str


def a_world(folder: Path) -> World:
    explainer = pages.a_published_page(folder)
    first_rules()
    edition = explainer.current_edition
    assert edition is not None
    nurse = a_user("Triage nurse", credential="RN")
    review = Review.objects.create(
        edition=edition, reviewer=nurse, reviewer_name="R. Eviewer", credential="MD",
        reviewed_on=date(2026, 1, 1), next_due=date(2026, 6, 1),
    )  # fmt: skip
    inquiry = an_inquiry(status="in_triage", assignee=nurse)
    reply = actions.save_reply(Reply(), by=None, title="Call us", place=1, is_active=True, texts={"en": "Hi"})
    token = new_token()
    question = questions.send(edition=edition, text="May I drive home?", email="", token=token)
    asked = AskedQuestion.objects.create(explainer=explainer, question="May I eat?", answer="Yes. {.own}")
    profile = ClinicProfile.objects.first() or ClinicProfile.objects.create(
        name="Clinic", phone="202-555-0100"
    )
    absence = Absence.objects.create(
        user=nurse, entered_by=nurse, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2)
    )
    rows = {
        "clinic/user": nurse.pk,
        "auth/group": a_role("Reception").pk,
        "clinic/clinicprofile": profile.pk,
        "clinic/openinghours": OpeningHours.objects.create(weekday=0, opens_at=time(8), closes_at=time(9)).pk,
        "clinic/holiday": Holiday.objects.create(on=date(2026, 7, 4), name="Sample day").pk,
        "procedures/explainer": explainer.pk,
        "procedures/reference": Reference.objects.first().pk,
        "procedures/edition": edition.pk,
        "procedures/review": review.pk,
        "procedures/safetytext": inquiry.safety_text_id,
        "procedures/sharedwords": SharedWords.objects.first().pk,
        "procedures/question": question.pk,
        "procedures/askedquestion": asked.pk,
        "procedures/feedback": Feedback.objects.create(edition=edition, is_useful=True, count=1).pk,
        "requests/inquiry": inquiry.pk,
        "requests/views": SavedView.objects.create(
            owner=nurse, name="Shared", view="todo", is_shared=True
        ).pk,
        "requests/absences": absence.pk,
        "requests/rules": "fever",
        "requests/replies": reply.pk,
    }
    return World(inquiry, nurse, explainer, rows, edition.code, token)


def patterns(resolver: Any = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield before + str(entry.pattern)
        else:
            yield from patterns(entry, before + str(entry.pattern))


def addresses(world: World) -> dict[str, str]:
    """Patterns that are regular expressions get a plain name; an app's page becomes four."""
    found = {}
    for pattern in patterns():
        if pattern.startswith("staff/^(?P<app_label>"):
            found |= {f"staff/{app}/": f"/staff/{app}/" for app in STAFF_APPS}
        elif pattern == "staff/(?P<url>.*)$":
            found["staff/..."] = "/staff/no-such-page/"
        else:
            found[pattern] = address_of(pattern, world)
    return found


def address_of(pattern: str, world: World) -> str:
    return "/" + re.sub(r"<[^>]+>", lambda part: value_for(part[0], pattern, world), pattern)


def value_for(part: str, pattern: str, world: World) -> str:
    named = {
        "<slug:variant>": "large",
        "<slug:table>": "weeks",
        "<str:code>": world.code,
        "<str:answer>": "yes",
        "<int:number>": "1",
    }
    if part in named:
        return named[part]
    if pattern.startswith("questions/"):
        return world.question_token
    if pattern.startswith("staff/"):
        return str(world.rows.get("/".join(pattern.split("/")[1:3])))
    if pattern.startswith("requests/<"):
        return world.inquiry.token
    if "<slug:" in pattern and not pattern.startswith("requests/"):
        return world.explainer.slug
    return {"requests/new/<slug:slug>/": "emergency-signs"}.get(pattern, "no-such-token")


def is_private(pattern: str) -> bool:
    return pattern.startswith(("staff/", "requests/", "questions/")) or pattern.endswith("/question/")


def database(*, without: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
    """One checksum a table, over every column of every row."""
    sums = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - without):
            cursor.execute(
                f"SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '')"  # noqa: S608
                f' FROM "{table}" t'
            )
            sums[table] = cursor.fetchone()[0]
    return sums


def dump() -> str:
    """Every row of every table as text, like a dump."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def signed_in(role: str | None, **options: Any) -> Client:
    """`inactive` is somebody who left while being signed in; None is nobody."""
    client = Client(**options)
    if role == "inactive":
        user = a_user("Clinician")
        client.force_login(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif role:
        client.force_login(a_user(role))
    return client


class _Isolation(HTMLParser):
    """Texts that hold the mark, each with whether something isolates their direction."""

    VOID = {"meta", "link", "br", "hr", "img", "input", "path", "circle", "source", "wbr"}

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.mark, self.open, self.found = mark, [], []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            isolates = tag in ("bdi", "textarea", "title", "option") or ("dir", "auto") in attrs
            self.open.append((tag, isolates))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if self.mark in data:
            self.found.append((data.strip(), any(isolates for _, isolates in self.open)))


def isolated(page: str, mark: str) -> tuple[int, list[str]]:
    """How many texts hold the mark, and those of them that could turn what stands around them."""
    reader = _Isolation(mark)
    reader.feed(page)
    return len(reader.found), [text for text, is_safe in reader.found if not is_safe]


# Everything a patient can type in free words, with its limit, in a request that opens every question.
FREE_TEXTS = {
    "topic_other": 80, "blood_thinners_details": 200, "pregnant_details": 200, "infection_details": 200,
    "diabetes_details": 200, "reaction_details": 200, "first_name": 128, "last_name": 128, "preferred_name": 128,
    "helper_name": 128, "helper_relationship": 80, "help_details": 200, "language_other": 40, "insurer": 120,
    "referral_where": 200, "anything_else": 500,
}  # fmt: skip
HEALTH = ("blood_thinners", "pregnant", "infection", "diabetes", "reaction")


def everything(text: Callable[[str], str]) -> dict[str, Any]:
    """Answers with `text(field)` in every free field."""
    answers: dict[str, Any] = {field: text(field)[:limit] for field, limit in FREE_TEXTS.items()}
    return answers | dict.fromkeys(HEALTH, "yes") | {
        "topic": "other_procedure", "channel": "other_person", "language": "other", "insurance": "yes",
        "referral": "yes", "help_needs": ["interpreter"], "helper_phone_typed": "202 555 0188",
    }  # fmt: skip


def pages_about(inquiry: Inquiry, staff: Client, patient: Client) -> dict[str, str]:
    """Every page that shows a request, as staff and as the patient read it; also those of mistakes."""
    base = f"/staff/requests/inquiry/{inquiry.pk}/"
    found = {
        "queue": staff.get("/staff/requests/inquiry/"),
        "home": staff.get("/staff/"),
        "inquiry": staff.get(base),
    }
    for verb in VERBS:
        found[verb] = staff.get(f"{base}{verb}/", {"reason": "under_18", "reference": inquiry.reference})
        found[f"{verb} stale"] = staff.post(f"{base}{verb}/", {"seen_events": "0", "text": "x"})
    found["search"] = staff.post("/staff/requests/inquiry/search/", {"words": inquiry.last_name}, follow=True)
    for name in ("status", "withdraw"):
        found[name] = patient.get(reverse(f"requests:{name}", args=[inquiry.token]))
    found["sent"] = patient.get("/requests/new/check-your-answers/")
    return {name: page.content.decode() for name, page in found.items()}


# About 80 texts that have broken other software, in the manner of the Big List of Naughty Strings.
NAUGHTY = (
    "undefined", "null", "None", "NaN", "Infinity", "-1", "0x7fffffff", "1e309", "9" * 40, "1/0", "true", "0", "٠", "½", "①²",
    "2026-02-30", "00/00/0000", "[]", "{}", "[" * 500, '{"a":', "$HOME", "`id`", "$(id)", "; ls", "| cat /etc/passwd", "%s%n%x",
    "%00", "\\x00", "\x00", "a\x00b", "{{ 7*7 }}", "{% debug %}", "${7*7}", "#{7*7}", "' OR 1=1 --", "'; DROP TABLE x; --", "\\'",
    "../../../etc/passwd", "C:\\Windows", "file:///etc/passwd", "<!DOCTYPE x SYSTEM 'file:///x'>", "<x-evil onx=1>", "]]>",
    "a\r\nBcc: x@evil.example", "a\nb", "a\tb", "a\x0bb", "a\x0cb", "a\x1bb", "a\x7fb", "a\x85b", "a\u2028b", "a\u2029b",
    "\u202eevil", "\u2066evil", "\u200fevil", "\u200eevil", "\u061cevil", "\u200d", "\ufeffabc", "\ufffd", "\ufffe", "\uffff",
    "\U0010ffff", "\ue000", "😀👩‍👩‍👧‍👦🏳️‍🌈", "🇺🇸", "Ω≈ç√∫˜µ≤≥÷", "Zoë", "Zoe\u0308", "ﷺ", "ﬀ", "İıſß", "ЁЂЃЄЅІЇЈ", "田中さん", "社會科學院",
    "הָיְתָהtestالصفحات", "بِسْمِ", "T̷̗͖h̵e̸ ̶p̷o̴n̸y̵", "e" + "\u0301" * 100, "e" + "\u0301" * 10_000, "x" * 10_000, "\u2003", "\u3000 a",
    "　", "a" * 127 + "😀", "O'Neil-Śmith, Jr.", "=1+1", "@x", "+1", "＜x-evil＞", "\u1680", "🙂" * 128,
)  # fmt: skip
RAW = (b"%ED%A0%80", b"\xed\xa0\x80", b"%ED%B0%80%ED%A0%80", b"\xc0\x80", b"%C0%80", b"\xff\xfe", b"%FF", b"%F4%90%80%80", b"%E2%82",
       b"%", b"%%", b"%zz", b"%u0000", b"a%00b", b"\x00", b"+", b"%0d%0a", b"a&b;c=d", b"=", b"&&&")  # fmt: skip
# What a spreadsheet program calculates, behind whatever it passes over.
FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " \t=1", " =1", "\u00a0=1", "\u3000=1",
    "\u200b=1", "\ufeff=1", "\u202e=1", "\x1b=1", "=cmd|' /C calc'!A0", '=HYPERLINK("https://evil.example","x")',
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "  \uff1d1", '"=1', "'=1", "\u201c=1", "\u207c1", "\ufe621",
    "\ufe631", "\u22121",
)  # fmt: skip
