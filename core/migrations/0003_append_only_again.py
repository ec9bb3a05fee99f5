from django.db import migrations

from core.appendonly import ForbidChanges


class Migration(migrations.Migration):
    """The triggers as they are now, also in databases that were made when they refused less."""

    dependencies = [("core", "0002_append_only")]

    operations = [ForbidChanges("AuditEntry")]
