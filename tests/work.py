"""Words that the tests of daily work share: who has a request, what a page told, what a list picks."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from clinic.models import User
from requests.models import Inquiry

BULK = "/staff/requests/inquiry/bulk/"
EXPORT = "/staff/requests/inquiry/export/"


def given(inquiry: Inquiry) -> tuple[User | None, str | None]:
    """The person and the name of the role."""
    return inquiry.assignee, inquiry.role.name if inquiry.role else None


def told(response: HttpResponse) -> list[str]:
    """What the message on the next page says."""
    return [str(message) for message in response.wsgi_request._messages]  # type: ignore[attr-defined]


def picked(client: Client, verb: str, *inquiries: Inquiry) -> dict[str, Any]:
    """Open the confirm page of several; gives the hidden fields in which it carries what it showed."""
    page = client.get(BULK, {"do": verb, "pick": [str(inquiry.pk) for inquiry in inquiries]})
    picks = page.context["picks"]
    seen = {f"seen_{pick.row.inquiry.pk}": str(pick.seen) for pick in picks}
    return {"do": verb, "pick": [str(pick.row.inquiry.pk) for pick in picks], **seen}


def results(response: HttpResponse) -> dict[UUID, tuple[bool, str]]:
    """Request -> whether it was done, and in which words."""
    reported = [*response.context["done"], *response.context["left"]]  # type: ignore[attr-defined]
    return {result.inquiry.pk: (result.is_done, result.words) for result in reported}
