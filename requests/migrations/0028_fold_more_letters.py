from typing import Any

from django.db import connection, migrations, transaction
from django.db.models import Q

from requests.search_words import kept_words

BATCH = 500
NAMES = ("first_name", "last_name", "preferred_name", "contact_name")
READ = (*NAMES, "reference", "phone", "phone_as_typed", "contact_phone", "email")
# What the old words hold where the new ones differ: a hyphen beside that of the reference, an apostrophe, or
# a letter that Unicode does not take apart. An accent of its own was a space there and stands in names alone.
SIGNS = "-.*-|['`\u2018\u2019\u02bb\u02bc\u2032\u2010\u2013łøđðħŧ\u0131ŋæœþ]"
ACUTE = "\N{ACUTE ACCENT}"


def fold_again(apps: Any, schema_editor: Any) -> None:
    """Words of the rows that can change, a batch at a time: nobody waits for all, and a second run goes on.

    Other rows go on holding their reference with its hyphen, which nobody asks for any more.
    """
    Inquiry = apps.get_model("requests", "Inquiry")
    ids = those_that_can_change(Inquiry)
    for start in range(0, len(ids), BATCH):
        keep_words(Inquiry, ids[start : start + BATCH])


@transaction.atomic
def those_that_can_change(Inquiry: Any) -> list[Any]:
    """Reads the whole table once, which may take longer than a page's statement may."""
    can_change = Q(search_text__regex=SIGNS)
    for name in NAMES:
        can_change |= Q(**{f"{name}__contains": ACUTE})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    return list(Inquiry.objects.filter(can_change).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def keep_words(Inquiry: Any, ids: list[Any]) -> None:
    """Locked, so that a name changed meanwhile keeps its new words."""
    batch = list(Inquiry.objects.only(*READ).filter(pk__in=ids).order_by("pk").select_for_update())
    for inquiry in batch:
        inquiry.search_text = kept_words(
            names=[getattr(inquiry, name) for name in NAMES],
            reference=inquiry.reference,
            phones=[inquiry.phone, inquiry.phone_as_typed, inquiry.contact_phone],
            email=inquiry.email,
        )
    Inquiry.objects.bulk_update(batch, ["search_text"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests", "0027_find_short_beginnings")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop, elidable=True)]
