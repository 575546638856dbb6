"""Changes are verbs: each has a confirm page (GET) and is done by POST through actions.py."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.models import User
from clinic.staff import needs, signed_in, site
from requests import actions, calling, letters
from requests.actions.base import too_late_if_locked
from requests.models import Inquiry
from requests.models.status import Status

from . import again, compose, facts, history, inbox, letter, looks, presence, said, side_by_side, undo, wishes
from .verbs import VERBS, Data, Verb


@dataclass(frozen=True)
class Seen:
    """What the confirm page showed; carried in hidden fields so that a stale page is refused."""

    status: str
    assignee: str
    events: str

    @classmethod
    def now(cls, inquiry: Inquiry) -> "Seen":
        return cls.with_events(inquiry, history.count(inquiry))

    @classmethod
    def with_events(cls, inquiry: Inquiry, number: int) -> "Seen":
        return cls(inquiry.status, str(inquiry.assignee_id or ""), str(number))

    def is_stale(self, inquiry: Inquiry) -> bool:
        """History is counted only when nothing else differs."""
        as_seen = (self.status, self.assignee) == (inquiry.status, str(inquiry.assignee_id or ""))
        return not as_seen or self.events != str(history.count(inquiry))

    def before(self, inquiry: Inquiry) -> Inquiry:
        """A copy to read what was sent with, never to save: a form offers no more what is done."""
        then = copy(inquiry)
        then.status = self.status if self.status in Status.values else inquiry.status
        if not self.assignee:
            then.assignee = None
        # It may have been taken away since, by leaving the field empty as it is now.
        then.next_action = inquiry.next_action or "A step"
        return then

    @classmethod
    def of(cls, request: HttpRequest) -> "Seen":
        return cls(*(request.POST.get(f"seen_{name}", "") for name in ("status", "assignee", "events")))

    @classmethod
    def parsed(cls, text: str) -> "Seen":
        """As one hidden field holds it on a page about several requests."""
        parts = [*text.split("|"), "", "", ""]
        return cls(*parts[:3])

    def __str__(self) -> str:
        return f"{self.status}|{self.assignee}|{self.events}"


# /staff/requests/inquiry/<uuid>/take/ and so on
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.view_inquiry")
def verb(request: HttpRequest, pk: UUID, slug: str) -> HttpResponse:
    chosen = permitted(request, slug)
    return act(request, chosen, pk) if request.method == "POST" else ask(request, chosen, pk)


def permitted(request: HttpRequest, slug: str) -> Verb:
    chosen = VERBS[slug]
    if not signed_in(request).has_perm(chosen.permission):
        raise PermissionDenied
    return chosen


def ask(request: HttpRequest, chosen: Verb, pk: UUID) -> HttpResponse:
    inquiry, user = facts.find(pk), signed_in(request)
    if words := chosen.refuses(inquiry, user):
        return refuse(request, chosen, pk, words=words)
    initial: Data = {}
    if chosen.first:
        first = chosen.first(inbox.own_fields(request), inquiry=inquiry, user=user)
        if not first.is_valid():
            return confirm(request, chosen, inquiry, first, is_first=True)
        initial = prefilled(chosen, inquiry, first.cleaned_data)
    initial |= undo.words_again(request, inquiry, user)
    form = chosen.form(inquiry=inquiry, user=user, initial=initial)
    return confirm(request, chosen, inquiry, form, other=initial.get("other"))


def prefilled(chosen: Verb, inquiry: Inquiry, data: Data) -> Data:
    if chosen.slug == "decline":
        return {**data, "text": letters.decline(inquiry, data["reason"])}
    return {"reference": data["reference"].reference, "other": data["reference"]}


def act(request: HttpRequest, chosen: Verb, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    if compose.is_step(request, chosen):
        return prepare(request, chosen, pk)
    make_form = partial(chosen.form, request.POST, user=user)
    try:
        inquiry, form = do(chosen, pk, user, Seen.of(request), make_form)
    except actions.SomebodyWasFaster:
        return told(request, chosen, pk)
    except said.SaidAlready:
        messages.info(request, "The same words are there already, so nothing was done twice.")
        return redirect(inbox.page_of(request, pk))
    except actions.NotAllowed as error:
        return refuse(request, chosen, pk, words=str(error))
    if form.errors:
        return confirm(request, chosen, facts.find(pk), form, seen=Seen.of(request))
    messages.success(request, chosen.says(inquiry))
    return redirect(inbox.page_of(request, pk))


def prepare(request: HttpRequest, chosen: Verb, pk: UUID) -> HttpResponse:
    """Words to the patient before they are sent: fill in a reply, look at them, change them. Writes nothing."""
    inquiry, user = facts.find(pk), signed_in(request)
    step = compose.Step(request, chosen, inquiry, user)
    if step.asked == compose.PREVIEW and Seen.of(request).is_stale(inquiry):
        return told(request, chosen, pk)
    if words := chosen.refuses(inquiry, user):
        return refuse(request, chosen, pk, words=words)
    if step.shows_preview:
        template = "admin/requests/preview.html"
        return show(request, template, chosen, inquiry, step.preview(seen=Seen.of(request)), status=200)
    return confirm(request, chosen, inquiry, step.form, seen=Seen.of(request), filled=step.filled)


def do(
    chosen: Verb, pk: UUID, user: User, seen: Seen, make_form: Callable[..., forms.Form]
) -> tuple[Inquiry, forms.Form]:
    """Do it under a lock on the row, so that a second click waits and then finds a changed request.

    A stale page is found out before, too, so that of many clicks few wait for the row. The form
    says whether it was done: with errors nothing was written.
    """
    if seen.is_stale(get_object_or_404(Inquiry, pk=pk)):
        raise actions.SomebodyWasFaster
    with too_late_if_locked(), transaction.atomic():
        inquiry = locked(pk)
        if seen.is_stale(inquiry):
            raise actions.SomebodyWasFaster
        form = make_form(inquiry=inquiry)
        if words := chosen.refuses(inquiry, user):
            raise actions.NotAllowed(words)
        if form.is_valid():
            said.refuse_again(chosen, inquiry, user, form.cleaned_data)
            run(chosen, inquiry, user, form.cleaned_data)
    return inquiry, form


def locked(pk: UUID) -> Inquiry:
    """Who only looks waits for nobody."""
    return get_object_or_404(Inquiry.objects.select_for_update(no_key=True), pk=pk)


def run(chosen: Verb, inquiry: Inquiry, user: User, data: Data) -> None:
    if inquiry.assignee_id is None and (chosen.takes or data.get("take_over")):
        VERBS["take"].run(inquiry, user, {})
    chosen.run(inquiry, user, {name: value for name, value in data.items() if name != "take_over"})


def told(request: HttpRequest, chosen: Verb, pk: UUID) -> HttpResponse:
    """The request changed since the page was opened: say what, unless it was this very click.

    Unchanged, somebody has it at this moment.
    """
    inquiry, user, seen = facts.find(pk), signed_in(request), Seen.of(request)
    new = changes_since(inquiry, user, seen)
    form = chosen.form(request.POST, inquiry=seen.before(inquiry), user=user)
    if form.is_valid() and again.is_done(chosen, inquiry, user, form.cleaned_data, new):
        messages.info(request, "This was already done.")
        return redirect(inbox.page_of(request, pk))
    return refuse(request, chosen, pk, changes=new, is_busy=not seen.is_stale(inquiry))


def changes_since(inquiry: Inquiry, reader: User, seen: Seen) -> list[history.Event]:
    known = seen.events
    return history.counted(inquiry, reader)[int(known) :] if known.isdecimal() and len(known) < 6 else []


def refuse(
    request: HttpRequest,
    chosen: Verb,
    pk: UUID,
    *,
    words: str = "",
    changes: list[history.Event] | None = None,
    is_busy: bool = False,
) -> HttpResponse:
    """409: nothing was written. What was typed is kept, to be sent again or copied."""
    inquiry, user = facts.find(pk), signed_in(request)
    typed = request.POST.get("text", "")
    context: Data = {"words": words, "changes": changes, "is_busy": is_busy, "typed": typed}
    if request.method == "POST" and not words and chosen.is_possible(inquiry, user):
        initial = compose.typed(chosen, request.POST, inquiry, user)
        context["form"] = chosen.form(initial=initial, inquiry=inquiry, user=user)
    return show(request, "admin/requests/changed.html", chosen, inquiry, context, status=409)


def confirm(request: HttpRequest, chosen: Verb, inquiry: Inquiry, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return show(
        request, "admin/requests/verb.html", chosen, inquiry, {"form": form, **context}, status=status
    )


def show(
    request: HttpRequest, template: str, chosen: Verb, inquiry: Inquiry, context: Data, *, status: int
) -> HttpResponse:
    user = signed_in(request)
    looks.record(user, inquiry, chosen.slug)
    reach = wishes.reach(inquiry)
    everything = {
        **site.each_context(request),
        **facts.header(inquiry, user),
        **presence.context(inquiry, user),
        "title": f"{chosen.heading}: {inquiry.reference}",
        "verb": chosen,
        "reach": reach,
        "shortly": wishes.shortly(reach),
        "seen": Seen.now(inquiry),
        "back_url": inbox.page_of(request, inquiry.pk),
        "list_url": inbox.list_of(request),
        "carried_fields": inbox.carried_fields(request),
        "advice": calling.advice(inquiry, user, timezone.now()) if chosen.slug == "phone" else [],
        "letter": letter.context(inquiry) if chosen.slug == letter.SLUG else None,
        **compose.context(chosen, inquiry, user),
        "takes_it": chosen.takes and inquiry.assignee_id is None,
        **side_by_side.context(inquiry, context.get("other"), user),
        **context,
    }
    return render(request, template, everything, status=status)
