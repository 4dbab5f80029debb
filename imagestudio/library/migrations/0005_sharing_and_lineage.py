import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_call_counts'),
        ('library', '0004_changes_and_trash'),
    ]

    operations = [
        migrations.AlterField(
            model_name='derivation',
            name='parent',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='library.image'),
        ),
        migrations.AlterField(
            model_name='sharelink',
            name='shows_prompt',
            field=models.BooleanField(default=False, help_text='And the title'),
        ),
        migrations.AddIndex(
            model_name='derivation',
            index=models.Index(models.F('parent'), models.OrderBy(models.F('child'), descending=True), name='derivation_children'),
        ),
    ]
