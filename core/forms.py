"""The three-part GOV.UK date and long text, for any form."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

PARTS = ("day", "month", "year")
FIRST_YEAR, LAST_YEAR = 1900, 2199  # what else is typed is a slip, and the calendar of the program ends somewhere
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


class LongText(forms.Textarea):
    """Text of several lines. A browser sends two characters for the end of a line, which the page counts as one."""

    def value_from_datadict(self, *args: Any) -> Any:
        value = super().value_from_datadict(*args)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class DateWidget(forms.MultiWidget):
    """Day, month and year as three inputs, named `<field>_day`, `<field>_month` and `<field>_year`."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in PARTS}, attrs)

    def decompress(self, value: datetime.date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def id_for_label(self, id_: str, index: str | int | None = None) -> str:
        return f"{id_}_{PARTS[0]}" if id_ else ""


class DateField(forms.Field):
    """A date typed as day, month (number or name) and year (four digits); cleans to a `datetime.date` or None.

    Errors name the thing asked for: `subject`, else the label. Each carries in `params["parts"]` the parts at fault,
    which the template pack marks.
    """

    widget = DateWidget

    def __init__(self, *, subject: str | None = None, **kwargs: Any) -> None:
        self.subject = subject
        super().__init__(**kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        if isinstance(value, datetime.date):  # the initial value of a disabled field
            return value
        texts = [str(text or "").strip() for text in (value or ["", "", ""])]
        missing = [part for part, text in zip(PARTS, texts, strict=True) if not text]
        if len(missing) == len(PARTS):
            if self.required:
                raise self._error("required", "Enter {lower}", PARTS)
            return None
        if missing:
            raise self._error("incomplete", "{name} must include a " + " and ".join(missing), missing)
        date = self._date(*texts)
        self.run_validators(date)
        return date

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return not self.disabled and self.clean(data) != initial
        except ValidationError:
            return True

    def _date(self, day: str, month: str, year: str) -> datetime.date:
        number = _month_number(month)
        if number is None:
            raise self._error("invalid", "{name} must be a real date", ["month"])
        if not _is_digits(day, most=2):
            raise self._error("invalid", "{name} must be a real date", ["day"])
        if not _is_digits(year, most=4) or len(year) < 4:
            raise self._error("year", "{name} must include a year with 4 numbers, like 2027", ["year"])
        if not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise self._error("year", f"{{name}} must be between {FIRST_YEAR} and {LAST_YEAR}", ["year"])
        try:
            return datetime.date(int(year), number, int(day))
        except ValueError:
            raise self._error("invalid", "{name} must be a real date", ["day"]) from None

    def _error(self, code: str, text: str, parts: Sequence[str]) -> ValidationError:
        name = str(self.subject or self.label or "Date")
        lower = name if name[:2].isupper() else name[:1].lower() + name[1:]
        article = "a date" if not (self.subject or self.label) else f"the {lower}"
        return ValidationError(text.format(name=name, lower=article), code=code, params={"parts": tuple(parts)})


def _is_digits(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most


def _month_number(text: str) -> int | None:
    """1 to 12 for `8`, `08`, `Aug`, `sept.` or `August`; None for anything else."""
    if _is_digits(text, most=2):
        return int(text) if 1 <= int(text) <= 12 else None
    word = text.lower().rstrip(".")
    found = [number for number, name in enumerate(MONTHS, start=1) if len(word) >= 3 and name.startswith(word)]
    return found[0] if len(found) == 1 else None
