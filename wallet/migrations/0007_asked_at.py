from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallet", "0006_closed_stays_empty")]

    operations = [migrations.AddField("topup", "asked_at", models.DateTimeField(null=True))]
