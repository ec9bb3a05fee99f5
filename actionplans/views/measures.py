"""Pages of measures: one with its chart and readings, recording a reading, adding measures and comparisons."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.db.models import Q, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.measures import ComparatorForm, MeasureForm, ReadingForm
from actionplans.models import Measure, Plan, Reading
from actionplans.operations import Actor
from actionplans.outcomes import outcomes
from actionplans.permissions import may_record, reader_of, require_record
from actionplans.views.reading import SignedIn, page, sent
from actionplans.views.series import charts_of, series_lookups, series_of
from actionplans.views.writing import attempt, speaker
from core import clock
from partnerships.models import User
from partnerships.permissions import require, speaks_for
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@page
def measure(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """One measure: what it says, its chart, and every reading in tables."""
    today = clock.today()
    found, its_plan = visible_measure(request, plan, pk, today)
    outcome = outcomes(Measure.objects.filter(pk=found.pk), today)[0]
    prefetch_related_objects([found], *series_lookups())
    series = series_of(found)
    context = {
        "measure": found,
        "plan": its_plan,
        "outcome": outcome,
        "series": series,
        "charts": charts_of(found, series),
        "may_record": may_record(request.user, found, today),
        "reader": reader_of(request.user, its_plan),
    }
    return render(request, "actionplans/measure.html", context)


@form_page
def reading_new(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """Records a reading, or with `?corrects=` puts one right. Also after closing: whether it lasts is seen then."""
    now = clock.now()
    today = clock.day_of(now)
    found, its_plan = visible_measure(request, plan, pk, today)
    require_record(request.user, found, today)
    corrects = _to_correct(request, found)
    form = ReadingForm(sent(request), measure=found, on=today, corrects=corrects)

    def verb() -> object:
        given = {name: form.cleaned_data[name] for name in ("on", "words", "source", "note")}
        by, comparator = _speaker(request.user, found, its_plan, today), form.comparator()
        return operations.record_reading(
            measure=found, comparator=comparator, replaces=corrects, by=by, now=now, **given
        )

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, f"Reading {'corrected' if corrects else 'recorded'}: {form.cleaned_data['words']}.")
        return redirect("actionplans:measure", plan, pk)
    context = {"form": form, "measure": found, "plan": its_plan, "corrects": corrects}
    return render(request, "actionplans/reading_new.html", context, status=422 if form.errors else 200)


@form_page
def measure_new(request: SignedIn, plan: str) -> HttpResponse:
    """Adds a measure of the plan as a whole."""
    now = clock.now()
    visible = Plan.objects.visible_to(request.user, clock.day_of(now)).select_related("partnership")
    found = get_object_or_404(visible, slug=plan)
    require(request.user, Permission.BUILD_PLANS, found.partnership)
    form = MeasureForm(sent(request), plan=found)

    def verb() -> object:
        return operations.add_measure(plan=found, by=Actor(request.user), now=now, **form.given())

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, f"Measure added: {form.cleaned_data['name']}.")
        return redirect(f"{found.get_absolute_url()}#measures")
    context = {"form": form, "plan": found}
    return render(request, "actionplans/measure_new.html", context, status=422 if form.errors else 200)


@form_page
def comparator_new(request: SignedIn, plan: str, pk: int) -> HttpResponse:
    """Adds a series that a measure of the plan, or of one of its actions, is held against."""
    now = clock.now()
    found, its_plan = visible_measure(request, plan, pk, clock.day_of(now))
    require(request.user, Permission.BUILD_PLANS, its_plan.partnership)
    form = ComparatorForm(sent(request))

    def verb() -> object:
        name = form.cleaned_data["name"]
        return operations.add_comparator(measure=found, name=name, by=Actor(request.user), now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, f"Comparison added: {form.cleaned_data['name']}.")
        return redirect("actionplans:measure", plan, pk)
    context = {"form": form, "measure": found, "plan": its_plan}
    return render(request, "actionplans/comparator_new.html", context, status=422 if form.errors else 200)


def visible_measure(request: SignedIn, plan: str, pk: int, on: date) -> tuple[Measure, Plan]:
    """The measure of a plan, or of one of its actions, that an address names, to those who may see it; and the plan."""
    visible = Measure.objects.visible_to(request.user, on).filter(Q(plan__slug=plan) | Q(action__plan__slug=plan))
    related = visible.select_related("plan__partnership", "action__plan__partnership", "action__lead_post", "part_of")
    found = get_object_or_404(related, pk=pk)
    return found, cast(Plan, found.get_plan())


def _to_correct(request: SignedIn, measure: Measure) -> Reading | None:
    """The reading that `?corrects=` names, if it names one."""
    key = request.GET.get("corrects")
    if key is None:
        return None
    return get_object_or_404(measure.readings.select_related("comparator"), pk=int(key) if key.isdecimal() else 0)


def _speaker(user: User, measure: Measure, plan: Plan, on: date) -> Actor:
    """The person for the post that owns the action, where they speak for it; else for their own, if any."""
    action = measure.action
    if action and speaks_for(user, action.lead_post_id, on):
        return Actor(user, action.lead_post)
    return speaker(user, plan.partnership, on)
