"""A letter by post after three calls that failed: what to know before, and the sheet to print."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic.calendar import local_today
from clinic.staff import needs, signed_in, site
from requests import calling, letters
from requests.models import Inquiry

from . import facts, inbox, looks

SLUG = "letter"


def context(inquiry: Inquiry) -> dict[str, Any]:
    return {
        "been_before": inquiry.answers.get("been_before") == "yes",
        "write_url": reverse("admin:requests_inquiry_write", args=[inquiry.pk]),
        "sheet_url": reverse("admin:requests_inquiry_letter_sheet", args=[inquiry.pk]),
    }


# /staff/requests/inquiry/<uuid>/letter/print/
@require_safe
@needs("requests.add_message")
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, found = signed_in(request), facts.find(pk)
    tries = len(calling.failed_tries(found).began)
    if tries < calling.TRIES:
        raise Http404
    looks.record(user, found, "print letter")
    everything = {
        **site.each_context(request),
        "title": f"Letter: {found.reference}",
        "inquiry": found,
        "today": local_today(),
        "paragraphs": letters.please_call(found, tries=tries),
        "back_url": inbox.with_carried(reverse("admin:requests_inquiry_letter", args=[pk]), request),
    }
    return render(request, "admin/requests/letter_sheet.html", everything)
