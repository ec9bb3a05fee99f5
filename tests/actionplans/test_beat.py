"""The beat goes on knocking whatever is done to the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab, schedule

from config.beat import SteadyScheduler
from config.celery import app

NOW = datetime(2027, 3, 29, 10, 3, tzinfo=UTC)
SCHEDULE = {
    "reminders": {"task": "actionplans.tasks.plan_reminders", "schedule": crontab(minute="*/10", hour="7-18")},
    "scans": {"task": "actionplans.tasks.scan_evidence", "schedule": schedule(60.0)},
}


class Beat(SteadyScheduler):
    """Writes down what it would send."""

    def apply_entry(self, entry, producer=None):
        self.knocks.append(entry.name)


@pytest.fixture
def beat(tmp_path, monkeypatch):
    """Made by the function: a beat that lives by the clock `beat.now`, with its memory on the disk."""

    class Clock:
        now = NOW

    made_here = []

    def make():
        made = Beat(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
        made.knocks = []
        made.setup_schedule()
        made_here.append(made)
        return made

    monkeypatch.setattr(app, "now", lambda: Clock.now.astimezone(app.timezone))
    usual, app.conf.beat_schedule = app.conf.beat_schedule, SCHEDULE  # monkeypatch cannot undo what Celery keeps
    make.clock = Clock
    yield make
    for made in made_here:
        made.close()
    app.conf.beat_schedule = usual


def knocks(beat, clock, minutes):
    """What it knocks for in so many minutes."""
    beat.knocks.clear()
    for _ in range(minutes):
        for _ in range(3):
            beat.tick()
        clock.now += timedelta(minutes=1)
    return {name: beat.knocks.count(name) for name in ("reminders", "scans")}


def test_the_service_uses_it():
    assert app.conf.beat_scheduler == "config.beat:SteadyScheduler"


def test_it_knocks_every_ten_minutes(beat):
    made = beat()

    assert knocks(made, beat.clock, 60) == {"reminders": 6, "scans": 59}


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_is_set_back_does_not_silence_it(beat, back):
    made = beat()
    knocks(made, beat.clock, 30)
    beat.clock.now -= back

    after = knocks(made, beat.clock, 60)

    assert after["reminders"] >= 6
    assert after["scans"] >= 59


def test_a_clock_that_was_wrong_before_a_restart_does_not_silence_it(beat):
    made = beat()
    knocks(made, beat.clock, 30)
    made.close()
    beat.clock.now -= timedelta(days=400)
    again = beat()

    assert knocks(again, beat.clock, 60)["reminders"] >= 6
