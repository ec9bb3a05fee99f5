"""The verbs. Every write of this app is one of them: keyword-only, `by=` the actor, `now=` the clock, atomic."""

from actionplans.operations.completion import VerifierIsOwner, close_action, return_action, verify_action
from actionplans.operations.dates import AlreadyDecided, decide_date_change, request_date_change
from actionplans.operations.history import Actor, Refusal
from actionplans.operations.measures import add_comparator, add_measure, record_reading
from actionplans.operations.papers import NothingToReport, issue_paper
from actionplans.operations.plans import (
    PlanIsAgreed,
    PlanIsNotReady,
    add_action,
    answer_to,
    approve_plan,
    draft_plan,
    open_rounds,
    submit_plan,
)
from actionplans.operations.updates import (
    IllegalMove,
    NewEvidence,
    PlanIsClosed,
    ReasonOwed,
    UpdatedMeanwhile,
    add_evidence,
    last_seq,
    post_update,
    release_evidence,
)

__all__ = [
    "Actor",
    "AlreadyDecided",
    "IllegalMove",
    "NewEvidence",
    "NothingToReport",
    "PlanIsAgreed",
    "PlanIsClosed",
    "PlanIsNotReady",
    "ReasonOwed",
    "Refusal",
    "UpdatedMeanwhile",
    "VerifierIsOwner",
    "add_action",
    "add_comparator",
    "add_evidence",
    "add_measure",
    "answer_to",
    "approve_plan",
    "close_action",
    "decide_date_change",
    "draft_plan",
    "issue_paper",
    "last_seq",
    "open_rounds",
    "post_update",
    "record_reading",
    "release_evidence",
    "request_date_change",
    "return_action",
    "submit_plan",
    "verify_action",
]
