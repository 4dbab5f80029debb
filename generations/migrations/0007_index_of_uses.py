import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generations', '0006_sources_let_go'),
        ('library', '0005_sharing_and_lineage'),
    ]

    operations = [
        migrations.AlterField(
            model_name='source',
            name='image',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='library.image'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(models.F('image'), models.OrderBy(models.F('generation'), descending=True), name='source_uses'),
        ),
    ]
