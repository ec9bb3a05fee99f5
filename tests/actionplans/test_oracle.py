"""The three demonstration cases: the figures are those that the cases compute, and nothing of the cases is lost."""

import json
from datetime import date

import pytest

from actionplans.asat import standings
from actionplans.demo.cases import FILE as CASES
from actionplans.demo.load import AlreadyLoaded, load_demo
from actionplans.figures import figures
from actionplans.models import (
    Action,
    Closure,
    DateDecision,
    Evidence,
    Measure,
    Plan,
    PlanStep,
    ProgressUpdate,
    Reading,
    Status,
    Verification,
)
from actionplans.rag import RULE
from core import clock
from inspections.models import Evaluation, Inspection, Recommendation
from partnerships.models import Agency, Meeting, Membership, Partnership, User
from partnerships.roles import Role

SOURCE = json.loads(CASES.read_text(encoding="utf-8"))
every_case = pytest.mark.parametrize("case", SOURCE["cases"], ids=lambda case: case["slug"])
STATUSES = {
    "Not started": Status.NOT_STARTED,
    "In progress": Status.IN_PROGRESS,
    "Complete - awaiting verification": Status.COMPLETED,
    "Closed": Status.CLOSED,
}


def day(text):
    return date.fromisoformat(text)


def names(rows):
    return [str(row) for row in rows]


def actions_of(case):
    """Each action of a case with its recommendation."""
    return [(action, each) for each in case["recommendations"] for action in each["actions"]]


# --- the figures ---


@every_case
def test_the_figures_equal_the_summary_that_the_case_computes(demo, case):
    on = day(case["as_at"])
    counted = figures(standings(demo[case["slug"]].actions.order_by("position"), on), on)
    rag = dict(counted.rag)
    expected = case["computed_summary"]

    assert {
        "actions": counted.actions,
        "rag": {word: rag[word] for word in expected["rag"]},
        "due_by_original_date": counted.due_by_original,
        "closed_of_those_due": counted.closed_of_due,
        "implementation_rate_percent_on_original_dates": counted.implementation_rate,
        "open_past_original_date_by_age": dict(counted.ageing_original),
        "actions_with_revised_date": counted.revised,
    } == expected
    assert sum(rag.values()) == counted.actions


@every_case
def test_each_action_stands_as_the_case_says(demo, case):
    on = day(case["as_at"])
    stood = {each.action.ref: each for each in standings(demo[case["slug"]].actions.all(), on)}

    said = {action["ref"]: (STATUSES[action["status"]], action["percent_complete"]) for action, _ in actions_of(case)}
    assert {ref: (each.status, each.state.percent) for ref, each in stood.items()} == said
    for action, _ in actions_of(case):
        state = stood[action["ref"]].state
        assert state.original_due_on == day(action["original_due_date"])
        assert state.current_due_on == day(action["current_due_date"])
        assert state.date_changes == len(action["due_date_revisions"])
        assert state.barrier == (action["barrier"] or "")
        assert state.at_risk == action.get("at_risk", False)


# --- every value has a home ---


def test_the_partnerships_and_their_agencies_are_there(demo):
    for source in SOURCE["partnerships"]:
        partnership = Partnership.objects.get(slug=source["slug"])

        assert partnership.name == source["name"]
        assert set(source["agencies"]) == set(names(partnership.agencies.filter(is_member=True)))


@every_case
def test_the_plan_itself_is_there(demo, case):
    plan = demo[case["slug"]]

    assert (plan.title, plan.lead_post.title) == (case["title"], case["lead_post"])
    assert plan.partnership.slug == case["partnership"].lower()
    assert [each.slug for each in plan.inspections.all()] == [case["inspection"]["slug"]]
    assert case["rag_rule"] == RULE
    steps = PlanStep.objects.filter(plan=plan).order_by("seq")
    assert [
        {"step": each.step, "on": str(each.happened_on), "group": each.group.name, "minute": each.minute or None}
        for each in steps
    ] == case["life"]


@every_case
def test_groups_roles_and_meetings_are_there(demo, case):
    plan = demo[case["slug"]]
    found = {}
    for each in plan.plan_groups.select_related("group"):
        found.setdefault((each.group.name, each.group.kind), set()).add(each.role)

    assert found == {(group["name"], group["kind"]): set(group["roles"]) for group in case["groups"]}
    meetings = {(each.group.name, str(each.on)) for each in Meeting.objects.filter(group__partnership=plan.partnership)}
    assert {(each["group"], each["on"]) for each in case["meetings"]} <= meetings


