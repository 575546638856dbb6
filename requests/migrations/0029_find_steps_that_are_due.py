from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procedures", "0011_call_pages_pages"),
        ("requests", "0028_fold_more_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("next_action_on"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked")),
                    ("next_action_on__isnull", False),
                ),
                include=("urgency", "promised_first", "submitted_at", "id"),
                name="inquiry_step_due",
            ),
        ),
    ]
