"""A plan from its draft to its approval: what each step needs, and what approval fixes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from actionplans import operations
from actionplans.integrity import check_history
from actionplans.models import Action, Entry, Plan, PlanGroup, PlanStep, Round
from actionplans.operations import ActionText, Actor, Decision, NothingToReport, PlanIsAgreed, PlanIsNotReady, Refusal
from actionplans.versions import compared, versions_of
from core import clock
from partnerships import operations as partnering
from partnerships.models import Group


@pytest.fixture
def group(house):
    """A committee of its own, which meets on days that each test chooses."""
    return Group.objects.create(partnership=house.ours.partnership, slug="new", name="New board", kind="board")


@pytest.fixture
def plan(house, group):
    plan = operations.draft_plan(
        slug="new-plan",
        partnership=house.ours.partnership,
        title="New plan",
        lead_post=house.ours.post,
        inspections=[house.ours.inspection],
    )
    for role in (PlanGroup.Role.APPROVES, PlanGroup.Role.MONITORS):
        operations.answer_to(plan=plan, group=group, role=role)
    return plan


def add(house, plan, ref="N1", **given):
    text = {
        "title": f"Action {ref}",
        "lead_post_id": house.ours.post.pk,
        "recommendations_ids": (house.ours.recommendation.pk,),
        "start_on": house.day(-5).isoformat(),
    }
    text |= {name: given.pop(name) for name in list(given) if name in ActionText.__dataclass_fields__}
    said = {"due_on": house.day(60), "by": Actor(house.coordinator), "now": house.moment(-3)}
    return operations.add_action(plan=plan, ref=ref, text=ActionText(**text), **(said | given))


def submit(house, plan, group, **given):
    return operations.submit_plan(plan=plan, group=group, by=Actor(house.coordinator), now=house.moment(-2), **given)


def approve(house, plan, group, **given):
    said = {"by": Actor(house.coordinator), "now": house.moment()} | given
    return operations.approve_plan(plan=plan, group=group, **said)


def fresh(plan):
    return Plan.objects.get(pk=plan.pk)


def test_actions_of_a_draft_have_no_original_date_yet(house, plan):
    first, second = add(house, plan), add(house, plan, "N2", due_on=None)

    assert [(each.position, each.original_due_on, each.current_due_on) for each in (first, second)] == [
        (1, None, house.day(60)),
        (2, None, None),
    ]
    assert list(plan.entries.order_by("seq").values_list("kind", "action")) == [
        (Entry.Kind.ADDED, first.pk),
        (Entry.Kind.ADDED, second.pk),
    ]


def test_approval_numbers_the_version_keeps_the_day_and_fixes_the_dates(house, plan, group):
    dated, dateless = add(house, plan), add(house, plan, "N2", due_on=None)
    submit(house, plan, group, minute="15/1")
    step = approve(house, plan, group, minute="15/2")

    approved = fresh(plan)
    assert (approved.status, approved.version, approved.approved_on) == (Plan.Status.ACTIVE, 1, house.today)
    assert (step.step, step.version, step.group, step.minute) == ("approved", 1, group, "15/2")
    assert Action.objects.get(pk=dated.pk).original_due_on == house.day(60)
    assert Action.objects.get(pk=dateless.pk).original_due_on is None
    assert [(each.step, each.minute) for each in PlanStep.objects.filter(plan=plan).order_by("seq")] == [
        ("submitted", "15/1"),
        ("approved", "15/2"),
    ]
    agreed = plan.entries.filter(kind=Entry.Kind.REVISION).order_by("seq")
    assert [(each.action, each.original_due_on) for each in agreed] == [
        (None, None),  # the plan itself
        (dated, house.day(60)),
        (dateless, None),
    ]


def test_a_date_that_moved_during_the_draft_is_the_original_at_approval(house, plan, group):
    action = add(house, plan)
    by, now = Actor(house.owner), house.moment(-2)
    asked = operations.request_date_change(action=action, to_on=house.day(90), reason="Agreed", by=by, now=now)
    operations.decide_date_change(request=asked, is_granted=True, decision=Decision("Lead"), by=by, now=now)
    submit(house, plan, group)
    approve(house, plan, group)

    action.refresh_from_db()
    assert (action.original_due_on, action.current_due_on) == (house.day(90), house.day(90))


def test_each_step_is_taken_once_and_in_order(house, plan, group):
    with pytest.raises(PlanIsNotReady, match="Add an action before you submit the plan"):
        submit(house, plan, group)
    add(house, plan)
    with pytest.raises(PlanIsNotReady, match="Submit the plan before it is approved"):
        approve(house, plan, group)
    submit(house, plan, group)
    with pytest.raises(PlanIsNotReady, match="Only a draft can be submitted"):
        submit(house, plan, group)
    approve(house, plan, group)
    with pytest.raises(PlanIsNotReady, match="Submit the plan before it is approved"):
        approve(house, plan, group)

    assert fresh(plan).version == 1
    assert PlanStep.objects.filter(plan=plan).count() == 2


def test_only_a_group_with_that_right_approves(house, plan, group):
    add(house, plan)
    submit(house, plan, group)

    with pytest.raises(PlanIsNotReady, match="Committee of ours does not approve this plan"):
        approve(house, plan, house.ours.group)
    assert fresh(plan).status == Plan.Status.SUBMITTED


@pytest.mark.parametrize("step", ["submitted", "approved"])
def test_actions_are_added_to_drafts_only(house, plan, group, step):
    add(house, plan)
    submit(house, plan, group)
    if step == "approved":
        approve(house, plan, group)

    with pytest.raises(PlanIsAgreed, match="This plan is past its draft"):
        add(house, plan, "N2")
    assert plan.actions.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ref": "N1"}, "This plan already has an action with that reference."),
        ({"ref": "N2", "due_on": date(2015, 6, 9)}, "The due date must not be before the start."),
        ({"ref": "N2", "title": ""}, "This field cannot be blank."),
    ],
)
def test_an_action_that_contradicts_itself_is_refused_with_a_sentence(house, plan, given, sentence):
    add(house, plan)

    with pytest.raises(ValidationError) as refused:
        add(house, plan, **given)

    assert sentence in refused.value.messages
    assert (plan.actions.count(), fresh(plan).history_count) == (1, 1)


def test_a_second_plan_of_that_address_is_refused(house, plan):
    with pytest.raises(ValidationError, match="Slug"):
        operations.draft_plan(
            slug="new-plan",
            partnership=house.theirs.partnership,
            title="Another",
            lead_post=house.theirs.post,
            inspections=[],
        )


def test_a_group_has_a_role_once(house, plan, group):
    operations.answer_to(plan=plan, group=group, role=PlanGroup.Role.MONITORS)

    assert plan.plan_groups.filter(group=group).count() == 2


@pytest.mark.parametrize("state", [Plan.Status.DRAFT, Plan.Status.SUBMITTED])
def test_no_paper_is_made_of_a_plan_that_is_not_agreed(house, plan, group, state):
    Plan.objects.filter(pk=plan.pk).update(status=state)
    meeting = partnering.add_meeting(group=group, on=house.day(30))

    with pytest.raises(NothingToReport, match="Have the plan approved first"):
        operations.issue_paper(
            plan=fresh(plan), meeting=meeting, on=house.today, by=Actor(house.clerk), now=house.moment()
        )
    assert not plan.papers.exists()


# --- rounds ---


def rounds(plan):
    found = Round.objects.filter(plan=plan).select_related("meeting").order_by("meeting__on")
    return [(each.meeting.on, each.opens_on, each.updates_due_on) for each in found]


def test_a_round_opens_after_the_meeting_before_and_ends_working_days_before_the_papers(house, plan, group):
    """Approved on Monday 15 June 2015; papers are due 10 working days before a meeting, updates 5 before that."""
    for on in (date(2015, 6, 10), date(2015, 8, 26), date(2015, 12, 2)):
        partnering.add_meeting(group=group, on=on)
    add(house, plan)
    submit(house, plan, group)
    approve(house, plan, group)

    assert rounds(plan) == [
        # 15 working days before Wednesday 26 August; the meeting before was before the approval.
        (date(2015, 8, 26), date(2015, 6, 15), date(2015, 8, 5)),
        # 15 working days before Wednesday 2 December, over St Andrew's Day (Monday 30 November).
        (date(2015, 12, 2), date(2015, 8, 27), date(2015, 11, 10)),
    ]


def test_updates_are_never_due_before_the_round_opens(house, plan, group):
    partnering.add_meeting(group=group, on=house.day(3))
    add(house, plan)
    submit(house, plan, group)
    approve(house, plan, group)

    assert rounds(plan) == [(house.day(3), house.today, house.today)]


def test_only_groups_that_the_plan_is_reported_to_call_for_updates(house, plan, group):
    approver_only = Group.objects.create(partnership=house.ours.partnership, slug="a", name="Approvers", kind="board")
    operations.answer_to(plan=plan, group=approver_only, role=PlanGroup.Role.APPROVES)
    partnering.add_meeting(group=approver_only, on=house.day(70))
    monitored = partnering.add_meeting(group=group, on=house.day(90))
    add(house, plan)
    submit(house, plan, group)
    approve(house, plan, group)

    assert [on for on, _, _ in rounds(plan)] == [monitored.on]


def test_a_meeting_that_is_arranged_later_opens_its_round_and_leaves_the_others(house, plan, group):
    partnering.add_meeting(group=group, on=house.day(70))
    add(house, plan)
    submit(house, plan, group)
    approve(house, plan, group)
    before = rounds(plan)
    partnering.add_meeting(group=group, on=house.day(160))
    operations.open_rounds(plan=fresh(plan), on=house.today)

    assert rounds(plan)[: len(before)] == before
    assert rounds(plan)[-1][:2] == (house.day(160), house.day(71))


def test_the_paper_deadline_of_a_meeting_may_be_given(house, group):
    meeting = partnering.add_meeting(group=group, on=house.day(30), paper_deadline_on=house.day(10))
    assert meeting.paper_deadline_on == house.day(10)
    assert partnering.add_meeting(group=group, on=date(2015, 12, 2)).paper_deadline_on == date(2015, 11, 17)


def test_the_day_of_approval_is_londons(house, plan, group):
    add(house, plan)
    submit(house, plan, group)
    midnight = clock.end_of(house.today)
    approve(house, plan, group, now=midnight)

    assert fresh(plan).approved_on == house.today + timedelta(days=1)


# --- the next version ---


def propose(house, action, title="Train every team"):
    text = ActionText.of(action).but(title=title)
    by = Actor(house.coordinator)
    return operations.propose(plan=house.fresh, action=action, text=text, by=by, now=house.moment())


def cancel(house, action):
    said = {"reason": "No need", "decision": Decision("Committee"), "by": Actor(house.approver)}
    operations.drop_action(action=action, now=house.moment(), **said)


def test_another_text_is_not_proposed_for_an_action_that_is_over_by_now(house):
    """However the action was when whoever proposes it read it."""
    cancel(house, house.p1)

    with pytest.raises(Refusal, match="P1 is over. Its text cannot be changed any more"):
        propose(house, house.p1)
    assert not house.fresh.proposals.exists()


def test_a_text_is_not_agreed_for_an_action_that_is_over_since_it_was_proposed(house):
    for action in (house.p1, house.p2):
        propose(house, action)
    cancel(house, house.p1)
    said = {"group": house.ours.group, "reason": "Asked", "by": Actor(house.approver), "now": house.moment()}

    with pytest.raises(Refusal, match="These actions are over: P1. Withdraw what is proposed for them first"):
        operations.agree_version(plan=house.fresh, **said)
    assert fresh(house.fresh).version == 1

    operations.withdraw_proposal(proposal=house.p1.proposals.get())
    operations.agree_version(plan=house.fresh, **said)
    titles = Action.objects.filter(plan=house.fresh).order_by("ref").values_list("title", flat=True)
    assert list(titles) == [house.p1.title, "Train every team"]


def test_a_number_of_another_report_is_another_recommendation(house):
    """Reports number their recommendations alike. What an inspector may not read is not named."""
    ours, by = house.ours, Actor(house.coordinator)
    namesake = ours.other.inspections.get().recommendations.get()
    assert namesake.number == ours.recommendation.number
    text = ActionText.of(ours.dormant).but(recommendations_ids=(namesake.pk,))
    agreed = list(ours.plan.entries.values_list("hash", flat=True).order_by("seq"))

    operations.propose(plan=ours.plan, action=ours.dormant, text=text, by=by, now=house.moment())
    operations.agree_version(plan=ours.plan, group=ours.group, reason="Moved", minute="15/9", by=by, now=house.moment())

    plan = fresh(ours.plan)
    (version,) = [each for each in versions_of(plan, plan.actions.all()) if each.step.version == 2]
    assert [(each.ref, each.lines) for each in version.changes] == [
        ("A2", [("Recommendations", "1", "1 of another report")])
    ]
    assert list(plan.entries.values_list("hash", flat=True).order_by("seq"))[: len(agreed)] == agreed
    assert not check_history(plan).fault
    (back,) = compared(plan, plan.actions.all(), 1, 2)
    assert back.lines == [("Recommendations", "1", "1 of another report")]
    with pytest.raises(Refusal, match="Nothing is changed yet"):
        operations.propose(
            plan=plan,
            action=Action.objects.get(pk=ours.dormant.pk),
            text=ActionText.of(Action.objects.get(pk=ours.dormant.pk)),
            by=by,
            now=house.moment(),
        )
