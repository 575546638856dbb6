"""Members of staff at a wide screen."""

from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from clinic.models import User
from tests.browsing import Visitor
from tests.builders import a_user

QUEUE = "/staff/requests/inquiry/"
# Of each kind that a row may show.
FLAGS = [
    ("urgent", "fever", "Fever, chills or very unwell", "Ticked"),
    ("before_booking", "blood_thinners", "Takes blood thinners", "Apixaban"),
    ("note", "interpreter", "Needs an interpreter", "Ticked"),
]


def signed_in(visitor: Visitor, who: str | User, **options: Any) -> Page:
    """A fresh window in which somebody is signed in already."""
    user = who if isinstance(who, User) else a_user(who)
    client = Client()
    client.force_login(user)
    page = visitor.page(**options)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": visitor.site}])
    return page
