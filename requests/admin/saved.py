"""Views that somebody keeps under a name, beside those of the table.

What a saved view names may be gone by now: a view, a colleague, a column. Then that part
is passed over, and never the whole view.
"""

from typing import Any

from clinic.models import User
from requests.models import SavedView

from . import columns, keyset
from .filters import NARROWING, narrowed
from .views import FIRST, VIEWS, View

# More than these do not stand beside a list; the page of saved views has all of them.
MOST = 20


def views(user: User) -> list[View]:
    return [as_view(kept) for kept in SavedView.objects.for_user(user)[:MOST]]


def as_view(kept: SavedView) -> View:
    base = VIEWS.get(kept.view, FIRST)
    filters = {name: str(kept.filters[name]) for name in NARROWING if kept.filters.get(name)}
    return View(
        kept.slug,
        kept.name,
        lambda all, user: narrowed(base.pick(all, user), filters, user),
        "No request fits this view now.",
        kept.order if kept.order in keyset.ORDERS else base.order,
        columns.known(kept.columns),
    )


def may_change(kept: SavedView, user: User) -> bool:
    """Their own; a shared one also for those who share."""
    return kept.owner_id == user.pk or (kept.is_shared and user.has_perm("requests.share_savedview"))


def visible(user: User, pk: int) -> Any:
    return SavedView.objects.for_user(user).filter(pk=pk).first()
