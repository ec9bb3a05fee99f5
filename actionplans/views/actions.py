"""Pages of single actions: what I own, and one action with its history."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render

from actionplans.asat import Standing, standing_of
from actionplans.lives import PlanStanding, plan_standings
from actionplans.models import Action, DateRequest, Entry, Plan, Reminder, Round, UpdateDraft, overdue_round, owed_round
from actionplans.permissions import Reader, is_inspector, reader_of
from actionplans.proof import proof_rows
from actionplans.rag import Rag
from actionplans.timeline import history_of, lines
from actionplans.views.completion import steps_of
from actionplans.views.contributions import parts_of
from actionplans.views.days import choices, sittings
from actionplans.views.evidence import evidence_of
from actionplans.views.questions import asked_about, questions_waiting
from actionplans.views.reading import (
    AsAt,
    SignedIn,
    as_at,
    judged,
    page,
    visible_action,
    visible_recommendations,
)
from actionplans.views.runs import ready_drafts
from actionplans.views.series import shown
from actionplans.views.updates import wording_waiting
from core import clock
from partnerships.models import Holding, Post, User
from partnerships.permissions import may
from partnerships.roles import Permission


@dataclass(frozen=True)
class Mine:
    """One of my actions and what it wants from me."""

    action: Action
    today: date
    rag: Rag
    days_late: int
    overdue: Round | None
    owed: Round | None
    draft: UpdateDraft | None

    @property
    def wants_update(self) -> bool:
        return bool(self.overdue or self.owed)

    @property
    def is_late(self) -> bool:
        return bool(self.days_late or self.overdue)

    @property
    def urgency(self) -> tuple[int, date]:
        """The longest late first, whether the action or its update is; then by the date that comes next."""
        update_late = (self.today - self.overdue.updates_due_on).days if self.overdue else 0
        next_date = self.owed.updates_due_on if self.owed else self.action.current_due_on or date.max
        return -max(self.days_late, update_late), next_date


@page
def my_actions(request: SignedIn) -> HttpResponse:
    """What is late, what owes an update, what is next: each action once, most urgent first."""
    today = clock.today()
    owned = Action.objects.visible_to(request.user, today).owned_by(request.user, today).open()
    drafts = Prefetch("drafts", UpdateDraft.objects.filter(user=request.user), to_attr="own_drafts")
    mine = sorted(
        (_mine(action, today) for action in owned.select_related("plan").prefetch_related("plan__rounds", drafts)),
        key=lambda each: each.urgency,
    )
    sections = [
        ("Late", [each for each in mine if each.is_late]),
        ("Update owed", [each for each in mine if each.owed and not each.is_late]),
        ("Next", [each for each in mine if not each.owed and not each.is_late]),
    ]
    holdings = Holding.objects.on(today).holders().filter(user=request.user)
    held = Post.objects.visible_to(request.user).filter(holdings__in=holdings).select_related("partnership")
    deputies = Holding.objects.deputies().during(today).select_related("user").order_by("starts_on")
    held = held.prefetch_related(Prefetch("holdings", deputies, to_attr="deputies"))
    context = {"sections": sections, "total": len(mine), "held": held.order_by("title"), "today": today}
    context["ready_drafts"] = ready_drafts(request.user, today)
    context["questions_waiting"] = questions_waiting(request.user, today)
    context["wording_waiting"] = wording_waiting(request.user)
    return render(request, "actionplans/my_actions.html", context)


@page
def action(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """One action as at a day: what was agreed, said, shown and decided by its end, and nothing of later."""
    day = as_at(request)
    found = visible_action(request, plan, ref, day.today, with_own=True)
    reader = reader_of(request.user, found.plan)
    reader = reader if day.is_today else reader.looking_back()
    entries = history_of(found, request.user, day.on, day.today)
    life, held = _life(found.plan, day.on), sittings(found.plan)
    context = {
        "action": found,
        "plan": found.plan,
        "reader": reader,
        "form": day.form,
        "day": day,
        "days": choices(held, life.versions, day.today),
        "history": lines(entries, request.user),
    }
    if stood := standing_of(found, entries, day.on, life, held.rounds):
        context |= _shown(request, stood, entries, day, reader)
    else:
        context["begins_on"] = _begins_on(found, reader)
    return render(request, "actionplans/action.html", context, status=day.status)


def _mine(action: Action, on: date) -> Mine:
    rounds = action.plan.rounds.all()
    is_active = action.plan.status == action.plan.Status.ACTIVE
    return Mine(
        action=action,
        today=on,
        rag=action.rag(on),
        days_late=action.days_late(on),
        overdue=overdue_round(action, rounds, on) if is_active else None,
        owed=owed_round(action, rounds, on) if is_active else None,
        draft=next(iter(action.own_drafts), None),  # type: ignore[attr-defined]
    )


def _shown(request: SignedIn, stood: Standing, entries: list[Entry], day: AsAt, reader: Reader) -> dict:
    """What the page says of an action that was there on the day. Nothing is to be written on a past one."""
    found = stood.action
    text = stood.revision.text if stood.revision else _text_now(found)
    may_record = day.is_today and _speaks(request.user, found, found.is_spoken_for)  # type: ignore[attr-defined]
    posts = may_record and found.is_open
    may_contribute = _speaks(request.user, found, found.is_contributed_to)  # type: ignore[attr-defined]
    sent = found.reminders.filter(message__on__lte=day.on)
    if not reader.sees_chasing:  # nor, then, that an inspector asked or that a wording was returned
        sent = sent.exclude(kind__in=(Reminder.Kind.ANSWERED, Reminder.Kind.WORDING_RETURNED))
    reminders = proof_rows(sent) if found.plan.version else []
    steps = steps_of(found, reader, entries, may_post=posts)
    waiting = steps["waiting"]
    return steps | {
        "stood": stood,
        "text": text,
        "recommendations": visible_recommendations(request.user, day.today)
        .filter(pk__in=text["recommendations_ids"])
        .annotate(judged=judged(request.user, day.on, day.today))
        .select_related("inspection")
        .order_by("inspection", "position"),
        "measures": shown([*stood.outcomes, *(stood.unread if day.is_today else ())]),
        "indicators": found.indicators.filter(pk__in=text.get("indicators_ids", ())).order_by("framework", "position"),
        "knows_posts": not is_inspector(request.user, found.plan),
        **evidence_of(text["evidence_required"], request.user, reader, entries),
        "chasing": [each for each in reminders if each.is_accepted or reader.sees_chasing],
        "may_post": posts,
        "may_withdraw": posts and isinstance(waiting, DateRequest) and waiting.by_id == request.user.pk,
        "may_record": may_record,
        "draft": getattr(found, "own_draft", None) if posts else None,
        "correctable": next((each.pk for each in entries if each.kind == Entry.Kind.UPDATE), None) if posts else None,
        "parts": parts_of(text, entries),
        "asked": asked_about(entries),
        "may_ask": day.is_today and found.is_open_to_questions,  # type: ignore[attr-defined]
        "may_contribute": day.is_today and found.is_open and may_contribute,
    }


def _speaks(user: User, action: Action, is_of_post: bool) -> bool:
    """As `may_post`, of a person of whom it is known whether they answer for the post (`with_own`)."""
    if may(user, Permission.POST_ANY_UPDATE, action.plan.partnership):
        return True
    return is_of_post and may(user, Permission.POST_OWN_UPDATES, action.plan.partnership)


def _life(plan: Plan, on: date) -> PlanStanding:
    """The plan as at the day; of one that was never agreed nobody asks more than that."""
    return plan_standings([plan.pk], on)[plan.pk] if plan.version else PlanStanding()


def _text_now(action: Action) -> dict[str, Any]:
    """What the page says of a text that is not agreed yet, by the names that an agreed one has. Two queries."""
    agencies = list(action.contributors.order_by("name"))
    return {
        "recommendations_ids": action.recommendations.values("pk"),
        "indicators_ids": action.indicators.values("pk"),
        "contributors_ids": [agency.pk for agency in agencies],
        "contributors": [agency.name for agency in agencies],
        "evidence_required": [each.text for each in action.evidence_requirements.order_by("position")],
        "verifier": action.verifier,
    }


def _begins_on(action: Action, reader: Reader) -> date | None:
    """The first day of which the reader may see the action."""
    first = action.entries.order_by("seq").values_list("recorded_at", flat=True).first()
    begun = clock.day_of(first) if first else None
    return begun if reader.sees_drafts or begun is None else max(begun, action.plan.approved_on or begun)
