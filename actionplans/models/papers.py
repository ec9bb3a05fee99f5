"""Papers: how a group wants them, what a person writes in them, and what was issued, frozen."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from actionplans.models.plans import Plan, Round
from core.appendonly import AppendOnly
from inspections.models import Inspection
from partnerships.models import Group, Meeting, User


class PaperLayout(models.Model):
    """How a group wants its papers (an `actionplans.papers.layouts.Layout` as plain values)."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="paper_layout")
    content = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Layout of {self.group}"


class PaperTemplate(AppendOnly):
    """A Word file whose looks the papers of a group take. The last row counts; one without a file takes it away."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="paper_templates")
    file = models.FileField(upload_to="paper-templates/%Y", max_length=300, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by_name = models.CharField(max_length=200)

    class Meta(AppendOnly.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(file="", sha256="") | (~Q(file="") & ~Q(sha256="")),
                name="paper_template_file_has_hash",
            ),
        )

    def __str__(self) -> str:
        return self.file_name or "no template"


class PaperWords(models.Model):
    """What a person has written for the paper of a plan for a meeting: texts by the heading that they stand under."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="paper_words")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="paper_words")
    words = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "paper words"
        constraints = (models.UniqueConstraint(fields=["plan", "meeting"], name="paper_words_once_a_meeting"),)

    def __str__(self) -> str:
        return f"{self.plan} for {self.meeting}"


class Paper(AppendOnly):
    """An issued progress report: its numbers and words, and the head of the history that they were computed from.

    `content` is the public edition; `exempt_content` the other, where anything is left out or suppressed in public.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="papers")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers")
    edition = models.PositiveSmallIntegerField()
    changed = models.TextField(blank=True, help_text="What this edition changed, from the second edition on.")
    as_at = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_by_name = models.CharField(max_length=200)
    history_count = models.PositiveIntegerField()
    history_head = models.CharField(max_length=64)
    content = models.JSONField()
    exempt_content = models.JSONField(null=True, blank=True)
    template = models.ForeignKey(PaperTemplate, models.PROTECT, null=True, blank=True, related_name="papers")
    content_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of both contents, as actionplans.papers does it."
    )

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
    """One format of one edition of an issued paper, with the SHA-256 of its bytes."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="files")
    format = models.CharField(max_length=5)
    is_exempt = models.BooleanField(default=False)
    file = models.FileField(upload_to="papers/%Y", max_length=300)
    sha256 = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        constraints = (
            models.UniqueConstraint(fields=["paper", "format", "is_exempt"], name="paper_file_once_a_format"),
        )

    def __str__(self) -> str:
        return f"{self.paper}.{self.format}"


class PaperDecision(AppendOnly):
    """What a meeting did with a paper as a whole: noted it, referred it, or something else, with the minute."""

    class Decision(models.TextChoices):
        NOTED = "noted", "Noted"
        AGREED = "agreed", "Recommendations agreed"
        REFERRED = "referred", "Referred to another body"
        CONTINUED = "continued", "Continued to another meeting"
        OTHER = "other", "Something else"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=12, choices=Decision)
    words = models.TextField(blank=True, help_text="To whom it was referred, or what was decided.")
    minute = models.CharField(max_length=100, blank=True)
    recorded_at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta(AppendOnly.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(decision__in=["noted", "agreed"]) | ~Q(words=""),
                name="paper_decision_says_what",
                violation_error_message="Say to whom it was referred, or what was decided.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.paper}: {self.get_decision_display()}"


class PaperSchedule(models.Model):
    """A person has the draft of a plan's paper for a group made when the updates of a round are due."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="paper_schedules")
    group = models.ForeignKey(Group, models.CASCADE, related_name="paper_schedules")
    owner = models.ForeignKey(User, models.CASCADE, related_name="paper_schedules")
    since = models.DateField(help_text="Rounds whose updates were due before this day are left alone.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plan", "group", "owner"], name="paper_schedule_once_a_person"),)

    def __str__(self) -> str:
        return f"{self.plan} for {self.group}, for {self.owner}"


class PaperRun(models.Model):
    """A paper, or a pack for inspectors, that a worker makes: asked for by a person, or by their schedule at the
    deadline of a round.

    A product for one person, not an issued paper: it can be made again from the same history.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"

    owner = models.ForeignKey(User, models.CASCADE, related_name="paper_runs")
    title = models.CharField(max_length=300)
    plans = models.ManyToManyField(Plan, related_name="paper_runs")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="paper_runs")
    round = models.ForeignKey(Round, models.CASCADE, null=True, blank=True, related_name="paper_runs")
    inspection = models.ForeignKey(
        Inspection,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Not a paper, but the pack for the inspectors of this inspection, of one plan.",
    )
    beside = models.ManyToManyField(
        Inspection,
        related_name="+",
        blank=True,
        help_text="Other inspections whose grades stand in the pack: those that its owner could see.",
    )
    on = models.DateField()
    format = models.CharField(max_length=5)
    is_exempt = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, blank=True, help_text="When a worker last said that it is at it.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Also says which worker has it: the last.")
    done = models.PositiveIntegerField(default=0, help_text="Steps done.")
    total = models.PositiveIntegerField(default=0, help_text="Steps in all.")
    problem = models.TextField(blank=True, help_text="Why it could not be made, for its owner.")
    file = models.FileField(upload_to="paper-runs/%Y/%m", max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (models.Index(fields=["state", "heard_at"], name="paper_run_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "round"], condition=Q(round__isnull=False), name="paper_run_once_a_round"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("actionplans:paper-run", args=[self.pk])

    @property
    def is_pack(self) -> bool:
        return self.inspection_id is not None

    def is_at_work(self) -> bool:
        """Whether it waits for a worker, or one is at it."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    def is_gone(self) -> bool:
        """Whether its file was deleted because of its age."""
        return self.state == self.State.READY and not self.file
