"""Pages of who inspects: which inspectors have access, when they last looked, and whether they may ask questions."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actionplans.forms.inspectors import AccessForm, ChangeAccessForm
from actionplans.looked import grants_of
from actionplans.views.reading import SignedIn, page
from actionplans.views.writing import attempt
from core import clock
from core.refusal import Refusal
from inspections import operations as inspecting
from inspections.models import Grant, Inspection
from partnerships.permissions import may, require
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@page
def inspectors(request: SignedIn, inspection: str) -> HttpResponse:
    """Who has or had access to an inspection, and when each last looked. For staff; to others it does not exist."""
    today = clock.today()
    found = _visible(request, inspection)
    grants = list(grants_of(found).order_by("user__name", "-ends_on", "-pk"))
    context = {
        "inspection": found,
        "current": [each for each in grants if not each.is_over(today)],
        "over": [each for each in grants if each.is_over(today)],
        "manages": may(request.user, Permission.MANAGE_INSPECTORS, found.partnership),
        "today": today,
    }
    return render(request, "actionplans/inspectors.html", context)


@form_page
def inspector_new(request: SignedIn, inspection: str) -> HttpResponse:
    """Gives an inspector access, by e-mail address."""
    now = clock.now()
    found = _managed(request, inspection)
    form = AccessForm(request.POST or None)

    def verb() -> object:
        given = {name: form.cleaned_data[name] for name in ("name", "email", "ends_on", "may_ask")}
        return inspecting.give_access(inspection=found, by=request.user, now=now, **given)

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, f"Access given to {form.cleaned_data['email']}. They are told by e-mail.")
        return redirect("actionplans:inspectors", found.slug)
    context = {"form": form, "inspection": found}
    return render(request, "actionplans/inspector_new.html", context, status=422 if form.errors else 200)


@form_page
def inspector_change(request: SignedIn, inspection: str, pk: int) -> HttpResponse:
    """Sets the last day of an inspector's access, and whether they may ask."""
    now = clock.now()
    found = _managed(request, inspection)
    grant = _grant(found, pk)
    initial = {"ends_on": grant.ends_on, "may_ask": grant.may_ask}
    form = ChangeAccessForm(request.POST or None, initial=initial)

    def verb() -> object:
        given = {name: form.cleaned_data[name] for name in ("ends_on", "may_ask")}
        return inspecting.change_access(grant=grant, by=request.user, now=now, **given)

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=grant, now=now):
        messages.success(request, f"Access of {grant.user} saved.")
        return redirect("actionplans:inspectors", found.slug)
    is_over = grant.is_over(clock.day_of(now))
    context = {"form": form, "inspection": found, "grant": grant, "is_over": is_over}
    return render(request, "actionplans/inspector_change.html", context, status=422 if form.errors else 200)


@require_POST
def inspector_end(request: SignedIn, inspection: str, pk: int) -> HttpResponse:
    """Ends an inspector's access at once."""
    found = _managed(request, inspection)
    grant = _grant(found, pk)
    try:
        inspecting.end_access(grant=grant, by=request.user, now=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"Access of {grant.user} ended.")
    return redirect("actionplans:inspectors", found.slug)


def _visible(request: SignedIn, slug: str) -> Inspection:
    """The inspection, to staff of its partnership; who inspects is nobody else's business."""
    visible = Inspection.objects.visible_to(request.user, clock.today()).select_related("partnership")
    found = get_object_or_404(visible, slug=slug)
    if not may(request.user, Permission.SEE_WORKING_NOTES, found.partnership):
        raise Http404
    return found


def _managed(request: SignedIn, slug: str) -> Inspection:
    found = _visible(request, slug)
    require(request.user, Permission.MANAGE_INSPECTORS, found.partnership)
    return found


def _grant(inspection: Inspection, pk: int) -> Grant:
    return get_object_or_404(inspection.grants.select_related("user", "inspection"), pk=pk)
