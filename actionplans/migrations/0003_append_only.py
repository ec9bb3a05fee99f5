from django.db import migrations

from core.appendonly import ForbidChanges

WRITTEN_ONCE = (
    "Entry",
    "PlanStep",
    "ProgressUpdate",
    "Evidence",
    "EvidenceRelease",
    "DateRequest",
    "DateDecision",
    "Verification",
    "Closure",
    "Revision",
    "Contribution",
    "DateReferral",
    "Reopening",
    "Dropping",
    "SustainedCheck",
    "Reading",
    "Paper",
    "PaperFile",
)


class Migration(migrations.Migration):
    dependencies = [("actionplans", "0002_initial"), ("core", "0002_append_only")]

    operations = [ForbidChanges(name) for name in WRITTEN_ONCE]
