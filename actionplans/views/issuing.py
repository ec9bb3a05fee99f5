"""Pages that make a paper: what a person writes for it, issuing it, checking it later, and how a group wants them."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.days import OnForm
from actionplans.forms.layouts import LayoutPage
from actionplans.forms.papers import IssueForm, WordsForm, stamp
from actionplans.models import Paper, PaperWords, Plan
from actionplans.operations import Actor
from actionplans.papers.checking import check_paper
from actionplans.papers.drafting import words_of
from actionplans.papers.layouts import layout_of, starting_points
from actionplans.views.groups import visible_group
from actionplans.views.papers import plan_and_meeting, visible_paper
from actionplans.views.reading import SignedIn, page, sent
from actionplans.views.writing import attempt, see_the_latest
from core import clock
from core.refusal import Refusal
from core.typed import fill_typed, keeps_typed
from partnerships.models import Meeting
from partnerships.permissions import require
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@keeps_typed
@form_page
def paper_words(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """What a person writes for a paper; before anything is written, what the last paper of the group said."""
    now = clock.now()
    found, sitting = plan_and_meeting(request, plan, pk)
    kept = PaperWords.objects.filter(plan=found, meeting=sitting).select_related("changed_by").first()
    words = words_of(found, sitting)
    form = WordsForm(sent(request), layout=layout_of(sitting.group), words=words, kept=kept)
    fill_typed(request, form)

    def verb() -> None:
        seen = kept.changed_at if kept else None
        said = form.written()
        operations.save_words(plan=found, meeting=sitting, words=said, seen=seen, by=Actor(request.user), now=now)

    if form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, "Words saved.")
        return redirect("actionplans:meeting", found.slug, sitting.pk)
    see_the_latest(form, stamp(kept))
    context = {"plan": found, "meeting": sitting, "form": form, "is_new": kept is None}
    context["has_earlier"] = any(words.values())
    return render(request, "actionplans/paper_words.html", context, status=422 if form.errors else 200)


@form_page
def paper_issue(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """Issues the paper as at the posted day. From the second edition on it asks what that changes."""
    now = clock.now()
    found, sitting = plan_and_meeting(request, plan, pk)
    day = OnForm(request.POST if request.method == "POST" else request.GET, today=clock.day_of(now))
    if not day.is_valid():
        messages.error(request, str(day.errors["on"][0]))
        return redirect("actionplans:meeting", found.slug, sitting.pk)
    before = list(found.papers.filter(meeting=sitting).order_by("-edition"))
    form = IssueForm(request.POST if "changed" in request.POST else None)
    is_first_post = request.method == "POST" and not before
    if is_first_post or (form.is_bound and form.is_valid()):
        issued = _issue(request, form, found, sitting, day, now)
        if issued:
            return redirect(issued)
    context = {"plan": found, "meeting": sitting, "form": form, "on": day.day(), "before": before}
    return render(request, "actionplans/paper_issue.html", context, status=422 if form.errors else 200)


@page
def paper_check(request: SignedIn, pk: int) -> HttpResponse:
    """Whether an issued paper is still what was issued, and comes out the same when it is made again."""
    found = visible_paper(request, pk)
    findings = check_paper(found)
    context = {"paper": found, "plan": found.plan, "findings": findings, "holds": all(each.holds for each in findings)}
    return render(request, "actionplans/paper_check.html", context)


@form_page
def group_layout(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    """How a group wants its papers; `?start=` fills the page with a published layout, which is saved like any other."""
    found = visible_group(request, partnership, group)
    require(request.user, Permission.MAKE_PAPERS, found.partnership)
    points = starting_points()
    start = request.GET.get("start", "")
    layout = LayoutPage(sent(request), points.get(start) or layout_of(found))
    if layout.is_bound and layout.is_valid():
        operations.set_paper_layout(group=found, layout=layout.layout(), by=Actor(request.user), now=clock.now())
        messages.success(request, "Layout saved. Papers that were issued stay as they are.")
        return redirect("actionplans:group", partnership, group)
    context = {"group": found, "partnership": found.partnership, "layout": layout, "formset": layout}
    context |= {"points": points, "start": start if start in points else ""}
    return render(request, "actionplans/group_layout.html", context, status=422 if layout.is_bound else 200)


def _issue(
    request: SignedIn, form: IssueForm, plan: Plan, meeting: Meeting, day: OnForm, now: datetime
) -> Paper | None:
    """The paper, issued; none when that was refused, which the form then says."""
    changed = form.cleaned_data["changed"] if form.is_bound else ""
    by = Actor(request.user)
    try:
        issued = operations.issue_paper(plan=plan, meeting=meeting, on=day.day(), by=by, now=now, changed=changed)
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
        return None
    messages.success(request, f"Paper issued: edition {issued.edition} for {meeting}.")
    return issued
