"""One account an address, however it is written."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("reelballers", "0002_whose_session")]

    operations = [
        migrations.RunSQL(["UPDATE reelballers_user SET email = lower(email)"], migrations.RunSQL.noop),
        migrations.AddConstraint("user", models.UniqueConstraint(Lower("email"), name="one_user_an_address")),
    ]
