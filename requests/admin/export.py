"""The list on the screen as a file: its rows and columns, on the access record.

A file leaves the site, so it says nothing about health: neither what somebody wants
nor a flag. A clinical role may ask for both.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from clinic.staff import needs, signed_in
from requests import actions, exports
from requests.models.status import Urgency

from . import around, bulk, listing, looks, rows, saved, words
from .bulk_verbs import BULK_VERBS, EXPORT

Cell = Callable[[rows.Row], object]
ALWAYS: tuple[tuple[str, Cell], ...] = (
    ("Reference", lambda row: row.inquiry.reference),
    ("Name", lambda row: row.inquiry.full_name),
    ("Age", lambda row: row.age),
)
# What a list shows, as words of a file; the first part is the name of its column.
CELLS: dict[str, tuple[str, Cell]] = {
    "wants": ("Wants", lambda row: row.inquiry.topic),
    "flags": ("Flags", lambda row: "; ".join(tag.words for tag in row.flags)),
    "answer_by": ("Answer by", lambda row: row.deadline.words if row.deadline else ""),
    "status": ("Status", lambda row: row.status.words),
    "assignee": ("Assignee", lambda row: place(row)),
    "sent": ("Sent", lambda row: f"{timezone.localtime(row.inquiry.submitted_at):%Y-%m-%d %H:%M}"),
    "next": ("Next step", lambda row: tag.words if (tag := words.next_day(row.inquiry)) else ""),
    "snoozed": ("Snoozed", lambda row: tag.words if (tag := words.snoozed(row.inquiry)) else ""),
}
HEALTH = {"wants", "flags"}
URGENT: tuple[str, Cell] = ("Urgent", lambda row: "" if row.inquiry.urgency == Urgency.ROUTINE else "Yes")


def place(row: rows.Row) -> str:
    return actions.place(row.inquiry).removeprefix("with ")


# /staff/requests/inquiry/export/
@require_POST
@needs("requests.export_inquiry")
def export(request: HttpRequest) -> HttpResponse:
    """The picked requests, or with none picked the page of the list that the address names."""
    user = signed_in(request)
    picked = bulk.picks(request.POST)[: bulk.MOST]
    found = rows.described(bulk.found(picked), user) if picked else listing.of(request).rows
    form = BULK_VERBS[EXPORT].form(request.POST, user=user)
    with_health = form.is_valid() and form.cleaned_data.get("with_health", False)
    columns = columns_of(request, with_health=with_health)
    looks.record_list(user, [row.inquiry for row in found], "export health" if with_health else "export")
    body = exports.as_csv(
        [head for head, _ in columns], [[cell(row) for _, cell in columns] for row in found]
    )
    return HttpResponse(
        body,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="requests-{timezone.localtime():%Y-%m-%d-%H%M}.csv"'
        },
    )


def columns_of(request: HttpRequest, *, with_health: bool) -> list[tuple[str, Cell]]:
    user, slug = signed_in(request), request.GET.get("view", "")
    view = listing.chosen_view(request, saved.views(user, around.of(user).saved, slug))
    shown = [slug for slug in view.columns if slug in CELLS]
    if with_health:
        return [*ALWAYS, *(CELLS[slug] for slug in shown)]
    urgent = [URGENT] if "flags" in shown else []
    return [*ALWAYS, *urgent, *(CELLS[slug] for slug in shown if slug not in HEALTH)]
