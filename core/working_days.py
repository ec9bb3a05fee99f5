"""Working days: Monday to Friday without the bank holidays of Scotland.

Source of the rule: Banking and Financial Dealings Act 1971, schedule 1, with the St Andrew's Day Bank Holiday
(Scotland) Act 2007, as kept by the `holidays` package.
"""

from datetime import date, timedelta
from functools import cache

import holidays


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="SCT", language="en_GB")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays()


def working_days_before(day: date, count: int) -> date:
    """The day that lies `count` working days before `day`. Raises ValueError for a negative count."""
    if count < 0:
        raise ValueError("count is negative")
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day
