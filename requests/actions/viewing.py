"""Views of the queue that staff keep for themselves or share."""

from django.db import transaction

from clinic.models import User
from requests.models import SavedView

from .base import NotAllowed

# Enough for anybody, and a bound for the list beside the queue.
MOST_VIEWS = 50


@transaction.atomic
def save_view(view: SavedView, *, by: User) -> SavedView:
    """Make it or change it. Raises IntegrityError when its owner has one of that name."""
    before = SavedView.objects.select_for_update().filter(pk=view.pk).first()
    if before and not before.may_be_changed_by(by):
        raise NotAllowed("Only whoever made this view, or somebody who shares views, changes it.")
    was_shared = bool(before and before.is_shared)
    if view.is_shared != was_shared and not by.has_perm("requests.share_savedview"):
        raise NotAllowed("Your role does not share views.")
    if before is None and by.saved_views.count() >= MOST_VIEWS:
        raise NotAllowed(f"You have {MOST_VIEWS} views. Delete one first.")
    view.save()
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    """Deleting what is gone already is no fault."""
    before = SavedView.objects.select_for_update().filter(pk=view.pk).first()
    if before and not before.may_be_changed_by(by):
        raise NotAllowed("Only whoever made this view, or somebody who shares views, deletes it.")
    if before:
        before.delete()
