"""On paper: one request, and the list of a view. What a role does not read it does not print."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.staff import needs, signed_in, site
from requests.models import Inquiry

from . import facts, inbox, inquiry, listing, looks


# /staff/requests/inquiry/<uuid>/print/
@require_safe
@needs("requests.view_inquiry")
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, found = signed_in(request), facts.find(pk)
    looks.record(user, found, "print")
    context = {
        "title": f"Request {found.reference}",
        **facts.header(found, user),
        **inquiry.reading(found, user),
        "back_url": inbox.page_of(request, pk),
    }
    return sheet(request, "admin/requests/print_one.html", context)


# /staff/requests/inquiry/print/
@require_safe
@needs("requests.view_inquiry")
def listed(request: HttpRequest) -> HttpResponse:
    """The page of the list that was on the screen, with the numbers to phone; on record like the list."""
    found = listing.of(request)
    context = {
        "title": f"{found.view.title}: {found.about}",
        "listing": found,
        "rows": [(row, phones(row.inquiry)) for row in found.rows],
        "back_url": inbox.list_of(request),
    }
    return sheet(request, "admin/requests/print_list.html", context)


def phones(found: Inquiry) -> list[str]:
    named = (("", found.phone_as_typed or found.phone), (found.contact_name, found.contact_phone))
    return [f"{name}: {number}" if name else number for name, number in named if number]


def sheet(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, site.each_context(request) | {"printed_at": timezone.now()} | context)
