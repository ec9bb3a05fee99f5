"""The actions of all agreed plans of a partnership: where the numbers of its overviews lead."""

from functools import partial

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers

from actionplans.asat import standings
from actionplans.forms.filters import ActionsForm
from actionplans.models import Plan
from actionplans.permissions import visible_as_at
from actionplans.views.days import period_ends
from actionplans.views.plans import rag_key
from actionplans.views.reading import SignedIn, as_at, page
from partnerships.models import Partnership
from partnerships.permissions import roles_of

ROWS_A_PAGE = 100


@page
def partnership_actions(request: SignedIn, partnership: str) -> HttpResponse:
    """The actions that the person may see of all agreed plans together, as at a day, filtered and in any order.

    To members, and to inspectors of one of the plans. Asked by its own filters it answers with the list alone.
    """
    day = as_at(request)
    plans = Plan.objects.visible_to(request.user, day.today).filter(partnership__slug=partnership)
    known = Q(pk__in=Partnership.objects.visible_to(request.user)) | Q(pk__in=plans.values("partnership"))
    found = get_object_or_404(Partnership.objects.filter(known), slug=partnership)
    begun = visible_as_at(request.user, day.on, day.today).filter(plan__in=plans.filter(approved_on__lte=day.on))
    stood = standings(begun.order_by("-plan__approved_on", "plan__title", "plan", "position"), day.on)
    form = ActionsForm(request.GET, stood=stood, across_plans=True, elsewhere=partial(_of_other_days, plans.agreed()))
    rows = form.found()
    page_obj = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    is_part = bool(request.headers.get("HX-Request"))
    context = {
        "partnership": found,
        "is_member": bool(roles_of(request.user, found)),
        "day": day,
        "form": day.form,
        "days": period_ends(day.today),
        "filters": form,
        "found": rows,
        "ungrouped": page_obj.object_list,
        "page_obj": page_obj,
        "rags": rag_key(),
        "is_part": is_part,
    }
    template = "_found.html" if is_part else "partnership_actions.html"
    response = render(request, f"actionplans/{template}", context, status=422 if form.errors else day.status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _of_other_days(agreed: QuerySet[Plan], name: str, value: str) -> str:
    """An agreed plan that had not begun on the day. One query."""
    return dict(agreed.values_list("slug", "title")).get(value, "") if name == "plan" else ""
