"""Search words name patients, so no address carries them: they come by POST and stay in the session.

Signing out, or half an hour without a click, forgets them with the session.
"""

import re

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


def as_stored(asked: str) -> str:
    """A phone number loses its brackets and dashes, as it is kept in the search text."""
    looks_like_phone = re.fullmatch(r"\+?[0-9 ().-]{7,}", asked)
    return re.sub(r"[^0-9]", "", asked) if looks_like_phone else asked
