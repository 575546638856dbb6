"""The same verb for several picked requests: each in its own transaction, reported one by one."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinic.models import User
from clinic.staff import needs, signed_in, site
from requests import actions
from requests.models import Inquiry

from . import again, bulk_offer, history, inbox, looks, rows
from .bulk_verbs import BULK_VERBS, BulkVerb
from .verb import Seen, changes_since, do
from .verbs import Data, Verb

MOST = 100


@dataclass(frozen=True)
class Pick:
    """One request on the confirm page: its row, what the page saw of it, why it cannot be done."""

    row: rows.Row
    seen: Seen
    refused: str


@dataclass(frozen=True)
class Result:
    inquiry: Inquiry
    words: str
    is_done: bool = False
    changes: list[history.Event] = field(default_factory=list)


# /staff/requests/inquiry/bulk/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.view_inquiry")
def bulk(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    chosen = BULK_VERBS.get(data.get("do", ""))
    if chosen is None:
        raise Http404
    if not signed_in(request).has_perm(chosen.permission):
        raise PermissionDenied
    picked = picks(data)
    if not picked or len(picked) > MOST:
        words = (
            f"Pick at most {MOST} requests." if picked else "Pick the requests first, then choose what to do."
        )
        messages.warning(request, words)
        return redirect(inbox.list_of(request))
    if request.method == "POST" and chosen.verb:
        return act(request, chosen, chosen.verb, picked)
    return ask(request, chosen, picked)


def picks(data: QueryDict) -> list[UUID]:
    """Each once, in the order of the list; what is no id is passed over."""
    found: dict[UUID, None] = {}
    for value in data.getlist("pick")[: 10 * MOST]:
        try:
            found[UUID(value)] = None
        except ValueError:
            continue
    return list(found)


def ask(
    request: HttpRequest, chosen: BulkVerb, picked: list[UUID], form: Any = None, seen: Any = None
) -> HttpResponse:
    """The confirm page: every request that is meant, and what the verb asks once for all of them."""
    user = signed_in(request)
    listed = rows.described(found(picked), user)
    looks.record_list(user, [row.inquiry for row in listed], f"bulk {chosen.slug}")
    numbers = history.counts([row.inquiry.pk for row in listed])
    now = {row.inquiry.pk: Seen.with_events(row.inquiry, numbers[row.inquiry.pk]) for row in listed}
    context = {
        "title": f"{chosen.button}: {len(listed)} request{'' if len(listed) == 1 else 's'}",
        "chosen": chosen,
        "form": form or chosen.form(user=user),
        "picks": [
            Pick(
                row, (seen or {}).get(row.inquiry.pk, now[row.inquiry.pk]), refusal(chosen, row.inquiry, user)
            )
            for row in listed
        ],
        "back_url": inbox.list_of(request),
        "query": inbox.carried(request),
    }
    status = 422 if form else 200
    return render(request, "admin/requests/bulk.html", site.each_context(request) | context, status=status)


def found(picked: list[UUID]) -> list[Inquiry]:
    """In the order in which they were picked; one that is gone is left out."""
    known = {inquiry.pk: inquiry for inquiry in Inquiry.objects.filter(pk__in=picked)}
    return [known[pk] for pk in picked if pk in known]


def refusal(chosen: BulkVerb, inquiry: Inquiry, user: User) -> str:
    return chosen.verb.refuses(inquiry, user) if chosen.verb else ""


def act(request: HttpRequest, chosen: BulkVerb, verb: Verb, picked: list[UUID]) -> HttpResponse:
    user = signed_in(request)
    form = chosen.form(request.POST, user=user)
    seen = {pk: Seen.parsed(request.POST.get(f"seen_{pk}", "")) for pk in picked}
    if not form.is_valid():
        return ask(request, chosen, picked, form, seen)
    results = [one(verb, inquiry, user, seen[inquiry.pk], form) for inquiry in found(picked)]
    looks.record_list(user, [result.inquiry for result in results], f"bulk {chosen.slug}")
    done = [result.inquiry for result in results if result.is_done]
    free = [pk for pk in seen if not seen[pk].assignee]
    offer, typed = bulk_offer.offer(chosen, done, free, user), form.cleaned_data.get("text", "")
    return report(request, chosen, results, undo=offer, typed=typed)


def report(
    request: HttpRequest,
    chosen: BulkVerb,
    results: list[Result],
    *,
    undo: Any = None,
    is_undo: bool = False,
    typed: str = "",
) -> HttpResponse:
    """One by one what became of each; `undo` takes all of it back, `typed` is kept for those that were left."""
    done, left = [[result for result in results if result.is_done is state] for state in (True, False)]
    context = {
        "title": f"{chosen.button}: {len(done)} of {len(results)} {'taken back' if is_undo else 'done'}",
        "chosen": chosen,
        "done": done,
        "left": left,
        "again": [result for result in left if result.changes],
        "undo": undo,
        "is_undo": is_undo,
        "typed": typed,
        "back_url": inbox.list_of(request),
        "query": inbox.carried(request),
        "carried_fields": inbox.carried_fields(request),
    }
    return render(request, "admin/requests/bulk_done.html", site.each_context(request) | context)


def one(verb: Verb, inquiry: Inquiry, user: User, seen: Seen, form: Any) -> Result:
    try:
        changed, _form = do(verb, inquiry.pk, user, seen, lambda inquiry: form)
    except actions.NotAllowed as error:
        return Result(inquiry, str(error))
    except actions.SomebodyWasFaster:
        return too_late(verb, inquiry, user, seen, form.cleaned_data)
    return Result(inquiry, verb.says(changed), is_done=True)


def too_late(verb: Verb, inquiry: Inquiry, user: User, seen: Seen, data: Data) -> Result:
    """Changed since the confirm page was shown, be it by this very click coming in twice."""
    inquiry.refresh_from_db()
    new = changes_since(inquiry, user, seen)
    if again.is_done(verb, inquiry, user, data, new):
        return Result(inquiry, "This was already done.", is_done=True)
    if not seen.is_stale(inquiry):
        return Result(inquiry, "Somebody is working on it at this moment. Nothing was done.")
    return Result(inquiry, "It changed since you opened the page. Nothing was done.", changes=new)
