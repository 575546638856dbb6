import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procedures", "0011_call_pages_pages"),
        ("requests", "0018_tell_a_new_day_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_open_queue",
        ),
        migrations.RemoveIndex(
            model_name="inquiry",
            name="inquiry_queue",
        ),
        migrations.AlterField(
            model_name="inquiry",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(("status__in", ("new", "in_triage"))),
                name="inquiry_todo",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(("first_answered_at", None), ("status__in", ("new", "in_triage"))),
                name="inquiry_to_answer",
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
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked"))
                ),
                name="inquiry_open",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("status"),
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked"))
                ),
                name="inquiry_open_by_status",
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
                name="inquiry_open_by_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("topic"),
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked"))
                ),
                name="inquiry_open_by_topic",
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
                    ("patient_wrote_at__isnull", False),
                ),
                name="inquiry_replied",
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
                name="inquiry_snoozed",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("status__in", ("new", "in_triage", "awaiting_patient", "offered", "booked"))
                ),
                name="inquiry_open_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(models.F("submitted_at"), models.F("id"), name="inquiry_newest"),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("status"), models.F("submitted_at"), models.F("id"), name="inquiry_newest_by_status"
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("assignee"),
                models.F("submitted_at"),
                models.F("id"),
                name="inquiry_newest_by_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                models.F("topic"), models.F("submitted_at"), models.F("id"), name="inquiry_newest_by_topic"
            ),
        ),
    ]
