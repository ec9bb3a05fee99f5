"""Posting an update and adding evidence: the steps, and every refusal with its sentence and its field."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from actionplans import operations
from actionplans.models import MOVES, Action, Entry, Evidence, Plan, Status
from actionplans.operations import Actor, IllegalMove, NewEvidence, PlanIsClosed, ReasonOwed, Refusal, UpdatedMeanwhile
from core.uploads import sha256


def post(house, action, by=None, now=None, **given):
    """An update that nothing is wrong with, but for what is given."""
    fine = {
        "status": Status.IN_PROGRESS,
        "percent": 50,
        "wording": "Half of the staff are trained.",
        "evidence_ticked": ["Register"],
    }
    by = by or Actor(house.owner, house.ours.post)
    return operations.post_update(action=action, by=by, now=now or house.moment(), **(fine | given))


def set_state(action, **state):
    """Puts an action into a state by hand, whatever the way there."""
    Action.objects.filter(pk=action.pk).update(**state)


def last_seq(action) -> int:
    return action.entries.order_by("-seq").first().seq


def said(refused) -> dict[str, list[str]]:
    """What a refusal says, by field; "" where no field is at fault."""
    error = refused.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def unchanged(action):
    """The state and the number of rows, to compare before and after."""
    fresh = Action.objects.get(pk=action.pk)
    return fresh.status, fresh.percent, fresh.barrier, fresh.last_update_on, fresh.entries.count()


# --- the steps ---


def test_an_update_is_a_row_and_the_state_that_it_says(house):
    update = post(
        house,
        house.p1,
        status=Status.ON_HOLD,
        percent=30,
        wording="  Waiting for the supplier.  ",
        working_note="  The contract is disputed. ",
        at_risk=True,
        barrier=" The supplier is late ",
        happened_on=house.day(-3),
    )

    house.p1.refresh_from_db()
    state = {"status": "on_hold", "percent": 30, "at_risk": True, "barrier": "The supplier is late"}
    for holder in (house.p1, update):
        assert {name: getattr(holder, name) for name in state} == state
        assert holder.last_update_on == house.today
    assert (update.wording, update.working_note) == ("Waiting for the supplier.", "The contract is disputed.")
    assert (update.happened_on, update.recorded_at) == (house.day(-3), house.moment())
    assert (update.by, update.by_name, update.by_post) == (house.owner, "Owner", "Head of ours")
    assert update.imported is False


def test_the_day_of_an_update_is_londons(house):
    update = post(house, house.p1, now=datetime(2015, 6, 15, 23, 30, tzinfo=UTC))

    assert update.happened_on == date(2015, 6, 16)
    assert Action.objects.get(pk=house.p1.pk).last_update_on == date(2015, 6, 16)


def test_what_happened_on_a_day_to_come_is_refused_beside_the_day(house):
    """Half past eleven in the evening, UTC, in summer: it is the next day already in London."""
    now, tomorrow = datetime(2015, 6, 15, 23, 30, tzinfo=UTC), date(2015, 6, 17)
    before = unchanged(house.p1)
    with pytest.raises(Refusal) as refused:
        post(house, house.p1, now=now, happened_on=tomorrow)
    assert said(refused) == {"happened_on": ["The day on which it happened must be today or in the past."]}
    with pytest.raises(Refusal) as refused:
        post(house, house.p1, now=now, evidence=NewEvidence("Register", dated_on=tomorrow))
    assert said(refused) == {"dated_on": ["The date of the document must be today or in the past."]}
    assert unchanged(house.p1) == before

    assert post(house, house.p1, now=now, happened_on=date(2015, 6, 16)).happened_on == date(2015, 6, 16)


def test_a_correction_is_another_update_and_both_stay(house):
    first = post(house, house.p1, percent=70)
    second = post(house, house.p1, percent=60, corrects=first, wording="Sixty, not seventy.")

    assert list(first.corrected_by.all()) == [second]
    assert [row.percent for row in house.p1.entries.filter(kind=Entry.Kind.UPDATE).order_by("seq")] == [70, 60]


def test_the_name_of_the_post_stays_as_it_was_when_it_was_said(house):
    update = post(house, house.p1)
    house.ours.post.title = "Chief Officer"
    house.ours.post.save()

    update.refresh_from_db()
    assert update.by_post == "Head of ours"


# --- moves ---

PERCENT = {Status.NOT_STARTED: 0, Status.COMPLETED: 100, Status.VERIFIED: 100, Status.CLOSED: 100}
LEADS_TO = {
    "not_started": {"not_started", "in_progress", "on_hold", "completed"},
    "in_progress": {"in_progress", "on_hold", "completed"},
    "on_hold": {"on_hold", "in_progress", "completed"},
    "completed": {"completed", "in_progress"},
    "verified": {"verified"},
    "closed": set(),
    "cancelled": set(),
    "superseded": set(),
}


def test_the_table_of_moves_is_that_of_the_rules():
    """product.md §4; verifying, closing and cancelling are never an owner's update."""
    assert {status: {to.value for to in MOVES.get(status, ())} for status in Status} == LEADS_TO


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_an_update_moves_the_status_only_along_the_table(house, before, after):
    set_state(house.p1, status=before, percent=PERCENT.get(before, 10))
    given = {"status": after, "percent": PERCENT.get(after, 10), "barrier": "As agreed"}

    if after in LEADS_TO[before]:
        post(house, house.p1, **given)
        assert Action.objects.get(pk=house.p1.pk).status == after
    else:
        before_it = unchanged(house.p1)
        with pytest.raises(IllegalMove) as refused:
            post(house, house.p1, **given)
        assert said(refused) == {
            "status": [f"An action that is “{before.label}” cannot become “{Status(after).label}”."]
        }
        assert unchanged(house.p1) == before_it


