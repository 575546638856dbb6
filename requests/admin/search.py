"""Search words name patients, so no address carries them: they come by POST and stay in the session.

Signing out, or half an hour without a click, forgets them with the session.
"""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.staff import needs

KEPT = "searches"
# In the address of what they find, so that each tab goes on with its own (clinic staff open many).
PARAMETER = "search"
LONGEST = 100
MOST_KEPT = 20
QUEUE = "admin:requests_inquiry_changelist"


# /staff/requests/inquiry/search/
@require_POST
@needs("requests.view_inquiry")
def search(request: HttpRequest) -> HttpResponse:
    """Keep the words and show what they find; no words clear the search that is named, or the latest."""
    asked = request.POST.get("words", "").replace("\0", "").strip()[:LONGEST]
    kept = by_id(request)
    if not asked:
        kept.pop(request.POST.get(PARAMETER) or latest(request), None)
        request.session[KEPT] = kept
        return redirect(QUEUE)
    new = secrets.token_hex(4)
    request.session[KEPT] = dict([*kept.items(), (new, asked)][-MOST_KEPT:])
    return redirect(f"{reverse(QUEUE)}?view=search&{PARAMETER}={new}")


def by_id(request: HttpRequest) -> dict[str, str]:
    """The words of each search, the latest last."""
    return dict(request.session.get(KEPT, {}))


def latest(request: HttpRequest) -> str:
    """Its id; empty when nothing has been searched for."""
    return next(reversed(by_id(request)), "")
