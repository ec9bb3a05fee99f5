"""The local holidays of partnerships, which are no working days there."""

from collections import defaultdict
from collections.abc import Iterable

from partnerships.models import LocalHoliday


def days_off(partnership_ids: Iterable[int]) -> dict[int, frozenset]:
    """For each partnership: the days on which it does not work, besides weekends and bank holidays. One query."""
    found = defaultdict(set)
    wanted = set(partnership_ids)
    for partnership, on in LocalHoliday.objects.filter(partnership__in=wanted).values_list("partnership", "on"):
        found[partnership].add(on)
    return {each: frozenset(found[each]) for each in wanted}
