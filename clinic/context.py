"""What every template may use; touches neither user, session nor messages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from . import calendar
from .models import ClinicProfile


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "canonical": settings.SITE_URL + request.path,
        "alternates": alternates(request.path),
        "clinic": SimpleLazyObject(ClinicProfile.load),
        "opening_lines": SimpleLazyObject(calendar.opening_lines),
    }


def alternates(path: str) -> list[tuple[str, str]]:
    """(language, address) of a page in each language in which it is there (hreflang, E49)."""
    address = settings.SITE_URL + path
    return [("en", address), ("x-default", address)]