def check_inspection(source):
    found = Inspection.objects.get(slug=source["slug"])

    assert (found.kind, found.title, found.lead_body.name) == (source["kind"], source["title"], source["lead_body"])
    assert found.published_on == day(source["published"])
    for words in ("commissioned_by", "trigger", "fieldwork", "conclusion"):
        assert getattr(found, words) == source.get(words, "")
    partners = {body for each in found.partner_bodies.all() for body in (each.name, each.formal_name)}
    assert all(any(known.startswith(name) for known in partners) for name in source.get("partners", []))
    assert found.partner_bodies.count() == len(source.get("partners", []))
    assert (found.framework.slug if found.framework else None) == source.get("framework")
    assert (found.framework.scale.slug if found.framework else None) == source.get("scale")
    grades = Evaluation.objects.filter(inspection=found).select_related("indicator", "level")
    assert {each.indicator.code: each.level.label for each in grades} == source.get("grades", {})
    strengths = found.findings.filter(kind="strength").order_by("position")
    assert names(strengths) == source.get("strengths", [])
    if "follows" in source:
        assert found.follows == check_inspection(source["follows"])
    return found


@every_case
def test_the_inspection_and_what_it_followed_are_there(demo, case):
    found = check_inspection(case["inspection"])

    for source in case["inspection"].get("outcome_series", []):
        measure = Measure.objects.get(inspection=found, name=source["name"])
        assert (measure.unit, measure.direction) == (source["unit"], source["better"])
        lines = {None: source["readings"]} | {each["name"]: each["readings"] for each in source["comparators"]}
        for name, readings in lines.items():
            rows = (
                Reading.objects.filter(measure=measure, comparator__name=name)
                if name
                else measure.readings.filter(comparator=None)
            )
            assert [[str(row.on), float(row.value)] for row in rows.order_by("on")] == readings


@every_case
def test_the_recommendations_are_there_in_the_inspectors_own_words(demo, case):
    found = Recommendation.objects.filter(inspection__slug=case["inspection"]["slug"]).order_by("position")

    assert [
        {
            "ref": each.number,
            "text": each.text,
            "priority": each.get_priority_display(),
            "response": each.get_response_display(),
            "accountable_role": each.accountable_post.title,
            "lead_agency": each.lead_agency.name,
            "quality_indicators": sorted(indicator.code for indicator in each.indicators.all()),
        }
        for each in found
    ] == [
        {key: value for key, value in each.items() if key != "actions"}
        | {"quality_indicators": sorted(each["quality_indicators"])}
        for each in case["recommendations"]
    ]


@every_case
def test_every_action_is_there_with_all_its_facts(demo, case):
    plan = demo[case["slug"]]
    found = {action.ref: action for action in plan.actions.select_related("lead_post", "lead_agency")}

    assert list(plan.actions.order_by("position").values_list("ref", flat=True)) == [
        a["ref"] for a, _ in actions_of(case)
    ]
    for source, recommendation in actions_of(case):
        action = found[source["ref"]]
        assert {
            "title": action.title,
            "lead_role": action.lead_post.title,
            "lead_agency": action.lead_agency.name,
            "supporting_agencies": sorted(names(action.contributors.all())),
            "planned_start_date": str(action.start_on),
            "original_due_date": str(action.original_due_on),
            "evidence_required": names(action.evidence_requirements.order_by("position")),
            "quality_indicators": sorted(each.code for each in action.indicators.all()),
            "recommendations": [each.number for each in action.recommendations.all()],
            "verifier": action.verifier,
        } == {
            key: source[key]
            for key in (
                "title",
                "lead_role",
                "lead_agency",
                "planned_start_date",
                "original_due_date",
                "evidence_required",
            )
        } | {
            "supporting_agencies": sorted(source["supporting_agencies"]),
            "quality_indicators": sorted(source["quality_indicators"]),
            "recommendations": [recommendation["ref"]],
            "verifier": source["verification"]["verifier_role"] or "",
        }


@every_case
def test_every_measure_is_there_with_its_baseline_target_and_latest_value(demo, case):
    for source, _ in actions_of(case):
        measure = Measure.objects.get(action__plan=demo[case["slug"]], action__ref=source["ref"])
        latest = measure.readings.order_by("-on", "-pk").first()
        words = {"statement": measure.name, "baseline": measure.baseline, "target": measure.target}

        assert words | {"latest_actual": latest.words} == source["success_measure"]


@every_case
def test_every_row_of_history_is_there_with_its_date_and_who_said_it(demo, case):
    for source, _ in actions_of(case):
        action = Action.objects.get(plan=demo[case["slug"]], ref=source["ref"])

        updates = ProgressUpdate.objects.filter(action=action).order_by("seq")
        assert [
            {"date": str(u.happened_on), "by_role": u.by_post, "percent_complete": u.percent, "text": u.wording}
            for u in updates
        ] == source["updates"]
        evidence = Evidence.objects.filter(action=action).order_by("seq")
        assert sorted((e.title, e.form, str(e.dated_on), e.by_post) for e in evidence) == sorted(
            (e["title"], e["kind"], e["dated"], e["added_by_role"]) for e in source["evidence"]
        )
        decisions = DateDecision.objects.filter(action=action).select_related("request").order_by("seq")
        assert [
            {
                "from": str(each.request.from_on),
                "to": str(each.request.to_on),
                "reason": each.request.reason,
                "requested_by_role": each.request.by_post,
                "approved_by": each.decided_by,
                "approved_on": str(each.happened_on),
                "minute": each.minute or None,
            }
            for each in decisions
        ] == source["due_date_revisions"]
        assert all(each.is_granted for each in decisions)
        assert all(row.imported for row in action.entries.all())


