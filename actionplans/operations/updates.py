"""Verbs of those who do the work: an update of the owner, and the part of a contributor."""

from datetime import date, datetime

from django.db import transaction

from actionplans.models import MOVES, Action, Contribution, Entry, Plan, ProgressUpdate, Status, UpdateDraft
from actionplans.models.history import EntryQuerySet
from actionplans.operations.evidence import NewEvidence, append_evidence
from actionplans.operations.history import Actor, IllegalMove, Refusal, append, locked_action
from core import clock
from core.refusal import UpdatedMeanwhile
from partnerships.models import Agency, User


class PlanIsClosed(Refusal):
    """Nothing can be posted to a closed plan."""


class ReasonOwed(Refusal):
    """The action is Amber or Red after this, and nobody says why."""


class WordingUnread(Refusal):
    """The plan wants the committee wording read before it is published."""


class EvidenceOwed(Refusal):
    """The action is completed, but evidence that was required is neither held nor explained."""


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
    evidence_ticked: list[str] | None = None,
    evidence_gap: str = "",
    reviewed_by: str = "",
    wording_sent: str = "",
) -> ProgressUpdate:
    """Posts one dated statement about an action, with the state that it says; the writer's draft is gone then.

    1. Raises PlanIsClosed, or IllegalMove when MOVES does not lead from the present status to the new one.
    2. Raises UpdatedMeanwhile when somebody else has written about this action since `seen`, the number of the last
       row that the writer had before them. What the writer has posted since, all the same, is not posted again: a
       double click and a back button give the update that there is.
    3. `percent` is 0 to 100: 0 while not started, 100 and only then when completed. Raises Refusal otherwise.
    4. Raises ReasonOwed when the RAG is Amber or Red afterwards, or the action is put on hold, without a `barrier`;
       what a loader repeats may lack it, which pages then show as "not recorded".
    5. Raises EvidenceOwed when it says completed, and evidence that was required is neither in `evidence_ticked` (in
       the words of the requirement) nor explained by `evidence_gap`.
    6. Raises WordingUnread when the plan wants the wording read first and `reviewed_by` names nobody. `wording_sent` is
       the writer's wording where the reader changed it.
    7. Raises Refusal for a `happened_on` to come; without one it is the London day of `now`.
    8. Writes the row, the new state and the evidence together. `corrects` names the update that this one puts right;
       both stay. It must be the last one: what was said before it is put right by saying something new.
    """
    action = locked_action(action)
    if action.plan.status == Plan.Status.CLOSED:
        raise PlanIsClosed("This plan is closed. Ask the plan co-ordinator to reopen the action.")
    said = {"status": status, "percent": percent, "at_risk": at_risk, "barrier": barrier.strip(), "corrects": corrects}
    said |= {"wording": wording.strip(), "working_note": working_note.strip()}
    posted = _posted_since(action, by, seen, said)
    if posted:
        return posted
    if status not in MOVES.get(action.status, ()):
        wanted = Status(status).label if status in Status.values else status
        raise IllegalMove(f"An action that is “{action.get_status_display()}” cannot become “{wanted}”.", "status")
    check_seen(action, seen, but=by.user)
    _check_percent(status, percent)
    if not wording.strip():
        raise Refusal("Enter the committee wording: what papers, members and inspectors will read.", "wording")
    if corrects and corrects.pk != last_update_id(action):
        raise Refusal("That update is not the last one any more. Correct the last one, or post a new update.")
    if action.plan.reviews_wording and not reviewed_by and not by.imported:
        raise WordingUnread("The wording of this plan's updates is read first. Send the update to be read.")
    if status == Status.COMPLETED != action.status and not by.imported:
        _check_evidence(action, evidence_ticked or [], evidence_gap)
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
        evidence_ticked=evidence_ticked or [],
        evidence_gap=evidence_gap.strip(),
        reviewed_by=reviewed_by,
        wording_sent=wording_sent.strip(),
    )
    append(update, action=action, by=by, now=now, happened_on=happened_on)
    UpdateDraft.objects.filter(action=action, user=by.user).delete()
    if evidence:
        append_evidence(action, evidence, by=by, now=now)
    return update


