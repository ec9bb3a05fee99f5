"""What people type about when groups meet: one meeting, a series of them, a local holiday."""

from datetime import date
from typing import Any, cast

from django import forms

from actionplans.forms.decisions import OneForm
from core.forms import DateField
from partnerships.cycles import MOST_MEETINGS, Cycle, Sitting, sittings
from partnerships.models import Group

WEEKS = "weeks"
CYCLES = (
    ("", "Choose how often"),
    (WEEKS, "Every so many weeks"),
    ("monthly", "Every month"),
    ("two-monthly", "Every two months"),
    ("quarterly", "Every three months"),
)


class MeetingForm(OneForm):
    """One meeting of a group."""

    button = "Add this meeting"

    on = DateField(label="Day of the meeting")
    paper_deadline_on = DateField(label="Paper deadline", required=False)

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = f"{group.paper_days} working day{'' if group.paper_days == 1 else 's'}"
        self.fields["paper_deadline_on"].help_text = f"Leave it empty for {days} before the meeting."

    def day(self) -> date:
        return self.cleaned_data["on"]

    def papers(self) -> date | None:
        return self.cleaned_data["paper_deadline_on"]


class MoveForm(MeetingForm):
    button = "Move the meeting"


class SeriesForm(OneForm):
    """A first day, a cycle and an end. The meetings are shown before they are entered."""

    button = "Show the meetings"
    mark_optional = False  # whether the number of weeks is owed depends on the choice above it

    first_on = DateField(label="First day", help_text="By month, the weekday of this day is kept: the second Tuesday.")
    cycle = forms.ChoiceField(
        label="How often", choices=CYCLES, error_messages={"required": "Choose how often the group meets."}
    )
    weeks = forms.IntegerField(
        label="Number of weeks, when every so many weeks",
        min_value=1,
        max_value=52,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
        error_messages={
            "invalid": "Enter a number of weeks, such as 6.",
            "min_value": "Enter a number of weeks from 1 to 52.",
            "max_value": "Enter a number of weeks from 1 to 52.",
        },
    )
    until_on = DateField(label="Last day", subject="Last day", help_text="No meeting of the series is after it.")

    def __init__(self, *args: Any, group: Group, today: date, furthest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group, self.today, self.furthest = group, today, furthest

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self._check_weeks(given)
        first, until = given.get("first_on"), given.get("until_on")
        if first and first < self.today:
            self.add_error("first_on", "Enter today or a later day. Meetings that were held are entered one by one.")
        if until and until > self.furthest:
            self.add_error("until_on", f"Enter a day up to {self.furthest:%-d %B %Y}.")
        if first and until and until < first:
            self.add_error("until_on", "The last day must not be before the first day.")
        if not self.errors and len(self.days()) > MOST_MEETINGS:
            self.add_error("until_on", f"These are more than {MOST_MEETINGS} meetings. Enter an earlier last day.")
        return given

    def cycle_words(self) -> str:
        return self._cycle().words(self.cleaned_data["first_on"])

    def days(self) -> list[date]:
        return self._cycle().days(self.cleaned_data["first_on"], self.cleaned_data["until_on"])

    def sittings(self) -> list[Sitting]:
        return sittings(self.group, self.days())

    def kept(self) -> list[tuple[str, str]]:
        """What was typed, as the names and values of hidden fields: what is shown is what is entered."""
        names = [name for name in self.data if name.partition("_")[0] in {"first", "cycle", "weeks", "until"}]
        return [(name, cast(str, self.data[name])) for name in names]

    def _cycle(self) -> Cycle:
        return Cycle(self.cleaned_data["cycle"], self.cleaned_data.get("weeks") or 0)

    def _check_weeks(self, given: dict[str, Any]) -> None:
        if "weeks" in self.errors:
            return
        if given.get("cycle") == WEEKS and not given.get("weeks"):
            self.add_error("weeks", "Enter the number of weeks.")
        if given.get("cycle") not in {None, WEEKS} and given.get("weeks"):
            self.add_error("weeks", "Clear this, or choose “Every so many weeks”.")


class HolidayForm(OneForm):
    """A day on which the partnership does not work, besides weekends and the bank holidays of Scotland."""

    checked_fields = ("name",)
    button = "Add this holiday"

    on = DateField(label="Day")
    name = forms.CharField(
        label="What it is called",
        help_text="Such as Glasgow Fair Monday.",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "govuk-!-width-two-thirds"}),
        error_messages={"required": "Enter what the day is called."},
    )
