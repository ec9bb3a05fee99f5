"""The page of a group, which only reads: its meetings, their deadlines, and the plans that are reported to it."""

from collections.abc import Iterable
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.models import Action, Paper, Plan, PlanGroup, Round, has_reported
from actionplans.views.reading import SignedIn, page
from core import clock
from partnerships.calendars import local_holidays, updates_due
from partnerships.holders import answering
from partnerships.models import Group, Meeting, Partnership, User
from partnerships.permissions import may
from partnerships.roles import Permission

PAST_A_PAGE = 25


@page
def group(request: SignedIn, partnership: str, group: str) -> HttpResponse:
    """Its meetings to come and those that were held, with the days by which papers and updates are due."""
    today = clock.today()
    found = visible_group(request, partnership, group)
    meetings = list(found.meetings.order_by("on"))
    held = [each for each in reversed(meetings) if each.on < today]
    page_obj = Paginator(held, PAST_A_PAGE).get_page(
        request.GET.get("page") or _page_of(request.GET.get("meeting"), held)
    )
    coming = [each for each in meetings if each.on >= today]
    plans = Plan.objects.visible_to(request.user, today).filter(partnership=found.partnership)
    rows = _rows([*coming, *page_obj], found, request.user, today)
    context = {
        "group": found,
        "partnership": found.partnership,
        "chair": answering([found.chair_id], today)[found.chair_id] if found.chair_id else None,
        "plans": _reported(plans, found),
        "coming": rows[: len(coming)],
        "held": rows[len(coming) :],
        "page_obj": page_obj,
        "manages": may(request.user, Permission.MANAGE_MEETINGS, found.partnership),
        "manages_posts": may(request.user, Permission.MANAGE_POSTS, found.partnership),
        "makes_papers": may(request.user, Permission.MAKE_PAPERS, found.partnership),
        "today": today,
    }
    return render(request, "actionplans/group.html", context)


def _page_of(meeting: str | None, held: list[Meeting]) -> int:
    """The page on which a meeting stands that the address names, as search does."""
    place = next((place for place, each in enumerate(held) if str(each.pk) == meeting), 0)
    return place // PAST_A_PAGE + 1


def visible_group(request: SignedIn, partnership: str, group: str) -> Group:
    """The group, to the members of its partnership; to everybody else it does not exist."""
    visible = Group.objects.filter(partnership__in=Partnership.objects.visible_to(request.user))
    return get_object_or_404(visible.select_related("partnership", "chair"), partnership__slug=partnership, slug=group)


def _reported(plans: Iterable[Plan], group: Group) -> list[Plan]:
    """Of the plans those that are reported to the group."""
    reported = PlanGroup.objects.filter(group=group, role__in=PlanGroup.REPORTED_TO)
    keys = set(reported.values_list("plan", flat=True))
    return sorted((each for each in plans if each.pk in keys), key=lambda each: each.title)


def know_their_papers(rounds: list[Round], on: date) -> None:
    """Tells each round how many of its open actions have reported, and its last paper. Two queries."""
    plans = {each.plan_id for each in rounds}
    actions: dict[int, list[Action]] = {}
    for action in Action.objects.open().filter(plan__in=plans).only("plan_id", "last_update_on"):
        actions.setdefault(action.plan_id, []).append(action)
    meetings = {each.meeting_id for each in rounds}
    papers = Paper.objects.filter(plan__in=plans, meeting__in=meetings).defer("content", "exempt_content")
    last = {(each.plan_id, each.meeting_id): each for each in papers.order_by("edition")}
    for each in rounds:
        found = actions.get(each.plan_id, [])
        each.paper = last.get((each.plan_id, each.meeting_id))  # type: ignore[attr-defined]  # for the page
        each.owing = len(found)  # type: ignore[attr-defined]
        each.reported = sum(has_reported(action, each) for action in found)  # type: ignore[attr-defined]
        each.is_open = each.opens_on <= on and each.plan.status == Plan.Status.ACTIVE  # type: ignore[attr-defined]


def _rows(meetings: list[Meeting], group: Group, user: User, on: date) -> list[dict]:
    """Each meeting with its rounds, of the plans that the person may see, and the day by which updates are due."""
    off = local_holidays(group.partnership_id)
    visible = Plan.objects.visible_to(user, on)
    rounds: dict[int, list[Round]] = {}
    for each in Round.objects.filter(meeting__in=meetings, plan__in=visible).select_related("plan").order_by("plan"):
        rounds.setdefault(each.meeting_id, []).append(each)
    know_their_papers([each for found in rounds.values() for each in found], on)
    rows = []
    for meeting in meetings:
        meeting.group = group
        of_it = rounds.get(meeting.pk, [])
        due = min((each.updates_due_on for each in of_it), default=updates_due(meeting, off))
        rows.append({"meeting": meeting, "rounds": of_it, "updates_due_on": due, "is_fixed": due < on})
    return rows
