from django.db import migrations

from clinic.crypto import EncryptedJSONField, seal


def copy_needs(apps, schema_editor):
    inquiries = apps.get_model("requests", "Inquiry").objects
    field = inquiries.model._meta.get_field("needs")
    for inquiry in inquiries.only("answers").iterator():
        told = inquiry.answers
        if not set(told.get("help_needs", ())) <= {"none"}:
            found = {key: told[key] for key in ("help_needs", "help_language") if key in told}
            sealed = seal(field.encode(found), field.place(inquiry))
            inquiries.filter(pk=inquiry.pk).update(needs=sealed)


class Migration(migrations.Migration):
    dependencies = [("requests", "0023_index_untold_days")]

    operations = [
        migrations.AddField("inquiry", "needs", EncryptedJSONField(editable=False, null=True)),
        migrations.RunPython(copy_needs, migrations.RunPython.noop, elidable=True),
    ]
