"""The figures of a plan at the end of a day, kept so that a trend over months need not count history anew."""

from django.db import models

from actionplans.models.plans import Plan


class Snapshot(models.Model):
    """What `figures.figures` counts as at a day, made from history and never the truth itself: it may be made anew.

    What counts rounds (an update that is overdue) is as the rounds stood when it was made; all else is history.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="snapshots")
    on = models.DateField()
    figures = models.JSONField(help_text="As snapshots.as_kept gives them.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "on"],
                name="snapshot_once_a_day",
                violation_error_message="The figures of that day are kept already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} on {self.on:%-d %B %Y}"
