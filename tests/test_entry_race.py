"""A button pressed many times at once, over real connections: one request, one receipt."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from clinic.models import OutboxMessage
from requests.models import Inquiry, StatusChange

from .builders import a_safety_text, a_user
from .entry import enter, opened

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 6


@pytest.mark.parametrize("paused", [False, True])
def test_many_presses_at_once_give_one_request(paused):
    a_safety_text()
    user = a_user("Reception")
    clients = [Client() for _ in range(PRESSES)]
    for client in clients:
        client.force_login(user)
    page = opened(clients[0])
    if paused:
        enter(clients[0], page, emergency=["bladder"])
    gate = Barrier(PRESSES)

    def press(client):
        gate.wait()
        try:
            return enter(client, page).url
        finally:
            connection.close()

    with ThreadPoolExecutor(PRESSES) as pool:
        addresses = set(pool.map(press, clients))

    assert len(addresses) == 1
    assert (Inquiry.objects.count(), StatusChange.objects.count(), OutboxMessage.objects.count()) == (1, 1, 1)
    assert Inquiry.objects.get().urgency == (Inquiry.Urgency.RED_FLAG if paused else Inquiry.Urgency.ROUTINE)
