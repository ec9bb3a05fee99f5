"""Doors for the worker. What they lead to works without Celery."""

from celery import shared_task

from actionplans import operations, reminders
from core import clock


@shared_task
def plan_reminders() -> int:
    """Plans today's reminders and delivers what waits."""
    planned = reminders.plan_day(clock.today(), clock.now())
    deliver_reminders.delay()
    return planned


@shared_task
def deliver_reminders() -> int:
    return len(reminders.deliver_outbox(clock.today(), clock.now()))


@shared_task
def scan_evidence() -> int:
    """Has the files scanned that wait for the virus scanner, if there is one."""
    return operations.scan_pending(now=clock.now())
