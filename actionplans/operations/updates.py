"""Verbs of the action's owner: posting an update, adding evidence to it, and releasing that to inspectors."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from actionplans.models import (
    MOVES,
    Action,
    Entry,
    Evidence,
    EvidenceRelease,
    EvidenceRequirement,
    Plan,
    ProgressUpdate,
    Status,
)
from actionplans.operations.history import Actor, Refusal, append, locked_action
from core import clock
from core.uploads import sha256, validate_upload


class PlanIsClosed(Refusal):
    """Nothing can be posted to a closed plan."""


class IllegalMove(Refusal):
    """The status cannot go there from where it is."""


class ReasonOwed(Refusal):
    """The action is Amber or Red after this, and nobody says why."""


class UpdatedMeanwhile(Refusal):
    """Somebody else has written about this action since the form was opened."""


@dataclass(frozen=True)
class NewEvidence:
    """A file, a link, or only a title: a reference to a document that is kept elsewhere."""

    title: str
    form: str = "document"
    dated_on: date | None = None
    link: str = ""
    file: UploadedFile | None = None
    answers: EvidenceRequirement | None = None


@transaction.atomic
def post_update(
    *,
    action: Action,
    by: Actor,
    now: datetime,
    status: str,
    percent: int,
    wording: str,
    working_note: str = "",
    at_risk: bool = False,
    barrier: str = "",
    happened_on: date | None = None,
    evidence: NewEvidence | None = None,
    seen: int | None = None,
    corrects: ProgressUpdate | None = None,
) -> ProgressUpdate:
    """Posts one dated statement about an action, with the state that it says.

    1. Raises PlanIsClosed, or IllegalMove when MOVES does not lead from the present status to the new one.
    2. Raises UpdatedMeanwhile when `seen`, the number of the last row that the writer had before them, is no longer
       the last of this action.
    3. `percent` is 0 to 100: 0 while not started, 100 and only then when completed. Raises Refusal otherwise.
    4. Raises ReasonOwed when the RAG is Amber or Red afterwards, or the action is put on hold, without a `barrier`;
       what a loader repeats may lack it, which pages then show as "not recorded".
    5. Writes the row, the new state and the evidence together.
    """
    action = locked_action(action)
    if action.plan.status == Plan.Status.CLOSED:
        raise PlanIsClosed("This plan is closed. Ask the plan co-ordinator to reopen the action.")
    if status not in MOVES.get(action.status, ()):
        wanted = Status(status).label if status in Status.values else status
        raise IllegalMove(f"An action that is “{action.get_status_display()}” cannot become “{wanted}”.", "status")
    _check_seen(action, seen)
    _check_percent(status, percent)
    if not wording.strip():
        raise Refusal("Enter the committee wording: what papers, members and inspectors will read.", "wording")
    action.status, action.percent, action.at_risk, action.barrier = status, percent, at_risk, barrier.strip()
    action.last_update_on = clock.day_of(now)
    if not action.barrier and not by.imported:
        _check_reason(action, clock.day_of(now))
    update = ProgressUpdate(
        plan=action.plan,
        kind=Entry.Kind.UPDATE,
        wording=wording.strip(),
        working_note=working_note.strip(),
        corrects=corrects,
    )
    append(update, action=action, by=by, now=now, happened_on=happened_on)
    if evidence:
        _append_evidence(action, evidence, by=by, now=now)
    return update


@transaction.atomic
def add_evidence(*, action: Action, evidence: NewEvidence, by: Actor, now: datetime) -> Evidence:
    """Adds evidence outside an update. Raises ValidationError for a file that we do not keep."""
    return _append_evidence(locked_action(action), evidence, by=by, now=now)


@transaction.atomic
def release_evidence(*, evidence: Evidence, is_released: bool, by: Actor, now: datetime) -> EvidenceRelease:
    """Shows evidence to inspectors, or hides it from them again. The last word counts."""
    action = locked_action(cast(Action, evidence.action))
    release = EvidenceRelease(plan=action.plan, kind=Entry.Kind.EVIDENCE_RELEASE, of=evidence, is_released=is_released)
    return append(release, action=action, by=by, now=now)


def last_seq(action: Action) -> int:
    """The number of the last row of history about the action."""
    return action.entries.order_by("-seq").values_list("seq", flat=True).first() or 0


def _append_evidence(action: Action, given: NewEvidence, *, by: Actor, now: datetime) -> Evidence:
    evidence = Evidence(
        plan=action.plan,
        kind=Entry.Kind.EVIDENCE,
        title=given.title,
        form=given.form,
        dated_on=given.dated_on,
        link=given.link,
        answers=given.answers,
    )
    if given.file:
        validate_upload(given.file)
        evidence.sha256 = sha256(given.file)
        evidence.file_name = (given.file.name or "file")[:255]
        evidence.file.save(f"{evidence.sha256[:16]}", given.file, save=False)
    return append(evidence, action=action, by=by, now=now, happened_on=given.dated_on)


def _check_seen(action: Action, seen: int | None) -> None:
    last = action.entries.order_by("-seq").first()
    if seen is None or last is None or seen == last.seq:
        return
    raise UpdatedMeanwhile(
        f"{last.by_name} recorded “{last.get_kind_display().lower()}” on this action since you opened the form. "
        "Your text is kept. Check it against the history, then post it again."
    )


def _check_percent(status: str, percent: int) -> None:
    if not 0 <= percent <= 100:
        raise Refusal("Per cent complete must be a whole number from 0 to 100.", "percent")
    if status in {Status.COMPLETED, Status.VERIFIED} and percent != 100:
        raise Refusal("A completed action is 100 per cent complete. Enter 100, or choose “In progress”.", "percent")
    if status == Status.NOT_STARTED and percent:
        raise Refusal(
            "An action that is not started is 0 per cent complete. Enter 0, or choose “In progress”.", "percent"
        )


def _check_reason(action: Action, on: date) -> None:
    rag = action.rag(on)
    if rag.owes_reason:
        raise ReasonOwed(f"This action is {rag.word} after your update ({rag.because}). Enter the reason.", "barrier")
    if action.status == Status.ON_HOLD:
        raise ReasonOwed("Enter why the action is on hold, and the decision that it waits for.", "barrier")
