"""The local holidays of partnerships, which are no working days there, and the days that are counted by them."""

from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import date

from core.working_days import working_days_before
from partnerships.models import Group, LocalHoliday, Meeting


def days_off(partnership_ids: Iterable[int]) -> dict[int, frozenset]:
    """For each partnership: the days on which it does not work, besides weekends and bank holidays. One query."""
    found = defaultdict(set)
    wanted = set(partnership_ids)
    for partnership, on in LocalHoliday.objects.filter(partnership__in=wanted).values_list("partnership", "on"):
        found[partnership].add(on)
    return {each: frozenset(found[each]) for each in wanted}


def local_holidays(partnership_id: int) -> dict[date, str]:
    """The days off of one partnership, each with its name. One query."""
    return dict(LocalHoliday.objects.filter(partnership=partnership_id).values_list("on", "name"))


def paper_deadline(group: Group, on: date, off: Container[date]) -> date:
    """The day by which the papers of a meeting on that day are due, where no other is given."""
    return working_days_before(on, group.paper_days, off)


def updates_due(meeting: Meeting, off: Container[date]) -> date:
    """The day by which updates are due, so that the papers of a meeting can be written by their deadline."""
    return working_days_before(meeting.paper_deadline_on, meeting.group.update_days, off)
