"""The history of a plan: rows written once, in one sequence a plan, chained by hash.

`Entry` carries what all rows share and the state that results; what only one kind of row says stands in a table of
its own (a progress update, a date change, a verification, …), whose key is the entry.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from actionplans.models.actions import Action, EvidenceRequirement
from actionplans.models.plans import Plan
from actionplans.models.states import ActionState
from core import chain, clock
from core.appendonly import AppendOnly, AppendOnlyQuerySet
from partnerships.models import Agency, Group, Meeting, User


def recorded(on: date, upto: int | None = None, prefix: str = "") -> Q:
    """The rows of history recorded by the end of a day and, of one plan, not after its row number `upto`.

    `prefix` leads to them from the rows that are filtered, such as "entry__".
    """
    found = Q(**{f"{prefix}recorded_at__lt": clock.end_of(on)})
    return found if upto is None else found & Q(**{f"{prefix}seq__lte": upto})


class EntryQuerySet(AppendOnlyQuerySet):
    def with_details(self, kinds: Collection[str] | None = None) -> "EntryQuerySet":
        """Each entry with the row of its kind, in one query. Of known `kinds`, no tables of others are joined."""
        return self.joining(
            kinds,
            "planstep", "revision", "progressupdate", "evidence", "evidencerelease", "daterequest",
            "datereferral__group", "datedecision__meeting", "datewithdrawal", "verification", "closure__meeting",
            "reopening", "dropping__meeting", "dropping__superseded_by", "sustainedcheck", "contribution__agency",
            "measured__reading__measure", "measured__reading__comparator",
            "measured__reading__replaces", "measured__reading__replaced_by", "exemption",
            "evidenceexemption__of", "publication__meeting", "question", "answer__of", "ragsetting",
        )  # fmt: skip

    def with_evidence(self, kinds: Collection[str] | None = None) -> "EntryQuerySet":
        """Rows of evidence with what they answer and what the virus scanner said, and of what a release is, at once."""
        return self.joining(kinds, "evidence__answers", "evidence__scan", "evidencerelease__of")

    def joining(self, kinds: Collection[str] | None, *names: str) -> "EntryQuerySet":
        """As `select_related`; each name begins with the kind whose rows have such a thing, and None is every kind."""
        wanted = [name for name in names if kinds is None or name.split("__")[0] in kinds]
        return self.select_related(*wanted) if wanted else self


class Entry(AppendOnly, ActionState):
    class Kind(models.TextChoices):
        PLAN_STEP = "planstep", "Plan"
        ADDED = "added", "Action added"
        EDITED = "edited", "Draft changed"
        REMOVED = "removed", "Taken out of the draft"
        REVISION = "revision", "Text and dates agreed"
        UPDATE = "progressupdate", "Progress update"
        CONTRIBUTION = "contribution", "Part of a contributor"
        MEASURED = "measured", "Measure read"
        EVIDENCE = "evidence", "Evidence added"
        EVIDENCE_RELEASE = "evidencerelease", "Evidence released"
        DATE_REQUEST = "daterequest", "Later date requested"
        DATE_REFERRAL = "datereferral", "Later date taken to a group"
        DATE_DECISION = "datedecision", "Date decided"
        DATE_WITHDRAWAL = "datewithdrawal", "Request for a later date withdrawn"
        VERIFICATION = "verification", "Verification"
        CLOSURE = "closure", "Closure"
        REOPENING = "reopening", "Reopened"
        DROPPING = "dropping", "Cancelled or superseded"
        RAG_SETTING = "ragsetting", "RAG set by hand"
        SUSTAINED_CHECK = "sustainedcheck", "Sustained-improvement check"
        EXEMPTION = "exemption", "Exempt from publication"
        EVIDENCE_EXEMPTION = "evidenceexemption", "Evidence exempt from publication"
        PUBLICATION = "publication", "Publication of the plan"
        QUESTION = "question", "Question of an inspector"
        ANSWER = "answer", "Answer to an inspector"

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
    """The plan was submitted, approved, returned, changed by a new version, or closed."""

    class Step(models.TextChoices):
        SUBMITTED = "submitted", "Submitted for approval"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"
        CHANGED = "changed", "Changed by a new version"
        CLOSED = "closed", "Closed"

    step = models.CharField(max_length=12, choices=Step)
    version = models.PositiveSmallIntegerField()
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    minute = models.CharField(max_length=100, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(step__in=["returned", "changed"]) | ~Q(reason=""),
                name="plan_step_reason",
                violation_error_message="Say why the plan is returned or changed.",
            ),
        )


class Revision(Entry):
    """The agreed text of an action from a version of the plan on (an `ActionText` in words, as plain values)."""

    version = models.PositiveSmallIntegerField()
    text = models.JSONField()


class ProgressUpdate(Entry):
    """One dated statement about an action, with the state that it says. Corrected only by another update."""

    working_note = models.TextField(blank=True)
    wording = models.TextField("committee wording")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    evidence_ticked = models.JSONField(default=list, help_text="The required evidence that the owner says is held.")
    evidence_gap = models.TextField(blank=True, help_text="Why required evidence is not held at completion.")
    reviewed_by = models.CharField(
        max_length=200, blank=True, help_text="Who read the wording before it was published."
    )
    wording_sent = models.TextField(blank=True, help_text="The wording as it was sent, where the reviewer changed it.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(wording=""),
                name="update_has_wording",
                violation_error_message="Enter the committee wording.",
            ),
        )


class Contribution(Entry):
    """What a contributing agency says about its own part. It does not change the state of the action."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    wording = models.TextField("committee wording")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(wording=""),
                name="contribution_has_wording",
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
    answers = models.ForeignKey(EvidenceRequirement, models.PROTECT, null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(file="") | ~Q(sha256=""),
                name="evidence_file_has_hash",
                violation_error_message="A file is kept with its SHA-256.",
            ),
        )

    def is_infected(self) -> bool:
        """Whether the virus scanner has found something, be it switched off since."""
        scan = getattr(self, "scan", None)
        return scan is not None and not scan.is_clean

    def is_pending(self) -> bool:
        """Whether the file still waits for the virus scanner, where there is one."""
        return bool(self.file and settings.CLAMAV_URL) and not hasattr(self, "scan")


