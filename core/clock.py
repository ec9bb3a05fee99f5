"""The clock. Views and tasks read it once and hand it down; nothing below them reads it."""

import time as system
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """Today in London."""
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """The London day of a moment."""
    return timezone.localdate(moment)


def local(moment: datetime) -> datetime:
    """The moment on a London clock."""
    return timezone.localtime(moment)


def at(day: date, hour: int = 12) -> datetime:
    """A moment of a London day."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to the London day: `recorded_at__lt=end_of(day)`."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class Stopwatch:
    """The moment at which a run began, and how long ago that was, whatever is done to the clock meanwhile."""

    def __init__(self, now: datetime) -> None:
        self.began, self.started = now, system.monotonic()

    def now(self) -> datetime:
        return self.began + self.since(self.started)

    @staticmethod
    def since(started: float) -> timedelta:
        return timedelta(seconds=system.monotonic() - started)
