"""The draft: its cookie, its life, its link, and what happens when it is gone."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procedures.models import Edition, Explainer
from requests import drafts, steps, views
from requests.models import Draft, Inquiry
from requests.tokens import token_hash

from .builders import a_safety_text
from .intake import answer, client_of, complete_draft, draft_of, send, url, walk

pytestmark = pytest.mark.django_db

START, EXPIRED = reverse("requests:start"), reverse("requests:expired")
CHECK, SAVE, SEND = reverse("requests:check"), reverse("requests:resume_link"), reverse("requests:send")


def begin(client):
    a_safety_text()
    return client.post(url("emergency-signs"), {"emergency": ["none"]})


def expire(draft):
    Draft.objects.filter(pk=draft.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def an_edition():
    explainer = Explainer.objects.create(
        slug="a-page", kind="procedure", plain_name="A plain page name", medical_name="Medical name"
    )
    return Edition.objects.create(explainer=explainer, number=1)


def test_the_start_page_sets_no_cookie(client):
    assert not client.get(START).cookies


def test_a_draft_begins_when_the_first_page_is_passed(client):
    client.get(url("emergency-signs"))
    client.post(url("emergency-signs"), {})
    assert Draft.objects.count() == 0

    begin(client)

    assert draft_of(client).answers == {"emergency": ["none"]}


def test_the_cookie_is_private_and_ends_after_a_day(client):
    cookie = begin(client).cookies[drafts.COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["path"], cookie["domain"]) == (
        True, "Lax", 24 * 3600, "/", "",
    )  # fmt: skip
    assert not Draft.objects.filter(key_hash=cookie.value).exists()
    assert Draft.objects.filter(key_hash=token_hash(cookie.value)).exists()


def test_the_cookie_is_secure_in_production(client, settings):
    settings.PRODUCTION = True

    assert begin(client).cookies[drafts.COOKIE]["secure"] is True


def test_no_session_is_used(client):
    walk(client)

    assert "session" not in client.cookies


def test_the_answers_lie_encrypted_in_the_database(client):
    walk(client, first_name="Canary1234")

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM requests_draft")
        assert b"Canary1234" not in bytes(cursor.fetchone()[0])


def test_every_answer_gives_the_draft_another_day(client):
    walk(client, to="topic")
    draft = draft_of(client)
    Draft.objects.filter(pk=draft.pk).update(expires_at=timezone.now() + timedelta(hours=1))

    answer(client, "topic")

    assert draft_of(client).expires_at > timezone.now() + timedelta(hours=23)


@pytest.mark.parametrize("address", [START, SAVE, EXPIRED, CHECK, url("name"), url("emergency-signs")])
def test_no_page_is_kept_or_indexed(address):
    response = client_of(complete_draft()).get(address)

    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_no_answer_stands_in_an_address_or_a_title(client):
    canaries = {"first_name": "Canaryname", "insurer": "Canaryinsurer", "email": "canary@example.com"}
    response = walk(client, **canaries)
    seen = [response.url]
    for step in steps.asked(draft_of(client).answers):
        page = client.get(url(step.slug)).content.decode()
        seen += [page[page.index("<title>") : page.index("</title>")], url(step.slug)]

    assert not [text for text in seen if "canary" in text.lower()]


# The page the patient came from


def test_the_page_the_patient_came_from_is_kept_by_an_opaque_code(client):
    edition = an_edition()

    first = client.get(f"{START}?from={edition.code}").context["first_url"]
    client.post(first, {"emergency": ["none"]})

    assert draft_of(client).edition == edition
    walk_on = ("urgent-signs", "who-for", "date-of-birth", "been-before")
    for slug in walk_on:
        answer(client, slug)
    page = client.get(url("topic")).content.decode()
    assert "You came from the page: A plain page name" in page
    assert "checked" not in page


@pytest.mark.parametrize("code", ["nothing-known", "%00", "x" * 500, "%27%3b--", "ä"])
def test_a_code_that_names_no_page_is_ignored(client, code):
    a_safety_text()

    assert client.get(f"{START}?from={code}").status_code == 200
    client.post(f"{url('emergency-signs')}?from={code}", {"emergency": ["none"]})

    assert draft_of(client).edition is None


# Gone


def test_an_expired_draft_leads_to_a_page_that_says_nothing_was_sent():
    draft = complete_draft()
    client = client_of(draft)
    expire(draft)

    assert client.get(url("name")).url == EXPIRED
    page = client.get(EXPIRED).content.decode()
    assert "Nothing was sent to us." in page
    assert f'href="{START}"' in page


def test_what_was_just_typed_is_given_back_when_the_draft_is_gone():
    draft = complete_draft()
    client = client_of(draft)
    expire(draft)

    response = client.post(url("anything-else"), {"anything_else": "Long words <b>typed</b>"})

    assert response.status_code == 410
    assert "Long words &lt;b&gt;typed&lt;/b&gt;" in response.content.decode()
    assert response.cookies[drafts.COOKIE].value == ""


def test_sending_an_expired_draft_sends_nothing():
    draft = complete_draft()
    client = client_of(draft)
    expire(draft)

    assert client.post(SEND).status_code == 410
    assert Inquiry.objects.count() == 0


def test_a_new_request_can_begin_with_an_old_cookie():
    draft = complete_draft()
    client = client_of(draft)
    expire(draft)

    assert begin(client).url == url("urgent-signs")
    assert draft_of(client).pk != draft.pk


@pytest.mark.parametrize("value", ["nonsense", "ä", "\\000", "x" * 4000])
def test_a_cookie_that_opens_nothing_is_no_fault(client, value):
    client.cookies[drafts.COOKIE] = value

    assert client.get(url("name")).url == EXPIRED


def test_expired_drafts_are_deleted_and_requests_stay():
    old, fresh, sent = complete_draft(), complete_draft(), complete_draft()
    inquiry = send(client_of(sent))
    expire(old)
    expire(sent)

    assert drafts.delete_expired() == 2
    assert list(Draft.objects.all()) == [fresh]
    assert Inquiry.objects.get() == inquiry


# The private link


def link_of(client):
    return client.post(SAVE).context["link"]


def path_of(link):
    return link.split("8000", 1)[-1]


def test_a_link_is_made_only_when_asked_for():
    draft = complete_draft()
    client = client_of(draft)

    assert client.get(SAVE).context["link"] == ""
    assert Draft.objects.get(pk=draft.pk).resume_hash is None


def test_the_link_opens_the_request_on_another_device():
    client = client_of(complete_draft())
    path, other = path_of(link_of(client)), Client()

    assert other.get(path).status_code == 200
    assert not other.get(path).cookies.get(drafts.COOKIE)
    assert other.post(path).url == CHECK
    assert "Rosa" in other.get(CHECK).content.decode()
    assert client.get(CHECK).url == EXPIRED


def test_only_the_newest_link_works():
    client = client_of(complete_draft())
    old, new = path_of(link_of(client)), path_of(link_of(client))

    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_the_link_is_kept_as_a_hash():
    client = client_of(complete_draft())
    token = link_of(client).rstrip("/").rsplit("/", 1)[-1]

    assert draft_of(client).resume_hash == token_hash(token)


def test_the_link_ends_with_the_draft_and_with_sending():
    expired, sent = complete_draft(), complete_draft()
    paths = [path_of(link_of(client_of(draft))) for draft in (expired, sent)]
    expire(expired)
    send(client_of(sent))

    assert [Client().post(path).status_code for path in paths] == [404, 404]


@pytest.mark.parametrize("token", ["x", "%00", "%ED%A0%80", "x" * 3000])
def test_a_wrong_link_is_not_found(client, token):
    assert client.get(f"/requests/new/resume/{token}/").status_code == 404


# Too much, too fast, away


def test_a_flood_of_new_drafts_is_slowed_and_told_when_to_try_again(client, monkeypatch):
    monkeypatch.setattr(views, "DRAFTS_AN_HOUR", 2)
    assert [begin(Client()).status_code for _ in range(2)] == [302, 302]

    response = begin(client)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3600
    assert "202-555-0100" in response.content.decode()
    assert Draft.objects.count() == 2


def test_a_flood_of_sends_is_slowed_and_keeps_the_answers(monkeypatch):
    monkeypatch.setattr(views, "SENDS_AN_HOUR", 1)
    send(client_of(complete_draft()))
    slowed = complete_draft()

    assert client_of(slowed).post(SEND).status_code == 429
    assert Draft.objects.get(pk=slowed.pk).answers["first_name"] == "Rosa"


@pytest.mark.parametrize("sign", ["trap", "speed"])
def test_what_looks_like_a_program_is_asked_once_more_and_never_dropped(sign):
    draft = complete_draft()
    if sign == "speed":
        Draft.objects.filter(pk=draft.pk).update(created_at=timezone.now())
    client = client_of(draft)
    data = {"privacy_given": "on", "company_website": "http://x.example" if sign == "trap" else ""}

    asked = client.post(SEND, data)

    assert asked.status_code == 422
    assert Inquiry.objects.count() == 0
    Draft.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(seconds=4))
    assert send(client).answers["privacy_given"] is True


def test_the_trap_is_out_of_reach_of_people():
    page = client_of(complete_draft()).get(CHECK).content.decode()

    assert '<div class="beyond" aria-hidden="true">' in page
    assert 'name="company_website" tabindex="-1"' in page


def test_while_the_database_is_away_the_phone_and_the_typed_words_are_there():
    client = client_of(complete_draft())

    def fail(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        response = client.post(url("anything-else"), {"anything_else": 'Words "typed"'})
        assert client.get(url("name")).status_code == 503
        assert client.post(SEND).status_code == 503
        assert Client().get(START).status_code == 200
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "202-555-0100" in page
    assert 'name="anything_else" value="Words &quot;typed&quot;"' in page


def test_the_acknowledgement_never_blocks_the_request():
    client = client_of(complete_draft())

    client.post(SEND, {})

    assert Inquiry.objects.get().answers["privacy_given"] is False
