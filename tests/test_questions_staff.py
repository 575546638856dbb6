"""Staff answer questions or set them aside; an editor writes what is worth it down under the page."""

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from procedures import checks, page, publishing, questions
from procedures.models import AskedQuestion, Question
from procedures.page import Asked
from procedures.question_form import new_token
from tests import pages
from tests.builders import ROLES, a_user

pytestmark = pytest.mark.django_db

ANSWERING = ("Triage nurse", "Clinician", "Editor")
TEXT = "May I eat before the injection?"
LIST = reverse("admin:procedures_question_changelist")


@pytest.fixture
def explainer(tmp_path):
    return pages.a_published_page(tmp_path)


@pytest.fixture
def edition(explainer):
    return explainer.current_edition


@pytest.fixture
def question(edition):
    return a_question(edition)


def a_question(edition, text=TEXT):
    return questions.send(edition=edition, text=text, email="", token=new_token())


def url(question, verb="change"):
    return reverse(f"admin:procedures_question_{verb}", args=[question.pk])


def fresh(question):
    return Question.objects.get(pk=question.pk)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("role", ANSWERING)
def test_those_who_may_answer_do(client, question, role):
    user = a_user(role)
    client.force_login(user)
    assert TEXT in client.get(url(question)).content.decode()

    response = client.post(url(question, "answer"), {"text": "Yes, you may."})

    row = fresh(question)
    assert (row.state, row.answer, row.decided_by) == ("answered", "Yes, you may.", user)
    assert said(response) == ["The answer stands on the person's private page."]


@pytest.mark.parametrize("role", [*(role for role in ROLES if role not in ANSWERING), None])
@pytest.mark.parametrize("verb", ["change", "answer", "set-aside"])
def test_nobody_else_reads_or_answers(client, question, role, verb):
    client.force_login(a_user(role))

    codes = [client.get(url(question, verb)).status_code, client.get(LIST).status_code]
    client.post(url(question, verb), {"text": "Yes.", "reason": "own_health"})

    assert codes == [403, 403]
    assert fresh(question).state == "waiting"


def test_somebody_unknown_is_sent_to_sign_in(client, question):
    assert {client.get(url(question, verb)).status_code for verb in ("change", "answer", "set-aside")} == {
        302
    }


def test_a_question_is_set_aside_with_a_reason(client, question):
    client.force_login(a_user("Editor"))

    client.post(url(question, "set-aside"), {"reason": "own_health"})

    assert (fresh(question).state, fresh(question).reason) == ("set_aside", "own_health")


@pytest.mark.parametrize(
    ("verb", "typed", "error"),
    [
        ("answer", {"text": ""}, "Enter your answer"),
        ("answer", {"text": "x" * 3001}, "Make the answer shorter: at most 3,000 characters"),
        ("set-aside", {}, "Select why it gets no answer"),
        ("set-aside", {"reason": "bored"}, "Select why it gets no answer"),
    ],
)
def test_a_fault_is_named_and_nothing_is_done(client, question, verb, typed, error):
    client.force_login(a_user("Editor"))

    response = client.post(url(question, verb), typed)

    (errors,) = response.context["form"].errors.values()
    assert (response.status_code, list(errors)) == (422, [error])
    assert fresh(question).state == "waiting"


@pytest.mark.parametrize("verb", ["answer", "set-aside"])
def test_looking_at_a_verb_does_nothing(client, question, verb):
    client.force_login(a_user("Editor"))

    assert client.get(url(question, verb)).status_code == 200
    assert fresh(question).state == "waiting"


def test_the_second_who_answers_is_told(client, question):
    client.force_login(a_user("Editor"))
    client.post(url(question, "answer"), {"text": "The first answer."})

    response = client.post(url(question, "answer"), {"text": "The second answer."})

    assert response.status_code == 422
    assert "Somebody has decided about this question already" in response.content.decode()
    assert fresh(question).answer == "The first answer."


@pytest.mark.parametrize("name", ["add", "delete"])
def test_staff_neither_make_nor_delete_questions(client, question, name):
    client.force_login(a_user("superuser"))
    address = reverse(f"admin:procedures_question_{name}", args=[question.pk] if name == "delete" else [])

    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Question.objects.count() == 1


