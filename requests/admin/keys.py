"""Single keys as shortcuts in the inbox; whoever does not want them turns them off (WCAG 2.1.4)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clinic.staff import needs, signed_in
from requests.models import InboxChoice

from . import search

# By verb; the script presses what carries the key.
OF_VERBS = {"take": "t", "note": "n", "write": "w", "phone": "p", "assign": "a", "snooze": "s"}
HELP = (
    ("In the list", (("j", "Next request"), ("k", "Request before"), ("o or Enter", "Open it"), ("x", "Pick it"))),
    (
        "In a request",
        (
            ("t", "Take"), ("n", "Note"), ("w", "Write"), ("p", "Phone call"), ("a", "Assign"), ("s", "Snooze"),
            ("u", "Back to the list"),
        ),
    ),
    ("Everywhere here", (("/", "Search"), ("?", "These keys"), ("Esc", "Close this help"))),
)  # fmt: skip


# /staff/requests/inquiry/keys/
@require_POST
@needs("requests.view_inquiry")
def keys(request: HttpRequest) -> HttpResponse:
    """Turn them on or off for whoever asks, on every machine, and go back to the same page."""
    InboxChoice.objects.update_or_create(
        user=signed_in(request), defaults={"uses_keys": request.POST.get("use") == "on"}
    )
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else search.QUEUE)
