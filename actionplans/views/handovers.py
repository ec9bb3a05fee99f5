"""Pages that change who holds a post: handing it over, naming a deputy, ending that early, people who leave."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actionplans.forms.decisions import OneForm
from actionplans.forms.posts import NO, CoverForm, HandOverForm, LeaveForm
from actionplans.views.posts import led, open_actions, visible_post
from actionplans.views.reading import SignedIn, sent
from actionplans.views.writing import attempt
from core import clock
from core.refusal import Refusal
from inspections.models import Grant
from partnerships import operations as partnering
from partnerships.holders import answering, last_holding, mark_of
from partnerships.models import Holding, Partnership, Post
from partnerships.permissions import may_arrange_cover, people_of, require, roles_of
from partnerships.roles import Permission

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def post_handover(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Hands the post over from a day on, in one step: to a member, to somebody new, or to nobody yet."""
    now = clock.now()
    today = clock.day_of(now)
    found = visible_post(request, partnership, pk)
    require(request.user, Permission.MANAGE_POSTS, found.partnership)
    last = last_holding(found)
    first_free = last.ends_on + timedelta(days=1) if last and last.ends_on else today
    initial = {"on": max(today, first_free), "seen": mark_of(found)}
    form = HandOverForm(sent(request), post=found, today=today, initial=initial)
    by_plan = open_actions(request, found, today).values("plan__title").annotate(count=Count("pk"))
    context = {
        "answering": answering([found.pk], today)[found.pk],
        "last": last,
        "by_plan": by_plan.order_by("plan__title"),
        "today": today,
        **led(request, found, today),
    }
    return _answer(request, form, lambda: _hand_over(request, form, found, now), found, now, "post_handover", context)


@form_page
def post_cover(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Names a deputy for a period: for those who manage posts, and the holder for the time that they are away."""
    now = clock.now()
    today = clock.day_of(now)
    found = visible_post(request, partnership, pk)
    _require_cover(request, found, now)
    form = CoverForm(sent(request), post=found)

    def verb() -> None:
        given = {name: form.cleaned_data[name] for name in ("user", "starts_on", "ends_on")}
        holding = partnering.cover(post=found, by=request.user, now=now, **given)
        said = f"{holding.user} deputises from {holding.starts_on:%-d %B %Y} to {holding.ends_on:%-d %B %Y}."
        messages.success(request, said)

    deputies = found.holdings.deputies().during(today).select_related("user").order_by("starts_on")
    return _answer(request, form, verb, found, now, "post_cover", {"deputies": deputies})


@require_POST
def holding_end(request: SignedIn, partnership: str, pk: int, holding: int) -> HttpResponse:
    """Ends a deputising period today, or withdraws what has not begun."""
    now = clock.now()
    found = visible_post(request, partnership, pk)
    ending = get_object_or_404(found.holdings.select_related("user", "post"), pk=holding)
    if ending.kind == Holding.Kind.DEPUTY:
        _require_cover(request, found, now)
    else:
        require(request.user, Permission.MANAGE_POSTS, found.partnership)
    try:
        partnering.end_holding(holding=ending, by=request.user, now=now)
    except Refusal as refusal:
        messages.error(request, refusal.messages[0])
    else:
        done = "Today is the last day of" if ending.has_begun(clock.day_of(now)) else "Withdrawn:"
        messages.success(request, f"{done} {ending}.")
    return redirect("actionplans:post", partnership, pk)


@form_page
def person_leave(request: SignedIn, partnership: str, pk: int) -> HttpResponse:
    """Records that a person leaves: what they hold ends, and the posts that nobody takes over wait with a link."""
    now = clock.now()
    today = clock.day_of(now)
    found = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    require(request.user, Permission.MANAGE_POSTS, found)
    person = get_object_or_404(people_of(found), pk=pk)
    form = LeaveForm(sent(request), initial={"last_day": today})

    def verb() -> None:
        last_day = form.cleaned_data["last_day"]
        partnering.leave(user=person, partnership=found, last_day=last_day, by=request.user, now=now)
        messages.success(request, f"Recorded: the last day of {person} is {last_day:%-d %B %Y}.")

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=person, now=now):
        return redirect("actionplans:person-leave", partnership, pk)
    theirs = Holding.objects.filter(user=person, post__partnership=found).select_related("post")
    held, roles = theirs.during(today).order_by("starts_on"), roles_of(person, found)
    context = {
        "form": form,
        "partnership": found,
        "person": person,
        "held": held,
        "roles": sorted(role.label for role in roles),
        "is_here": bool(roles) or any(each.ends_on is None for each in held),
        "vacated": _vacated(theirs).order_by("post__title"),
        "today": today,
    }
    return render(request, "actionplans/person_leave.html", context, status=422 if form.errors else 200)


def _hand_over(request: SignedIn, form: HandOverForm, post: Post, now: datetime) -> None:
    """Does what the form says, and says what was done."""
    given, by, to = form.cleaned_data, request.user, form.member()
    if form.is_new:
        refuse_inspector(given["email"], clock.day_of(now))
        person = {name: given[name] for name in ("name", "email")} | {"signs_in": given["signs_in"] != NO}
        to = partnering.add_person(partnership=post.partnership, by=by, now=now, **person)
    partnering.hand_over(post=post, to=to, on=given["on"], seen=given["seen"], by=by, now=now)
    said = f"{to} holds {post}" if to else f"{post} is vacant"
    is_told = to is not None and form.is_new and to.signs_in and not to.has_usable_password()
    told = f" {to} is told by e-mail how to set a password." if is_told else ""
    messages.success(request, f"{said} from {given['on']:%-d %B %Y}.{told}")


def refuse_inspector(email: str, today: date) -> None:
    """A member's reading is not recorded as an inspector's is: nobody may be both."""
    if Grant.objects.filter(user__email__iexact=email, ends_on__gte=today).exists():
        said = "This is the address of an inspector. Their access must end before they can belong to a partnership."
        raise Refusal(said, "email")


def _vacated(holdings: QuerySet[Holding]) -> QuerySet[Holding]:
    """Of the holdings of a person, those of a holder that end and that nobody follows."""
    later = Holding.objects.holders().filter(post=OuterRef("post"), starts_on__gt=OuterRef("starts_on"))
    return holdings.filter(~Exists(later), kind=Holding.Kind.HOLDER, ends_on__isnull=False)


def _require_cover(request: SignedIn, post: Post, now: datetime) -> None:
    if not may_arrange_cover(request.user, post, clock.day_of(now)):
        raise PermissionDenied


def _answer(
    request: SignedIn,
    form: OneForm,
    verb: Callable[[], object],
    post: Post,
    now: datetime,
    template: str,
    context: dict[str, object],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=post, now=now):
        return redirect("actionplans:post", post.partnership.slug, post.pk)
    context |= {"form": form, "post": post, "partnership": post.partnership}
    return render(request, f"actionplans/{template}.html", context, status=422 if form.errors else 200)
