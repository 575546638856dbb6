"""The patient's old link after two requests became one: it leads on, and never to somebody else."""

import pytest
from django.test import Client
from django.urls import reverse

from requests import actions

from .builders import a_user, an_inquiry

pytestmark = pytest.mark.django_db


def page_of(inquiry):
    return Client().get(reverse("requests:status", args=[inquiry.token])).content.decode()


def joined(**changes):
    staying, ending = an_inquiry(**changes), an_inquiry()
    nurse = a_user("Triage nurse")
    actions.assign(ending, by=nurse, to=nurse)
    actions.mark_duplicate(ending, by=nurse, of=staying)
    return staying, ending


@pytest.mark.parametrize("changes", [{}, {"email": "ROSA@example.com"}, {"first_name": "RÓSA", "phone": ""}])
def test_the_old_link_leads_to_the_other_request_of_the_same_person(changes):
    staying, ending = joined(**changes)

    page = page_of(ending)

    assert f'href="{reverse("requests:status", args=[staying.token])}"' in page
    assert "Open your other request" in page


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"email": "other@example.org"}, id="another e-mail"),
        pytest.param({"date_of_birth": "1970-05-14"}, id="another date of birth"),
        pytest.param({"first_name": "Mila"}, id="twin with the same mailbox"),
        pytest.param({"last_name": "Exampel"}, id="a name that is only alike"),
        pytest.param({"last_name": "Married"}, id="another last name"),
        pytest.param({"email": ""}, id="no e-mail"),
    ],
)
def test_nothing_of_a_request_that_may_be_somebody_else_s_is_shown(changes):
    staying, ending = joined(**changes)

    page = page_of(ending)

    assert staying.token not in page
    assert staying.reference not in page
    assert "If you do not find it, call us and we look for it together." in page


def test_two_without_any_e_mail_do_not_share_one():
    staying, ending = an_inquiry(email=""), an_inquiry(email="")
    nurse = a_user("Triage nurse")
    actions.assign(ending, by=nurse, to=nurse)
    actions.mark_duplicate(ending, by=nurse, of=staying)

    assert staying.token not in page_of(ending)


def test_after_the_undo_it_is_a_page_of_its_own_again():
    staying, ending = joined()
    ending.refresh_from_db()
    actions.reopen(ending, by=a_user("Triage nurse"), text="Two sisters")

    page = page_of(ending)

    assert staying.token not in page
    assert "Open your other request" not in page
