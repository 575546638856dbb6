"""The queue: the most pressing request first, with enough to decide without opening it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Value
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.calendar import local_today
from clinic.models import User
from clinic.panels import Tag
from clinic.staff import needs, signed_in, site
from requests.models import Flag, Inquiry
from requests.models.inquiry_queries import InquiryQuerySet
from requests.models.status import Status

from . import looks, mails, search, wishes, words

PAGE_SIZE = 50
NARROWING = ("status", "assignee", "wants")


@dataclass(frozen=True)
class View:
    """A way to look at the requests; `pick` gets all of them and who is looking."""

    slug: str
    title: str
    pick: Callable[[InquiryQuerySet, User], InquiryQuerySet]
    empty: str
    newest_first: bool = False


VIEWS = {
    view.slug: view
    for view in (
        View("todo", "To do", lambda all, user: all.ours(), "Nothing is left to do. Well done."),
        View("urgent", "Urgent", lambda all, user: all.urgent(), "No urgent request is waiting."),
        View("late", "Late", lambda all, user: all.late(), "No request is late."),
        View("due", "Due today", lambda all, user: all.due(), "No request is due today."),
        View("mine", "Mine", lambda all, user: all.open().filter(assignee=user), "You have no open request."),
        View("unassigned", "Unassigned", lambda all, user: all.unassigned(), "Every open request has an owner."),
        View(
            "waiting", "Waiting for patient",
            lambda all, user: all.waiting_for_patient(), "We wait for no patient.",
        ),
        View(
            "phone", "To phone",
            lambda all, user: all.open().filter(pk__in=mails.undelivered().values("about")),
            "Nobody has to be phoned because of a mail.",
        ),
        View("open", "All open", lambda all, user: all.open(), "There is no open request."),
        View("ended", "Ended", lambda all, user: all.ended(), "No request has ended yet.", newest_first=True),
        View("all", "All", lambda all, user: all, "There is no request yet.", newest_first=True),
    )
}  # fmt: skip
# Somebody on the phone may be in any state, so a search looks at all requests.
SEARCH = View("search", "Search", lambda all, user: all, "", newest_first=True)


@dataclass(frozen=True)
class Row:
    inquiry: Inquiry
    age: int
    since: str
    deadline: Tag | None
    status: Tag
    flags: list[Tag]
    hints: list[Tag]
    needs_call: bool


# /staff/requests/inquiry/
@require_safe
@needs("requests.view_inquiry")
def queue(request: HttpRequest) -> HttpResponse:
    user, view = signed_in(request), chosen_view(request)
    found = narrowed(view.pick(Inquiry.objects.all(), user), request.GET)
    if view is SEARCH:
        found = found.matching(search.as_stored(search.kept(request)))
    page = Paginator(in_order(found, view), PAGE_SIZE).get_page(request.GET.get("page"))
    looks.record_list(user, page.object_list, "search" if view is SEARCH else "list")
    context = {
        "title": "Requests",
        "view": view,
        "views": with_counts(user),
        "rows": described(list(page.object_list), user),
        "page": page,
        "asked": search.kept(request),
        "filters": filters(request.GET),
        "is_search": view is SEARCH,
        "search_url": address({}, view=SEARCH.slug),
        "is_narrowed": any(request.GET.get(name) for name in NARROWING),
        "cleared_url": address(request.GET, **dict.fromkeys(NARROWING)),
        **page_links(request.GET, page),
    }
    return render(request, "admin/requests/queue.html", site.each_context(request) | context)


def chosen_view(request: HttpRequest) -> View:
    slug = request.GET.get("view", "")
    if slug == SEARCH.slug and search.kept(request):
        return SEARCH
    return VIEWS.get(slug, VIEWS["todo"])


def narrowed(found: InquiryQuerySet, params: QueryDict) -> InquiryQuerySet:
    if (status := params.get("status")) in Status.values:
        found = found.filter(status=status)
    if (assignee := params.get("assignee", "")).isdecimal() and len(assignee) < 10:
        found = found.filter(assignee_id=int(assignee))
    if wants := params.get("wants", "").replace("\0", ""):
        found = found.filter(topic=wants)
    return found


def in_order(found: InquiryQuerySet, view: View) -> InquiryQuerySet:
    """With what a row shows."""
    found = found.order_by("-submitted_at") if view.newest_first else found.most_pressing_first()
    return found.select_related("assignee").defer("token", "search_text").prefetch_related("flags")


def most_pressing(user: User, number: int) -> list[Inquiry]:
    todo = VIEWS["todo"]
    return list(in_order(todo.pick(Inquiry.objects.all(), user), todo)[:number])


def described(inquiries: list[Inquiry], user: User) -> list[Row]:
    now, today = timezone.now(), local_today()
    to_phone = mails.to_phone([inquiry.pk for inquiry in inquiries])
    clinical = user.has_perm("requests.read_clinical")
    return [
        Row(
            inquiry,
            words.age(inquiry.date_of_birth, today),
            words.since(inquiry.submitted_at, now),
            words.deadline(inquiry),
            words.status(inquiry),
            flag_tags(inquiry, clinical=clinical),
            wishes.hints(inquiry),
            inquiry.pk in to_phone,
        )
        for inquiry in inquiries
    ]


def flag_tags(inquiry: Inquiry, *, clinical: bool) -> list[Tag]:
    """The flags in words; for others than clinical roles only how pressing they are."""
    urgency = words.urgency(inquiry)
    flags = [flag for flag in inquiry.flags.all() if flag.severity != Flag.Severity.NOTE]
    soon = [flag for flag in flags if flag.severity == Flag.Severity.BEFORE_BOOKING]
    if not clinical:
        sort_out = [Tag(Flag.Severity.BEFORE_BOOKING.label, "w")] if soon else []
        return ([urgency] if urgency else []) + sort_out
    urgent = [flag for flag in flags if flag not in soon]
    return [Tag(flag.words, "u") for flag in urgent] + [Tag(flag.words, "w") for flag in soon]


def with_counts(user: User) -> list[dict[str, Any]]:
    """Every view with its address and how many requests it holds: one statement."""
    first, *others = (
        view.pick(Inquiry.objects.all(), user)
        .order_by()
        .annotate(slug=Value(slug))
        .values("slug")
        .annotate(held=Count("pk"))
        .values_list("slug", "held")
        for slug, view in VIEWS.items()
    )
    counts = dict(first.union(*others, all=True))
    return [
        {"view": view, "count": counts.get(slug, 0), "url": address({}, view=slug)}
        for slug, view in VIEWS.items()
    ]


def filters(params: QueryDict) -> list[dict[str, Any]]:
    """What the list can be narrowed by: name, label, choices and the one chosen."""
    open_ones = Inquiry.objects.open().order_by()
    staff = User.objects.filter(pk__in=open_ones.exclude(assignee=None).values("assignee")).order_by(
        "last_name"
    )
    topics = open_ones.values_list("topic", flat=True).distinct()
    return [
        {"name": name, "label": label, "choices": choices, "chosen": params.get(name, "")}
        for name, label, choices in (
            ("status", "Status", Status.choices),
            ("assignee", "Assignee", [(str(person.pk), str(person)) for person in staff]),
            ("wants", "Wants", [(topic, topic) for topic in sorted(topics)]),
        )
    ]


def page_links(params: QueryDict, page: Page) -> dict[str, str]:
    return {
        "previous_url": address(params, page=page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(params, page=page.next_page_number()) if page.has_next() else "",
    }


def address(params: Mapping[str, Any], **changes: Any) -> str:
    """This list with other parameters; a change of anything but the page begins at its first page."""
    known = {name: params.get(name) for name in ("view", *NARROWING)}
    query = {name: value for name, value in (known | changes).items() if value}
    return reverse(search.QUEUE) + (f"?{urlencode(query)}" if query else "")
