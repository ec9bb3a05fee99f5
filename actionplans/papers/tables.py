"""The tables of a paper, each from the report: the same cells for every format."""

from collections.abc import Sequence
from datetime import date

from actionplans.changes import Kind
from actionplans.course import Promised
from actionplans.figures import Figures
from actionplans.papers.content import NOTHING, Cell, Table, day, plain
from actionplans.papers.report import NOT_RECORDED, MeasureShown, Report, Since
from actionplans.rag import NONE
from actionplans.slips import Slip
from actionplans.traits import AHEAD

Rows = tuple[tuple[Cell, ...], ...]
NO_RATE = "nothing was due"


def summary_table(report: Report) -> Table:
    """How many actions, open, late, moved."""
    counts = report.figures
    rows: Rows = (
        ("Actions in the plan", counts.actions),
        ("Open actions", counts.open),
        ("Open actions past their current due date", counts.overdue),
        ("Days by which the latest of them is late", counts.longest_late),
        ("Actions whose update for this round is overdue", counts.progress_overdue),
        ("Actions whose due date has moved", counts.revised),
        ("Actions due by now, by their original date", counts.due_by_original),
    )
    caption = f"Actions as at {day(report.as_at)}"
    return Table("Counts", caption, "Counts of actions: a figure in each row.", ("Figure", "Number"), (110, 30), rows)


def rates_table(counts: Figures) -> Table:
    """The levels of done, kept apart, of the actions due by their original date."""
    levels = (
        ("Their owner says done", counts.said_done_of_due, counts.said_done_rate),
        ("Verified by somebody else", counts.verified_of_due, counts.verified_rate),
        ("Closed by the group (implementation rate)", counts.closed_of_due, counts.implementation_rate),
    )
    rows = tuple((label, count, NO_RATE if rate is None else rate) for label, count, rate in levels)
    caption = f"How far the {counts.due_by_original} actions due by their original date have come"
    if counts.due_by_original == 1:
        caption = "How far the 1 action due by its original date has come"
    headings = ("Level", "Actions", "Per cent")
    return Table("Rates", caption, "A level in each row, with its count and rate.", headings, (90, 25, 25), rows)


def status_table(counts: Figures) -> Table:
    rows = tuple((label, count) for _, label, count in counts.status)
    description = "A status in each row, with its count."
    return Table("Status", "Actions by status", description, ("Status", "Actions"), (60, 30), rows)


def rag_table(report: Report) -> Table:
    """How many of each RAG word, and the key."""
    key = dict(report.rag_key) | {NONE: "Cancelled or superseded"}
    rows = tuple((word, count, key[word]) for word, count in report.figures.rag)
    caption = f"Actions by RAG, and the key (rule: {report.rag_rule})"
    description = "A RAG word in each row, with its count and what it means."
    return Table("RAG", caption, description, ("RAG", "Actions", "What it means"), (24, 24, 122), rows, rag=0)


def exceptions_table(report: Report) -> Table:
    rows: Rows = tuple(
        tuple(plain(text) for text in (each.kind, each.ref, each.action, each.owner, each.detail))
        for each in report.exceptions
    )
    caption = f"Exceptions as at {day(report.as_at)}"
    headings = ("Exception", "Ref", "Action", "Owner", "Detail")
    description = "An exception in each row, with its action and owner."
    return Table("Exceptions", caption, description, headings, (28, 17, 82, 66, 74), rows)


def ageing_table(counts: Figures) -> Table:
    current = dict(counts.ageing_current)
    rows = tuple((f"{band} late", count, current[band]) for band, count in counts.ageing_original)
    headings = ("How late", "Past the original due date", "Past the current due date")
    description = "A band in each row, with the open actions past their original date and past their current date."
    return Table("Ageing", "Open actions past their due date, by age", description, headings, (50, 45, 45), rows)


def promised_table(points: Sequence[Promised]) -> Table:
    """The figures of the chart up to the day of the paper, then what is promised for days to come."""
    rows = tuple(
        (p.on, p.promised, *("to come" if of is None else of for of in (p.done, p.verified, p.closed))) for p in points
    )
    headings = ("By the end of", "Promised", "Owner says done", "Verified", "Closed")
    description = "A day in each row, with the actions that were promised by then, done, verified and closed."
    return Table("Promised", "Actions promised and done", description, headings, (40, 30, 35, 30, 30), rows)


def slips_table(slips: Sequence[Slip], on: date) -> Table:
    rows = tuple(
        (plain(each.ref), plain(each.title), each.original, each.current, each.done or "not yet", each.said(on))
        for each in slips
    )
    headings = ("Ref", "Action", "First agreed", "Due now", "Owner says done", "Against first agreed")
    description = "An action in each row, with the day first agreed, the day due now, and since when it is done."
    return Table("Dates", "Dates of the actions", description, headings, (17, 50, 26, 26, 26, 25), rows)


