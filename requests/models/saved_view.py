"""A way to look at the requests that somebody keeps under a name."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from clinic.personal_data import declare


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def for_user(self, user: Any) -> "SavedViewQuerySet":
        """Their own and what colleagues share."""
        return self.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")


class SavedView(models.Model):
    """View, filters, order and columns of a list; no words that somebody searched for."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    is_shared = models.BooleanField(default=False)
    # A row of admin/views.py TABLE; one that is gone is the first view.
    view = models.CharField(max_length=20)
    filters = models.JSONField(default=dict, blank=True)
    order = models.CharField(max_length=12, blank=True, help_text="Empty: the view's own order.")
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    personal_data = declare(keep="owner", none="id name is_shared view filters order columns made_at")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "id"]
        default_permissions = ()
        permissions = [("share_savedview", "Can share a saved view, and change and delete shared ones")]
        constraints = [
            models.CheckConstraint(name="saved_view_has_a_name", condition=~Q(name="")),
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_name_once_a_person"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        return f"saved-{self.pk}"

    def may_be_changed_by(self, user: Any) -> bool:
        """By whoever made it; a shared one also by those who share."""
        return self.owner_id == user.pk or (self.is_shared and user.has_perm("requests.share_savedview"))
