"""Statements that a connection plans once (clinic/quick.py)."""

import uuid

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction

from clinic.backends import RoleBackend
from clinic.models import User
from clinic.quick import Given, Statement, Written, made, one_of, planned, run
from requests.models import Inquiry

from .builders import a_user, an_inquiry

NAMES = ("id", "last_name")


def names_of(*ids):
    by_ids = Written(
        "test_names", lambda ids: Inquiry.objects.filter(one_of("id", ids)).values_list("last_name")
    )
    return sorted(name for (name,) in by_ids.rows(list(ids)))


def planned_here():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'test%'")
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture
def two():
    return [an_inquiry(last_name=name).pk for name in ("Alpha", "Beta")]


@pytest.mark.django_db(transaction=True)
def test_it_is_planned_once_and_answers_for_other_ids(two):
    assert names_of(*two) == ["Alpha", "Beta"]
    assert names_of(two[1], uuid.uuid4()) == ["Beta"]
    assert names_of() == []
    assert planned_here() == ["test_names"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("forgotten", ["by the server", "by us"])
def test_it_holds_behind_a_pooler(two, forgotten):
    """There the statement that we planned may be on another connection of the server."""
    names_of(*two)
    if forgotten == "by the server":
        connection.cursor().execute("DEALLOCATE ALL")
    else:
        planned.clear()

    assert names_of(*two) == ["Alpha", "Beta"]
    assert names_of(*two) == ["Alpha", "Beta"]


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_planned(two):
    with transaction.atomic():
        assert names_of(*two) == ["Alpha", "Beta"]
    assert planned_here() == []


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_statement_itself_is_told():
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="does not exist"):
        run(cursor, "test_fault", lambda: Statement("SELECT * FROM nowhere WHERE id = %s", [Given(1)]), 1)


@pytest.mark.django_db
def test_a_value_is_never_read_as_sql():
    hostile = "x'; DROP TABLE clinic_user; --"
    with connection.cursor() as cursor:
        run(cursor, "test_hostile", lambda: Statement("SELECT %s::text", [Given(1)]), hostile)
        assert cursor.fetchone() == (hostile,)


@pytest.mark.django_db
def test_what_was_not_read_is_fetched_when_it_is_asked_for(two):
    (one,) = made(Inquiry, NAMES, Inquiry.objects.filter(pk=two[0]).values_list(*NAMES))

    assert (one.last_name, one.first_name, one.answers["first_name"]) == ("Alpha", "Rosa", "Rosa")
    assert one == Inquiry.objects.get(pk=two[0])


@pytest.mark.django_db
def test_who_asks_comes_with_what_the_roles_allow(client, django_assert_num_queries):
    nurse, root, gone = a_user("Triage nurse"), a_user("superuser"), a_user("Reception", is_active=False)
    nurse.user_permissions.add(Permission.objects.get(codename="share_savedview"))

    with django_assert_num_queries(1):
        found = RoleBackend().get_user(nurse.pk)
        allowed = found.get_all_permissions()
    assert (found, type(found), found.username) == (nurse, User, nurse.username)
    assert allowed == User.objects.get(pk=nurse.pk).get_all_permissions()
    assert "requests.share_savedview" in allowed
    assert RoleBackend().get_user(root.pk).has_perm("requests.anything")
    assert RoleBackend().get_user(gone.pk) is None
    assert RoleBackend().get_user(0) is None
