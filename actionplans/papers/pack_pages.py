"""The pages of a pack for inspectors: by recommendation what was promised, what is shown for it, what it changed."""

from collections.abc import Iterable
from dataclasses import replace

from actionplans.papers import tables
from actionplans.papers.action_tables import actions_tables
from actionplans.papers.blocks import RAG_EXPLAINED
from actionplans.papers.build import summary_sentence
from actionplans.papers.content import NOTHING, Content, Facts, Part, Table, day, plain, runs_of
from actionplans.papers.grades import graded_part, journeys_table
from actionplans.papers.pack import Pack, Piece
from actionplans.papers.pictures import measure_pictures, status_pictures
from actionplans.papers.report import NOT_RECORDED, MeasureShown, Row, Section
from actionplans.papers.to_check import to_check
from core import clock
from inspections.models import Inspection, Recommendation

STATE = "For inspectors. Not for publication: it may name what is exempt from publication, and small numbers of people."
ONLY = (
    "This pack holds what the inspectors of this inspection may read: text as it was agreed, wording as it was "
    "published, and evidence that was released. Drafts, working notes and other evidence are not in it."
)

BESIDE = (
    "Under “Grades” and “From grade to grade” it also says what other inspections graded and recommended, and what was "
    "done about that. They are named above. Whoever asked for this pack may read their reports; pass it on only to "
    "people who may read them too."
)


def pages_of(pack: Pack, why: dict[int, str]) -> Content:
    """The whole pack. `why` says of evidence, by key, why its file is not in the pack."""
    drawn = actions_tables(pack.report.sections, pack.report.layout.columns)
    actions = {section.number: table for section, table in zip(pack.report.sections, drawn, strict=True)}
    blocks = [
        _summary(pack),
        *_grades(pack),
        *(_recommendation(pack, each, why, actions) for each in pack.recommendations),
        _of_plan(pack),
        _papers(pack),
        (Part("Key to RAG", paragraphs=(RAG_EXPLAINED,), tables=(tables.rag_table(pack.report),)),),
        _history(pack),
    ]
    title = plain(pack.title)
    return Content(
        title=title,
        foot=f"For inspectors. {title}",
        state=STATE,
        as_at=pack.report.as_at,
        facts=_facts(pack),
        runs=runs_of(blocks),
        contents=True,
    )


def evidence_rows(pieces: Iterable[Piece], why: dict[int, str]) -> tuple[tuple, ...]:
    """The index of evidence, a version a row, for pages and CSV."""
    return tuple(
        (
            *(plain(each.ref), plain(each.row.title), each.version, each.row.happened_on, each.released_on),
            *("yes" if each.is_exempt else "no", each.row.sha256 or NOTHING),
            plain(why.get(each.row.pk, "") or each.row.link or each.name),
        )
        for each in pieces
    )


INDEX = ("Ref", "Evidence", "Version", "Date", "Released", "Exempt", "SHA-256", "File in the pack, or where it is")


def _facts(pack: Pack) -> Facts:
    exempt = ", ".join(pack.report.withheld)
    return (
        ("Partnership", plain(pack.plan.partnership.name)),
        ("Inspection", plain(pack.inspection.title)),
        ("Published", day(pack.inspection.published_on)),
        *([("Beside it", f"for grades: {_titled(pack.beside)}")] if pack.beside else []),
        ("Plan", f"{plain(pack.plan.title)}, version {pack.plan.version}"),
        ("Plan lead", plain(pack.report.report_by) or NOT_RECORDED),
        ("As at", f"the end of {day(pack.report.as_at)}"),
        *([("Exempt", f"from publication: {plain(exempt)}")] if exempt else []),
    )


def _titled(inspections: Iterable[Inspection]) -> str:
    return "; ".join(f"{plain(each.title)}, published {day(each.published_on)}" for each in inspections)


def _summary(pack: Pack) -> tuple[Part, ...]:
    counts = pack.report.figures
    found = (tables.summary_table(pack.report), tables.rates_table(counts), tables.status_table(counts))
    said = (ONLY, *([BESIDE] if pack.beside else []), summary_sentence(counts))
    return (Part("Summary", paragraphs=said, pictures=status_pictures(counts), tables=found),)


def _grades(pack: Pack) -> list[tuple[Part, ...]]:
    """The matrix, then from grade to grade what was recommended, what was done, and how measures moved."""
    if not pack.graded.indicators:
        return []
    since = Part("From grade to grade", tables=(journeys_table(pack.journeys, pack.plan),))
    return [(graded_part("Grades", pack.graded.grades, "pack-grades"),), (since,)]


def _recommendation(
    pack: Pack, asked: Recommendation, why: dict[int, str], actions: dict[str, Table]
) -> tuple[Part, ...]:
    """One recommendation: its actions, what was checked, the evidence released, and each measure with its chart."""
    section = next((each for each in pack.report.sections if each.number == asked.number), None)
    rows = section.rows if section else ()
    refs = {row.ref for row in rows}
    pieces = [each for each in pack.pieces if each.ref in refs]
    said = [] if rows else ["No action of this plan answers it."]
    said += [] if pieces or not rows else ["No evidence is released."]
    found = [actions[asked.number], _checks(asked, rows)] if rows else []
    found += [_evidence(asked, pieces, why)] if pieces else []
    head = Part(
        f"Recommendation {plain(asked.number)}",
        quote=plain(asked.text),
        facts=_response(asked, section),
        paragraphs=tuple(said),
        tables=tuple(found),
    )
    return (head, *_measured(pack, [each for each in pack.report.measures if each.of in refs], plain(asked.number)))


