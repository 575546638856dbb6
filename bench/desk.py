"""A colleague at the queue of one database, in a process of its own: opens pages and says how long.

Server time: from the first line of Django's handler to its last, with session, permissions,
access record, database, template and compression, and without the network.
"""

import gzip
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bench import site

QUEUE = "/staff/requests/inquiry/"
Params = dict[str, str]
Ask = Callable[..., Any]


class Desk:
    """Each public method can be asked for by its name."""

    def __init__(self) -> None:
        from django.db import connection
        from django.test import Client

        from clinic.models import User
        from requests.admin import listing

        self.listing = listing
        self.cursor = connection.cursor()
        self.cursor.execute("SET statement_timeout = 0")
        self.cursor.execute("ANALYZE")
        nurses = User.objects.filter(groups__name="Triage nurse", username__startswith="made-up")
        self.user = nurses.order_by("pk")[0]
        self.client = Client(HTTP_ACCEPT_ENCODING="gzip")
        self.client.force_login(self.user)

    def page_of(self, rows: int) -> None:
        """Pages of so many rows from now on, so that both sizes show as many."""
        self.listing.page_size = lambda params: rows  # type: ignore[assignment]

    def milliseconds(self, params: Params, times: int, path: str = QUEUE) -> float:
        return statistics.median(self.once(params, path) for _ in range(times))

    def once(self, params: Params, path: str) -> float:
        begun = time.perf_counter()
        answer = self.client.get(path, params)
        spent = time.perf_counter() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} for {path} {params}")
        return spent * 1000

    def stock_milliseconds(self, times: int) -> float:
        """Django's own list of a hundred, with all of the site's middleware."""
        from django.test import Client, override_settings

        from bench import stock
        from clinic.models import User

        with override_settings(ROOT_URLCONF="bench.stock"):
            root, _ = User.objects.get_or_create(
                username="made-up-root", defaults={"is_staff": True, "is_superuser": True}
            )
            ours, self.client = self.client, Client(HTTP_ACCEPT_ENCODING="gzip")
            self.client.force_login(root)
            self.once({}, stock.ADDRESS)
            spent = self.milliseconds({}, times, stock.ADDRESS)
            self.client = ours
        return spent

    def rows(self, params: Params) -> int:
        """How many the page shows."""
        body = gzip.decompress(self.client.get(QUEUE, params).content)
        return body.count(b'<li id="r-')

    def search(self, words: str) -> Params:
        """Keeps the words in the session; gives the list of what they find."""
        address = self.client.post(f"{QUEUE}search/", {"words": words})["Location"]
        return dict(parse_qsl(urlsplit(address).query))

    def middle(self, params: Params) -> Params:
        """The same list from its middle on. Finding that place is not measured."""
        from requests.admin.filters import narrowed
        from requests.admin.views import VIEWS
        from requests.models import Inquiry

        view = VIEWS[params["view"]]
        order = self.listing.keyset.ORDERS[view.order]
        found = narrowed(view.pick(Inquiry.objects.all(), self.user), params, self.user)
        half = found.count() // 2
        return params | {"after": order.cursor(order.sorted(found)[half])} if half else params

    def oldest(self) -> dict[str, str]:
        from requests.models import Inquiry

        names = ("email", "reference", "phone_as_typed", "first_name", "last_name")
        return dict(Inquiry.objects.order_by("submitted_at").values(*names)[0])

    def newest_page(self) -> str:
        from requests.models import Inquiry

        return f"{QUEUE}{Inquiry.objects.order_by('-submitted_at')[0].pk}/"


@contextmanager
def desk(ready: dict[str, str]) -> Iterator[Ask]:
    """Gives a function: its first argument is the method's name."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(ready, there), daemon=True)
    process.start()
    there.close()

    def ask(name: str, *arguments: Any) -> Any:
        here.send((name, arguments))
        return here.recv()

    try:
        yield ask
    finally:
        here.close()
        process.join(20)


def serve(ready: dict[str, str], asked: Connection) -> None:
    with site.django_on(ready):
        one = Desk()
        while True:
            try:
                name, arguments = asked.recv()
            except EOFError:
                return
            asked.send(getattr(one, name)(*arguments))
