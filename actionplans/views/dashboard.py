"""The dashboard of one plan, as at a day: what is late, what moved, whether what was promised happens, and helps."""

import re
from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from actionplans.asat import answered, plan_as_at
from actionplans.course import Course
from actionplans.forms.filters import ActionsForm, titled
from actionplans.models import Round
from actionplans.outcomes import Outcome
from actionplans.permissions import reader_of, visible_as_at
from actionplans.slips import slip_of, timeline
from actionplans.views.counts import kept_row, told
from actionplans.views.days import Issued, Sittings, choices, last_before, sittings
from actionplans.views.links import links_of_plan
from actionplans.views.plans import rag_key
from actionplans.views.reading import AsAt, SignedIn, as_at, page, visible_plan_as_at, visible_recommendations
from actionplans.views.series import Shown, shown
from core import clock
from partnerships.models import User

KEY = re.compile(r"[0-9]{1,18}")


@page
def plan(request: SignedIn, plan: str) -> HttpResponse:
    """The dashboard of one plan, as at a day. Asked by a filter of its own page it answers with the list alone."""
    day = as_at(request)
    shown_plan = visible_plan_as_at(request, plan, day)
    found, held = shown_plan.plan, sittings(shown_plan.plan)
    actions = visible_as_at(request.user, day.on, day.today).filter(plan=found).order_by("position")
    whole = plan_as_at(found, actions, day.on, held.rounds)
    course = Course(whole.stood, day.on)
    kept = course.kept(held.rounds)
    sections = answered(whole.stood, visible_recommendations(request.user, day.today))
    names = partial(_of_other_days, request.user, day, held)
    form = ActionsForm(request.GET, stood=whole.stood, sections=sections, kept=kept, elsewhere=names)
    days = choices(held, whole.life.versions, day.today)
    context = {"plan": found, "day": day, "form": day.form, "days": days, "rags": rag_key()}
    context |= listed(form, course, day)
    status = 422 if form.errors else day.status
    if request.headers.get("HX-Request"):
        response = render(request, "actionplans/_found.html", context | {"is_part": True}, status=status)
    else:
        since = last_before(held, found, day.on)
        reader, links = reader_of(request.user, found), links_of_plan(found, day)
        context |= told(whole, course, sections, links, since) | {
            "inspections": shown_plan.inspections,
            "life": whole.life,
            "reader": reader if day.is_today else reader.looking_back(),
            "measures": _measures(whole.outcomes, day),
            "may_record": reader.builds_plans,
            "rounds": _rounds(held.rounds, day.on),
            "kept": [kept_row(each, links) for each in kept],
            "papers": _papers(held, day) if reader.reads_papers else None,
            "history": shown_plan.mark,
            "looked": shown_plan.looked if reader.sees_working_notes and day.is_today else None,
        }
        response = render(request, "actionplans/plan.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def listed(form: ActionsForm, course: Course, day: AsAt) -> dict[str, Any]:
    """The actions that the filters leave, and the timeline of their dates."""
    found = form.found()
    slips = [slip_of(each, course) for each in found]
    return {
        "filters": form,
        "found": found,
        "grouped": form.grouped(found),
        "ungrouped": form.ungrouped(found),
        "slips": [{"slip": each, "said": each.said(day.on)} for each in slips],
        "timeline": timeline(slips, day.on, "dates"),
    }


def _of_other_days(user: User, day: AsAt, held: Sittings, name: str, value: str) -> str:
    """A round of the plan that was not over on the day; a recommendation that no action answered then. One query."""
    if not KEY.fullmatch(value):
        return ""
    if name == "round":
        return next((str(each.meeting) for each in held.rounds if str(each.pk) == value), "")
    found = visible_recommendations(user, day.today).filter(pk=value).first() if name == "recommendation" else None
    return titled(found) if found else ""


def _measures(of_plan: list[Outcome], day: AsAt) -> list[Shown]:
    """The measures of the plan as a whole; of a past day those that had been read by then."""
    return [each for each in shown(of_plan) if each.outcome.last or day.is_today]


def _rounds(rounds: tuple[Round, ...], on: date) -> dict:
    """The plan's rounds, latest meeting first, and the one whose meeting comes next."""
    found = sorted(rounds, key=lambda each: each.meeting.on, reverse=True)
    coming = [each for each in found if each.meeting.on >= on]
    return {"all": found, "next": coming[-1] if coming else None}


def _papers(held: Sittings, day: AsAt) -> list[Issued]:
    """Those issued by the end of the day."""
    return [each for each in held.papers if each.issued_at < clock.end_of(day.on)]
