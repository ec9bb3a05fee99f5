"""With the triggers gone, every sort of tampering with every kind of row is found, and the first row at fault named."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, models

from actionplans import operations
from actionplans.models import Action, Entry, Plan, Status
from actionplans.operations import ActionText, Actor, Decision, NewEvidence
from actionplans.operations.history import append
from partnerships import operations as partnering
from tests.actionplans import tampering
from tests.actionplans.conftest import TODAY, House
from tests.actionplans.test_history import run
from tests.cast import make_plan


@dataclass
class Life:
    """A plan with a row of every kind, each with others after it."""

    plan: Plan

    @property
    def mark(self) -> str:
        return f"{self.plan.history_count}:{self.plan.history_head}"

    def row(self, kind: str) -> Entry:
        """The last row of a kind, but for the very last of the plan."""
        rows = Entry.objects.filter(plan=self.plan, kind=kind, seq__lt=self.plan.history_count)
        return rows.with_details().order_by("-seq")[0].detail

    def from_on(self, row: Entry) -> list[Entry]:
        """The row and all after it, the last first."""
        return list(Entry.objects.filter(plan=self.plan, seq__gte=row.seq).with_details().order_by("-seq"))

    def after(self, row: Entry) -> Entry:
        return Entry.objects.get(plan=self.plan, seq=row.seq + 1)


def live(house: House) -> Life:
    """A plan through everything that can happen to it."""
    ours, now, decision = house.ours, house.moment(), Decision("Committee", house.ours.past_meeting, "15/9")
    owner, verifier, clerk = Actor(house.owner, ours.post), Actor(house.verifier), Actor(house.clerk)
    by: dict[str, Any] = {"lead_post": ours.post, "group": ours.group, "by": clerk, "today": TODAY}
    actions: list = [("K1", ours.post, 60), ("K2", ours.post, 60), ("K3", ours.post, 60)]
    said = (ours.inspection, ours.recommendation)
    plan, (first, second, third) = make_plan("life", "A whole life", *said, actions=actions, agreed=False, **by)
    append(Entry(plan=plan, kind=Entry.Kind.REMOVED), action=third, by=clerk, now=now)
    text = ActionText.of(second).but(title="Train all staff")
    operations.edit_action(action=second, text=text, due_on=house.day(70), by=clerk, now=now)
    decided = {"group": ours.group, "by": clerk, "now": now, "minute": "15/9"}
    operations.submit_plan(plan=plan, **decided)
    operations.approve_plan(plan=plan, meeting=ours.past_meeting, **decided)
    change_text(second, clerk, decided)
    speak(first, owner, now)
    operations.set_rag(action=first, word="Red", reason="The trainer has left.", by=clerk, now=now)
    helpers = partnering.agency_of(partnership=ours.partnership, name="Helpers")
    operations.contribute(action=first, agency=helpers, wording="Our staff are trained.", by=owner, now=now)
    measure = operations.add_measure(name="Attendance", action=first, by=clerk, now=now, baseline="80%", target="90%")
    operations.record_reading(measure=measure, on=TODAY, words="85%", by=owner, now=now, source="Register", note="So")
    file = SimpleUploadedFile("Register.txt", b"everybody")
    given = NewEvidence(title="Register", form="file", dated_on=TODAY, link="https://www.example.org/", file=file)
    evidence = operations.add_evidence(action=first, evidence=given, by=owner, now=now)
    operations.release_evidence(evidence=evidence, is_released=True, by=clerk, now=now)
    exempt: dict[str, Any] = {"is_exempt": True, "reason": "Paragraph 3 of Schedule 7A", "by": clerk, "now": now}
    operations.mark_exempt(action=first, **exempt)
    operations.mark_evidence_exempt(evidence=evidence, **exempt)
    operations.publish_plan(plan=plan, decision=decision, by=clerk, now=now)
    house.inspector.grants.update(may_ask=True)
    asks: dict[str, Any] = {"action": first, "inspection": ours.inspection, "by": Actor(house.inspector), "now": now}
    question = operations.ask_question(text="Who read the files?", **asks)
    operations.answer_question(question=question, text="Internal Audit did.", by=clerk, now=now)
    slip = operations.request_date_change(action=first, to_on=house.day(190), reason="Late", by=owner, now=now)
    operations.withdraw_date_request(request=slip, reason="A slip of the pen", by=owner, now=now)
    asked = operations.request_date_change(action=first, to_on=house.day(90), reason="Late", by=owner, now=now)
    operations.refer_date_change(request=asked, group=ours.group, by=clerk, now=now)
    operations.decide_date_change(request=asked, is_granted=True, decision=decision, by=clerk, now=now)
    complete(first, owner, now)
    looked: dict[str, Any] = {"by": verifier, "now": now, "statement": "Ten files read"}
    operations.verify_action(action=first, verifier="Audit", **looked)
    operations.reopen_action(action=first, reason="It came back", by=clerk, now=now)
    complete(first, owner, now)
    operations.verify_action(action=first, verifier="Audit", **looked)
    why = {"target_reason": "Near enough", "risk_accepted_by": "Chief Officer"}
    closure = operations.close_action(action=first, by=clerk, decision=decision, now=now, check_months=3, **why)
    operations.check_sustained(closure=closure, is_sustained=True, **looked)
    operations.drop_action(action=third, reason="No need", decision=decision, by=clerk, now=now, superseded_by=second)
    speak(second, owner, now)
    speak(second, owner, now)
    return Life(Plan.objects.get(pk=plan.pk))


def change_text(action: Action, by: Actor, decided: dict[str, Any]) -> None:
    text = ActionText.of(action).but(priority="high")
    operations.propose(plan=action.plan, action=action, text=text, by=by, now=decided["now"])
    operations.agree_version(plan=action.plan, reason="The committee asked for more", **decided)


def speak(action: Action, by: Actor, now) -> None:
    said = {"status": Status.IN_PROGRESS, "percent": 40, "wording": "Half are trained.", "working_note": "Two are ill"}
    operations.post_update(action=action, by=by, now=now, barrier="Illness", at_risk=True, **said)


def complete(action: Action, by: Actor, now) -> None:
    said: dict[str, Any] = {
        "status": Status.COMPLETED,
        "percent": 100,
        "wording": "Done.",
        "evidence_ticked": ["Register"],
    }
    operations.post_update(action=action, by=by, now=now, **said)


@pytest.fixture(scope="module")
def shared_life(shared_house):
    life = live(shared_house)
    tampering.drop_triggers()
    return life


@pytest.fixture
def life(shared_life, db) -> Iterator[Life]:
    """A plan with a row of every kind, which nothing protects any more; what is done to it is undone."""
    with tampering.undone():
        yield copy.deepcopy(shared_life)


def verify(life: Life, *words: str) -> tuple[int, str]:
    """The exit status of verify_history about the plan, and what it printed without the plan's name."""
    status, printed = run("--plan", life.plan.slug, *words)
    return status, printed.removeprefix(f"{life.plan.slug} ").strip()


