from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0003_measure_answer_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("settled_at", None), ("state__in", ["failed", "parked"])),
                fields=["about", "gave_up_at"],
                name="outbox_unsettled",
            ),
        ),
    ]
