"""The history of a plan: rows written once, in one sequence a plan, chained by hash.

`Entry` carries what all rows share and the state that results; what only one kind of row says stands in a table of
its own (a progress update, a date change, a verification, …), whose key is the entry.
"""

from django.db import models
from django.db.models import F, Q

from actionplans.models.actions import Action, EvidenceRequirement
from actionplans.models.plans import Plan
from actionplans.models.states import ActionState
from core import chain
from core.appendonly import AppendOnly, AppendOnlyQuerySet
from partnerships.models import Group, Meeting, User


class EntryQuerySet(AppendOnlyQuerySet):
    def with_details(self) -> "EntryQuerySet":
        """Each entry with the row of its kind, in one query."""
        return self.select_related(
            "planstep", "progressupdate", "evidence", "evidencerelease", "daterequest", "datedecision",
            "verification", "closure",
        )  # fmt: skip


class Entry(AppendOnly, ActionState):
    class Kind(models.TextChoices):
        PLAN_STEP = "planstep", "Plan"
        ADDED = "added", "Action added"
        DUE_DATE_FIXED = "due_date_fixed", "Original due date fixed"
        UPDATE = "progressupdate", "Progress update"
        EVIDENCE = "evidence", "Evidence added"
        EVIDENCE_RELEASE = "evidencerelease", "Evidence released"
        DATE_REQUEST = "daterequest", "Later date requested"
        DATE_DECISION = "datedecision", "Date decided"
        VERIFICATION = "verification", "Verification"
        CLOSURE = "closure", "Closure"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="entries")
    kind = models.CharField(max_length=20, choices=Kind)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    by_post = models.CharField(max_length=200, blank=True)
    imported = models.BooleanField(default=False)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()  # type: ignore[misc]  # more than the base class has

    class Meta(AppendOnly.Meta):
        verbose_name_plural = "entries"
        indexes = (models.Index(fields=["action", "kind", "recorded_at"], name="entry_as_at"),)
        constraints = (
            models.UniqueConstraint(fields=["plan", "seq"], name="entry_seq_once_a_plan"),
            models.CheckConstraint(
                condition=Q(action__isnull=True, status="") | (Q(action__isnull=False) & ~Q(status="")),
                name="entry_state_with_action",
            ),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.get_kind_display()}"

    @property
    def detail(self) -> "Entry":
        """The row of this entry's kind; the entry itself where its kind has no more to say."""
        return getattr(self, self.kind, self)

    def facts(self) -> dict:
        """What the hash covers: every column but the key and the hashes."""
        left_out = frozenset({"id", "entry_ptr_id", "hash", "previous"})
        return chain.facts(self, left_out)


class PlanStep(Entry):
    """The plan was submitted, approved, returned or closed."""

    class Step(models.TextChoices):
        SUBMITTED = "submitted", "Submitted for approval"
        APPROVED = "approved", "Approved"

    step = models.CharField(max_length=12, choices=Step)
    version = models.PositiveSmallIntegerField()
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    minute = models.CharField(max_length=100, blank=True)


class ProgressUpdate(Entry):
    """One dated statement about an action, with the state that it says. Corrected only by another update."""

    working_note = models.TextField(blank=True)
    wording = models.TextField("committee wording")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(wording=""),
                name="update_has_wording",
                violation_error_message="Enter the committee wording.",
            ),
        )


class Evidence(Entry):
    """A file, a link, or a reference to a document that is kept elsewhere."""

    title = models.CharField(max_length=300)
    form = models.CharField(max_length=30, help_text="document, spreadsheet, link …")
    dated_on = models.DateField(null=True, blank=True)
    link = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="evidence/%Y/%m", max_length=300, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    answers = models.ForeignKey(EvidenceRequirement, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(file="") | ~Q(sha256=""),
                name="evidence_file_has_hash",
                violation_error_message="A file is kept with its SHA-256.",
            ),
        )


class EvidenceRelease(Entry):
    """Evidence was released to inspectors, or taken back. The last row of an evidence counts."""

    of = models.ForeignKey(Evidence, models.PROTECT, related_name="releases")
    is_released = models.BooleanField()


class DateRequest(Entry):
    """A later date was asked for. The request alone changes nothing."""

    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(from_on=F("to_on")),
                name="date_request_moves_the_date",
                violation_error_message="Ask for a date other than the current one.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="date_request_has_reason", violation_error_message="Enter the reason."
            ),
        )


class DateDecision(Entry):
    """A group, or somebody with that right, granted or refused a later date."""

    request = models.OneToOneField(DateRequest, models.PROTECT, related_name="decision")
    is_granted = models.BooleanField()
    decided_by = models.CharField(max_length=200)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    minute = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by=""),
                name="date_decision_names_who",
                violation_error_message="Say who decided.",
            ),
        )


class Verification(Entry):
    """Somebody other than the owner said, on evidence, that it is done, or returned it with a reason."""

    is_accepted = models.BooleanField()
    verifier = models.CharField(max_length=200, help_text="The person or body whose word it is.")
    statement = models.TextField(blank=True, help_text="What was checked, or why it is returned.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(verifier=""),
                name="verification_names_verifier",
                violation_error_message="Name the person or body whose word it is.",
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=True) | ~Q(statement=""),
                name="verification_return_has_reason",
                violation_error_message="Say why it is returned.",
            ),
        )


class Closure(Entry):
    """A group closed the action."""

    decided_by = models.CharField(max_length=200)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    minute = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by=""),
                name="closure_names_who",
                violation_error_message="Say which group closed it.",
            ),
        )
