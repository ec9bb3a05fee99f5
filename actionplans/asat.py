"""As at: how actions stood at the end of a day, from the rows recorded by then. Pages and papers share it."""

import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from django.db.models import Max, Q, QuerySet

from actionplans.models import (
    Action,
    ActionState,
    Closure,
    Entry,
    Measure,
    Plan,
    ProgressUpdate,
    Revision,
    Round,
    Status,
    Verification,
    overdue_round,
    owed_round,
)
from actionplans.outcomes import Outcome, not_improved, outcomes
from actionplans.rag import Rag
from core import clock
from partnerships.holders import Answering, answering

SHOWN = (Entry.Kind.REVISION, Entry.Kind.UPDATE, Entry.Kind.VERIFICATION, Entry.Kind.CLOSURE)


@dataclass(frozen=True)
class Standing:
    """One action as at the end of a day: its state, what was said last, and who answered for it."""

    action: Action
    on: date
    state: ActionState
    revision: Revision | None
    update: ProgressUpdate | None
    verification: Verification | None
    closure: Closure | None
    owner: Answering
    rounds: tuple[Round, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def title(self) -> str:
        """As it was agreed by then; before the approval as it stands now."""
        return self.revision.text["title"] if self.revision else self.action.title

    @property
    def lead_post(self) -> str:
        return self.revision.text["lead_post"] if self.revision else self.action.lead_post.title

    @property
    def rag(self) -> Rag:
        return self.state.rag_of(self.action.start_on, self.on)

    @property
    def status(self) -> Status:
        return self.state.state_word

    @property
    def is_overdue(self) -> bool:
        return self.state.is_overdue(self.on)

    @property
    def days_late(self) -> int:
        return self.state.days_late(self.on)

    @property
    def days_past_original(self) -> int:
        return self.state.days_past_original(self.on)

    @property
    def overdue_round(self) -> Round | None:
        """The round whose update is overdue, if any."""
        active = self.action.plan.status == Plan.Status.ACTIVE
        return overdue_round(self.state, self.rounds, self.on) if active and self.state.is_open else None

    @property
    def owed_round(self) -> Round | None:
        """The open round that waits for an update, if any."""
        active = self.action.plan.status == Plan.Status.ACTIVE
        return owed_round(self.state, self.rounds, self.on) if active and self.state.is_open else None

    @property
    def is_verified(self) -> bool:
        return self.state.status in {Status.VERIFIED, Status.CLOSED}

    @property
    def not_improved(self) -> tuple[str, ...]:
        """What its measures are short of although it is said to be done, in a few words each."""
        return not_improved(self.state, self.outcomes)

    @property
    def is_returned(self) -> bool:
        """The verifier's last word was a return, and it has not been accepted since."""
        return self.verification is not None and not self.verification.is_accepted and self.state.is_open


def standings(actions: "QuerySet[Action]", on: date) -> list[Standing]:
    """How the actions stood at the end of the day, in their own order; those added later are left out.

    Seven queries, whatever the number of actions.
    """
    found = list(actions.select_related("plan", "lead_post", "lead_agency"))
    ids = [action.pk for action in found]
    by_then = Entry.objects.filter(action__in=ids, recorded_at__lt=clock.end_of(on)).order_by()
    shown = {f"last_{kind}": Max("pk", filter=Q(kind=kind)) for kind in SHOWN}
    rows = by_then.values("action").annotate(last=Max("pk"), **shown).values_list("last", *shown)
    last = {pk for row in rows for pk in row if pk}
    entries: dict[int, dict[str, Entry]] = {}
    for entry in Entry.objects.filter(pk__in=last).select_related(*SHOWN).order_by("pk"):
        of_action = entries.setdefault(cast(int, entry.action_id), {})
        of_action[entry.kind] = of_action["last"] = entry
    posts = {action.pk: _post_id(action, entries.get(action.pk, {})) for action in found}
    owners = answering(posts.values(), on)
    rounds: dict[int, list[Round]] = {}
    of_plans = Round.objects.filter(plan__in={action.plan_id for action in found}).select_related(
        "plan", "meeting__group"
    )
    for each in of_plans.order_by("opens_on"):
        rounds.setdefault(each.plan_id, []).append(each)
    measured: dict[int, list[Outcome]] = {}
    for outcome in outcomes(Measure.objects.filter(action__in=ids).order_by("pk"), on):
        measured.setdefault(cast(int, outcome.measure.action_id), []).append(outcome)
    return [
        Standing(
            action=action,
            on=on,
            state=entries[action.pk]["last"],
            revision=_detail(entries[action.pk], Entry.Kind.REVISION),
            update=_detail(entries[action.pk], Entry.Kind.UPDATE),
            verification=_detail(entries[action.pk], Entry.Kind.VERIFICATION),
            closure=_detail(entries[action.pk], Entry.Kind.CLOSURE),
            owner=owners[posts[action.pk]],
            rounds=tuple(rounds.get(action.plan_id, ())),
            outcomes=_as_agreed(measured.get(action.pk, []), _detail(entries[action.pk], Entry.Kind.REVISION)),
        )
        for action in found
        if action.pk in entries
    ]


def _post_id(action: Action, entries: dict[str, Entry]) -> int:
    """The post that owned the action by the text agreed then."""
    revision = entries.get(Entry.Kind.REVISION)
    return revision.revision.text["lead_post_id"] if revision else action.lead_post_id


def _as_agreed(found: list[Outcome], revision: Revision | None) -> tuple[Outcome, ...]:
    """The outcomes with the success measure, which is the first, in the words agreed by then.

    Where these named none, a measure counts from its first reading on.
    """
    if revision is None or not revision.text["measure"]:
        return tuple(each for each in found if each.last or revision is None)
    agreed = []
    for each in found[:1]:
        measure = copy.copy(each.measure)
        measure.name = revision.text["measure"]
        measure.agree(baseline=revision.text["baseline"], target=revision.text["target"])
        agreed.append(replace(each, measure=measure))
    return (*agreed, *found[1:])


def _detail(entries: dict[str, Entry], kind: str):
    return entries[kind].detail if kind in entries else None
