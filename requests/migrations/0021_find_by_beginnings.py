from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.db import migrations, models

from requests.search_words import kept_words

READ = (
    "first_name", "last_name", "preferred_name", "contact_name", "reference",
    "phone", "phone_as_typed", "contact_phone", "email",
)  # fmt: skip


def keep_words(apps: Any, schema_editor: Any) -> None:
    """What older requests are found by, written as new ones have it."""
    Inquiry = apps.get_model("requests", "Inquiry")
    changed = []
    for inquiry in Inquiry.objects.only(*READ, "search_text").iterator(chunk_size=1000):
        inquiry.search_text = kept_words(
            names=[inquiry.first_name, inquiry.last_name, inquiry.preferred_name, inquiry.contact_name],
            reference=inquiry.reference,
            phones=[inquiry.phone, inquiry.phone_as_typed, inquiry.contact_phone],
            email=inquiry.email,
        )
        changed.append(inquiry)
        if len(changed) == 1000:
            Inquiry.objects.bulk_update(changed, ["search_text"])
            changed = []
    Inquiry.objects.bulk_update(changed, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procedures", "0011_call_pages_pages"),
        ("requests", "0020_index_urgent_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_search",
        ),
        migrations.RunPython(keep_words, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="inquiry",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.Func(models.F("search_text"), models.Value(" "), function="string_to_array"),
                    function="array_to_tsvector",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="inquiry_search",
            ),
        ),
    ]
