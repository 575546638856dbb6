"""With DATABASE_URL the same code is the clinic's real site: it stops early, clearly, or runs clean."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings

from clinic.processes import free_port
from tests.deployed import production
from tests.running import Run, manage

BEHIND_TLS = {"Host": "clinic.example", "Forwarded": "for=192.0.2.7;proto=https"}


def run_with(**changes: str) -> tuple[int, str]:
    done = manage("run", environment=production(PORT=str(free_port())) | changes)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "ENCRYPTION_KEYS",
        "ALLOWED_HOSTS",
        "SITE_URL",
        "CLINIC_NAME",
        "EMAIL_URL",
        "DEFAULT_FROM_EMAIL",
    ],
)
def test_a_missing_setting_stops_the_start_with_a_sentence(name: str):
    environment = production()
    del environment[name]
    done = manage("check", environment=environment)

    assert (done.returncode, done.stderr.splitlines()[0].split(".")[0]) == (1, f"Set {name} (or {name}_FILE)")


def test_all_that_is_missing_is_said_at_once():
    bare = {name: value for name, value in production().items() if name in ("PATH", "DATABASE_URL")}
    done = manage("check", environment=bare)

    assert done.stderr.splitlines() == [
        "Set SECRET_KEY (or SECRET_KEY_FILE). At least 50 random characters. Also missing: ENCRYPTION_KEYS, "
        "ALLOWED_HOSTS, SITE_URL, CLINIC_NAME, CLINIC_PHONE, EMAIL_URL, DEFAULT_FROM_EMAIL."
    ]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "django-insecure-" + "abcdefghijklmnop" * 4, "SECRET_KEY must be"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must be"),
        ("SITE_URL", "http://clinic.example", "SITE_URL must be"),
        ("SITE_URL", "https://evil.example", "SITE_URL must be"),
        ("DEBUG", "1", "DEBUG has no place"),
        ("EMAIL_URL", "smtp://mail.example:25", "EMAIL_URL must use TLS"),
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgres://clinic@127.0.0.1:1/clinic", "The database does not answer"),
        ("PORT", "http", "PORT must be a number"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(name: str, value: str, sentence: str):
    code, said = run_with(**{name: value})

    assert (code, said[: len(sentence)], len(said.splitlines())) == (1, sentence, 1)


def test_a_secret_may_come_from_a_file(tmp_path: Path):
    environment = production()
    (tmp_path / "key").write_text(environment.pop("SECRET_KEY") + "\n")

    assert (
        manage("check", environment=environment | {"SECRET_KEY_FILE": str(tmp_path / "key")}).returncode == 0
    )


@pytest.mark.parametrize("command", ["sample_staff", "sample_data"])
def test_made_up_data_is_refused(command: str, database_url: str):
    done = manage(command, environment=production(DATABASE_URL=database_url))

    assert (done.returncode, "production" in done.stderr) == (1, True)


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """An empty database on the test server."""
    server = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=server["HOST"], port=server["PORT"], user=server["USER"], dbname="postgres"
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE production_start")
        yield f"postgres://{server['USER']}@:5432/production_start?host={quote(server['HOST'], safe='')}"
        cursor.execute("DROP DATABASE production_start WITH (FORCE)")
    connection.close()


@pytest.fixture(scope="module")
def site(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    environment = production(DATABASE_URL=database_url, TRUSTED_PROXY="true", PORT=str(free_port()))
    refused = manage("run", environment=environment)
    assert (refused.returncode, refused.stderr[:23]) == (1, "The database waits for ")  # explicit steps only
    assert manage("migrate", environment=environment).returncode == 0
    site = Run(environment, tmp_path_factory.mktemp("production") / "said")
    yield site
    site.leave()


def test_it_makes_no_accounts_requests_or_pages(site: Run, database_url: str):
    connection = psycopg2.connect(database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM clinic_user), (SELECT count(*) FROM requests_inquiry)")
        assert cursor.fetchone() == (0, 0)
    connection.close()


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/dev/mail/", 404), ("/staff/login/", 200)])
def test_pages_behind_the_proxy(site: Run, path: str, status: int):
    assert site.get(path, **BEHIND_TLS).status == status


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-Proto": "https"}, {"X_Forwarded_Proto": "https"}])
def test_only_what_the_proxy_says_counts_as_secure(site: Run, headers: dict[str, Any]):
    answer = site.get("/", Host="clinic.example", **headers)

    assert (answer.status, answer.headers["location"]) == (301, "https://clinic.example/")


def test_another_host_name_is_refused(site: Run):
    assert site.get("/", **BEHIND_TLS | {"Host": "evil.example"}).status == 400


def test_the_style_sheet_has_a_name_of_its_content(site: Run):
    page = site.get("/requests/new/", **BEHIND_TLS).body.decode()
    path = page.split('rel="stylesheet" href="', 1)[1].split('"', 1)[0]
    sheet = site.get(path, **BEHIND_TLS)

    assert sheet.status == 200
    assert sheet.headers["cache-control"] == "max-age=315360000, public, immutable"
