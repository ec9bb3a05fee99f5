"""Rows of history that are somebody's decision about an action: its dates, whether it is done, whether it goes on."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from actionplans.models.actions import Action
from actionplans.models.history import Entry, EntryQuerySet, recorded
from actionplans.rag import SETTABLE
from partnerships.models import Group, Meeting


class DateRequestQuerySet(EntryQuerySet):
    def waiting(self) -> "DateRequestQuerySet":
        """Those that nobody has decided and that were not withdrawn."""
        return self.filter(decision=None, withdrawal=None)

    def waiting_on(self, on: date, upto: int | None = None) -> "DateRequestQuerySet":
        """The same as at the end of a day and, of one plan, after its row `upto`."""
        asked = self.filter(recorded(on, upto))
        return asked.exclude(recorded(on, upto, "decision__")).exclude(recorded(on, upto, "withdrawal__"))


class DateRequest(Entry):
    """A later date was asked for. The request alone changes nothing."""

    class ReasonKind(models.TextChoices):
        RECRUITMENT = "recruitment", "Recruitment or staffing"
        PARTNER = "partner", "Waiting for a partner"
        MONEY = "money", "Money or procurement"
        SYSTEM = "system", "Information system"
        SCOPE = "scope", "The work has grown"
        DECISION = "decision", "Waiting for a decision"
        OTHER = "other", "Another reason"

    from_on = models.DateField()
    to_on = models.DateField()
    reason_kind = models.CharField(max_length=20, choices=ReasonKind, default=ReasonKind.OTHER)
    reason = models.TextField()

    objects = DateRequestQuerySet.as_manager()  # type: ignore[misc]  # more than the base class has

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


class DateReferral(Entry):
    """The request is to be decided by a group."""

    request = models.ForeignKey(DateRequest, models.PROTECT, related_name="referrals")
    group = models.ForeignKey(Group, models.PROTECT, related_name="+")


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


class DateWithdrawal(Entry):
    """Who had asked for a later date asks for it no longer. Nothing was decided, and no date moves."""

    request = models.OneToOneField(DateRequest, models.PROTECT, related_name="withdrawal")
    reason = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="date_withdrawal_has_reason",
                violation_error_message="Say why the request is withdrawn.",
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
    """A group closed the action. A target that was not met needs a reason; the risk may be accepted by somebody."""

    decided_by = models.CharField(max_length=200)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    minute = models.CharField(max_length=100, blank=True)
    target_reason = models.TextField(blank=True, help_text="Why it is closed though a target was not met.")
    risk_accepted_by = models.CharField(max_length=200, blank=True)
    check_due_on = models.DateField(null=True, blank=True, help_text="When to look whether the improvement lasted.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by=""),
                name="closure_names_who",
                violation_error_message="Say which group closed it.",
            ),
        )


class Reopening(Entry):
    """The action is in progress again. What was verified before no longer stands."""

    reason = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="reopening_has_reason", violation_error_message="Say why it is reopened."
            ),
        )


class Dropping(Entry):
    """The action was cancelled, or superseded by another, with a reason and an approval."""

    reason = models.TextField()
    decided_by = models.CharField(max_length=200)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    minute = models.CharField(max_length=100, blank=True)
    superseded_by = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(decided_by=""),
                name="dropping_has_reason_and_approval",
                violation_error_message="Say why the action is dropped and who approved it.",
            ),
        )


class RagSetting(Entry):
    """The RAG was set by hand to a word, or with an empty one is computed again.

    It stands until the next such row, or until the action is completed or dropped: one that is returned or reopened
    begins with the rule again (docs/adr/0025).
    """

    word = models.CharField(max_length=10, blank=True, choices=[(word, word) for word in SETTABLE])
    reason = models.TextField(help_text="Committee wording: papers, members, inspectors and the public read it.")
    ruled = models.CharField(max_length=300, help_text="What the rule said then, and its version.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="rag_setting_has_reason",
                violation_error_message="Say why the RAG is set by hand, or why no longer.",
            ),
        )


class SustainedCheck(Entry):
    """Some months after closing: did the improvement last? If not, the action is in progress again."""

    of = models.OneToOneField(Closure, models.PROTECT, related_name="checked")
    is_sustained = models.BooleanField()
    statement = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(statement=""),
                name="sustained_check_says_what",
                violation_error_message="Say what was looked at.",
            ),
        )


class Publication(Entry):
    """The plan was put before the public, as the partnership decided, or is no longer. The last row counts."""

    is_public = models.BooleanField()
    decided_by = models.CharField(max_length=200, blank=True)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="+")
    minute = models.CharField(max_length=100, blank=True)
    reason = models.TextField(blank=True, help_text="Why it is no longer public.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(is_public=False) | ~Q(decided_by=""),
                name="publication_names_who",
                violation_error_message="Say who decided that the plan is published.",
            ),
        )
