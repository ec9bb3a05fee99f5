"""Who has reported for a meeting and who has not: the open actions of a round as they are today."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from actionplans.models import Action, Chase, Message, Plan, ProgressUpdate, Reminder, Round, UpdateDraft, has_reported
from core import clock
from partnerships.holders import Answering, answering

ASKING = (Reminder.Kind.UPDATE_DUE, Reminder.Kind.PROGRESS_OVERDUE, Reminder.Kind.CHASED)


@dataclass(frozen=True)
class Reported:
    """One open action in a round: its update, or who owes it and when they were asked."""

    action: Action
    owner: Answering
    is_reported: bool
    update: ProgressUpdate | None  # the last one of the round
    is_typed: bool  # somebody has a draft of an update
    waiting: UpdateDraft | None  # an update that waits for its wording to be read
    asked: Reminder | None  # the last line that asked for the update, in a message that was not withdrawn
    chase: Chase | None  # the last time that a person had it asked for

    @property
    def can_be_chased(self) -> bool:
        return not self.is_reported and self.waiting is None


@dataclass(frozen=True)
class RoundStanding:
    """A round on a day. `rows` are the open actions: those that owe an update first, then in the order of the plan."""

    round: Round
    on: date
    rows: tuple[Reported, ...]

    @property
    def is_coming(self) -> bool:
        return self.on < self.round.opens_on

    @property
    def is_over(self) -> bool:
        return is_over(self.round, self.on)

    @property
    def is_open(self) -> bool:
        return not self.is_coming and not self.is_over

    @property
    def reported(self) -> int:
        return sum(row.is_reported for row in self.rows)

    @property
    def unread(self) -> int:
        return sum(row.waiting is not None and not row.is_reported for row in self.rows)

    @property
    def to_chase(self) -> list[Action]:
        """Those that could still say something: neither reported nor waiting to be read."""
        return [row.action for row in self.rows if row.can_be_chased] if self.is_open else []

    @property
    def not_asked_today(self) -> int:
        """How many of these were not chased today yet."""
        return sum(row.can_be_chased and (row.chase is None or row.chase.on != self.on) for row in self.rows)

    @property
    def sentence(self) -> str:
        """Whether the paper can be written: 14 of 18 open actions have reported. 4 have not."""
        total, reported, unread = len(self.rows), self.reported, self.unread
        if not total:
            return "No action is open, so no update is owed. The paper can be written."
        if reported == total:
            every = "The open action has" if total == 1 else f"All {total} open actions have"
            return f"{every} reported. The paper can be written."
        said = [f"{reported} of {total} open action{_s(total)} {'has' if reported == 1 else 'have'} reported."]
        missing = total - reported
        said.append(f"{missing} {'has' if missing == 1 else 'have'} not.")
        if unread:
            said.append(f"{unread} update{_s(unread)} wait{'s' if unread == 1 else ''} for its wording to be read.")
        if unread > 1:
            said[-1] = said[-1].replace("its wording", "their wording")
        return " ".join(said)


def is_over(found: Round, on: date) -> bool:
    """Whether there is nothing left to ask for: the meeting has been held, or the plan is not active any more."""
    return found.meeting.on < on or found.plan.status != Plan.Status.ACTIVE


def round_standing(found: Round, on: date) -> RoundStanding:
    """A round as it is today. Six queries, whatever the number of actions; none before it opens and when it is over."""
    standing = RoundStanding(found, on, ())
    if not standing.is_open:
        return standing
    actions = list(found.plan.actions.open().select_related("lead_post").order_by("position"))
    missing = [each.pk for each in actions if not has_reported(each, found)]
    owners = answering({each.lead_post_id for each in actions}, on)
    updates, drafts = _updates(actions, found), _drafts(missing)
    asked, chases = _asked(missing, found), _chases(found)
    rows = []
    for action in actions:
        action.plan = found.plan
        typed = drafts.get(action.pk, [])
        rows.append(
            Reported(
                action=action,
                owner=owners[action.lead_post_id],
                is_reported=has_reported(action, found),
                update=updates.get(action.pk),
                is_typed=any(each.sent_at is None for each in typed),
                waiting=next((each for each in typed if each.sent_at), None),
                asked=asked.get(action.pk),
                chase=chases.get(action.pk),
            )
        )
    return RoundStanding(found, on, tuple(sorted(rows, key=lambda row: row.is_reported)))


def _updates(actions: list[Action], found: Round) -> dict[int, ProgressUpdate]:
    said = ProgressUpdate.objects.filter(action__in=actions, recorded_at__gte=clock.at(found.opens_on, 0))
    return {each.action_id: each for each in said.order_by("seq") if each.action_id}


def _drafts(missing: list[int]) -> dict[int, list[UpdateDraft]]:
    kept: dict[int, list[UpdateDraft]] = {}
    for each in UpdateDraft.objects.filter(action__in=missing).defer("fields").order_by("sent_at"):
        kept.setdefault(each.action_id, []).append(each)
    return kept


def _asked(missing: list[int], found: Round) -> dict[int, Reminder]:
    gone = Q(withdrawn_at__isnull=False) | Q(message__state=Message.State.WITHDRAWN)
    lines = Reminder.objects.filter(action__in=missing, kind__in=ASKING, message__on__gte=found.opens_on).exclude(gone)
    return {each.action_id: each for each in lines.select_related("message", "user").order_by("message__on", "pk")}


def _chases(found: Round) -> dict[int, Chase]:
    return {each.action_id: each for each in found.chases.select_related("asked_by").order_by("asked_at", "pk")}


def _s(count: int) -> str:
    return "" if count == 1 else "s"
