"""What was just done to several requests is taken back: one press, each by itself, reported one by one."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from clinic.models import User
from clinic.staff import needs, signed_in
from requests import actions
from requests.actions.base import too_late_if_locked
from requests.models import Inquiry

from . import bulk, looks
from .bulk_verbs import BULK_VERBS, BulkVerb, Leaves
from .verb import locked

Step = tuple[Leaves, Any]
BUSY = "Somebody is working on it at this moment. Nothing was taken back."


# /staff/requests/inquiry/bulk/undo/
@require_POST
@needs("requests.view_inquiry")
def undo(request: HttpRequest) -> HttpResponse:
    chosen, user = BULK_VERBS.get(request.POST.get("do", "")), signed_in(request)
    if chosen is None or not chosen.leaves:
        raise Http404
    if not user.has_perm(chosen.permission):
        raise PermissionDenied
    results = [one(chosen, inquiry, steps, user) for inquiry, steps in asked_for(request, chosen)]
    if not results:
        raise Http404
    looks.record_list(user, [result.inquiry for result in results], f"undo bulk {chosen.slug}")
    return bulk.report(request, chosen, results, is_undo=True)


def asked_for(request: HttpRequest, chosen: BulkVerb) -> list[tuple[Inquiry, list[Step]]]:
    """Each request with its records, in the order of the page."""
    ids = bulk.picks(request.POST)[: bulk.MOST * len(chosen.leaves)]
    steps: dict[UUID, list[Step]] = {}
    for leaves in chosen.leaves:
        known = leaves.record.objects.in_bulk(ids)
        for pk in ids:
            if pk in known:
                steps.setdefault(known[pk].inquiry_id, []).append((leaves, known[pk]))
    return [(inquiry, steps[inquiry.pk]) for inquiry in bulk.found(list(steps))]


def one(chosen: BulkVerb, inquiry: Inquiry, steps: list[Step], user: User) -> bulk.Result:
    """All that the press did to this request, or nothing of it."""
    try:
        with too_late_if_locked(), transaction.atomic():
            locked(inquiry.pk)
            for leaves, record in steps:
                leaves.undo(record, by=user)
    except actions.NotAllowed as error:
        return bulk.Result(inquiry, str(error))
    except actions.SomebodyWasFaster:
        return bulk.Result(inquiry, BUSY)
    inquiry.refresh_from_db()
    return bulk.Result(inquiry, chosen.told_back(inquiry), is_done=True)
