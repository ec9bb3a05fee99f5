"""Every status × every verb × every role: what each leaves behind, said once more in a table of this test's own."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from actionplans import operations
from actionplans.models import STATE_FIELDS, Action, DateRequest, Plan, Status
from actionplans.operations import Actor, NewEvidence, Refusal
from actionplans.operations.updates import last_seq
from tests.actionplans.board import GROUP, LETTERS, STATUS, Board, Place, make_board
from tests.actionplans.pages import at_meeting, url, working_day
from tests.cast import Cast
from tests.test_permissions import PEOPLE, SIGN_IN, ask, signed_in

pytestmark = pytest.mark.once  # every verb is tried on both databases elsewhere; this asks who may

# The status after each verb, by the status before it: Not started, in Progress, on Hold, Completed, Verified, closeD,
# cancelled (X), Superseded. A dot: the verb is refused and nothing changes. Source: product.md §4.
TABLE = """
                      N P H C V D X S
say not started       N . . . . . . .
say in progress       P P P P . . . .
say on hold           H H H . . . . .
say completed         C C C C . . . .
say verified          . . . . V . . .
say closed            . . . . . . . .
say cancelled         . . . . . . . .
say superseded        . . . . . . . .
add a part            N P H C V . . .
add evidence          N P H C V . . .
release evidence      N P H C V D X S
hide evidence         N P H C V D X S
ask for a date        N P H C V . . .
take it to a group    N P H C V . . .
grant a date          N P H C V . . .
refuse a date         N P H C V D X S
withdraw the request  N P H C V D X S
verify                . . . V . . . .
return                . . . P . . . .
close                 . . . . D . . .
reopen                . . . . P P . .
cancel                X X X X X . . .
supersede             S S S S S . . .
check that it lasts   . . . . . D . .
check and reopen      . . . . . P . .
"""
ABOUT_THE_REQUEST = {"take it to a group", "grant a date", "refuse a date", "withdraw the request"}
CHECKS = {"check that it lasts", "check and reopen"}

# Who gets through to a verb where its status allows it. Other readers of the plan get 403, outsiders 404.
OWNS, DECIDES = {"owner", "coordinator"}, {"approver", "coordinator", "clerk"}
VERIFIES, COORDINATES = {"verifier"}, {"coordinator"}
WHO = {
    **dict.fromkeys(("say not started", "say in progress", "say on hold", "say completed"), OWNS),
    **dict.fromkeys(("say verified", "say closed", "say cancelled", "say superseded"), OWNS),
    "add a part": COORDINATES,  # nobody here holds a post of the contributing agency
    **dict.fromkeys(("release evidence", "hide evidence"), COORDINATES),
    "ask for a date": OWNS,
    "withdraw the request": {"owner"},  # who asked for it, and nobody else
    **dict.fromkeys(("take it to a group", "grant a date", "refuse a date", "close"), DECIDES),
    **dict.fromkeys(("reopen", "cancel", "supersede"), DECIDES),
    **dict.fromkeys(("verify", "return", "check that it lasts", "check and reopen"), VERIFIES),
}
REFUSED = {"outsider": 404, "anonymous": SIGN_IN}


def read_table() -> dict[str, dict[str, str]]:
    """By verb, then by the letter of the status before: the letter after, or a dot."""
    head, *lines = TABLE.strip("\n").splitlines()
    width = head.index("N")
    return {line[:width].strip(): dict(zip(head.split(), line[width:].split(), strict=True)) for line in lines}


OUTCOMES = read_table()


@pytest.fixture(scope="module")
def shared_board(shared_cast):
    return make_board(shared_cast)


@pytest.fixture
def board(shared_board, cast) -> Board:
    """Two actions in each status."""
    return copy.deepcopy(shared_board)


def about(verb: str, place: Place) -> Action:
    return place.asked if verb in ABOUT_THE_REQUEST else place.action


def state_of(action: Action) -> dict[str, Any]:
    """The action, and how far the history of its plan has come, to compare before and after."""
    names = (*STATE_FIELDS, "plan__status", "plan__history_count", "plan__history_head")
    return Action.objects.values(*names).get(pk=action.pk)


def status_of(action: Action) -> Status:
    return Status(Action.objects.get(pk=action.pk).status)


def expected(verb: str, letter: str) -> Status | None:
    """The status after the verb; None when it is refused."""
    return STATUS.get(OUTCOMES[verb][letter])


# --- the verbs themselves ---


def verbs(cast: Cast, board: Board, place: Place) -> dict[str, Callable[[], object]]:
    """Every verb about an action, said by somebody who may, with nothing wrong but perhaps the status."""
    owner, verifier, approver = Actor(cast.owner, cast.ours.post), Actor(cast.verifier), Actor(cast.approver)
    now, word = cast.moment(), {"verifier": "Audit", "now": cast.moment()}
    action, asked = place.action, place.request

    def say(status: Status) -> Callable[[], object]:
        percent = 0 if status == Status.NOT_STARTED else 100
        said: dict[str, Any] = {"status": status, "percent": percent, "wording": "So it is.", "barrier": "As agreed"}
        said |= {"evidence_ticked": ["Register"], "by": owner, "now": now}
        return lambda: operations.post_update(action=action, **said)

    def drop(by: Action | None) -> object:
        said: dict[str, Any] = {"reason": "No need", "decision": GROUP, "superseded_by": by, "now": now}
        return operations.drop_action(action=action, by=approver, **said)

    def release(is_released: bool) -> object:
        said = {"evidence": place.evidence, "is_released": is_released}
        return operations.release_evidence(by=Actor(cast.coordinator), now=now, **said)

    def decide(is_granted: bool) -> object:
        said: dict[str, Any] = {"is_granted": is_granted, "decision": GROUP, "by": approver, "now": now}
        return operations.decide_date_change(request=asked, **said)

    def check(is_sustained: bool) -> object:
        said: dict[str, Any] = {"is_sustained": is_sustained, "statement": "Five files", "by": verifier, "now": now}
        return operations.check_sustained(closure=place.closure, **said)

    part = {"agency": board.helpers, "wording": "Our staff are trained."}
    later = {"to_on": cast.day(120), "reason": "Late"}
    return {
        **{f"say {status.value.replace('_', ' ')}": say(status) for status in Status},
        "add a part": lambda: operations.contribute(action=action, by=owner, now=now, **part),
        "add evidence": lambda: operations.add_evidence(
            action=action, evidence=NewEvidence(title="Minute 12/4"), by=owner, now=now
        ),
        "release evidence": lambda: release(True),
        "hide evidence": lambda: release(False),
        "ask for a date": lambda: operations.request_date_change(action=action, by=owner, now=now, **later),
        "take it to a group": lambda: operations.refer_date_change(
            request=asked, group=cast.ours.group, by=approver, now=now
        ),
        "grant a date": lambda: decide(True),
        "refuse a date": lambda: decide(False),
        "withdraw the request": lambda: operations.withdraw_date_request(
            request=asked, reason="Changed my mind", by=owner, now=now
        ),
        "verify": lambda: operations.verify_action(action=action, by=verifier, statement="Ten files", **word),
        "return": lambda: operations.return_action(action=action, by=verifier, reason="Gaps", **word),
        "close": lambda: operations.close_action(action=action, by=approver, decision=GROUP, now=now),
        "reopen": lambda: operations.reopen_action(action=action, by=approver, reason="It came back", now=now),
        "cancel": lambda: drop(None),
        "supersede": lambda: drop(board.other),
        "check that it lasts": lambda: check(True),
        "check and reopen": lambda: check(False),
    }


def test_the_board_has_two_actions_in_each_status_and_the_table_names_every_verb(cast, board):
    assert {letter: status_of(place.action) for letter, place in board.places.items()} == STATUS
    assert {letter: status_of(place.asked) for letter, place in board.places.items()} == STATUS
    assert set(verbs(cast, board, board.places["N"])) == set(OUTCOMES)
    assert all(tuple(row) == tuple(LETTERS) for row in OUTCOMES.values())


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("verb", OUTCOMES)
def test_a_verb_leads_where_the_table_says_or_changes_nothing(cast, board, verb, letter):
    place, after = board.places[letter], expected(verb, letter)
    action, said = about(verb, place), verbs(cast, board, place)[verb]
    if verb in CHECKS and letter == "N":
        assert place.closure is None, "what was never closed has nothing to be checked"
        return
    before = state_of(action)

    if after is None:
        with pytest.raises(Refusal):
            said()
        assert state_of(action) == before
    else:
        row = said()
        assert (row.status, status_of(action)) == (after, after)
        assert row.seq == before["plan__history_count"] + 1 == Plan.objects.get(pk=board.plan.pk).history_count


# --- the same over HTTP ---


def sent(cast: Cast, board: Board, place: Place, verb: str) -> tuple[str, dict[str, Any]]:
    """The address of a verb, and a whole form with nothing wrong but perhaps the status."""
    action = about(verb, place)
    if verb.startswith("say "):
        return url("action-update", action), update_form(action, verb.removeprefix("say ").replace(" ", "_"))
    if verb == "withdraw the request":
        at = reverse("actionplans:date-withdraw", args=[board.plan.slug, action.ref, place.request.pk])
        return at, {"reason": "Changed my mind"}
    if verb in ABOUT_THE_REQUEST:
        outcome = {"take it to a group": "refer", "grant a date": "grant", "refuse a date": "refuse"}[verb]
        group = {"group": cast.ours.group.pk} if outcome == "refer" else {}
        return meeting_form(cast, board, f"date-{place.request.pk}", outcome=outcome, **group)
    if verb == "close":
        return meeting_form(cast, board, f"close-{action.pk}", outcome="close")
    if verb in {"release evidence", "hide evidence"}:
        at = reverse("actionplans:evidence-release", args=[board.plan.slug, action.ref, place.evidence.pk])
        return at, {"released": "yes" if verb == "release evidence" else "no"}
    name, form = {
        "add a part": ("contribute", {"agency": board.helpers.pk, "wording": "Our staff are trained."}),
        "ask for a date": ("date", date_form(cast)),
        "verify": ("verify", {"outcome": "accept", "statement": "Ten files", "verifier": "Audit"}),
        "return": ("verify", {"outcome": "return", "statement": "Gaps", "verifier": "Audit"}),
        "reopen": ("reopen", {"reason": "It came back"}),
        "cancel": ("drop", at_meeting(cast, outcome="cancel", reason="No need")),
        "supersede": ("drop", at_meeting(cast, outcome="supersede", superseded_by=board.other.pk, reason="No need")),
        "check that it lasts": ("check", {"outcome": "yes", "statement": "Five files"}),
        "check and reopen": ("check", {"outcome": "no", "statement": "Five files"}),
    }[verb]
    return url(f"action-{name}", action), form


def update_form(action: Action, status: str) -> dict[str, Any]:
    percent = 0 if status == Status.NOT_STARTED else 100
    said = {"status": status, "percent": percent, "wording": "So it is.", "barrier": "As agreed"}
    return said | {"evidence_ticked": ["Register"], "seen": last_seq(action)}


def date_form(cast: Cast) -> dict[str, Any]:
    day = working_day(cast.day(120))
    parts = {"to_on_day": day.day, "to_on_month": day.month, "to_on_year": day.year}
    return parts | {"reason_kind": "partner", "reason": "The supplier is late"}


def meeting_form(cast: Cast, board: Board, row: str, **given) -> tuple[str, dict[str, Any]]:
    """The page of a meeting with everything left as it is, but for one row."""
    requests = DateRequest.objects.filter(plan=board.plan).values_list("pk", flat=True)
    rows = [*(f"date-{pk}" for pk in requests), *(f"close-{place.action.pk}" for place in board.places.values())]
    rows += [f"close-{place.asked.pk}" for place in board.places.values()]
    form = {f"{each}-outcome": "leave" for each in rows} | {f"{row}-{name}": each for name, each in given.items()}
    return reverse("actionplans:decisions", args=[board.plan.slug]), at_meeting(cast, **form)


def answer_due(verb: str, letter: str, person: str) -> object:
    if person not in WHO[verb]:
        return REFUSED.get(person, 403)
    return 302 if expected(verb, letter) else 422


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("verb", WHO)
def test_at_its_address_a_verb_is_done_for_whoever_may_and_changes_nothing_for_others(cast, board, verb, person):
    client, wrong = signed_in(cast, person), []
    for letter, place in board.places.items():
        with transaction.atomic():
            wrong += problems(client, cast, board, place, verb, answer_due(verb, letter, person), letter)
            transaction.set_rollback(True)

    assert wrong == []


def problems(client: Client, cast: Cast, board: Board, place: Place, verb: str, due: object, letter: str) -> list[str]:
    """What is not as the tables say about one verb, said by one person from one status."""
    action = about(verb, place)
    at, form = sent(cast, board, place, verb)
    before = state_of(action)
    answer = ask(client, "POST", at, form)
    after = state_of(action)
    done = after["status"] == expected(verb, letter) and after["plan__history_head"] != before["plan__history_head"]
    found = [] if answer == due else [f"{letter}: {answer}, not {due}"]
    if due == 302 and not done:
        found.append(f"{letter}: done, it is {after['status']}")
    if due != 302 and after != before:
        found.append(f"{letter}: refused, yet it changed {before} to {after}")
    return found


def test_every_verb_that_has_an_address_is_tried_there():
    """The form of evidence is more than a press of a button: test_evidence_pages tries it."""
    assert set(OUTCOMES) - set(WHO) == {"add evidence"}
