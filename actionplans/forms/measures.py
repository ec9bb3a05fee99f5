"""What is typed about measures: a reading, a measure of a plan as a whole, a series to compare with."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from actionplans.forms.decisions import OneForm
from actionplans.forms.updates import NO_NAMES
from actionplans.models import Comparator, Measure, Plan, Reading, as_number
from core.forms import DateField, LongText

OWN = "own"


class ReadingForm(OneForm):
    """One value on a day. With `corrects` it starts from that reading and stays in its series.

    Words where the target is a number are said to be such, and recorded all the same by a tick.
    """

    checked_fields = ("words", "source", "note")
    button = "Record this reading"

    series = forms.ChoiceField(
        label="What was measured?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was measured."},
    )
    on = DateField(label="Date of the reading", help_text="The day on which the value was true.")
    words = forms.CharField(
        label="Value",
        help_text="A number, such as 85 or 85%. Where there is none: a few words, such as most teams.",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={"required": "Enter the value."},
    )
    despite = forms.BooleanField(label="I know. Record it in words all the same", required=False)
    source = forms.CharField(
        label="Source",
        help_text=f"Where the value comes from: a return, a survey, an audit. {NO_NAMES}",
        max_length=300,
        required=False,
    )
    note = forms.CharField(
        label="Note",
        help_text=f"What readers should know about it. Members and inspectors read this. {NO_NAMES}",
        max_length=2000,
        required=False,
        widget=LongText(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, measure: Measure, on: date, corrects: Reading | None = None, **kwargs: Any) -> None:
        self.measure, self.today, self.corrects = measure, on, corrects
        comparators = [] if corrects else measure.comparators.order_by("pk")
        self.comparators = {str(each.pk): each for each in comparators}
        started = {name: getattr(corrects, name) for name in ("on", "words", "source", "note")} if corrects else {}
        super().__init__(*args, initial={"series": OWN, "on": on} | started, **kwargs)
        names = [(OWN, "This measure"), *((key, each.name) for key, each in self.comparators.items())]
        cast(forms.ChoiceField, self.fields["series"]).choices = names
        if not self.comparators:
            del self.fields["series"]

    def own_fields(self) -> list[str]:
        return [*(["series"] if self.comparators else []), "on", "words", "source", "note"]

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("The date of the reading must be today or in the past.")
        return on

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        words, target = given.get("words"), self.measure.target
        if words and self.measure.target_value is not None and as_number(words) is None and not self.comparator():
            self.helper.layout.fields.insert(self.own_fields().index("words") + 1, "despite")
            if not given.get("despite"):
                said = f"The target is a number, {target}, and “{words}” is not. It cannot show that the target is met."
                self.add_error("words", said)
                self.add_error("despite", "Tick the box to record it in words all the same, or enter a number.")
        return given

    def comparator(self) -> Comparator | None:
        """The series that the reading belongs to; None for the measure itself."""
        return self.corrects.comparator if self.corrects else self.comparators.get(self.cleaned_data.get("series", OWN))


class PeopleForm(OneForm):
    """Whether a measure counts people, and of which total it is a part."""

    button = "Save"

    counts_people = forms.BooleanField(
        label="Its values are numbers of people",
        help_text="Small numbers are then suppressed in public papers, because they could tell who is meant.",
        required=False,
    )
    total = forms.ModelChoiceField(
        Measure.objects.none(),
        label="It is a part of this total",
        help_text="A suppressed number could be counted back from its total. Only measures that count people are here.",
        required=False,
        empty_label="Of no total",
        error_messages={"invalid_choice": "Choose a measure of this plan."},
    )

    def __init__(self, *args: Any, plan: Plan, measure: Measure | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counted = Measure.objects.filter(Q(plan=plan) | Q(action__plan=plan), counts_people=True)
        others = counted.exclude(pk=measure.pk) if measure else counted
        cast(forms.ModelChoiceField, self.fields["total"]).queryset = others.order_by("name", "pk")


class MeasureForm(PeopleForm):
    """A measure of a plan as a whole."""

    checked_fields = ("name", "unit", "baseline", "target")
    button = "Add this measure"
    field_order = ("name", "unit", "direction", "baseline", "target", "counts_people", "total")

    name = forms.CharField(
        label="What is measured",
        help_text=f"Such as school attendance of looked-after children. Members and inspectors read this. {NO_NAMES}",
        max_length=300,
        error_messages={"required": "Enter what is measured."},
    )
    unit = forms.CharField(
        label="Unit",
        help_text="Such as %, days or children.",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    direction = forms.ChoiceField(
        label="Which way is better?",
        widget=forms.RadioSelect,
        choices=[
            (Measure.Direction.HIGHER, "Higher is better"),
            (Measure.Direction.LOWER, "Lower is better"),
            (Measure.Direction.WORDS, "It is in words, not in numbers"),
        ],
        error_messages={"required": "Choose which way is better."},
    )
    baseline = forms.CharField(
        label="Baseline",
        help_text="Where it stood when the plan began.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    target = forms.CharField(
        label="Target",
        help_text="Where it should get to, such as 95%.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )

    def own_fields(self) -> list[str]:
        return list(self.field_order)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        in_numbers = given.get("direction") in {Measure.Direction.HIGHER, Measure.Direction.LOWER}
        for name in ("baseline", "target"):
            if in_numbers and given.get(name) and as_number(given[name]) is None:
                said = f"Enter the {name} as a number, such as 95 or 95%, or choose that it is in words."
                self.add_error(name, said)
        return given


class ComparatorForm(OneForm):
    checked_fields = ("name",)
    button = "Add this comparison"

    name = forms.CharField(
        label="What to compare with",
        help_text=f"Such as the national average, or all children in the area. {NO_NAMES}",
        max_length=200,
        error_messages={"required": "Enter what to compare with."},
    )
