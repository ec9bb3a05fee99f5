"""Pages of plans: where a person starts, the plans they may see, the dashboard of one, and lists across plans."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from actionplans.asat import Standing, answered, plan_as_at, standings
from actionplans.bars import status_bars
from actionplans.figures import Figures, figures
from actionplans.lives import plan_standings
from actionplans.models import Action, Plan, Round
from actionplans.outcomes import Outcome
from actionplans.papers.build import summary_sentence
from actionplans.papers.csv import csv_of
from actionplans.papers.rows import build_rows, exceptions
from actionplans.permissions import reader_of, visible_as_at
from actionplans.rag import KEY, RULE, RULE_VERSION, Rag
from actionplans.views.days import choices, period_ends, sittings
from actionplans.views.questions import questions_waiting
from actionplans.views.reading import AsAt, SignedIn, as_at, page, visible_plan_as_at, visible_recommendations
from actionplans.views.runs import ready_drafts
from actionplans.views.series import Shown, shown
from core import clock
from partnerships.holders import answering
from partnerships.models import Partnership
from partnerships.permissions import all_roles_of
from partnerships.roles import Role

ROWS_A_PAGE = 50
ROWS_A_CHUNK = 2000


@require_safe
def start(request: SignedIn) -> HttpResponse:
    """The person's own start page: owners to their actions, everybody else to the plans they may see."""
    owns = Role.OWNER in all_roles_of(request.user)
    return redirect("actionplans:my-actions" if owns else "actionplans:plans")


@page
def plans(request: SignedIn) -> HttpResponse:
    """The plans that the person may see, as at a day: on a past one those that had begun by then."""
    day = as_at(request)
    visible = Plan.objects.visible_to(request.user, day.today).select_related("partnership", "lead_post")
    found = list(visible.order_by("partnership__name", "-approved_on", "title"))
    lives = plan_standings([each.pk for each in found], day.on)
    actions = visible_as_at(request.user, day.on, day.today).filter(plan__in=found)
    stood = standings(actions.order_by("position"), day.on)
    of_plan: dict[int, list[Standing]] = {each.pk: [] for each in found}
    for standing in stood:
        of_plan[standing.action.plan_id].append(standing)
    context = {
        "cards": [
            {"plan": each, "life": lives[each.pk], "figures": figures(of_plan[each.pk], day.on)}
            for each in found
            if day.is_today or of_plan[each.pk]
        ],
        "form": day.form,
        "day": day,
        "days": period_ends(day.today),
        "ready_drafts": ready_drafts(request.user, day.today) if day.is_today else [],
        "questions_waiting": questions_waiting(request.user, day.today) if day.is_today else 0,
    }
    return render(request, "actionplans/plans.html", context, status=day.status)


@page
def plan(request: SignedIn, plan: str) -> HttpResponse:
    """The dashboard of one plan, as at a day: a sentence, the counts, the exceptions, every action."""
    day = as_at(request)
    shown_plan = visible_plan_as_at(request, plan, day)
    found, held = shown_plan.plan, sittings(shown_plan.plan)
    reader = reader_of(request.user, found)
    actions = visible_as_at(request.user, day.on, day.today).filter(plan=found).order_by("position")
    whole = plan_as_at(found, actions, day.on, held.rounds)
    counts = figures(whole.stood, day.on)
    papers = found.papers.filter(issued_at__lt=clock.end_of(day.on)).select_related("meeting__group")
    context = {
        "plan": found,
        "inspections": shown_plan.inspections,
        "life": whole.life,
        "reader": reader if day.is_today else reader.looking_back(),
        "form": day.form,
        "day": day,
        "days": choices(held, whole.life.versions, day.today),
        "sentence": summary_sentence(counts),
        "figures": counts,
        "figure_items": _figure_items(counts),
        "bars": status_bars(counts.status),
        "rags": rag_key(),
        "rag_rule": f"{RULE}, version {RULE_VERSION}",
        "exceptions": exceptions(whole.stood),
        "sections": answered(whole.stood, visible_recommendations(request.user, day.today)),
        "measures": _measures(whole.outcomes, day),
        "may_record": reader.builds_plans,
        "rounds": _rounds(held.rounds, day.on) if reader.makes_papers else None,
        "papers": papers.order_by("-issued_at") if reader.reads_papers else None,
        "history": shown_plan.mark,
        "looked": shown_plan.looked if reader.sees_working_notes and day.is_today else None,
    }
    return render(request, "actionplans/plan.html", context, status=day.status)


