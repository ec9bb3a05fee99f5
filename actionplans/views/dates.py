"""Pages about due dates and meetings: asking for a later date, and recording what a group decided."""

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.decisions import DateRequestForm, WithdrawDateForm
from actionplans.forms.meetings import MeetingPage
from actionplans.models import Action, DateRequest, Plan
from actionplans.operations.dates import open_request
from actionplans.permissions import require_post
from actionplans.views.reading import SignedIn, sent, visible_action
from actionplans.views.writing import attempt, author, record_passed, speaker
from core import clock
from core.typed import fill_typed, keeps_typed
from partnerships.permissions import require
from partnerships.roles import Permission


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def date_request(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """Asks for another due date. The request alone changes nothing."""
    now = clock.now()
    today = clock.day_of(now)
    found = visible_action(request, plan, ref, today)
    require_post(request.user, found, today)
    form = DateRequestForm(sent(request), action=found, on=today)
    if request.method == "POST" and form.is_valid() and _asked(request, form, found, now):
        messages.success(request, f"A later date is asked for {found.ref}. It waits for an answer.")
        return redirect(found)
    waiting = open_request(found)
    context = {
        "form": form,
        "action": found,
        "plan": found.plan,
        "kept": fill_typed(request, form),
        "waiting": waiting,
        "may_withdraw": waiting and waiting.by_id == request.user.pk,
        "days_late": found.days_late(today),
        "days_past_original": found.days_past_original(today),
    }
    return render(request, "actionplans/date_request.html", context, status=422 if form.errors else 200)


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def date_withdraw(request: SignedIn, plan: str, ref: str, pk: int) -> HttpResponse:
    """Takes back a request for another due date: whoever made it, while it waits for an answer."""
    now = clock.now()
    found = visible_action(request, plan, ref, clock.day_of(now))
    require_post(request.user, found, clock.day_of(now))
    asked = DateRequest.objects.filter(action=found, pk=pk).waiting().first()
    if asked and asked.by_id != request.user.pk:
        raise PermissionDenied
    form = WithdrawDateForm(request.POST if asked and request.method == "POST" else None)
    if asked and request.method == "POST" and form.is_valid() and _withdrawn(request, form, asked, found, now):
        messages.success(request, f"The request for {found.ref} is withdrawn. You can ask for a date again.")
        return redirect(found)
    context = {
        "form": form,
        "action": found,
        "plan": found.plan,
        "kept": fill_typed(request, form),
        "waiting": asked,
        "blocked": "" if asked else "This request does not wait for an answer any more.",
    }
    return render(request, "actionplans/date_withdraw.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: SignedIn, plan: str) -> HttpResponse:
    """One page a meeting: all that it decided about dates and closing, recorded together or not at all."""
    now = clock.now()
    today = clock.day_of(now)
    visible = Plan.objects.visible_to(request.user, today).select_related("partnership")
    found = get_object_or_404(visible, slug=plan)
    require(request.user, Permission.DECIDE, found.partnership)
    page = MeetingPage(sent(request), plan=found, on=today, page=request.GET.get("page"))
    if page.is_bound and page.is_valid() and _recorded(request, page, now):
        count = len(page.chosen)
        messages.success(request, f"{count} decision{'' if count == 1 else 's'} recorded.")
        return redirect(found)
    context = {"plan": found, "page": page, "page_obj": page.page_obj, "formset": page}
    return render(request, "actionplans/decisions.html", context, status=422 if page.is_bound else 200)


def _asked(request: SignedIn, form: DateRequestForm, action: Action, now: datetime) -> bool:
    given = form.cleaned_data
    return attempt(
        request,
        form,
        lambda: operations.request_date_change(
            action=action,
            to_on=given["to_on"],
            reason=given["reason"],
            reason_kind=given["reason_kind"],
            by=author(request.user, action, clock.day_of(now)),
            now=now,
        ),
        about=action,
        now=now,
    )


def _withdrawn(request: SignedIn, form: WithdrawDateForm, asked: DateRequest, action: Action, now: datetime) -> bool:
    by, reason = author(request.user, action, clock.day_of(now)), form.cleaned_data["reason"]
    return attempt(
        request,
        form,
        lambda: operations.withdraw_date_request(request=asked, reason=reason, by=by, now=now),
        about=action,
        now=now,
    )


def _recorded(request: SignedIn, page: MeetingPage, now: datetime) -> bool:
    """Whether every decision could be recorded. Each row is tried, so that all that is wrong is said at once."""
    by = speaker(request.user, page.plan.partnership, clock.day_of(now))
    decision = page.head.decision()
    with transaction.atomic():
        done = [
            attempt(request, row, partial(row.record, decision, by, now), about=row.subject, now=now)
            for row in page.chosen
        ]
        record_passed(request, page.head, about=page.plan, now=now)
        transaction.set_rollback(not all(done))
    return all(done)
