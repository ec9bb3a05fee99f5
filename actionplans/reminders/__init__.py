"""Reminders: plan (what is due goes into the outbox), claim, deliver. Tasks are doors to these.

`rules` says when, `due` to whom, `news` what became of what somebody wrote (`answered`, `returned`), `planning` fills
the outbox, `delivery` empties it, `forecast` looks ahead.
"""

from actionplans.reminders.delivery import deliver_outbox, sweep
from actionplans.reminders.due import Line
from actionplans.reminders.forecast import DAYS, Day, forecast
from actionplans.reminders.letters import message_id
from actionplans.reminders.planning import lines_due, plan_day, summaries_due, unsaid
from actionplans.reminders.rules import NEVER_UNSAID, Rules, problems, rules_of
from actionplans.reminders.words import in_words, why

__all__ = [
    "DAYS",
    "NEVER_UNSAID",
    "Day",
    "Line",
    "Rules",
    "deliver_outbox",
    "forecast",
    "in_words",
    "lines_due",
    "message_id",
    "plan_day",
    "problems",
    "rules_of",
    "summaries_due",
    "sweep",
    "unsaid",
    "why",
]
