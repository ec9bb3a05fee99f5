"""The timeline: which rows of history a person may read, and each of them as that person reads it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from actionplans.models import (
    Action,
    Entry,
    EvidenceExemption,
    EvidenceRelease,
    Exemption,
    Plan,
    PlanStep,
    ProgressUpdate,
    Question,
)
from actionplans.models.actions import ActionQuerySet
from actionplans.models.history import EntryQuerySet
from actionplans.permissions import visible_as_at
from core import clock
from core.aggregates import Listed
from inspections.models import Inspection
from partnerships.models import User
from partnerships.roles import Permission

OF_DRAFTS = (Entry.Kind.EDITED, Entry.Kind.REMOVED)
ABOUT_EVIDENCE = (Entry.Kind.EVIDENCE, Entry.Kind.EVIDENCE_RELEASE, Entry.Kind.EVIDENCE_EXEMPTION)
ASKED = (Entry.Kind.QUESTION, Entry.Kind.ANSWER)
ABOUT = Coalesce("evidencerelease__of", "evidenceexemption__of", "pk")  # the key of the evidence that a row is about


@dataclass(frozen=True)
class Line:
    """One row of history as one person reads it: `row` is that of its kind; `note` the working note, `sent` the wording
    before somebody changed it and `why` the reason of a mark as exempt, if they may.
    """

    row: Entry
    plan: Plan
    action: Action | None
    note: str
    sent: str
    why: str
    is_corrected: bool

    @property
    def recorded_on(self) -> date | None:
        """The day on which it was entered, where that is not the day on which it was true."""
        day = clock.day_of(self.row.recorded_at)
        return day if day != self.row.happened_on else None

    @property
    def short_hash(self) -> str:
        return self.row.hash[:8]


@dataclass(frozen=True)
class Audience:
    """Whoever reads history: the plans and actions that they may see, of which inspections they are the inspectors, and
    the keys of the partnerships where they see drafts, where they are staff, and where they read papers.
    """

    plans: QuerySet[Plan]
    actions: QuerySet[Action]
    inspections: QuerySet[Inspection]
    drafters: list[int]
    staff: list[int]
    members: list[int]


def audience_of(user: User, on: date, today: date) -> Audience:
    """One person, of a day: never more than they may read today."""
    return Audience(
        plans=Plan.objects.visible_to(user, today),
        actions=visible_as_at(user, on, today),
        inspections=Inspection.objects.filter(pk__in=user.grants.on(today).values("inspection")),
        drafters=user.partnerships_where(Permission.SEE_DRAFT_PLANS),
        staff=user.partnerships_where(Permission.SEE_WORKING_NOTES),
        members=user.partnerships_where(Permission.READ_PAPERS),
    )


def inspectors_of(*inspections: Inspection) -> Audience:
    """The inspectors who were granted these inspections and no other, whoever they are."""
    granted = Inspection.objects.filter(pk__in=[each.pk for each in inspections])
    plans = Plan.objects.agreed().filter(
        pk__in=Plan.inspections.through.objects.filter(inspection__in=granted).values("plan")
    )
    answers = Action.recommendations.through.objects.filter(recommendation__inspection__in=granted)
    actions = Action.objects.filter(pk__in=answers.values("action"), plan__in=plans)
    return Audience(plans, actions, granted, [], [], [])


def with_kinds(actions: ActionQuerySet) -> ActionQuerySet:
    """Each action with the kinds of the rows about it, which `history_of` needs, in the same query."""
    rows = Entry.objects.filter(action=OuterRef("pk")).order_by().values("action")
    return actions.annotate(kinds=Subquery(rows.annotate(listed=Listed("kind")).values("listed")))


def history_of(action: Action, user: User, on: date, today: date) -> list[Entry]:
    """The rows about an action (`with_kinds`) that a person may read (`readable`), the newest first. One query."""
    kinds = (action.kinds or "").split(",")  # type: ignore[attr-defined]
    rows = list(_readable(action.entries.order_by("-seq"), user, on, today, action.plan, kinds))
    for row in rows:
        row.action, row.plan = action, action.plan
    return rows


def readable(rows: EntryQuerySet, user: User, on: date, today: date, *, within: Plan | None = None) -> EntryQuerySet:
    """Those of the rows that a person may read as at the end of a day (`open_to`), each with the row of its kind.

    `within` is the plan that all the rows are of, where it is one: only the tables of kinds that there are get joined,
    for which it asks at once.
    """
    kinds = {*rows.order_by().values_list("kind", flat=True).distinct()} if within else None
    return _readable(rows, user, on, today, within, kinds).select_related("plan", "action__plan")


def _readable(
    rows: EntryQuerySet, user: User, on: date, today: date, within: Plan | None, kinds: Collection[str] | None
) -> EntryQuerySet:
    rows = open_to(rows, audience_of(user, on, today), on, today, within=within)
    rows = rows.annotate(is_corrected=Exists(ProgressUpdate.objects.filter(corrects=OuterRef("pk"))))
    return rows.with_details(kinds).with_evidence(kinds).joining(kinds, "planstep__group", "planstep__meeting")


def open_to(
    rows: EntryQuerySet, audience: Audience, on: date, today: date, *, within: Plan | None = None
) -> EntryQuerySet:
    """Those of the rows that an audience may read as at the end of a day.

    1. Only what was recorded by then, about actions that they may see of that day, and about plans that they may see.
    2. Evidence, its release and its marks as exempt: to staff all; to others what was released then *and is released
       today*, so that what was taken back stays taken back, and a past day never shows more than today.
    3. What happened to drafts (changed, taken out, returned): to those who see drafts.
    4. Questions of inspectors and their answers: to staff, and to the inspectors of the inspection in whose name the
       question was asked.

    `within` is the plan that all the rows are of, where it is one: what roles there allow is not asked of each row.
    """
    rows = rows.filter(recorded_at__lt=clock.end_of(on))
    if within is None or within.partnership_id not in audience.drafters:
        of_plan = Q(action=None, plan__in=audience.plans)
        removed = Q(action__is_removed=True, plan__partnership__in=audience.drafters)
        agreed = ~Q(kind__in=OF_DRAFTS) & ~Q(kind=Entry.Kind.PLAN_STEP, planstep__step=PlanStep.Step.RETURNED)
        rows = rows.filter(Q(action__in=audience.actions) | of_plan | removed)
        rows = rows.filter(agreed | Q(plan__partnership__in=audience.drafters))
    if within is None or within.partnership_id not in audience.staff:
        is_out = _released(clock.end_of(today)) & _released(clock.end_of(on))
        own = Question.objects.filter(inspection__in=audience.inspections).values("pk")
        asked = Q(question__in=own) | Q(answer__of__in=own)
        open_to_all = ~Q(kind__in=(*ABOUT_EVIDENCE, *ASKED)) | asked | is_out
        rows = rows.alias(about=ABOUT).filter(open_to_all | Q(plan__partnership__in=audience.staff))
    return rows


def lines(rows: Iterable[Entry], user: User) -> list[Line]:
    """The rows, which `readable` gave, as the person reads them: working notes are for staff of the partnership.

    Why something is exempt is for those who read papers: the reason may say whom it concerns.
    """
    staff, members = (user.partnerships_where(each) for each in (Permission.SEE_WORKING_NOTES, Permission.READ_PAPERS))
    return [
        _line(row, shows_note=row.plan.partnership_id in staff, shows_why=row.plan.partnership_id in members)
        for row in rows
    ]


def _line(row: Entry, *, shows_note: bool, shows_why: bool) -> Line:
    detail = row.detail
    note, sent = (getattr(detail, name, "") if shows_note else "" for name in ("working_note", "wording_sent"))
    why = detail.reason if shows_why and isinstance(detail, Exemption | EvidenceExemption) else ""
    return Line(detail, row.plan, row.action, note, sent, why, is_corrected=bool(getattr(row, "is_corrected", False)))


def _released(by: datetime) -> Q:
    """Rows about evidence whose last word about its release, of those recorded before a moment, is yes."""
    said = EvidenceRelease.objects.filter(of=OuterRef("about"), recorded_at__lt=by).order_by("-seq")
    return Q(Subquery(said.values("is_released")[:1]))
