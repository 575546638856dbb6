"""The requests on the staff home page: how many there are of each kind, and which come next."""

from django.http import HttpRequest
from django.urls import reverse

from clinic.models import User
from clinic.panels import Figure, Item, Panel, Tag
from clinic.staff import signed_in

from . import looks, queue

TONES = {"urgent": "u", "late": "u", "phone": "u", "due": "w"}
SHOWN = ("urgent", "late", "due", "phone", "mine", "unassigned")
NEXT = 5


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
    todo = rows["todo"]
    return Panel(
        "Requests",
        figures,
        list_title="Next to do",
        items=_next(user),
        nothing=todo["view"].empty,
        more=Item(f"All {todo['count']} to do", todo["url"]) if todo["count"] > NEXT else None,
    )


def _next(user: User) -> list[Item]:
    found = queue.most_pressing(user, NEXT)
    looks.record_list(user, found, "home")
    return [_item(row, user) for row in queue.described(found, user)]


def _item(row: queue.Row, user: User) -> Item:
    inquiry = row.inquiry
    owner = "You have it" if inquiry.assignee == user else f"With {inquiry.assignee}"
    call = [Tag("Phone the patient: mail not delivered", "u")] if row.needs_call else []
    return Item(
        inquiry.full_name,
        reverse("admin:requests_inquiry_change", args=[inquiry.pk]),
        [
            str(row.age),
            inquiry.reference,
            inquiry.topic,
            row.status.words,
            owner if inquiry.assignee else "Nobody has it",
        ],
        due=row.deadline,
        tags=[*call, *row.flags, *row.hints],
        tone="u" if inquiry.urgency else "w" if inquiry.is_late else "",
    )