@every_case
def test_every_verification_and_closure_is_there(demo, case):
    for source, _ in actions_of(case):
        said, closed = source["verification"], source["closure"]
        action = {"action__plan": demo[case["slug"]], "action__ref": source["ref"]}
        verification = Verification.objects.filter(**action).first()
        if not said["date"]:
            assert verification is None
        else:
            accepted, _, reason = said["state"].partition(" - ")
            assert (str(verification.happened_on), verification.verifier) == (said["date"], said["verifier_role"])
            assert verification.is_accepted == (accepted == "Verified")
            assert verification.statement.lower() == reason.lower()
        closure = Closure.objects.filter(**action).first()
        assert (closed is None) == (closure is None)
        if closed:
            assert {
                "approved_by": closure.decided_by,
                "date": str(closure.happened_on),
                "minute": closure.minute or None,
            } == closed


def test_no_key_of_the_cases_is_unknown_here():
    """A value that is added to the cases must be looked for above."""
    known = {
        "case": "slug partnership title lead_post as_at inspection groups meetings life rag_rule computed_summary"
        " recommendations",
        "inspection": "slug kind title lead_body partners framework scale fieldwork published conclusion grades"
        " strengths outcome_series follows commissioned_by trigger",
        "recommendation": "ref text priority response accountable_role lead_agency quality_indicators actions",
        "action": "ref title lead_role lead_agency supporting_agencies planned_start_date original_due_date"
        " current_due_date due_date_revisions status percent_complete success_measure evidence_required evidence"
        " updates verification closure barrier quality_indicators at_risk",
        "update": "date by_role percent_complete text",
        "evidence": "title kind dated added_by_role",
        "verification": "state verifier_role date",
    }
    for case in SOURCE["cases"]:
        found = {
            "case": set(case),
            "inspection": set(case["inspection"]) | set(case["inspection"].get("follows", {})),
            "recommendation": set().union(*case["recommendations"]),
            "action": set().union(*(action for action, _ in actions_of(case))),
            "update": set().union(*(update for action, _ in actions_of(case) for update in action["updates"])),
            "evidence": set().union(*(each for action, _ in actions_of(case) for each in action["evidence"])),
            "verification": set().union(*(action["verification"] for action, _ in actions_of(case))),
        }
        assert {kind: keys - set(known[kind].split()) for kind, keys in found.items()} == {
            kind: set() for kind in known
        }


# --- the demonstration as it is loaded ---


def test_loading_twice_is_refused_and_changes_nothing(demo):
    before = [plan.history_head for plan in Plan.objects.order_by("pk")]

    with pytest.raises(AlreadyLoaded):
        load_demo(today=date(2015, 12, 2), as_recorded=True, accounts=True)

    assert [plan.history_head for plan in Plan.objects.order_by("pk")] == before


def test_the_accounts_of_the_contract_exist_with_their_roles(demo):
    expected = {
        "head@ochilvale.example": {("ochilvale", Role.OWNER)},
        "clerk@ochilvale.example": {("ochilvale", Role.CLERK)},
        "coordinator@ochilvale.example": {("ochilvale", Role.COORDINATOR)},
        "verifier@ochilvale.example": {("ochilvale", Role.VERIFIER)},
        "chair@ochilvale.example": {("ochilvale", Role.APPROVER)},
        "member@ochilvale.example": {("ochilvale", Role.MEMBER)},
        "inspector@scrutiny.example": set(),
        "head@clydemuir.example": {("clydemuir", Role.OWNER)},
        "admin@followthrough.example": {("ochilvale", Role.ADMINISTRATOR), ("clydemuir", Role.ADMINISTRATOR)},
    }
    for email, roles in expected.items():
        user = User.objects.get(email=email)
        memberships = Membership.objects.filter(user=user).values_list("partnership__slug", "role")
        assert set(memberships) == roles
        assert user.check_password("followthrough-demo")
    inspector = User.objects.get(email="inspector@scrutiny.example")
    assert [grant.inspection.slug for grant in inspector.grants.all()] == ["ochilvale-joint-inspection-report"]
    able = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert able == set(expected) | {"coordinator@clydemuir.example"}


def test_all_history_of_the_cases_was_recorded_in_its_time(demo):
    for plan in demo.values():
        rows = list(plan.entries.order_by("seq"))
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert [row.recorded_at for row in rows] == sorted(row.recorded_at for row in rows)
        assert all(clock.day_of(row.recorded_at) == row.happened_on for row in rows)


def test_agencies_named_only_as_contributors_are_outside_bodies(demo):
    members = {name for each in SOURCE["partnerships"] for name in each["agencies"]}

    assert {agency.name for agency in Agency.objects.filter(is_member=False)}.isdisjoint(members)
