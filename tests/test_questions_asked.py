"""A patient sends one question from a page and reads the answer on a private page (E55)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutboxMessage
from procedures import questions
from procedures.emergency_words import is_crisis, is_emergency
from procedures.models import Explainer, Question
from procedures.question_form import new_token, signer
from tests import pages
from tests.builders import a_user, safety_body

pytestmark = pytest.mark.django_db

TEXT = "May I eat before the injection?"
STOP = "Read this before you send your question"


@pytest.fixture
def edition(tmp_path):
    return pages.a_published_page(tmp_path).current_edition


@pytest.fixture
def url(edition):
    return reverse("procedures:ask", args=[edition.code])


def typed(client, url, **changes):
    """What a browser sends from the page."""
    token = client.get(url).context["form"]["token"].value()
    return {"text": TEXT, "email": "", "token": token, "company_website": ""} | changes


def send(client, url, **changes):
    return client.post(url, typed(client, url, **changes))


def errors(response):
    return [str(error) for found in response.context["form"].errors.values() for error in found]


def a_question(edition, **fields):
    token = new_token().split(":")[0]
    row = questions.send(edition=edition, text=TEXT, email=fields.pop("email", ""), token=token)
    if fields:
        Question.objects.filter(pk=row.pk).update(**fields)
    row.secret = token
    return row


def page_of(question):
    return reverse("procedures:question", args=[question.secret])


# Sending


def test_a_question_is_kept_and_leads_to_its_private_page(client, edition, url):
    response = send(client, url)

    question = Question.objects.get()
    assert (question.edition, question.text, question.state, question.sounds_urgent) == (
        edition,
        TEXT,
        "waiting",
        False,
    )
    page = client.get(response["Location"]).content.decode()
    assert TEXT in page
    assert "We have your question" in page


def test_the_page_says_what_it_is_for_before_the_field(client, url):
    page = client.get(url).content.decode()

    places = [page.index(words) for words in (
        safety_body()["emergency"]["heading"], "Do not write about your own symptoms",
        safety_body()["crisis"]["text"], "Leave out names", '<textarea name="text"',
    )]  # fmt: skip
    assert places == sorted(places)


def test_explainers_set_no_cookie_and_the_question_page_one_for_its_form(client, edition, url):
    assert not client.get(edition.explainer.get_absolute_url()).cookies
    assert list(client.get(url).cookies) == ["csrf"]


def test_looking_changes_nothing(client, url, edition):
    client.get(url)
    client.get(page_of(a_question(edition)))

    assert (Question.objects.count(), OutboxMessage.objects.count()) == (1, 0)


def test_a_second_click_sends_nothing_new(client, url):
    sent = typed(client, url)

    addresses = {client.post(url, sent)["Location"] for _ in range(2)}

    assert (len(addresses), Question.objects.count()) == (1, 1)


def test_a_second_click_with_other_words_changes_nothing(client, url):
    sent = typed(client, url)
    client.post(url, sent)

    client.post(url, sent | {"text": "Other words?"})

    assert Question.objects.get().text == TEXT


def test_without_the_token_of_our_form_nothing_is_taken(url):
    client = Client(enforce_csrf_checks=True)
    client.get(url)

    assert client.post(url, {"text": TEXT}).status_code == 403
    assert Question.objects.count() == 0


@pytest.mark.parametrize("token", ["", "x", "guessed:1uXyZ:abc", "\u0661", "a" * 199])
def test_a_token_that_is_none_of_ours_is_renewed_and_the_words_stay(client, url, token):
    response = send(client, url, token=token)

    form = response.context["form"]
    assert (response.status_code, form["text"].value()) == (422, TEXT)
    assert signer.unsign(form["token"].value())
    assert client.post(url, form.data).status_code == 302


def test_a_page_left_open_for_days_asks_to_send_again(client, url):
    sent = typed(client, url)

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        response = client.post(url, sent)

    assert errors(response) == ["This page was open for a long time. Look at your question and send it again"]
    assert Question.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": ""}, "Enter your question"),
        ({"text": " \r\n "}, "Enter your question"),
        ({"text": "x" * 501}, "Your question must be 500 characters or fewer"),
        ({"text": "x" * 9000}, "Your question must be 500 characters or fewer"),
        ({"text": "why\x00?"}, "Your question has a character that we cannot store. Type it again"),
        ({"text": "why\x1b[31m?"}, "Your question has a character that we cannot store. Type it again"),
        ({"email": "nobody"}, "Enter an email address like name@example.com, or leave it empty"),
        ({"email": "a@example.com, b@example.com"}, "Enter an email address like name@example.com, or leave it empty"),
        ({"email": "a" * 300 + "@example.com"}, "Enter an email address like name@example.com, or leave it empty"),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_nothing_is_kept(client, url, changes, error):
    response = send(client, url, **changes)

    assert (response.status_code, errors(response)) == (422, [error])
    assert Question.objects.count() == 0


def test_500_characters_and_their_line_ends_fit(client, url):
    assert send(client, url, text="x" * 249 + "\r\n" + "y" * 250).status_code == 302
    assert len(Question.objects.get().text) == 500


def test_markup_is_shown_as_words(client, url):
    response = send(client, url, text="Is <script>alert(1)</script> & <b>this</b> ok?")

    page = client.get(response["Location"]).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;this&lt;/b&gt;" in page


def test_a_robot_that_fills_in_everything_is_not_heard(client, url):
    assert send(client, url, company_website="http://spam.example").status_code == 429
    assert Question.objects.count() == 0


def test_who_has_a_browser_that_fills_in_everything_sends_it_again(client, url):
    response = send(client, url, email="rosa@example.com", company_website="Rosa's Shop")

    assert errors(response) == ["Your question is not sent yet. Look at it and send it again"]
    assert "Rosa&#x27;s Shop" not in response.content.decode()
    assert client.post(url, shown(response)).status_code == 302
    assert Question.objects.get().text == TEXT


def shown(response):
    """What a browser sends from the form as it stands on this page."""
    markup = response.content.decode()
    text = re.search(r"<textarea [^>]*>\n?([^<]*)</textarea>", markup)[1]
    fields = dict(re.findall(r'<input [^>]*?name="(email|token)"[^>]*? value="([^"]+)"', markup))
    return {"text": text, "company_website": "", **fields}


def test_one_place_sends_ten_an_hour(client, url):
    with time_machine.travel(timezone.now(), tick=False):
        codes = [send(client, url).status_code for _ in range(11)]

    assert codes == [302] * 10 + [429]


@pytest.mark.parametrize(
    ("minute", "again", "seconds"),
    [(36, "in 24 minutes", "1410"), (59, "in 1 minute", "30")],
)
def test_at_the_limit_nothing_typed_is_lost(client, url, minute, again, seconds):
    now = timezone.now().replace(minute=minute, second=30, microsecond=0)
    words = {"text": "May I\n\neat <b>before</b> it?", "email": "rosa@example.com"}
    with time_machine.travel(now, tick=False):
        for _ in range(10):
            send(client, url)
        response = send(client, url, **words)
    form = response.context["form"]

    assert (response.status_code, response["Retry-After"]) == (429, seconds)
    assert {name: form[name].value() for name in words} == words
    assert "eat &lt;b&gt;before&lt;/b&gt; it?" in response.content.decode()
    assert errors(response) == [
        "Too many questions came in this hour, so yours is not sent yet."
        f" Leave this page open and send it again {again}, or call us"
    ]
    assert Question.objects.count() == 10

    with time_machine.travel(now + timedelta(minutes=25)):
        sent = client.post(url, {**words, "token": shown(response)["token"]})
    assert sent.status_code == 302
    assert Question.objects.count() == 11


def test_who_has_read_the_emergency_signs_reads_them_again_after_the_limit(client, url):
    urgent = {"text": "I have chest pain. Is that from the block?"}
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(10):
            send(client, url)
        response = send(client, url, confirmed="yes", **urgent)
        again = client.post(url, shown(response))

    assert (response.status_code, shown(response)["text"]) == (429, urgent["text"])
    assert STOP in again.content.decode()


def test_a_second_click_at_the_limit_still_leads_to_the_question(client, url):
    with time_machine.travel(timezone.now(), tick=False):
        sent = [typed(client, url) for _ in range(10)]
        first = [client.post(url, words)["Location"] for words in sent]

        again = [client.post(url, words)["Location"] for words in sent]

    assert again == first


def test_a_mistake_does_not_count_towards_the_limit(client, url):
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(12):
            send(client, url, text="")

        assert send(client, url).status_code == 302


@pytest.mark.parametrize("code", ["nosuchcode", "a" * 60, "..", "%00", "'"])
def test_a_page_that_does_not_exist_takes_no_question(client, code):
    assert client.get(f"/pages/{code}/question/").status_code == 404


def test_a_withdrawn_page_takes_no_question(client, url):
    Explainer.objects.update(is_withdrawn=True)

    assert client.get(url).status_code == 410


def test_what_was_written_while_the_page_was_withdrawn_is_given_back(client, url):
    sent = typed(client, url, text=f"{TEXT} <b>")
    Explainer.objects.update(is_withdrawn=True)

    response = client.post(url, sent)

    assert (response.status_code, Question.objects.count()) == (410, 0)
    assert "Your question is not sent" in response.content.decode()
    assert f"<p>{TEXT} &lt;b&gt;</p>" in response.content.decode()
    assert response["Cache-Control"] == "no-store, private"


def test_an_emergency_stops_also_when_the_page_was_withdrawn(client, url):
    sent = typed(client, url, text="I cannot pee and my legs are numb")
    Explainer.objects.update(is_withdrawn=True)

    stopped, confirmed = client.post(url, sent), client.post(url, sent | {"confirmed": "yes"})

    assert (STOP in stopped.content.decode(), confirmed.status_code) == (True, 410)


def test_the_words_are_no_plain_text_in_the_database(client, url):
    send(client, url, email="rosa@example.com")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM procedures_question")
        row = b"|".join(
            bytes(value) if isinstance(value, memoryview) else str(value).encode()
            for value in cursor.fetchone()
        )
    assert [
        word
        for word in (b"eat before", b"rosa", signer.unsign(typed(client, url)["token"]).encode())
        if word in row
    ] == []


# Words that sound like an emergency


@pytest.mark.parametrize(
    "text",
    [
        "I can't pee since yesterday", "I CANNOT PEE", "can\u2019t hold my poop", "numb between my legs", "both legs feel weak",
        "My legs gave way", "I have chest pain", "trouble breathing after the shot", "is cauda equina rare?", "new erection problems",
        "foot drop", "I lost control of my bladder", "swollen face and lips", "ringing ears and a metal taste",
        "I want to kill myself", "Life feels too hard", "no puedo orinar",
    ],
)  # fmt: skip
def test_such_words_stop_first_and_send_only_after_a_yes(client, url, text):
    sent = typed(client, url, text=text)

    page = client.post(url, sent)
    assert STOP in page.content.decode()
    assert safety_body()["emergency"]["items"][0]["text"] in page.content.decode()
    assert (page.status_code, Question.objects.count()) == (200, 0)

    assert client.post(url, sent | {"confirmed": "yes"}).status_code == 302
    question = Question.objects.get()
    assert (question.text, question.sounds_urgent) == (text, True)


@pytest.mark.parametrize(
    "text",
    [
        TEXT, "How long does it take?", "Will it hurt?", "Is a weak leg after it normal?", "Can I drive home?", "May I take a bath?",
        "I have a fever. Can I come?", "Where is the cluneal nerve?", "Can I have sex after it?", "How is it different from sciatica?",
        "Numbness at the bottom of my back?", "Can I pay in parts?", "",
    ],
)  # fmt: skip
def test_other_words_do_not_stop(text):
    assert (is_emergency(text), is_crisis(text)) == (False, False)


def test_every_sign_of_the_card_counts_in_its_own_words():
    items = [*safety_body()["emergency"]["items"], *safety_body()["after"]["emergency"]["items"]]

    assert [item["key"] for item in items if not is_emergency(item["text"])] == []


def test_a_crisis_shows_its_line_first(client, url):
    page = send(client, url, text="I want to die").content.decode()

    assert page.index(safety_body()["crisis"]["text"]) < page.index(safety_body()["emergency"]["heading"])


def test_the_words_can_be_changed_from_the_stop(client, url):
    sent = typed(client, url, text="chest pain?")

    response = client.post(url, sent | {"change": "yes"})

    assert response.context["form"]["text"].value() == "chest pain?"
    assert Question.objects.count() == 0


# The private page


def test_the_private_page_is_kept_by_nobody_and_found_by_no_search(client, edition):
    response = client.get(page_of(a_question(edition)))

    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_the_answer_stands_on_the_private_page(client, edition):
    question = a_question(edition)
    questions.answer(question, by=a_user("Triage nurse"), text="Yes.\n\nEat as you like <b>.")

    page = client.get(page_of(question)).content.decode()

    assert "Here is our answer" in page
    assert "Eat as you like &lt;b&gt;." in page


@pytest.mark.parametrize("reason", Question.Reason.values)
def test_a_question_set_aside_says_what_to_do_instead(client, edition, reason):
    question = a_question(edition)
    questions.set_aside(question, by=a_user("Editor"), reason=reason)

    page = client.get(page_of(question))

    assert "We cannot answer this here" in page.content.decode()
    assert len(page.context["instead"]) > 40


@pytest.mark.parametrize("token", ["x", "a" * 400, "%00", "..%2F", "\u0661"])
def test_a_guessed_address_shows_nothing(client, edition, token):
    a_question(edition)

    assert client.get(f"/questions/{token}/").status_code == 404


def test_after_90_days_both_are_gone(client, edition):
    question = a_question(edition)
    kept = a_question(edition)
    Question.objects.filter(pk=kept.pk).update(expires_at=timezone.now() + timedelta(days=200))

    with time_machine.travel(timezone.now() + timedelta(days=90, minutes=1)):
        assert client.get(page_of(question)).status_code == 404
        assert questions.erase_expired() == 1

    assert list(Question.objects.all()) == [kept]


def test_before_90_days_nothing_is_erased(client, edition):
    question = a_question(edition)

    with time_machine.travel(timezone.now() + timedelta(days=89)):
        assert questions.erase_expired() == 0
        assert client.get(page_of(question)).status_code == 200


# The mail


def test_the_mail_says_only_that_there_is_an_answer(client, edition, settings):
    question = a_question(edition, email="rosa@example.com")
    assert OutboxMessage.objects.count() == 0

    questions.answer(question, by=a_user("Clinician"), text="Yes, eat.")

    message = OutboxMessage.objects.get()
    assert (message.kind, message.to) == ("answer", "rosa@example.com")
    assert message.context["link"] == settings.SITE_URL + page_of(question)
    assert sorted(message.context) == ["clinic_name", "emergency", "link", "phone"]


def test_the_address_is_forgotten_with_the_answer(edition):
    question = a_question(edition, email="rosa@example.com")
    questions.set_aside(question, by=a_user("Editor"), reason="own_health")

    row = Question.objects.get()
    assert (row.email, row.token, row.text) == (None, None, TEXT)


def test_without_an_address_there_is_no_mail(edition):
    questions.answer(a_question(edition), by=a_user("Editor"), text="Yes.")

    assert OutboxMessage.objects.count() == 0
