from django.db import migrations

from core.appendonly import ForbidChanges

WRITTEN_ONCE = (
    *("Attempt", "Closure", "Contribution", "DateDecision", "DateReferral", "DateRequest", "Dropping", "Entry"),
    *("Evidence", "EvidenceRelease", "EvidenceScan", "Measured", "Paper", "PaperFile", "PlanStep", "ProgressUpdate"),
    *("Reading", "Reopening", "Revision", "SustainedCheck", "Verification"),
)


class Migration(migrations.Migration):
    """The triggers as they are now, also in databases that were made when they refused less."""

    dependencies = [("actionplans", "0006_chasing"), ("core", "0003_append_only_again")]

    operations = [ForbidChanges(name) for name in WRITTEN_ONCE]
