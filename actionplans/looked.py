"""When inspectors last looked: read from the audit, which records each page that an inspector opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from actionplans.models import Plan
from core import clock
from core.models import AuditEntry
from inspections.models import Grant, Inspection


@dataclass(frozen=True)
class Looked:
    """The inspections whose inspectors have or had access to a plan, and the London day of their last look, if any."""

    inspections: tuple[Inspection, ...]
    on: date | None


def grants_of(inspection: Inspection) -> QuerySet[Grant]:
    """Every grant of an inspection, each with `looked_at`: its inspector's last look at the inspection or its plans."""
    under = Q(about__startswith=reverse("actionplans:inspection", args=[inspection.slug]))
    for plan in Plan.objects.filter(inspections=inspection).only("slug"):
        under |= Q(about__startswith=plan.get_absolute_url())
    read = AuditEntry.objects.filter(under, user_id=OuterRef("user_id"), what="read").order_by("-at")
    return inspection.grants.select_related("user").annotate(looked_at=Subquery(read.values("at")[:1]))


def looks(slug: str) -> dict[str, Any]:
    """Annotations of a plan with each of its inspections, for `last_looked`: no query of their own."""
    inspectors = Grant.objects.filter(inspection=OuterRef(OuterRef("inspection"))).values("user")
    address = reverse("actionplans:plan", args=[slug])
    read = AuditEntry.objects.filter(user_id__in=inspectors, what="read", about__startswith=address).order_by("-at")
    return {
        "is_inspected": Exists(Grant.objects.filter(inspection=OuterRef("inspection"))),
        "looked_at": Subquery(read.values("at")[:1]),
    }


def last_looked(pairs: Iterable[Any]) -> Looked | None:
    """When inspectors last looked at a plan; None where nobody was ever given access. Of pairs with `looks`."""
    found = [each for each in pairs if each.is_inspected]
    moments = [each.looked_at for each in found if each.looked_at]
    if not found:
        return None
    return Looked(tuple(each.inspection for each in found), clock.day_of(max(moments)) if moments else None)
