import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procedures", "0011_call_pages_pages"),
        ("requests", "0025_index_narrowed_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_todo",
        ),
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_open_by_assignee",
        ),
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_unassigned",
        ),
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_for_role",
        ),
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_snoozed",
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(("status__in", ("new", "in_triage"))),
                include=("snoozed_until", "patient_wrote_at"),
                name="inquiry_todo",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("assignee"),
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked"))
                ),
                include=("snoozed_until", "patient_wrote_at"),
                name="inquiry_open_by_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked")),
                    ("assignee", None),
                ),
                include=("snoozed_until", "patient_wrote_at"),
                name="inquiry_unassigned",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("role"),
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked")),
                    ("assignee", None),
                    ("role__isnull", False),
                ),
                include=("snoozed_until", "patient_wrote_at", "urgency"),
                name="inquiry_for_role",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked")),
                    ("snoozed_until__isnull", False),
                ),
                include=("snoozed_until", "patient_wrote_at"),
                name="inquiry_snoozed",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked"))
                ),
                include=("urgency", "promised_first", "submitted_at"),
                name="inquiry_open_ids",
            ),
        ),
    ]
