import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procedures", "0011_call_pages_pages"),
        ("requests", "0022_name_emergencies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(models.F("urgency"), "*", models.Value(-1)),
                models.F("promised_first"),
                models.F("submitted_at"),
                models.F("id"),
                condition=models.Q(
                    ("first_answered_at", None),
                    ("status__in", ("new", "in_triage")),
                    ("answer_by__gt", models.F("promised_first")),
                    ("email", ""),
                ),
                name="inquiry_untold",
            ),
        ),
    ]
