"""Views that somebody keeps under a name, beside those of the table.

What a saved view names may be gone by now: a view, a colleague, a column. Then that part
is passed over, and never the whole view.
"""

from collections.abc import Iterable

from clinic.models import User
from requests.models import SavedView

from . import columns, keyset
from .filters import narrowed, read
from .views import FIRST, VIEWS, View

LISTED = 200


def views(user: User, beside: Iterable[SavedView], slug: str) -> list[View]:
    """Those that stand beside the list, and the one of that slug: they may be more than stand there."""
    kept = [as_view(one) for one in beside]
    named = None if any(view.slug == slug for view in kept) else find_by_slug(user, slug)
    return [*kept, as_view(named)] if named else kept


def as_view(kept: SavedView) -> View:
    base = VIEWS.get(kept.view, FIRST)
    filters = read(kept.filters)
    return View(
        kept.slug,
        kept.name,
        lambda all, user: narrowed(base.pick(all, user), filters, user),
        "No request fits this view now.",
        kept.order if kept.order in keyset.ORDERS else base.order,
        columns.known(kept.columns),
        base.is_gathered,
        f"{kept.view} {filters}",
    )


def find(user: User, pk: int) -> SavedView | None:
    """One's own or a shared one."""
    return SavedView.objects.for_user(user).filter(pk=pk).first() if pk < 2**63 else None


def find_by_slug(user: User, slug: str) -> SavedView | None:
    number = slug.removeprefix("saved-")
    is_one = number != slug and number.isascii() and number.isdecimal() and len(number) < 19
    return find(user, int(number)) if is_one else None
