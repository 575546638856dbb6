"""The last button, pressed by many hands at one instant, over real connections."""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from django.db import connection, transaction

from clinic.models import OutboxMessage
from requests import drafts
from requests.models import Draft, Inquiry, StatusChange

from .intake import complete_draft

AT_ONCE = 40
CHECK, SEND = "/requests/new/check-your-answers/", "/requests/new/send/"


def opened(live_site, cookie):
    """The check page on a connection of its own: what a browser then holds."""
    address = urlsplit(live_site)
    http = HTTPConnection(address.hostname, address.port, timeout=60)
    http.request("GET", CHECK, headers={"Cookie": cookie})
    response = http.getresponse()
    page = response.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    csrf = response.headers["Set-Cookie"].partition(";")[0]
    return http, token, f"{cookie}; {csrf}"


@contextmanager
def hold(draft):
    """As if the first send took its time: what comes meanwhile has passed every check."""
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)
        yield


def wait_until_stuck():
    """All of them wait for the row, or a second has passed; lock_timeout is 3 seconds."""
    ends_at = time.monotonic() + 1
    while time.monotonic() < ends_at and waiting() < AT_ONCE:
        time.sleep(0.02)


def waiting():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def test_40_sends_at_once_give_one_request(live_site):
    draft = complete_draft()
    pages = [opened(live_site, f"{drafts.COOKIE}={draft.key}") for _number in range(AT_ONCE)]
    together = threading.Barrier(AT_ONCE)

    def send(page):
        http, token, cookie = page
        body = urlencode({"csrfmiddlewaretoken": token, "privacy_given": "on"})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        together.wait()
        http.request("POST", SEND, body, headers)
        response = http.getresponse()
        response.read()
        http.close()
        return response.status, response.headers["Location"]

    with ThreadPoolExecutor(AT_ONCE) as hands:
        with hold(draft):
            answers = hands.map(send, pages)
            wait_until_stuck()
        answers = list(answers)

    inquiry = Inquiry.objects.get()
    assert Counter(answers) == {(302, f"/requests/{inquiry.token}/"): AT_ONCE}
    assert [change.new for change in StatusChange.objects.all()] == ["new"]
    assert [mail.kind for mail in OutboxMessage.objects.all()] == ["receipt"]
    assert inquiry.answers["privacy_given"] is True
