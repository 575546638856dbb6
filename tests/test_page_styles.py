"""Public pages carry the style sheet inside; the policy lets that sheet pass and no other."""

import base64
import hashlib
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from clinic import styles
from clinic.headers import CONTENT_SECURITY_POLICY

pytestmark = pytest.mark.django_db
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@pytest.mark.parametrize("path", ["/", "/procedures/", "/privacy/", "/procedures/no-such-page/"])
def test_a_public_page_has_one_sheet_that_its_policy_allows(client: Client, path: str):
    answer = client.get(path)
    (sheet,) = STYLE.findall(answer.content.decode())
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()

    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY.replace(
        "style-src 'self'", f"style-src 'self' 'sha256-{digest}'"
    )
    assert 'href="/static/clinic/site.css"' not in answer.content.decode()


@pytest.mark.parametrize("path", ["/requests/new/", "/nothing/"])
def test_any_other_page_links_to_it_under_the_strict_policy(client: Client, path: str):
    answer = client.get(path)

    assert STYLE.findall(answer.content.decode()) == []
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert 'href="/static/clinic/site.css"' in answer.content.decode()


def test_every_address_in_the_sheet_leads_to_a_file():
    addresses = re.findall(r"url\(([^)]*)\)", styles.sheet())

    assert len(addresses) == 2
    assert [name for name in addresses if not name.startswith('"/static/clinic/')] == []
    assert [name for name in addresses if not finders.find(name.strip('"').removeprefix("/static/"))] == []


def test_nothing_in_the_sheet_can_end_the_style_element():
    assert "</" not in styles.sheet()
