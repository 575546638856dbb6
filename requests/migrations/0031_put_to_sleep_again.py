from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0030_look_up_by_hash"),
    ]

    operations = [
        migrations.AddField(
            model_name="sending",
            name="snoozed_until",
            field=models.DateField(null=True),
        ),
    ]
