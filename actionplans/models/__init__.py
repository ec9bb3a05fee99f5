from actionplans.models.actions import Action, EvidenceRequirement, has_reported, overdue_round, owed_round
from actionplans.models.chasing import CalendarFeed, Chase, ReminderRules
from actionplans.models.decisions import (
    Closure,
    DateDecision,
    DateReferral,
    DateRequest,
    Dropping,
    Reopening,
    SustainedCheck,
    Verification,
)
from actionplans.models.history import (
    Contribution,
    Entry,
    Evidence,
    EvidenceRelease,
    EvidenceScan,
    PlanStep,
    ProgressUpdate,
    Revision,
)
from actionplans.models.measures import Comparator, Measure, Measured, Reading, as_number
from actionplans.models.papers import Paper, PaperFile
from actionplans.models.plans import Plan, PlanGroup, Round
from actionplans.models.proposals import Proposal, UpdateDraft
from actionplans.models.reminders import Attempt, Message, Reminder
from actionplans.models.states import MOVES, OVER, STATE_FIELDS, UNDONE, VERBS, ActionState, Status

__all__ = [
    "MOVES",
    "OVER",
    "STATE_FIELDS",
    "UNDONE",
    "VERBS",
    "Action",
    "ActionState",
    "Attempt",
    "CalendarFeed",
    "Chase",
    "Closure",
    "Comparator",
    "Contribution",
    "DateDecision",
    "DateReferral",
    "DateRequest",
    "Dropping",
    "Entry",
    "Evidence",
    "EvidenceRelease",
    "EvidenceRequirement",
    "EvidenceScan",
    "Measure",
    "Measured",
    "Message",
    "Paper",
    "PaperFile",
    "Plan",
    "PlanGroup",
    "PlanStep",
    "ProgressUpdate",
    "Proposal",
    "Reading",
    "Reminder",
    "ReminderRules",
    "Reopening",
    "Revision",
    "Round",
    "Status",
    "SustainedCheck",
    "UpdateDraft",
    "Verification",
    "as_number",
    "has_reported",
    "overdue_round",
    "owed_round",
]
