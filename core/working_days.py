"""Working days: Monday to Friday without the bank holidays of Scotland.

Source of the rule: Banking and Financial Dealings Act 1971, schedule 1, with the St Andrew's Day Bank Holiday
(Scotland) Act 2007, as kept by the `holidays` package.
"""

from collections.abc import Container, Mapping
from datetime import date, timedelta
from functools import cache

import holidays


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="SCT", language="en_GB")


def is_working_day(day: date, off: Container[date] = ()) -> bool:
    """`off`: the local holidays besides the bank holidays."""
    return day.weekday() < 5 and day not in _bank_holidays() and day not in off


def working_days_before(day: date, count: int, off: Container[date] = ()) -> date:
    """The day that lies `count` working days before `day`. Raises ValueError for a negative count."""
    if count < 0:
        raise ValueError("count is negative")
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day, off)
    return day


def next_working_day(day: date, off: Container[date] = ()) -> date:
    """The day itself when it is a working day, else the first one after it."""
    while not is_working_day(day, off):
        day += timedelta(days=1)
    return day


def working_days_to(first: date, last: date, off: Container[date] = ()) -> int:
    """How many working days lie after `first` up to and with `last`; 0 when that is no later."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_working_day(day, off) for day in days)


def why_off(day: date, off: Mapping[date, str] | None = None) -> str:
    """Why a day is no working day, in a few words: its holiday, else the day of the week; empty for a working day.

    `off`: the names of the local holidays.
    """
    if is_working_day(day, off or ()):
        return ""
    holiday = (off or {}).get(day) or _bank_holidays().get(day)
    return holiday or f"{day:%A}"
