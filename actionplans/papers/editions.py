"""The two editions of a paper: the exempt one shows everything that is agreed, the public one what may be published."""

from dataclasses import replace

from actionplans.papers.report import Report


def public(report: Report) -> Report:
    """The report as it may be published: without exempt actions and evidence, small numbers of people suppressed.

    Counts of actions stay as they are.
    """
    return replace(report, is_exempt=False)


def differs(report: Report) -> bool:
    """Whether the public edition shows less than the report."""
    return replace(public(report), is_exempt=True) != report
