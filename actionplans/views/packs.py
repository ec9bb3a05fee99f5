"""The page of the pack for inspectors: what is in it, asking for it, and those that were made."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.packs import PackForm
from actionplans.models import PaperRun
from actionplans.operations import Actor
from actionplans.operations.runs import KEPT
from actionplans.permissions import packs_for
from actionplans.views.reading import SignedIn, sent, visible_plan
from actionplans.views.writing import attempt
from core import clock

PACKS_SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
def plan_pack(request: SignedIn, plan: str) -> HttpResponse:
    """Asks for the pack of an agreed plan, which a worker makes: for its inspectors, and for whoever makes papers."""
    now = clock.now()
    found = visible_plan(request, plan)
    inspections = list(packs_for(request.user, found, clock.day_of(now)))
    if not inspections:
        raise PermissionDenied
    form = PackForm(sent(request), inspections=inspections)
    asked: list[PaperRun] = []

    def verb() -> None:
        said = {"plan": found, "inspection": form.cleaned_data["inspection"]}
        asked.append(operations.ask_for_pack(by=Actor(request.user), now=now, **said))

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        return redirect(asked[0])
    made = request.user.paper_runs.filter(plans=found, inspection__isnull=False).order_by("-asked_at", "-pk")
    context = {"plan": found, "form": form, "inspections": inspections, "made": made[:PACKS_SHOWN], "kept": KEPT.days}
    return render(request, "actionplans/plan_pack.html", context, status=422 if form.errors else 200)
