"""One request beside its list: everything about it to read, and the verbs as buttons."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.models import User
from clinic.staff import needs, signed_in, site
from requests import steps
from requests.forms.contact import is_through_asker
from requests.models import Inquiry

from . import (
    entry,
    facts,
    history,
    inbox,
    listing,
    looks,
    mails,
    people,
    plan,
    presence,
    rows,
    thread,
    verbs,
    wishes,
)
from .verb import Seen


# /staff/requests/inquiry/<uuid>/
@require_safe
@needs("requests.view_inquiry")
def inquiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    found = facts.find(pk)
    looks.record(user, found)
    beside, header = listing.of(request, open=found), facts.header(found, user)
    context = {
        "title": f"Request {found.reference}",
        **inbox.context(request, beside),
        "neighbours": inbox.neighbours(request, beside, found),
        **presence.context(found, user),
        **header,
        **doing(found, user, needs_call=bool(header["needs_call"])),
        **reading(found, user),
        **people.context(found, user),
        **thread.context(found, user),
        "slip_url": entry.slip_url(found, user),
    }
    return render(request, "admin/requests/inquiry.html", site.each_context(request) | context)


def doing(found: Inquiry, user: User, *, needs_call: bool) -> dict[str, Any]:
    """The verbs; a one-press verb carries what the page showed, like the page of any other verb."""
    in_order, step = verbs.likely_first(found, verbs.possible(found, user), needs_call=needs_call)
    return {"seen": Seen.now(found), **inbox.buttons(in_order, step)}


def reading(found: Inquiry, user: User) -> dict[str, Any]:
    """What stands on the screen and on paper alike."""
    reach = wishes.reach(found)
    return {
        **clinical(found, user),
        "reach": reach,
        "shortly": wishes.shortly(reach),
        "mails": mails.of(found),
        "is_through_asker": is_through_asker(found.answers),
        "events": history.of(found, reader=user)[::-1],
        "plan": plan.of(found, user),
    }


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