def first_versions(rows: Iterable[Evidence]) -> dict[int, int]:
    """The key of the first version of each evidence, by the keys of all its versions."""
    first: dict[int, int] = {}
    for each in sorted(rows, key=lambda row: row.seq):
        first[each.pk] = first.get(each.replaces_id or 0, each.pk)
    return first


class EvidenceRelease(Entry):
    """Evidence was released to inspectors, or taken back. The last row of an evidence counts."""

    of = models.ForeignKey(Evidence, models.PROTECT, related_name="releases")
    is_released = models.BooleanField()


class Exemption(Entry):
    """An action was marked exempt from publication, or no longer so. The last row counts.

    What is exempt stands in the exempt edition of a paper only.
    """

    is_exempt = models.BooleanField()
    reason = models.TextField(help_text="Such as the paragraph of Schedule 7A to the Local Government (Scotland) Act.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="exemption_has_reason",
                violation_error_message="Say why, such as the paragraph of Schedule 7A that applies.",
            ),
        )


class EvidenceExemption(Entry):
    """As `Exemption`, of one evidence in all its versions. The last row counts."""

    of = models.ForeignKey(Evidence, models.PROTECT, related_name="exemptions")
    is_exempt = models.BooleanField()
    reason = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="evidence_exemption_has_reason",
                violation_error_message="Say why, such as the paragraph of Schedule 7A that applies.",
            ),
        )


class EvidenceScan(AppendOnly):
    """What the virus scanner said about a file of evidence, once. Until it has said clean, nobody can open the file."""

    of = models.OneToOneField(Evidence, models.PROTECT, related_name="scan")
    is_clean = models.BooleanField()
    answer = models.CharField(max_length=300, help_text="In the scanner's words.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.of}: {self.answer}"