def assert_names(life: Life, seq: int) -> None:
    """verify_history ends with 1 and names the row of that number."""
    status, printed = verify(life)
    assert (status, printed.startswith(f"Row {seq} does not hold: {seq} ")) == (1, True), printed


every_kind = pytest.mark.parametrize("kind", Entry.Kind.values)


def test_the_life_has_a_row_of_every_kind_and_holds(life):
    assert set(Entry.objects.filter(plan=life.plan).values_list("kind", flat=True)) == set(Entry.Kind.values)
    assert verify(life, "--against", life.mark) == (0, life.mark)


# --- a row is changed ---


def columns(row: Entry) -> list[tuple[type[models.Model], models.Field]]:
    """Every column of a row, the shared table's and its kind's own, but the keys of the row itself."""
    tables = [Entry, *filter(None, [tampering.detail_table(row.kind)])]
    return [(table, field) for table in tables for field in table._meta.local_concrete_fields if not field.primary_key]


@every_kind
def test_a_change_of_any_column_is_found_and_the_row_named(life, kind):
    """But what a constraint does not even let in. A row that went elsewhere is missed where it was."""
    row = life.row(kind)
    wrong, refused = [], set()
    for table, field in columns(row):
        gone = field.name in {"seq", "plan"}
        try:
            with tampering.undone():
                tampering.change(row, table, field, elsewhere(field, row))
                status, printed = verify(life)
        except IntegrityError:
            refused.add(field.name)
            continue
        if status != 1 or not printed.startswith(f"Row {row.seq + gone} does not hold: "):
            wrong.append(f"{field.name}: {printed}")

    assert wrong == []
    assert refused <= {"action", "status"}, "a row about the plan has neither, any other has both"


