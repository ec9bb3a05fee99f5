
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='is_weekly',
            field=models.BooleanField(default=False, help_text='Wants one message a week, not up to one a day.'),
        ),
        migrations.AddField(
            model_name='user',
            name='mail_failed_at',
            field=models.DateTimeField(blank=True, help_text='Since when mail to the address fails.', null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='mail_failure',
            field=models.TextField(blank=True, help_text='What the mail server said.'),
        ),
        migrations.AddField(
            model_name='user',
            name='signs_in',
            field=models.BooleanField(default=True, help_text='Without an account a person gets mail, and no form.'),
        ),
        migrations.CreateModel(
            name='LocalHoliday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('name', models.CharField(max_length=100)),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='local_holidays', to='partnerships.partnership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partnership', 'on'), name='local_holiday_once_a_day', violation_error_message='That day is entered as a holiday already.')],
            },
        ),
    ]
