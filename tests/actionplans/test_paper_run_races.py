"""Several workers at once, on PostgreSQL: each paper is made once, each draft is started once."""

import pytest

from actionplans import operations
from actionplans.models import PaperRun
from actionplans.operations import Actor
from core import clock
from tests.actionplans.conftest import TODAY
from tests.actionplans.desk import make_desk
from tests.actionplans.test_delivery_races import at_once
from tests.cast import make_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 4
NOW = clock.at(TODAY)


@pytest.fixture
def house(transactional_db, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(operations.runs, "_knock", lambda: None)
    return make_cast(TODAY)


def test_workers_at_once_make_each_paper_once(house, tmp_path):
    asked = {"group": None, "on": TODAY, "format": "csv", "is_exempt": True, "by": Actor(house.clerk), "now": NOW}
    runs = [operations.ask_for_paper(plans=[plan], **asked) for plan in (house.ours.plan, house.ours.other) * 2]
    before = {each for each in tmp_path.rglob("*") if each.is_file()}

    made = at_once(*[lambda: operations.make_waiting_papers(now=NOW)] * WORKERS)

    assert sum(made) == len(runs)
    found = PaperRun.objects.filter(owner=house.clerk)
    assert set(found.values_list("state", "attempts")) == {("ready", 1)}
    files = {each for each in tmp_path.rglob("*") if each.is_file()} - before
    assert {each.name for each in files} == {run.file.name.rpartition("/")[2] for run in found}
    assert len(files) == len(runs)


def test_one_run_is_claimed_by_one_of_many(house):
    asked = {"group": None, "on": TODAY, "format": "csv", "is_exempt": True, "by": Actor(house.clerk), "now": NOW}
    run = operations.ask_for_paper(plans=[house.ours.plan], **asked)

    made = at_once(*[lambda: operations.make_paper(run=PaperRun.objects.get(pk=run.pk), now=NOW)] * WORKERS)

    assert sorted(made) == [False] * (WORKERS - 1) + [True]


def test_workers_at_once_start_each_draft_once(house):
    desk = make_desk(house)
    desk.open_round(0, 10)
    operations.schedule_drafts(plan=desk.plan, group=desk.group, by=Actor(house.clerk), now=NOW)
    on = desk.day(11)

    started = at_once(*[lambda: operations.start_drafts(on=on, now=clock.at(on))] * WORKERS)

    assert sum(started) == 1
    assert PaperRun.objects.filter(round__isnull=False).count() == 1
    assert PaperRun.objects.get(round__isnull=False).plans.count() == 1
