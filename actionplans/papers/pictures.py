"""The charts of a paper, as SVG: drawn from the figures of the report by the templates that pages use too."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from actionplans.bars import status_bars
from actionplans.course import Promised
from actionplans.figures import Figures
from actionplans.grades import Grades, grade_charts, on_pages
from actionplans.lines import level, line_charts
from actionplans.papers.content import Picture, plain
from actionplans.papers.press import built_fonts, press
from actionplans.papers.report import MeasureShown
from actionplans.promised import promised_charts
from actionplans.slips import Slip, timelines
from core.drawings import drawn

DOTS = 200  # an inch


def status_pictures(counts: Figures) -> tuple[Picture, ...]:
    """The statuses of the actions as one stacked bar; none of a plan without actions."""
    bars = status_bars(counts.status)
    if not bars:
        return ()
    wide, narrow = (drawn("status_bar", bar=bar, key="paper-status") for bar in bars)
    return (Picture(wide, narrow, "Chart: actions by status", bars[0].description),)


def promised_pictures(points: Sequence[Promised]) -> tuple[Picture, ...]:
    """What was promised and done over time, as lines; none of a plan that was not agreed."""
    charts = promised_charts(points, "paper-promised")
    if charts is None:
        return ()
    wide, narrow = (drawn("line", charts=charts, chart=each) for each in charts.drawn)
    return (Picture(wide, narrow, "Chart: actions promised by original dates, done and verified", charts.description),)


def slip_pictures(slips: Sequence[Slip], on: date) -> tuple[Picture, ...]:
    """The dates of the actions as a timeline, on as many charts as fit on pages; none where no action has a date."""
    found = timelines(slips, on, "paper-dates")
    pictures = []
    for number, each in enumerate(found, 1):
        wide, narrow = (drawn("dates", timeline=each, drawing=one) for one in each.drawn)
        caption = f"Chart: dates first agreed, due now and done{_part(number, len(found))}"
        pictures.append(Picture(wide, narrow, caption, each.description))
    return tuple(pictures)


def grade_pictures(grades: Grades, key: str) -> tuple[Picture, ...]:
    """The grades on their scale, on as many charts as fit on pages; none where the scale has no order in numbers."""
    pages = on_pages(grades)
    found = [charts for number, page in enumerate(pages, 1) if (charts := grade_charts(page, f"{key}-{number}"))]
    pictures = []
    for number, charts in enumerate(found, 1):
        wide, narrow = (drawn("grades", charts=charts, chart=each) for each in charts.drawn)
        caption = f"{charts.title}{_part(number, len(found))}. {charts.scale}"
        pictures.append(Picture(wide, narrow, caption, charts.description))
    return tuple(pictures)


def measure_pictures(measure: MeasureShown) -> tuple[Picture, ...]:
    """The readings of a measure as lines; none when fewer than two of its own are numbers: a point is no course."""
    if sum(bool(each.value) for each in measure.series[0].points) < 2:
        return ()
    charts = line_charts(
        [
            (plain(of.name), [(each.on, Decimal(each.value)) for each in of.points if each.value])
            for of in measure.series
        ],
        key=f"paper-measure-{measure.key}",
        name=plain(measure.name),
        direction=measure.direction,
        unit=plain(measure.unit),
        target=level(_number(measure.target_value), f"Target {plain(measure.target)}"),
        baseline=level(_number(measure.baseline_value), f"Baseline {plain(measure.baseline)}"),
    )
    if charts is None:
        return ()
    wide, narrow = (drawn("line", charts=charts, chart=each) for each in charts.drawn)
    unit = f" ({plain(measure.unit)})" if measure.unit else ""
    return (Picture(wide, narrow, f"{charts.title}{unit}. {measure.direction}", charts.description),)


def png_of(picture: Picture) -> bytes:
    """The picture in dots, for Word. Raises FontsMissing, or NotClean naming typst's warning."""
    words = {"svg": picture.svg, "width": str(picture.width)}
    return press("picture.typ", words, fonts=built_fonts(), format="png", ppi=DOTS)


def _part(number: int, of: int) -> str:
    return f" ({number} of {of})" if of > 1 else ""


def _number(said: str) -> Decimal | None:
    return Decimal(said) if said else None
