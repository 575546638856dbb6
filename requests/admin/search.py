"""Search words name patients, so no address carries them: they come by POST and stay in the session.

Signing out, or half an hour without a click, forgets them with the session.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.staff import needs

KEPT = "search_words"
LONGEST = 100
QUEUE = "admin:requests_inquiry_changelist"


# /staff/requests/inquiry/search/
@require_POST
@needs("requests.view_inquiry")
def search(request: HttpRequest) -> HttpResponse:
    """Keep the words and show what they find; no words clear the search."""
    asked = request.POST.get("words", "").replace("\0", "").strip()[:LONGEST]
    if not asked:
        request.session.pop(KEPT, None)
        return redirect(QUEUE)
    request.session[KEPT] = asked
    return redirect(f"{reverse(QUEUE)}?view=search")


def kept(request: HttpRequest) -> str:
    return request.session.get(KEPT, "")
