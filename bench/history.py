"""Replays events into rows of history, as the operations write them: numbered and chained by hash, plan by plan."""

from datetime import date, timedelta
from random import Random

from actionplans.models import (
    STATE_FIELDS,
    Closure,
    DateDecision,
    DateRequest,
    Entry,
    Evidence,
    EvidenceRelease,
    PlanStep,
    ProgressUpdate,
    Revision,
    Status,
    Verification,
)
from actionplans.operations.texts import ActionText
from bench.organisations import Organisation
from bench.stories import Event
from bench.words import BARRIERS, MORE, NOTES, PROGRESS, PROOF, REASONS
from bench.writing import Writer
from core import chain, clock

KIND = Entry.Kind
MOST_A_DAY = 30_000  # a row every second of the working day


class History:
    def __init__(self, organisations: dict[int, Organisation], writer: Writer, random: Random) -> None:
        self.organisations = organisations  # by the key of the partnership
        self.writer = writer
        self.random = random
        self.day = date.min
        self.rows_of_day = 0
        self.opened_at = clock.at(date(2000, 1, 1))
        self.last_evidence: dict[int, Evidence] = {}
        self.last_request: dict[int, DateRequest] = {}

    def replay(self, event: Event) -> None:
        if event.on != self.day:
            self.day, self.rows_of_day, self.opened_at = event.on, 0, clock.at(event.on, 9)
        getattr(self, event.what)(event)

    def added(self, event: Event) -> None:
        self._append(Entry, event, by=0, kind=KIND.ADDED)

    def submitted(self, event: Event) -> None:
        self._step(event, PlanStep.Step.SUBMITTED)

    def approved(self, event: Event) -> None:
        self._step(event, PlanStep.Step.APPROVED)

    def agreed(self, event: Event) -> None:
        """The text of version 1, as the approval keeps it, and the original due date."""
        action = event.action
        action.original_due_on = action.current_due_on
        text = ActionText(action.title, action.lead_post_id, (), action.lead_agency_id, verifier=action.verifier)
        words = {"lead_post": action.lead_post.title, "lead_agency": action.lead_agency.name}
        words |= {"start_on": action.start_on.isoformat()} | event.detail
        if measure := getattr(action, "success_measure", None):
            words |= {"measure": measure.name, "baseline": measure.baseline, "target": measure.target}
        self._append(Revision, event, by=0, kind=KIND.REVISION, version=1, text=text.plain() | words)

    def update(self, event: Event) -> None:
        action, pick = event.action, self.random.choice
        action.status, action.percent, action.at_risk, is_held_up = event.detail
        action.barrier = pick(BARRIERS) if is_held_up else ""
        action.last_update_on = event.on
        wording = f"{pick(PROGRESS).format(n=self.random.randint(2, 40))} {pick(MORE)}"
        note = pick(NOTES) if self.random.random() < 0.4 else ""
        self._append(ProgressUpdate, event, kind=KIND.UPDATE, wording=wording, working_note=note)

    def evidence(self, event: Event) -> None:
        self.last_evidence[event.action.pk] = self._append(
            Evidence, event, kind=KIND.EVIDENCE, title=self.random.choice(PROOF), form="document", dated_on=event.on
        )

    def release(self, event: Event) -> None:
        of = self.last_evidence[event.action.pk]
        self._append(EvidenceRelease, event, by=0, kind=KIND.EVIDENCE_RELEASE, of_id=of.pk, is_released=True)

    def request_date(self, event: Event) -> None:
        (to_on,) = event.detail
        values = {"from_on": event.action.current_due_on, "to_on": to_on, "reason": self.random.choice(REASONS)}
        self.last_request[event.action.pk] = self._append(DateRequest, event, kind=KIND.DATE_REQUEST, **values)

    def grant_date(self, event: Event) -> None:
        (event.action.current_due_on,) = event.detail
        event.action.date_changes += 1
        group = self.organisations[event.plan.partnership_id].group
        values = {"request_id": self.last_request[event.action.pk].pk, "is_granted": True, "decided_by": group.name}
        self._append(DateDecision, event, by=1, kind=KIND.DATE_DECISION, minute="4.2", **values)

    def verify(self, event: Event) -> None:
        (is_accepted,) = event.detail
        event.action.status = Status.VERIFIED if is_accepted else Status.IN_PROGRESS
        statement = "Two case files show it." if is_accepted else "The proof does not show the effect yet."
        values = {"is_accepted": is_accepted, "verifier": "Internal Audit", "statement": statement}
        self._append(Verification, event, by=1, kind=KIND.VERIFICATION, **values)

    def close(self, event: Event) -> None:
        event.action.status = Status.CLOSED
        group = self.organisations[event.plan.partnership_id].group
        self._append(Closure, event, by=1, kind=KIND.CLOSURE, decided_by=group.name, minute="5.1")

    def _step(self, event: Event, step: PlanStep.Step) -> None:
        group = self.organisations[event.plan.partnership_id].group
        self._append(PlanStep, event, by=0, kind=KIND.PLAN_STEP, step=step, version=1, group_id=group.pk, minute="3")

    def _append(self, model: type[Entry], event: Event, by: int | None = None, **values: object) -> Entry:
        """One row, by the post of that place in its partnership or, without one, by the post that owns the action."""
        plan, action = event.plan, event.action
        organisation = self.organisations[plan.partnership_id]
        post = action.lead_post if by is None else organisation.posts[by]
        user = organisation.people[post.pk]
        key = self.writer.key(model)
        if model is not Entry:
            values["entry_ptr_id"] = key
        state = {"status": ""} if action is None else {name: getattr(action, name) for name in STATE_FIELDS}
        row = model(
            id=key,
            plan_id=plan.pk,
            seq=plan.history_count + 1,
            action_id=action.pk if action else None,
            happened_on=event.on,
            recorded_at=self.opened_at + timedelta(seconds=min(self.rows_of_day, MOST_A_DAY)),
            by_id=user.pk,
            by_name=user.name,
            by_post=post.title,
            previous=plan.history_head,
            **state,
            **values,
        )
        row.hash = chain.digest(row.previous, row.facts())
        plan.history_count, plan.history_head = row.seq, row.hash
        self.rows_of_day += 1
        self.writer.add(row)
        return row
