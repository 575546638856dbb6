"""Which flags the answers raise: the rules of the first day as before, and what clinicians changed since."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.logs import JsonLines
from requests import actions, safety
from requests.actions import rules as verbs
from requests.models import Flag, Rule, RuleVersion
from requests.rules import first
from requests.rules.checks import rules_can_be_raised

from .builders import a_safety_text
from .intake import complete_draft
from .rules import a_clinician, a_draft, a_live_rule, first_rules, said

pytestmark = pytest.mark.django_db
DETAILS = ("blood_thinners", "pregnant", "infection", "diabetes", "reaction")
URGENT = ("one_leg", "fever", "cancer", "weight_loss", "night_pain", "thin_bones", "weak_immune", "lump")


@pytest.fixture(autouse=True)
def migrated_rules(db):
    """They are gone after a test that really commits."""
    first_rules()


def raised(answers, **others):
    return [(flag.rule, flag.version, str(flag.severity), flag.words, flag.answer)
            for flag in safety.flags_for(answers, **others)]  # fmt: skip


def test_the_first_rules_are_live_in_version_1_and_came_with_the_software():
    rows = RuleVersion.objects.values_list("rule__slug", "number", "state", "written_by", "live_by")

    assert sorted(rows) == sorted((row["slug"], 1, "live", None, None) for row in first.ROWS)
    assert len(first.ROWS) == 15


def test_the_first_rules_raise_what_they_always_raised():
    answers = {
        "urgent": list(URGENT), "help_needs": ["interpreter", "cannot_lie_face_down"], "help_language": "Vietnamese",
        **dict.fromkeys(DETAILS, "yes"), **{f"{key}_details": "words" for key in DETAILS},
    }  # fmt: skip

    assert [(flag[0], flag[1], flag[2], flag[4]) for flag in raised(answers)] == [
        *((key, 1, "urgent", "Ticked") for key in URGENT),
        *((key, 1, "before_booking", "Yes: words") for key in DETAILS),
        ("face_down", 1, "before_booking", "Ticked"),
        ("interpreter", 1, "note", "Vietnamese"),
    ]


@pytest.mark.parametrize(
    ("answers", "rule", "answer"),
    [
        ({"diabetes": "yes"}, "diabetes", "Yes"),
        ({"pregnant": "not_sure", "pregnant_details": "week 8"}, "pregnant", "Not sure: week 8"),
        ({"help_needs": ["interpreter"]}, "interpreter", "Language not named"),
    ],
)
def test_the_answer_stands_on_the_flag_in_words(answers, rule, answer):
    assert [(flag[0], flag[4]) for flag in raised(answers)] == [(rule, answer)]


@pytest.mark.parametrize(
    "answers",
    [
        {}, {"urgent": ["none"]}, {key: "no" for key in DETAILS}, {"pregnant": "does_not_apply"},
        {"help_needs": ["none"]}, {"diabetes_details": "left over"}, {"urgent": None, "help_needs": ""},
    ],
)  # fmt: skip
def test_nothing_is_raised_without_an_answer_that_counts(answers):
    assert raised(answers) == []


def test_the_rules_are_read_with_one_query():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        safety.flags_for({"urgent": list(URGENT)}, shown=None)

    assert len(queries) == 1


def test_without_any_rule_stored_the_first_ones_hold(monkeypatch):
    stored = raised({"urgent": ["fever"], "diabetes": "yes"})
    # As in an empty database: rows that are there cannot be deleted.
    monkeypatch.setattr(RuleVersion.objects, "live", RuleVersion.objects.none)
    monkeypatch.setattr(Rule.objects, "exists", lambda: False)

    assert raised({"urgent": ["fever"], "diabetes": "yes"}) == stored
    assert len(stored) == 2


def test_a_draft_raises_nothing_until_it_is_live():
    clinician = a_clinician()
    draft = verbs.write_rule(said(words="Lower back"), by=clinician)
    answers = {"pain_areas": ["lower_back"]}
    assert raised(answers) == []

    verbs.put_live(draft, instead_of=None, by=clinician)

    assert raised(answers) == [("lower_back", 1, "note", "Lower back", "Ticked")]


def test_the_version_that_was_live_stands_on_the_flag_and_stays():
    clinician, answers = a_clinician(), {"diabetes": "not_sure"}
    before = actions.submit(draft=complete_draft(**answers))
    only_yes = {"key": "diabetes", "is": "one_of", "values": ["yes", "not_sure"]}
    draft = a_draft(
        "diabetes", clinician, condition=only_yes, severity="urgent", words="Diabetes, new",
        samples=[{"answers": {"diabetes": "yes"}, "raises": True}, {"answers": {"diabetes": "no"}, "raises": False}],
    )  # fmt: skip
    verbs.put_live(draft, instead_of=1, by=clinician)

    after = actions.submit(draft=complete_draft(**answers))

    flags = {flag.inquiry_id: flag for flag in Flag.objects.all()}
    assert (flags[before.pk].rule_version, flags[before.pk].words) == (1, "Diabetes")
    assert (flags[after.pk].rule_version, flags[after.pk].words) == (2, "Diabetes, new")
    assert flags[after.pk].answer == "Not sure"
    assert (before.urgency, after.urgency) == (0, 1)


def test_a_retired_rule_raises_nothing_any_more():
    verbs.retire(RuleVersion.objects.get(rule__slug="fever"), by=a_clinician())

    assert [flag[0] for flag in raised({"urgent": ["fever", "cancer"]})] == ["cancer"]


def test_the_gravest_comes_first_and_an_emergency_leads_the_queue():
    a_live_rule(a_clinician(), severity="emergency", words="Lower back")
    answers = {"pain_areas": ["lower_back"], "urgent": ["fever"], "diabetes": "yes"}

    flags = safety.flags_for(answers, red_flag_changed=True)

    assert [flag.rule for flag in flags] == ["red_flag_changed", "lower_back", "fever", "diabetes"]
    assert actions.submit(draft=complete_draft(**answers)).urgency == 2


def test_a_rule_that_cannot_be_tried_is_raised_and_loses_no_request(caplog):
    """Only a hand in the database can write such a rule; the patient's words stay out of the log."""
    rule = Rule.objects.create(slug="broken")
    row = RuleVersion.objects.create(
        rule=rule, number=1, severity="note", words="Broken", source="x",
        condition={"key": "anything_else", "is": "unheard_of"},
    )  # fmt: skip
    RuleVersion.objects.filter(pk=row.pk).update(state="live", live_at=row.written_at)

    inquiry = actions.submit(draft=complete_draft(anything_else="CNRY-words"))

    flag = Flag.objects.get(inquiry=inquiry)
    assert (flag.rule, flag.answer) == ("broken", "This rule could not be tried. Read the answers.")
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    assert [(line["event"], line["rule"], line["error"]) for line in lines] == [
        ("rule_not_tried", "broken, version 1", "KeyError")
    ]
    assert "CNRY" not in json.dumps(lines)


