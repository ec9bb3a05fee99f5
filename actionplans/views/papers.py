"""Pages of papers: the round and the paper of one meeting, taking it as a file, issuing it, reading what was issued."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from actionplans.forms.days import OnForm
from actionplans.models import Paper, Plan
from actionplans.operations import Actor, issue_paper
from actionplans.papers import FORMATS, Report, build_report
from actionplans.papers.blocks import content_of
from actionplans.papers.drafting import template_of, words_of
from actionplans.permissions import reader_of
from actionplans.views.reading import SignedIn, as_at, page
from actionplans.views.rounds import round_context
from core import clock
from partnerships.models import Meeting
from partnerships.permissions import require
from partnerships.roles import Permission


@page
def meeting(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """The paper of a plan for one meeting, as a page, as at a day; before it, who has reported and who has not."""
    found, sitting = _plan_and_meeting(request, plan, pk)
    day = as_at(request)
    report = build_report(found, on=day.on, meeting=sitting, words=words_of(found, sitting))
    answered = found.rounds.filter(meeting=sitting).first()
    if answered:
        answered.plan, answered.meeting = found, sitting
    context = {
        "plan": found,
        "meeting": sitting,
        "round": answered,
        "form": day.form,
        "day": day,
        "formats": _formats(reverse("actionplans:meeting", args=[found.slug, sitting.pk]), f"?on={day.on}"),
        "unreported": [each for each in report.exceptions if each.kind == "No update"],
        "issued": found.papers.filter(meeting=sitting).order_by("-edition"),
        "has_drafts": request.user.paper_schedules.filter(plan=found, group=sitting.group).exists(),
        **(round_context(answered, request.user, day.today) if day.is_today else {}),
        "content": content_of(report),
    }
    return render(request, "actionplans/meeting.html", context, status=day.status)


@page
def meeting_file(request: SignedIn, plan: str, pk: int, ending: str) -> HttpResponse:
    """The paper as a file, marked as a draft: nothing is kept of it."""
    found, sitting = _plan_and_meeting(request, plan, pk)
    day = as_at(request)
    if day.form.errors:
        return HttpResponse(day.form.errors["on"][0], status=422, content_type="text/plain; charset=utf-8")
    report = build_report(found, on=day.on, meeting=sitting, words=words_of(found, sitting))
    return _download(ending, FORMATS[ending].write(report, template_of(sitting.group)), f"{found.slug}-{report.as_at}")


@require_POST
def paper_issue(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    now = clock.now()
    found, sitting = _plan_and_meeting(request, plan, pk)
    form = OnForm(request.POST, today=clock.day_of(now))
    if not form.is_valid():
        messages.error(request, str(form.errors["on"][0]))
        return redirect("actionplans:meeting", found.slug, sitting.pk)
    paper = issue_paper(plan=found, meeting=sitting, on=form.day(), by=Actor(request.user), now=now)
    messages.success(request, f"Paper issued: edition {paper.edition} for {sitting}.")
    return redirect(paper)


@page
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """An issued paper, as it was."""
    found = _visible_paper(request, pk)
    context = {
        "paper": found,
        "plan": found.plan,
        "files": found.files.order_by("format"),
        "formats": _formats(found.get_absolute_url(), ""),
        "content": content_of(Report.from_json(found.exempt_content or found.content)),
    }
    return render(request, "actionplans/paper.html", context)


@page
def paper_file(request: SignedIn, pk: int, ending: str) -> FileResponse:
    found = get_object_or_404(_visible_paper(request, pk).files, format=ending)
    name = f"{found.paper.plan.slug}-{found.paper.as_at}-edition-{found.paper.edition}.{ending}"
    return FileResponse(found.file.open(), as_attachment=True, filename=name, content_type=FORMATS[ending].content_type)


def _plan_and_meeting(request: SignedIn, plan: str, pk: int) -> tuple[Plan, Meeting]:
    """The plan and a meeting of one of its groups, for those who make papers (403 for others who may read it)."""
    visible = Plan.objects.visible_to(request.user, clock.today()).select_related("partnership", "lead_post")
    found = get_object_or_404(visible, slug=plan)
    require(request.user, Permission.MAKE_PAPERS, found.partnership)
    groups = found.plan_groups.values("group")
    return found, get_object_or_404(Meeting.objects.filter(group__in=groups).select_related("group"), pk=pk)


def _visible_paper(request: SignedIn, pk: int) -> Paper:
    papers = Paper.objects.filter(plan__in=Plan.objects.visible_to(request.user, clock.today()))
    found = get_object_or_404(papers.select_related("plan__partnership", "meeting__group"), pk=pk)
    if not reader_of(request.user, found.plan).reads_papers:
        raise Http404
    return found


def _formats(address: str, query: str) -> list[dict[str, str]]:
    return [{"label": each.label, "url": f"{address}paper.{ending}{query}"} for ending, each in FORMATS.items()]


def _download(ending: str, data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=FORMATS[ending].content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