def elsewhere(field: models.Field, row: Entry) -> object:
    value = getattr(row, field.attname)
    return value + 1000 if field.name == "seq" else tampering.another(field, value)


@every_kind
def test_a_changed_row_in_a_chain_that_was_computed_anew_shows_against_a_printed_mark(life, kind):
    row = life.row(kind)
    tampering.change(row, Entry, Entry._meta.get_field("by_name"), "Somebody else")
    tampering.recompute(life.plan)

    status, printed = verify(life)
    assert (status, printed == life.mark) == (0, False)
    number = life.mark.partition(":")[0]
    assert verify(life, "--against", life.mark) == (1, f"Row {number} is not the one whose hash was printed.")


@every_kind
def test_a_row_whose_own_words_are_taken_away_is_named(life, kind):
    row = life.row(kind)
    if tampering.detail_table(kind) is None:
        assert row.detail is row, "this kind says no more than its row"
        return
    tampering.cut_detail(row)

    assert_names(life, row.seq)


# --- a row is taken out, put in, moved ---


@every_kind
def test_a_row_cut_out_of_the_middle_is_missed_at_the_next(life, kind):
    row = life.row(kind)
    tampering.cut(row)

    assert_names(life, row.seq + 1)


@every_kind
def test_a_row_cut_out_is_found_also_when_the_others_close_the_gap(life, kind):
    row = life.row(kind)
    tampering.cut(row)
    tampering.renumber(life.plan, row.seq + 1, -1)

    assert_names(life, row.seq)


@every_kind
def test_a_tail_cut_off_is_found_and_a_clean_cut_shows_against_a_printed_mark(life, kind):
    row, count = life.row(kind), life.plan.history_count
    tampering.cut(*life.from_on(row))
    assert verify(life) == (1, f"The history ends at row {row.seq - 1}; the plan remembers {count}.")

    tampering.remember(life.plan, row.seq - 1, row.previous)
    assert verify(life) == (0, f"{row.seq - 1}:{row.previous}")
    assert verify(life, "--against", life.mark) == (1, f"Row {count} is not the one whose hash was printed.")


@every_kind
def test_a_row_forged_into_the_middle_is_missed_at_the_next(life, kind):
    """Its own hash is right; the next row names another one before it."""
    row = life.row(kind)
    tampering.renumber(life.plan, row.seq + 1, 1)
    tampering.forge(row, row.seq + 1, row.hash)

    assert_names(life, row.seq + 2)


@every_kind
def test_a_row_forged_at_the_end_is_not_what_the_plan_remembers(life, kind):
    count = life.plan.history_count
    tampering.forge(life.row(kind), count + 1, life.plan.history_head)

    assert verify(life) == (1, f"The history ends at row {count + 1}; the plan remembers {count}.")


@every_kind
def test_two_rows_that_change_places_are_found_at_the_first(life, kind):
    row = life.row(kind)
    tampering.swap(row, life.after(row))

    status, printed = verify(life)
    assert status == 1
    assert printed.startswith(f"Row {row.seq} does not hold: ")


# --- the plan is made to remember something else ---


def test_another_last_hash_in_the_plan_is_found(life):
    tampering.remember(life.plan, life.plan.history_count, "f" * 64)

    assert verify(life) == (1, f"Row {life.plan.history_count} is the last, but not the one that the plan remembers.")


@pytest.mark.parametrize("by", [-1, 1])
def test_another_number_of_rows_in_the_plan_is_found(life, by):
    count = life.plan.history_count
    tampering.remember(life.plan, count + by, life.plan.history_head)

    assert verify(life) == (1, f"The history ends at row {count}; the plan remembers {count + by}.")


def test_the_history_of_one_plan_does_not_speak_for_another(life):
    tampering.change(life.row("progressupdate"), Entry, Entry._meta.get_field("percent"), 90)
    status, printed = run()

    assert status == 1
    assert [line.split()[0] for line in printed.splitlines() if "does not hold" in line] == ["life"]
