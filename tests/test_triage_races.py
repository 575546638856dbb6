"""Many clerks at the very same moment, over real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client

from requests.models import Assignment, Inquiry, Message

from .builders import a_user, an_inquiry
from .triage import fresh, opened, send

pytestmark = pytest.mark.django_db(transaction=True)
CLERKS, FIFTY = 8, 50


def all_at_once(inquiry, verb, clients, **typed):
    """Everybody has the confirm page open, then everybody clicks; the status codes, sorted."""
    pages = [(client, opened(client, inquiry, verb)) for client in clients]
    gate = Barrier(len(pages))

    def click(client, page):
        gate.wait()
        try:
            return send(client, inquiry, verb, page, **typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pages)) as pool:
        return sorted(pool.map(click, *zip(*pages, strict=True)))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_one_of_fifty_clerks_takes_it_and_the_others_are_told():
    inquiry = an_inquiry()
    clients = [signed_in(a_user("Triage nurse")) for _ in range(FIFTY)]

    assert all_at_once(inquiry, "take", clients) == [302] + [409] * (FIFTY - 1)
    assert [assignment.to for assignment in Assignment.objects.all()] == [fresh(inquiry).assignee]


def test_one_of_many_letters_is_sent():
    inquiry = an_inquiry()
    clients = [signed_in(a_user("Clinician")) for _ in range(CLERKS)]

    codes = all_at_once(inquiry, "decline", clients, reason="not_offered", text="Dear Rosa")

    assert codes == [302] + [409] * (CLERKS - 1)
    assert Message.objects.count() == 1


def test_a_button_hit_many_times_sends_one_message():
    inquiry, nurse = an_inquiry(), a_user("Triage nurse")
    clients = [signed_in(nurse) for _ in range(CLERKS)]

    assert all_at_once(inquiry, "write", clients, text="Which medicine?") == [302] * CLERKS
    assert Message.objects.count() == 1


def test_who_waits_too_long_for_the_row_is_told_too():
    inquiry, nurse = an_inquiry(), a_user("Triage nurse")
    client = signed_in(nurse)
    page = opened(client, inquiry, "take")

    def click():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        try:
            return send(client, inquiry, "take", page).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Inquiry.objects.select_for_update(no_key=True).get(pk=inquiry.pk)
        status = pool.submit(click).result()

    assert status == 409
    assert fresh(inquiry).assignee is None
