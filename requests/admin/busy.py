"""Where one press does it all: somebody has the request at this moment, and one more press does the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.staff import site
from requests.models import Inquiry

from . import inbox


def page(request: HttpRequest, inquiry: Inquiry, *, button: str) -> HttpResponse:
    """409: nothing was written. What the press sent is sent again."""
    context = {
        "title": f"{button}: {inquiry.reference}",
        "inquiry": inquiry,
        "button": button,
        "posted": [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"],
        "back_url": inbox.page_of(request, inquiry.pk),
        "list_url": inbox.list_of(request),
    }
    return render(request, "admin/requests/busy.html", site.each_context(request) | context, status=409)
