"""A board of actions: two in each status, brought there by verbs alone, for the tests of every move from everywhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actionplans import operations
from actionplans.models import Action, Closure, DateRequest, Evidence, Plan, Status
from actionplans.operations import Actor, Decision, NewEvidence
from partnerships import operations as partnering
from partnerships.models import Agency
from tests.cast import Cast, make_plan

LETTERS = "NPHCVDXS"  # one for each status, in the order of Status; D: closed, X: cancelled
STATUS = dict(zip(LETTERS, Status, strict=True))
GROUP = Decision("Committee of ours", minute="12/9")


@dataclass
class Place:
    """Two actions that have come to the same status: of one a later date is asked, of the other it is not."""

    action: Action
    asked: Action

    @property
    def evidence(self) -> Evidence:
        return Evidence.objects.get(action=self.action)

    @property
    def request(self) -> DateRequest:
        return DateRequest.objects.get(action=self.asked)

    @property
    def closure(self) -> Closure | None:
        return Closure.objects.filter(action=self.action).order_by("-seq").first()


@dataclass
class Board:
    """The places by the letter of their status, and what the verbs about them need."""

    plan: Plan
    places: dict[str, Place]
    other: Action  # of the same plan, to supersede the others by
    helpers: Agency


class Road:
    """Who says what, and when, on the way of one action."""

    def __init__(self, cast: Cast, action: Action, other: Action) -> None:
        self.action, self.other = action, other
        self.owner = Actor(cast.owner, cast.ours.post)
        self.verifier, self.approver = Actor(cast.verifier), Actor(cast.approver)
        self.then: datetime = cast.moment(-50)
        self.later = cast.day(100)

    def to(self, letter: str) -> None:
        """To a status, past all others that lead there: only what is not started has no past."""
        self._has_evidence()
        if letter != "N":
            self._says(Status.COMPLETED)
            self._is_verified()
            self._is_closed()
            operations.reopen_action(action=self.action, reason="It came back", by=self.approver, now=self.then)
        steps = {
            "N": [],
            "P": [],
            "H": [lambda: self._says(Status.ON_HOLD)],
            "C": [self._is_done],
            "V": [self._is_done, self._is_verified],
            "D": [self._is_done, self._is_verified, self._is_closed],
            "X": [lambda: self._is_dropped(None)],
            "S": [lambda: self._is_dropped(self.other)],
        }
        for step in steps[letter]:
            step()

    def ask_for_a_date(self) -> None:
        said: dict[str, Any] = {"to_on": self.later, "reason": "Late", "by": self.owner, "now": self.then}
        operations.request_date_change(action=self.action, **said)

    def _has_evidence(self) -> None:
        evidence = NewEvidence(title="Register of training")
        operations.add_evidence(action=self.action, evidence=evidence, by=self.owner, now=self.then)

    def _says(self, status: Status) -> None:
        said: dict[str, Any] = {"status": status, "percent": 100, "wording": "So it is.", "barrier": "As agreed"}
        said["evidence_ticked"] = ["Register"]
        operations.post_update(action=self.action, by=self.owner, now=self.then, **said)

    def _is_done(self) -> None:
        self._says(Status.COMPLETED)

    def _is_verified(self) -> None:
        said: dict[str, Any] = {"verifier": "Audit", "statement": "Ten files read", "now": self.then}
        operations.verify_action(action=self.action, by=self.verifier, **said)

    def _is_closed(self) -> None:
        said: dict[str, Any] = {"decision": GROUP, "check_months": 3, "now": self.then}
        operations.close_action(action=self.action, by=self.approver, **said)

    def _is_dropped(self, other: Action | None) -> None:
        said: dict[str, Any] = {"reason": "No need", "decision": GROUP, "superseded_by": other, "now": self.then}
        operations.drop_action(action=self.action, by=self.approver, **said)


def make_board(cast: Cast) -> Board:
    ours = cast.ours
    plan, actions = make_plan(
        "ours-board",
        "Plan of every status",
        ours.inspection,
        ours.recommendation,
        actions=[(f"{letter}{n}", ours.post, 60) for letter in LETTERS for n in (1, 2)] + [("Z", ours.post, 60)],
        lead_post=ours.post,
        group=ours.group,
        by=Actor(cast.coordinator),
        today=cast.today,
    )
    found = {action.ref: action for action in actions}
    for ref, action in found.items():
        road = Road(cast, action, found["Z"])
        if ref.endswith("2"):
            road.ask_for_a_date()
        if ref != "Z":
            road.to(ref[0])
    found = {action.ref: action for action in Action.objects.filter(plan=plan)}
    places = {letter: Place(found[f"{letter}1"], found[f"{letter}2"]) for letter in LETTERS}
    helpers = partnering.agency_of(partnership=ours.partnership, name="Helpers")
    return Board(Plan.objects.get(pk=plan.pk), places, found["Z"], helpers)
