"""What every template may use; touches neither user, session nor messages."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from . import calendar
from .models import ClinicProfile


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "clinic": SimpleLazyObject(ClinicProfile.load),
        "opening_lines": SimpleLazyObject(calendar.opening_lines),
    }
