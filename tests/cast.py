"""The cast: people by role on each side of a wall, and on each side plans made through the operations.

Data that could leak is there: working notes, evidence that is not released, a draft plan, an inspection that is not
granted, the record of chasing. Days count from the `today` that is handed in.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from actionplans import operations, reminders
from actionplans.models import Action, CalendarFeed, Evidence, Measure, Paper, PaperRun, Plan, PlanGroup, Status
from actionplans.operations import ActionText, Actor, Decision, NewEvidence
from actionplans.reminders import Rules
from core import clock
from inspections import operations as inspecting
from inspections.models import Finding, Inspection, Recommendation, ScrutinyBody
from partnerships import operations as partnering
from partnerships.models import Group, LocalHoliday, Meeting, Partnership, Post, User
from partnerships.roles import Role

WORKING_NOTE = "Working note: the reporter's office is two posts short"
HIDDEN_EVIDENCE = "Case file audit that nobody has released"
RELEASED_EVIDENCE = "Training register released to inspectors"
DRAFT_TITLE = "Plan that no group has agreed yet"
OTHER_TITLE = "Plan for the inspection that was not granted"
OTHER_INSPECTION = "Inspection that was not granted to anybody"
DUE_DATE_REASON = "The tool is two months late from its supplier"
CHASING = "Reminders sent"
PASSWORD = "a password of the cast"
GROUP_ROLES = (PlanGroup.Role.APPROVES, PlanGroup.Role.MONITORS, PlanGroup.Role.CLOSES, PlanGroup.Role.APPROVES_DATES)


@dataclass
class Side:
    """One partnership and what is its own."""

    partnership: Partnership
    group: Group
    past_meeting: Meeting
    next_meeting: Meeting
    post: Post  # held by the owner
    vacant_post: Post
    inspection: Inspection
    recommendation: Recommendation
    plan: Plan
    late: Action  # of the owner's post, ten days past its date, with a working note and evidence
    dormant: Action  # of the vacant post, without any update
    completed: Action  # of the owner's post, waiting to be verified
    draft: Plan
    other: Plan  # agreed, for an inspection that is not granted
    released: Evidence
    hidden: Evidence
    paper: Paper
    run: PaperRun  # a file made for the co-ordinator
    measure: Measure  # of the late action, without a reading
    calendar: CalendarFeed  # of the owner
    holiday: LocalHoliday  # long over


@dataclass
class Cast:
    """`ours` is where the named people belong; the outsider owns and co-ordinates `theirs`."""

    today: date
    ours: Side
    theirs: Side
    coordinator: User
    owner: User
    verifier: User
    clerk: User
    approver: User
    member: User
    administrator: User
    inspector: User
    outsider: User

    ROLES = (
        *("coordinator", "owner", "verifier", "clerk", "approver", "member", "administrator", "inspector", "outsider"),
    )

    def person(self, role: str) -> User:
        return getattr(self, role)

    def day(self, days: int) -> date:
        """So many days from today; before it: negative."""
        return self.today + timedelta(days=days)

    def moment(self, days: int = 0, hour: int = 12) -> Any:
        return clock.at(self.day(days), hour)


def make_cast(today: date) -> Cast:
    people = {
        role: User.objects.create_user(f"{role}@followthrough.example", role.title(), PASSWORD) for role in Cast.ROLES
    }
    ours = make_side("ours", today, owner=people["owner"], coordinator=people["coordinator"])
    theirs = make_side("theirs", today, owner=people["outsider"], coordinator=people["outsider"])
    for role in ("verifier", "clerk", "approver", "member", "administrator"):
        partnering.grant_role(user=people[role], partnership=ours.partnership, role=Role(role))
    foreign = User.objects.create_user("inspector@theirs.example", "Inspector of theirs", PASSWORD)
    span: dict[str, Any] = {"starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=30)}
    inspecting.grant_inspection(user=foreign, inspection=theirs.inspection, may_ask=True, **span)
    inspecting.grant_inspection(user=people["inspector"], inspection=ours.inspection, **span)
    reminders.plan_day(today, clock.at(today, 7))
    reminders.deliver_outbox(today, clock.at(today, 7))
    return Cast(today=today, ours=ours, theirs=theirs, **people)


def make_side(name: str, today: date, *, owner: User, coordinator: User) -> Side:
    def day(days: int) -> date:
        return today + timedelta(days=days)

    partnership = partnering.found_partnership(
        slug=name, name=f"{name.title()} Partnership", agencies=[f"{name} council"]
    )
    partnering.grant_role(user=owner, partnership=partnership, role=Role.OWNER)
    partnering.grant_role(user=coordinator, partnership=partnership, role=Role.COORDINATOR)
    post = partnering.post_of(partnership=partnership, title=f"Head of {name}")
    vacant = partnering.post_of(partnership=partnership, title=f"Vacant post of {name}")
    partnering.appoint(post=post, user=owner, starts_on=day(-1000))
    group = Group.objects.create(
        partnership=partnership, slug="committee", name=f"Committee of {name}", kind="committee"
    )
    past, following = (partnering.add_meeting(group=group, on=day(days)) for days in (-60, 40))
    inspection, recommendation = make_inspection(f"{name}-inspection", f"Inspection of {name}", partnership, day(-200))
    second, another = make_inspection(f"{name}-second", OTHER_INSPECTION, partnership, day(-190))
    by = Actor(coordinator)
    given: dict[str, Any] = {"lead_post": post, "group": group, "by": by, "today": today}
    plan, (late, dormant, completed) = make_plan(
        f"{name}-plan",
        f"Plan of {name}",
        inspection,
        recommendation,
        actions=[("A1", post, -10), ("A2", vacant, -5), ("A3", post, 60)],
        **given,
    )
    draft, _ = make_plan(
        f"{name}-draft", DRAFT_TITLE, inspection, recommendation, actions=[("D1", post, 20)], agreed=False, **given
    )
    other, _ = make_plan(f"{name}-other", OTHER_TITLE, second, another, actions=[("O1", post, 90)], **given)
    released, hidden = live(late, completed, owner, coordinator, post, today)
    paper = operations.issue_paper(plan=plan, meeting=past, on=day(-70), by=by, now=clock.at(day(-70)))
    asked = {"owner": coordinator, "title": f"Paper of {name}", "on": day(-1), "format": "csv", "total": 1}
    run = PaperRun.objects.create(**asked, asked_at=clock.at(day(-1)))  # no worker is told
    run.plans.add(plan)
    operations.make_paper(run=run, now=clock.at(day(-1)))
    trained = {"name": "Staff trained", "baseline": "40%", "target": "90%"}
    measure = operations.add_measure(action=late, by=by, now=clock.at(day(-130)), **trained)
    holiday = LocalHoliday.objects.create(partnership=partnership, on=day(-400), name=f"Fair of {name}")
    return Side(
        partnership=partnership,
        group=group,
        past_meeting=past,
        next_meeting=following,
        post=post,
        vacant_post=vacant,
        inspection=inspection,
        recommendation=recommendation,
        plan=Plan.objects.get(pk=plan.pk),
        late=Action.objects.get(pk=late.pk),
        dormant=Action.objects.get(pk=dormant.pk),
        completed=Action.objects.get(pk=completed.pk),
        draft=draft,
        other=Plan.objects.get(pk=other.pk),
        released=released,
        hidden=hidden,
        paper=paper,
        run=PaperRun.objects.get(pk=run.pk),
        measure=measure,
        calendar=operations.make_calendar(user=owner, now=clock.at(day(-1))),
        holiday=holiday,
    )


def make_inspection(slug: str, title: str, partnership: Partnership, published_on: date):
    """A published report with one strength and one recommendation, which is agreed."""
    body, _ = ScrutinyBody.objects.get_or_create(slug="care-inspectorate", defaults={"name": "Care Inspectorate"})
    inspection = inspecting.record_inspection(
        slug=slug, partnership=partnership, kind="joint inspection", title=title, lead_body=body
    )
    inspecting.record_finding(inspection=inspection, kind=Finding.Kind.STRENGTH, text="Staff know their families well")
    recommendation = inspecting.record_recommendation(inspection=inspection, number="1", text=f"Improve after: {title}")
    inspecting.respond(recommendation=recommendation, response=Recommendation.Response.AGREED)
    return inspecting.publish_report(inspection=inspection, on=published_on), recommendation


def make_plan(
    slug: str,
    title: str,
    inspection: Inspection,
    recommendation: Recommendation,
    *,
    actions: list[tuple[str, Post, int | None]],
    lead_post: Post,
    group: Group,
    by: Actor,
    today: date,
    agreed: bool = True,
) -> tuple[Plan, list[Action]]:
    """A plan drafted 150 days ago and approved 130 days ago; its actions are due so many days from today."""

    def moment(days: int):
        return clock.at(today + timedelta(days=days))

    plan = operations.draft_plan(
        slug=slug, partnership=inspection.partnership, title=title, lead_post=lead_post, inspections=[inspection]
    )
    for role in GROUP_ROLES:
        operations.answer_to(plan=plan, group=group, role=role)
    made = [
        operations.add_action(
            plan=plan,
            ref=ref,
            text=ActionText(
                title=f"Action {ref} of {slug}",
                lead_post_id=post.pk,
                recommendations_ids=(recommendation.pk,),
                start_on=(today - timedelta(days=130)).isoformat(),
                contributors_ids=(partnering.agency_of(partnership=inspection.partnership, name="Helpers").pk,),
                evidence_required=("Register",),
            ),
            due_on=None if days is None else today + timedelta(days=days),
            by=by,
            now=moment(-150),
        )
        for ref, post, days in actions
    ]
    if agreed:
        operations.submit_plan(plan=plan, group=group, by=by, now=moment(-140))
        operations.approve_plan(plan=plan, group=group, by=by, now=moment(-130), minute="12/7")
    rules = Rules(working_days_only=False)  # the cast lives on the day on which the tests run, be it a Sunday
    operations.set_reminder_rules(plan=plan, rules=rules, by=by, now=moment(-150))
    return Plan.objects.get(pk=plan.pk), [Action.objects.get(pk=action.pk) for action in made]


def live(late: Action, completed: Action, owner: User, coordinator: User, post: Post, today: date):
    """What happened since: updates with working notes, evidence of both kinds, a later date granted once."""

    def moment(days: int):
        return clock.at(today + timedelta(days=days))

    speaks, records = Actor(owner, post), Actor(coordinator)
    operations.post_update(
        action=late,
        by=speaks,
        now=moment(-100),
        status=Status.IN_PROGRESS,
        percent=40,
        wording="Half of the staff are trained.",
        working_note=WORKING_NOTE,
    )
    found = []
    for title, days in ((RELEASED_EVIDENCE, -99), (HIDDEN_EVIDENCE, -98)):
        file = SimpleUploadedFile(f"{title}.txt", f"{title}\n".encode())
        evidence = NewEvidence(title=title, form="file", file=file)
        found.append(operations.add_evidence(action=late, evidence=evidence, by=speaks, now=moment(days)))
    operations.release_evidence(evidence=found[0], is_released=True, by=records, now=moment(-97))
    asked = operations.request_date_change(
        action=completed, to_on=today + timedelta(days=80), reason=DUE_DATE_REASON, by=speaks, now=moment(-80)
    )
    operations.decide_date_change(
        request=asked, is_granted=True, decision=Decision("Committee", minute="12/31"), by=records, now=moment(-60)
    )
    operations.post_update(
        action=completed,
        by=speaks,
        now=moment(-20),
        status=Status.COMPLETED,
        percent=100,
        wording="The tool is in use everywhere.",
        working_note=WORKING_NOTE,
        evidence_ticked=["Register"],
    )
    return found
