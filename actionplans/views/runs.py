"""Pages of papers across plans: my papers and those that were issued, asking for one, how far it is, its file."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from actionplans import operations
from actionplans.forms.runs import PaperForm
from actionplans.models import Paper, PaperRun, PaperSchedule, Plan, Round
from actionplans.operations import Actor, Refusal
from actionplans.operations.runs import KEPT
from actionplans.papers import content_type_of, label_of
from actionplans.papers.pack import is_outdated
from actionplans.permissions import may_have_pack, plans_for_papers
from actionplans.views.groups import know_their_papers
from actionplans.views.reading import SignedIn, page, sent, visible_plan
from actionplans.views.writing import attempt
from core import clock
from partnerships.models import Group, User
from partnerships.permissions import require
from partnerships.roles import Permission

RUNS_SHOWN = 20
PAPERS_A_PAGE = 25
COMING_SHOWN = 12
form_page = require_http_methods(["GET", "HEAD", "POST"])


@page
def papers(request: SignedIn) -> HttpResponse:
    """The papers that are due, what was made for me, my drafts that make themselves, and the issued papers that I may
    read, the latest first.
    """
    user, today = request.user, clock.today()
    readable = Plan.objects.visible_to(user, today).filter(
        partnership__in=user.partnerships_where(Permission.READ_PAPERS)
    )
    issued = Paper.objects.filter(plan__in=readable).select_related("plan__partnership", "meeting__group")
    issued = issued.defer("content", "exempt_content").order_by("-issued_at", "-pk")
    mine = PaperSchedule.objects.filter(owner=user, plan__in=plans_for_papers(user))
    runs = list(user.paper_runs.order_by("-asked_at", "-pk")[:RUNS_SHOWN])
    for each in runs:
        each.format_label = label_of(each.format)  # type: ignore[attr-defined]  # for the page
    context = {
        "coming": _coming(user, today),
        "coming_shown": COMING_SHOWN,
        "today": today,
        "runs": runs,
        "runs_shown": RUNS_SHOWN,
        "kept": KEPT.days,
        "schedules": mine.select_related("plan", "group").order_by("plan__title", "group__name"),
        "page_obj": Paginator(issued, PAPERS_A_PAGE).get_page(request.GET.get("page")),
        "makes_papers": bool(user.partnerships_where(Permission.MAKE_PAPERS)),
    }
    return render(request, "actionplans/papers.html", context)


@form_page
def run_new(request: SignedIn) -> HttpResponse:
    """Asks for a paper on one plan or several, which a worker makes."""
    now = clock.now()
    plans = list(plans_for_papers(request.user).select_related("partnership").order_by("partnership__name", "title"))
    form = PaperForm(sent(request), plans=plans, today=clock.day_of(now))
    asked: list[PaperRun] = []

    def verb() -> None:
        asked.append(operations.ask_for_paper(**form.asked(), by=Actor(request.user), now=now))

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about="a paper", now=now):
        return redirect(asked[0])
    context = {"form": form, "plans": plans}
    return render(request, "actionplans/run_new.html", context, status=422 if form.errors else 200)


@page
def run(request: SignedIn, pk: int) -> HttpResponse:
    """How far a paper of mine is; when it is ready, the file; when it failed, why."""
    found = _own_run(request, pk)
    may_take = _may_take(request.user, found)
    context = {
        "run": found,
        "beside": found.beside.order_by("published_on", "pk") if may_take else (),
        "plans": list(found.plans.select_related("partnership").order_by("partnership__name", "title", "pk")),
        "format": label_of(found.format),
        "may_take": may_take,
        "is_outdated": _is_outdated(found),
        "kept": KEPT.days,
    }
    return render(request, "actionplans/run.html", context)


@page
def run_file(request: SignedIn, pk: int) -> FileResponse:
    """The file, to its owner while they may make papers of every plan in it."""
    found = _own_run(request, pk)
    if not found.file or not _may_take(request.user, found) or _is_outdated(found):
        raise Http404
    name = f"{slugify(found.title)[:100]}-{found.on}.{found.format}"
    kind = content_type_of(found.format)
    return FileResponse(found.file.open(), as_attachment=True, filename=name, content_type=kind)


@require_POST
def run_again(request: SignedIn, pk: int) -> HttpResponse:
    found = _own_run(request, pk)
    try:
        operations.try_again(run=found, by=Actor(request.user), now=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
    return redirect(found)


@require_POST
def drafts(request: SignedIn, plan: str, group: str) -> HttpResponse:
    """Switches on or off that the draft of a plan's paper for a group is made for me when the updates are due."""
    found = visible_plan(request, plan)
    require(request.user, Permission.MAKE_PAPERS, found.partnership)
    of = get_object_or_404(Group, slug=group, pk__in=found.plan_groups.values("group"))
    verb = operations.unschedule_drafts if request.POST.get("do") == "stop" else operations.schedule_drafts
    try:
        verb(plan=found, group=of, by=Actor(request.user), now=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"Drafts for {of} about {found}: {'off' if 'do' in request.POST else 'on'}.")
    return redirect("actionplans:papers")


def ready_drafts(user: User, on: date) -> list[PaperRun]:
    """The drafts that were made by themselves for meetings to come. No query for who makes no papers."""
    if not user.partnerships_where(Permission.MAKE_PAPERS):
        return []
    ready = user.paper_runs.filter(state=PaperRun.State.READY, round__meeting__on__gte=on).exclude(file="")
    return list(ready.order_by("round__meeting__on", "pk"))


def _coming(user: User, on: date) -> list[Round]:
    """The meetings to come of the plans whose papers the person makes, the paper that is due first first.

    Each with how many have reported and its paper. At most COMING_SHOWN; three queries, none for who makes no papers.
    """
    if not user.partnerships_where(Permission.MAKE_PAPERS):
        return []
    active = plans_for_papers(user).filter(status=Plan.Status.ACTIVE)
    rounds = Round.objects.filter(plan__in=active, meeting__on__gte=on).select_related("plan", "meeting__group")
    coming = list(rounds.order_by("meeting__paper_deadline_on", "meeting__on", "pk")[:COMING_SHOWN])
    know_their_papers(coming, on)
    return coming


def _own_run(request: SignedIn, pk: int) -> PaperRun:
    """A run of the person's own; to everybody else it does not exist."""
    return get_object_or_404(request.user.paper_runs.select_related("group", "inspection"), pk=pk)


def _may_take(user: User, run: PaperRun) -> bool:
    """Papers: whoever makes papers of every plan in it. Packs: as `may_have_pack`."""
    if run.is_pack:
        return may_have_pack(user, run, clock.today())
    return not run.plans.exclude(pk__in=plans_for_papers(user)).exists()


def _is_outdated(run: PaperRun) -> bool:
    """Whether a pack holds what was taken back since it was asked for."""
    return run.is_pack and any(is_outdated(plan, run.asked_at) for plan in run.plans.all())
