"""Reminders: plan (what is due goes into the outbox), claim, deliver. Rules in `rules`; tasks are doors to these."""

from actionplans.reminders.delivery import deliver_outbox, sweep
from actionplans.reminders.planning import plan_day, unsaid
from actionplans.reminders.rules import lines_due

__all__ = ["deliver_outbox", "lines_due", "plan_day", "sweep", "unsaid"]
