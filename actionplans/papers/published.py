"""What the public sees of a plan: the public edition of its report, in fewer columns and without names of people.

It is picked from `editions.public(build_report(…))`, never computed a second time, so it agrees with the papers. Posts
stand for people: the partnership answers for what it promised, whoever holds the post. Left out are what is asked for
decision, who was reminded or chased, evidence, rounds, and the words of verifiers, who may be named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from actionplans.figures import Figures
from actionplans.models import Plan, Publication
from actionplans.papers.build import build_report
from actionplans.papers.columns import Column
from actionplans.papers.csv import table
from actionplans.papers.editions import public
from actionplans.papers.report import NOT_RECORDED, MeasureShown, Report, Row, Section, Series

FORMAT = (
    "followthrough-public-plan-1"  # of plan.json; the number changes when a key is taken away or means another thing
)


@dataclass(frozen=True)
class PublicAction:
    """One action. `days_late` are calendar days past the current due date, 0 where it is not late."""

    ref: str
    title: str
    recommendations: tuple[str, ...]  # their numbers
    lead_post: str
    lead_agency: str
    contributors: str
    start: date | None
    original_due: date | None
    current_due: date | None
    date_changes: int
    days_late: int
    status: str
    percent: int
    rag: str
    rag_because: str
    reason: str
    update: str
    update_on: date | None
    measure: str
    closure: str


@dataclass(frozen=True)
class PublicSection:
    """One recommendation in the inspectors' own words, and the actions that answer it."""

    number: str
    text: str
    response: str
    actions: tuple[PublicAction, ...]


@dataclass(frozen=True)
class Published:
    """The page, its CSV and its JSON are made of this and of nothing else."""

    slug: str
    title: str
    partnership: str
    lead_post: str
    as_at: date
    status: str
    version: int
    approved_on: date | None
    published_on: date | None
    decided_by: str
    minute: str
    background: tuple[str, ...]
    summary: str
    figures: Figures
    rag_key: tuple[tuple[str, str], ...]
    sections: tuple[PublicSection, ...]
    measures: tuple[MeasureShown, ...]
    exempt: int
    suppress_under: int
    history: str

    @property
    def actions(self) -> tuple[PublicAction, ...]:
        """Each action once, in the order of the plan's recommendations."""
        return tuple({each.ref: each for section in self.sections for each in section.actions}.values())

    @property
    def is_suppressed(self) -> bool:
        return any(each.is_suppressed for each in self.measures)


def published(plan: Plan, on: date, last: Publication | None = None) -> Published:
    """What the public sees of a plan as at the end of a day. `last` is the decision that it is public, if it is."""
    report = public(build_report(plan, on=on))
    numbers: dict[str, list[str]] = {}
    for section in report.sections:
        for row in section.rows:
            numbers.setdefault(row.ref, []).append(section.number)
    return Published(
        slug=plan.slug,
        title=report.plan,
        partnership=report.partnership,
        lead_post=report.report_by,
        as_at=on,
        status=plan.get_status_display(),
        version=plan.version,
        approved_on=plan.approved_on,
        published_on=last.happened_on if last else None,
        decided_by=last.decided_by if last else "",
        minute=(last.minute or NOT_RECORDED) if last else "",
        background=_cover(report, "background"),
        summary=" ".join(_cover(report, "summary")),
        figures=report.figures,
        rag_key=report.rag_key,
        sections=tuple(_section(each, numbers) for each in report.sections),
        measures=report.measures,
        exempt=len(report.withheld),
        suppress_under=report.suppress_under,
        history=report.history,
    )


