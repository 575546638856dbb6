from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procedures", "0011_call_pages_pages"),
        ("requests", "0024_needs_beside_the_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(("status__in", ("declined", "withdrawn", "duplicate", "closed"))),
                name="inquiry_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("status"),
                models.F("assignee"),
                models.F("submitted_at"),
                models.F("id"),
                name="inquiry_status_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("status"),
                models.F("topic"),
                models.F("submitted_at"),
                models.F("id"),
                name="inquiry_status_topic",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("assignee"),
                models.F("topic"),
                models.F("status"),
                models.F("submitted_at"),
                models.F("id"),
                name="inquiry_narrowed",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("assignee"),
                models.F("topic"),
                models.F("status"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked"))
                ),
                name="inquiry_open_narrowed",
            ),
        ),
    ]
