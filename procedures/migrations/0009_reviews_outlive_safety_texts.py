"""The hash that reviews hold by no longer counts the safety text, which is signed off on its own.

It is made anew from the words kept in each edition, so every review stays with its words.
"""

import hashlib
import json
from typing import Any

from django.db import migrations


def count_anew(apps: Any, schema_editor: Any) -> None:
    Edition = apps.get_model("procedures", "Edition")
    editions = list(Edition.objects.only("content", "content_hash"))
    schema_editor.execute("ALTER TABLE procedures_edition DISABLE TRIGGER USER")
    for edition in editions:
        own = {name: value for name, value in edition.content.items() if name != "safety"}
        words = json.dumps(own, sort_keys=True, ensure_ascii=False)
        edition.content_hash = hashlib.sha256(words.encode()).hexdigest()
        edition.save(update_fields=["content_hash"])
    schema_editor.execute("ALTER TABLE procedures_edition ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("procedures", "0008_add_questions_and_feedback")]

    operations = [migrations.RunPython(count_anew, migrations.RunPython.noop)]