def test_the_list_has_urgent_words_first_then_the_oldest(client, edition):
    first, second = a_question(edition), a_question(edition)
    urgent, done = a_question(edition, "chest pain?"), a_question(edition, "numb between my legs?")
    questions.answer(done, by=a_user("Editor"), text="Call us.")
    client.force_login(a_user("Triage nurse"))

    rows = list(client.get(LIST).context["cl"].result_list)

    assert rows == [urgent, first, second, done]


def test_an_expired_question_is_not_listed_before_it_is_erased(client, question):
    Question.objects.update(expires_at=timezone.now())
    client.force_login(a_user("Editor"))

    assert list(client.get(LIST).context["cl"].result_list) == []
    assert client.get(url(question, "answer")).status_code == 404


def test_the_list_costs_the_same_with_three(client, edition):
    client.force_login(a_user("Editor"))
    a_question(edition)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _ in range(2):
        a_question(edition)

    with CaptureQueriesContext(connection) as three:
        assert len(client.get(LIST).context["cl"].result_list) == 3

    assert len(three) == len(one)


@pytest.mark.parametrize("role", ROLES)
def test_the_home_page_counts_what_waits_for_those_who_answer(client, edition, role):
    a_question(edition)
    a_question(edition, "chest pain?")
    client.force_login(a_user(role))

    panels = [
        panel
        for panel in client.get(reverse("admin:index")).context["panels"]
        if panel.title == "Questions from patients"
    ]

    counts = [[figure.count for figure in panel.figures] for panel in panels]
    assert counts == ([[2, 1]] if role in ANSWERING else [])
    assert [[item.tone for item in panel.items] for panel in panels] == (
        [["u", ""]] if role in ANSWERING else []
    )


def test_the_question_says_that_its_words_sound_urgent(client, edition):
    client.force_login(a_user("Triage nurse"))

    pages_ = [client.get(url(a_question(edition, text))).content.decode() for text in (TEXT, "chest pain?")]

    assert ["sound like an emergency. The person" in text for text in pages_] == [False, True]


# Under the page


ADD = reverse("admin:procedures_askedquestion_add")


def written(explainer, **changes):
    typed = {
        "explainer": explainer.pk,
        "question": "Can I eat before it?",
        "answer": "You can eat as you like [@TWO].",
        "position": 1,
    }
    return typed | changes


def test_an_editor_writes_it_down_and_readers_see_it_with_the_next_edition(client, explainer):
    client.force_login(a_user("Editor"))
    client.post(ADD, written(explainer))
    address = explainer.get_absolute_url()
    assert "Can I eat before it?" not in client.get(address).content.decode()

    edition = publishing.publish(explainer, change_note="A question.")

    html = client.get(address).content.decode()
    assert '<h2 id="asked" tabindex="-1">Questions patients ask</h2>' in html
    assert '<h3 id="asked-1">Can I eat before it?</h3>' in html
    assert [*edition.content["asked"]] == [
        {"question": "Can I eat before it?", "answer": "You can eat as you like [@TWO]."}
    ]


def test_the_section_is_the_last_and_stands_in_the_contents(client, explainer):
    AskedQuestion.objects.create(explainer=explainer, question="Can I eat?", answer="Yes. {.own}")

    html = publishing.publish(explainer, change_note="A question.").html

    assert '<li><a href="#asked">Questions patients ask</a></li>' in html
    assert html.index('<h2 id="asked"') > html.index('<h2 id="questions"')


def test_a_page_without_questions_has_no_such_section(edition):
    assert "asked" not in edition.html
    assert "asked" not in edition.content


def test_nothing_leads_from_the_page_to_who_asked(question, explainer):
    AskedQuestion.objects.create(explainer=explainer, question="Can I eat?", answer="Yes. {.own}")

    fields = {field.name for field in AskedQuestion._meta.get_fields()}
    assert fields == {"id", "explainer", "question", "answer", "position"}


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ("You can eat as you like.", "E6"),
        ("You can eat as you like [@NOBODY].", "E6"),
        ("This is the best meal [@TWO].", "E15"),
        ("It is safe to eat [@TWO].", "E16"),
        ("It helps 1 in 3 people [@TWO].", "E30"),
        ("### Food\n\nYou can eat [@TWO].", "E36"),
        ("You can eat " + "and drink " * 15 + "[@TWO].", "E26"),
    ],
)
def test_an_answer_under_a_page_meets_the_same_checks(answer, rule):
    found = checks.run(pages.a_page(asked=(Asked("Can I eat?", answer),)))

    assert [
        failure for failure in found if failure.rule == rule and failure.place == "asked question 1"
    ] != []


