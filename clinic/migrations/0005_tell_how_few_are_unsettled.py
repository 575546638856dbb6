"""The planner takes state and settled_at for strangers, and thinks that all failed mail is unsettled."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clinic", "0004_settle_undelivered_mail")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS outbox_settled (mcv) ON state, settled_at FROM clinic_outboxmessage",
            "DROP STATISTICS outbox_settled",
        )
    ]
