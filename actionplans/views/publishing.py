"""The page on which a plan is put before the public, with all that will be seen, and on which that stops."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.publication import PUBLISH, STOP, PublishForm, StopForm
from actionplans.models import Plan
from actionplans.operations.publication import seen_mark
from actionplans.papers.published import published
from actionplans.views.public import MAX_AGE, last_publication, public_context
from actionplans.views.reading import SignedIn, sent
from actionplans.views.writing import attempt, see_the_latest, speaker
from core import clock
from core.typed import fill_typed, keeps_typed
from partnerships.permissions import require
from partnerships.roles import Permission


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def plan_publication(request: SignedIn, plan: str) -> HttpResponse:
    """Publishes an agreed plan, after showing exactly what anybody will see; or stops that, at once."""
    now = clock.now()
    today = clock.day_of(now)
    visible = Plan.objects.visible_to(request.user, today).agreed().select_related("partnership", "lead_post")
    found = get_object_or_404(visible, slug=plan)
    require(request.user, Permission.APPROVE_PLANS, found.partnership)
    data = sent(request)
    wanted = request.POST.get("do") or (STOP if found.published_at else PUBLISH)
    form = StopForm(data) if wanted == STOP else PublishForm(data, plan=found, on=today)
    by = speaker(request.user, found.partnership, today)

    def verb() -> object:
        if isinstance(form, PublishForm):
            return operations.publish_plan(plan=found, by=by, now=now, **form.said())
        return operations.stop_publishing(plan=found, by=by, now=now, reason=form.cleaned_data["reason"])

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        is_out = isinstance(form, PublishForm)
        messages.success(request, "The plan is public." if is_out else "The plan is no longer public.")
        return redirect(found)
    if isinstance(form, PublishForm):
        see_the_latest(form, seen_mark(found))
    last = last_publication(found)
    context = {
        "form": form,
        "plan": found,
        "last": last,
        "max_age": MAX_AGE,
        "kept": fill_typed(request, form),
        **public_context(published(found, today, last if found.published_at else None)),
    }
    return render(request, "actionplans/plan_publication.html", context, status=422 if form.errors else 200)
