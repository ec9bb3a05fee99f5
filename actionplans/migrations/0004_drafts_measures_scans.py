import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.appendonly import ForbidChanges


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0003_append_only'),
        ('inspections', '0003_locked_words'),
        ('partnerships', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceScan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_clean', models.BooleanField()),
                ('answer', models.CharField(help_text="In the scanner's words.", max_length=300)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Measured',
            fields=[
                ('entry_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='actionplans.entry')),
                ('text', models.JSONField(help_text='The reading in words: measure, comparator, on, words, source, note.')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
            bases=('actionplans.entry',),
        ),
        migrations.CreateModel(
            name='UpdateDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fields', models.JSONField(help_text='The fields of the form by name, as typed.')),
                ('saved_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('returned_by', models.CharField(blank=True, max_length=200)),
                ('remark', models.TextField(blank=True, help_text='Why the reviewer returned it.')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='action',
            name='action_ref_once_a_plan',
        ),
        migrations.RemoveConstraint(
            model_name='measure',
            name='measure_of_one_thing',
        ),
        migrations.AddField(
            model_name='action',
            name='is_removed',
            field=models.BooleanField(default=False, help_text='Taken out of the draft before it was agreed.'),
        ),
        migrations.AddField(
            model_name='measure',
            name='plan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='measures', to='actionplans.plan'),
        ),
        migrations.AddField(
            model_name='plan',
            name='reviews_wording',
            field=models.BooleanField(default=False, help_text='The committee wording of updates is read before it is published.'),
        ),
        migrations.AddField(
            model_name='progressupdate',
            name='reviewed_by',
            field=models.CharField(blank=True, help_text='Who read the wording before it was published.', max_length=200),
        ),
        migrations.AddField(
            model_name='progressupdate',
            name='wording_sent',
            field=models.TextField(blank=True, help_text='The wording as it was sent, where the reviewer changed it.'),
        ),
        migrations.AddField(
            model_name='reading',
            name='note',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='reading',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='actionplans.reading'),
        ),
        migrations.AddField(
            model_name='reading',
            name='source',
            field=models.CharField(blank=True, help_text='Where the value comes from.', max_length=300),
        ),
        migrations.AlterField(
            model_name='entry',
            name='kind',
            field=models.CharField(choices=[('planstep', 'Plan'), ('added', 'Action added'), ('edited', 'Draft changed'), ('removed', 'Taken out of the draft'), ('revision', 'Text and dates agreed'), ('progressupdate', 'Progress update'), ('contribution', 'Part of a contributor'), ('measured', 'Measure read'), ('evidence', 'Evidence added'), ('evidencerelease', 'Evidence released'), ('daterequest', 'Later date requested'), ('datereferral', 'Later date taken to a group'), ('datedecision', 'Date decided'), ('verification', 'Verification'), ('closure', 'Closure'), ('reopening', 'Reopened'), ('dropping', 'Cancelled or superseded'), ('sustainedcheck', 'Sustained-improvement check')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(condition=models.Q(('is_removed', False)), fields=('plan', 'ref'), name='action_ref_once_a_plan', violation_error_message='This plan already has an action with that reference.'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__isnull', False), ('inspection__isnull', True), ('plan__isnull', True)), models.Q(('action__isnull', True), ('inspection__isnull', True), ('plan__isnull', False)), models.Q(('action__isnull', True), ('inspection__isnull', False), ('plan__isnull', True)), _connector='OR'), name='measure_of_one_thing', violation_error_message='A measure belongs to one action, one plan or one inspection.'),
        ),
        migrations.AddField(
            model_name='evidencescan',
            name='of',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='actionplans.evidence'),
        ),
        migrations.AddField(
            model_name='measured',
            name='reading',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='actionplans.reading'),
        ),
        migrations.AddField(
            model_name='updatedraft',
            name='action',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='actionplans.action'),
        ),
        migrations.AddField(
            model_name='updatedraft',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='updatedraft',
            constraint=models.UniqueConstraint(fields=('action', 'user'), name='draft_once_a_writer', violation_error_message='You have a draft of this update already.'),
        ),
        migrations.AddConstraint(
            model_name='updatedraft',
            constraint=models.CheckConstraint(condition=models.Q(('returned_by', ''), models.Q(('remark', ''), _negated=True), _connector='OR'), name='draft_return_has_remark', violation_error_message='Say what should be changed.'),
        ),
        *(ForbidChanges(name) for name in ("EvidenceScan", "Measured", "ProgressUpdate", "Reading")),
    ]
