"""The whole paper in the order of its layout: for each section what is computed, and what somebody wrote."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from actionplans import slips
from actionplans.papers import action_tables, tables
from actionplans.papers.content import NOTHING, Content, Facts, Part, Picture, Table, day, paragraphs, plain, runs_of
from actionplans.papers.editions import differs
from actionplans.papers.grades import graded_part
from actionplans.papers.layouts import LayoutSection
from actionplans.papers.pictures import measure_pictures, promised_pictures, slip_pictures, status_pictures
from actionplans.papers.report import NOT_RECORDED, RECENT, Report, Section, days
from actionplans.papers.to_check import to_check
from actionplans.promised import described
from actionplans.rag import BY_HAND_EXPLAINED
from actionplans.traits import AHEAD

DRAFT = "Draft: not issued. Figures and words may still change."
EXEMPT = "Exempt edition: not for publication."
RAG_EXPLAINED = (
    f"RAG is computed from dates and status, and is separate from status. {BY_HAND_EXPLAINED} The table is its key."
)

Block = Callable[[Report, LayoutSection], tuple[Part, ...]]


def content_of(report: Report) -> Content:
    blocks = [BLOCKS[section.block](report, section) for section in report.layout.sections]
    title, states = plain(report.title), states_of(report)
    return Content(
        title=title,
        foot=foot_of(title, states),
        state=" ".join(states),
        as_at=report.as_at,
        facts=head_facts(report),
        runs=runs_of([parts for parts in blocks if parts]),
        contents=report.layout.contents,
        values=values_of(report),
    )


def states_of(report: Report) -> tuple[str, ...]:
    """What must be read first: that it is a draft, or an edition that is not for publication."""
    is_exempt = report.is_exempt and differs(report)
    return (*([DRAFT] if report.is_draft else ()), *([EXEMPT] if is_exempt else ()))


def foot_of(title: str, states: Iterable[str]) -> str:
    """What stands at the foot of every page: "Draft. Progress report: …"."""
    return " ".join((*(f"{said.partition(':')[0]}." for said in states), title))


def head_facts(report: Report) -> Facts:
    """The lines at the head of a committee paper, as its layout has them."""
    told = values_of(report)
    return tuple(
        (
            plain(line.label),
            plain(report.written(line.label)) or NOTHING if line.source == "words" else told[line.source],
        )
        for line in report.layout.head
    )


def values_of(report: Report) -> dict[str, str]:
    """What the sources of head lines, and the placeholders of Word templates, stand for."""
    told = {
        "group": report.group or "no meeting named",
        "meeting_on": day(report.meeting_on, NOTHING),
        "subject": report.plan,
        "partnership": report.partnership,
        "report_by": report.report_by or NOT_RECORDED,
        "as_at": f"the end of {day(report.as_at)}",
        "title": report.title,
        "edition": f"edition {report.edition}" if report.edition else "draft",
        "state": " ".join(states_of(report)),
    }
    return {key: plain(said) for key, said in told.items()}


def left_out(report: Report) -> tuple[str, ...]:
    """What the public edition says instead of the exempt actions: how many, never which."""
    if report.is_exempt or not report.withheld:
        return ()
    many = len(report.withheld)
    said = "1 action is exempt" if many == 1 else f"{many} actions are exempt"
    return (f"{said} from publication. The counts of this paper include {'it' if many == 1 else 'them'}.",)


def _written(report: Report, section: LayoutSection) -> tuple[str, ...]:
    return paragraphs(report.written(section.heading))


def _computed(report: Report, block: str) -> tuple[str, ...]:
    """What is computed for an opening section. Papers issued before there were layouts name it by its heading."""
    names = {block, {"asked": "recommendations"}.get(block, block)}
    return tuple(plain(each) for cover in report.cover if cover.heading.lower() in names for each in cover.paragraphs)


def _part(
    section: LayoutSection,
    *said: str,
    found: tuple[Table, ...] = (),
    pictures: tuple[Picture, ...] = (),
    facts: Facts = (),
) -> tuple[Part, ...]:
    heading = plain(section.heading)
    return (Part(heading, paragraphs=said, facts=facts, pictures=pictures, tables=found, new_page=section.new_page),)


def _words(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    return _part(section, *(_written(report, section) or (NOTHING.capitalize() + ".",)))


def _opening(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    said = (*_computed(report, section.block), *_written(report, section))
    return _part(section, *(said or (NOTHING.capitalize() + ".",)))


def _summary(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    counts = report.figures
    said = (*_computed(report, "summary"), *_written(report, section), *left_out(report))
    found = (tables.summary_table(report), tables.rates_table(counts), tables.status_table(counts))
    return _part(section, *said, found=found, pictures=status_pictures(counts))


def _since(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if report.since is None:
        return _part(section, "This is the first paper on this plan for this group, so there is nothing to compare.")
    changed = [kind for kind in report.since.changes.kinds if kind.rows]
    counted = [f"{kind.label.lower()}: {len(kind.rows)}" for kind in changed]
    said = f"Since {report.since.paper}: {', '.join(counted) if counted else 'nothing has changed'}."
    found = (tables.compared_table(report.since), *(tables.changed_table(kind) for kind in changed))
    return _part(section, said, found=found)


def _exceptions(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.exceptions:
        return _part(section, "There are no exceptions.", *left_out(report))
    return _part(section, *left_out(report), found=(tables.exceptions_table(report),))


def _dates(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.dates_asked:
        return _part(section, "No later date waits for a decision.")
    return _part(section, "For decision: whether each date is granted.", found=(tables.dates_table(report),))


def _closings(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.closings:
        return _part(section, "No verified action waits to be closed.")
    return _part(section, "For decision: whether each action can be closed.", found=(tables.closings_table(report),))


def _late(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    counts = report.figures
    if counts.longest_late:
        said = f"The longest that an open action is past its current due date is {days(counts.longest_late)}."
    else:
        said = "No open action is past its current due date."
    return _part(section, f"{said} The bands are of 92, 183 and 365 days.", found=(tables.ageing_table(counts),))


def _ahead(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.ahead:
        return _part(section, f"Nothing falls due in the next {AHEAD[-1]} days.")
    counted = [f"{sum(each.within <= limit for each in report.ahead)} within {limit} days" for limit in AHEAD]
    return _part(section, f"Due: {', '.join(counted)}.", found=(tables.ahead_table(report),))


def _closed(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    since = "since the last paper" if report.since else f"in the last {RECENT} days"
    if not report.closed:
        return _part(section, f"No action was closed {since}.")
    return _part(section, f"Closed {since}.", found=(tables.closed_table(report),))


def _promised(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.promised:
        return _part(section, "The plan is not agreed, so nothing is promised yet.")
    found = (tables.promised_table(report.promised),)
    return _part(section, described(report.promised), found=found, pictures=promised_pictures(report.promised))


def _slips(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    pictures, dated = slip_pictures(report.slips, report.as_at), slips.with_dates(report.slips)
    if not pictures:
        return _part(section, "No action has a date.")
    said = [slips.described(dated, report.as_at), *left_out(report)]
    if len(dated) > slips.MOST_ROWS:
        said.append(f"Drawn are the {slips.MOST_ROWS} that slipped most. The table has them all.")
    return _part(section, *said, found=(tables.slips_table(report.slips, report.as_at),), pictures=pictures)


def _measures(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.measures:
        return _part(section, "No measure is recorded.")
    said = []
    if any(each.is_suppressed for each in report.measures):
        under = f"Numbers of people under {report.suppress_under} are suppressed"
        said.append(f"{under}, and others from which these could be counted.")
    head = _part(section, *said, found=(tables.measures_table(report),))
    drawn = ((each, measure_pictures(each)) for each in report.measures)
    charts = (
        Part(plain(each.name), level=2, pictures=pictures, tables=(tables.readings_table(each),))
        for each, pictures in drawn
        if pictures
    )
    return (*head, *charts)


def _grades(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.grades:
        return _part(section, "No inspection had graded quality indicators by then.")
    if len(report.grades) == 1:
        return (
            replace(graded_part(plain(section.heading), report.grades[0], "paper-grades"), new_page=section.new_page),
        )
    by_framework = (
        replace(graded_part(plain(each.framework), each, f"paper-grades-{number}"), level=2)
        for number, each in enumerate(report.grades, 1)
    )
    return (*_part(section), *by_framework)


def _rag(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    return _part(section, RAG_EXPLAINED, found=(tables.rag_table(report),))


def _progress(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    if not report.sections:
        return _part(section, "This plan has no actions yet.")
    head = _part(section, "The words of each recommendation are the inspectors’ own.", *left_out(report))
    actions = action_tables.actions_tables(report.sections, report.layout.columns)
    listed = zip(report.sections, actions, strict=True)
    return (*head, *(_recommendation(report, section, table) for section, table in listed))


def _recommendation(report: Report, section: Section, actions: Table) -> Part:
    found = [actions]
    if report.layout.checks:
        found.append(action_tables.checks_table(section))
    return Part(
        f"Recommendation {plain(section.number)}",
        level=2,
        quote=plain(section.text),
        facts=(
            ("Response", section.response or NOT_RECORDED),
            ("Priority", section.priority or NOT_RECORDED),
            ("Accountable", plain(section.accountable) or NOT_RECORDED),
        ),
        paragraphs=() if section.rows else ("The actions that answer it are exempt from publication.",),
        tables=tuple(found) if section.rows else (),
    )


def _exempt(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    """Whether there is an exempt edition; in it, which actions are exempt."""
    said = left_out(report) or ("No action in this paper is exempt from publication.",)
    if report.is_exempt and report.withheld:
        said = (f"Exempt from publication, and left out of the public edition: {', '.join(report.withheld)}.",)
    return _part(section, *said, *_written(report, section))


def _history(report: Report, section: LayoutSection) -> tuple[Part, ...]:
    """The mark of the history, and how an outsider checks the paper against it years later."""
    count, _, digest = report.history.partition(":")
    if not digest:
        return _part(section, "Nothing had been recorded about this plan by then.")
    said = (
        f"This paper was computed from the {count} entries that the history of this plan held at the end of "
        f"{day(report.as_at)}. Anybody who may read the plan can check that none of them has changed since: on the "
        "page below, with this mark. Whoever runs the service can check it with the command."
    )
    return _part(section, said, facts=to_check(report))


BLOCKS: dict[str, Block] = {
    "words": _words,
    "purpose": _opening,
    "asked": _opening,
    "background": _opening,
    "summary": _summary,
    "since": _since,
    "exceptions": _exceptions,
    "dates": _dates,
    "closings": _closings,
    "late": _late,
    "promised": _promised,
    "slips": _slips,
    "measures": _measures,
    "grades": _grades,
    "ahead": _ahead,
    "closed": _closed,
    "rag": _rag,
    "progress": _progress,
    "exempt": _exempt,
    "history": _history,
}
