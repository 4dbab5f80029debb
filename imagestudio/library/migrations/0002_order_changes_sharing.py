import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_call_counts'),
        ('library', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Album',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('position', models.BigIntegerField(default=0, help_text='Among the albums beside it')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AlbumItem',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.BigIntegerField(help_text='Ascending; gaps leave room to put one between')),
                ('added_at', models.DateTimeField(help_text='Of the image')),
                ('placed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('trash', 'Moved to the trash'), ('restore', 'Restored'), ('tag', 'Tagged'), ('untag', 'Tag removed'), ('add_to_album', 'Added to an album'), ('remove_from_album', 'Removed from an album'), ('favourite', 'Marked as favourite'), ('unfavourite', 'No longer a favourite')], max_length=20)),
                ('state', models.CharField(choices=[('running', 'Under way'), ('done', 'Done'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='running', max_length=10)),
                ('selection', models.JSONField(help_text='`{ids: […]}`, or `{filters: …, until: …}`')),
                ('changed', models.PositiveIntegerField(default=0, help_text='Pictures that it really changed')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ended_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('added_at', models.DateTimeField(help_text='Of the image')),
            ],
        ),
        migrations.CreateModel(
            name='ImageTag',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('added_at', models.DateTimeField(help_text='Of the image')),
            ],
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('hash', models.BinaryField(max_length=32, unique=True)),
                ('hint', models.CharField(editable=False, max_length=4)),
                ('password', models.CharField(blank=True, help_text='As Django hashes it', max_length=128)),
                ('shows_prompt', models.BooleanField(default=False)),
                ('allows_download', models.BooleanField(default=False, help_text='Of the original bytes')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, help_text='When it was last opened', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=50)),
                ('folded', models.CharField(help_text='The name without case and marks', max_length=100)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RemoveIndex(
            model_name='image',
            name='image_library',
        ),
        migrations.AddField(
            model_name='image',
            name='trashed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='ChangedImage',
            fields=[
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='library.change')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='library.image')),
                ('pk', models.CompositePrimaryKey('change_id', 'image_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.AddField(
            model_name='image',
            name='is_listed',
            field=models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(models.Q(('purged_at', None), ('trashed_at', None), models.Q(('moderation__in', ('hidden_all', 'quarantined_legal')), _negated=True)), output_field=models.BooleanField()), help_text='Whether the library of its account shows it', output_field=models.BooleanField()),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(models.F('account'), models.OrderBy(models.F('added_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('is_listed', True)), name='image_library'),
        ),
        migrations.AddField(
            model_name='album',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='albums', to='accounts.account'),
        ),
        migrations.AddField(
            model_name='album',
            name='cover',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='library.image'),
        ),
        migrations.AddField(
            model_name='album',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='album',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='nested', to='library.album'),
        ),
        migrations.AddField(
            model_name='albumitem',
            name='album',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='library.album'),
        ),
        migrations.AddField(
            model_name='albumitem',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='album_items', to='library.image'),
        ),
        migrations.AddField(
            model_name='change',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='accounts.account'),
        ),
        migrations.AddField(
            model_name='change',
            name='album',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='library.album'),
        ),
        migrations.AddField(
            model_name='change',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='favourite',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account'),
        ),
        migrations.AddField(
            model_name='favourite',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='favourites', to='library.image'),
        ),
        migrations.AddField(
            model_name='favourite',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='favourites', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='imagetag',
            name='image',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taggings', to='library.image'),
        ),
        migrations.AddField(
            model_name='sharelink',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='share_links', to='accounts.account'),
        ),
        migrations.AddField(
            model_name='sharelink',
            name='album',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='share_links', to='library.album'),
        ),
        migrations.AddField(
            model_name='sharelink',
            name='image',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='share_links', to='library.image'),
        ),
        migrations.AddField(
            model_name='sharelink',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tag',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tags', to='accounts.account'),
        ),
        migrations.AddField(
            model_name='imagetag',
            name='tag',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='library.tag'),
        ),
        migrations.AddField(
            model_name='change',
            name='tag',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='library.tag'),
        ),
        migrations.AddIndex(
            model_name='album',
            index=models.Index(models.F('account'), models.F('parent'), models.F('position'), models.F('id'), condition=models.Q(('removed_at', None)), name='album_order'),
        ),
        migrations.AddConstraint(
            model_name='album',
            constraint=models.CheckConstraint(condition=models.Q(('id', models.F('parent')), _negated=True), name='album_not_in_itself'),
        ),
        migrations.AddIndex(
            model_name='albumitem',
            index=models.Index(models.F('album'), models.F('position'), models.F('id'), name='album_item_order'),
        ),
        migrations.AddIndex(
            model_name='albumitem',
            index=models.Index(models.F('album'), models.OrderBy(models.F('added_at'), descending=True), models.OrderBy(models.F('image'), descending=True), name='album_item_library'),
        ),
        migrations.AddConstraint(
            model_name='albumitem',
            constraint=models.UniqueConstraint(fields=('album', 'image'), name='album_item_once'),
        ),
        migrations.AddIndex(
            model_name='favourite',
            index=models.Index(models.F('account'), models.F('user'), models.OrderBy(models.F('added_at'), descending=True), models.OrderBy(models.F('image'), descending=True), name='favourite_library'),
        ),
        migrations.AddConstraint(
            model_name='favourite',
            constraint=models.UniqueConstraint(fields=('user', 'image'), name='favourite_once'),
        ),
        migrations.AddIndex(
            model_name='sharelink',
            index=models.Index(models.F('account'), models.OrderBy(models.F('made_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='share_link_account'),
        ),
        migrations.AddConstraint(
            model_name='sharelink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('album', None), ('image__isnull', False)), models.Q(('album__isnull', False), ('image', None)), _connector='OR'), name='share_link_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('account', 'folded'), name='tag_once_per_account'),
        ),
        migrations.AddIndex(
            model_name='imagetag',
            index=models.Index(models.F('tag'), models.OrderBy(models.F('added_at'), descending=True), models.OrderBy(models.F('image'), descending=True), name='image_tag_library'),
        ),
        migrations.AddConstraint(
            model_name='imagetag',
            constraint=models.UniqueConstraint(fields=('image', 'tag'), name='image_tag_once'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(models.F('account'), models.OrderBy(models.F('made_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='change_account'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(models.F('made_at'), condition=models.Q(('state__in', ['running', 'undoing'])), name='change_at_work'),
        ),
    ]