def test_a_status_that_does_not_exist_is_refused_like_any_other(house):
    with pytest.raises(IllegalMove) as refused:
        post(house, house.p1, status="finished-ish")

    assert list(said(refused)) == ["status"]


def test_nothing_is_posted_to_a_closed_plan(house):
    Plan.objects.filter(pk=house.fresh.pk).update(status=Plan.Status.CLOSED)

    with pytest.raises(PlanIsClosed) as refused:
        post(house, house.p1)

    assert said(refused) == {"": ["This plan is closed. Ask the plan co-ordinator to reopen the action."]}


def test_work_may_start_before_the_plan_is_approved(house):
    action = house.ours.draft.actions.get()
    post(house, action, percent=5)

    action.refresh_from_db()
    assert (action.status, action.plan.status) == (Status.IN_PROGRESS, Plan.Status.DRAFT)


# --- percent, wording, reason ---


@pytest.mark.parametrize(
    ("status", "percent", "sentence"),
    [
        ("in_progress", -1, "Per cent complete must be a whole number from 0 to 100."),
        ("in_progress", 101, "Per cent complete must be a whole number from 0 to 100."),
        ("completed", 99, "A completed action is 100 per cent complete. Enter 100, or choose “In progress”."),
        ("completed", 0, "A completed action is 100 per cent complete. Enter 100, or choose “In progress”."),
        ("not_started", 1, "An action that is not started is 0 per cent complete. Enter 0, or choose “In progress”."),
    ],
)
def test_a_percentage_that_contradicts_the_status_is_refused(house, status, percent, sentence):
    before = unchanged(house.p1)

    with pytest.raises(Refusal) as refused:
        post(house, house.p1, status=status, percent=percent, barrier="As agreed")

    assert said(refused) == {"percent": [sentence]}
    assert unchanged(house.p1) == before


@pytest.mark.parametrize(("status", "percent"), [("in_progress", 0), ("in_progress", 99), ("completed", 100)])
def test_a_percentage_at_the_edge_is_taken(house, status, percent):
    assert post(house, house.p1, status=status, percent=percent).percent == percent


@pytest.mark.parametrize(
    "state",
    [{"status": "completed", "percent": 99}, {"percent": 101}, {"status": "closed", "percent": 0}, {"status": ""}],
)
def test_the_database_keeps_these_rules_too(house, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        set_state(house.p1, **state)


@pytest.mark.parametrize("wording", ["", "   ", "\n"])
def test_an_update_without_committee_wording_is_refused(house, wording):
    with pytest.raises(Refusal) as refused:
        post(house, house.p1, wording=wording)

    assert said(refused) == {"wording": ["Enter the committee wording: what papers, members and inspectors will read."]}


@pytest.mark.parametrize(
    ("late", "word", "because"),
    [
        (1, "Amber", "1 day past its due date"),
        (31, "Amber", "31 days past its due date"),
        (32, "Red", "32 days past its due date"),
    ],
)
def test_a_late_action_owes_a_reason(house, late, word, because):
    set_state(house.p1, current_due_on=house.today - timedelta(days=late))
    before = unchanged(house.p1)

    with pytest.raises(ReasonOwed) as refused:
        post(house, house.p1, barrier="  ")

    assert said(refused) == {"barrier": [f"This action is {word} after your update ({because}). Enter the reason."]}
    assert unchanged(house.p1) == before
    assert post(house, house.p1, barrier="Staff are ill").barrier == "Staff are ill"


@pytest.mark.parametrize(
    "state",
    [
        pytest.param({"due": 0}, id="due today"),
        pytest.param({"due": None}, id="without a date"),
        pytest.param({"due": -40, "status": "completed", "percent": 100}, id="completed, though late"),
    ],
)
def test_no_reason_is_owed_when_it_is_green(house, state):
    due = state.pop("due")
    set_state(house.p1, current_due_on=None if due is None else house.day(due))

    assert post(house, house.p1, **state).barrier == ""


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"at_risk": True}, "This action is Amber after your update (flagged at risk). Enter the reason."),
        (
            {"status": "not_started", "percent": 0},
            "This action is Amber after your update (its start has passed and it is not started). Enter the reason.",
        ),
        ({"status": "on_hold"}, "Enter why the action is on hold, and the decision that it waits for."),
    ],
)
def test_risk_a_missed_start_and_a_hold_owe_a_reason(house, given, sentence):
    with pytest.raises(ReasonOwed) as refused:
        post(house, house.p1, **given)

    assert said(refused) == {"barrier": [sentence]}


