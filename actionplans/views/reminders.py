"""Pages of reminders: the rules of a plan with what they would send, what was sent to me, how often I want it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from actionplans import operations, reminders
from actionplans.forms.reminders import OftenForm, RulesForm
from actionplans.models import Action, Message, Plan, Reminder
from actionplans.operations import Actor
from actionplans.views.building import form_page, plan_to_build
from actionplans.views.reading import SignedIn, sent
from core import clock
from core.working_days import is_working_day
from partnerships import operations as partnering
from partnerships.calendars import days_off
from partnerships.models import User

MESSAGES_A_PAGE = 25


@dataclass(frozen=True)
class Said:
    """One line of a message that would go out: reference, reason, as what."""

    ref: str
    url: str
    why: str
    capacity: str


@dataclass(frozen=True)
class Sending:
    """A day of the forecast with the messages about the plan, a person each."""

    on: date
    people: list[tuple[str, list[Said]]]


@form_page
def plan_rules(request: SignedIn, plan: str) -> HttpResponse:
    """The reminder rules of a plan: in words, on a calendar, and to be changed. What is typed can be tried first."""
    found, now = plan_to_build(request, plan), clock.now()
    today = clock.day_of(now)
    rules = reminders.rules_of([found.pk])[found.pk]
    form = RulesForm(sent(request), initial=asdict(rules))
    if request.method == "POST" and form.is_valid():
        rules = form.rules()
        if "save" in request.POST:
            operations.set_reminder_rules(plan=found, rules=rules, by=Actor(request.user), now=now)
            messages.success(request, "The reminder rules are saved. They hold from now on.")
            return redirect("actionplans:plan-rules", plan)
    days = _sendings(found, today, rules) if found.status == Plan.Status.ACTIVE else []
    context = {
        "form": form,
        "plan": found,
        "is_tried": form.is_bound and form.is_valid(),
        "words": reminders.in_words(rules),
        "days": days,
        "weeks": _weeks(found, today, days),
        "today": today,
        "last": today + timedelta(days=reminders.DAYS - 1),
    }
    return render(request, "actionplans/plan_rules.html", context, status=422 if form.errors else 200)


@form_page
def my_reminders(request: SignedIn) -> HttpResponse:
    """What was sent to me, the latest first; and how often I want it."""
    user = request.user
    form = OftenForm(sent(request), initial={"often": "weekly" if user.is_weekly else "daily"})
    if request.method == "POST" and form.is_valid():
        is_weekly = form.cleaned_data["often"] == "weekly"
        partnering.choose_how_often(user=user, is_weekly=is_weekly, now=clock.now())
        messages.success(request, f"You get at most one message a {'week' if is_weekly else 'day'}.")
        return redirect("actionplans:my-reminders")
    received = Message.objects.filter(user=user).order_by("-on", "-pk")
    page_obj = Paginator(received, MESSAGES_A_PAGE).get_page(request.GET.get("page"))
    lines = Reminder.objects.filter(message__in=[each.pk for each in page_obj], withdrawn_at=None)
    of_message: dict[int, list[Reminder]] = {each.pk: [] for each in page_obj}
    visible = set(
        Action.objects.visible_to(user, clock.today()).filter(reminders__in=lines).values_list("pk", flat=True)
    )
    for line in lines.select_related("action__plan").order_by("pk"):
        if line.action_id in visible:
            of_message[line.message_id].append(line)
    context = {"form": form, "page_obj": page_obj, "rows": [(each, of_message[each.pk]) for each in page_obj]}
    return render(request, "actionplans/my_reminders.html", context, status=422 if form.errors else 200)


def _sendings(plan: Plan, today: date, rules: reminders.Rules) -> list[Sending]:
    days = reminders.forecast(plan, today, rules)
    names = dict(User.objects.filter(pk__in={user for day in days for user in day.people}).values_list("pk", "name"))
    actions = {each.pk: each for each in plan.actions.select_related("plan")}
    return [
        Sending(
            day.on,
            sorted(
                (names[user], [_said(line, actions, day.on) for line in lines]) for user, lines in day.people.items()
            ),
        )
        for day in days
    ]


def _said(line: reminders.Line, actions: dict[int, Action], on: date) -> Said:
    action = actions[line.action_id]
    capacity = Reminder.Capacity(line.capacity).label.lower()
    return Said(action.ref, action.get_absolute_url(), reminders.why(line.kind, line.anchor_on, on), capacity)


def _weeks(plan: Plan, today: date, days: Iterable[Sending]) -> list[list[dict]]:
    """The calendar of the forecast: weeks of seven days, each with the number of its messages."""
    counts = {day.on: len(day.people) for day in days}
    off = days_off([plan.partnership_id])[plan.partnership_id]
    monday = today - timedelta(days=today.weekday())
    last = today + timedelta(days=reminders.DAYS - 1)
    weeks = []
    while monday <= last:
        week = [monday + timedelta(days=number) for number in range(7)]
        weeks.append(
            [
                {
                    "on": day,
                    "count": counts.get(day, 0),
                    "is_in": today <= day <= last,
                    "rests": not is_working_day(day, off),
                }
                for day in week
            ]
        )
        monday += timedelta(days=7)
    return weeks
