from django.db import migrations

from core.appendonly import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("inspections", "0002_initial"), ("core", "0002_append_only")]

    operations = [ForbidChanges("Recommendation", columns=("inspection_id", "number", "text"))]
