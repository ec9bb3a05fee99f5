"""What a person may do or read of a plan, asked of the one table of grants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from actionplans.models import Action, Measure, PaperRun, Plan
from inspections.models import Inspection
from partnerships.models import Holding, Membership, User
from partnerships.permissions import may, may_change_account, roles_of, speaks_for
from partnerships.roles import GRANTS, Permission, Role


@dataclass(frozen=True)
class Reader:
    """What the pages of a plan show to one person."""

    sees_working_notes: bool
    sees_chasing: bool
    reads_papers: bool
    makes_papers: bool
    marks_exempt: bool
    releases_evidence: bool
    sees_drafts: bool
    builds_plans: bool
    approves_plans: bool
    verifies: bool
    decides: bool
    answers_questions: bool
    sets_rag: bool

    def looking_back(self) -> "Reader":
        """The same person at a past day: they see what they see, and there is nothing that they could write."""
        writes = (
            *("marks_exempt", "releases_evidence", "builds_plans", "approves_plans", "verifies", "decides"),
            *("answers_questions", "sets_rag"),
        )
        return replace(self, **dict.fromkeys(writes, False))


def reader_of(user: User, plan: Plan) -> Reader:
    def asks(permission: Permission) -> bool:
        return may(user, permission, plan.partnership)

    return Reader(
        sees_working_notes=asks(Permission.SEE_WORKING_NOTES),
        sees_chasing=asks(Permission.SEE_CHASING),
        reads_papers=asks(Permission.READ_PAPERS),
        makes_papers=asks(Permission.MAKE_PAPERS),
        marks_exempt=asks(Permission.MAKE_PAPERS),
        releases_evidence=asks(Permission.RELEASE_EVIDENCE),
        sees_drafts=asks(Permission.SEE_DRAFT_PLANS),
        builds_plans=asks(Permission.BUILD_PLANS),
        approves_plans=asks(Permission.APPROVE_PLANS),
        verifies=asks(Permission.VERIFY),
        decides=asks(Permission.DECIDE),
        answers_questions=asks(Permission.ANSWER_QUESTIONS),
        sets_rag=asks(Permission.POST_ANY_UPDATE),
    )


def plans_for_papers(user: User) -> QuerySet[Plan]:
    """The agreed plans that a person may make papers of."""
    return Plan.objects.agreed().filter(partnership__in=user.partnerships_where(Permission.MAKE_PAPERS))


def visible_as_at(user: User, on: date, today: date) -> QuerySet[Action]:
    """The actions that a person may see of a day: never more than they may see today.

    To those who may not see drafts a plan begins on the day of its approval: before it, its actions are not there.
    """
    begun = Q(plan__approved_on__lte=on) | Q(plan__partnership__in=user.partnerships_where(Permission.SEE_DRAFT_PLANS))
    return Action.objects.visible_to(user, today).filter(begun)


def may_post(user: User, action: Action, on: date) -> bool:
    """Owners for the posts that they hold or deputise for on the day; co-ordinators for any."""
    partnership = action.plan.partnership
    if may(user, Permission.POST_ANY_UPDATE, partnership):
        return True
    return may(user, Permission.POST_OWN_UPDATES, partnership) and speaks_for(user, action.lead_post_id, on)


class Posting:
    """`may_post` of several people about several actions, by their keys, on the days of a period. Two queries."""

    def __init__(self, people: Iterable[int], actions: Mapping[int, Action], first: date, last: date) -> None:
        self.actions = actions
        theirs = Membership.objects.filter(user__in=people).values_list("user", "partnership", "role")
        self.granted = {(user, at, each) for user, at, role in theirs for each in GRANTS[Role(role)]}
        posts = {action.lead_post_id for action in actions.values()}
        self.holdings = list(Holding.objects.during(first, last).filter(user__in=people, post__in=posts))

    def may(self, user: int, action: int, on: date) -> bool:
        found = self.actions[action]
        here = found.plan.partnership_id
        if (user, here, Permission.POST_ANY_UPDATE) in self.granted:
            return True
        return (user, here, Permission.POST_OWN_UPDATES) in self.granted and any(
            each.has_begun(on) and not each.is_over(on)
            for each in self.holdings
            if (each.user_id, each.post_id) == (user, found.lead_post_id)
        )


def require_post(user: User, action: Action, on: date) -> None:
    """Raises PermissionDenied (403) for an action that the person may read but not write about."""
    if not may_post(user, action, on):
        raise PermissionDenied


def may_record(user: User, measure: Measure, on: date) -> bool:
    """Readings of an action's measure: whoever may post on the action. Of a plan's own: whoever builds plans."""
    if measure.action:
        return may_post(user, measure.action, on)
    return measure.plan is not None and may(user, Permission.BUILD_PLANS, measure.plan.partnership)


def require_record(user: User, measure: Measure, on: date) -> None:
    """Raises PermissionDenied (403) for a measure that the person may read but not add to."""
    if not may_record(user, measure, on):
        raise PermissionDenied


def may_set_account(user: User, person: User) -> bool:
    """As `partnerships.permissions.may_change_account`, and not of an inspector: it would open their grants."""
    return may_change_account(user, person) and not person.grants.exists()


def packs_for(user: User, plan: Plan, on: date) -> QuerySet[Inspection]:
    """The inspections that an agreed plan answers and whose inspectors' pack the person may have on the day.

    An inspector's own; to whoever makes papers all of them.
    """
    found = Inspection.objects.filter(plans__in=Plan.objects.agreed().filter(pk=plan.pk)).order_by("published_on", "pk")
    if may(user, Permission.MAKE_PAPERS, plan.partnership):
        return found
    return found.filter(pk__in=user.grants.on(on).values("inspection"))


def may_have_pack(user: User, run: PaperRun, on: date) -> bool:
    """Whether a person may have a pack on the day: `packs_for` of its inspection, and all others in it are visible."""
    hidden = run.beside.exclude(pk__in=Inspection.objects.visible_to(user, on).values("pk"))
    return all(run.inspection in packs_for(user, plan, on) for plan in run.plans.all()) and not hidden.exists()


def askable(user: User, action: Action, on: date) -> QuerySet[Inspection]:
    """The inspections that the action answers and in whose name the person may ask about it on the day."""
    allowed = user.grants.on(on).filter(may_ask=True, inspection__recommendations__actions=action)
    return Inspection.objects.filter(pk__in=allowed.values("inspection")).order_by("published_on", "pk")


def is_inspector(user: User, plan: Plan) -> bool:
    """Whether the person reads the plan by a grant, not as a member of its partnership."""
    return not roles_of(user, plan.partnership)
