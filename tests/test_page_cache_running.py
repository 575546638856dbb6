"""What readers may see changes on every process of a running site within 2 seconds (docs/adr/0006)."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from clinic.calendar import local_today
from clinic.postgres import Server
from clinic.processes import free_port
from tests.deployed import outside
from tests.running import Run, manage

# Each test changes another page, so that they may run in any order.
REVIEWED, RENEWED, WITHDRAWN = "cluneal-nerve-block", "trigger-point-injection", "radiofrequency-ablation"
PROMISE = 2
# On connections of their own and at once, so that each process gets some of them.
READERS = 24
FIND = "from procedures.models import Explainer; page = Explainer.objects.get(slug='{0}'); "
PUBLISH = (
    "page.asked.create(question='Can I ask you?', answer='You can ask us about it. {.own}');"
    " from procedures import publishing; publishing.publish(page, change_note='A question.')"
)
PHONE = "from clinic.models import ClinicProfile; ClinicProfile.objects.update(phone='202-555-0177')"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    data = tmp_path_factory.mktemp("freshness") / "data"
    changes = {"CLINIC_DATA_DIR": str(data), "PORT": str(free_port()), "WEB_WORKERS": "2"}
    site = Run(outside() | changes, data.parent / "said")
    yield site
    site.leave()
    Server(data).remove()


class Staff:
    """Somebody who is signed in, with the cookies of a browser."""

    def __init__(self, site: Run, name: str) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}
        words = (Path(site.environment["CLINIC_DATA_DIR"]) / "staff_passwords.txt").read_text()
        password = dict(line.split() for line in words.splitlines())[name]
        self.send("/staff/login/", username=name, password=password, next="/staff/")

    def send(self, path: str, **typed: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask("GET", path))
        assert token
        self.ask("POST", path, urlencode({"csrfmiddlewaretoken": token[1]} | typed))

    def ask(self, method: str, path: str, body: str | None = None) -> str:
        http = HTTPConnection("127.0.0.1", self.site.port, timeout=10)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        http.request(method, path, body, headers)
        answer = http.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        http.close()
        assert answer.status == (302 if body else 200), text
        return text


def page_of(slug: str) -> str:
    return f"/procedures/{slug}/"


def everybody_reads(site: Run, path: str, holds: Callable[[str], bool]) -> bool:
    """All of many readers at once."""
    with ThreadPoolExecutor(READERS) as readers:
        answers = readers.map(lambda _number: site.get(path), range(READERS))
        return all([holds(answer.body.decode()) for answer in answers])


def given_everybody_has_read(site: Run, path: str, words: str) -> None:
    """So that each process keeps the page as it is now."""
    assert all(everybody_reads(site, path, lambda text: words in text) for _again in range(5))


def shows_in_time(site: Run, path: str, holds: Callable[[str], bool], since: float) -> bool:
    """As soon as one crowd finds it everywhere, or when the time is over, nobody finds the old words again."""
    while not everybody_reads(site, path, holds) and time.time() < since + PROMISE:
        time.sleep(0.05)
    return all(everybody_reads(site, path, holds) for _again in range(5))


def changed(site: Run, code: str) -> float:
    """When the change was committed, by another process than those that serve."""
    return float(said(site, f"{code}\nimport time; print(time.time())"))


def said(site: Run, code: str) -> str:
    done = manage("shell", "-c", code, environment=site.environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def test_a_clinicians_review_takes_the_banner_off(site: Run):
    banner = "Sample text. No clinician has reviewed it yet."
    given_everybody_has_read(site, page_of(REVIEWED), banner)
    number = said(site, f"{FIND.format(REVIEWED)}print(page.current_edition.pk)")
    clinician, today = Staff(site, "clinician"), local_today()

    clinician.send(
        f"/staff/procedures/edition/{number}/review/",
        reviewed_on=f"{today}",
        next_due=f"{today + timedelta(days=300)}",
        has_read_all="on",
    )

    day = f'<time datetime="{today}">{today:%B} {today.day}, {today.year}</time>'
    signed = {"<dd>Casey Sample, MD</dd>", f"<dt>Last reviewed</dt><dd>{day}</dd>"}
    since = time.time()
    assert shows_in_time(
        site,
        page_of(REVIEWED),
        lambda text: {words for words in (*signed, banner) if words in text} == signed,
        since,
    )


def test_a_new_edition_shows(site: Run):
    new = "You can ask us about it."
    given_everybody_has_read(site, page_of(RENEWED), "Who wrote and reviewed this page")

    since = changed(site, FIND.format(RENEWED) + PUBLISH)

    assert shows_in_time(site, page_of(RENEWED), lambda text: new in text, since)


def test_a_changed_phone_number_shows(site: Run):
    given_everybody_has_read(site, "/privacy/", "202-555-0100")

    since = changed(site, PHONE)

    assert shows_in_time(site, "/privacy/", lambda text: "0177" in text and "0100" not in text, since)


def test_a_withdrawn_page_is_gone(site: Run):
    heading = "Who wrote and reviewed this page"
    given_everybody_has_read(site, page_of(WITHDRAWN), heading)

    since = changed(
        site, f"{FIND.format(WITHDRAWN)}from procedures import publishing; publishing.withdraw(page)"
    )

    assert shows_in_time(site, page_of(WITHDRAWN), lambda text: heading not in text, since)
