from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="CallCount",
            fields=[
                (
                    "of",
                    models.UUIDField(
                        help_text="The token or the account", primary_key=True, serialize=False
                    ),
                ),
                ("minute", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        # Each call of a program writes here: without the write-ahead log that waits for no disk.
        migrations.RunSQL(
            "ALTER TABLE accounts_callcount SET UNLOGGED",
            "ALTER TABLE accounts_callcount SET LOGGED",
        ),
    ]
