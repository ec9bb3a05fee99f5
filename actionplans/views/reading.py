"""What the pages that only read share: the guard, the record of an inspector's reading, the day they are as at."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from actionplans.forms.updates import OnForm
from actionplans.models import Action
from core import audit, clock
from core.readonly import reads_only
from partnerships.models import User
from partnerships.permissions import all_roles_of


class SignedIn(HttpRequest):
    """A request behind LoginRequiredMiddleware: there is a person."""

    user: User


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that only reads: safe methods, any writing SQL refused, an inspector's reading recorded afterwards."""
    guarded = require_safe(reads_only(view))

    @wraps(view)
    def recorded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = guarded(request, *args, **kwargs)
        if response.status_code == 200 and not all_roles_of(request.user):
            audit.record(who=request.user, what="read", about=request.get_full_path()[:300], at=clock.now())
        return response

    return recorded


def as_at(request: HttpRequest) -> tuple[OnForm, date]:
    """The form of `?on=` and the day that it gives: today when it is missing or cannot be read."""
    form = OnForm(request.GET if "on" in request.GET else None)
    return form, form.day(clock.today())


def visible_action(request: SignedIn, plan: str, ref: str, on: date) -> Action:
    """The action that an address names, to those who may see it; to everybody else it does not exist."""
    actions = Action.objects.visible_to(request.user, on)
    return get_object_or_404(
        actions.select_related("plan__partnership", "lead_post", "lead_agency"), plan__slug=plan, ref=ref
    )