def compared_table(since: Since) -> Table:
    """The figures of the last paper beside those of this one."""
    changes = since.changes
    rows = tuple((each.label, _figure(each.before), _figure(each.after), each.said) for each in changes.figures)
    headings = ("Figure", day(changes.start), day(changes.end), "Difference")
    description = "A figure in each row: in the last paper, in this one, and the difference."
    return Table("Compared", f"Figures of {since.paper} and of this one", description, headings, (80, 30, 30, 30), rows)


def changed_table(kind: Kind) -> Table:
    """One kind of change, an action in each row."""
    rows: Rows = tuple(
        (plain(row.ref), plain(row.title), plain(row.was), plain(row.now), plain("; ".join(row.details)) or NOTHING)
        for row in kind.rows
    )
    many = f"{len(rows)} action{'' if len(rows) == 1 else 's'}"
    headings = ("Ref", "Action", "Was", "Is now", "What was said")
    caption = f"{kind.label}: {many}. {kind.meaning}"
    description = "An action in each row: what it was, what it is now, and what was said."
    return Table(f"Since: {kind.label}"[:31], caption, description, headings, (17, 82, 48, 48, 72), rows)


def dates_table(report: Report) -> Table:
    rows: Rows = tuple(
        (
            *(plain(each.ref), plain(each.action), plain(each.owner), each.original_due or NOT_RECORDED),
            *(
                each.from_on,
                each.to_on,
                each.date_changes,
                plain(f"{each.reason} ({each.asked_by}, {day(each.asked_on)})"),
            ),
        )
        for each in report.dates_asked
    )
    headings = ("Ref", "Action", "Owner", "Original due", "Due now", "Date asked for", "Changes before", "Why")
    description = "A request in each row, with the action, its dates, the date that is asked for, and why."
    widths = (17, 52, 42, 25, 25, 25, 19, 62)
    return Table("Dates for decision", "Date changes asked for", description, headings, widths, rows)


def closings_table(report: Report) -> Table:
    rows: Rows = tuple(
        tuple(
            plain(text) or NOTHING for text in (each.ref, each.action, each.owner, each.verification, each.not_improved)
        )
        for each in report.closings
    )
    headings = ("Ref", "Action", "Owner", "Verified", "Short of its measure")
    description = "A verified action in each row, with who verified it and whether a measure is short of its target."
    return Table(
        "Closings for decision", "Actions proposed for closing", description, headings, (17, 80, 60, 60, 50), rows
    )


def ahead_table(report: Report) -> Table:
    """What falls due next, by 14, 30 and 60 days."""
    first = dict(zip(AHEAD, (0, *AHEAD), strict=False))
    rows: Rows = tuple(
        (
            f"{f'{first[each.within] + 1} to ' if first[each.within] else 'Within '}{each.within} days",
            *(plain(each.ref), plain(each.action), plain(each.owner), each.due, each.rag),
        )
        for each in report.ahead
    )
    headings = ("When", "Ref", "Action", "Owner", "Due", "RAG")
    description = "An action in each row, with when it falls due, its owner and its RAG."
    caption = f"Due in the {AHEAD[-1]} days from {day(report.as_at)}"
    return Table("Ahead", caption, description, headings, (28, 17, 96, 70, 32, 24), rows, rag=5)


def closed_table(report: Report) -> Table:
    rows: Rows = tuple(
        (plain(each.ref), plain(each.action), each.on, plain(each.decided_by), plain(each.minute) or NOT_RECORDED)
        for each in report.closed
    )
    headings = ("Ref", "Action", "Closed", "By", "Minute")
    description = "A closed action in each row, with the day, the group and the minute."
    return Table("Closed", "Recently closed", description, headings, (17, 60, 30, 36, 27), rows)


def measures_table(report: Report) -> Table:
    rows: Rows = tuple(
        (
            *(plain(each.name), plain(each.of) or "The plan", each.direction, plain(each.baseline) or NOT_RECORDED),
            *(plain(each.target) or NOT_RECORDED, plain(each.latest) or NOT_RECORDED, plain(each.verdict)),
        )
        for each in report.measures
    )
    headings = ("Measure", "Of", "Direction", "Baseline", "Target", "Latest", "What it says")
    description = "A measure in each row, with its baseline, target, latest reading and what that says."
    caption = f"Measures as at {day(report.as_at)}"
    return Table("Measures", caption, description, headings, (82, 20, 32, 33, 33, 33, 34), rows)


def readings_table(measure: MeasureShown) -> Table:
    """The figures of the chart of a measure: a day in each row, a series in each column."""
    days = sorted({point.on for series in measure.series for point in series.points})
    words = [{point.on: point.words for point in series.points} for series in measure.series]
    rows: Rows = tuple((on, *(plain(each.get(on, "")) or NOTHING for each in words)) for on in days)
    share = max(20, (170 - 34) // len(measure.series))
    headings = ("Day", *(plain(series.name) for series in measure.series))
    widths = (34, *(share for _ in measure.series))
    caption = plain(f"Readings: {measure.name}")
    return Table(f"Readings {measure.key}", caption, "A day in each row, with its readings.", headings, widths, rows)


def _figure(count: int | None) -> Cell:
    return NO_RATE if count is None else count
