"""What was promised by original dates, and what is done and verified, over time: the points of a course as a chart."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from actionplans.course import Promised
from actionplans.lines import Charts, line_charts

NAMED = (("Promised", "promised"), ("Owner says done", "done"), ("Verified", "verified"))


def promised_charts(points: Sequence[Promised], key: str) -> Charts | None:
    """One chart, wide and narrow; None without points. `key` begins the ids."""
    series = [
        (label, [(each.on, Decimal(value)) for each in points if (value := getattr(each, name)) is not None])
        for label, name in NAMED
    ]
    drawn = line_charts(
        series, key=key, name="promised and done", direction="", unit="actions", target=None, baseline=None
    )
    return replace(drawn, description=described(points)) if drawn else None


def described(points: Sequence[Promised]) -> str:
    """The chart in words: how it stands, and what is promised after that."""
    now = next(each for each in reversed(points) if each.done is not None)
    said = (
        f"By {now.on:%-d %B %Y}: {now.promised} promised, {now.done} done by the owner's word, {now.verified} verified."
    )
    if points[-1] is now:
        return said
    return f"{said} Promised by {points[-1].on:%-d %B %Y}: {points[-1].promised}."
