"""Who may open and send what, over every address that the resolver knows (P22), and whose word counts."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from requests.models import Inquiry

from . import hostile
from .builders import PASSWORD, a_user, an_inquiry
from .intake import client_of, complete_draft
from .triage import address

pytestmark = pytest.mark.django_db
ROLES = {
    "R": "Reception", "N": "Triage nurse", "C": "Clinician", "E": "Editor", "M": "Manager", "S": "superuser",
}  # fmt: skip

# What everybody gets, signed in or not: by GET and by an empty POST.
PUBLIC = """
(home)                                     200 405
sitemap.xml                                200 405
procedures/                                200 405
procedures/<slug:slug>/                    200 405
conditions/                                200 405
conditions/<slug:slug>/                    404 405
conditions/how-they-differ/                200 405
emergency-signs/                           200 405
glossary/                                  200 405
search/                                    200 405
procedures/<slug:slug>/checklist/          200 405
pain-diary/                                200 405
procedures/<slug:slug>/leaflet.pdf         200 405
procedures/<slug:slug>/leaflet-<slug:variant>.pdf  200 405
conditions/<slug:slug>/leaflet.pdf         404 405
conditions/<slug:slug>/leaflet-<slug:variant>.pdf  404 405
pages/<str:code>.png                       200 405
pages/<str:code>/useful/                   302 403
pages/<str:code>/useful/thanks/            200 405
pages/<str:code>/useful/<str:answer>/      200 403
pages/<str:code>/question/                 200 422
questions/<str:token>/                     200 405
changes.rss                                200 405
requests/new/                              200 302
requests/new/emergency-care/               200 405
requests/new/adults-only/                  200 405
requests/new/check-your-answers/           302 405
requests/new/send/                         405 410
requests/new/expired/                      200 405
requests/new/save/                         302 410
requests/new/resume/<str:token>/           404 404
requests/new/<slug:slug>/                  200 422
requests/<str:token>/                      200 405
requests/<str:token>/write/                302 422
requests/<str:token>/withdraw/             200 302
privacy/                                   200 405
accessibility/                             200 405
language-help/                             200 405
robots.txt                                 200 405
healthz                                    200 405
"""
# Who of the roles gets in, and the answer: by GET and by an empty POST. The others get 403.
STAFF = """
staff/                                                     RNCEMS=200  RNCEMS=200
staff/login/                                               RNCEMS=302  RNCEMS=422
staff/password_change/                                     RNCEMS=200  RNCEMS=200
staff/password_change/done/                                RNCEMS=200  RNCEMS=405
staff/jsi18n/                                              RNCEMS=200  RNCEMS=405
staff/clinic/user/<id>/password/                           MS=200      MS=200
staff/clinic/user/                                         MS=200      MS=200
staff/clinic/user/add/                                     MS=200      MS=200
staff/clinic/user/<path:object_id>/history/                MS=200      MS=200
staff/clinic/user/<path:object_id>/delete/                 -           -
staff/clinic/user/<path:object_id>/change/                 MS=200      MS=200
staff/clinic/user/<path:object_id>/                        RNCEMS=302  RNCEMS=302
staff/auth/group/                                          MS=200      MS=200
staff/auth/group/add/                                      -           -
staff/auth/group/<path:object_id>/history/                 MS=200      MS=200
staff/auth/group/<path:object_id>/delete/                  -           -
staff/auth/group/<path:object_id>/change/                  MS=200      -
staff/auth/group/<path:object_id>/                         RNCEMS=302  RNCEMS=302
staff/clinic/clinicprofile/                                MS=200      MS=200
staff/clinic/clinicprofile/add/                            -           -
staff/clinic/clinicprofile/<path:object_id>/history/       MS=200      MS=200
staff/clinic/clinicprofile/<path:object_id>/delete/        -           -
staff/clinic/clinicprofile/<path:object_id>/change/        MS=200      MS=200
staff/clinic/clinicprofile/<path:object_id>/               RNCEMS=302  RNCEMS=302
staff/clinic/openinghours/                                 MS=200      MS=200
staff/clinic/openinghours/add/                             MS=200      MS=200
staff/clinic/openinghours/<path:object_id>/history/        MS=200      MS=200
staff/clinic/openinghours/<path:object_id>/delete/         MS=200      MS=200
staff/clinic/openinghours/<path:object_id>/change/         MS=200      MS=200
staff/clinic/openinghours/<path:object_id>/                RNCEMS=302  RNCEMS=302
staff/clinic/holiday/                                      MS=200      MS=200
staff/clinic/holiday/add/                                  MS=200      MS=200
staff/clinic/holiday/<path:object_id>/history/             MS=200      MS=200
staff/clinic/holiday/<path:object_id>/delete/              MS=200      MS=200
staff/clinic/holiday/<path:object_id>/change/              MS=200      MS=200
staff/clinic/holiday/<path:object_id>/                     RNCEMS=302  RNCEMS=302
staff/procedures/explainer/<int:pk>/publish/               ES=200      ES=422
staff/procedures/explainer/<int:pk>/schedule/              ES=200      ES=422
staff/procedures/explainer/<int:pk>/take-back/             ES=404      ES=422
staff/procedures/explainer/<int:pk>/problems/              ES=404      ES=422
staff/procedures/explainer/<int:pk>/withdraw/              ES=200      ES=302
staff/procedures/explainer/<int:pk>/bring-back/            ES=200      ES=302
staff/procedures/explainer/<int:pk>/preview/               CES=200     CES=405
staff/procedures/explainer/<int:pk>/screens/               CES=200     CES=405
staff/procedures/explainer/<int:pk>/differences/           CES=200     CES=405
staff/procedures/explainer/                                CES=200     CES=200
staff/procedures/explainer/add/                            ES=200      ES=200
staff/procedures/explainer/<path:object_id>/history/       CES=200     CES=200
staff/procedures/explainer/<path:object_id>/delete/        -           -
staff/procedures/explainer/<path:object_id>/change/        CES=200     ES=422
staff/procedures/explainer/<path:object_id>/               RNCEMS=302  RNCEMS=302
staff/procedures/question/<uuid:pk>/answer/                NCES=200    NCES=422
staff/procedures/question/<uuid:pk>/set-aside/             NCES=200    NCES=422
staff/procedures/question/                                 NCES=200    NCES=200
staff/procedures/question/add/                             -           -
staff/procedures/question/<path:object_id>/history/        NCES=200    NCES=200
staff/procedures/question/<path:object_id>/delete/         -           -
staff/procedures/question/<path:object_id>/change/         NCES=200    -
staff/procedures/question/<path:object_id>/                RNCEMS=302  RNCEMS=302
staff/procedures/askedquestion/                            ES=200      ES=200
staff/procedures/askedquestion/add/                        ES=200      ES=200
staff/procedures/askedquestion/<path:object_id>/history/   ES=200      ES=200
staff/procedures/askedquestion/<path:object_id>/delete/    ES=200      ES=200
staff/procedures/askedquestion/<path:object_id>/change/    ES=200      ES=200
staff/procedures/askedquestion/<path:object_id>/           RNCEMS=302  RNCEMS=302
staff/procedures/feedback/                                 CES=200     CES=200
staff/procedures/feedback/add/                             -           -
staff/procedures/feedback/<path:object_id>/history/        CES=200     CES=200
staff/procedures/feedback/<path:object_id>/delete/         -           -
staff/procedures/feedback/<path:object_id>/change/         CES=200     -
staff/procedures/feedback/<path:object_id>/                RNCEMS=302  RNCEMS=302
staff/procedures/reference/                                CES=200     CES=200
staff/procedures/reference/add/                            ES=200      ES=200
staff/procedures/reference/<path:object_id>/history/       CES=200     CES=200
staff/procedures/reference/<path:object_id>/delete/        -           -
staff/procedures/reference/<path:object_id>/change/        CES=200     ES=200
staff/procedures/reference/<path:object_id>/               RNCEMS=302  RNCEMS=302
staff/procedures/edition/<int:pk>/read/                    CES=200     CES=405
staff/procedures/edition/<int:pk>/review/                  C=200       C=422
staff/procedures/edition/<int:pk>/publish-again/           ES=200      ES=422
staff/procedures/edition/                                  CES=200     CES=200
staff/procedures/edition/add/                              -           -
staff/procedures/edition/<path:object_id>/history/         CES=200     CES=200
staff/procedures/edition/<path:object_id>/delete/          -           -
staff/procedures/edition/<path:object_id>/change/          CES=200     -
staff/procedures/edition/<path:object_id>/                 RNCEMS=302  RNCEMS=302
staff/procedures/review/due/                               CES=200     CES=405
staff/procedures/review/                                   CES=200     CES=200
staff/procedures/review/add/                               -           -
staff/procedures/review/<path:object_id>/history/          CES=200     CES=200
staff/procedures/review/<path:object_id>/delete/           -           -
staff/procedures/review/<path:object_id>/change/           CES=200     -
staff/procedures/review/<path:object_id>/                  RNCEMS=302  RNCEMS=302
staff/procedures/safetytext/new-version/                   ES=200      ES=422
staff/procedures/safetytext/<int:pk>/sign-off/             C=200       C=422
staff/procedures/safetytext/                               CES=200     CES=200
staff/procedures/safetytext/add/                           -           -
staff/procedures/safetytext/<path:object_id>/history/      CES=200     CES=200
staff/procedures/safetytext/<path:object_id>/delete/       -           -
staff/procedures/safetytext/<path:object_id>/change/       CES=200     -
staff/procedures/safetytext/<path:object_id>/              RNCEMS=302  RNCEMS=302
staff/procedures/sharedwords/<int:pk>/read/                CES=200     CES=405
staff/procedures/sharedwords/<int:pk>/sign-off/            C=200       C=422
staff/procedures/sharedwords/                              CES=200     CES=200
staff/procedures/sharedwords/add/                          -           -
staff/procedures/sharedwords/<path:object_id>/history/     CES=200     CES=200
staff/procedures/sharedwords/<path:object_id>/delete/      -           -
staff/procedures/sharedwords/<path:object_id>/change/      CES=200     -
staff/procedures/sharedwords/<path:object_id>/             RNCEMS=302  RNCEMS=302
staff/requests/inquiry/                                    RNCMS=200   RNCEMS=405
staff/requests/inquiry/counts/                             RNCMS=200   RNCEMS=405
staff/requests/inquiry/bulk/                               RNCMS=404   RNCMS=404
staff/requests/inquiry/bulk/undo/                          RNCEMS=405  RNCMS=404
staff/requests/inquiry/export/                             RNCEMS=405  NMS=200
staff/requests/absences/                                   RNCMS=200   RNCMS=422
staff/requests/absences/<uuid:pk>/end/                     RNCEMS=405  MS=302
staff/requests/absences/take-back/                         RNCEMS=405  RNCS=302
staff/requests/inquiry/search/                             RNCEMS=405  RNCMS=302
staff/requests/inquiry/<uuid:pk>/                          RNCMS=200   RNCEMS=405
staff/requests/inquiry/keys/                               RNCEMS=405  RNCMS=302
staff/requests/inquiry/print/                              RNCMS=200   RNCEMS=405
staff/requests/inquiry/<uuid:pk>/here/                     RNCEMS=405  RNCMS=200
staff/requests/inquiry/new/                                RNCS=200    RNCS=422
staff/requests/inquiry/<uuid:pk>/slip/                     NCS=200     RNCEMS=405
staff/requests/inquiry/<uuid:pk>/different/                RNCEMS=405  RNCS=404
staff/requests/inquiry/<uuid:pk>/print/                    RNCMS=200   RNCEMS=405
staff/requests/inquiry/<uuid:pk>/take/                     RNCS=200    RNCS=409
staff/requests/inquiry/<uuid:pk>/triage/                   NCS=409     NCS=409
staff/requests/inquiry/<uuid:pk>/write/                    RNCS=200    RNCS=409
staff/requests/inquiry/<uuid:pk>/undo/                     RNCEMS=405  RNCS=404
staff/requests/inquiry/<uuid:pk>/settle/                   NCS=409     NCS=409
staff/requests/inquiry/<uuid:pk>/phone/                    RNCS=200    RNCS=409
staff/requests/inquiry/<uuid:pk>/note/                     RNCS=200    RNCS=409
staff/requests/inquiry/<uuid:pk>/assign/                   NCMS=200    NCMS=409
staff/requests/inquiry/<uuid:pk>/snooze/                   RNCS=200    RNCS=409
staff/requests/inquiry/<uuid:pk>/wake/                     RNCS=409    RNCS=409
staff/requests/inquiry/<uuid:pk>/next/                     RNCS=200    RNCS=409
staff/requests/inquiry/<uuid:pk>/letter/                   RNCS=409    RNCS=409
staff/requests/inquiry/<uuid:pk>/letter/print/             RNCS=404    RNCEMS=405
staff/requests/inquiry/<uuid:pk>/decline/                  NCS=200     NCS=409
staff/requests/inquiry/<uuid:pk>/duplicate/                RNCS=200    RNCS=409
staff/requests/inquiry/<uuid:pk>/close/                    NCS=200     NCS=409
staff/requests/inquiry/<uuid:pk>/reopen/                   NCS=409     NCS=409
staff/clinic/                                              MS=200      MS=200
staff/auth/                                                MS=200      MS=200
staff/procedures/                                          NCES=200    NCES=200
staff/requests/statistics/                                 CMS=200     RNCEMS=405
staff/requests/statistics/<slug:table>.csv                 CMS=200     RNCEMS=405
staff/requests/views/                                      RNCMS=200   RNCEMS=405
staff/requests/views/new/                                  RNCMS=200   RNCMS=422
staff/requests/views/<int:pk>/                             NMS=200     NMS=422
staff/requests/views/<int:pk>/delete/                      NMS=200     NMS=302
staff/requests/rules/                                      NCS=200     RNCEMS=405
staff/requests/rules/new-rule/                             CS=200      CS=200
staff/requests/rules/<slug:slug>/                          NCS=200     RNCEMS=405
staff/requests/rules/<slug:slug>/write/                    CS=200      CS=200
staff/requests/rules/<slug:slug>/<int:number>/             NCS=200     RNCEMS=405
staff/requests/rules/<slug:slug>/<int:number>/replay/      NCS=200     RNCEMS=405
staff/requests/rules/<slug:slug>/<int:number>/live/        C=409       C=409
staff/requests/rules/<slug:slug>/<int:number>/retire/      C=200       C=302
staff/requests/replies/                                    MS=200      RNCEMS=405
staff/requests/replies/new/                                MS=200      MS=422
staff/requests/replies/<int:pk>/                           MS=200      MS=422
staff/requests/                                            RNCMS=200   RNCMS=200
staff/...                                                  -           -
"""
# Here the others get 404, and nobody is told that there is such a page.
HIDDEN = {"staff/clinic/", "staff/auth/", "staff/procedures/", "staff/requests/", "staff/..."}
LAST = "staff/logout/"


def table(text: str) -> dict[str, list[str]]:
    rows = [line.split() for line in text.strip().splitlines()]
    return {"" if name == "(home)" else name: cells for name, *cells in rows}


def expected(letter: str, cell: str, pattern: str) -> int:
    letters, _, status = cell.partition("=")
    if letter in letters:
        return int(status)
    return 404 if pattern in HIDDEN else 403


def for_role(letter: str, method: int) -> dict[str, int]:
    public = {pattern: int(cells[method]) for pattern, cells in table(PUBLIC).items()}
    return public | {
        pattern: expected(letter, cells[method], pattern) for pattern, cells in table(STAFF).items()
    }


def for_nobody(method: int) -> dict[str, int]:
    """To the sign-in page, or 403 for a form that came after the session."""
    public = {pattern: int(cells[method]) for pattern, cells in table(PUBLIC).items()}
    staff = dict.fromkeys(table(STAFF), (302, 403)[method])
    return public | staff | {"staff/login/": (200, 422)[method]}


@pytest.fixture
def world(tmp_path):
    return hostile.a_world(tmp_path)


def answers(client: Client, method: str, world: hostile.World) -> dict[str, Any]:
    urls = hostile.addresses(world)
    urls.pop(LAST)
    return {pattern: getattr(client, method)(url) for pattern, url in urls.items()}


def codes(found: dict[str, Any]) -> dict[str, int]:
    return {pattern: answer.status_code for pattern, answer in found.items()}


def test_no_address_is_missing_in_the_tables(world):
    assert {*table(PUBLIC), *table(STAFF), LAST} == set(hostile.addresses(world))


@pytest.mark.parametrize("letter", ROLES)
def test_a_role_opens_its_pages_only_and_looking_changes_nothing(world, letter):
    client = hostile.signed_in(ROLES[letter])
    before = hostile.database(without=hostile.WRITTEN_BY_LOOKING)

    got = answers(client, "get", world)

    assert codes(got) == for_role(letter, 0)
    assert client.get("/staff/logout/").status_code == 405
    if letter in "CS":  # between them they see every page
        assert codes(answers(client, "head", world)) == codes(got) | {"staff/login/": 200}
    assert hostile.database(without=hostile.WRITTEN_BY_LOOKING) == before


@pytest.mark.parametrize("role", [None, "inactive"])
def test_without_an_account_nothing_opens_and_looking_changes_nothing(world, role):
    """An account that was closed a moment ago is no account (P27)."""
    client = hostile.signed_in(role)
    before = hostile.database(without=hostile.WRITTEN_BY_LOOKING)

    got, headed = answers(client, "get", world), answers(client, "head", world)

    assert (codes(got), codes(headed)) == (for_nobody(0), for_nobody(0))
    led_away = {
        answer["Location"].partition("?")[0]
        for name, answer in got.items()
        if name in set(table(STAFF)) - {"staff/login/"}
    }
    assert led_away == {"/staff/login/"}
    assert hostile.database(without=hostile.WRITTEN_BY_LOOKING) == before


@pytest.mark.parametrize("letter", ROLES)
def test_a_role_sends_its_forms_only(world, letter):
    assert codes(answers(hostile.signed_in(ROLES[letter]), "post", world)) == for_role(letter, 1)


@pytest.mark.parametrize("role", [None, "inactive", "Editor", "Reception"])
def test_what_a_role_may_not_send_changes_nothing(world, role):
    client = hostile.signed_in(role)
    forbidden = {
        pattern: url for pattern, url in hostile.addresses(world).items()
        if pattern.startswith("staff/") and pattern not in ("staff/login/", LAST)
        and (role not in ROLES.values() or expected(role[0], table(STAFF)[pattern][1], pattern) == 403)
    }  # fmt: skip
    typed = {
        "username": "mallory", "name": "Mallory", "text": "words", "change_note": "words", "has_read_all": "on", "post": "yes",
        "action": "delete_selected", "_selected_action": "1", "reason": "not_offered", "is_superuser": "on", "_save": "1",
        "seen_status": world.inquiry.status, "seen_assignee": str(world.inquiry.assignee_id), "seen_events": "3",
        "password1": PASSWORD, "password2": PASSWORD, "reviewed_on": "2026-01-01", "next_due": "2026-12-01", "to": "nobody",
    }  # fmt: skip
    before = hostile.database(without=hostile.WRITTEN_BY_LOOKING)

    refused = {pattern: client.post(url, typed).status_code for pattern, url in forbidden.items()}

    assert len(refused) > 20
    assert set(refused.values()) == {403}
    assert hostile.database(without=hostile.WRITTEN_BY_LOOKING) == before


# P11


def token_of(client: Client) -> str:
    page = client.get("/requests/new/emergency-signs/").content.decode()
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]  # type: ignore[index]


FORGED: dict[str, dict[str, str]] = {
    "foreign origin": {"HTTP_ORIGIN": "https://evil.example"},
    "null origin": {"HTTP_ORIGIN": "null"},
    "origin that begins like ours": {"HTTP_ORIGIN": "http://testserver.evil.example"},
    "other port": {"HTTP_ORIGIN": "http://testserver:8443"},
}


@pytest.mark.parametrize("forged", ["no token", "token of somebody else", *FORGED])
def test_no_form_is_taken_from_another_site(world, forged):
    client = hostile.signed_in("superuser", enforce_csrf_checks=True)
    typed = {"csrfmiddlewaretoken": token_of(client)} if forged != "no token" else {}
    if forged == "token of somebody else":
        typed = {"csrfmiddlewaretoken": token_of(Client())}
    before = hostile.database(without=hostile.WRITTEN_BY_LOOKING)

    found = {
        pattern: client.post(url, typed, **FORGED.get(forged, {})).status_code
        for pattern, url in hostile.addresses(world).items()
    }

    assert found == dict.fromkeys(found, 403)
    assert hostile.database(without=hostile.WRITTEN_BY_LOOKING) == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"referer": "https://testserver/staff/"}, 405),
        ({"origin": "https://testserver"}, 405),
        ({}, 403),
        ({"referer": "https://evil.example/"}, 403),
        ({"referer": "http://testserver/"}, 403),
        ({"referer": "https://testserver.evil.example/"}, 403),
        ({"referer": "https://testserver@evil.example/"}, 403),
        ({"referer": "x"}, 403),
    ],
)
def test_over_tls_a_form_says_where_it_comes_from(headers, status):
    client = Client(enforce_csrf_checks=True)
    typed = {"csrfmiddlewaretoken": token_of(client)}

    assert client.post("/privacy/", typed, secure=True, headers=headers).status_code == status


# Behind a page that is the same for everybody: the browser's own word counts (procedures/feedback_views.py).
WITHOUT_TOKEN = {"useful", "reason"}


def test_no_other_view_is_exempt_from_the_check():
    views = list(every_view(get_resolver()))

    assert len(views) > 90
    assert {view.__name__ for view in views if getattr(view, "csrf_exempt", False)} == WITHOUT_TOKEN


def every_view(resolver: Any) -> Any:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.callback
        else:
            yield from every_view(entry)


# P23


def test_a_foreign_private_link_and_a_missing_one_look_the_same():
    mine, other = an_inquiry(), an_inquiry()
    tokens = [
        other.token[:-1] + ("a" if other.token[-1] != "a" else "b"), mine.token[:16] + other.token[16:], other.token.lower(),
        str(other.pk), other.reference, other.token_hash, "", other.token + "=", "x" * 32, "%00", f"{other.token}%20",
    ]  # fmt: skip
    client = Client()
    client.get(reverse("requests:status", args=[mine.token]))

    for tail in ("", "withdraw/"):
        found = [client.get(f"/requests/{token or '-'}/{tail}") for token in tokens]
        assert {answer.status_code for answer in found} == {404}
        assert len({answer.content for answer in found}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in found}) == 1
        assert {client.post(f"/requests/{token or '-'}/withdraw/").status_code for token in tokens} == {404}
    assert {row.status for row in Inquiry.objects.all()} == {"new"}


@pytest.mark.parametrize("role", ["Editor", "Manager"])
def test_who_may_not_act_learns_nothing_about_which_requests_exist(role):
    there, missing = an_inquiry(), Inquiry()
    client = hostile.signed_in(role)
    for verb in ("write", "decline", "close"):
        pages = [client.get(address(row, verb)) for row in (there, missing)]
        sent = [client.post(address(row, verb), {"text": "words"}) for row in (there, missing)]
        assert [page.status_code for page in (*pages, *sent)] == [403] * 4
        assert len({without_token(page) for page in pages}) == 1


def without_token(page: Any) -> str:
    return re.sub(r'value="\w{64}"', "", page.content.decode()).replace(page.wsgi_request.path, "")


def test_a_hidden_field_about_another_request_moves_nothing():
    mine, other = an_inquiry(), an_inquiry()
    staff = hostile.signed_in("Clinician")
    before = vars(Inquiry.objects.get(pk=other.pk))
    seen = {"seen_status": mine.status, "seen_assignee": "", "seen_events": "1"}

    staff.post(
        address(mine, "take"), seen | {"pk": str(other.pk), "id": str(other.pk), "inquiry": str(other.pk)}
    )

    after = vars(Inquiry.objects.get(pk=other.pk))
    assert {key: value for key, value in after.items() if key != "_state"} == {
        key: value for key, value in before.items() if key != "_state"
    }
    assert Inquiry.objects.get(pk=mine.pk).assignee is not None


@pytest.mark.parametrize("step", ["anything-else", "name", "health"])
def test_a_draft_opens_with_its_own_cookie_only(step):
    draft = complete_draft(
        anything_else="CNRY-a", last_name="CNRY-b", blood_thinners="yes", blood_thinners_details="CNRY-c"
    )
    assert "CNRY-" in client_of(draft).get(f"/requests/new/{step}/").content.decode()
    other = complete_draft()
    for key in (str(draft.pk), draft.key_hash, draft.key[:-1], draft.key.swapcase(), other.key, "", "x"):  # type: ignore[attr-defined]
        client = Client()
        client.cookies["draft"] = key
        assert "CNRY-" not in client.get(f"/requests/new/{step}/", follow=True).content.decode()


# P33


KINDS = ("wrong password", "unknown", "left", "not staff", "unusable")


def test_signing_in_says_and_costs_the_same_whatever_is_wrong(monkeypatch):
    """The same page to the last byte, and one password hash each: neither words nor time tell."""
    hashed = []

    class Counted(MD5PasswordHasher):
        def encode(self, password: str, salt: str, *rest: Any) -> str:
            hashed.append(password)
            return super().encode(password, salt, *rest)

    monkeypatch.setattr("django.contrib.auth.hashers.get_hashers", lambda: [Counted()])
    monkeypatch.setattr("django.contrib.auth.hashers.get_hashers_by_algorithm", lambda: {"md5": Counted()})
    pages, costs = {}, {}
    for number, kind in enumerate(KINDS):
        name = a_user(
            "Clinician", username=f"name-{number}", password="" if kind == "unusable" else PASSWORD,
            is_active=kind != "left", is_staff=kind != "not staff",
        ).username  # fmt: skip
        typed = {
            "username": "nobody" if kind == "unknown" else name,
            "password": "x" if kind == "wrong password" else PASSWORD,
        }
        hashed.clear()
        answer = Client().post("/staff/login/", typed, REMOTE_ADDR=f"192.0.2.{number}")
        costs[kind] = len(hashed)
        pages[kind] = (answer.status_code, without_token(answer).replace(typed["username"], ""))

    assert len(set(pages.values())) == 1
    assert pages["unknown"][0] == 422
    assert costs == dict.fromkeys(KINDS, 1)


def test_a_password_never_stands_in_an_address_or_comes_back():
    user = a_user("Reception", password=PASSWORD)

    asked = Client().get("/staff/login/", {"username": user.username, "password": PASSWORD})
    answer = Client().post("/staff/login/", {"username": user.username, "password": PASSWORD + "x"})

    assert asked.status_code == 200
    assert PASSWORD not in asked.content.decode() + answer.content.decode()
    assert settings.SESSION_COOKIE_NAME not in asked.cookies
