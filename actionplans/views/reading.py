"""What the pages that only read share: the guard, the record of an inspector's reading, the day they are as at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from actionplans.forms.days import OnForm
from actionplans.looked import Looked, last_looked, looks
from actionplans.models import Action, Plan
from actionplans.papers.build import NO_MARK, history_mark, marks
from actionplans.timeline import with_kinds
from core import audit, clock
from core.readonly import reads_only
from inspections.models import Inspection, Judgement, Recommendation
from partnerships.models import User
from partnerships.permissions import all_roles_of


class SignedIn(HttpRequest):
    """A request behind the sign-in wall: there is a person."""

    user: User


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, None where its page is only opened."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True)
class AsAt:
    """The day that a page is as at, and the form that asks for it."""

    form: OnForm
    on: date
    today: date

    @property
    def is_today(self) -> bool:
        return self.on == self.today

    @property
    def query(self) -> str:
        """What the links of the page carry, so that a reader stays in that day."""
        return "" if self.is_today else f"?on={self.on}"

    @property
    def status(self) -> int:
        return 422 if self.form.errors else 200


@dataclass(frozen=True)
class PlanAsAt:
    """A plan, those of its inspections that the person may see, the mark of its history at the end of the day, and when
    its inspectors last looked.
    """

    plan: Plan
    inspections: list[Inspection]
    mark: str
    looked: Looked | None = None


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


def as_at(request: HttpRequest) -> AsAt:
    """The day of `?on=`: today when it is missing, cannot be read or has not come."""
    today = clock.today()
    form = OnForm(request.GET if "on" in request.GET else None, today=today)
    return AsAt(form, form.day(), today)


def visible_plan(request: SignedIn, slug: str) -> Plan:
    """The plan that an address names, to those who may see it."""
    visible = Plan.objects.visible_to(request.user, clock.today())
    return get_object_or_404(visible.select_related("partnership", "lead_post"), slug=slug)


def visible_plan_as_at(request: SignedIn, slug: str, day: AsAt) -> PlanAsAt:
    """The plan that an address names, with what the head and the foot of its page say. One query; two where the person
    may see none of its inspections.
    """
    pairs = Plan.inspections.through.objects.filter(
        plan__slug=slug,
        plan__in=Plan.objects.visible_to(request.user, day.today),
        inspection__in=Inspection.objects.visible_to(request.user, day.today),
    ).annotate(mark=Subquery(marks(OuterRef("plan"), day.on)[:1]), **looks(slug))
    found = list(pairs.select_related("plan__partnership", "plan__lead_post", "inspection").order_by("pk"))
    if not found:
        plan = visible_plan(request, slug)
        return PlanAsAt(plan, [], history_mark(plan, day.on))
    mark = found[0].mark or NO_MARK  # type: ignore[attr-defined]
    return PlanAsAt(found[0].plan, [each.inspection for each in found], mark, last_looked(found))


def visible_recommendations(user: User, today: date) -> QuerySet[Recommendation]:
    """Those of the inspections that the person may see: an action may answer one of another inspection besides."""
    return Recommendation.objects.filter(inspection__in=Inspection.objects.visible_to(user, today))


def judged(user: User, on: date, today: date) -> Subquery:
    """In a query of recommendations: the word of the last progress review of each by the day that the person sees."""
    said = Judgement.objects.visible_to(user, on, today).filter(recommendation=OuterRef("pk"))
    return Subquery(said.order_by("-inspection__published_on", "-pk").values("word")[:1])


def visible_action(request: SignedIn, plan: str, ref: str, on: date, *, with_own: bool = False) -> Action:
    """The action that an address names, to those who may see it; to everybody else it does not exist.

    On request with what the page of it needs: what the person has to do with it, and the kinds of its history.
    """
    actions = Action.objects.visible_to(request.user, on)
    actions = with_kinds(actions.with_own(request.user, on)) if with_own else actions
    return get_object_or_404(
        actions.select_related("plan__partnership", "lead_post", "lead_agency"), plan__slug=plan, ref=ref
    )
