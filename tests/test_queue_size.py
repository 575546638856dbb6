"""The made-up crowd for measuring at size: whole, readable, and never where patients are."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clinic.models import OutboxMessage
from requests import crowd
from requests.models import Assignment, Inquiry, StatusChange
from requests.models.status import OPEN_STATUSES

from .builders import a_role, a_user, an_inquiry
from .triage import address

SIZE = 60


def indexes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_crowd_is_whole_and_its_pages_open(client):
    for role in ("Reception", "Triage nurse", "Clinician"):
        a_role(role)
    before = indexes()

    call_command("bench_data", str(SIZE), verbosity=0)

    made = Inquiry.objects.all()
    ended = made.exclude(status__in=OPEN_STATUSES)
    assert (made.count(), StatusChange.objects.filter(new="new").count()) == (SIZE, SIZE)
    assert indexes() == before
    assert OutboxMessage.objects.count() == SIZE
    assert Assignment.objects.count() == made.exclude(assignee=None).count() > 0
    assert 0 < ended.count() < SIZE
    assert [one.search_text == one.findable() for one in made] == [True] * SIZE
    client.force_login(a_user("superuser"))
    for inquiry in made.order_by("submitted_at")[:2]:
        assert inquiry.answers["last_name"] == inquiry.last_name
        assert client.get(address(inquiry)).status_code == 200
    assert client.get("/staff/requests/inquiry/", {"view": "all"}).status_code == 200


@pytest.mark.django_db
def test_a_database_in_use_is_left_alone():
    an_inquiry()

    with pytest.raises(CommandError, match="holds requests already"):
        call_command("bench_data", "5")

    assert Inquiry.objects.count() == 1


@pytest.mark.django_db
def test_no_crowd_comes_to_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="never written in production"):
        call_command("bench_data", "5")

    assert not Inquiry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("size", ["0", "-5"])
def test_a_crowd_of_nobody_is_refused(size):
    with pytest.raises(CommandError):
        call_command("bench_data", size)


def test_every_number_has_its_own_reference():
    assert len({crowd.reference(number) for number in range(5000)}) == 5000
