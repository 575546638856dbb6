"""The list of requests that somebody asked for: view, filters, order, columns, page.

The queue shows it alone and the page of a request beside the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from clinic.models import User
from clinic.quick import one_of
from clinic.staff import signed_in
from requests.models import Inquiry

from . import around, bulk_verbs, counts, finding, keyset, looks, rows, saved, search
from .around import Around
from .filters import NARROWING, Filter, Narrowing, filters, narrowing
from .views import FIRST, SEARCH, VIEWS, View

PAGE_SIZE, LARGEST_PAGE = 50, 100
KEPT = ("view", search.PARAMETER, *NARROWING, "rows")


@dataclass(frozen=True)
class Listing:
    """`found` is all of the list, of which `rows` are one page; `query` carries the list along to another page; it never holds a name or a word typed.

    `search_id` stands for words that somebody searched for, `asked`: those of this list or else the latest.
    `is_cut`: more requests may fit the words than are shown, and not just the oldest are left out.
    """

    found: QuerySet[Inquiry]
    rows: list[rows.Row]
    view: View
    views: list[counts.Entry]
    saved: list[counts.Entry]
    filters: list[Filter]
    columns: tuple[str, ...]
    order: keyset.Order
    around: Around
    about: str
    is_cut: bool
    query: str
    next_url: str
    previous_url: str
    cleared_url: str
    search_url: str
    search_id: str
    asked: str
    is_narrowed: bool
    bulk_verbs: list[Any]
    open: Inquiry | None = None

    @property
    def is_search(self) -> bool:
        return self.view is SEARCH


def of(request: HttpRequest, *, open: Inquiry | None = None) -> Listing:
    """Gives the list and puts it on the access record; `open` is the request shown beside it."""
    user, params = signed_in(request), request.GET
    known = around.of(user)
    kept_views = saved.views(user, known.saved, params.get("view", ""))
    view = chosen_view(request, kept_views)
    size, chosen = page_size(params), narrowing(params, user)
    search_id = params[search.PARAMETER] if view is SEARCH else search.latest(request)
    asked = search.by_id(request).get(search_id, "")
    searched = finding.find(asked, chosen) if view is SEARCH else None
    picked = chosen.of(view.pick(Inquiry.objects.all(), user))
    found = those_found(searched, params, size) if searched else picked
    order = keyset.ORDERS[view.order]
    page = keyset.page(found, order, params, size, is_gathered=view.is_gathered)
    looks.record_list(user, page.inquiries, "search" if searched else "list")
    of_table, of_saved = entries(user, view), counted(kept_views, user, view)
    return Listing(
        found=found,
        rows=rows.described(page.inquiries, user, known),
        view=view,
        views=of_table,
        saved=of_saved,
        filters=filters(params, user, known.staff.values()),
        columns=view.columns,
        order=order,
        around=known,
        about=searched.how_many if searched else how_many(page, found, [*of_table, *of_saved], chosen),
        is_cut=bool(searched and searched.is_more),
        query=query_of(params, **place_of(params)),
        next_url=address(params, after=page.after) if page.after else "",
        previous_url=address(params, before=page.before) if page.before else "",
        cleared_url=address(params, **dict.fromkeys(NARROWING)),
        search_url=address({}, view=SEARCH.slug, search=search_id),
        search_id=search_id,
        asked=asked,
        is_narrowed=bool(chosen),
        bulk_verbs=bulk_verbs.verbs_for(user),
        open=open,
    )


def those_found(searched: finding.Found, params: QueryDict, size: int) -> QuerySet[Inquiry]:
    """They are in the order of the list, so the first page needs no others than it shows."""
    ids = searched.ids if any(place_of(params).values()) else searched.ids[: size + 1]
    return Inquiry.objects.filter(one_of("pk", map(UUID, ids)))


def chosen_view(request: HttpRequest, kept_views: list[View]) -> View:
    """What the address names, be it one of the table, a saved one or a search; else the first.

    A search that is over finds nothing: another list in its place would be taken for what it found.
    """
    slug = request.GET.get("view", "")
    if slug == SEARCH.slug and request.GET.get(search.PARAMETER):
        return SEARCH
    return VIEWS.get(slug) or next((view for view in kept_views if view.slug == slug), FIRST)


def page_size(params: QueryDict) -> int:
    return LARGEST_PAGE if params.get("rows") == str(LARGEST_PAGE) else PAGE_SIZE


def how_many(
    page: keyset.Page, found: QuerySet[Inquiry], entries: list[counts.Entry], narrowing: Narrowing
) -> str:
    """Counted once more only where neither the page nor the number beside its view tells."""
    if not page.after and not page.before:
        return str(len(page.inquiries))
    entry = next(entry for entry in entries if entry.is_chosen)
    if not narrowing and not entry.is_cut:
        return entry.words
    return counts.about(found, (entry.view.slug, entry.view.definition, narrowing))


def entries(user: User, chosen: View | None = None) -> list[counts.Entry]:
    start = address({})
    return [
        counts.Entry(VIEWS[slug], count, f"{start}?view={slug}", chosen is VIEWS[slug])
        for slug, count in counts.by_view(user).items()
    ]


def counted(kept_views: list[View], user: User, chosen: View) -> list[counts.Entry]:
    return [
        counts.Entry(view, count, address({}, view=view.slug), chosen is view)
        for view, count in zip(kept_views, counts.of(kept_views, user), strict=True)
    ]


def most_pressing(user: User, number: int) -> list[Inquiry]:
    found = FIRST.pick(Inquiry.objects.all(), user)
    return list(keyset.ORDERS[FIRST.order].sorted(found)[:number])


def place_of(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "") for name in ("after", "before")}


def query_of(params: Mapping[str, Any], **changes: Any) -> str:
    """The known parameters only; a change of anything but the page begins at its first page."""
    known = {name: params.get(name) for name in KEPT}
    return urlencode({name: value for name, value in (known | changes).items() if value})


def address(params: Mapping[str, Any], **changes: Any) -> str:
    query = query_of(params, **changes)
    return reverse(search.QUEUE) + (f"?{query}" if query else "")
