"""One press takes back what was just sent, and brings the words back to be changed."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.models import User
from clinic.staff import needs, signed_in
from requests import actions
from requests.models import Inquiry, Message, Sending
from requests.models.status import Status

from . import busy, inbox, looks

BACK = "Taken back: the patient did not see it. Your words are here again."
BACK_WITHOUT_WORDS = "Taken back: the patient did not see it."
AGAIN = "again"


# /staff/requests/inquiry/<uuid>/undo/
@require_POST
@needs("requests.add_message")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, sending = signed_in(request), asked_for(request, pk)
    reason = sending.inquiry.decline_reason
    looks.record(user, sending.inquiry, "undo")
    try:
        actions.undo(sending, by=user)
    except actions.SomebodyWasFaster:
        return busy.page(request, sending.inquiry, button="Undo")
    except actions.NotAllowed as error:
        messages.error(request, str(error))
        return redirect(inbox.page_of(request, pk))
    if not Message.objects.filter(sending=sending).exists():
        messages.success(request, BACK_WITHOUT_WORDS)
        return redirect(inbox.page_of(request, pk))
    messages.success(request, BACK)
    return redirect(form_of(request, sending, reason))


def asked_for(request: HttpRequest, pk: UUID) -> Sending:
    try:
        key = UUID(request.POST.get("sending", ""))
    except ValueError:
        raise Http404 from None
    return get_object_or_404(Sending.objects.select_related("inquiry"), pk=key, inquiry=pk)


def form_of(request: HttpRequest, sending: Sending, reason: str) -> str:
    """The page on which it was written; a reason is asked for again when it is no longer known."""
    address = reverse(f"admin:requests_inquiry_{sending.verb}", args=[sending.inquiry_id])
    query = {AGAIN: str(sending.pk)} | ({"continue": "1", "reason": reason} if reason else {})
    kept = inbox.carried(request)
    return f"{address}?{urlencode(query)}" + (f"&{kept}" if kept else "")


def words_again(request: HttpRequest, inquiry: Inquiry, user: User) -> dict[str, object]:
    """What this person wrote here and took back, to fill the form with."""
    try:
        key = UUID(request.GET.get(AGAIN, ""))
    except ValueError:
        return {}
    mine = Message.objects.filter(inquiry=inquiry, by=user, sending=key, sending__undo__isnull=False)
    message = mine.select_related("sending").first()
    if message is None or message.sending is None:
        return {}
    waited = message.sending.changes.filter(new=Status.AWAITING_PATIENT).exists()
    # Still with nobody, it was left there on purpose.
    return {"text": message.text, "wait_for_answer": waited, "take_over": False}
