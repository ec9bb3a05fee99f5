"""The page of a contributing agency: saying what it has done for an action that another post owns."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.contributions import ContributionForm
from actionplans.models import Action, Contribution, Entry
from actionplans.views.reading import SignedIn, visible_action
from actionplans.views.writing import attempt, speaker
from core import clock
from core.typed import fill_typed, keeps_typed
from partnerships.models import Agency, Holding, User
from partnerships.permissions import may
from partnerships.roles import Permission


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    now = clock.now()
    today = clock.day_of(now)
    found = visible_action(request, plan, ref, today)
    agencies = agencies_spoken_for(request.user, found, today)
    if not agencies:
        raise PermissionDenied
    form = ContributionForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():

        def verb() -> object:
            given = {name: form.cleaned_data[name] for name in ("agency", "wording")}
            by = speaker(request.user, found.plan.partnership, today)
            return operations.contribute(action=found, by=by, now=now, **given)

        if attempt(request, form, verb, about=found, now=now):
            messages.success(request, f"Part of {form.cleaned_data['agency']} posted on {found.ref}.")
            return redirect(found)
    context = {"form": form, "action": found, "plan": found.plan, "kept": fill_typed(request, form)}
    return render(request, "actionplans/contribute.html", context, status=422 if form.errors else 200)


def agencies_spoken_for(user: User, action: Action, on: date) -> list[Agency]:
    """The contributors of an action that the person may speak for: of a post held there; a co-ordinator for any."""
    contributors = list(action.contributors.all())
    if may(user, Permission.POST_ANY_UPDATE, action.plan.partnership):
        return contributors
    if not contributors or not may(user, Permission.POST_OWN_UPDATES, action.plan.partnership):
        return []
    own = set(Holding.objects.on(on).filter(user=user).values_list("post__agency", flat=True))
    return [agency for agency in contributors if agency.pk in own]


def parts_of(text: Mapping[str, Any], entries: list[Entry]) -> list[dict]:
    """The contributing agencies of a text, each with what it said last in the rows, None where nothing yet.

    By the names that were agreed: an agency keeps its name.
    """
    last: dict[str, Contribution] = {}
    for entry in entries:
        if entry.kind == Entry.Kind.CONTRIBUTION:
            last.setdefault(entry.contribution.agency.name, entry.contribution)
    return [{"agency": name, "last": last.get(name)} for name in text["contributors"]]