def test_a_good_answer_passes_all_checks():
    before = checks.run(pages.a_page())

    assert checks.run(pages.a_page(asked=(Asked("Can I eat?", "You can eat as you like [@TWO]."),))) == before


def test_a_faulty_answer_stops_the_publication(explainer):
    AskedQuestion.objects.create(explainer=explainer, question="Can I eat?", answer="Yes, it is safe.")

    with pytest.raises(publishing.Refused):
        publishing.publish(explainer, change_note="A question.")


def test_a_review_does_not_cover_a_question_added_later(explainer):
    first = explainer.current_edition
    AskedQuestion.objects.create(explainer=explainer, question="Can I eat?", answer="Yes. {.own}")

    assert publishing.publish(explainer, change_note="A question.").content_hash != first.content_hash


def test_loading_the_file_again_leaves_the_questions(tmp_path, explainer):
    AskedQuestion.objects.create(explainer=explainer, question="Can I eat?", answer="Yes. {.own}")

    pages.a_published_page(
        tmp_path, ("You can ask for a written price [@TWO].", "You can get a written price [@TWO].")
    )

    assert AskedQuestion.objects.count() == 1
    assert explainer.sections.get(slot="cost").body == "You can get a written price [@TWO]."
    assert page.of(explainer).asked == (Asked("Can I eat?", "Yes. {.own}"),)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "Editor"])
def test_nobody_but_an_editor_writes_under_pages(client, explainer, role):
    client.force_login(a_user(role))

    assert client.post(ADD, written(explainer)).status_code == 403
    assert AskedQuestion.objects.count() == 0


def test_the_way_from_a_question_knows_the_page(client, question):
    client.force_login(a_user("Editor"))

    link = f"{ADD}?explainer={question.edition.explainer_id}"

    assert link in client.get(url(question)).content.decode()
    assert client.get(link).context["adminform"].form.initial["explainer"] == str(
        question.edition.explainer_id
    )


# What the database holds


def refused(change):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    return str(error.value)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("question_is_decided_by_somebody", {"state": "set_aside", "reason": "own_health"}),
        ("question_is_decided_by_somebody", {"decided_at": timezone.now()}),
        ("question_set_aside_with_a_reason", {"reason": "own_health"}),
        ("question_set_aside_with_a_reason", {"reason": "bored"}),
    ],
)
def test_what_a_waiting_question_cannot_be(question, constraint, changes):
    assert constraint in refused(lambda: Question.objects.filter(pk=question.pk).update(**changes))


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("question_known_state", {"state": "lost"}),
        ("question_answered_has_answer", {"state": "answered"}),
        ("question_set_aside_with_a_reason", {"state": "set_aside"}),
        ("question_set_aside_with_a_reason", {"state": "set_aside", "reason": "bored"}),
    ],
)
def test_what_a_decided_question_cannot_be(question, constraint, changes):
    decided = {"decided_at": timezone.now(), "decided_by": a_user("Editor")}

    assert constraint in refused(lambda: Question.objects.filter(pk=question.pk).update(**decided, **changes))


def test_a_decided_question_keeps_no_address(edition):
    question = questions.send(edition=edition, text=TEXT, email="rosa@example.com", token=new_token())
    decided = {"state": "set_aside", "reason": "own_health", "decided_at": timezone.now()}

    assert "question_decided_forgets_the_address" in refused(
        lambda: Question.objects.filter(pk=question.pk).update(decided_by=a_user("Editor"), **decided)
    )


def test_a_token_stands_for_one_question(edition, question):
    assert "token_hash" in refused(
        lambda: Question(edition=edition, token_hash=question.token_hash, text=TEXT).save(force_insert=True)
    )


def test_a_page_has_each_question_once_and_with_an_answer(explainer):
    def add(**fields):
        AskedQuestion.objects.create(
            **({"explainer": explainer, "question": "Why?", "answer": "So."} | fields)
        )

    add()
    assert "asked_question_once" in refused(add)
    assert "asked_question_has_an_answer" in refused(lambda: add(question="Who?", answer=""))
    assert "asked_question_has_an_answer" in refused(lambda: add(question=""))
