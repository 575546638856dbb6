from datetime import timedelta

import pgtrigger
from django.db import models
from django.db.models import Count, Sum
from django.db.models.functions import Now
from django.utils import timezone

from .personal_data import declare


class PublicChange(models.Model):
    """One row for each change that readers of public pages may see, written by the database itself.

    Rows and not one counter: two people who change two pages at once would wait
    for each other at a counter's only row.
    """

    at = models.DateTimeField(default=timezone.now, db_default=Now(), db_index=True)

    personal_data = declare(none="id at")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def forget_old(cls) -> None:
        """Every process has seen a row within seconds."""
        cls.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()

    @classmethod
    def state(cls) -> tuple[int, int]:
        """Differs after every committed change, in whatever order they were begun and committed."""
        row = cls.objects.aggregate(rows=Count("pk"), ids=Sum("pk", default=0))
        return row["rows"], row["ids"]


EVERY_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


def shows_at_once(operation: pgtrigger.Operation = EVERY_CHANGE) -> pgtrigger.Trigger:
    """For the Meta.triggers of every model that public pages are made of."""
    return pgtrigger.Trigger(
        name="shows_at_once",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        func="INSERT INTO clinic_publicchange (at) VALUES (now()); RETURN NULL;",
    )
