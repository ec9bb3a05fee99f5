"""The plans of the benchmark's data with their inspections, recommendations, actions, measures and rounds."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from actionplans.models import Action, EvidenceRequirement, Measure, Plan, PlanGroup, Reading, Round
from bench.organisations import DAYS_BETWEEN_MEETINGS, Organisation
from bench.stories import Event, Story, make_story
from bench.words import MEANS, PROOF, RECOMMENDATION, THINGS, VERBS
from bench.writing import Writer
from core import clock
from core.working_days import working_days_before
from inspections.models import Inspection, Recommendation, ScrutinyBody

RECOMMENDATIONS = 10
GROUP_ROLES = (PlanGroup.Role.APPROVES, PlanGroup.Role.MONITORS, PlanGroup.Role.CLOSES)


@dataclass(frozen=True)
class Made:
    """A plan whose rows wait until its history has been told, because that changes its state and its actions'."""

    plan: Plan
    stories: list[Story]
    answers: dict[int, dict[str, Any]]  # by the key of the action: what its agreed text names beside its own columns

    def events(self, yesterday: date) -> list[Event]:
        plan, approved_on = self.plan, self.plan.approved_on
        actions = [story.action for story in self.stories]
        drafted_on = approved_on - timedelta(days=30)
        return [
            *(Event(drafted_on, "added", plan, action) for action in actions),
            Event(drafted_on + timedelta(days=7), "submitted", plan),
            Event(approved_on, "approved", plan),
            *(Event(approved_on, "agreed", plan, action, self.answers[action.pk]) for action in actions),
            *(event for story in self.stories for event in story.events(yesterday)),
        ]

    def write(self, writer: Writer) -> None:
        writer.add(self.plan)
        for story in self.stories:
            writer.add(story.action)


def make_plan(
    number: int,
    organisation: Organisation,
    body: ScrutinyBody,
    updates: list[int],
    today: date,
    writer: Writer,
    random: Random,
) -> Made:
    """A plan with one action for each number of updates. Refs carry the plan's number, so that they are unique."""
    approved_on = today - timedelta(days=random.randint(420, 900))
    inspection = writer.new(
        Inspection,
        slug=f"inspection-{number:04}",
        partnership=organisation.partnership,
        kind=Inspection.Kind.JOINT,
        title=f"Joint inspection {number:04}",
        lead_body=body,
        published_on=approved_on - timedelta(days=90),
    )
    recommendations = [
        writer.new(
            Recommendation,
            inspection=inspection,
            position=place,
            number=str(place),
            text=RECOMMENDATION.format(thing=thing),
            response=Recommendation.Response.AGREED,
            accountable_post=organisation.posts[2],
        )
        for place, thing in enumerate((THINGS * RECOMMENDATIONS)[:RECOMMENDATIONS], start=1)
    ]
    plan = Plan(
        id=writer.key(Plan),
        slug=f"plan-{number:04}",
        partnership=organisation.partnership,
        title=f"Joint improvement plan {number:04}",
        lead_post=organisation.posts[0],
        status=Plan.Status.ACTIVE,
        version=1,
        approved_on=approved_on,
    )
    writer.new(Plan.inspections.through, plan_id=plan.pk, inspection_id=inspection.pk)
    for role in GROUP_ROLES:
        writer.new(PlanGroup, plan=plan, group=organisation.group, role=role)
    _rounds(plan, organisation, writer)
    stories, answers = [], {}
    for place, share in enumerate(updates):
        action, answers_of = _action(plan, place, organisation, recommendations, writer, random)
        stories.append(make_story(action, share, approved_on, today, random))
        answers[action.pk] = answers_of
    return Made(plan, stories, answers)


def _rounds(plan: Plan, organisation: Organisation, writer: Writer) -> None:
    for meeting in organisation.meetings:
        if meeting.on > plan.approved_on:
            opens_on = max(meeting.on - timedelta(days=DAYS_BETWEEN_MEETINGS - 1), plan.approved_on)
            due_on = max(working_days_before(meeting.paper_deadline_on, organisation.group.update_days), opens_on)
            writer.new(Round, plan=plan, meeting=meeting, opens_on=opens_on, updates_due_on=due_on)


def _action(
    plan: Plan,
    place: int,
    organisation: Organisation,
    recommendations: list[Recommendation],
    writer: Writer,
    random: Random,
) -> tuple[Action, dict[str, Any]]:
    answered = recommendations[place % len(recommendations)]
    agency = random.choice(organisation.agencies[:3])
    action = Action(
        id=writer.key(Action),
        plan=plan,
        position=place + 1,
        ref=f"P{plan.pk}.{answered.number}.{place // len(recommendations) + 1}",
        title=f"{random.choice(VERBS)} {random.choice(THINGS)} {random.choice(MEANS)}",
        lead_post=random.choice(organisation.lead_posts),
        lead_agency=agency,
        verifier="Internal Audit",
    )
    answers = {answered.pk: answered}
    if random.random() < 0.1:
        another = random.choice(recommendations)
        answers[another.pk] = another
    for key in sorted(answers):
        writer.new(Action.recommendations.through, action_id=action.pk, recommendation_id=key)
    others = [each for each in random.sample(organisation.agencies, random.randint(0, 2)) if each != agency]
    for other in others:
        writer.new(Action.contributors.through, action_id=action.pk, agency_id=other.pk)
    required = list(PROOF[: random.choice((0, 1, 1, 2))])
    for position, proof in enumerate(required, start=1):
        writer.new(EvidenceRequirement, action=action, position=position, text=proof)
    if random.random() < 0.3:
        _measure(action, writer, random)
    return action, {
        "recommendations_ids": sorted(answers),
        "recommendations": [answers[key].number for key in sorted(answers)],
        "contributors_ids": [each.pk for each in others],
        "contributors": [each.name for each in others],
        "evidence_required": required,
    }


def _measure(action: Action, writer: Writer, random: Random) -> None:
    target = random.randint(70, 95)
    measure = action.success_measure = writer.new(
        Measure,
        action=action,
        name="Case files that meet the standard",
        unit="per cent",
        direction=Measure.Direction.HIGHER,
        baseline="45",
        target=str(target),
        baseline_value=45,
        target_value=target,
    )
    for quarter in range(random.randint(0, 4)):
        on = action.plan.approved_on + timedelta(days=90 * (quarter + 1))
        value = random.randint(45, target)
        writer.new(
            Reading,
            measure=measure,
            on=on,
            words=str(value),
            value=value,
            recorded_at=clock.at(on),
            by_name="Plan Co-ordinator",
        )
