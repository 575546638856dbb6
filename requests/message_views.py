"""The patient writes to us on the status page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinic import limits
from procedures import emergency_words, safety_text

from . import actions, held
from .forms.message import MessageForm
from .models import Inquiry
from .status_views import find, links, page
from .trouble import guarded

HOUR = 3600
# To one request; a double click is counted twice.
AN_HOUR = 12


# /requests/<token>/write/
@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def write(request: HttpRequest, token: str) -> HttpResponse:
    """The form stands on the status page; its address only takes what was written."""
    inquiry = find(token)
    if request.method != "POST":
        return redirect("requests:status", token)
    form = MessageForm(request.POST)
    if not held.as_shown(inquiry).is_open:
        return page(request, token, inquiry, form, status=409)
    if not form.is_valid():
        return page(request, token, inquiry, form, status=422)
    if request.POST.get("change"):
        return page(request, token, inquiry, form)
    if emergency_words.is_emergency(form.cleaned_data["text"]) and not request.POST.get("confirmed"):
        return stop(request, token, form)
    return send(request, token, inquiry, form)


def stop(request: HttpRequest, token: str, form: MessageForm) -> HttpResponse:
    """The words sound like an emergency: nothing is sent before the person has read this (R3, R13)."""
    context = {
        "fields": [(name, form.cleaned_data[name]) for name in ("text", "key")],
        "safety": safety_text.current().body,
        "is_crisis": emergency_words.is_crisis(form.cleaned_data["text"]),
        **links(token),
    }
    return render(request, "requests/message_stop.html", context)


def send(request: HttpRequest, token: str, inquiry: Inquiry, form: MessageForm) -> HttpResponse:
    if not limits.allow("message", str(inquiry.pk), limit=AN_HOUR, per_seconds=HOUR):
        form.add_error("text", "You wrote many messages within an hour. Send this one later, or call us")
        return page(request, token, inquiry, form, status=429)
    text, key = form.cleaned_data["text"], form.cleaned_data["key"]
    try:
        actions.hear_from_patient(inquiry, text=text, form=key)
    except actions.NotAllowed:
        return page(request, token, find(token), form, status=409)
    return redirect("requests:status", token)
