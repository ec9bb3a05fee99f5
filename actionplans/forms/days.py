"""The days that pages are asked for: as at one, from one to another."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

FIRST_YEAR = 1900  # nothing was tracked before; the calendar of the program ends somewhere


class DayField(forms.DateField):
    """A day up to `today`, as YYYY-MM-DD, which is what the browser's own date picker sends."""

    def __init__(self, *, today: date, **kwargs: Any) -> None:
        self.today = today
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"})
        super().__init__(required=False, input_formats=["%Y-%m-%d"], widget=widget, **kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the browser's picker can hold: not what is no date, which the error repeats."""
        try:
            super().to_python(data)
        except ValidationError:
            return ""
        return data

    def to_python(self, value: Any) -> date | None:
        try:
            day = super().to_python(value)
        except ValidationError:
            said = f"“{value}” is not a date. Enter a real date, such as 2012-12-06."
            raise ValidationError(said, code="invalid") from None
        if day and day > self.today:
            said = f"{day:%-d %B %Y} has not come yet. Enter today or a day before it."
            raise ValidationError(said, code="future")
        if day and day.year < FIRST_YEAR:
            raise ValidationError(f"Enter a day in {FIRST_YEAR} or later.", code="early")
        return day


class OnForm(forms.Form):
    """The day that a page is as at: `?on=YYYY-MM-DD`."""

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.today = today
        self.fields["on"] = DayField(label="As at", today=today)

    def day(self) -> date:
        """What was asked for; today where nothing was, or nothing that can be shown."""
        return (self.is_valid() and self.cleaned_data["on"]) or self.today


class BetweenForm(forms.Form):
    """From the end of one day to the end of another: `?from=YYYY-MM-DD&to=YYYY-MM-DD`, each with its default."""

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["from"] = DayField(label="From the end of", today=today)
        self.fields["to"] = DayField(label="To the end of", today=today)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, second = given.get("from"), given.get("to") or self.today
        if first and first >= second:
            self.add_error("from", "The first day must be before the second. Change one of them.")
        return given

    def days(self, start_before: Callable[[date], date]) -> tuple[date, date]:
        """Both days of a valid form; what was not given is today and `start_before` it, which the fields then show."""
        end = self.cleaned_data["to"] or self.today
        start = self.cleaned_data["from"] or start_before(end)
        self.data = {"from": start.isoformat(), "to": end.isoformat()}
        return start, end
