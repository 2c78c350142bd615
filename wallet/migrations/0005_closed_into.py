from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallet", "0004_transfers")]

    operations = [migrations.AddField("wallet", "closed_into", models.TextField(null=True))]
