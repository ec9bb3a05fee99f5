"""The pack for inspectors: all that the inspectors of one inspection may read of one plan, computed as at a day.

It is what they are shown anyway, and the same for whoever asks: `timeline.inspectors_of` says what that is, and
`build_report` computes it. Nothing here is computed a second time. Beside the grades of the inspection stand those of
others that the person who asks may see (ADR 24).
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from actionplans.extracts import extract
from actionplans.grades import Matrix, matrix_of
from actionplans.journeys import Journey, Work, journeys, near
from actionplans.models import (
    Entry,
    Evidence,
    EvidenceExemption,
    EvidenceRelease,
    EvidenceScan,
    Paper,
    PaperFile,
    Plan,
    first_versions,
    recorded,
)
from actionplans.papers.build import build_report
from actionplans.papers.report import Report
from actionplans.timeline import inspectors_of, open_to
from core import clock
from inspections.models import Inspection, Recommendation
from partnerships.models import User

UNSAFE = re.compile(r"[^\w.-]+")
INFECTED = "Left out: a virus was found in it"
PENDING = "Left out: it is still being checked for viruses"
MISSING = "Left out: the file is not where it was kept"
CHANGED = "Left out: the file is not the one whose SHA-256 was kept"


@dataclass(frozen=True)
class Piece:
    """One version of evidence that is released. `name` is its file in the pack; without one, `why` says why."""

    row: Evidence
    ref: str
    version: int
    released_on: date
    is_exempt: bool
    name: str
    why: str


@dataclass(frozen=True)
class Issued:
    """An issued paper, with the files of its public edition."""

    paper: Paper
    files: tuple[PaperFile, ...]


@dataclass(frozen=True)
class Pack:
    """All of a pack but its files. `beside` are other inspections, whose grades and recommendations stand in `graded`
    and `journeys`: what the page of the inspection shows.
    """

    plan: Plan
    inspection: Inspection
    beside: tuple[Inspection, ...]
    report: Report
    recommendations: tuple[Recommendation, ...]
    graded: Matrix
    journeys: tuple[Journey, ...]
    pieces: tuple[Piece, ...]
    papers: tuple[Issued, ...]
    history: tuple[str, ...]  # lines, as docs/verify.py reads them

    @property
    def title(self) -> str:
        return f"Inspectors’ pack: {self.plan.title}"

    @property
    def withheld(self) -> int:
        """How many rows of the history are given by their hash alone."""
        return sum("facts" not in json.loads(line) for line in self.history)


def build_pack(plan: Plan, inspection: Inspection, on: date, beside: Sequence[Inspection] = ()) -> Pack:
    """The pack as at the end of a day, up to the last row that the history has now. A constant number of queries.

    The reader of its grades is whoever was granted the inspection and those `beside` it, and no other.
    """
    plan = Plan.objects.select_related("partnership", "lead_post").get(pk=plan.pk)
    upto = plan.history_count
    known = near(inspection, Inspection.objects.filter(pk__in=[inspection.pk, *(each.pk for each in beside)]), on)
    graded = matrix_of(inspection, known)
    work = Work(known, inspectors_of(*known).actions, on, (plan, upto))
    return Pack(
        plan=plan,
        inspection=inspection,
        beside=tuple(each for each in known if each != inspection),
        report=build_report(plan, on=on, upto=upto, inspection=inspection),
        recommendations=tuple(inspection.recommendations.select_related("accountable_post").order_by("position", "pk")),
        graded=graded,
        journeys=tuple(journeys(graded, work)) if graded.indicators else (),
        pieces=tuple(_pieces(plan, inspection, on, upto)),
        papers=tuple(_papers(plan, on, upto)),
        history=tuple(extract(plan, inspectors_of(inspection), on, upto)),
    )


def beside(inspection: Inspection, user: User, on: date) -> list[Inspection]:
    """The other inspections that the page of an inspection shows a person beside it."""
    return [each for each in near(inspection, Inspection.objects.visible_to(user, on), on) if each != inspection]


def is_outdated(plan: Plan, asked_at: datetime) -> bool:
    """Whether evidence was taken back, or a virus found, since a pack was asked for: nobody may have it then."""
    taken_back = EvidenceRelease.objects.filter(plan=plan, is_released=False, recorded_at__gt=asked_at)
    return taken_back.exists() or EvidenceScan.objects.filter(of__plan=plan, is_clean=False, at__gt=asked_at).exists()


def _pieces(plan: Plan, inspection: Inspection, on: date, upto: int) -> Iterator[Piece]:
    """What is released, action by action in the order of the plan; each version that is released by itself."""
    about = Entry.objects.filter(recorded(on, upto), plan=plan, kind=Entry.Kind.EVIDENCE)
    shown = open_to(about, inspectors_of(inspection), on, on).with_details().with_evidence().select_related("action")
    known = Evidence.objects.filter(recorded(on, upto), plan=plan)
    versions = _versions(list(known.only("pk", "seq", "replaces_id")))
    first = first_versions(known)
    last = EvidenceRelease.objects.filter(recorded(on, upto), plan=plan).values("of").annotate(last=Max("recorded_at"))
    released = {each["of"]: clock.day_of(each["last"]) for each in last}
    exempt = {}
    for mark in EvidenceExemption.objects.filter(recorded(on, upto), plan=plan).order_by("seq"):
        exempt[first[mark.of_id]] = mark.is_exempt
    for entry in shown.order_by("action__position", "seq"):
        row, action = entry.evidence, entry.action
        why = _why_not(row)
        yield Piece(
            row=row,
            ref=action.ref if action else "",
            version=versions[row.pk],
            released_on=released[row.pk],
            is_exempt=exempt.get(first[row.pk], False),
            name="" if why else _name(action.ref if action else "plan", row),
            why=why,
        )


def _versions(rows: list[Evidence]) -> dict[int, int]:
    """The number of each version among those of its evidence, as pages count them."""
    found: dict[int, int] = {}
    for each in sorted(rows, key=lambda row: row.seq):
        found[each.pk] = found.get(each.replaces_id or 0, 0) + 1
    return found


def _why_not(row: Evidence) -> str:
    if not row.file:
        return "A link" if row.link else "Kept elsewhere"
    if row.is_infected():
        return INFECTED
    return PENDING if row.is_pending() else ""


def _name(ref: str, row: Evidence) -> str:
    return f"evidence/{UNSAFE.sub('-', ref)}/{row.seq}-{UNSAFE.sub('-', row.file_name) or 'file'}"


def _papers(plan: Plan, on: date, upto: int) -> Iterator[Issued]:
    issued = plan.papers.filter(issued_at__lt=clock.end_of(on), history_count__lte=upto)
    listed = list(
        issued.select_related("meeting__group").defer("content", "exempt_content").order_by("issued_at", "pk")
    )
    files: dict[int, list[PaperFile]] = {}
    for each in PaperFile.objects.filter(paper__in=listed, is_exempt=False).order_by("format"):
        files.setdefault(each.paper_id, []).append(each)
    return (Issued(each, tuple(files.get(each.pk, ()))) for each in listed)
