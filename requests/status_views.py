"""The patient's private page: where the request stands, what was said, and taking it back."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clinic import outbox
from clinic.public import private
from procedures import safety_text

from . import actions, drafts, held, people, status_words, steps
from .forms.message import MessageForm
from .models import Inquiry
from .models.status import Status
from .trouble import guarded


def find(token: str) -> Inquiry:
    inquiry = Inquiry.objects.select_related("safety_text").with_token(token).first()
    if inquiry is None:
        raise Http404
    return inquiry


def links(token: str) -> dict[str, str]:
    return {
        "status_url": reverse("requests:status", args=[token]),
        "new_url": reverse("requests:start"),
        "write_url": reverse("requests:write", args=[token]),
        "withdraw_url": reverse("requests:withdraw", args=[token]),
    }


# /requests/<token>/
@require_safe
@private
def status(request: HttpRequest, token: str) -> HttpResponse:
    return page(request, token, find(token), MessageForm())


def page(
    request: HttpRequest, token: str, inquiry: Inquiry, form: MessageForm, status: int = 200
) -> HttpResponse:
    """The request as the patient may see it by now: words on their way to them change nothing yet."""
    waiting = held.waiting(inquiry)
    shown = held.as_shown(inquiry, waiting)
    thread = status_words.thread(shown)
    context = {
        "inquiry": shown,
        "state": status_words.STATE[Status(shown.status)],
        "promise": status_words.promise(shown),
        "closed": status_words.closed(shown),
        "next_steps": status_words.next_steps(shown),
        "goes_on_url": goes_on_url(shown),
        "thread": thread,
        "wrote_at": shown.patient_wrote_at if shown.is_open else None,
        "form": form,
        "events": status_words.history(shown, thread),
        "mails": outbox.delivery_lines(shown.pk, without={sending.pk for sending in waiting}),
        "safety": safety_text.current(),
        "groups": answers_to_show(request, shown),
        **links(token),
    }
    return render(request, "requests/status.html", context, status=status)


def goes_on_url(inquiry: Inquiry) -> str:
    """Where the other request of the same person is; a wrong join must not show anybody else's."""
    other = inquiry.duplicate_of
    if other is None or not people.is_surely_the_same(inquiry, other):
        return ""
    return reverse("requests:status", args=[other.token])


def answers_to_show(request: HttpRequest, inquiry: Inquiry) -> list[Any]:
    """Only for the device that sent them, while its draft lives (F26)."""
    if not drafts.was_sent_from(request, inquiry):
        return []
    return steps.summary(inquiry.answers, inquiry.safety_text.body)


# /requests/<token>/withdraw/
@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does: mail scanners follow links (P26). A second click changes nothing."""
    inquiry = find(token)
    context = {"inquiry": held.as_shown(inquiry), **links(token)}
    if request.method == "POST" and inquiry.status != Status.WITHDRAWN:
        try:
            actions.withdraw(inquiry)
        except (actions.NotAllowed, actions.SomebodyWasFaster):
            if find(token).status != Status.WITHDRAWN:  # else this very click came in twice
                return render(request, "requests/withdraw.html", {**context, "refused": True}, status=409)
    if request.method == "POST":
        return redirect("requests:status", token)
    return render(request, "requests/withdraw.html", context)
