"""Random and hostile input through the whole form: no fault, nothing stored by half."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clinic.models import RateBucket
from requests import steps, way
from requests.models import Draft, Inquiry

from .intake import client_of, complete_answers, complete_draft, draft_of, post_for, url

pytestmark = pytest.mark.django_db

BAD = [
    "", " ", "\x00", "\ud800", "NaN", "-1", "9" * 5000, "١٢", "None", "null", "true", "[]", "{}", "[" * 2000,
    "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "' OR 1=1 --", "../../etc/passwd", "\u202eevil",
    "a\r\nBcc: x@example.com", "\u2028", "e\u0301" * 400, "🙂" * 200, "none", "me", "other", "yes", "phone",
    "0", "10", "2", "30", "2026", "january",
]  # fmt: skip
KNOWN = sorted({str(value) for value in complete_answers().values() if isinstance(value, str | int)})
values = st.one_of(st.sampled_from(BAD), st.sampled_from(KNOWN), st.text(max_size=300))
NAMES = sorted(
    {name for step in steps.STEPS for name in post_for(step, complete_answers())} | {"sure", "from"}
)
# One page: most fields as a patient would fill them, some replaced by anything, some unknown ones added.
mischief = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), st.text(min_size=1, max_size=20)),
    st.lists(values, max_size=4),
    max_size=4,
)


# Without shrinking a failure is found as fast as a success.
bounded = settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def sendable(text: str) -> str:
    """What reaches the server: a browser cannot send half a character."""
    return text.encode("utf-8", "replace").decode()


def post(client: Client, step: steps.Step, changes: dict[str, list[str]]) -> int:
    data = post_for(step, complete_answers()) | {
        sendable(name): [sendable(value) for value in chosen] for name, chosen in changes.items()
    }
    return client.post(url(step.slug), data).status_code


def stored_by_half() -> list[Draft]:
    """Drafts that hold an answer the form itself would not have given."""
    return [
        draft
        for draft in Draft.objects.filter(inquiry=None)
        for step in steps.asked(draft.answers)
        if step.form.is_answered(draft.answers)
        and not step.form(
            {**post_for(step, draft.answers)}, answers=draft.answers, safety=draft.safety_text.body
        ).is_valid()
    ]


@bounded
@given(pages=st.dictionaries(st.sampled_from([step.slug for step in steps.STEPS]), mischief, max_size=12))
def test_hostile_input_is_refused_or_kept_whole(pages):
    RateBucket.objects.all().delete()
    client = client_of(complete_draft())

    for slug, changes in pages.items():
        assert post(client, steps.find(slug), changes) in (302, 410, 422)
    if not stopped(client):
        answers = draft_of(client).answers
        assert way.tidy(answers) == answers
        assert stored_by_half() == []
        sent = client.post(reverse("requests:send"), {"privacy_given": "on"})
        assert sent.status_code == 302
        check_sent(client)
    Draft.objects.all().delete()


def stopped(client: Client) -> bool:
    return draft_of(client).is_stopped


def check_sent(client: Client) -> None:
    """Either everything is a request, or nothing is."""
    draft = draft_of(client)
    if draft.inquiry is None:
        assert way.first_unanswered(draft.answers) is not None
        assert not Inquiry.objects.filter(draft_id=draft.pk).exists()
        return
    assert way.first_unanswered(draft.inquiry.answers) is None
    assert draft.answers == {}
    assert client.get(reverse("requests:status", args=[draft.inquiry.token])).status_code == 200


@bounded
@given(address=st.text(max_size=60), query=st.text(max_size=60))
def test_hostile_addresses_are_no_fault(address, query):
    path = f"/requests/new/{quote(sendable(address))}/?from={quote(sendable(query))}&change={quote(sendable(query))}"

    assert Client().get(path).status_code in (200, 301, 302, 404, 405)
    assert Client().post(path).status_code in (200, 302, 301, 404, 405, 410, 422)


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_each_bad_value_in_each_field_is_an_answer_or_an_error(bad):
    answers = complete_answers(channel="other_person")
    for step in steps.STEPS:
        for name in post_for(step, answers):
            form = step.form({**post_for(step, answers), name: [bad]}, answers=answers)
            assert form.errors or set(form.new_answers()) == set(step.form.answer_keys())


def test_fields_that_nobody_asked_for_change_nothing():
    draft = complete_draft()
    client = client_of(draft)

    client.post(
        url("been-before"),
        {
            "been_before": "no",
            "is_stopped": "1",
            "first_name": "Mallory",
            "id": "1",
            "inquiry": "1",
            "status": "booked",
        },
    )

    kept = Draft.objects.get(pk=draft.pk)
    assert (kept.answers, kept.is_stopped, kept.inquiry) == (draft.answers, False, None)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("name", ["start", "stop", "under_18", "check", "send", "expired", "resume_link"])
def test_other_methods_are_refused(client, method, name):
    assert getattr(client, method)(reverse(f"requests:{name}")).status_code == 405


def test_looking_never_sends(client):
    draft = complete_draft()

    assert client_of(draft).get(reverse("requests:send")).status_code == 405
    assert Inquiry.objects.count() == 0


def test_a_body_that_is_too_big_or_has_too_many_fields_is_refused():
    client = client_of(complete_draft())

    assert client.post(url("anything-else"), {"anything_else": "x" * 300_000}).status_code == 400
    assert client.post(url("anything-else"), {f"f{n}": "x" for n in range(1001)}).status_code == 400
