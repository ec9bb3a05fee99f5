"""Measures as pages show them: their series of readings, and the charts of these, large and small."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from actionplans.lines import Charts, Spark, Values, level, line_charts, spark
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
    """The chart of a measure; None when no reading is a number."""
    return line_charts(
        [(each.name, each.values) for each in series],
        key=f"chart-{measure.pk}",
        name=measure.name,
        direction=measure.get_direction_display(),
        unit=measure.unit,
        target=level(measure.target_value, f"Target {measure.target}"),
        baseline=level(measure.baseline_value, f"Baseline {measure.baseline}"),
    )


def values_of(readings: Sequence[Reading]) -> Values:
    """Those that are numbers, with their days."""
    return [(each.on, each.value) for each in readings if each.value is not None]
