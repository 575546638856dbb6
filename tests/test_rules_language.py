"""Conditions on answers: when they hold, what they say, and what is refused."""

import pytest

from requests.models import RuleVersion
from requests.rules.language import answer_in_words, in_words, problems
from requests.rules.questions import catalogue
from requests.rules.sheet import of_version

FEVER = {"key": "urgent", "is": "ticked", "values": ["fever"]}
TWO_SIGNS = {"key": "urgent", "is": "ticked", "values": ["fever", "lump"]}
DIABETES = {"key": "diabetes", "is": "yes_or_not_sure"}
RETURNS = {"key": "topic", "is": "one_of", "values": ["follow_up", "second_opinion"]}
STRONG = {"key": "peg_pain", "is": "at_least", "number": 8}
MILD = {"key": "peg_pain", "is": "at_most", "number": 3}
WROTE = {"key": "anything_else", "is": "not_empty"}


@pytest.mark.parametrize(
    ("condition", "answers", "words"),
    [
        (FEVER, {"urgent": ["lump", "fever"]}, "Ticked"),
        (FEVER, {"urgent": ["lump"]}, ""),
        (FEVER, {"urgent": ["none"]}, ""),
        (FEVER, {}, ""),
        (FEVER, {"urgent": "fever"}, ""),
        (FEVER, {"urgent": None}, ""),
        (TWO_SIGNS, {"urgent": ["lump", "cancer"]}, "lump"),
        (TWO_SIGNS, {"urgent": ["lump", "fever"]}, "fever, lump"),
        (DIABETES, {"diabetes": "yes"}, "Yes"),
        (DIABETES, {"diabetes": "not_sure"}, "Not sure"),
        (DIABETES, {"diabetes": "no"}, ""),
        (DIABETES, {"diabetes": ["yes"]}, ""),
        (RETURNS, {"topic": "follow_up"}, "A follow-up visit"),
        (RETURNS, {"topic": "first_visit"}, ""),
        (STRONG, {"peg_pain": 8}, "8 out of 10"),
        (STRONG, {"peg_pain": 7}, ""),
        (STRONG, {"peg_pain": None}, ""),
        (STRONG, {"peg_pain": "9"}, ""),
        (STRONG, {"peg_pain": True}, ""),
        (MILD, {"peg_pain": 0}, "0 out of 10"),
        (MILD, {"peg_pain": 4}, ""),
        (WROTE, {"anything_else": "My knee"}, "My knee"),
        (WROTE, {"anything_else": ""}, ""),
    ],
)
def test_one_line_holds_or_not_and_says_the_answer(condition, answers, words):
    assert answer_in_words(condition, answers, catalogue()) == words


ANSWERS = {"urgent": ["fever"], "diabetes": "yes", "peg_pain": 2, "topic": "first_visit"}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"all": [FEVER, DIABETES]}, "Signs to check today: fever; Diabetes: Yes"),
        ({"all": [FEVER, STRONG]}, ""),
        ({"any": [STRONG, DIABETES]}, "Diabetes: Yes"),
        ({"any": [STRONG, RETURNS]}, ""),
        ({"all": [{"any": [STRONG, FEVER]}, DIABETES]}, "Signs to check today: fever; Diabetes: Yes"),
        ({"all": [{"any": [STRONG, RETURNS]}, DIABETES]}, ""),
        ({"any": [{"all": [FEVER, STRONG]}, {"all": [FEVER, MILD]}]},
         "Signs to check today: fever; Pain on average, past week: 2 out of 10"),
    ],
)  # fmt: skip
def test_lines_are_joined_by_all_and_any(condition, words):
    assert answer_in_words(condition, ANSWERS, catalogue()) == words


def test_what_the_patient_wrote_beside_it_is_told():
    questions = catalogue()
    wrote = {"diabetes": "yes", "diabetes_details": "tablets"}

    assert answer_in_words(DIABETES, wrote, questions, tells="diabetes_details") == "Yes: tablets"
    assert answer_in_words(DIABETES, {"diabetes": "yes"}, questions, tells="diabetes_details") == "Yes"


def test_a_condition_reads_as_words():
    condition = {"all": [{"any": [FEVER, STRONG]}, DIABETES]}

    assert in_words(condition, catalogue()) == [
        "(Signs to check today: ticked “fever”, or Pain on average, past week: at least 8), and",
        "Diabetes: yes or not sure",
    ]
    assert in_words(RETURNS, catalogue()) == ["Wants help with: “A follow-up visit” or “A second opinion”"]


SOUND = [FEVER, TWO_SIGNS, DIABETES, RETURNS, STRONG, MILD, WROTE, {"all": [FEVER, {"any": [STRONG, WROTE]}]}]


@pytest.mark.parametrize("condition", SOUND)
def test_a_sound_condition_has_no_problem_and_fits_the_form(condition):
    version = RuleVersion(condition=condition, samples=[])

    assert problems(condition, catalogue()) == []
    assert of_version(version).condition(catalogue()) == condition


@pytest.mark.parametrize(
    "condition",
    [
        None, [], "urgent", 3, {}, {"all": []}, {"any": {}}, {"all": [FEVER], "any": [FEVER]}, {"all": "fever"},
        {"not": [FEVER]}, {"all": [{"all": [{"all": [FEVER]}]}]}, {"all": [FEVER, 4]},
        {"key": "urgent"}, {"is": "ticked"}, {"key": "urgent", "is": "ticked"}, {"key": ["urgent"], "is": "ticked"},
        FEVER | {"values": []}, FEVER | {"values": "fever"}, FEVER | {"values": [1]}, FEVER | {"values": ["unheard"]},
        FEVER | {"number": 3}, FEVER | {"is": "eval"}, FEVER | {"is": []}, FEVER | {"key": "no_such_question"},
        FEVER | {"key": "diabetes"}, FEVER | {"values": ["none"]}, DIABETES | {"key": "topic"}, DIABETES | {"key": "urgent"},
        RETURNS | {"key": "urgent"}, RETURNS | {"values": ["yes"]}, STRONG | {"number": 11}, STRONG | {"number": "8"},
        STRONG | {"number": True}, STRONG | {"key": "diabetes"}, WROTE | {"key": "diabetes"}, WROTE | {"values": []},
        FEVER | {"key": "first_name"}, FEVER | {"key": "emergency", "values": ["saddle"]},
        {"any": [FEVER] * 21},
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_tried_or_never_holds_is_refused(condition):
    assert problems(condition, catalogue()) != []


def test_questions_come_from_the_form_with_their_words():
    questions = catalogue()

    assert questions["topic"].choices["follow_up"] == "A follow-up visit"
    assert questions["pain_side"].choices["left"] == "Left side"
    assert questions["language"].choices["es"] == "Español (Spanish)"
    private = {"first_name", "last_name", "helper_name", "phone", "helper_phone", "email", "date_of_birth"}
    assert private & set(questions) == set()
    assert "emergency" not in questions
