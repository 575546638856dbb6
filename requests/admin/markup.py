"""The rows of a list as HTML, written by hand: a page holds a hundred of them.

A template takes five times as long for these loops, which was most of the page's time
(docs/adr/0009). Everything that somebody typed goes through `escape`.
"""

from collections.abc import Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

from clinic.models import User
from clinic.panels import Tag
from requests.models import Inquiry
from requests.models.status import Status

from . import words
from .listing import Listing
from .rows import Row


def rows(found: Listing, *, base: str, carried: str, user: User) -> SafeString:
    """`base` is the address of the list and `carried` what its links carry along, with its question mark."""
    after = escape(carried)
    parts = (part for row in found.rows for part in item(row, found, base, after, user))
    return mark_safe("".join(parts))  # noqa: S308 - every value in it is escaped below


def item(row: Row, found: Listing, base: str, after: str, user: User) -> Iterator[str]:
    inquiry, shows, pk = row.inquiry, found.columns, str(row.inquiry.pk)
    tone = " u" if inquiry.urgency else " w" if row.deadline and row.deadline.tone else ""
    here = ' aria-current="page"' if found.open and found.open.pk == inquiry.pk else ""
    yield f'<li id="r-{pk}" class="row{tone}">'
    if found.bulk_verbs:
        yield f'<input type="checkbox" name="pick" value="{pk}" form="bulk" aria-label="Pick {inquiry.reference}">'
    yield f'<p class="row-who"><a href="{base}{pk}/{after}#r-{pk}"{here}>'
    yield f'<bdi>{escape(inquiry.full_name)}</bdi></a>, {row.age} <span class="row-ref">{inquiry.reference}</span></p>'
    yield '<p class="row-due">'
    if row.deadline and "answer_by" in shows:
        yield f'<span class="due {row.deadline.tone}">{row.deadline.words}</span>'
    yield '</p><p class="row-what"><span class="row-tags">'
    yield from map(tag, tags(row, shows))
    yield f'</span><span class="row-topic">{escape(about(row, shows))}</span> '
    if "assignee" in shows:
        yield f'<span class="row-has">{holder(inquiry, user)}</span> '
    if "sent" in shows:
        yield f'<span class="row-since">{row.since}</span>'
    yield "</p></li>\n"


def tags(row: Row, shows: tuple[str, ...]) -> Iterator[Tag]:
    """What presses comes first, what is good to know last."""
    if row.needs_call:
        yield Tag(row.needs_call, "u")
    yield from (mark for mark in row.marks if mark.tone)
    if "flags" in shows:
        yield from (flag for flag in row.flags if flag != row.deadline)
    yield from (mark for mark in row.marks if not mark.tone)
    if "flags" in shows:
        yield from row.hints


def tag(one: Tag) -> str:
    return f'<span class="tag {one.tone}"><bdi>{escape(one.words)}</bdi></span> '


def about(row: Row, shows: tuple[str, ...]) -> str:
    parts = [row.inquiry.topic] if "wants" in shows else []
    if "status" in shows and row.inquiry.status != Status.NEW:
        parts.append(row.status.words)
    if words.came_while_closed(row.inquiry):
        parts.append("came while closed")
    return " · ".join(parts)


def holder(inquiry: Inquiry, user: User) -> str:
    if inquiry.assignee_id is None:
        return escape(str(inquiry.role)) if inquiry.role_id else "Nobody has it"
    return "You" if inquiry.assignee_id == user.pk else f"<bdi>{escape(str(inquiry.assignee))}</bdi>"