@page
def late(request: SignedIn, partnership: str) -> HttpResponse:
    """The late actions of one partnership, the longest late first."""
    today = clock.today()
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    visible = list(Plan.objects.visible_to_member(request.user).filter(partnership=found).values_list("pk", flat=True))
    actions = Action.objects.filter(plan__in=visible).overdue(today)
    ordered = actions.select_related("plan", "lead_post").order_by("current_due_on", "pk")
    page_obj = Paginator(ordered, ROWS_A_PAGE).get_page(request.GET.get("page"))
    people = answering({each.lead_post_id for each in page_obj}, today)
    rows = [
        {
            "action": each,
            "rag": each.rag(today),
            "days_late": each.days_late(today),
            "answering": people[each.lead_post_id],
        }
        for each in page_obj
    ]
    context = {"partnership": found, "rows": rows, "page_obj": page_obj, "rags": rag_key(), "today": today}
    return render(request, "actionplans/late.html", context)


@require_safe
def actions_csv(request: SignedIn) -> StreamingHttpResponse:
    """Every action that the person may see, as CSV, as at today. Streamed in chunks, the first with the header."""
    today = clock.today()
    keys = list(
        Action.objects.visible_to(request.user, today).order_by("plan__slug", "position").values_list("pk", flat=True)
    )
    response = StreamingHttpResponse(_csv_chunks(keys, today), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="actions-{today}.csv"'
    return response


def rag_key() -> list[dict[str, str]]:
    """The words of the RAG key, for components/rag_key.html."""
    return [{"word": word, "slug": Rag(word, "").slug, "meaning": meaning} for word, meaning in KEY]


def _measures(of_plan: list[Outcome], day: AsAt) -> list[Shown]:
    """The measures of the plan as a whole; of a past day those that had been read by then."""
    return [each for each in shown(of_plan) if each.outcome.last or day.is_today]


def _rounds(rounds: Iterable[Round], on: date) -> dict:
    """The plan's rounds, latest meeting first, and the one whose meeting comes next."""
    found = sorted(rounds, key=lambda each: each.meeting.on, reverse=True)
    coming = [each for each in found if each.meeting.on >= on]
    return {"all": found, "next": coming[-1] if coming else None}


def _figure_items(counts: Figures) -> list[dict]:
    rate = "none due" if counts.implementation_rate is None else f"{counts.implementation_rate}%"
    return [
        {"label": "Actions", "value": counts.actions, "note": f"{counts.open} open", "url": "#actions"},
        {
            "label": "Overdue",
            "value": counts.overdue,
            "note": f"longest {counts.longest_late} days" if counts.overdue else "none is late",
            "url": "#exceptions",
            "attention": counts.overdue > 0,
        },
        {
            "label": "No update",
            "value": counts.progress_overdue,
            "note": "in the round that has passed",
            "url": "#exceptions",
            "attention": counts.progress_overdue > 0,
        },
        {"label": "Date moved", "value": counts.revised, "note": "at least once", "url": "#actions"},
        {
            "label": "Closed of those due",
            "value": rate,
            "note": f"{counts.closed_of_due} of {counts.due_by_original} due by their original date",
            "url": "#rates",
        },
    ]


def _csv_chunks(keys: list[int], on: date) -> Iterator[bytes]:
    for start in range(0, max(len(keys), 1), ROWS_A_CHUNK):
        chunk = keys[start : start + ROWS_A_CHUNK]
        found, rows = build_rows(Action.objects.filter(pk__in=chunk).order_by("plan__slug", "position"), on)
        text = csv_of(rows[each.action.pk] for each in found)
        yield text.encode("utf-8-sig") if start == 0 else text.partition("\r\n")[2].encode()
