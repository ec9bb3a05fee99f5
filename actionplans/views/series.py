"""Measures as pages show them: their series of readings, and the charts of these, large and small."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from actionplans.lines import NARROW, WIDE, Chart, Level, Spark, Values, line_chart, spark, written
from actionplans.models import Comparator, Measure, Reading
from actionplans.outcomes import Outcome

OWN_NAME = "This measure"


@dataclass(frozen=True)
class Shown:
    """A measure on the page of its plan or action: what the last reading says, and the small chart."""

    outcome: Outcome
    spark: Spark | None


@dataclass(frozen=True)
class Series:
    """The measure itself, or what it is compared with, and every reading, newest first, those put right included."""

    name: str
    readings: Sequence[Reading]

    @property
    def values(self) -> Values:
        """What a chart draws, oldest first: numbers that stand."""
        return values_of([each for each in reversed(self.readings) if not getattr(each, "replaced_by", None)])


@dataclass(frozen=True)
class Charts:
    """One chart in the sizes that it is drawn in; `key` begins the ids on the page."""

    key: str
    title: str
    description: str
    drawn: tuple[Chart, ...]


def shown(found: Iterable[Outcome]) -> list[Shown]:
    """Each measure with what its last reading says and its small chart."""
    return [Shown(each, spark(values_of(each.readings), each.measure.target_value)) for each in found]


def series_lookups() -> tuple[Prefetch, Prefetch]:
    """What of measures is to be prefetched for `series_of`. Two queries."""
    readings = Reading.objects.select_related("replaced_by").order_by("-on", "-pk")
    return Prefetch("comparators", Comparator.objects.order_by("pk")), Prefetch("readings", readings)


def series_of(measure: Measure) -> list[Series]:
    """The measure itself first, then what it is compared with. Needs `series_lookups`."""
    readings: dict[int | None, list[Reading]] = {}
    for each in measure.readings.all():
        readings.setdefault(each.comparator_id, []).append(each)
    compared = [Series(each.name, readings.get(each.pk, [])) for each in measure.comparators.all()]
    return [Series(OWN_NAME, readings.get(None, [])), *compared]


def charts_of(measure: Measure, series: list[Series]) -> Charts | None:
    """The chart of a measure, wide and narrow; None when no reading is a number."""
    target = _level(measure.target_value, f"Target {measure.target}")
    baseline = _level(measure.baseline_value, f"Baseline {measure.baseline}")
    named = [(each.name, each.values) for each in series]
    drawn = [line_chart(named, size, unit=measure.unit, target=target, baseline=baseline) for size in (WIDE, NARROW)]
    found = tuple(chart for chart in drawn if chart)
    said = _description(measure, series)
    return Charts(f"chart-{measure.pk}", f"Chart: {measure.name}", said, found) if found else None


def values_of(readings: Sequence[Reading]) -> Values:
    """Those that are numbers, with their days."""
    return [(each.on, each.value) for each in readings if each.value is not None]


def _level(value: Decimal | None, label: str) -> Level | None:
    return None if value is None else Level(value, label)


def _description(measure: Measure, series: list[Series]) -> str:
    """The chart in words, for those who cannot see it."""
    said = [measure.get_direction_display()]
    said += [_course(each, measure.unit) for each in series if each.values]
    said += [f"Baseline {measure.baseline}"] if measure.baseline_value is not None else []
    said += [f"Target {measure.target}"] if measure.target_value is not None else []
    return ". ".join(said) + "."


def _course(series: Series, unit: str) -> str:
    """Where a series began and where it is now."""
    values = series.values
    first, last = (f"{written(value, unit)} on {on:%-d %B %Y}" for on, value in (values[0], values[-1]))
    many = f"{len(values)} readings, from {first} to {last}"
    return f"{series.name}: {first if len(values) == 1 else many}"
