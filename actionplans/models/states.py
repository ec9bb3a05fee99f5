"""The state of an action: the same columns on the action (as it is now) and on each row of its history (as it was)."""

from datetime import date

from django.db import models

from actionplans.rag import DROPPED, Rag, rag


class Status(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    COMPLETED = "completed", "Completed, awaiting verification"
    VERIFIED = "verified", "Verified, awaiting closure"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"
    SUPERSEDED = "superseded", "Superseded"

    @property
    def slug(self) -> str:
        return self.value.replace("_", "-")


UNDONE = frozenset({Status.NOT_STARTED, Status.IN_PROGRESS, Status.ON_HOLD})
OVER = frozenset({Status.CLOSED, *(Status(value) for value in DROPPED)})

# What a progress update may say next, by what the action is now.
MOVES: dict[str, tuple[Status, ...]] = {
    Status.NOT_STARTED: (Status.NOT_STARTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED),
    Status.IN_PROGRESS: (Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED),
    Status.ON_HOLD: (Status.ON_HOLD, Status.IN_PROGRESS, Status.COMPLETED),
    Status.COMPLETED: (Status.COMPLETED, Status.IN_PROGRESS),
    Status.VERIFIED: (Status.VERIFIED,),
}

# Other people's words: from which statuses each verb may be said, and what the action is afterwards.
VERBS: dict[str, tuple[frozenset[Status], Status]] = {
    "verify": (frozenset({Status.COMPLETED}), Status.VERIFIED),
    "return": (frozenset({Status.COMPLETED}), Status.IN_PROGRESS),
    "close": (frozenset({Status.VERIFIED}), Status.CLOSED),
    "reopen": (frozenset({Status.VERIFIED, Status.CLOSED}), Status.IN_PROGRESS),
    "cancel": (frozenset(Status) - OVER, Status.CANCELLED),
    "supersede": (frozenset(Status) - OVER, Status.SUPERSEDED),
}


class Dated:
    """What follows from a status and two dates, whether they are those of an action or of a row of its history."""

    status: str
    original_due_on: date | None
    current_due_on: date | None

    @property
    def is_open(self) -> bool:
        return self.status not in OVER

    @property
    def is_done(self) -> bool:
        """The owner has said completed, whoever has confirmed it since."""
        return self.status in {Status.COMPLETED, Status.VERIFIED, Status.CLOSED}

    def is_overdue(self, on: date) -> bool:
        """Not completed, and `on` is after the current due date. Without a date it is never late."""
        return self.status in UNDONE and self.current_due_on is not None and self.current_due_on < on

    def days_late(self, on: date) -> int:
        """Days past the current due date while undone, else 0."""
        return (on - self.current_due_on).days if self.is_overdue(on) and self.current_due_on else 0

    def days_past_original(self, on: date) -> int:
        """Days past the original due date while open, else 0: what ageing counts."""
        return max((on - self.original_due_on).days, 0) if self.is_open and self.original_due_on else 0


class ActionState(Dated, models.Model):
    """What can change about an action. `percent` is 0 to 100; dates are London days."""

    status = models.CharField(max_length=20, choices=Status, blank=True, default=Status.NOT_STARTED)
    percent = models.PositiveSmallIntegerField(default=0)
    at_risk = models.BooleanField(default=False)
    barrier = models.TextField(blank=True, help_text="What is in the way; the reason for Amber or Red.")
    original_due_on = models.DateField(null=True, blank=True)
    current_due_on = models.DateField(null=True, blank=True)
    date_changes = models.PositiveSmallIntegerField(default=0)
    last_update_on = models.DateField(null=True, blank=True)
    rag_set = models.CharField(max_length=10, blank=True, help_text="The RAG word that was set by hand, if one stands.")
    rag_reason = models.TextField(blank=True, help_text="Why it was set.")

    class Meta:
        abstract = True

    @property
    def state_word(self) -> Status:
        return Status(self.status)

    def rag_of(self, start_on: date | None, on: date) -> Rag:
        """The RAG on a day, by the one function `rag`: that which was set by hand, else by the rule."""
        return self._rag(start_on, on, by_hand=self.rag_set, reason=self.rag_reason)

    def ruled_rag(self, start_on: date | None, on: date) -> Rag:
        """What the rule says, whatever was set by hand."""
        return self._rag(start_on, on)

    def _rag(self, start_on: date | None, on: date, by_hand: str = "", reason: str = "") -> Rag:
        return rag(
            status=self.status,
            current_due_on=self.current_due_on,
            start_on=start_on,
            at_risk=self.at_risk,
            on=on,
            by_hand=by_hand,
            reason=reason,
        )


STATE_FIELDS = tuple(field.attname for field in ActionState._meta.local_fields)
