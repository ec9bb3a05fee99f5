"""Pages that change when groups meet: adding a meeting or a series, moving and cancelling one, local holidays."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actionplans import operations
from actionplans.forms.decisions import OneForm
from actionplans.forms.groups import HolidayForm, MeetingForm, MoveForm, SeriesForm
from actionplans.operations import Actor
from actionplans.operations.meetings import FURTHEST, why_fixed
from actionplans.views.groups import visible_group
from actionplans.views.reading import SignedIn, sent
from actionplans.views.writing import attempt
from core import clock
from core.refusal import Refusal
from core.working_days import why_off
from partnerships.calendars import local_holidays, paper_deadline
from partnerships.cycles import Sitting
from partnerships.models import Group, Meeting, Partnership
from partnerships.permissions import require
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def meeting_new(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    """Adds one meeting, to come or held."""
    now, found = clock.now(), _managed(request, partnership, group)
    form = MeetingForm(sent(request), group=found)

    def verb() -> None:
        days = [(form.day(), form.papers())]
        (added,) = operations.add_meetings(group=found, sittings=days, by=Actor(request.user), now=now)
        messages.success(request, f"Entered: {_in_words(added, found)}")

    return _answer(request, form, verb, found, now, "meeting_new", {})


@form_page
def series_new(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    """Shows the meetings of a series, and then adds those that were shown."""
    now, found = clock.now(), _managed(request, partnership, group)
    today = clock.day_of(now)
    form = SeriesForm(sent(request), group=found, today=today, furthest=today + FURTHEST)
    if request.method != "POST" or not form.is_valid():
        return _series_page(request, form, found, {})
    shown = form.sittings()
    seen = _mark(shown)
    wanted = "add" in request.POST
    is_seen = request.POST.get("seen") == seen
    verb = partial(_add_series, request, found, shown, now)
    if wanted and is_seen and attempt(request, form, verb, about=found, now=now):
        return redirect("actionplans:group", partnership, group)
    context: dict[str, Any] = {"shown": shown, "seen": seen, "cycle": form.cycle_words(), "kept": form.kept()}
    context |= {"new": sum(not each.is_entered for each in shown), "has_changed": wanted and not is_seen}
    return _series_page(request, form, found, context)


@form_page
def meeting_change(request: SignedIn, partnership: str, group: str, pk: int) -> HttpResponse:
    """Moves a meeting to come; what stands in the way is said instead of the form."""
    now, found = clock.now(), _managed(request, partnership, group)
    meeting = get_object_or_404(found.meetings.select_related("group"), pk=pk)
    counted = paper_deadline(found, meeting.on, local_holidays(found.partnership_id))
    given_on = meeting.paper_deadline_on if meeting.paper_deadline_on != counted else None
    form = MoveForm(sent(request), group=found, initial={"on": meeting.on, "paper_deadline_on": given_on})

    def verb() -> None:
        days: dict[str, Any] = {"on": form.day(), "paper_deadline_on": form.papers()}
        moved = operations.move_meeting(meeting=meeting, by=Actor(request.user), now=now, **days)
        messages.success(request, f"Moved to {_in_words(moved, found)}")

    context = {"meeting": meeting, "fixed": why_fixed(meeting, clock.day_of(now))}
    context["rounds"] = meeting.rounds.select_related("plan").order_by("plan__title")
    return _answer(request, form, verb, found, now, "meeting_change", context)


@require_POST
def meeting_cancel(request: SignedIn, partnership: str, group: str, pk: int) -> HttpResponse:
    now, found = clock.now(), _managed(request, partnership, group)
    meeting = get_object_or_404(found.meetings.select_related("group"), pk=pk)
    try:
        operations.cancel_meeting(meeting=meeting, by=Actor(request.user), now=now)
    except Refusal as refusal:
        messages.error(request, f"{meeting.on:%-d %B %Y}: {refusal.messages[0]}")
    else:
        messages.success(request, f"Cancelled: the meeting of {meeting.on:%-d %B %Y}. Its rounds are gone.")
    return redirect("actionplans:group", partnership, group)


@form_page
def holidays(request: SignedIn, partnership: str) -> HttpResponse:
    """The local holidays of a partnership, and adding one."""
    now = clock.now()
    found = _managed_partnership(request, partnership)
    form = HolidayForm(sent(request))

    def verb() -> None:
        given = {name: form.cleaned_data[name] for name in ("on", "name")}
        changed = operations.add_holiday(partnership=found, by=Actor(request.user), now=now, **given)
        messages.success(request, f"Entered: {given['name']}, {given['on']:%-d %B %Y}.{_counted_anew(changed)}")

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        return redirect("actionplans:holidays", partnership)
    context = {"form": form, "partnership": found, "holidays": found.local_holidays.order_by("-on")}
    return render(request, "actionplans/holidays.html", context, status=422 if form.errors else 200)


@require_POST
def holiday_remove(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    found = _managed_partnership(request, partnership)
    holiday = get_object_or_404(found.local_holidays.select_related("partnership"), pk=pk)
    changed = operations.remove_holiday(holiday=holiday, by=Actor(request.user), now=clock.now())
    messages.success(request, f"Removed: {holiday}.{_counted_anew(changed)}")
    return redirect("actionplans:holidays", partnership)


def _managed(request: SignedIn, partnership: str, group: str) -> Group:
    found = visible_group(request, partnership, group)
    require(request.user, Permission.MANAGE_MEETINGS, found.partnership)
    return found


def _managed_partnership(request: SignedIn, partnership: str) -> Partnership:
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    require(request.user, Permission.MANAGE_MEETINGS, found)
    return found


def _add_series(request: SignedIn, group: Group, shown: list[Sitting], now: datetime) -> None:
    days: list[tuple[date, date | None]] = [(each.on, each.paper_deadline_on) for each in shown]
    added = operations.add_meetings(group=group, sittings=days, by=Actor(request.user), now=now)
    said = "1 meeting is" if len(added) == 1 else f"{len(added)} meetings are"
    messages.success(request, f"{said} entered, the last on {added[-1].on:%-d %B %Y}.")


def _mark(shown: list[Sitting]) -> str:
    """Changes whenever what would be entered is not what the page showed."""
    return " ".join(f"{each.on}/{each.paper_deadline_on}" for each in shown if not each.is_entered)


def _in_words(meeting: Meeting, group: Group) -> str:
    """5 December 2026, papers by 20 November 2026; with the reason where the day is no working day."""
    why = why_off(meeting.on, local_holidays(group.partnership_id))
    said = f"{meeting.on:%-d %B %Y}, papers by {meeting.paper_deadline_on:%-d %B %Y}."
    return f"{said} The day of the meeting is no working day: {why}." if why else said


def _counted_anew(changed: list[Meeting]) -> str:
    if not changed:
        return ""
    return f" {len(changed)} paper deadline{'' if len(changed) == 1 else 's'} counted anew."


def _series_page(request: SignedIn, form: SeriesForm, group: Group, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "group": group, "partnership": group.partnership}
    return render(request, "actionplans/series_new.html", context, status=422 if form.errors else 200)


def _answer(
    request: SignedIn,
    form: OneForm,
    verb: Callable[[], object],
    group: Group,
    now: datetime,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=group, now=now):
        return redirect("actionplans:group", group.partnership.slug, group.slug)
    context |= {"form": form, "group": group, "partnership": group.partnership}
    return render(request, f"actionplans/{template}.html", context, status=422 if form.errors else 200)
