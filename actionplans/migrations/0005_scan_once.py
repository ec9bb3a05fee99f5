import django.db.models.deletion
from django.db import migrations, models

from core.appendonly import ForbidChanges


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0004_drafts_measures_scans'),
    ]

    operations = [
        migrations.AlterField(
            model_name='evidencescan',
            name='of',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='scan', to='actionplans.evidence'),
        ),
        ForbidChanges("EvidenceScan"),
    ]
