"""The worker and the beat of the fault-injection run: the real ones, but the beat knocks all the time.

Celery reads the clock of the machine; here it gets the one that the run moves, as if the machine's had been set.
"""

from config.celery import app
from core import clock

KNOCKS = 1.5  # seconds between two of one beat

app.conf.beat_schedule = {"reminders": {"task": "actionplans.tasks.plan_reminders", "schedule": KNOCKS}}
app.now = lambda: clock.now().astimezone(app.timezone)
