"""Which two names may be one person's."""

import pytest

from requests.names import Likeness, Name, compare, is_one_letter_apart, similarity


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        (("Rosa", "Example"), ("Rosa", "Example"), ""),
        (("rosa", "EXAMPLE"), ("Rosa", "Example"), ""),
        (("José", "Núñez"), ("Jose", "Nunez"), ""),
        (("Siobhan", "O'Neil"), ("Siobhan", "O\u2019Neil"), ""),
        (("Siobhan", "O\u02bcNeil"), ("Siobhan", "O\u00b4Neil"), ""),
        (("Łukasz", "Żółć"), ("Lukasz", "Zolc"), ""),
        (("Anne-Marie", "Duval"), ("Anne Marie", "Duval"), ""),
        (("田中", "さくら"), ("田中", "さくら"), ""),
        (("Example", "Rosa"), ("Rosa", "Example"), "first and last name in another order"),
        (("Rosa Maria", "Garcia"), ("Rosa", "Maria Garcia"), "first and last name in another order"),
        (("Rosaura", "Exampel"), ("Rosaura", "Example"), "last name differs by one letter"),
        (("Rosaura", "Exmple"), ("Rosaura", "Example"), "last name differs by one letter"),
        (("Catherine", "Example"), ("Katherine", "Example"), "first name differs by one letter"),
        (("Rosa", "Garcia Lopez"), ("Rosa", "Garcia"), "last name is longer in one"),
        (("Rosa", "Montserrat"), ("Rosa", "Monserat"), "last name is similar"),
        (("Exampel", "Rosa"), ("Rosa", "Example"), "names swapped; one name differs by one letter"),
    ],
)
def test_alike(one, two, words):
    assert compare(Name.of(*one), Name.of(*two)).words == words
    assert compare(Name.of(*two), Name.of(*one)).words == words


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("Rosa", "Example"), ("Bruno", "Example")),
        (("Anna", "Example"), ("Hanna", "Example")),
        (("Mia", "Example"), ("Lia", "Example")),
        (("Alexander", "Example"), ("Alexandra", "Example")),
        (("Rosa", "Example"), ("", "Example")),
        (("", "Example"), ("", "Sample")),
        (("...", ""), ("''", "")),
    ],
)
def test_two_people(one, two):
    assert compare(Name.of(*one), Name.of(*two)) is None


def test_the_name_they_like_to_be_called_is_theirs_too():
    one, two = Name.of("Roberta", "Example", "Bobby"), Name.of("Bobby", "Example")

    assert compare(one, two) == Likeness(0, "first name is the one they like to be called")
    assert compare(two, one) == Likeness(0, "first name is the one they like to be called")


def test_another_last_name_is_only_half_a_name():
    likeness = compare(Name.of("Rosa", "Example"), Name.of("Rosa", "Sample"))

    assert likeness == Likeness(1, "another last name", is_first_only=True)


@pytest.mark.parametrize(
    ("one", "two", "is_near"),
    [
        ("rosa", "rosa", True),
        ("rosa", "roza", True),
        ("rosa", "ros", True),
        ("rosa", "orsa", True),
        ("rosa", "rosaab", False),
        ("rosa", "sora", False),
        ("", "a", True),
    ],
)
def test_one_letter(one, two, is_near):
    assert is_one_letter_apart(one, two) == is_one_letter_apart(two, one) == is_near


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "two"), [("example", "exampel"), ("rosa maria", "rosamaria")])
def test_similarity_is_the_database_s(one, two):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT similarity(%s, %s)", [one, two])
        assert similarity(one, two) == pytest.approx(cursor.fetchone()[0], abs=0.001)


@pytest.mark.django_db
def test_nothing_in_common_is_not_similar():
    assert (similarity("", ""), similarity("abc", "xyz")) == (0.0, 0.0)
