"""The worker and the beat. The beat only knocks: what is due, and to whom, is worked out from the database."""

import os
import sys

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

if settings.PROBLEMS:
    sys.exit("\n".join(settings.PROBLEMS))
if not settings.REDIS_URL:
    (settings.QUEUE_DIR / "control").mkdir(parents=True, exist_ok=True)

app = Celery("followthrough")
app.set_default()  # for the threads of the web server, which knock at this queue too
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A worker that has lost Redis and found it again may never take a task again. It ends, and is started anew.
app.conf.broker_connection_retry = False
app.conf.worker_max_memory_per_child = 600_000  # KiB; typst keeps what it set, so a child that made much starts anew
app.conf.beat_scheduler = "config.beat:SteadyScheduler"
# Every ten minutes of the working day, not once: what was missed is caught up at the next knock.
often = 60.0 if settings.DEMO else crontab(minute="*/10", hour="7-18")
app.conf.beat_schedule = {
    "reminders": {"task": "actionplans.tasks.plan_reminders", "schedule": often},
    "papers": {"task": "actionplans.tasks.make_papers", "schedule": 60.0},
    # The figures of yesterday: asked for every hour, made once a day, and caught up after days without a beat.
    "snapshots": {"task": "actionplans.tasks.keep_snapshots", "schedule": crontab(minute=20)},
}
if settings.CLAMAV_URL:
    app.conf.beat_schedule["scans"] = {"task": "actionplans.tasks.scan_evidence", "schedule": 60.0}