def _response(asked: Recommendation, section: Section | None) -> Facts:
    reason = plain(asked.response_reason)
    response = asked.get_response_display() or NOT_RECORDED
    return (
        ("Response", f"{response}. {reason}" if reason else response),
        ("Priority", asked.get_priority_display() or NOT_RECORDED),
        ("Accountable", plain(asked.accountable_post.title) if asked.accountable_post else NOT_RECORDED),
    )


def _checks(asked: Recommendation, rows: Iterable[Row]) -> Table:
    """As `action_tables.checks_table`, with the evidence that is released in the place of all that is held."""
    number = plain(asked.number)
    return Table(
        f"Checks {number}"[:31],
        f"Measures and checks for recommendation {number}",
        "An action in each row, with its success measure, evidence, verification and closure.",
        ("Ref", "Success measure", "Evidence required", "Released (newest)", "Verified", "Closed"),
        (17, 90, 58, 20, 41, 41),
        tuple(
            (
                *(plain(row.ref), plain(row.measure) or NOT_RECORDED, plain(row.evidence_required) or NOTHING),
                *(len(row.evidence), plain(row.verification) or NOTHING, plain(row.closure) or NOTHING),
            )
            for row in rows
        ),
    )


def _evidence(asked: Recommendation, pieces: list[Piece], why: dict[int, str]) -> Table:
    number = plain(asked.number)
    description = "A version of evidence in each row, with its dates, its SHA-256, and its file in the pack."
    caption = f"Evidence released for recommendation {number}"
    widths = (17, 56, 16, 26, 26, 16, 55, 55)
    return Table(f"Evidence {number}"[:31], caption, description, INDEX, widths, evidence_rows(pieces, why))


def _of_plan(pack: Pack) -> tuple[Part, ...]:
    found = [each for each in pack.report.measures if not each.of]
    if not found:
        return (Part("Measures of the plan", paragraphs=("No measure of the plan as a whole is recorded.",)),)
    return (Part("Measures of the plan"), *_measured(pack, found, "the plan"))


def _measured(pack: Pack, found: list[MeasureShown], of: str) -> tuple[Part, ...]:
    """The measures in one table, then each that has a course with its chart and the same figures."""
    if not found:
        return ()
    table = tables.measures_table(replace(pack.report, measures=tuple(found)))
    number = f"recommendation {of}" if of != "the plan" else of
    head = Part(f"Measures, {number}", level=2, tables=(replace(table, caption=f"{table.caption}, {number}"),))
    drawn = ((each, measure_pictures(each)) for each in found)
    return (
        head,
        *(
            Part(f"{plain(each.name)}, {number}", level=2, pictures=pictures, tables=(tables.readings_table(each),))
            for each, pictures in drawn
            if pictures
        ),
    )


def _papers(pack: Pack) -> tuple[Part, ...]:
    """The papers that were issued, each with the mark of the history that it was made from, and its public files."""
    if not pack.papers:
        return (Part("Papers issued", paragraphs=("No paper has been issued yet.",)),)
    named = [(plain(str(each.paper.meeting)), each) for each in pack.papers]
    marks = tuple(
        (
            *(name, each.paper.edition, each.paper.as_at, day(clock.day_of(each.paper.issued_at))),
            f"{each.paper.history_count}:{each.paper.history_head}",
        )
        for name, each in named
    )
    files = tuple(
        (f"{name}, edition {each.paper.edition}", one.format, one.sha256) for name, each in named for one in each.files
    )
    found = (
        Table(
            *("Papers", "Papers issued", "A paper in each row, with its dates and the history that it was made from."),
            ("Meeting", "Edition", "As at", "Issued", "History"),
            (70, 16, 32, 32, 117),  # the mark of a long history stays in one line
            marks,
        ),
        Table(
            *("Files", "Files of the papers", "A file in each row, with its SHA-256. They are the public editions."),
            ("Paper", "Format", "SHA-256"),
            (100, 22, 145),
            files,
        ),
    )
    return (Part("Papers issued", tables=found),)


def _history(pack: Pack) -> tuple[Part, ...]:
    count = pack.report.history.partition(":")[0]
    said = (
        f"The file history.jsonl has the {count} rows of the history that this pack was made from. Rows that are not "
        f"for inspectors to read, wholly or in part, are given by their hash alone: {pack.withheld} of them. So the "
        "chain can be followed from the first row to the last, and to the mark of any paper. Anybody who may read the "
        "plan can check the history on the page below; the file is checked by the command, with Python alone.",
    )
    mark, page, _ = to_check(pack.report)
    command = f"python3 verify.py history.jsonl {pack.report.history}"
    return (Part("History", paragraphs=said, facts=(mark, page, ("Command", command))),)
