from actionplans.models.actions import Action, EvidenceRequirement, overdue_round, owed_round
from actionplans.models.history import (
    Closure,
    DateDecision,
    DateRequest,
    Entry,
    Evidence,
    EvidenceRelease,
    PlanStep,
    ProgressUpdate,
    Verification,
)
from actionplans.models.measures import Comparator, Measure, Reading
from actionplans.models.papers import Paper, PaperFile
from actionplans.models.plans import Plan, PlanGroup, Round
from actionplans.models.reminders import Message, Reminder
from actionplans.models.states import MOVES, OVER, STATE_FIELDS, UNDONE, ActionState, Status

__all__ = [
    "MOVES",
    "OVER",
    "STATE_FIELDS",
    "UNDONE",
    "Action",
    "ActionState",
    "Closure",
    "Comparator",
    "DateDecision",
    "DateRequest",
    "Entry",
    "Evidence",
    "EvidenceRelease",
    "EvidenceRequirement",
    "Measure",
    "Message",
    "Paper",
    "PaperFile",
    "Plan",
    "PlanGroup",
    "PlanStep",
    "ProgressUpdate",
    "Reading",
    "Reminder",
    "Round",
    "Status",
    "Verification",
    "overdue_round",
    "owed_round",
]
