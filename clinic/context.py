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
        "clinic": SimpleLazyObject(ClinicProfile.load),
        "opening_lines": SimpleLazyObject(calendar.opening_lines),
    }
