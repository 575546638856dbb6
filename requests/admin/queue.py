"""The queue: the most pressing request first, with enough to decide without opening it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.staff import needs, site

from . import inbox, listing


# /staff/requests/inquiry/
@require_safe
@needs("requests.view_inquiry")
def queue(request: HttpRequest) -> HttpResponse:
    found = listing.of(request)
    context = {"title": f"{found.view.title} ({found.about})", **inbox.context(request, found)}
    return render(request, "admin/requests/queue.html", site.each_context(request) | context)
