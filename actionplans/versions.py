"""The versions of a plan, read from its history: what each changed, what is proposed, and any two side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from actionplans.models import Action, Plan, PlanStep, Proposal, Revision
from actionplans.operations import ActionText, PlanText
from actionplans.operations.texts import LABELS, PLAN_LABELS, changes_between, shown

Lines = list[tuple[str, str, str]]  # label, before, after


@dataclass(frozen=True)
class Change:
    """One action in a version or a proposal: all of its text when it is new, else what differs."""

    ref: str
    title: str
    is_new: bool
    lines: Lines
    due_on: date | None = None
    proposal: Proposal | None = None
    url: str = ""


@dataclass(frozen=True)
class Version:
    """A version as a group agreed it. The first has no changes: everything was new."""

    step: PlanStep
    changes: list[Change]
    count: int  # actions that have an agreed text in this version

    @property
    def before(self) -> int:
        return self.step.version - 1


def versions_of(plan: Plan, actions: QuerySet[Action]) -> list[Version]:
    """The agreed versions, newest first, with what each changed of the `actions` that a reader may see."""
    agreed = [PlanStep.Step.APPROVED, PlanStep.Step.CHANGED]
    steps = PlanStep.objects.filter(plan=plan, step__in=agreed).select_related("group", "meeting__group")
    revisions = _revisions(plan, actions)
    return [_version(step, revisions) for step in steps.order_by("-version", "-seq")]


def compared(plan: Plan, actions: QuerySet[Action], first: int, second: int) -> list[Change]:
    """What differs between two versions, in the order of the plan."""
    revisions = _revisions(plan, actions)
    before, after = _texts_at(revisions, first), _texts_at(revisions, second)
    changes = [_change(row, before.get(pk)) for pk, row in after.items()]
    return [each for each in changes if each.lines]


def proposed(plan: Plan) -> list[Change]:
    """What waits to be agreed, in the order in which it was proposed."""
    waiting = plan.proposals.select_related("plan", "action__plan", "by").order_by("pk")
    return [_proposed(each) for each in waiting]


def _proposed(proposal: Proposal) -> Change:
    if proposal.is_of_plan:
        plan, new = proposal.plan, PlanText.from_plain(proposal.text).in_words()
        lines = changes_between(PlanText.of(plan).in_words(), new, PLAN_LABELS)
        return Change("The plan", "", is_new=False, lines=lines, proposal=proposal, url=plan.get_absolute_url())
    text, action = ActionText.from_plain(proposal.text), proposal.action
    after = text.in_words()
    before = ActionText.of(action).in_words() if action else {}
    return Change(
        ref=action.ref if action else proposal.ref,
        title=action.title if action else text.title,
        is_new=action is None,
        lines=changes_between(before, after) if action else _all_of(after),
        due_on=proposal.due_on,
        proposal=proposal,
        url=action.get_absolute_url() if action else "",
    )


def _revisions(plan: Plan, actions: QuerySet[Action]) -> list[Revision]:
    """The agreed texts of the plan itself and of these actions."""
    found = Revision.objects.filter(Q(action=None) | Q(action__in=actions), plan=plan).select_related("action")
    return list(found.order_by("seq"))


def _version(step: PlanStep, revisions: list[Revision]) -> Version:
    before, after = _texts_at(revisions, step.version - 1), _texts_at(revisions, step.version)
    changed = [row for row in after.values() if row.version == step.version] if step.version > 1 else []
    return Version(step, [_change(row, before.get(row.action_id)) for row in changed], len(after.keys() - {None}))


def _texts_at(revisions: Iterable[Revision], version: int) -> dict[int | None, Revision]:
    """For the plan itself (None) and each action, in the order of the plan, its last agreed text up to the version."""
    last = {row.action_id: row for row in revisions if row.version <= version}
    return dict(sorted(last.items(), key=lambda each: each[1].action.position if each[1].action else 0))


def _change(row: Revision, before: Revision | None) -> Change:
    action = row.action
    if action is None:
        lines = changes_between(before.text if before else {}, row.text, PLAN_LABELS)
        return Change("The plan", "", is_new=before is None, lines=lines, url=row.plan.get_absolute_url())
    return Change(
        ref=action.ref,
        title=row.text["title"],
        is_new=before is None,
        lines=changes_between(before.text, row.text) if before else _all_of(row.text),
        due_on=row.current_due_on if before is None else None,
        url=action.get_absolute_url(),
    )


def _all_of(text: dict) -> Lines:
    """All that a new action says, without what is not given."""
    lines = [(label, "", shown(name, text)) for name, label in LABELS.items()]
    return [line for line in lines if line[2] not in {"none", "no"}]
