from core.appendonly import ForbidChanges
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inspections", "0002_initial"), ("core", "0002_append_only")]

    operations = [ForbidChanges("Recommendation", columns=("inspection_id", "number", "text"))]
