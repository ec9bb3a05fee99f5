"""The private calendar of a person as an iCalendar file (RFC 5545): titles, dates and links, nothing else.

What is in it on a day:
1. the due date of each undone action that the person answers for, of active plans;
2. the day by which updates are due for each round to come of these plans; for those who make papers, of all active
   plans of their partnerships;
3. the meetings to come, with their paper deadlines, of the groups that these plans report to, and of the groups that
   the person chairs.
Each event keeps its UID for as long as the thing is there, so that a calendar moves it and does not double it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.urls import reverse
from icalendar import Calendar, Event

from actionplans.models import UNDONE, Action, CalendarFeed, Plan, PlanGroup, Round
from core import clock
from partnerships.models import Group, Holding, Meeting, User
from partnerships.roles import Permission

REFRESH = timedelta(hours=12)


@dataclass(frozen=True)
class Day:
    """Something that falls on a day. `key` names it for ever; `path` is its page."""

    key: str
    on: date
    words: str
    about: str
    path: str


def token_of(feed: CalendarFeed) -> str:
    """What its address is made of: the nonce, and a signature that the database alone does not give."""
    return _signer().sign(feed.nonce)


def address_of(feed: CalendarFeed) -> str:
    return settings.SITE_URL + reverse("actionplans:calendar", args=[token_of(feed)])


def feed_of_token(token: str) -> CalendarFeed | None:
    """The calendar of an address that works, of a person who may sign in. Signer compares in constant time."""
    try:
        nonce = _signer().unsign(token)
    except BadSignature:
        return None
    feeds = CalendarFeed.objects.filter(revoked_at__isnull=True, user__is_active=True, user__signs_in=True)
    return feeds.select_related("user").filter(nonce=nonce).first()


def days_of(user: User, on: date) -> list[Day]:
    """What is in the calendar of a person on a day, by date. Four queries, whatever there is."""
    actions = list(
        Action.objects.visible_to(user, on)
        .owned_by(user, on)
        .open()
        .filter(plan__status=Plan.Status.ACTIVE)
        .select_related("plan")
        .order_by("current_due_on", "pk")
    )
    owed = Counter(action.plan_id for action in actions)
    managed = user.partnerships_where(Permission.MAKE_PAPERS)
    found = [*_due(actions), *_rounds(owed, managed, on), *_meetings(user, owed, managed, on)]
    return sorted(found, key=lambda each: (each.on, each.key))


def calendar_of(user: User, now: datetime) -> bytes:
    """The file. All-day events, of which the end is the day after (RFC 5545, 3.6.1); no alarms."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SERVICE_NAME}//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", settings.SERVICE_NAME)
    calendar.add("x-wr-calname", settings.SERVICE_NAME)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for each in days_of(user, clock.day_of(now)):
        calendar.add_component(_event(each, now))
    return calendar.to_ical()


def _signer() -> Signer:
    return Signer(sep=".", salt="actionplans.calendar")


def _event(day: Day, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{day.key}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", _one_line(day.words))
    event.add("description", _one_line(day.about))
    event.add("url", settings.SITE_URL + day.path)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a date to know of, not a time that is taken
    return event


def _due(actions: Iterable[Action]) -> Iterator[Day]:
    for each in actions:
        if each.current_due_on and each.status in UNDONE:
            path = each.get_absolute_url()
            yield Day(f"action-{each.pk}", each.current_due_on, f"Due: {each}", each.plan.title, path)


def _rounds(owed: Counter[int], managed: list[int], on: date) -> Iterator[Day]:
    """One day a round; with the number of actions where the person owes updates themself."""
    wanted = Q(plan__in=owed) | Q(plan__partnership__in=managed)
    rounds = Round.objects.filter(wanted, plan__status=Plan.Status.ACTIVE, updates_due_on__gte=on)
    for each in rounds.select_related("plan", "meeting__group"):
        count = owed[each.plan_id]
        number = f", {count} action{'' if count == 1 else 's'}" if count else ""
        path = reverse("actionplans:my-actions") if count else each.get_absolute_url()
        yield Day(
            f"round-{each.pk}", each.updates_due_on, f"Updates due: {each.plan}{number}", _for(each.meeting), path
        )


def _meetings(user: User, owed: Counter[int], managed: list[int], on: date) -> Iterator[Day]:
    """The sitting, and the day by which its papers must be ready, of each meeting to come."""
    reported = PlanGroup.objects.filter(role__in=PlanGroup.REPORTED_TO, plan__status=Plan.Status.ACTIVE)
    reported = reported.filter(Q(plan__in=owed) | Q(plan__partnership__in=managed))
    held = Holding.objects.on(on).holders().filter(user=user)
    groups = Group.objects.filter(Q(pk__in=reported.values("group")) | Q(chair__in=held.values("post")))
    meetings = Meeting.objects.filter(group__in=groups, on__gte=on).select_related("group__partnership")
    for each in meetings:
        partnership = each.group.partnership
        path = reverse("actionplans:group", args=[partnership.slug, each.group.slug])
        yield Day(f"meeting-{each.pk}", each.on, f"Meeting: {each.group}", partnership.name, path)
        papers = f"Papers due: {each.group}"
        yield Day(f"papers-{each.pk}", each.paper_deadline_on, papers, _for(each), path)


def _for(meeting: Meeting) -> str:
    return f"For the meeting of {meeting.group} on {meeting.on:%-d %B %Y}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
