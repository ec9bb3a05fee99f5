"""Pages for whoever trusts nothing: is the history of a plan unbroken, and what to check it with oneself."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import render

from actionplans.extracts import extract
from actionplans.forms.checking import MarkForm
from actionplans.integrity import Checked, check_history
from actionplans.models import Paper, Plan
from actionplans.permissions import reader_of
from actionplans.timeline import audience_of
from actionplans.views.reading import SignedIn, page, visible_plan
from core import clock

PROGRAM = settings.BASE_DIR / "docs" / "verify.py"


@dataclass(frozen=True)
class Printed:
    """An issued paper, and whether the row that its mark names is still the same."""

    paper: Paper
    holds: bool


@dataclass(frozen=True)
class Asked:
    """A mark that somebody typed in: whether it holds, and whether it names a row after the last that holds."""

    count: int
    holds: bool
    is_later: bool


@page
def plan_check(request: SignedIn, plan: str) -> HttpResponse:
    """Recomputes the history of a plan from its first row, against each issued paper and a mark that is typed in.

    What is checked is every row; what is said of a row that does not hold is its number, and more only to staff.
    """
    now = clock.now()
    found = visible_plan(request, plan)
    reader = reader_of(request.user, found)
    form = MarkForm(request.GET if "mark" in request.GET else None)
    asked = [form.cleaned_data["mark"]] if form.is_bound and form.is_valid() else []
    papers = list(_papers(found))
    checked = check_history(found, counts=[*(each.history_count for each in papers), *(count for count, _ in asked)])
    context = {
        "plan": found,
        "reader": reader,
        "form": form,
        "checked": checked,
        "fault": _said(checked, in_full=reader.sees_working_notes),
        "since": clock.day_of(checked.began_at) if checked.began_at else None,
        "now": now,
        "asked": [Asked(count, checked.has(count, digest), count > checked.count) for count, digest in asked],
        "papers": [Printed(each, checked.has(each.history_count, each.history_head)) for each in papers],
    }
    return render(request, "actionplans/plan_check.html", context, status=422 if form.errors else 200)


@page
def plan_extract(request: SignedIn, plan: str) -> HttpResponse:
    """The history as the reader may have it, for docs/verify.py."""
    today = clock.today()
    found = visible_plan(request, plan)
    lines = extract(found, audience_of(request.user, today, today), today)
    response = HttpResponse((f"{line}\n" for line in lines), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-history-{today}.jsonl"'
    return response


@page
def verify_program(request: SignedIn) -> FileResponse:
    """The program that checks an extract, with Python and nothing else."""
    kind = "text/x-python; charset=utf-8"
    return FileResponse(PROGRAM.open("rb"), as_attachment=True, filename=PROGRAM.name, content_type=kind)


def _papers(plan: Plan) -> QuerySet[Paper]:
    papers = plan.papers.exclude(history_count=0).select_related("meeting__group")
    return papers.defer("content", "exempt_content").order_by("-issued_at", "-pk")


def _said(checked: Checked, *, in_full: bool) -> str:
    """The fault in a sentence; who is not staff is not told of what kind the row is."""
    return checked.fault if in_full or not checked.row else f"Row {checked.row} does not hold."
