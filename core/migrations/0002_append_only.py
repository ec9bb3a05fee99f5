from django.db import migrations

from core.appendonly import ForbidChanges, PrepareAppendOnly


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [PrepareAppendOnly(), ForbidChanges("AuditEntry")]
