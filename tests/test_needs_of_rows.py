"""The help that a patient needs, kept beside the answers for rows of the queue."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests import actions
from requests.admin import wishes
from requests.models import Inquiry

from .builders import an_inquiry
from .intake import complete_draft

pytestmark = pytest.mark.django_db
INTERPRETER = {"help_needs": ["interpreter", "step_free"], "help_language": "Vietnamese"}


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT needs FROM requests_inquiry")
        return [needs and bytes(needs) for (needs,) in cursor.fetchall()]


def test_it_is_kept_encrypted_when_the_request_is_sent():
    inquiry = actions.submit(draft=complete_draft(**INTERPRETER, language="vi"))

    assert Inquiry.objects.get().needs == INTERPRETER
    assert wishes.help_needs(inquiry) == ["Interpreter: Vietnamese", "Step-free way in"]
    assert b"step_free" not in stored()[0]


@pytest.mark.parametrize("needs", [["none"], []])
def test_who_needs_no_help_has_none(needs):
    inquiry = an_inquiry(answers={"help_needs": needs})

    assert (stored(), wishes.help_needs(inquiry)) == ([None], [])


def test_requests_of_before_get_theirs():
    an_inquiry()
    inquiry = an_inquiry(answers=INTERPRETER, needs=None)

    import_module("requests.migrations.0024_needs_beside_the_answers").copy_needs(apps, None)

    assert Inquiry.objects.get(pk=inquiry.pk).needs == INTERPRETER
    assert sorted(needs is None for needs in stored()) == [False, True]


def test_a_list_does_not_read_answers(staff):
    an_inquiry(answers=INTERPRETER)

    with CaptureQueriesContext(connection) as captured:
        page = staff.get("/staff/requests/inquiry/").content.decode()

    assert [query["sql"] for query in captured if '"answers"' in query["sql"]] == []
    assert "Interpreter: Vietnamese" in page
