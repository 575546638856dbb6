"""Enter a request for a caller: the patients' questions on one page, one button at the end."""

from typing import Any
from uuid import UUID, uuid4

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from clinic.models import User
from clinic.staff import needs, signed_in, site
from procedures import safety_text
from procedures.models import SafetyText
from requests import actions, entry, notifications, shown
from requests.entry import Entry
from requests.forms.contact import likely_email
from requests.forms.signs import has_emergency_sign
from requests.models import Inquiry

from . import facts, looks, mails, words

PERMISSION = "requests.enter_inquiry"
# Not an answer of the caller's.
OURS = {"csrfmiddlewaretoken", "do", "emergency", "key", "safety_version"}


# /staff/requests/inquiry/new/
@require_http_methods(["GET", "HEAD", "POST"])
@needs(PERMISSION)
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return opened(request)
    key, asked = key_of(request.POST), shown.sent_with(request)
    if has_emergency_sign(request.POST, asked.body):
        return stop(request, key)
    do = request.POST.get("do")
    if do in ("signs", "back", "again"):
        return go_on(request, key, do)
    return send(request, key)


def opened(request: HttpRequest) -> HttpResponse:
    """Empty, or after the browser's own way back from a stop as it was sent; entry.js names the call."""
    key, safety = key_of(request.GET, "call"), safety_text.current().body
    typed = actions.paused_entry(by=signed_in(request), key=key)
    if typed is None:
        return show(request, entry.blank(safety), uuid4())
    kept = QueryDict(mutable=True)
    for name, values in typed.items():
        kept.setlist(name, values)
    privacy_given = kept.get("privacy_given") == "on"
    return show(request, entry.unchecked(kept, safety), key, went_on="back", privacy_given=privacy_given)


def key_of(typed: QueryDict, name: str = "key") -> UUID:
    try:
        return UUID(typed.get(name, ""))
    except ValueError:
        return uuid4()


def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """An emergency sign: nothing is sent. What was typed waits here, without the signs."""
    typed = kept_answers(request.POST)
    try:
        actions.pause_entry(by=signed_in(request), key=key, safety=stored_text(), typed=typed)
    except actions.NotAllowed:
        key = uuid4()
        actions.pause_entry(by=signed_in(request), key=key, safety=stored_text(), typed=typed)
    kept = [(name, value) for name, values in typed.items() for value in values]
    context = {
        "title": "Stop: emergency care now",
        "safety": safety_text.current().body,
        "kept": [("key", str(key)), *kept],
    }
    return render(request, "admin/requests/entry_stop.html", site.each_context(request) | context, status=409)


def kept_answers(typed: QueryDict) -> dict[str, list[str]]:
    return {name: [str(value) for value in values] for name, values in typed.lists() if name not in OURS}


def go_on(request: HttpRequest, key: UUID, do: str) -> HttpResponse:
    """No emergency sign, a corrected one, or signed in anew: what was typed, and no error yet."""
    safety = safety_text.current().body
    typed = entry.unchecked(request.POST, safety)
    return show(request, typed, key, went_on=do)


def send(request: HttpRequest, key: UUID) -> HttpResponse:
    text = stored_text()
    read = entry.read(request.POST, text.body)
    if shown.is_outdated(request):
        read.sections[0].form.add_error(None, shown.LIST_CHANGED)
    if read.has_errors:
        return show(request, read, key, status=422)
    answers = read.answers | {"privacy_given": request.POST.get("privacy_given") == "on"}
    try:
        inquiry = actions.enter(by=signed_in(request), key=key, safety=text, answers=answers)
    except actions.NotAllowed as error:
        messages.error(request, str(error))
        return show(request, read, uuid4(), status=409)
    if meant := likely_email(answers):
        messages.warning(request, f"Ask the caller: is the e-mail address {meant}?")
    return redirect("admin:requests_inquiry_slip", inquiry.pk)


def stored_text() -> SafetyText:
    text = safety_text.current()
    return text if text.pk else safety_text.load()[0]


def show(request: HttpRequest, page: Entry, key: UUID, *, status: int = 200, **context: Any) -> HttpResponse:
    everything = {
        "title": "New request for a caller",
        "entry": page,
        "key": key,
        "safety": safety_text.current().body,
        "safety_version": safety_text.current().version,
        "privacy_given": request.POST.get("privacy_given") == "on",
        **context,
    }
    return render(
        request, "admin/requests/entry.html", site.each_context(request) | everything, status=status
    )


# /staff/requests/inquiry/<uuid>/slip/
@require_safe
@needs(PERMISSION)
def slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reference and private page of a request, to read out, print and hand over."""
    user, inquiry = signed_in(request), facts.find(pk)
    if not may_hand_over(inquiry, user):
        raise PermissionDenied
    looks.record(user, inquiry, "slip")
    link = notifications.status_link(inquiry)
    context = {
        "title": f"Slip for {inquiry.reference}",
        "inquiry": inquiry,
        "link": link,
        "code": mark_safe(segno.make_qr(link, error="m").svg_inline(border=2, omitsize=True)),  # noqa: S308 # our own drawing
        "receipt": mails.receipt_words(inquiry),
        "spelled": spelled(inquiry.reference),
        "answer_by": words.short_day(inquiry.answer_by),
        "back_url": reverse("admin:requests_inquiry_change", args=[pk]),
    }
    return render(request, "admin/requests/slip.html", site.each_context(request) | context)


def may_hand_over(inquiry: Inquiry, user: User) -> bool:
    """The private page shows messages, which may be clinical: others only for a caller's own request."""
    if not user.has_perm(PERMISSION):
        return False
    return inquiry.source == Inquiry.Source.PHONE or user.has_perm("requests.read_clinical")


def slip_url(inquiry: Inquiry, user: User) -> str:
    return reverse("admin:requests_inquiry_slip", args=[inquiry.pk]) if may_hand_over(inquiry, user) else ""


def spelled(reference: str) -> str:
    """7K3-XW9 is read out as 7, K, 3, dash, X, W, 9."""
    return ", ".join("dash" if letter == "-" else letter for letter in reference)
