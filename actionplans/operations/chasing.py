"""Verbs about how a plan is chased: its reminder rules."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from actionplans.models import Plan, ReminderRules
from actionplans.operations.history import Actor
from actionplans.reminders import Rules, problems, rules_of
from core import audit


@transaction.atomic
def set_reminder_rules(*, plan: Plan, rules: Rules, by: Actor, now: datetime) -> ReminderRules:
    """Says when reminders of a plan fall due from now on. What was said stays said.

    Raises ValidationError by field for rules that cannot be right (`reminders.problems`).
    """
    if wrong := problems(rules):
        raise ValidationError(wrong)
    before = rules_of([plan.pk])[plan.pk]
    row, _ = ReminderRules.objects.update_or_create(plan=plan, defaults=rules.as_row())
    details = {"before": before.as_row(), "after": rules.as_row()}
    audit.record(who=by.user, what="changed the reminder rules", about=plan.slug, at=now, **details)
    return row
