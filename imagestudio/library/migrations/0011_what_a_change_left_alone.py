import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Until now nobody counted them: of what does not take pictures out of the library or back, those
# that were come past and not changed were nearly always so already.
COUNT_THEM = """
    UPDATE library_change SET unchanged = done - changed
    WHERE done > changed AND kind NOT IN ('trash', 'restore', 'purge')
"""


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('library', '0010_tags_at_work'),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='unchanged',
            field=models.PositiveIntegerField(default=0, help_text='Pictures that were so already'),
        ),
        migrations.RunSQL(COUNT_THEM, migrations.RunSQL.noop),
        migrations.AddField(
            model_name='change',
            name='undone_by',
            field=models.ForeignKey(db_index=False, help_text='Who takes it back: may they not any more, nobody goes on with that', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