def test_a_loader_may_repeat_an_update_that_gave_no_reason(house):
    set_state(house.p1, current_due_on=house.day(-40))
    update = post(house, house.p1, by=Actor(house.owner, imported=True))

    assert (update.barrier, update.imported) == ("", True)


# --- two people at once ---


def test_an_update_written_over_somebody_elses_is_refused_by_name(house):
    seen = last_seq(house.p1)
    post(house, house.p1, by=Actor(house.coordinator), seen=seen)
    before = unchanged(house.p1)

    with pytest.raises(UpdatedMeanwhile) as refused:
        post(house, house.p1, seen=seen)

    assert said(refused)[""][0].startswith(
        "Coordinator recorded “progress update” on this action since you opened the form."
    )
    assert unchanged(house.p1) == before
    post(house, house.p1, seen=last_seq(house.p1))


def test_what_happens_to_another_action_does_not_disturb(house):
    seen = last_seq(house.p1)
    post(house, house.p2)

    assert post(house, house.p1, seen=seen).percent == 50


def test_the_operation_works_on_the_action_as_it_is_now_not_as_it_was_read(house):
    stale = Action.objects.get(pk=house.p1.pk)
    post(house, house.p1, status=Status.COMPLETED, percent=100)
    operations.verify_action(
        action=stale, by=Actor(house.verifier), verifier="Audit", statement="Seen", now=house.moment()
    )

    with pytest.raises(IllegalMove):
        post(house, stale, status=Status.IN_PROGRESS)


# --- evidence ---


def test_a_file_of_evidence_is_kept_with_its_name_and_hash(house):
    file = SimpleUploadedFile("Register of training.txt", b"everybody")
    post(house, house.p1, evidence=NewEvidence(title="Register", form="file", file=file))

    evidence = Evidence.objects.get(action=house.p1)
    assert (evidence.title, evidence.file_name) == ("Register", "Register of training.txt")
    with evidence.file.open() as kept:
        assert evidence.sha256 == sha256(kept)
        assert kept.read() == b"everybody"
    assert "Register of training" not in evidence.file.name  # a name that cannot be guessed
    assert evidence.status == Status.IN_PROGRESS


def test_evidence_may_answer_a_requirement_and_be_older_than_its_entry(house):
    required = house.p1.evidence_requirements.get()
    given = NewEvidence(title="Minute 12/4", dated_on=house.day(-9), answers=required)
    evidence = operations.add_evidence(action=house.p1, evidence=given, by=Actor(house.owner), now=house.moment())

    assert (evidence.answers, evidence.dated_on, evidence.happened_on) == (required, house.day(-9), house.day(-9))
    assert evidence.recorded_at == house.moment()


def test_a_file_that_we_do_not_keep_refuses_the_evidence(house):
    given = NewEvidence(title="Tool", form="file", file=SimpleUploadedFile("tool.exe", b"MZ"))

    with pytest.raises(ValidationError, match="Choose a file of one of these kinds"):
        operations.add_evidence(action=house.p1, evidence=given, by=Actor(house.owner), now=house.moment())

    assert not Evidence.objects.filter(action=house.p1).exists()


def test_the_last_word_on_a_release_counts(house):
    by = Actor(house.coordinator)
    for is_released in (False, True):
        operations.release_evidence(evidence=house.ours.released, is_released=is_released, by=by, now=house.moment())

    words = house.ours.released.releases.order_by("seq").values_list("is_released", flat=True)
    assert list(words) == [True, False, True]
