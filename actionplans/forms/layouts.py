"""The layout of a group's papers, as typed: lines at the head, sections, columns. An empty row says nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from actionplans.papers import Layout
from actionplans.papers.action_tables import CHOICES
from actionplans.papers.layouts import BLOCKS, SOURCES, HeadLine, LayoutColumn, LayoutSection, problems

SPARE = 3  # empty rows, to add with
MOST = 60  # rows of a kind
FULL = {"class": "govuk-!-width-full"}
NARROW = {"class": "govuk-input--width-2", "inputmode": "numeric"}


def _place() -> forms.IntegerField:
    return forms.IntegerField(
        label="Place",
        required=False,
        min_value=0,
        max_value=999,
        widget=forms.TextInput(attrs=NARROW),
        error_messages={"invalid": "Enter the place as a whole number."},
    )


class PlacedRow(forms.Form):
    """A row with its place. The error summary lists the errors of all rows: each names its row."""

    mark_optional = False

    def __init__(self, *args: Any, named: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = named
        for field in self.fields.values():
            field.label = f"{field.label}, {named}"


class HeadRow(PlacedRow):
    place = _place()
    label = forms.CharField(label="Label", max_length=100, required=False, widget=forms.TextInput(attrs=FULL))
    source = forms.ChoiceField(label="What stands there", choices=[*SOURCES.items()], widget=forms.Select(attrs=FULL))


class SectionRow(PlacedRow):
    place = _place()
    heading = forms.CharField(label="Heading", max_length=300, required=False, widget=forms.TextInput(attrs=FULL))
    block = forms.ChoiceField(
        label="What stands there",
        choices=[(key, block.label) for key, block in BLOCKS.items()],
        widget=forms.Select(attrs=FULL),
    )
    new_page = forms.BooleanField(label="New page", required=False)


class ColumnRow(PlacedRow):
    place = _place()
    heading = forms.CharField(label="Heading", max_length=60, required=False, widget=forms.TextInput(attrs=FULL))
    key = forms.ChoiceField(
        label="What stands there",
        choices=[(key, choice.label) for key, choice in CHOICES.items()],
        widget=forms.Select(attrs=FULL),
    )


class OptionsForm(forms.Form):
    name = forms.CharField(label="Name of this layout", max_length=100, error_messages={"required": "Enter a name."})
    contents = forms.BooleanField(label="List of contents at the front", required=False)
    checks = forms.BooleanField(
        label="A second table under each recommendation: measures, evidence, verification and closure", required=False
    )


class LayoutPage:
    """All forms of the page; to the error summary a formset."""

    def __init__(self, data: Mapping[str, Any] | None, layout: Layout) -> None:
        self.data, self.is_bound = data, data is not None
        first = {"name": layout.name, "contents": layout.contents, "checks": layout.checks}
        self.options = OptionsForm(data, initial=first)
        self.head = self._rows(HeadRow, "head", [{"label": each.label, "source": each.source} for each in layout.head])
        sections = [
            {"heading": each.heading, "block": each.block, "new_page": each.new_page} for each in layout.sections
        ]
        self.sections = self._rows(SectionRow, "section", sections)
        self.columns = self._rows(
            ColumnRow, "column", [{"heading": each.heading, "key": each.key} for each in layout.columns]
        )
        self._problems: list[str] = []

    @property
    def forms(self) -> list[forms.Form]:
        return [self.options, *self.head, *self.sections, *self.columns]

    def is_valid(self) -> bool:
        good = not [each for each in self.forms if not each.is_valid()]  # all are looked at, to show all errors
        self._problems = problems(self.layout()) if good else []
        return good and not self._problems

    def non_form_errors(self) -> list[str]:
        return self._problems

    def layout(self) -> Layout:
        """What a valid page says."""
        given = self.options.cleaned_data
        return Layout(
            name=given["name"],
            head=tuple(HeadLine(row["label"], row["source"]) for row in _placed(self.head, "label")),
            sections=tuple(
                LayoutSection(row["heading"], row["block"], row["new_page"])
                for row in _placed(self.sections, "heading")
            ),
            columns=tuple(LayoutColumn(row["key"], row["heading"]) for row in _placed(self.columns, "heading")),
            contents=given["contents"],
            checks=given["checks"],
        )

    def _rows(self, kind: type[PlacedRow], name: str, first: Sequence[dict[str, Any]]) -> list[PlacedRow]:
        """The rows that are there and some to add with; of what was sent, as many as were sent."""
        count = len(first) + SPARE
        if self.data is not None:
            count = sum(f"{name}-{place}-place" in self.data for place in range(MOST))
        rows = []
        for place in range(count):
            known = first[place] if place < len(first) else {}
            initial = {"place": place + 1 if known else None} | known
            rows.append(kind(self.data, prefix=f"{name}-{place}", initial=initial, named=f"{name} {place + 1}"))
        return rows


def _placed(rows: Iterable[PlacedRow], needed: str) -> list[dict[str, Any]]:
    """What the rows that say something say, by their place; those without one come last, in their order."""
    said = [row.cleaned_data for row in rows if row.cleaned_data[needed]]
    return sorted(said, key=lambda row: row["place"] if row["place"] is not None else 1000)
