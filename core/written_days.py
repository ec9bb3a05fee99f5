"""Days as people write them: 19 November 2026, November 2026, 19 Nov, 19/11/2026, 2026-11-19, 2026."""

import calendar
import re
from dataclasses import dataclass

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:length]: number for name, number in list(MONTHS.items()) for length in (3, 4) if len(name) > length}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY = "|".join(f"{name}|{name[:3]}" for name in calendar.day_name)
YEAR, DAY = "(?P<year>(?:19|20)[0-9]{2})", "(?P<day>[0-9]{1,2})"
FORMS = [
    re.compile(rf"(?<![\w.\-/])(?:{form})(?![\w/\-]|\.[0-9])", re.IGNORECASE)
    for form in (
        rf"(?:(?:{WEEKDAY}),?\s+)?{DAY}(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})\.?(?:,?\s+{YEAR})?",
        rf"(?P<month>{MONTH})\.?(?:,?\s+{YEAR})?",
        rf"{YEAR}-(?P<month>[0-9]{{1,2}})-{DAY}",
        rf"{DAY}[./](?P<month>[0-9]{{1,2}})[./]{YEAR}",
        YEAR,
    )
]


@dataclass(frozen=True)
class WrittenDay:
    """What was written of a day; 0 for what was not."""

    year: int = 0
    month: int = 0
    day: int = 0

    @property
    def is_whole(self) -> bool:
        return all((self.year, self.month, self.day))


def day_in(words: str) -> tuple[WrittenDay | None, str]:
    """The first day that is written in the words, and the other words; none where no month or year is named."""
    for form in FORMS:
        if found := form.search(words):
            said = found.groupdict(default="0")
            month = said.get("month", "0")
            day = WrittenDay(int(said["year"]), MONTHS.get(month.lower()) or int(month), int(said.get("day", "0")))
            return day, f"{words[: found.start()]} {words[found.end() :]}".strip()
    return None, words
