"""Verbs about the meetings of groups, and the local holidays that they are counted by. Rounds follow them at once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import ManyToOneRel

from actionplans.models import PaperWords, Round
from actionplans.operations.history import Actor
from actionplans.operations.rounds import lock_groups, settle_rounds
from core import audit, clock
from core.refusal import Refusal
from core.working_days import why_off
from partnerships.calendars import local_holidays, paper_deadline
from partnerships.models import Group, LocalHoliday, Meeting, Partnership

OLDEST = timedelta(days=2 * 366)  # a meeting that was held may be entered, so that its decisions can be recorded
FURTHEST = timedelta(days=5 * 366)
PAPERS_AHEAD = timedelta(days=366)


class MeetingIsFixed(Refusal):
    """Something has happened because of the meeting: it stays where it is."""


@transaction.atomic
def add_meetings(
    *, group: Group, sittings: Sequence[tuple[date, date | None]], by: Actor, now: datetime
) -> list[Meeting]:
    """Enters meetings of a group, each with its paper deadline or, without one, the group's own number of days before.

    1. A day on which the group meets already stays as it is.
    2. The plans that are reported to the group get their rounds; of those that have not opened some follow.
    Raises Refusal for days too far away, a deadline after its meeting, and when nothing is new.
    """
    lock_groups([group.pk])
    today, off = clock.day_of(now), local_holidays(group.partnership_id)
    known = set(group.meetings.values_list("on", flat=True))
    new = {on: deadline for on, deadline in sittings if on not in known}
    if not new:
        raise Refusal("The group meets on that day already." if len(sittings) == 1 else "Nothing is new.", "on")
    found = []
    for on, given in sorted(new.items()):
        _check_near(on, today)
        deadline = given or paper_deadline(group, on, off)
        _check_deadline(on, deadline)
        found.append(Meeting.objects.create(group=group, on=on, paper_deadline_on=deadline))
    settle_rounds(group=group, on=today)
    _record("entered meetings", group, by, now, meetings=[_facts(each) for each in found])
    return found


@transaction.atomic
def move_meeting(
    *, meeting: Meeting, on: date, by: Actor, now: datetime, paper_deadline_on: date | None = None
) -> Meeting:
    """Gives a meeting to come another day, another paper deadline, or both; without one it is counted anew.

    Raises MeetingIsFixed as `why_fixed` says, Refusal as `add_meetings`, and for a day that is over or taken.
    """
    group, today = meeting.group, clock.day_of(now)
    meeting = _changeable(meeting, today)
    before = _facts(meeting)
    _check_near(on, today)
    deadline = paper_deadline_on or paper_deadline(group, on, local_holidays(group.partnership_id))
    _check_deadline(on, deadline)
    if on < today:
        raise Refusal("Enter today or a later day.", "on")
    if group.meetings.filter(on=on).exclude(pk=meeting.pk).exists():
        raise Refusal("The group meets on that day already.", "on")
    meeting.on, meeting.paper_deadline_on = on, deadline
    meeting.save(update_fields=["on", "paper_deadline_on"])
    settle_rounds(group=group, on=today)
    _record("moved a meeting", group, by, now, before=before, after=_facts(meeting))
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: Actor, now: datetime) -> None:
    """Takes a meeting to come away, and with it its rounds: the next ones open where these would have.

    What somebody wrote for its papers is kept in the record. Raises MeetingIsFixed as `why_fixed` says.
    """
    group, today = meeting.group, clock.day_of(now)
    meeting = _changeable(meeting, today)
    words = [{"plan": each.plan.slug, "words": each.words} for each in meeting.paper_words.select_related("plan")]
    facts = _facts(meeting)
    meeting.rounds.all().delete()
    meeting.delete()
    settle_rounds(group=group, on=today)
    _record("cancelled a meeting", group, by, now, meeting=facts, **({"words": words} if words else {}))


def why_fixed(meeting: Meeting, on: date) -> str:
    """Why a meeting can be neither moved nor cancelled on the day, in a sentence; empty when it can be."""
    if meeting.on < on:
        return "This meeting has been held."
    passed = meeting.rounds.filter(updates_due_on__lt=on).order_by("updates_due_on").first()
    if passed:
        return f"Updates for it were due by {passed.updates_due_on:%-d %B %Y}. What was asked for then stays as it was."
    if meeting.papers.exists():
        return "A paper was issued for it. What was issued stays as it was."
    if any(_refer_to(meeting)):
        return "A decision is recorded that names it. What was decided stays as it was."
    return ""


def _check_deadline(on: date, paper_deadline_on: date) -> None:
    """Raises Refusal for what must be a slip of the pen."""
    if paper_deadline_on > on:
        raise Refusal("The paper deadline must not be after the meeting.", "paper_deadline_on")
    if paper_deadline_on < on - PAPERS_AHEAD:
        raise Refusal("The paper deadline is more than a year before the meeting.", "paper_deadline_on")


def _check_near(on: date, today: date) -> None:
    """Raises Refusal for a day so far away that it must be a slip of the pen."""
    first, last = today - OLDEST, today + FURTHEST
    if not first <= on <= last:
        raise Refusal(f"Enter a day between {first:%-d %B %Y} and {last:%-d %B %Y}.", "on")


@transaction.atomic
def add_holiday(*, partnership: Partnership, on: date, name: str, by: Actor, now: datetime) -> list[Meeting]:
    """Makes a day a holiday of a partnership. Gives the meetings to come whose paper deadline was counted anew.

    Raises Refusal for a day that is too far away, entered already, or no working day as it is.
    """
    today = clock.day_of(now)
    _lock_partnership(partnership)
    off = local_holidays(partnership.pk)
    _check_near(on, today)
    if on in off:
        raise Refusal("That day is entered as a holiday already.", "on")
    if why_off(on):
        raise Refusal(f"{on:%-d %B %Y} is no working day already: {why_off(on)}.", "on")
    if not name.strip():
        raise Refusal("Enter what the day is called.", "name")
    LocalHoliday.objects.create(partnership=partnership, on=on, name=name.strip())
    audit.record(who=by.user, what="entered a local holiday", about=partnership.slug, at=now, on=str(on), name=name)
    return _count_anew(partnership, off, today)


@transaction.atomic
def remove_holiday(*, holiday: LocalHoliday, by: Actor, now: datetime) -> list[Meeting]:
    """Makes a local holiday a working day again. Gives the meetings whose paper deadline was counted anew."""
    partnership = holiday.partnership
    _lock_partnership(partnership)
    off = local_holidays(partnership.pk)
    on = str(holiday.on)
    holiday.delete()
    audit.record(who=by.user, what="removed a local holiday", about=partnership.slug, at=now, on=on)
    return _count_anew(partnership, off, clock.day_of(now))


def _count_anew(partnership: Partnership, before: dict[date, str], today: date) -> list[Meeting]:
    """Follows a change of the local holidays: the paper deadlines that had been counted, and the rounds.

    A deadline that somebody gave stays, and one that has passed; so does everything of a round whose date has passed.
    """
    off, changed = local_holidays(partnership.pk), []
    passed = Round.objects.filter(updates_due_on__lt=today).values("meeting")
    coming = Meeting.objects.filter(group__partnership=partnership, paper_deadline_on__gte=today)
    for meeting in coming.exclude(pk__in=passed).select_related("group").order_by("on"):
        was, will_be = (paper_deadline(meeting.group, meeting.on, days) for days in (before, off))
        if meeting.paper_deadline_on == was != will_be:
            meeting.paper_deadline_on = will_be
            meeting.save(update_fields=["paper_deadline_on"])
            changed.append(meeting)
    for group in partnership.groups.order_by("pk"):
        settle_rounds(group=group, on=today)
    return changed


def _changeable(meeting: Meeting, today: date) -> Meeting:
    """The meeting as it is now, locked. Raises MeetingIsFixed."""
    lock_groups([meeting.group_id])
    fresh = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if fresh is None:
        raise MeetingIsFixed("This meeting has been cancelled already.")
    reason = why_fixed(fresh, today)
    if reason:
        raise MeetingIsFixed(reason)
    return fresh


def _refer_to(meeting: Meeting) -> Iterable[bool]:
    """For each table that names meetings: whether a row of it names this one. Rounds and words follow a meeting."""
    for relation in Meeting._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model not in {Round, PaperWords}:
            rows = relation.related_model._base_manager
            yield rows.filter(**{relation.field.name: meeting}).exists()


def _lock_partnership(partnership: Partnership) -> None:
    list(Partnership.objects.select_for_update(no_key=True).filter(pk=partnership.pk))
    lock_groups(partnership.groups.values_list("pk", flat=True))


def _facts(meeting: Meeting) -> dict[str, str]:
    return {"on": str(meeting.on), "paper_deadline_on": str(meeting.paper_deadline_on)}


def _record(what: str, group: Group, by: Actor, now: datetime, **details: object) -> None:
    audit.record(who=by.user, what=what, about=f"{group.partnership.slug}/{group.slug}", at=now, **details)
