"""What anybody may read without signing in: the published plans, and each with its data.

Nobody's session is looked at and nothing of the request goes into an answer but its address, so that one answer is
everybody's: no cookie is set, and caches on the way may keep it. For MAX_AGE seconds they may give it without asking;
after that they ask with its tag, which is worked out without computing the plan. So what is stopped is gone from caches
within MAX_AGE seconds. What was printed or saved before, or kept by an archive of the web, stays where it is.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as store
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import get_template, render_to_string
from django.templatetags.static import static
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from actionplans.bars import status_bars
from actionplans.models import Measure, Plan, Publication, Status
from actionplans.papers.pictures import measure_pictures
from actionplans.papers.published import PublicSection, Published, as_public_json, published, write_public_csv
from actionplans.rag import Rag
from core import clock
from core.context import service
from core.readonly import reads_only
from inspections.models import Recommendation

MAX_AGE = 60  # seconds
KEPT = 3600  # seconds that an answer is kept here under its tag
TEMPLATES = (
    "base.html",
    "base_public.html",
    "public/plans.html",
    "public/plan.html",
    "public/_plan.html",
    "public/_action.html",
    "public/_measures.html",
)
STATUSES = {each.label: each for each in Status}
OPEN_DATA = {"Access-Control-Allow-Origin": "*"}  # pages of others may read the data, as anybody may


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for whoever asks: safe methods, no writing SQL."""
    return login_not_required(require_safe(reads_only(view)))


@public_page
def public_plans(request: HttpRequest) -> HttpResponse:
    """The published plans, by partnership."""
    found = list(Plan.objects.public().select_related("partnership").order_by("partnership__name", "title"))
    facts = [[each.slug, each.title, each.partnership.name, str(each.published_at)] for each in found]

    def write() -> bytes:
        return _rendered("public/plans.html", request, plans=found)

    return _answer(request, _tag("plans", facts), write, "text/html; charset=utf-8")


@public_page
def public_plan(request: HttpRequest, plan: str) -> HttpResponse:
    """One plan in plain English, as at today."""
    found = _public(plan)

    def write() -> bytes:
        return _rendered("public/plan.html", request, plan=found, **public_context(_published(found)))

    return _answer(request, _tag_of("page", found), write, "text/html; charset=utf-8")


@public_page
def public_csv(request: HttpRequest, plan: str) -> HttpResponse:
    """Its actions for a spreadsheet."""
    found = _public(plan)
    name = {"Content-Disposition": f'attachment; filename="{found.slug}-{clock.today()}.csv"'}

    def write() -> bytes:
        return write_public_csv(_published(found))

    return _answer(request, _tag_of("csv", found), write, "text/csv; charset=utf-8", OPEN_DATA | name)


@public_page
def public_json(request: HttpRequest, plan: str) -> HttpResponse:
    """All of it for a program."""
    found = _public(plan)

    def write() -> bytes:
        return json.dumps(as_public_json(_published(found)), ensure_ascii=False, indent=1).encode()

    return _answer(request, _tag_of("json", found), write, "application/json", OPEN_DATA)


def public_context(shown: Published) -> dict[str, Any]:
    """What templates/public/_plan.html says: also for whoever looks before they publish."""
    return {
        "shown": shown,
        "sections": [_section(each) for each in shown.sections],
        "figures": _figures(shown),
        "bars": status_bars(shown.figures.status),
        "rags": [{"word": word, "slug": Rag(word, "").slug, "meaning": meaning} for word, meaning in shown.rag_key],
        "measures": [{"measure": each, "pictures": measure_pictures(each)} for each in shown.measures],
    }


def last_publication(plan: Plan) -> Publication | None:
    return Publication.objects.filter(plan=plan).select_related("meeting__group").order_by("-seq").first()


def _public(slug: str) -> Plan:
    return get_object_or_404(Plan.objects.public().select_related("partnership", "lead_post"), slug=slug)