def test_a_rule_called_like_an_added_sign_gives_one_flag():
    text = a_safety_text()
    text.body = json.loads(json.dumps(text.body))
    text.body["urgent"]["items"].append(
        {"key": "lower_back", "question": "Lower back?", "text": "Lower back"}
    )
    a_live_rule(a_clinician(), words="Lower back")

    flags = raised({"urgent": ["lower_back"], "pain_areas": ["lower_back"]}, shown=text)

    assert flags == [("lower_back", text.version, "urgent", "Lower back?", "Ticked")]


# A rule about a question that is gone


def test_all_live_rules_ask_about_questions_of_the_form():
    """Fails when a question or an answer that a rule of the first day names leaves the form."""
    assert rules_can_be_raised(None, databases=["default"]) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"condition": {"key": "shoe_size", "is": "not_empty"}}, "The form has no question “shoe_size”."),
        (
            {"condition": {"key": "pain_areas", "is": "ticked", "values": ["nose"]}},
            "“Where the pain is” has no answer “nose”.",
        ),
        ({"tells": "shoe_size"}, "The form has no question “shoe_size”."),
    ],
)
def test_a_live_rule_about_a_question_that_is_gone_fails_the_check(changes, problem):
    fields = {"severity": "note", "words": "w", "source": "s", "condition": said().condition, **changes}
    row = RuleVersion.objects.create(rule=Rule.objects.create(slug="old"), number=1, **fields)
    assert rules_can_be_raised(None, databases=["default"]) == []

    RuleVersion.objects.filter(pk=row.pk).update(state="live", live_at=row.written_at)

    assert [error.msg for error in rules_can_be_raised(None, databases=["default"])] == [
        f"The safety rule old, version 1 cannot be raised: {problem}"
    ]


def test_the_check_runs_with_the_checks_of_the_database():
    from django.core.checks import registry

    assert rules_can_be_raised in registry.registry.get_checks(include_deployment_checks=False)
    assert rules_can_be_raised.tags == ("database",)  # type: ignore[attr-defined]
    assert rules_can_be_raised(None, databases=None) == []
