"""The beat's schedule, kept also when the clock of the machine is set back."""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

A_DAY = timedelta(days=1)


class SteadyScheduler(PersistentScheduler):
    """Knocks at once when its last knock lies in the future, because the clock was set back since.

    Celery's own waits until the clock is where it was: a clock that went wrong for a moment, by a day or by a year,
    would stop all reminders for as long, and silently, because the moment is kept on disk.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at > now:
                entry.last_run_at = now - A_DAY
                self._heap = None  # it is filled anew, by the clock as it is now
        return super().tick(*args, **kwargs)