def _published(plan: Plan) -> Published:
    return published(plan, clock.today(), last_publication(plan))


def _section(section: PublicSection) -> dict[str, Any]:
    """A recommendation with its actions, and how the status and the RAG of each are drawn."""
    drawn = [{"action": each, "status": STATUSES[each.status], "rag": Rag(each.rag, "")} for each in section.actions]
    return {"section": section, "actions": drawn}


def _figures(shown: Published) -> list[dict[str, Any]]:
    counts = shown.figures
    closed = sum(count for slug, _, count in counts.status if slug == "closed")
    late = f"the longest by {counts.longest_late} day{'' if counts.longest_late == 1 else 's'}"
    return [
        {"label": "Actions", "value": counts.actions, "note": "promised in this plan"},
        {"label": "Closed", "value": closed, "note": "checked, and agreed to be done"},
        {"label": "Late", "value": counts.overdue, "note": late if counts.overdue else "none is late"},
        {"label": "Date moved", "value": counts.revised, "note": "at least once"},
    ]


def _rendered(template: str, request: HttpRequest, **context: Any) -> bytes:
    """Rendered without the request: so a page cannot know who asks."""
    return render_to_string(template, service(request) | {"site_url": settings.SITE_URL} | context).encode()


def _tag_of(kind: str, plan: Plan) -> str:
    """Changes with everything that the page is made of. Two queries.

    Its history covers what was said, agreed and decided, and what is exempt. Beside it stand names, settings of
    suppression, measures and responses; RAG and lateness go by the day. There is no Last-Modified: a measure that was
    said to count people must not be answered with "not modified" because nothing else happened.
    """
    names = ("slug", "title", "status", "version", "approved_on", "suppress_under", "published_at", "history_head")
    facts = [getattr(plan, name) for name in (*names, "history_count")]
    measures = Measure.objects.filter(Q(plan=plan) | Q(action__plan=plan)).order_by("pk")
    asked = Recommendation.objects.filter(Q(inspection__plans=plan) | Q(actions__plan=plan)).order_by("pk").distinct()
    inspection = ("title", "conclusion", "published_on", "lead_body__name")
    told = asked.values_list(
        "pk", "number", "text", "response", "response_reason", *(f"inspection__{name}" for name in inspection)
    )
    beside = [plan.partnership.name, plan.lead_post.title, list(measures.values_list()), list(told)]
    return _tag(kind, [facts, beside, str(clock.today())])


def _tag(kind: str, facts: list[Any]) -> str:
    said = json.dumps([kind, facts, _looks()], default=str)
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _looks() -> list[str]:
    """How pages look in this version of the program: a new one must not be kept from whoever has the old one."""
    sources = "".join(get_template(name).template.source for name in TEMPLATES)  # type: ignore[attr-defined]
    return [static("app.css"), hashlib.sha256(sources.encode()).hexdigest()]


def _answer(
    request: HttpRequest, tag: str, write: Callable[[], bytes], kind: str, headers: dict[str, str] | None = None
) -> HttpResponse:
    """304 to whoever has it already; else what is kept under its tag, or is written now."""
    response = HttpResponse(content_type=kind, headers=headers)
    response["ETag"] = f'"{tag}"'
    response["Cache-Control"] = f"public, max-age={MAX_AGE}, must-revalidate"
    known = get_conditional_response(request, etag=response["ETag"], response=response)
    if known is not None and known is not response:
        return known
    response.content = _kept(tag, write)
    return response


def _kept(tag: str, write: Callable[[], bytes]) -> bytes:
    """A crowd that reads one page has it computed once. A cache that is away costs time and nothing else."""
    data: bytes | None = None
    with suppress(Exception):
        data = store.get(f"public:{tag}")
    if data is None:
        data = write()
        with suppress(Exception):
            store.set(f"public:{tag}", data, KEPT)
    return data
