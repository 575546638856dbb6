"""The requests on the staff home page."""

from django.http import HttpRequest

from clinic.staff import Figure, Panel, signed_in

from . import queue

TONES = {"urgent": "u", "late": "u", "phone": "u", "due": "w"}
SHOWN = ("urgent", "late", "due", "phone", "mine", "unassigned")


def panel(request: HttpRequest) -> Panel | None:
    user = signed_in(request)
    if not user.has_perm("requests.view_inquiry"):
        return None
    rows = {row["view"].slug: row for row in queue.with_counts(user)}
    figures = [
        Figure(row["view"].title, row["count"], row["url"], TONES.get(slug, "") if row["count"] else "")
        for slug in SHOWN
        if (row := rows[slug])
    ]
    return Panel("Requests", figures)
