"""The two editions of a paper: the exempt one shows everything that is agreed, the public one what may be published."""

from collections.abc import Iterable
from dataclasses import replace

from actionplans.outcomes import NOT_IMPROVED
from actionplans.papers.report import ExceptionRow, MeasureShown, Report, Row, Since, measure_words
from actionplans.papers.suppression import NOT_JUDGED, suppressed

Measures = dict[str, list[MeasureShown]]  # by the reference of their action


def public(report: Report) -> Report:
    """The report as it may be published.

    1. Without what is exempt: actions wherever they stand, their measures, titles of evidence. It keeps how many
       actions were left out, not which. Counts of actions stay as they are, and so does what a person wrote.
    2. Without small numbers of people (actionplans.papers.suppression), in all that repeats them, too.
    """
    exempt = frozenset(report.withheld) - {""}
    measures = suppressed(report.measures, report.suppress_under, exempt)
    shown = tuple(each for each in measures if each.of not in exempt)
    hushed: Measures = {}
    for each in shown:
        if each.is_suppressed:
            hushed[each.of] = [one for one in shown if one.of == each.of]
    return replace(
        report,
        is_exempt=False,
        withheld=("",) * len(report.withheld),
        sections=tuple(
            replace(each, rows=tuple(_row(row, hushed) for row in each.rows if row.ref not in exempt))
            for each in report.sections
        ),
        exceptions=tuple(said for each in report.exceptions if each.ref not in exempt for said in _said(each, hushed)),
        since=_since(report.since, exempt) if report.since else None,
        dates_asked=tuple(each for each in report.dates_asked if each.ref not in exempt),
        closings=tuple(
            replace(each, not_improved=_shortfalls(hushed[each.ref])) if each.ref in hushed else each
            for each in report.closings
            if each.ref not in exempt
        ),
        ahead=tuple(each for each in report.ahead if each.ref not in exempt),
        closed=tuple(each for each in report.closed if each.ref not in exempt),
        measures=shown,
        slips=tuple(each for each in report.slips if each.ref not in exempt),
    )


def differs(report: Report) -> bool:
    """Whether the public edition shows less than the report."""
    return replace(public(report), is_exempt=True) != report


def _row(row: Row, hushed: Measures) -> Row:
    row = replace(row, evidence=tuple((title, is_exempt) for title, is_exempt in row.evidence if not is_exempt))
    if row.ref not in hushed:
        return row
    found = hushed[row.ref]
    said = "; ".join(measure_words(each.name, each.baseline, each.target, each.latest) for each in found)
    return replace(row, measure=said, not_improved=_shortfalls(found))


def _said(row: ExceptionRow, hushed: Measures) -> tuple[ExceptionRow, ...]:
    """The exception without what it says of suppressed measures; none where it says nothing else.

    That an action is in this list would tell that the target is missed: so it is left out.
    """
    if row.kind != NOT_IMPROVED or row.ref not in hushed:
        return (row,)
    detail = _shortfalls(each for each in hushed[row.ref] if each.verdict != NOT_JUDGED)
    return (replace(row, detail=detail),) if detail else ()


def _shortfalls(measures: Iterable[MeasureShown]) -> str:
    return "; ".join(each.shortfall for each in measures if each.is_done and each.shortfall)


def _since(since: Since, exempt: frozenset[str]) -> Since:
    kinds = tuple(
        replace(kind, rows=tuple(row for row in kind.rows if row.ref not in exempt)) for kind in since.changes.kinds
    )
    return replace(since, changes=replace(since.changes, kinds=kinds))
