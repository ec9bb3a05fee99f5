"""Papers of the benchmark: figures and rows of a size that committees see, made of words about nobody."""

import random
from datetime import date, timedelta

from actionplans.figures import Figures
from actionplans.papers.report import Cover, ExceptionRow, MeasureShown, Point, Report, Row, Section, Series
from actionplans.rag import KEY
from bench.words import MEANS, POSTS, THINGS, VERBS

ACTIONS, SECTIONS, MEASURES, READINGS = 60, 8, 5, 8
DAY = date(2026, 11, 2)


def report_of(seed: int) -> Report:
    """A paper in the standard layout. Other seeds give other words."""
    some = random.Random(seed)
    rows = [_row(some, number) for number in range(1, ACTIONS + 1)]
    share = ACTIONS // SECTIONS
    parts = [
        rows[place * share :] if place == SECTIONS - 1 else rows[place * share :][:share] for place in range(SECTIONS)
    ]
    exceptions = [ExceptionRow("Overdue", row.ref, row.action, row.owner, _said(some, 8)) for row in rows[:15]]
    return Report(
        title=f"Progress report: {_said(some, 8)}",
        plan=_said(some, 8),
        plan_slug="plan",
        partnership="Partnership",
        group="Committee",
        meeting_on=DAY,
        as_at=DAY,
        report_by=POSTS[0],
        is_draft=False,
        cover=tuple(Cover(key, (_said(some, 30),)) for key in ("purpose", "asked", "background", "summary")),
        figures=_figures(),
        rag_rule="rule",
        rag_key=KEY,
        exceptions=tuple(exceptions),
        sections=tuple(
            Section(str(place), _said(some, 40), "Agreed", "High", POSTS[1], tuple(part))
            for place, part in enumerate(parts, start=1)
        ),
        history="1200:" + "0f" * 32,
        measures=tuple(_measure(some, key) for key in range(MEASURES)),
    )


def _said(some: random.Random, words: int) -> str:
    """As many words, more or less, of the benchmark's texts."""
    found: list[str] = []
    while len(found) < words:
        found += f"{some.choice(VERBS)} {some.choice(THINGS)} {some.choice(MEANS)} {some.randint(2, 999)}.".split()
    return " ".join(found[:words])


def _row(some: random.Random, number: int) -> Row:
    return Row(
        ref=f"R{number}",
        action=_said(some, 14),
        recommendation=_said(some, 20),
        status="In progress",
        percent=some.randint(1, 99),
        rag=some.choice(["Red", "Amber", "Green"]),
        rag_because=f"{some.randint(1, 200)} days past its due date",
        reason=_said(some, 10),
        owner=f"{some.choice(POSTS)} (A Person)",
        lead_agency="Council",
        contributors="Health Board",
        start=DAY - timedelta(days=400),
        original_due=DAY - timedelta(days=some.randint(1, 200)),
        current_due=DAY,
        date_changes=some.randint(0, 4),
        days_late=0,
        days_past_original=3,
        update=_said(some, 30),
        update_on=DAY,
        update_by="A Person",
        measure=_said(some, 16),
        evidence_required=_said(some, 8),
        evidence_held=some.randint(0, 9),
        verification="",
        closure="",
    )


def _measure(some: random.Random, key: int) -> MeasureShown:
    days = [DAY - timedelta(days=91 * place) for place in reversed(range(READINGS))]
    values = [some.randint(20, 99) for _ in days]
    points = tuple(Point(day, f"{value}%", str(value)) for day, value in zip(days, values, strict=True))
    said = _said(some, 8)
    return MeasureShown(
        *(key, said, "", "%", "Higher is better", "20%", "90%", "20", "90", points[-1].words, "Target not met"),
        series=(Series("This measure", points), Series("National average", points[::2])),
    )


def _figures() -> Figures:
    bands = tuple((label, 3) for label in ("0-3 months", "3-6 months", "6-12 months", "over 12 months"))
    return Figures(
        *(DAY, ACTIONS, 50, 15, 5, 120, 20),
        rag=tuple((word, 12) for word, _ in KEY),
        status=(("in_progress", "In progress", 50), ("closed", "Closed", 10)),
        due_by_original=20,
        said_done_of_due=14,
        verified_of_due=12,
        closed_of_due=10,
        ageing_original=bands,
        ageing_current=bands,
    )
