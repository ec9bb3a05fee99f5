"""Pages that read papers: the round and the paper of one meeting, taking it as a file, and what was issued."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from actionplans.models import Paper, Plan
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
    found, sitting = plan_and_meeting(request, plan, pk)
    day = as_at(request)
    whole = build_report(found, on=day.on, meeting=sitting, words=words_of(found, sitting))
    report = _edition(request, whole)
    answered = found.rounds.filter(meeting=sitting).first()
    if answered:
        answered.plan, answered.meeting = found, sitting
    computed = report.layout.computed
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
        "blank": [each for each in report.layout.written if not report.written(each) and each not in computed],
        "has_drafts": request.user.paper_schedules.filter(plan=found, group=sitting.group).exists(),
        **(round_context(answered, request.user, day.today) if day.is_today else {}),
        "content": content_of(report),
    }
    return render(request, "actionplans/meeting.html", context, status=day.status)


@page
def meeting_file(request: SignedIn, plan: str, pk: int, ending: str) -> HttpResponse:
    """The paper as a file, marked as a draft: nothing is kept of it."""
    found, sitting = plan_and_meeting(request, plan, pk)
    day = as_at(request)
    if day.form.errors:
        return HttpResponse(day.form.errors["on"][0], status=422, content_type="text/plain; charset=utf-8")
    report = _edition(request, build_report(found, on=day.on, meeting=sitting, words=words_of(found, sitting)))
    return _download(ending, FORMATS[ending].write(report, template_of(sitting.group)), f"{found.slug}-{report.as_at}")


@page
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """An issued paper, as it was: the exempt edition where there is one, unless the public one is asked for."""
    found = visible_paper(request, pk)
    exempt = None if request.GET.get("edition") == PUBLIC else found.exempt_content
    shown = Report.from_json(exempt or found.content)
    context = {
        "paper": found,
        "plan": found.plan,
        "since": changes_in_words(shown),
        "decisions": found.decisions.order_by("pk"),
        "issues": found.plan.papers.filter(meeting=found.meeting_id).order_by("edition"),
        "files": found.files.order_by("is_exempt", "format"),
        "formats": _formats(found.get_absolute_url(), ""),
        "exempt_formats": _formats(f"{found.get_absolute_url()}exempt/", "") if found.exempt_content else [],
        "is_exempt": exempt is not None,
        "reader": reader_of(request.user, found.plan),
        "is_held": found.meeting.on <= clock.today(),
        "content": content_of(shown),
    }
    return render(request, "actionplans/paper.html", context)


@page
def paper_file(request: SignedIn, pk: int, ending: str, *, is_exempt: bool = False) -> FileResponse:
    """A file of an issued paper, of the public edition until the exempt one is asked for."""
    found = get_object_or_404(visible_paper(request, pk).files, format=ending, is_exempt=is_exempt)
    edition = f"edition-{found.paper.edition}{'-exempt' if is_exempt else ''}"
    name = f"{found.paper.plan.slug}-{found.paper.as_at}-{edition}.{ending}"
    return FileResponse(found.file.open(), as_attachment=True, filename=name, content_type=FORMATS[ending].content_type)


def changes_in_words(report: Report) -> list[tuple[str, list[str]]]:
    """For members: each kind of change since the last paper that happened, with the actions that it happened to."""
    kinds = report.since.changes.kinds if report.since else ()
    return [(kind.label, [f"{row.ref} {row.title}" for row in kind.rows]) for kind in kinds if kind.rows]


def plan_and_meeting(request: SignedIn, plan: str, pk: int) -> tuple[Plan, Meeting]:
    """The plan and a meeting of one of its groups, for those who make papers (403 for others who may read it)."""
    visible = Plan.objects.visible_to(request.user, clock.today()).select_related("partnership", "lead_post")
    found = get_object_or_404(visible, slug=plan)
    require(request.user, Permission.MAKE_PAPERS, found.partnership)
    groups = found.plan_groups.values("group")
    return found, get_object_or_404(Meeting.objects.filter(group__in=groups).select_related("group"), pk=pk)


def visible_paper(request: SignedIn, pk: int) -> Paper:
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
