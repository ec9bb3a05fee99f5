"""The private calendar of a person: the page where its address is made and stopped, and the file itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from actionplans import operations
from actionplans.calendar import address_of, calendar_of, feed_of_token
from actionplans.models import CalendarFeed
from actionplans.views.reading import SignedIn
from core import clock
from partnerships.permissions import all_roles_of

VERBS = {
    "make": (operations.make_calendar, "Your calendar has an address. Copy it from this page."),
    "renew": (operations.make_calendar, "Your calendar has a new address. The old one has stopped."),
    "stop": (operations.revoke_calendar, "The address has stopped. Nobody can read your calendar by it."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: SignedIn) -> HttpResponse:
    """Where a person makes the address of their calendar, copies it, and makes it stop."""
    verb, said = VERBS.get(request.POST.get("do", ""), (None, ""))
    if verb and all_roles_of(request.user):
        verb(user=request.user, now=clock.now())
        messages.success(request, said)
        return redirect("actionplans:my-calendar")
    feed = CalendarFeed.objects.filter(user=request.user, revoked_at__isnull=True).first()
    context = {"feed": feed, "address": address_of(feed) if feed else "", "roles": all_roles_of(request.user)}
    return render(request, "actionplans/my_calendar.html", context, status=422 if request.method == "POST" else 200)


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The file, to whoever has the address. It is not kept on the way, and no page learns where a reader came from."""
    feed = feed_of_token(token)
    if feed is None:
        raise Http404
    headers = {
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Disposition": 'inline; filename="calendar.ics"',
    }
    return HttpResponse(calendar_of(feed.user, clock.now()), "text/calendar; charset=utf-8", headers=headers)
