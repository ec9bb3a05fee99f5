"""Sequences of verbs that nobody would think of: whatever is said in whatever order, the history tells what is true.

After every step: each row carries the state that the rows up to it come to; the chain holds, against any mark that was
printed before; a past day is what it was at its end; the figures add up; lists say what predicates say; and whatever is
refused changes nothing. The sequences are the same on every machine. For many more, and others each time:

    SEQUENCES=500 .venv/bin/python -m pytest tests/actionplans/test_sequences.py
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from actionplans import operations
from actionplans.models import (
    UNDONE,
    Action,
    Closure,
    DateRequest,
    Entry,
    Evidence,
    Measure,
    Plan,
    Proposal,
    Reading,
    Status,
)
from actionplans.operations import ActionText, Decision, NewEvidence
from actionplans.operations.updates import last_seq
from tests.actionplans.lifetime import Lifetime, begin, text_of

MANY = int(os.environ.get("SEQUENCES", "0"))
CALM: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.generate,),
}
PROFILE = (
    settings(max_examples=MANY, stateful_step_count=80, print_blob=True, **CALM)
    if MANY
    else settings(max_examples=5, stateful_step_count=40, derandomize=True, **CALM)
)

GROUP = Decision("Committee of ours", minute="12/9")
WRITERS = some.sampled_from(["owner", "coordinator"])
JUDGES = some.sampled_from(["verifier", "verifier", "verifier", "coordinator", "owner"])
NUMBERS = some.integers(0, 30)
SEEN = some.sampled_from(["not told", "the last", "the last", "one before"])
WORDS = some.sampled_from([*["So it is."] * 5, "  "])  # now and then somebody says nothing
RIGHTLY = some.sampled_from([*[True] * 5, False])
YES_OR_NO = some.booleans()
STATUSES = some.sampled_from([*Status, *[Status.IN_PROGRESS, Status.COMPLETED] * 4])
RAGS = some.sampled_from([*["Red", "Amber", "Green"] * 3, "Blue"])
STAGES = some.sampled_from(["draft", "draft", "submitted", "agreed", "agreed", "verified", "closed"])
STEPS = some.sampled_from(["submit", "return", "approve", "agree", "close"])
FITTING = {Status.NOT_STARTED: 0, Status.COMPLETED: 100, Status.VERIFIED: 100, Status.CLOSED: 100}
DONE = (operations.post_update, "owner", {"status": "completed", "percent": 100, "wording": "Done."})
DONE[2]["evidence_ticked"] = ["Register"]
LEADS_ON = {
    "completed": (operations.verify_action, "verifier", {"verifier": "Audit", "statement": "Ten files read"}),
    "verified": (operations.close_action, "approver", {"decision": GROUP, "check_months": 3, "target_reason": "Near"}),
}


class Sequence(RuleBasedStateMachine):
    """People say things about one plan of three actions, right and wrong; each sequence is undone at its end."""

    def __init__(self, house) -> None:
        super().__init__()
        self.house, self.is_sound = house, False
        self.undone = transaction.atomic()
        self.undone.__enter__()

    @initialize(dues=some.tuples(some.integers(0, 200), some.integers(0, 90), some.none()), stage=STAGES)
    def begins(self, dues, stage):
        """At some stage of its life, so that short sequences too come to its end."""
        self.life: Lifetime = begin(self.house, list(dues))
        before = ["draft", "submitted", "agreed", "verified", "closed"]
        for each in before[1 : before.index(stage) + 1]:
            getattr(self, f"reach_{each}")()

    def reach_submitted(self):
        self.steps("submit")

    def reach_agreed(self):
        self.steps("approve")

    def reach_verified(self):
        self.goes_on(0)
        self.goes_on(0)

    def reach_closed(self):
        self.goes_on(0)

    def teardown(self) -> None:
        try:
            if self.is_sound:
                self.life.check_all()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @invariant()
    def everything_still_holds(self):
        self.is_sound = False
        self.life.check()
        self.is_sound = True

    # --- what there is to speak about ---

    def action(self, number: int, *statuses: str):
        """One of the plan's actions, as it was read first; mostly one in one of the statuses, where there is any."""
        fitting = Action.objects.filter(plan=self.life.plan, status__in=statuses).values_list("pk", flat=True)
        apt = [each for each in self.life.actions if each.pk in set(fitting)] if number % 4 else []
        found = apt or self.life.actions
        return found[number % len(found)]

    def one_of(self, model, number: int, **about):
        """Some row of the plan's, or None when there is none."""
        found = list(model.objects.filter(**(about or {"plan": self.life.plan})).order_by("-pk")[:4])
        return found[number % len(found)] if found else None

    def there_is(self, model) -> bool:
        return model.objects.filter(plan=self.life.plan).exists()

    def is_in(self, *statuses: str) -> bool:
        return Plan.objects.filter(pk=self.life.plan.pk, status__in=statuses).exists()

    def seen(self, action, told: str) -> int | None:
        return {"not told": None, "the last": last_seq(action), "one before": last_seq(action) - 1}[told]

    # --- the draft and its approval ---

    @precondition(lambda self: self.is_in("draft", "active"))
    @rule(number=NUMBERS, who=WRITERS, days=some.integers(-5, 90) | some.none(), told=SEEN, title=WORDS)
    def edits(self, number, who, days, told, title):
        action = self.action(number)
        due_on = None if days is None else self.life.today + timedelta(days=days)
        text = ActionText.of(action).but(title=title)
        said = {"text": text, "due_on": due_on, "seen": self.seen(action, told)}
        self.life.attempt(operations.edit_action, who, action=action, **said)

    @rule(step=STEPS, is_right=RIGHTLY, reason=WORDS)
    def steps(self, step, is_right=True, reason="So it is."):
        """A group says something about the plan: the right group or another, in its turn or not."""
        verb, about = {
            "submit": (operations.submit_plan, {}),
            "return": (operations.return_plan, {"reason": reason}),
            "approve": (operations.approve_plan, {}),
            "agree": (operations.agree_version, {"reason": reason}),
            "close": (operations.close_plan, {}),
        }[step]
        group = self.house.ours.group if is_right else self.house.theirs.group
        self.life.attempt(verb, "approver", plan=self.life.plan, group=group, **about)

    # --- the work ---

    @rule(number=NUMBERS)
    def goes_on(self, number):
        """The right step towards the end of an action, by whoever takes it."""
        action = self.action(number, *UNDONE, "completed", "verified")
        verb, role, said = LEADS_ON.get(Action.objects.get(pk=action.pk).status, DONE)
        self.life.attempt(verb, role, action=action, **said)

    goes_on_soon = goes_on  # twice as often as other rules, or little would ever be done

    @rule(number=NUMBERS, who=WRITERS, status=STATUSES, told=SEEN, at_risk=YES_OR_NO, corrects=YES_OR_NO)
    def says(self, number, who, status, told, at_risk, corrects):
        """Nothing is wrong with it but perhaps the move."""
        action = self.action(number, *UNDONE, "completed")
        said = {"status": status, "percent": FITTING.get(status, 40), "wording": "So it is.", "barrier": "Illness"}
        said |= {"evidence_ticked": ["Register"], "at_risk": at_risk, "seen": self.seen(action, told)}
        if corrects:
            said["corrects"] = action.entries.filter(kind=Entry.Kind.UPDATE).order_by("-seq").first()
            said["corrects"] = said["corrects"] and said["corrects"].progressupdate
        row = self.life.attempt(operations.post_update, who, action=action, **said)
        assert row is None or (row.status, row.percent, row.at_risk) == (status, said["percent"], at_risk)

    @rule(
        number=NUMBERS,
        status=STATUSES,
        percent=some.sampled_from([-1, 0, 40, 100, 101]),
        barrier=WORDS,
        wording=WORDS,
        has_evidence=YES_OR_NO,
    )
    def says_something_odd(self, number, status, percent, barrier, wording, has_evidence):
        said = {"status": status, "percent": percent, "barrier": barrier, "wording": wording}
        said["evidence"] = NewEvidence(title="Minute 12/4") if has_evidence else None
        self.life.attempt(operations.post_update, "owner", action=self.action(number, *UNDONE, "completed"), **said)

    @precondition(lambda self: self.is_in("active") and self.life.plan.actions.filter(status__in=UNDONE).exists())
    @rule(number=NUMBERS, word=RAGS, reason=WORDS, then=some.sampled_from(["nothing", "taken back", "completed"]))
    def sets_rag(self, number, word, reason, then):
        """By hand. It may be taken back, or end with the action that is completed, at once or never."""
        action = self.action(number, *UNDONE)
        self.life.attempt(operations.set_rag, "coordinator", action=action, word=word, reason=reason)
        if then == "taken back":
            self.life.attempt(operations.take_back_rag, "coordinator", action=action, reason=reason)
        if then == "completed":
            self.life.attempt(DONE[0], "owner", action=action, **DONE[2])

    sets_rag_again = sets_rag  # or it would hardly be tried in a plan that goes on

    @rule(number=NUMBERS, wording=WORDS, is_contributor=YES_OR_NO)
    def contributes(self, number, wording, is_contributor):
        agencies = self.house.ours.partnership.agencies.filter(name="Helpers" if is_contributor else "ours council")
        said = {"action": self.action(number), "agency": agencies.get(), "wording": wording}
        self.life.attempt(operations.contribute, "owner", **said)

    @rule(number=NUMBERS, days=some.integers(0, 40))
    def adds_evidence(self, number, days):
        evidence = NewEvidence(title="Register", dated_on=self.life.today - timedelta(days=days))
        self.life.attempt(operations.add_evidence, "owner", action=self.action(number), evidence=evidence)

    @precondition(lambda self: self.there_is(Evidence))
    @rule(number=NUMBERS, is_released=YES_OR_NO)
    def releases(self, number, is_released):
        evidence = self.one_of(Evidence, number)
        self.life.attempt(operations.release_evidence, "coordinator", evidence=evidence, is_released=is_released)

    @precondition(lambda self: self.life.turn % 4 == 0)  # or there would be little else
    @rule(number=NUMBERS, value=some.sampled_from(["70%", "95%", "much better"]), replaces=YES_OR_NO)
    def reads_a_measure(self, number, value, replaces):
        measure = Measure.objects.filter(action__plan=self.life.plan).get()
        before = self.one_of(Reading, number, measure=measure) if replaces else None
        said = {"measure": measure, "on": self.life.today, "words": value, "replaces": before}
        self.life.attempt(operations.record_reading, "owner", **said)

    # --- dates ---

    @rule(number=NUMBERS, days=some.integers(-60, 200), reason=WORDS)
    def asks_for_a_date(self, number, days, reason):
        said = {
            "action": self.action(number, *UNDONE),
            "to_on": self.life.today + timedelta(days=days),
            "reason": reason,
        }
        self.life.attempt(operations.request_date_change, "owner", **said)

    @precondition(lambda self: self.there_is(DateRequest))
    @rule(number=NUMBERS)
    def refers(self, number):
        said = {"request": self.one_of(DateRequest, number), "group": self.house.ours.group}
        self.life.attempt(operations.refer_date_change, "coordinator", **said)

    @precondition(lambda self: self.there_is(DateRequest))
    @rule(number=NUMBERS, is_granted=YES_OR_NO)
    def decides(self, number, is_granted):
        said = {"request": self.one_of(DateRequest, number), "is_granted": is_granted, "decision": GROUP}
        self.life.attempt(operations.decide_date_change, "approver", **said)

    @precondition(lambda self: self.there_is(DateRequest))
    @rule(number=NUMBERS, who=some.sampled_from(["owner", "coordinator"]), reason=WORDS)
    def withdraws(self, number, who, reason):
        request = self.one_of(DateRequest, number)
        self.life.attempt(operations.withdraw_date_request, who, request=request, reason=reason)

    # --- whether done is done ---

    @rule(number=NUMBERS, who=JUDGES, statement=WORDS)
    def verifies(self, number, who, statement):
        said = {"action": self.action(number, "completed"), "verifier": "Audit", "statement": statement}
        self.life.attempt(operations.verify_action, who, **said)

    @rule(number=NUMBERS, who=JUDGES, reason=WORDS)
    def returns(self, number, who, reason):
        said = {"action": self.action(number, "completed"), "verifier": "Audit", "reason": reason}
        self.life.attempt(operations.return_action, who, **said)

    @rule(number=NUMBERS, months=some.sampled_from([None, 3, 6]), target_reason=WORDS)
    def closes(self, number, months, target_reason):
        said = {"decision": GROUP, "check_months": months, "target_reason": target_reason}
        self.life.attempt(operations.close_action, "approver", action=self.action(number, "verified"), **said)

    @rule(number=NUMBERS, reason=WORDS)
    def reopens(self, number, reason):
        self.life.attempt(
            operations.reopen_action, "approver", action=self.action(number, "verified", "closed"), reason=reason
        )

    @precondition(lambda self: self.life.turn % 2 == 1)  # or nothing would be left
    @rule(number=NUMBERS, other=NUMBERS | some.none(), reason=WORDS)
    def drops(self, number, other, reason):
        superseded_by = None if other is None else self.action(other)
        said = {"reason": reason, "decision": GROUP, "superseded_by": superseded_by}
        self.life.attempt(operations.drop_action, "approver", action=self.action(number), **said)

    @precondition(lambda self: self.there_is(Closure))
    @rule(number=NUMBERS, who=JUDGES, is_sustained=YES_OR_NO)
    def looks_again(self, number, who, is_sustained):
        said = {"closure": self.one_of(Closure, number), "is_sustained": is_sustained, "statement": "Five files read"}
        self.life.attempt(operations.check_sustained, who, **said)

    # --- the next version ---

    @precondition(lambda self: self.is_in("active", "closed"))
    @rule(number=NUMBERS, title=some.sampled_from(["Train all staff", "Train every team"]))
    def proposes(self, number, title):
        action = self.action(number)
        text = ActionText.of(action).but(title=title)
        self.life.attempt(operations.propose, "coordinator", plan=self.life.plan, action=action, text=text)

    @precondition(lambda self: self.is_in("active", "closed"))
    @rule(ref=some.sampled_from(["L1", "L4", "L5"]), days=some.integers(-5, 90) | some.none())
    def proposes_another(self, ref, days):
        due_on = None if days is None else self.life.today + timedelta(days=days)
        said = {"ref": ref, "due_on": due_on, "text": text_of(self.house, f"Action {ref}", self.life.today)}
        self.life.attempt(operations.propose, "coordinator", plan=self.life.plan, **said)

    @precondition(lambda self: self.there_is(Proposal))
    @rule(number=NUMBERS)
    def withdraws(self, number):
        operations.withdraw_proposal(proposal=self.one_of(Proposal, number))

    @precondition(lambda self: self.there_is(Proposal))
    @rule()
    def agrees(self):
        self.steps("agree")

    # --- time ---

    @rule(hours=some.sampled_from([1, 5, 14, 24, 7 * 24, 33 * 24]))
    def time_passes(self, hours):
        self.life.pass_time(hours)

    time_passes_again = time_passes


@pytest.mark.django_db
def test_whatever_is_said_in_whatever_order_the_history_tells_what_is_true(house):
    run_state_machine_as_test(lambda: Sequence(house), settings=PROFILE)
