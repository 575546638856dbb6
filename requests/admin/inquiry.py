"""One request: everything about it to read, and the verbs as buttons."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.models import User
from clinic.staff import needs, signed_in, site
from requests import steps
from requests.models import Inquiry

from . import facts, history, looks, mails, rows, verbs, wishes


# /staff/requests/inquiry/<uuid>/
@require_safe
@needs("requests.view_inquiry")
def inquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    found = facts.find(pk)
    looks.record(user, found)
    possible = verbs.possible(found, user)
    context = {
        "title": f"Request {found.reference}",
        **facts.header(found, user),
        **clinical(found, user),
        "verbs": possible,
        "next": verbs.next_step(found, possible),
        "reach": wishes.reach(found),
        "mails": mails.of(found),
        "events": history.of(found, reader=user)[::-1],
    }
    return render(request, "admin/requests/inquiry.html", site.each_context(request) | context)


def clinical(found: Inquiry, user: User) -> dict[str, Any]:
    """Flags with rule and answer, and what the patient wrote: for clinical roles only."""
    if not user.has_perm("requests.read_clinical"):
        return {"flag_tags": rows.flag_tags(found, clinical=False), "visits": wishes.visits(found)}
    groups = steps.summary(found.answers, found.safety_text.body)
    return {
        "is_clinical": True,
        "flags": found.flags.all(),
        # How to reach the patient has its own card beside it.
        "groups": [group for group in groups if group.title != str(steps.CONTACT)],
    }
