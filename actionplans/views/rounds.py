"""The round of a plan for a meeting: who has reported, and asking those who have not."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from celery import current_app
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from actionplans import operations
from actionplans.models import Action, Chase, Message, Plan, Round
from actionplans.operations import Actor, Refusal
from actionplans.reported import RoundStanding, round_standing
from actionplans.views.reading import SignedIn
from core import clock
from core.working_days import working_days_to
from partnerships.calendars import local_holidays
from partnerships.holders import answering
from partnerships.models import User
from partnerships.permissions import may, require
from partnerships.roles import Permission


def round_context(found: Round | None, user: User, today: date) -> dict[str, Any]:
    """What `_round.html` shows of a round as it is today: its dates, who has reported, what the person may do."""
    if found is None:
        return {"standing": None}
    standing = round_standing(found, today)
    off = local_holidays(found.plan.partnership_id)
    return {
        "standing": standing,
        "days_to_paper": working_days_to(today, found.meeting.paper_deadline_on, off),
        "may_chase": may(user, Permission.BUILD_PLANS, found.plan.partnership),
        "today": today,
    }


@require_POST
def round_chase(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """Asks for the updates of the actions that were chosen, or of all that owe one."""
    now = clock.now()
    today = clock.day_of(now)
    visible = Plan.objects.visible_to(request.user, today).select_related("partnership", "lead_post")
    plan_found = get_object_or_404(visible, slug=plan)
    require(request.user, Permission.BUILD_PLANS, plan_found.partnership)
    found = get_object_or_404(plan_found.rounds.select_related("meeting__group"), meeting=pk)
    found.plan = plan_found
    standing = round_standing(found, today)
    try:
        by = Actor(request.user)
        new = operations.chase(round=found, actions=_chosen(request, standing), by=by, now=now)
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, asked_in_words(new, standing, now))
        transaction.on_commit(_knock, robust=True)
    return redirect(found)


def asked_in_words(new: list[Chase], standing: RoundStanding, now: datetime) -> str:
    """Who is written to today, who tomorrow because they had their message of the day, and who cannot be reached."""
    if not new:
        return "These updates were asked for today already. Nothing is asked twice a day."
    plan, today = standing.round.plan, standing.on
    chased = {each.action_id for each in new}
    rows = [row for row in standing.rows if row.action.pk in chased]
    lead = answering([plan.lead_post_id], today)[plan.lead_post_id].user
    told = {user for row in rows if (user := row.owner.user or lead)}
    failing = {user for user in told if user.mail_failed_at}
    later = (told - failing) & _have_message(told, now)
    said = [f"{len(new)} update{' is' if len(new) == 1 else 's are'} asked for."]
    said += _about(told - failing - later, "{} will be written to today.")
    said += _about(later, "{} had a message today already: it comes with tomorrow’s.")
    said += _about(failing, "{} cannot be reached: mail to the address fails.")
    vacant = sorted({str(row.action.lead_post) for row in rows if row.owner.is_vacant})
    instead = f"the plan lead, {lead}, is asked instead." if lead else "nobody can be reached for it."
    said += [f"{post} is vacant: {instead}" for post in vacant]
    return " ".join(said)


def _about(people: Iterable[User], sentence: str) -> list[str]:
    """The sentence about people, by name; nothing about nobody."""
    *others, last = sorted(each.name for each in people) or [""]
    names = f"{', '.join(others)} and {last}" if others else last
    return [sentence.format(names)] if names else []


def _have_message(people: Iterable[User], now: datetime) -> set[User]:
    """Those who have a message of today, got an older one today, or for whom one still waits: one message a day."""
    today = clock.day_of(now)
    waits = Q(state__in=[Message.State.PLANNED, Message.State.CLAIMED])
    sent_today = Q(sent_at__gte=clock.at(today, 0), sent_at__lt=clock.end_of(today))
    found = Message.objects.filter(Q(on=today) | waits | sent_today, user__in=[each.pk for each in people])
    return {each.user for each in found.select_related("user")}


def _chosen(request: SignedIn, standing: RoundStanding) -> list[Action]:
    if "all" in request.POST:
        return standing.to_chase
    keys = [int(key) for key in request.POST.getlist("action") if key.isdecimal() and len(key) < 10]
    return list(standing.round.plan.actions.filter(pk__in=keys))


def _knock() -> None:
    """Knocks at the worker's door. A knock that is lost costs little: what was asked is kept, and the beat knocks."""
    current_app.send_task("actionplans.tasks.plan_reminders", retry=False)
