"""Calls that are owed are found by their few ids, and now of requests that ended as well: the primary key does."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("requests", "0031_put_to_sleep_again")]

    operations = [migrations.RemoveIndex(model_name="inquiry", name="inquiry_open_ids")]
