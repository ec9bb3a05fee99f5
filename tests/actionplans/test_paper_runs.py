"""Papers that a worker makes: asked for, made once, for whoever still may, and what happens when it goes wrong."""

import hashlib
from datetime import date, timedelta

import pytest
from celery import current_app
from django.core.files.storage import default_storage

from actionplans import operations
from actionplans.models import PaperRun
from actionplans.operations import Actor, NothingToReport, Refusal
from actionplans.operations.runs import ATTEMPTS, KEPT, LEASE, MOST_AT_ONCE
from actionplans.tasks import make_papers
from core import clock
from core.models import AuditEntry
from partnerships.models import Group, Membership
from tests.actionplans import readers
from tests.actionplans.conftest import TODAY

NOW = clock.at(TODAY)
State = PaperRun.State


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_made(house):
    """The papers that the cast had made are no part of these tests."""
    PaperRun.objects.all().delete()


@pytest.fixture
def ask(house):
    def asked(*plans, by=None, **given) -> PaperRun:
        said = {"group": None, "on": TODAY, "format": "csv", "is_exempt": True, "now": NOW} | given
        return operations.ask_for_paper(plans=plans, by=Actor(by or house.clerk), **said)

    return asked


def fresh(run: PaperRun) -> PaperRun:
    return PaperRun.objects.get(pk=run.pk)


def content(run: PaperRun) -> bytes:
    with fresh(run).file.open() as file:
        return file.read()


def kept(files) -> list:
    return [each for each in files.rglob("*") if each.is_file()]


# --- asking ---


def test_what_is_asked_for_waits_and_the_worker_is_told(house, ask, monkeypatch, django_capture_on_commit_callbacks):
    knocks = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **given: knocks.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        run = ask(house.ours.plan, house.ours.other)

    assert knocks == [make_papers.name]
    assert (run.state, run.done, run.total, run.title) == (State.WAITING, 0, 2, "Combined progress report: 2 plans")
    assert set(run.plans.all()) == {house.ours.plan, house.ours.other}


