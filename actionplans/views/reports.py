"""Pages on which a co-ordinator enters an inspection's report: the report, its day of publication, its grades."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from actionplans.forms.reports import GradesForm, PublicationForm, ReportForm
from actionplans.views.building import answer, form_page, inspection_to_build
from actionplans.views.reading import SignedIn, sent
from actionplans.views.writing import attempt
from core import clock
from core.typed import fill_typed, keeps_typed
from inspections import operations as inspecting
from inspections.models import Inspection
from partnerships.models import Partnership
from partnerships.permissions import require
from partnerships.roles import Permission


@keeps_typed
@form_page
def report_new(request: SignedIn, partnership: str) -> HttpResponse:
    """Takes a report, shows what was understood of it, and keeps it when that is said to be right."""
    now = clock.now()
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    require(request.user, Permission.BUILD_PLANS, found)
    form = ReportForm(sent(request), partnership=found)
    context = {"partnership": found, "kept": fill_typed(request, form)}
    if form.is_valid() and "change" not in request.POST:
        is_right = "enter" in request.POST
        report = _entered(request, form, found, now, is_kept=is_right)
        if report and is_right:
            messages.success(request, f"Entered: {report}.")
            return redirect("actionplans:inspection", report.slug)
        if report:
            return _check_page(request, form, found)
    return answer(request, "actionplans/report_new.html", form, context)


@form_page
def report_published(request: SignedIn, inspection: str) -> HttpResponse:
    """Enters on which day a report was published that was entered without one."""
    now, found = clock.now(), inspection_to_build(request, inspection)
    form = PublicationForm(sent(request))

    def verb() -> object:
        on = form.cleaned_data["published_on"]
        return inspecting.enter_publication(inspection=found, on=on, by=request.user, now=now)

    if form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, "The day of publication is entered. A plan can be drafted now.")
        return redirect("actionplans:inspection", inspection)
    return answer(request, "actionplans/report_published.html", form, {"inspection": found})


@form_page
def report_grades(request: SignedIn, inspection: str) -> HttpResponse:
    """Enters grades of the quality indicators that have none yet."""
    now, found = clock.now(), inspection_to_build(request, inspection)
    form = GradesForm(sent(request), inspection=found)

    def verb() -> object:
        return inspecting.enter_grades(inspection=found, grades=form.grades(), by=request.user, now=now)

    if form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, "The grades are entered.")
        return redirect("actionplans:inspection", inspection)
    return answer(request, "actionplans/report_grades.html", form, {"inspection": found})


def _entered(
    request: SignedIn, form: ReportForm, partnership: Partnership, now: datetime, *, is_kept: bool
) -> Inspection | None:
    """The report as it is entered; None where that is refused, which the form then says.

    What is only to be checked is entered and undone, so that whatever would be refused is said before the check.
    """
    made: list[Inspection] = []

    def verb() -> None:
        said = form.facts()
        made.append(inspecting.enter_report(partnership=partnership, by=request.user, now=now, **said))

    with transaction.atomic():
        is_done = attempt(request, form, verb, about=form.cleaned_data["title"], now=now)
        transaction.set_rollback(not is_kept)
    return made[0] if is_done else None


def _check_page(request: SignedIn, form: ReportForm, partnership: Partnership) -> HttpResponse:
    context = {
        "partnership": partnership,
        "facts": form.in_words(),
        "recommendations": form.cleaned_data["recommendations"],
        "findings": [(form[name].label, texts) for name, texts in form.findings()],
        "hidden": form.kept(),
    }
    return render(request, "actionplans/report_check.html", context)