@transaction.atomic
def contribute(*, action: Action, agency: Agency, wording: str, by: Actor, now: datetime) -> Contribution:
    """A contributing agency says what it has done. The state stays the owner's to say.

    Raises Refusal for an agency that does not contribute, an action that is over, or an empty wording.
    """
    action = locked_action(action)
    if not action.is_open:
        raise Refusal("This action is over. Nothing can be added to it.")
    if not action.contributors.filter(pk=agency.pk).exists():
        raise Refusal(f"{agency} does not contribute to this action.", "agency")
    if not wording.strip():
        raise Refusal("Enter the committee wording: what papers, members and inspectors will read.", "wording")
    part = Contribution(plan=action.plan, kind=Entry.Kind.CONTRIBUTION, agency=agency, wording=wording.strip())
    return append(part, action=action, by=by, now=now)


def last_seq(action: Action) -> int:
    """The number of the last row of history about the action."""
    return action.entries.order_by("-seq").values_list("seq", flat=True).first() or 0


def last_update_id(action: Action) -> int | None:
    """The key of the last update of the action: the one that can be corrected."""
    return action.entries.filter(kind=Entry.Kind.UPDATE).order_by("-seq").values_list("pk", flat=True).first()


def rows_since(action: Action, seen: int | None, but: User | None = None) -> EntryQuerySet:
    """What was written about the action, `but` by that person, since the row of that number; nothing without one.

    Questions and answers change nothing about the action, and stand in nobody's way.
    """
    later = action.entries.filter(seq__gt=seen) if seen is not None else action.entries.none()
    later = later.exclude(kind__in=[Entry.Kind.QUESTION, Entry.Kind.ANSWER])
    return (later.exclude(by=but) if but else later).order_by("seq")


def check_seen(action: Action, seen: int | None, but: User | None = None) -> None:
    """Raises UpdatedMeanwhile when something was written, `but` by that person, since the row that is `seen`."""
    last = rows_since(action, seen, but).last()
    if last:
        raise UpdatedMeanwhile(
            f"{last.by_name} recorded “{last.get_kind_display().lower()}” on this action since you opened the form. "
            "Your text is kept. Check it against what is new, then post it again."
        )


def _posted_since(action: Action, by: Actor, seen: int | None, said: dict[str, object]) -> ProgressUpdate | None:
    """The writer's own update that says all the same since the form was opened, if any."""
    if seen is None:
        return None
    return ProgressUpdate.objects.filter(action=action, by=by.user, seq__gt=seen, **said).order_by("seq").first()


def _check_percent(status: str, percent: int) -> None:
    if not 0 <= percent <= 100:
        raise Refusal("Per cent complete must be a whole number from 0 to 100.", "percent")
    if status in {Status.COMPLETED, Status.VERIFIED} and percent != 100:
        raise Refusal("A completed action is 100 per cent complete. Enter 100, or choose “In progress”.", "percent")
    if status == Status.NOT_STARTED and percent:
        raise Refusal(
            "An action that is not started is 0 per cent complete. Enter 0, or choose “In progress”.", "percent"
        )


def _check_evidence(action: Action, ticked: list[str], gap: str) -> None:
    required = [each.text for each in action.evidence_requirements.order_by("position")]
    missing = [text for text in required if text not in ticked]
    if missing and not gap.strip():
        raise EvidenceOwed(
            f"Tick the evidence that is held, or enter why it is missing: {', '.join(missing)}.", "evidence_gap"
        )


def _check_reason(action: Action, on: date) -> None:
    rag = action.rag(on)
    if rag.owes_reason:
        raise ReasonOwed(f"This action is {rag.word} after your update ({rag.because}). Enter the reason.", "barrier")
    if action.status == Status.ON_HOLD:
        raise ReasonOwed("Enter why the action is on hold, and the decision that it waits for.", "barrier")