def test_a_knock_that_is_lost_loses_nothing(house, ask, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(name, **given):
        raise ConnectionError

    monkeypatch.setattr(current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        run = ask(house.ours.plan)
    assert fresh(run).state == State.WAITING

    assert operations.make_waiting_papers(now=NOW) == 1
    assert fresh(run).state == State.READY


def test_what_cannot_be_asked_for(house, ask):
    board = Group.objects.create(partnership=house.ours.partnership, slug="board", name="Other board", kind="board")
    with pytest.raises(Refusal, match="Choose at least one plan"):
        ask()
    with pytest.raises(NothingToReport, match="is not agreed yet"):
        ask(house.ours.plan, house.ours.draft)
    with pytest.raises(Refusal, match="“Plan of ours” is not reported to Other board"):
        ask(house.ours.plan, group=board)
    assert not PaperRun.objects.exists()


def test_one_person_does_not_fill_the_queue(house, ask):
    for _ in range(MOST_AT_ONCE):
        ask(house.ours.plan)
    with pytest.raises(Refusal, match="Wait until one is ready"):
        ask(house.ours.plan)
    ask(house.ours.plan, by=house.coordinator)


# --- making ---


def test_one_plan_gives_its_progress_report(house, ask):
    run = ask(house.ours.plan)
    assert operations.make_paper(run=run, now=NOW)

    made = fresh(run)
    data = content(run)
    assert (made.state, made.done, made.attempts, made.problem) == (State.READY, 1, 1, "")
    assert made.sha256 == hashlib.sha256(data).hexdigest()
    assert [row["Ref"] for row in readers.csv_rows(data)] == ["A1", "A2", "A3"]
    assert AuditEntry.objects.filter(what="paper made", details__sha256=made.sha256).exists()


def test_several_plans_give_one_paper_and_say_how_far_it_is(house, ask, monkeypatch):
    run, told = ask(house.ours.plan, house.ours.other, house.fresh), []
    build = operations.runs.build_report

    def watched(plan, **given):
        told.append((fresh(run).state, fresh(run).done))
        return build(plan, **given)

    monkeypatch.setattr(operations.runs, "build_report", watched)
    operations.make_paper(run=run, now=NOW)

    assert told == [(State.RUNNING, 0), (State.RUNNING, 1), (State.RUNNING, 2)]
    rows = readers.csv_rows(content(run))
    assert [row["Ref"] for row in rows] == ["P1", "P2", "O1", "A1", "A2", "A3"]
    assert {row["Plan"] for row in rows} == {"Plan of ours", house.ours.other.title, "Fresh plan"}


def test_a_paper_for_a_group_is_for_its_next_meeting(house, ask):
    run = ask(house.ours.plan, house.ours.other, group=house.ours.group, format="html")
    operations.make_paper(run=run, now=NOW)

    text = content(run).decode()
    assert "Committee of ours" in text
    assert f"{house.ours.next_meeting.on:%-d %B %Y}" in text


@pytest.mark.parametrize("is_exempt", [True, False])
def test_the_public_edition_is_made_unless_the_other_is_asked_for(house, ask, monkeypatch, is_exempt):
    seen = []
    monkeypatch.setattr(operations.runs, "public", lambda report: seen.append(report.plan) or report)
    operations.make_paper(run=ask(house.ours.plan, is_exempt=is_exempt), now=NOW)

    assert seen == ([] if is_exempt else ["Plan of ours"])


def test_a_run_is_claimed_once(house, ask):
    run = ask(house.ours.plan)
    same = fresh(run)
    assert operations.make_paper(run=run, now=NOW)
    assert not operations.make_paper(run=same, now=NOW)
    assert not operations.make_paper(run=fresh(run), now=NOW)
    assert fresh(run).attempts == 1


# --- who still may ---


def test_a_right_that_was_lost_before_it_is_made(house, ask, files):
    run = ask(house.ours.plan)
    Membership.objects.filter(user=house.clerk).delete()
    assert not operations.make_paper(run=run, now=NOW)

    assert (fresh(run).state, kept(files)) == (State.FAILED, [])
    assert fresh(run).problem.startswith("You may no longer make papers of “Plan of ours”.")


def test_a_right_that_is_lost_while_it_is_made(house, ask, files, monkeypatch):
    run, build = ask(house.ours.plan), operations.runs.build_report

    def built(plan, **given):
        Membership.objects.filter(user=house.clerk).delete()
        return build(plan, **given)

    monkeypatch.setattr(operations.runs, "build_report", built)
    assert not operations.make_paper(run=run, now=NOW)
    assert (fresh(run).state, kept(files)) == (State.FAILED, [])


def test_an_account_that_was_switched_off(house, ask, files):
    run = ask(house.ours.plan)
    house.clerk.is_active = False
    house.clerk.save()
    assert not operations.make_paper(run=run, now=NOW)
    assert (fresh(run).state, kept(files)) == (State.FAILED, [])


def test_one_plan_of_another_partnership_stops_the_whole(house, ask, files):
    run = ask(house.ours.plan, house.theirs.plan)
    operations.make_paper(run=run, now=NOW)

    assert "“Plan of theirs”" in fresh(run).problem
    assert kept(files) == []


# --- what goes wrong ---


def test_a_fault_names_the_plan_to_the_owner_and_the_place_to_the_log(house, ask, files, monkeypatch, caplog):
    def broken(plan, **given):
        raise ZeroDivisionError("secret words")

    run = ask(house.ours.plan)
    monkeypatch.setattr(operations.runs, "build_report", broken)
    assert not operations.make_paper(run=run, now=NOW)

    assert fresh(run).state == State.FAILED
    assert "went wrong with “Plan of ours”" in fresh(run).problem
    assert "secret" not in fresh(run).problem
    assert f"Paper run {run.pk} could not be made" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert kept(files) == []


def test_a_fault_of_a_format_says_so_and_can_be_tried_again(house, ask, settings, tmp_path):
    run, base = ask(house.ours.plan, format="pdf"), settings.BASE_DIR
    settings.BASE_DIR = tmp_path  # without fonts
    operations.make_paper(run=run, now=NOW)
    assert "while the file was written" in fresh(run).problem

    settings.BASE_DIR = base
    operations.try_again(run=run, by=Actor(house.clerk), now=NOW)
    assert (fresh(run).state, fresh(run).problem, fresh(run).attempts) == (State.WAITING, "", 0)


def test_what_is_ready_or_waits_is_not_tried_again(house, ask):
    run = ask(house.ours.plan)
    with pytest.raises(Refusal, match="is ready, or is being made"):
        operations.try_again(run=run, by=Actor(house.clerk), now=NOW)
    operations.make_paper(run=run, now=NOW)
    with pytest.raises(Refusal, match="is ready, or is being made"):
        operations.try_again(run=run, by=Actor(house.clerk), now=NOW)


def test_one_that_fails_does_not_hold_up_the_next(house, ask):
    first, second = ask(house.theirs.plan), ask(house.ours.plan)
    assert operations.make_waiting_papers(now=NOW) == 1
    assert (fresh(first).state, fresh(second).state) == (State.FAILED, State.READY)


class KilledError(BaseException):
    """What no worker survives."""


def test_a_worker_that_dies_between_claim_and_file_leaves_it_to_the_next(house, ask, files, monkeypatch):
    run = ask(house.ours.plan, house.ours.other)

    def die(*args):
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(operations.runs, "write_combined", die)
        with pytest.raises(KilledError):
            operations.make_paper(run=run, now=NOW)
    assert (fresh(run).state, fresh(run).done, kept(files)) == (State.RUNNING, 2, [])

    early, late = NOW + LEASE / 2, NOW + LEASE + timedelta(minutes=1)
    assert operations.make_waiting_papers(now=early) == 0
    assert operations.make_waiting_papers(now=late) == 1
    assert (fresh(run).state, fresh(run).attempts, len(kept(files))) == (State.READY, 2, 1)


def test_after_three_deaths_it_is_given_up(house, ask):
    run, now = ask(house.ours.plan), NOW
    for attempt in range(1, ATTEMPTS + 1):
        PaperRun.objects.filter(pk=run.pk).update(state=State.RUNNING, attempts=attempt, heard_at=now)
        now += LEASE + timedelta(minutes=1)
        operations.sweep_papers(now=now)
    assert fresh(run).state == State.FAILED
    assert "stopped 3 times" in fresh(run).problem


def test_whoever_was_taken_for_dead_keeps_nothing(house, ask, files, monkeypatch):
    """A slow worker comes back when another has made the paper."""
    run, write = ask(house.ours.plan), operations.runs._write

    def slow(mine, reports):
        late = NOW + LEASE + timedelta(minutes=1)
        with monkeypatch.context() as patched:
            patched.setattr(operations.runs, "_write", write)
            assert operations.make_waiting_papers(now=late) == 1
        return b"too late"

    monkeypatch.setattr(operations.runs, "_write", slow)
    assert not operations.make_paper(run=run, now=NOW)

    assert (fresh(run).state, fresh(run).attempts) == (State.READY, 2)
    (file,) = kept(files)
    assert file.read_bytes() == content(run) != b"too late"


def test_a_claim_from_the_future_was_made_by_a_clock_that_jumped(house, ask):
    run = ask(house.ours.plan)
    PaperRun.objects.filter(pk=run.pk).update(state=State.RUNNING, attempts=1, heard_at=NOW + timedelta(days=9))
    assert operations.sweep_papers(now=NOW) == 1


def test_an_old_file_is_deleted_and_can_be_made_again(house, ask, files, django_capture_on_commit_callbacks):
    run, young = ask(house.ours.plan), ask(house.ours.other)
    operations.make_paper(run=run, now=NOW)
    operations.make_paper(run=young, now=NOW + timedelta(days=2))
    name = fresh(run).file.name
    with django_capture_on_commit_callbacks(execute=True):
        operations.sweep_papers(now=NOW + KEPT + timedelta(days=1))

    assert not default_storage.exists(name)
    assert len(kept(files)) == 1
    assert fresh(run).is_gone()
    assert not fresh(young).is_gone()
    operations.try_again(run=run, by=Actor(house.clerk), now=NOW + KEPT)
    assert operations.make_waiting_papers(now=NOW + KEPT) == 1
    assert fresh(run).file


def test_the_task_is_a_door(house, ask):
    run = ask(house.ours.plan, on=date(2015, 6, 1))
    assert make_papers() == 1
    assert fresh(run).state == State.READY
