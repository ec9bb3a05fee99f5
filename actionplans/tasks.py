"""Doors for the worker. What they lead to works without Celery."""

from celery import shared_task

from actionplans import operations, reminders
from core import clock


@shared_task
def plan_reminders() -> None:
    """Plans today's reminders and delivers what waits."""
    reminders.plan_day(clock.today(), clock.now())
    deliver_reminders.delay()


@shared_task
def deliver_reminders() -> int:
    return reminders.deliver_outbox(clock.today(), clock.now()).total()


@shared_task
def make_papers() -> int:
    """Makes the papers that wait, those of a lost knock or a dead worker too, and the drafts that are due."""
    return operations.make_waiting_papers(now=clock.now())


@shared_task
def scan_evidence() -> int:
    """Has the files scanned that wait for the virus scanner, if there is one."""
    return operations.scan_pending(now=clock.now())


@shared_task
def keep_snapshots() -> int:
    """Keeps the figures of the days that are over, those on which nothing ran too."""
    return operations.keep_snapshots(now=clock.now())
