"""The requests on the staff home page: how many there are of each kind, and which come next."""

from django.http import HttpRequest
from django.urls import reverse

from clinic.models import User
from clinic.panels import Figure, Item, Panel, Tag
from clinic.staff import signed_in

from . import listing, looks, rows

TONES = {"urgent": "u", "late": "u", "phone": "u", "replied": "w"}
SHOWN = ("urgent", "late", "replied", "phone", "mine", "unassigned")
NEXT = 5


def panel(request: HttpRequest) -> Panel | None:
    user = signed_in(request)
    if not user.has_perm("requests.view_inquiry"):
        return None
    entries = {entry.view.slug: entry for entry in listing.entries(user)}
    figures = [
        Figure(entry.view.title, entry.words, entry.url, TONES.get(slug, "") if entry.count else "")
        for slug in SHOWN
        if (entry := entries[slug])
    ]
    todo = entries["todo"]
    return Panel(
        "Requests",
        figures,
        list_title="Next to do",
        items=_next(user),
        nothing=todo.view.empty,
        more=Item(f"All {todo.words} to do", todo.url) if todo.count > NEXT else None,
    )


def _next(user: User) -> list[Item]:
    found = listing.most_pressing(user, NEXT)
    looks.record_list(user, found, "home")
    return [_item(row, user) for row in rows.described(found, user)]


def _item(row: rows.Row, user: User) -> Item:
    inquiry = row.inquiry
    owner = "You have it" if inquiry.assignee == user else f"With {inquiry.assignee}"
    call = [Tag(row.needs_call, "u")] if row.needs_call else []
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
