
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0005_scan_once'),
        ('inspections', '0003_locked_words'),
        ('partnerships', '0002_chasing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('address', models.EmailField(max_length=254)),
                ('outcome', models.CharField(choices=[('accepted', 'Accepted by the mail server'), ('later', 'Not accepted yet, tried again later'), ('refused', 'Refused for good'), ('bounced', 'Came back after it was accepted')], max_length=10)),
                ('answer', models.TextField(blank=True, help_text='What the mail server said.')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Chase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('asked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReminderRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('update_before', models.JSONField(help_text='Days before the update date.')),
                ('update_after', models.JSONField(help_text='Days after the update date, while there is no update.')),
                ('due_before', models.JSONField(help_text='Days before the due date.')),
                ('due_after', models.JSONField(help_text='Days after the due date, while the action is not completed.')),
                ('then_every', models.PositiveSmallIntegerField(help_text='Days between reminders after those.', validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(91)])),
                ('line_after', models.PositiveSmallIntegerField(blank=True, help_text='Days late until the line is told.', null=True)),
                ('lead_after', models.PositiveSmallIntegerField(blank=True, help_text='… until the plan lead is told.', null=True)),
                ('chair_after', models.PositiveSmallIntegerField(blank=True, help_text='… until the chair is told.', null=True)),
                ('working_days_only', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name_plural': 'reminder rules',
            },
        ),
        migrations.RemoveConstraint(
            model_name='reminder',
            name='reminder_once_a_step',
        ),
        migrations.AddField(
            model_name='message',
            name='claim',
            field=models.UUIDField(blank=True, help_text='The run that has claimed it.', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='has_summary',
            field=models.BooleanField(default=False, help_text="Holds the week's summary for a co-ordinator."),
        ),
        migrations.AddField(
            model_name='reminder',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, help_text='When it was found to be no longer true.', null=True),
        ),
        migrations.AlterField(
            model_name='reminder',
            name='capacity',
            field=models.CharField(choices=[('holder', 'Holder of the post'), ('deputy', 'Deputy of the holder'), ('plan_lead', 'Plan lead, because the post is vacant'), ('line', 'Post it reports to, because it is late'), ('lead', 'Plan lead, because it is late'), ('chair', 'Chair of the monitoring group, because it is late')], max_length=10),
        ),
        migrations.AlterField(
            model_name='reminder',
            name='kind',
            field=models.CharField(choices=[('progress_overdue', 'Progress update overdue'), ('overdue', 'Action overdue'), ('chased', 'Your update is asked for'), ('update_due', 'Progress update due'), ('due_soon', 'Due soon')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('status__in', ['in_progress', 'not_started', 'on_hold'])), fields=['current_due_on'], name='action_undone_due'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('status__in', ['cancelled', 'closed', 'superseded']), _negated=True), fields=['plan', 'last_update_on'], name='action_open_updated'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['on'], name='message_day'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['sent_at'], name='message_sent'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('claim__isnull', False)), fields=['claim'], name='message_of_claim'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('user', 'action', 'kind', 'anchor_on', 'step'), name='reminder_once_a_step'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='actionplans.message'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chase',
            name='action',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chases', to='actionplans.action'),
        ),
        migrations.AddField(
            model_name='chase',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chase',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chases', to='actionplans.round'),
        ),
        migrations.AddField(
            model_name='reminderrules',
            name='plan',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reminder_rules', to='actionplans.plan'),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('user',), name='calendar_one_a_person', violation_error_message='There is a calendar address already. Make it stop first.'),
        ),
        migrations.AddConstraint(
            model_name='chase',
            constraint=models.UniqueConstraint(fields=('round', 'action', 'on'), name='chase_once_a_day', violation_error_message='The update was asked for today already.'),
        ),
        migrations.AddConstraint(
            model_name='reminderrules',
            constraint=models.CheckConstraint(condition=models.Q(('then_every__gte', 7)), name='reminder_rules_not_daily', violation_error_message='Reminders repeat every 7 days at most.'),
        ),
    ]
