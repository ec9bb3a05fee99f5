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
from actionplans.papers.editions import differs, public
from actionplans.permissions import reader_of
from actionplans.views.reading import SignedIn, as_at, page
from actionplans.views.rounds import round_context
from core import clock
from partnerships.models import Meeting
from partnerships.permissions import require
from partnerships.roles import Permission

PUBLIC = "public"


@page
def meeting(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """The paper of a plan for one meeting, as a page, as at a day; before it, who has reported and who has not."""
    found, sitting = _plan_and_meeting(request, plan, pk)
    day = as_at(request)
    whole = build_report(found, on=day.on, meeting=sitting, words=words_of(found, sitting))
    report = _edition(request, whole)
    answered = found.rounds.filter(meeting=sitting).first()
    if answered:
        answered.plan, answered.meeting = found, sitting
    context = {
        "plan": found,
        "meeting": sitting,
        "round": answered,
        "form": day.form,
        "day": day,
        "formats": _formats(
            reverse("actionplans:meeting", args=[found.slug, sitting.pk]),
            f"?on={day.on}{'' if report.is_exempt else '&edition=public'}",
        ),
        "has_editions": differs(whole),
        "is_exempt": report.is_exempt,
        "unreported": [each for each in whole.exceptions if each.kind == "No update"],
        "issued": found.papers.filter(meeting=sitting).order_by("-edition"),
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
    report = _edition(request, build_report(found, on=day.on, meeting=sitting, words=words_of(found, sitting)))
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
    """An issued paper, as it was: the exempt edition where there is one, unless the public one is asked for."""
    found = _visible_paper(request, pk)
    exempt = None if request.GET.get("edition") == PUBLIC else found.exempt_content
    context = {
        "paper": found,
        "plan": found.plan,
        "files": found.files.order_by("is_exempt", "format"),
        "formats": _formats(found.get_absolute_url(), ""),
        "exempt_formats": _formats(f"{found.get_absolute_url()}exempt/", "") if found.exempt_content else [],
        "is_exempt": exempt is not None,
        "content": content_of(Report.from_json(exempt or found.content)),
    }
    return render(request, "actionplans/paper.html", context)


@page
def paper_file(request: SignedIn, pk: int, ending: str, *, is_exempt: bool = False) -> FileResponse:
    """A file of an issued paper, of the public edition until the exempt one is asked for."""
    found = get_object_or_404(_visible_paper(request, pk).files, format=ending, is_exempt=is_exempt)
    edition = f"edition-{found.paper.edition}{'-exempt' if is_exempt else ''}"
    name = f"{found.paper.plan.slug}-{found.paper.as_at}-{edition}.{ending}"
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


def _edition(request: SignedIn, report: Report) -> Report:
    """The draft that `?edition=` asks for: all of it, until that is the public edition."""
    return public(report) if request.GET.get("edition") == PUBLIC else report


def _formats(address: str, query: str) -> list[dict[str, str]]:
    return [{"label": each.label, "url": f"{address}paper.{ending}{query}"} for ending, each in FORMATS.items()]


def _download(ending: str, data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=FORMATS[ending].content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
