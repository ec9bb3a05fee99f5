"""Bare views: each fetches the rows of one of the product's pages and renders them plainly. See bench/README.md."""

import csv
import io

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from actionplans.models import UNDONE, Action, Entry, Measure, Plan, ProgressUpdate, Reading, Status
from bench.bare.dashboard import counts_of, exceptions_of
from bench.bare.export import HEADINGS, rows_of
from partnerships.models import Holding, Partnership

STATE = ("status", "percent", "at_risk", "barrier")
TABLES = {relation.name for relation in Entry._meta.related_objects if relation.parent_link}


class UpdateForm(forms.Form):
    status = forms.ChoiceField(choices=Status.choices)
    percent = forms.IntegerField(min_value=0, max_value=100)
    wording = forms.CharField(widget=forms.Textarea)
    working_note = forms.CharField(widget=forms.Textarea, required=False)
    at_risk = forms.BooleanField(required=False)
    barrier = forms.CharField(required=False)


@login_required
def late(request, partnership):
    today = timezone.localdate()
    found = get_object_or_404(Partnership, slug=partnership)
    actions = Action.objects.filter(plan__partnership=found, status__in=UNDONE, current_due_on__lt=today)
    ordered = actions.select_related("plan", "lead_post").order_by("current_due_on", "pk")
    page = Paginator(ordered, 50).get_page(request.GET.get("page"))
    holders = holders_of(page, today)
    rows = [(each, holders.get(each.lead_post_id), each.days_late(today), each.rag(today)) for each in page]
    return render(request, "bare/late.html", {"partnership": found, "page": page, "rows": rows, "today": today})


@login_required
def dashboard(request, plan):
    """The plan as it is today: from the actions themselves, not from their history."""
    today = timezone.localdate()
    found = get_object_or_404(Plan.objects.select_related("partnership", "lead_post"), slug=plan)
    fetched = found.actions.select_related("lead_post").prefetch_related("recommendations", "measures__readings")
    actions = list(fetched.order_by("position"))
    rounds = list(found.rounds.select_related("meeting__group").order_by("meeting__on"))
    holders = holders_of(actions, today)
    sections = {}
    for each in actions:
        for recommendation in each.recommendations.all():
            row = (each, each.lead_post_id in holders, each.rag(today))
            sections.setdefault(recommendation, []).append(row)
    context = {
        "plan": found,
        "inspections": found.inspections.all(),
        "today": today,
        "counts": counts_of(actions, rounds, today),
        "exceptions": exceptions_of(actions, rounds, holders, today),
        "sections": sorted(sections.items(), key=lambda item: item[0].position),
        "rounds": rounds,
        "papers": found.papers.select_related("meeting__group").order_by("-issued_at"),
    }
    return render(request, "bare/plan.html", context)


@login_required
def action(request, plan, ref):
    today = timezone.localdate()
    actions = Action.objects.select_related("plan", "lead_post", "lead_agency")
    found = get_object_or_404(actions, plan__slug=plan, ref=ref)
    latest = Reading.objects.filter(measure=OuterRef("pk")).order_by("-on", "-pk")
    kinds = TABLES.intersection(found.entries.order_by().values_list("kind", flat=True).distinct())
    entries = [each.detail for each in found.entries.order_by("-seq").select_related(*(kinds or [None]))]
    context = {
        "action": found,
        "rag": found.rag(today),
        "days_late": found.days_late(today),
        "days_past_original": found.days_past_original(today),
        "holder": holders_of([found], today).get(found.lead_post_id),
        "measures": Measure.objects.filter(action=found).annotate(
            latest=Subquery(latest.values("words")[:1]), latest_on=Subquery(latest.values("on")[:1])
        ),
        "history": entries,
        "evidence": [each for each in entries if each.kind == Entry.Kind.EVIDENCE],
        "released": {each.of_id for each in entries if each.kind == Entry.Kind.EVIDENCE_RELEASE and each.is_released},
        "reminders": found.reminders.select_related("message", "user").order_by("-message__on", "pk"),
    }
    return render(request, "bare/action.html", context)


@login_required
def update(request, plan, ref):
    """Writes the same two rows and the action's state; no lock, no chain, no rule but the form's."""
    found = get_object_or_404(Action.objects.select_related("plan", "lead_post"), plan__slug=plan, ref=ref)
    form = UpdateForm(request.POST or None, initial={name: getattr(found, name) for name in STATE})
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        state = {name: given[name] for name in STATE} | {"last_update_on": timezone.localdate(now)}
        kept = {name: getattr(found, name) for name in ("original_due_on", "current_due_on", "date_changes")}
        with transaction.atomic():
            Action.objects.filter(pk=found.pk).update(**state)
            ProgressUpdate.objects.create(
                plan=found.plan,
                seq=(found.plan.entries.aggregate(last=Max("seq"))["last"] or 0) + 1,
                action=found,
                kind=Entry.Kind.UPDATE,
                happened_on=state["last_update_on"],
                recorded_at=now,
                by=request.user,
                by_name=request.user.name,
                by_post=found.lead_post.title,
                wording=given["wording"],
                working_note=given["working_note"],
                **state,
                **kept,
            )
        return redirect("action", plan, ref)
    return render(request, "bare/update.html", {"action": found, "form": form})


@login_required
def actions_csv(request):
    today = timezone.localdate()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows(rows_of(Action.objects.order_by("plan__slug", "position"), today))
    return HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv")


def holders_of(actions, day):
    """Who holds the posts of some actions, by name."""
    posts = {each.lead_post_id for each in actions}
    held = Holding.objects.on(day).filter(post__in=posts, kind=Holding.Kind.HOLDER)
    return dict(held.values_list("post_id", "user__name"))
