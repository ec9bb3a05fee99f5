"""Pages of plans: where a person starts, the plans they may see, the dashboard of one, and lists across plans."""

from collections.abc import Container, Iterator
from datetime import date

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from actionplans.asat import Standing, standings
from actionplans.figures import figures, reporting
from actionplans.lives import plan_standings
from actionplans.models import Action, Plan
from actionplans.papers.csv import csv_of
from actionplans.papers.rows import build_rows
from actionplans.permissions import visible_as_at
from actionplans.rag import KEY, Rag
from actionplans.views.days import period_ends
from actionplans.views.questions import questions_waiting
from actionplans.views.reading import SignedIn, as_at, page, visible_recommendations
from actionplans.views.runs import ready_drafts
from actionplans.views.updates import wording_waiting
from core import audit, clock
from inspections.models import Recommendation
from partnerships.holders import answering
from partnerships.models import Partnership
from partnerships.permissions import all_roles_of
from partnerships.roles import Permission, Role

ROWS_A_PAGE = 50
ROWS_A_CHUNK = 2000


@require_safe
def start(request: SignedIn) -> HttpResponse:
    """The person's own start page: owners to their actions, clerks to the papers that are due, others to the plans.

    Whoever runs the service and belongs to no partnership yet begins with entering one.
    """
    roles = all_roles_of(request.user)
    if not roles and request.user.is_superuser:
        return redirect("actionplans:partnerships")
    if Role.OWNER in roles:
        return redirect("actionplans:my-actions")
    clerks_only = Role.CLERK in roles and Role.COORDINATOR not in roles
    return redirect("actionplans:papers" if clerks_only else "actionplans:plans")


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
    asks = request.user.partnerships_where(Permission.MAKE_PAPERS) if day.is_today else []
    is_read = any(each.reviews_wording for each in found)  # else there is nothing to ask about
    context = {
        "cards": [
            {"plan": each, "life": lives[each.pk], **_counted(each, of_plan[each.pk], day.on, asks)}
            for each in found
            if day.is_today or of_plan[each.pk]
        ],
        "form": day.form,
        "day": day,
        "days": period_ends(day.today),
        "ready_drafts": ready_drafts(request.user, day.today) if day.is_today else [],
        "questions_waiting": questions_waiting(request.user, day.today) if day.is_today else 0,
        "wording_waiting": wording_waiting(request.user) if day.is_today and is_read else 0,
    }
    return render(request, "actionplans/plans.html", context, status=day.status)


def _counted(plan: Plan, stood: list[Standing], on: date, asks: Container[int]) -> dict[str, object]:
    """The figures of a plan; how far its round has come for those who make papers in these partnerships, `asks`."""
    is_asked = plan.status == Plan.Status.ACTIVE and plan.partnership_id in asks
    return {"figures": figures(stood, on), "reporting": reporting(stood, on) if is_asked else None}


@page
def late(request: SignedIn, partnership: str) -> HttpResponse:
    """The late actions of the agreed plans of one partnership, the longest late first."""
    today = clock.today()
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    agreed = Plan.objects.visible_to_member(request.user).agreed()
    visible = list(agreed.filter(partnership=found).values_list("pk", flat=True))
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
    if not all_roles_of(request.user):
        audit.record(who=request.user, what="read", about=request.path, at=clock.now())
    chunks = _csv_chunks(keys, today, visible_recommendations(request.user, today))
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="actions-{today}.csv"'
    return response


def rag_key() -> list[dict[str, str]]:
    """The words of the RAG key, for components/rag_key.html."""
    return [{"word": word, "slug": Rag(word, "").slug, "meaning": meaning} for word, meaning in KEY]


def _csv_chunks(keys: list[int], on: date, among: QuerySet[Recommendation]) -> Iterator[bytes]:
    for start in range(0, max(len(keys), 1), ROWS_A_CHUNK):
        chunk = keys[start : start + ROWS_A_CHUNK]
        actions = Action.objects.filter(pk__in=chunk).order_by("plan__slug", "position")
        found, rows = build_rows(actions, on, among=among)
        text = csv_of(rows[each.action.pk] for each in found)
        yield text.encode("utf-8-sig") if start == 0 else text.partition("\r\n")[2].encode()
