"""Pages of what has happened: the history of a plan, of a recommendation, and what changed between two days."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.asat import answered, standings
from actionplans.changes import changes
from actionplans.forms.days import BetweenForm
from actionplans.forms.history import HistoryForm
from actionplans.journeys import answering_as_at, evidence_held, levels
from actionplans.lives import plan_standings
from actionplans.models import Action, Entry
from actionplans.papers.build import history_mark
from actionplans.permissions import reader_of, visible_as_at
from actionplans.timeline import lines, readable
from actionplans.views.days import choices, last_before, period_ends, sittings
from actionplans.views.plans import ROWS_A_PAGE, rag_key
from actionplans.views.reading import SignedIn, as_at, page, visible_plan, visible_recommendations
from core import clock
from inspections.models import Judgement


@page
def plan_history(request: SignedIn, plan: str) -> HttpResponse:
    """Every row of a plan's history that the person may read, the newest first, filtered and paged."""
    today = clock.today()
    found = visible_plan(request, plan)
    actions = Action.objects.visible_to(request.user, today).filter(plan=found).order_by("position")
    reader = reader_of(request.user, found)
    sees = {"sees_drafts": reader.sees_drafts, "sees_questions": reader.sees_working_notes or not reader.reads_papers}
    form = HistoryForm(request.GET, actions=actions, **sees)
    chosen = form.chosen(Entry.objects.filter(plan=found).order_by("-seq"))
    rows = readable(chosen, request.user, today, today, within=found)
    page_obj = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "form": form,
        "page_obj": page_obj,
        "history": lines(page_obj.object_list, request.user),
        "mark": history_mark(found, today),
    }
    return render(request, "actionplans/plan_history.html", context, status=422 if form.errors else 200)


@page
def recommendation(request: SignedIn, inspection: str, pk: int) -> HttpResponse:
    """One recommendation, as at a day: its response, the actions that answer it, and all that happened to them."""
    day = as_at(request)
    visible = visible_recommendations(request.user, day.today).select_related("inspection__partnership")
    found = get_object_or_404(
        visible.select_related("accountable_post", "lead_agency"), inspection__slug=inspection, pk=pk
    )
    later = Q(repeats=found, inspection__published_on__lte=day.on)
    linked = list(visible.filter(Q(pk=found.repeats_id) | later).order_by("inspection__published_on"))
    only = visible.filter(pk=found.pk)
    actions = answering_as_at(visible_as_at(request.user, day.on, day.today), only)
    answers = answered(standings(actions.order_by("plan__title", "plan", "position"), day.on), only)
    stood = [each for _, those in answers for each in those]
    about = Entry.objects.filter(action__in=[each.action.pk for each in stood]).order_by("-recorded_at", "-pk")
    page_obj = Paginator(readable(about, request.user, day.on, day.today), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "recommendation": found,
        "inspection": found.inspection,
        "repeats": next((each for each in linked if each.pk == found.repeats_id), None),
        "repeated_by": [each for each in linked if each.repeats_id == found.pk],
        "stood": stood,
        "levels": levels(stood, evidence_held(stood, day.on)),
        "judgements": Judgement.objects.visible_to(request.user, day.on, day.today)
        .filter(recommendation=found)
        .select_related("inspection")
        .order_by("inspection__published_on"),
        "form": day.form,
        "day": day,
        "days": period_ends(day.today),
        "rags": rag_key(),
        "page_obj": page_obj,
        "history": lines(page_obj.object_list, request.user),
    }
    return render(request, "actionplans/recommendation.html", context, status=day.status)


@page
def plan_changes(request: SignedIn, plan: str) -> HttpResponse:
    """What changed between the ends of two days: since the last meeting, until others are asked for."""
    today = clock.today()
    found = visible_plan(request, plan)
    form = BetweenForm(request.GET, today=today)
    context = {"plan": found, "form": form, "today": today, "rags": rag_key()}
    versions = plan_standings([found.pk], today)[found.pk].versions
    held = sittings(found)
    context["days"] = choices(held, versions, today)
    if form.is_valid():
        start, end = form.days(lambda end: last_before(held, found, end).on)
        before, after = (
            standings(visible_as_at(request.user, on, today).filter(plan=found).order_by("position"), on)
            for on in (start, end)
        )
        context["changes"] = changed = changes(before, after, start, end)
        context["is_quiet"] = not any(kind.rows for kind in changed.kinds)
    return render(request, "actionplans/changes.html", context, status=422 if form.errors else 200)
