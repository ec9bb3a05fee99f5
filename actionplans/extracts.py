"""A plan's history as one audience may have it: rows in full where all of a row is theirs to read, else its hash alone.

The chain stays whole, so that whoever has only an extract can follow it to any mark printed on a paper (ADR 20).
"""

import json
from collections.abc import Iterator
from datetime import date

from actionplans.integrity import rows_of
from actionplans.models import STATE_FIELDS, Entry, Plan, Revision, recorded
from actionplans.timeline import Audience, open_to
from inspections.models import Recommendation

NOT_FOR_YOU = "not for this reader"
PARTLY = "part of it is not for this reader"

Kind = Entry.Kind
# Columns that every page shows of any row, or keys that say nothing by themselves.
OF_ALL = frozenset(
    {
        *(
            "plan_id",
            "seq",
            "action_id",
            "kind",
            "happened_on",
            "recorded_at",
            "by_id",
            "by_name",
            "by_post",
            "imported",
        ),
        *STATE_FIELDS,
    }
)
# What pages show, of a row that a person may read, to those who are not staff. A column that is not named here, such as
# a working note, withholds each row in which it is not empty: so does one that is added to a table later.
OF_KIND: dict[str, frozenset[str]] = {
    Kind.PLAN_STEP: frozenset({"step", "version", "group_id", "meeting_id", "minute", "reason"}),
    Kind.ADDED: frozenset(),
    Kind.REVISION: frozenset({"version", "text"}),
    Kind.UPDATE: frozenset({"wording", "corrects_id", "evidence_ticked", "evidence_gap", "reviewed_by"}),
    Kind.CONTRIBUTION: frozenset({"agency_id", "wording"}),
    Kind.MEASURED: frozenset({"reading_id", "text"}),
    Kind.EVIDENCE: frozenset(
        {"title", "form", "dated_on", "link", "file", "file_name", "sha256", "answers_id", "replaces_id"}
    ),
    Kind.EVIDENCE_RELEASE: frozenset({"of_id", "is_released"}),
    Kind.DATE_REQUEST: frozenset({"from_on", "to_on", "reason_kind", "reason"}),
    Kind.DATE_REFERRAL: frozenset({"request_id", "group_id"}),
    Kind.DATE_DECISION: frozenset({"request_id", "is_granted", "decided_by", "meeting_id", "minute"}),
    Kind.DATE_WITHDRAWAL: frozenset({"request_id", "reason"}),
    Kind.VERIFICATION: frozenset({"is_accepted", "verifier", "statement"}),
    Kind.CLOSURE: frozenset(
        {"decided_by", "meeting_id", "minute", "target_reason", "risk_accepted_by", "check_due_on"}
    ),
    Kind.REOPENING: frozenset({"reason"}),
    Kind.DROPPING: frozenset({"reason", "decided_by", "meeting_id", "minute", "superseded_by_id"}),
    Kind.RAG_SETTING: frozenset({"word", "reason", "ruled"}),
    Kind.SUSTAINED_CHECK: frozenset({"of_id", "is_sustained", "statement"}),
    Kind.EXEMPTION: frozenset({"is_exempt"}),
    Kind.EVIDENCE_EXEMPTION: frozenset({"of_id", "is_exempt"}),
    Kind.PUBLICATION: frozenset({"is_public", "decided_by", "meeting_id", "minute", "reason"}),
    Kind.QUESTION: frozenset({"inspection_id", "text"}),
    Kind.ANSWER: frozenset({"of_id", "text"}),
}
# Why something is exempt may say whom it concerns: it is for those who read papers.
OF_PAPERS = {Kind.EXEMPTION: frozenset({"reason"}), Kind.EVIDENCE_EXEMPTION: frozenset({"reason"})}


def extract(plan: Plan, audience: Audience, today: date, upto: int | None = None) -> Iterator[str]:
    """Each row of a plan's history, to the row `upto`, as a line of JSON for docs/verify.py.

    1. Staff have every row in full: `seq`, `previous`, `hash` and `facts`.
    2. Others have in full what they may read today (`open_to`) and of which they may read every column. In the agreed
       text of an action that is so where they may see every recommendation that it names.
    3. Of any other row `withheld` says, in the place of its facts, why. Its hash is there: the next row builds on it.
    """
    rows = Entry.objects.filter(recorded(today, upto), plan=plan)
    is_staff = plan.partnership_id in audience.staff and plan.partnership_id in audience.drafters
    theirs = set() if is_staff else set(open_to(rows, audience, today, today).values_list("pk", flat=True))
    known = set(_recommendations(plan, audience).values_list("pk", flat=True))
    reads_papers = plan.partnership_id in audience.members
    for (row,) in rows_of(rows):
        facts = row.facts()
        why = "" if is_staff else _why_not(row, facts, row.pk in theirs, known, reads_papers)
        line = {"seq": row.seq, "previous": row.previous, "hash": row.hash}
        line |= {"withheld": why} if why else {"facts": facts}
        yield json.dumps(line, ensure_ascii=False, sort_keys=True)


def _why_not(row: Entry, facts: dict, is_theirs: bool, known: set[int], reads_papers: bool) -> str:
    """Why a row is given by its hash alone; empty where it is given in full."""
    if not is_theirs or row.kind not in OF_KIND:
        return NOT_FOR_YOU
    shown = OF_ALL | OF_KIND[row.kind] | (OF_PAPERS.get(Kind(row.kind), frozenset()) if reads_papers else frozenset())
    names_others = isinstance(row, Revision) and not known.issuperset(row.text.get("recommendations_ids", ()))
    return PARTLY if names_others or not shown.issuperset(facts) else ""


def _recommendations(plan: Plan, audience: Audience):
    """Those that the audience may see: of the inspections that they inspect, and to members all of the partnership."""
    found = Recommendation.objects.filter(inspection__in=audience.inspections)
    of_members = Recommendation.objects.filter(inspection__partnership__in=audience.members)
    return found | of_members
