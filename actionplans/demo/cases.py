"""Loads reference/cases.json through the operations that a person would use, with the clock handed in."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from actionplans import operations
from actionplans.demo.people import People
from actionplans.models import Action, Comparator, Measure, Plan, PlanGroup, Status
from actionplans.operations import ActionText, Actor, Decision, NewEvidence
from core import clock
from inspections import operations as inspecting
from inspections.models import Finding, Inspection, QualityFramework, QualityIndicator, Recommendation
from inspections.reference_data import body_named
from partnerships import operations as partnering
from partnerships.models import Agency, Group, Meeting, Partnership

FILE = Path(__file__).parent.parent / "reference" / "cases.json"
RESPONSES = {response.label: response for response in Recommendation.Response}


def read_cases() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def weeks_to(as_at: date, today: date) -> timedelta:
    """The whole weeks that bring a date into the last seven days."""
    return timedelta(weeks=(today - as_at).days // 7)


class CaseLoader:
    """One case: its inspection, its plan, and everything that happened to it, in the order in which it happened."""

    def __init__(self, case: dict[str, Any], partnership: Partnership, people: People, shift: timedelta) -> None:
        self.case = case
        self.partnership = partnership
        self.people = people
        self.shift = shift
        self.events: list[tuple[date, int, Callable[[], Any]]] = []
        self.groups: dict[str, Group] = {}

    def load(self) -> Plan:
        inspection = self.inspection(self.case["inspection"])
        self.enter_groups()
        plan = operations.draft_plan(
            slug=self.case["slug"],
            partnership=self.partnership,
            title=self.case["title"],
            lead_post=self.people.post(self.case["lead_post"]),
            inspections=[inspection],
        )
        for group in self.case["groups"]:
            for role in group["roles"]:
                operations.answer_to(plan=plan, group=self.groups[group["name"]], role=PlanGroup.Role(role))
        self.enter_actions(plan, inspection)
        self.enter_life(plan)
        for _, _, happen in sorted(self.events, key=lambda event: event[:2]):
            happen()
        return Plan.objects.get(pk=plan.pk)

    def inspection(self, source: dict[str, Any]) -> Inspection:
        follows = self.inspection(source["follows"]) if "follows" in source else None
        inspection = inspecting.record_inspection(
            slug=source["slug"],
            partnership=self.partnership,
            kind=source["kind"],
            title=source["title"],
            lead_body=body_named(source["lead_body"]),
            partner_bodies=[body_named(name) for name in source.get("partners", [])],
            framework=QualityFramework.objects.filter(slug=source.get("framework", "")).first(),
            follows=follows,
            commissioned_by=source.get("commissioned_by", ""),
            trigger=source.get("trigger", ""),
            fieldwork=source.get("fieldwork", ""),
            conclusion=source.get("conclusion", ""),
        )
        for code, label in source.get("grades", {}).items():
            inspecting.evaluate(inspection=inspection, code=code, label=label)
        for text in source.get("strengths", []):
            inspecting.record_finding(inspection=inspection, kind=Finding.Kind.STRENGTH, text=text)
        for series in source.get("outcome_series", []):
            self.enter_series(inspection, series)
        if source is self.case["inspection"]:
            for recommendation in self.case["recommendations"]:
                self.enter_recommendation(inspection, recommendation)
        return inspecting.publish_report(inspection=inspection, on=self.day(source["published"]))

    def enter_recommendation(self, inspection: Inspection, source: dict[str, Any]) -> None:
        recommendation = inspecting.record_recommendation(
            inspection=inspection,
            number=source["ref"],
            text=source["text"],
            priority=source["priority"].lower(),
            indicators=source["quality_indicators"],
        )
        inspecting.respond(
            recommendation=recommendation,
            response=RESPONSES[source["response"]],
            accountable_post=self.people.post(source["accountable_role"]),
            lead_agency=partnering.agency_of(partnership=self.partnership, name=source["lead_agency"]),
        )

    def enter_series(self, inspection: Inspection, source: dict[str, Any]) -> None:
        by, now = self.recorder(), clock.at(self.day(source["readings"][0][0]))
        named = {"name": source["name"], "unit": source["unit"], "direction": source["better"]}
        measure = operations.add_measure(inspection=inspection, by=by, now=now, **named)
        lines: list[tuple[Comparator | None, list]] = [(None, source["readings"])]
        for each in source["comparators"]:
            line = operations.add_comparator(measure=measure, name=each["name"], by=by, now=now)
            lines.append((line, each["readings"]))
        for comparator, readings in lines:
            for day, value in readings:
                self.read(measure=measure, words=str(value), now=clock.at(self.day(day)), comparator=comparator)

    def enter_groups(self) -> None:
        for source in self.case["groups"]:
            group, _ = Group.objects.get_or_create(
                partnership=self.partnership,
                slug=slugify(source["name"]),
                defaults={"name": source["name"], "kind": source["kind"]},
            )
            if source["kind"] == "child protection committee" and group.chair is None:
                group.chair = self.people.post(f"Chair, {source['name']}")
                group.save(update_fields=["chair"])
            self.groups[source["name"]] = group
        for source in self.case["meetings"]:
            partnering.add_meeting(group=self.groups[source["group"]], on=self.day(source["on"]))

    def enter_life(self, plan: Plan) -> None:
        verbs = {"submitted": operations.submit_plan, "approved": operations.approve_plan}
        for step in self.case["life"]:
            on, verb = self.day(step["on"]), verbs[step["step"]]
            self.at(
                on,
                10,
                verb,
                plan=plan,
                group=self.groups[step["group"]],
                by=self.recorder(),
                minute=step["minute"] or "",
            )

    def enter_actions(self, plan: Plan, inspection: Inspection) -> None:
        entered = clock.at(self.day(self.case["life"][0]["on"]), 9)
        for source in self.case["recommendations"]:
            recommendation = inspection.recommendations.get(number=source["ref"])
            for action in source["actions"]:
                self.enter_action(plan, recommendation, action, entered)

    def enter_action(self, plan: Plan, recommendation: Recommendation, source: dict[str, Any], entered: Any) -> None:
        agency = partnering.agency_of(partnership=self.partnership, name=source["lead_agency"])
        action = operations.add_action(
            plan=plan,
            ref=source["ref"],
            text=self.text_of(source, recommendation, agency),
            due_on=self.day(source["original_due_date"]),
            by=self.recorder(),
            now=entered,
        )
        self.enter_reading(action, source)
        self.enter_evidence(action, source)
        self.enter_updates(action, source)
        self.enter_dates(action, source)
        self.enter_completion(action, source)

    def text_of(self, source: dict[str, Any], recommendation: Recommendation, agency: Agency) -> ActionText:
        helpers = [
            partnering.agency_of(partnership=self.partnership, name=each) for each in source["supporting_agencies"]
        ]
        measure = source["success_measure"]
        served = QualityIndicator.objects.filter(framework=recommendation.inspection.framework).order_by("position")
        return ActionText(
            title=source["title"],
            lead_post_id=self.people.post(source["lead_role"], agency).pk,
            recommendations_ids=(recommendation.pk,),
            lead_agency_id=agency.pk,
            contributors_ids=tuple(each.pk for each in helpers),
            start_on=self.day(source["planned_start_date"]).isoformat(),
            measure=measure["statement"],
            baseline=measure["baseline"],
            target=measure["target"],
            evidence_required=tuple(source["evidence_required"]),
            verifier=source["verification"]["verifier_role"] or "",
            indicators_ids=tuple(served.filter(code__in=source["quality_indicators"]).values_list("pk", flat=True)),
        )

    def enter_reading(self, action: Action, source: dict[str, Any]) -> None:
        on, words = self.day(source["updates"][-1]["date"]), source["success_measure"]["latest_actual"]
        measure = action.measures.get()
        self.at(on, 11, self.read, measure=measure, words=words)

    def read(self, *, measure: Measure, words: str, now: Any, comparator: Comparator | None = None) -> None:
        on, by = clock.day_of(now), self.recorder()
        operations.record_reading(measure=measure, comparator=comparator, on=on, words=words, by=by, now=now)

    def enter_evidence(self, action: Action, source: dict[str, Any]) -> None:
        released = source["verification"]["state"] == "Verified" and bool(source["verification"]["date"])
        for given in source["evidence"]:
            self.at(self.day(given["dated"]), 11, self.add_evidence, action=action, given=given, released=released)

    def add_evidence(self, *, action: Action, given: dict[str, Any], released: bool, now: Any) -> None:
        asked = [each for each in action.evidence_requirements.all() if given["title"].startswith(each.text)]
        evidence = operations.add_evidence(
            action=action,
            evidence=NewEvidence(given["title"], given["kind"], clock.day_of(now), answers=next(iter(asked), None)),
            by=self.actor(given["added_by_role"]),
            now=now,
        )
        if released:
            operations.release_evidence(evidence=evidence, is_released=True, by=self.recorder(), now=now)

    def enter_updates(self, action: Action, source: dict[str, Any]) -> None:
        for update in source["updates"]:
            is_last = update is source["updates"][-1]
            percent = update["percent_complete"]
            status = Status.COMPLETED if percent == 100 else Status.IN_PROGRESS if percent else Status.NOT_STARTED
            self.at(
                self.day(update["date"]),
                12,
                operations.post_update,
                action=action,
                by=self.actor(update["by_role"]),
                status=status,
                percent=percent,
                wording=update["text"],
                at_risk=is_last and source.get("at_risk", False),
                barrier=(is_last and source["barrier"]) or "",
            )

    def enter_dates(self, action: Action, source: dict[str, Any]) -> None:
        for change in source["due_date_revisions"]:
            self.at(self.day(change["approved_on"]), 13, self.move_date, action=action, change=change)

    def move_date(self, *, action: Action, change: dict[str, Any], now: Any) -> None:
        request = operations.request_date_change(
            action=action,
            to_on=self.day(change["to"]),
            reason=change["reason"],
            by=self.actor(change["requested_by_role"]),
            now=now,
        )
        operations.decide_date_change(
            request=request,
            is_granted=True,
            decision=self.decision(change["approved_by"], clock.day_of(now), change["minute"]),
            by=self.recorder(),
            now=now,
        )

    def enter_completion(self, action: Action, source: dict[str, Any]) -> None:
        verification, closure = source["verification"], source["closure"]
        if verification["date"]:
            accepted = verification["state"] == "Verified"
            verb = operations.verify_action if accepted else operations.return_action
            reason = {} if accepted else {"reason": verification["state"].partition(" - ")[2].capitalize()}
            verifier = verification["verifier_role"]
            by = self.actor(verifier) if verifier == "Internal Audit Manager" else self.recorder()
            self.at(self.day(verification["date"]), 14, verb, action=action, by=by, verifier=verifier, **reason)
        if closure:
            on = self.day(closure["date"])
            self.at(
                on,
                15,
                operations.close_action,
                action=action,
                by=self.recorder(),
                decision=self.decision(closure["approved_by"], on, closure["minute"]),
            )

    def at(self, on: date, hour: int, verb: Callable[..., Any], **given: Any) -> None:
        """Keeps something that happened, to be entered in the order of time."""
        self.events.append((on, hour, lambda: verb(now=clock.at(on, hour), **given)))

    def day(self, text: str) -> date:
        return date.fromisoformat(text) + self.shift

    def decision(self, group: str, on: date, minute: str | None) -> Decision:
        meeting = Meeting.objects.filter(group=self.groups[group], on=on).first()
        return Decision(group, meeting, minute or "")

    def actor(self, title: str) -> Actor:
        return Actor(self.people.holder(title), self.people.post(title), imported=True)

    def recorder(self) -> Actor:
        """Who entered what no role is named for: the plan co-ordinator."""
        return Actor(self.people.account("coordinator"), self.people.post("Plan Co-ordinator"), imported=True)
