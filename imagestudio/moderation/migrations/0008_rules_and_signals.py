import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_trust'),
        ('moderation', '0007_letters_that_were_lost'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('enabled', 'Enabled'), ('disabled', 'Disabled')], default='draft', max_length=10)),
                ('version', models.PositiveIntegerField(default=1, help_text='The newest')),
                ('in_force', models.PositiveIntegerField(blank=True, help_text='Which version', null=True)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Ruleset',
            fields=[
                ('key', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('stamp', models.UUIDField(default=uuid_utils.compat.uuid7)),
            ],
        ),
        migrations.CreateModel(
            name='RuleVersion',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('literal', 'Words'), ('leet', 'Words, also in disguise'), ('regex', 'Regular expression')], max_length=10)),
                ('pattern', models.CharField(max_length=500)),
                ('field', models.CharField(choices=[('prompt', 'Prompts'), ('title', 'Titles')], max_length=10)),
                ('action', models.CharField(choices=[('flag', 'Flag: let it through, and have somebody look'), ('filter', 'Filter: keep the result from others until somebody has looked'), ('block', 'Block: refuse the request')], max_length=10)),
                ('reason', models.CharField(choices=[('child_safety', 'Child safety'), ('ncii_or_deepfake_of_real_person', 'Intimate or fake picture of a real person'), ('sexual_unlabelled', 'Nudity or sexual content'), ('graphic_violence', 'Graphic violence'), ('hate', 'Hate'), ('harassment_doxxing', 'Harassment, or private facts about somebody'), ('self_harm', 'Self-harm'), ('extremism', 'Extremism or terror'), ('illegal_goods', 'Illegal goods'), ('impersonation_or_fraud', 'Impersonation or fraud'), ('ip_complaint', 'Copyright or trade mark'), ('spam_or_abuse_of_quota', 'Spam or unfair use'), ('other', 'Something else')], max_length=40)),
                ('message', models.CharField(blank=True, help_text='What people are told where it blocks', max_length=300)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Signal',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('refused_input', 'Request refused'), ('refused_output', 'Result refused')], max_length=20)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('place', models.UUIDField()),
                ('oldest', models.UUIDField(help_text='The key below which nothing is read')),
                ('total', models.PositiveIntegerField(help_text='Texts there were to read, when it began')),
                ('seen', models.PositiveIntegerField(default=0)),
                ('matched', models.PositiveIntegerField(default=0)),
                ('verdicts', models.JSONField(default=dict, help_text='Of what matched, by the verdict of then')),
                ('people', models.JSONField(default=list, help_text='Whose texts matched')),
                ('examples', models.JSONField(default=list, help_text='Keys of a few that matched')),
                ('is_cut', models.BooleanField(default=False, help_text='There were more texts than are read')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='screening',
            name='field',
            field=models.CharField(choices=[('prompt', 'Prompts'), ('title', 'Titles')], default='prompt', max_length=10),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='verb',
            field=models.CharField(choices=[('opened', 'Case opened'), ('reported', 'Reported'), ('claimed', 'Claimed'), ('released', 'Claim given up'), ('skipped', 'Skipped'), ('snoozed', 'Put off'), ('escalated', 'Escalated'), ('noted', 'Note'), ('decided', 'Decided'), ('reversed', 'Decision taken back'), ('refused', 'Not allowed to'), ('appealed', 'Appealed'), ('viewed', 'Looked at'), ('banned', 'Bytes banned'), ('unbanned', 'Ban lifted'), ('withdrawn', 'Withdrawn'), ('exported', 'Exported'), ('trusted', 'Trust changed'), ('matched', 'A rule matched'), ('ruled', 'Rule changed')], max_length=20),
        ),
        migrations.AlterField(
            model_name='screening',
            name='matches',
            field=models.JSONField(default=list, help_text='Rules with version, name and action'),
        ),
        migrations.AddIndex(
            model_name='screening',
            index=models.Index(models.F('field'), models.F('id'), name='screening_field'),
        ),
        migrations.AddIndex(
            model_name='screening',
            index=models.Index(models.F('at'), condition=models.Q(('verdict', 'allow'), _negated=True), name='screening_matched'),
        ),
        migrations.AddField(
            model_name='rule',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(('key', 1)), name='ruleset_one'),
        ),
        migrations.AddField(
            model_name='ruleversion',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ruleversion',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='moderation.rule'),
        ),
        migrations.AddField(
            model_name='signal',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account'),
        ),
        migrations.AddField(
            model_name='signal',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trial',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trial',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trials', to='moderation.ruleversion'),
        ),
        migrations.AddIndex(
            model_name='rule',
            index=models.Index(models.OrderBy(models.F('made_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='rule_made'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('in_force__isnull', False), ('state', 'enabled')), models.Q(models.Q(('state', 'enabled'), _negated=True), ('in_force', None)), _connector='OR'), name='rule_enabled_in_a_version'),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('in_force', None), models.Q(('in_force__gte', 1), ('in_force__lte', models.F('version'))), _connector='OR'), name='rule_in_force_is_there'),
        ),
        migrations.AddConstraint(
            model_name='ruleversion',
            constraint=models.UniqueConstraint(fields=('rule', 'number'), name='rule_version_once'),
        ),
        migrations.AddConstraint(
            model_name='ruleversion',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['flag', 'filter', 'block'])), name='rule_version_action'),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(models.F('user'), models.OrderBy(models.F('at'), descending=True), name='signal_user'),
        ),
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(models.F('at'), name='signal_at'),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=models.Index(models.F('version'), models.OrderBy(models.F('made_at'), descending=True), name='trial_version'),
        ),
        migrations.AddConstraint(
            model_name='trial',
            constraint=models.CheckConstraint(condition=models.Q(('matched__lte', models.F('seen'))), name='trial_counts'),
        ),
    ]
