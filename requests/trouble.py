"""What the patient sees when the form cannot go on; each page says what was and was not sent."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from clinic import limits
from clinic.public import private
from procedures import safety_text

from . import drafts, steps, way
from .addresses import next_url, status_url
from .forms.base import StepForm
from .forms.fields import Line
from .models import Draft, Inquiry
from .steps import Step

HOUR = 3600
# Pages about a request that was sent.
OF_REQUEST = ("write", "withdraw")


class Elsewhere(Exception):
    """Somebody belongs to another page; `response` takes them there."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def guarded(view: Callable[..., HttpResponse]) -> Any:
    """No page of the form is kept, and each kind of trouble has its own helpful page."""

    @private
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Elsewhere as elsewhere:
            return elsewhere.response
        except drafts.Gone:
            return gone(request)
        except (OperationalError, InterfaceError):
            return service_away(request)

    return wrapped


def draft_at(request: HttpRequest, current: Step) -> Draft | None:
    """The draft of this device for this page; there is none before the first page is passed."""
    draft = drafts.find(request)
    if draft is None and current is steps.FIRST:
        return None
    draft = _still_open(request, draft, current)
    if draft.is_stopped and current is not steps.FIRST:
        raise Elsewhere(redirect("requests:stop"))
    if not draft.is_stopped and not way.is_reached(current, draft.answers):
        raise Elsewhere(redirect(next_url(draft)))
    return draft


def open_draft(request: HttpRequest, found: Draft | None) -> Draft:
    draft = _still_open(request, found, None)
    if draft.is_stopped:
        raise Elsewhere(redirect("requests:stop"))
    return draft


def _still_open(request: HttpRequest, draft: Draft | None, current: Step | None) -> Draft:
    if draft is None:
        raise Elsewhere(gone(request, current))
    if draft.inquiry:
        raise Elsewhere(sent_already(request, draft.inquiry))
    return draft


def gone(request: HttpRequest, current: Step | None = None) -> HttpResponse:
    """No draft any more: say that nothing was sent, and give back what was just typed (F22)."""
    if request.method != "POST":
        return redirect("requests:expired")
    response = render(request, "requests/expired.html", {"typed": typed_texts(request, current)}, status=410)
    drafts.forget(response)
    return response


def typed_texts(request: HttpRequest, current: Step | None) -> list[str]:
    if current is None:
        return []
    form = current.form(request.POST, answers={})
    texts = [form.data.get(name, "") for name, field in form.fields.items() if isinstance(field, Line)]
    return [text for text in texts if text.strip()]


def sent_already(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    context = {"inquiry": inquiry, "status_url": status_url(inquiry)}
    return render(request, "requests/sent_already.html", context)


def too_many(request: HttpRequest) -> HttpResponse:
    seconds = HOUR - int(timezone.now().timestamp()) % HOUR
    context = {"retry_after": f"{seconds // 60 + 1} minutes"}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def service_away(request: HttpRequest) -> HttpResponse:
    """The database is away: the phone, and the same form ready to be sent again (Q29)."""
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    context = {
        "posted": posted,
        "is_post": request.method == "POST",
        "is_of_request": request.resolver_match and request.resolver_match.url_name in OF_REQUEST,
        "again_url": request.get_full_path(),
        "safety": safety_text.file_body(),
    }
    response = render(request, "requests/service_away.html", context, status=503)
    response["Retry-After"] = "60"
    return response


def count_errors(form: StepForm) -> None:
    """Which question fails in which way, never with what (F30)."""
    for name, errors in form.errors.as_data().items():
        for error in errors:
            limits.count(f"intake error {name} {error.code}")
