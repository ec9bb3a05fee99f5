"""Papers: what was reported to a meeting, frozen when it was issued."""

from django.db import models
from django.urls import reverse

from actionplans.models.plans import Plan
from core.appendonly import AppendOnly
from partnerships.models import Meeting, User


class Paper(AppendOnly):
    """An issued progress report: its numbers and words, and the head of the history that they were computed from."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="papers")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers")
    edition = models.PositiveSmallIntegerField()
    as_at = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_by_name = models.CharField(max_length=200)
    history_count = models.PositiveIntegerField()
    history_head = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta(AppendOnly.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "meeting", "edition"],
                name="paper_edition_once",
                violation_error_message="Somebody else has just issued this edition. Open the meeting again.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} for {self.meeting}, edition {self.edition}"

    def get_absolute_url(self) -> str:
        return reverse("actionplans:paper", args=[self.pk])


class PaperFile(AppendOnly):
    """One format of an issued paper, with the SHA-256 of its bytes."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="files")
    format = models.CharField(max_length=5)
    file = models.FileField(upload_to="papers/%Y", max_length=300)
    sha256 = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        constraints = (models.UniqueConstraint(fields=["paper", "format"], name="paper_file_once_a_format"),)

    def __str__(self) -> str:
        return f"{self.paper}.{self.format}"