COLUMNS = (
    Column("Ref", lambda each: each.ref),
    Column("Recommendations", lambda each: ", ".join(each.recommendations)),
    Column("Action", lambda each: each.title),
    Column("Lead post", lambda each: each.lead_post),
    Column("Lead agency", lambda each: each.lead_agency),
    Column("Working with", lambda each: each.contributors),
    Column("Start", lambda each: each.start),
    Column("Original due", lambda each: each.original_due),
    Column("Current due", lambda each: each.current_due),
    Column("Date changes", lambda each: each.date_changes),
    Column("Days late", lambda each: each.days_late),
    Column("Status", lambda each: each.status),
    Column("Per cent complete", lambda each: each.percent),
    Column("RAG", lambda each: each.rag),
    Column("Why this RAG", lambda each: each.rag_because),
    Column("Reason or barrier", lambda each: each.reason),
    Column("Latest update", lambda each: each.update),
    Column("Update date", lambda each: each.update_on),
    Column("Success measure", lambda each: each.measure),
    Column("Closure", lambda each: each.closure),
)


def write_public_csv(found: Published) -> bytes:
    """As the CSV of papers: UTF-8 with a byte order mark, dates YYYY-MM-DD, never a formula."""
    rows = ([column.value(each) for column in COLUMNS] for each in found.actions)
    return table([column.heading for column in COLUMNS], rows).encode("utf-8-sig")


def as_public_json(found: Published) -> dict[str, Any]:
    """The keys of plan.json, which docs/public-data.md explains: a contract, they stay stable. Days are ISO 8601."""
    counts = found.figures
    return {
        "format": FORMAT,
        "plan": {
            **{
                name: getattr(found, name)
                for name in ("slug", "title", "partnership", "lead_post", "status", "version")
            },
            "approved_on": _day(found.approved_on),
            "as_at": _day(found.as_at),
            "published_on": _day(found.published_on),
            "published_by_decision_of": found.decided_by,
            "minute": found.minute,
            "summary": found.summary,
            "background": list(found.background),
            "history": found.history,
        },
        "figures": {
            **{name: getattr(counts, name) for name in ("actions", "open", "overdue", "longest_late", "revised")},
            **{name: getattr(counts, name) for name in ("due_by_original", "closed_of_due", "implementation_rate")},
            "status": [{"status": label, "actions": count} for _, label, count in counts.status],
            "rag": [{"rag": word, "actions": count} for word, count in counts.rag],
        },
        "rag_key": [{"rag": word, "meaning": meaning} for word, meaning in found.rag_key],
        "exempt_actions": found.exempt,
        "people_suppressed_under": found.suppress_under,
        "recommendations": [
            {
                "number": each.number,
                "text": each.text,
                "response": each.response,
                "actions": [action.ref for action in each.actions],
            }
            for each in found.sections
        ],
        "actions": [_action(each) for each in found.actions],
        "measures": [_measure(each) for each in found.measures],
    }


def _cover(report: Report, key: str) -> tuple[str, ...]:
    return tuple(said for each in report.cover if each.heading == key for said in each.paragraphs)


def _section(section: Section, numbers: dict[str, list[str]]) -> PublicSection:
    rows = tuple(_public_action(row, numbers[row.ref]) for row in section.rows)
    return PublicSection(section.number, section.text, section.response, rows)


def _public_action(row: Row, numbers: Iterable[str]) -> PublicAction:
    same = ("ref", "lead_agency", "contributors", "start", "original_due", "current_due", "date_changes", "days_late")
    told = ("status", "percent", "rag", "rag_because", "reason", "update", "update_on", "measure", "closure")
    given = {name: getattr(row, name) for name in (*same, *told)}
    return PublicAction(title=row.action, lead_post=row.post, recommendations=tuple(numbers), **given)


def _action(each: PublicAction) -> dict[str, Any]:
    days = {name: _day(getattr(each, name)) for name in ("start", "original_due", "current_due", "update_on")}
    return vars(each) | {"recommendations": list(each.recommendations)} | days


def _measure(each: MeasureShown) -> dict[str, Any]:
    own, *compared = each.series
    return {
        "name": each.name,
        "action": each.of,
        **{name: getattr(each, name) for name in ("unit", "direction", "baseline", "target", "latest", "verdict")},
        "readings": _points(own),
        "compared_with": [{"name": one.name, "readings": _points(one)} for one in compared],
    }


def _points(series: Series) -> list[dict[str, str]]:
    return [{"on": each.on.isoformat(), "words": each.words, "value": each.value} for each in series.points]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
