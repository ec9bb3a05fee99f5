"""Verbs about chasing: asking for updates by hand, and the reminder rules of a plan. What follows: reminders."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from actionplans.models import Action, Chase, Plan, ReminderRules, Round, UpdateDraft, has_reported
from actionplans.operations.history import Actor, locked_plan
from actionplans.reminders import Rules, problems, rules_of
from actionplans.reported import is_over
from core import audit, clock
from core.refusal import Refusal


class RoundIsOver(Refusal):
    """Nothing is owed in the round: it has not opened, the meeting was held, or the plan is closed."""


@transaction.atomic
def chase(*, round: Round, actions: Sequence[Action], by: Actor, now: datetime) -> list[Chase]:
    """Asks for the updates of actions for a round. Gives those that were not asked for yet today.

    1. Once a day each, however often it is said: what was asked for today stays as it is.
    2. Raises RoundIsOver before the round opens and after its meeting.
    3. Raises Refusal, and asks for nothing, when an action is of another plan, is over, has reported in the round, or
       has an update that waits for its wording to be read.
    """
    plan, today = locked_plan(round.plan), clock.day_of(now)
    round.plan = plan
    if today < round.opens_on:
        raise RoundIsOver(f"Updates for this meeting are asked for from {round.opens_on:%-d %B %Y}.")
    if is_over(round, today):
        raise RoundIsOver("No update is owed for this meeting any more: it was held, or the plan is closed.")
    if not actions:
        raise Refusal("Choose at least one action.")
    wanted = list(plan.actions.filter(pk__in=[each.pk for each in actions]).order_by("position"))
    _check_owed(round, wanted, len({each.pk for each in actions}))
    asked = set(round.chases.filter(on=today, action__in=wanted).values_list("action", flat=True))
    new = [each for each in wanted if each.pk not in asked]
    if new:
        refs = [each.ref for each in new]
        audit.record(who=by.user, what="asked for updates", about=round.get_absolute_url(), at=now, actions=refs)
    return Chase.objects.bulk_create(
        Chase(round=round, action=each, on=today, asked_by=by.user, asked_at=now) for each in new
    )


def _check_owed(round: Round, actions: list[Action], count: int) -> None:
    if len(actions) != count:
        raise Refusal("Choose actions of this plan.")
    unread = set(UpdateDraft.objects.filter(action__in=actions, sent_at__isnull=False).values_list("action", flat=True))
    reasons = (
        ("over", [each.ref for each in actions if not each.is_open]),
        ("reported already", [each.ref for each in actions if each.is_open and has_reported(each, round)]),
        ("waiting for its wording to be read", [each.ref for each in actions if each.pk in unread]),
    )
    for reason, refs in reasons:
        if refs:
            raise Refusal(f"Nothing was asked for, because something has changed: {', '.join(refs)}: {reason}.")


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
