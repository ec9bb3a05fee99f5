"""What a paper of a demonstration case must say, computed from cases.json alone: nothing here knows the program.

The rules are those of the file: `conventions`, and `rag_rules` for the RAG words.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FILE = Path(__file__).parents[2] / "actionplans" / "reference" / "cases.json"
CASES = {case["slug"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]}
BANDS = (("0-3 months", 0, 92), ("3-6 months", 92, 183), ("6-12 months", 183, 365), ("over 12 months", 365, 100_000))
STATUSES = {"Complete - awaiting verification": "Completed, awaiting verification"}


@dataclass(frozen=True)
class Expected:
    """One action on a day. Days are calendar days past a date; 0 is not late."""

    ref: str
    action: str
    recommendation: str
    status: str
    rag: str
    post: str
    original_due: date
    current_due: date
    date_changes: int
    days_late: int
    days_past_original: int
    latest: str
    latest_on: date | None


def expected_rows(slug: str, on: date) -> list[Expected]:
    """Every action of a case as at a day on or after that of the case, in the order of the plan."""
    return [
        _row(action, recommendation["ref"], on)
        for recommendation in CASES[slug]["recommendations"]
        for action in recommendation["actions"]
    ]


def expected_figures(rows: list[Expected], on: date) -> dict[str, object]:
    due = [row for row in rows if row.original_due <= on]
    closed = sum(row.status == "Closed" for row in due)
    return {
        "actions": len(rows),
        "open": sum(row.status != "Closed" for row in rows),
        "overdue": sum(row.days_late > 0 for row in rows),
        "longest_late": max(row.days_late for row in rows),
        "revised": sum(row.date_changes > 0 for row in rows),
        "due": len(due),
        "closed": closed,
        "rate": (200 * closed + len(due)) // (2 * len(due)) if due else None,
        "rag": {word: sum(row.rag == word for row in rows) for word in ("Blue", "Green", "Amber", "Red")},
        "original": {band: sum(low < row.days_past_original <= high for row in rows) for band, low, high in BANDS},
        "current": {band: sum(low < row.days_late <= high for row in rows) for band, low, high in BANDS},
    }


def expected_ahead(rows: list[Expected], on: date) -> list[str]:
    """The references of what falls due within 60 days, the first first."""
    undone = [row for row in rows if row.status in {"Not started", "In progress"}]
    ahead = [row for row in undone if on <= row.current_due <= on + timedelta(days=60)]
    return [row.ref for row in sorted(ahead, key=lambda row: (row.current_due, row.ref))]


def _row(action: dict, recommendation: str, on: date) -> Expected:
    original, current = (date.fromisoformat(action[f"{name}_due_date"]) for name in ("original", "current"))
    is_undone = action["status"] in {"Not started", "In progress"}
    late = max((on - current).days, 0) if is_undone else 0
    past = max((on - original).days, 0) if action["status"] != "Closed" else 0
    said = max(action["updates"], key=lambda each: each["date"], default=None)
    return Expected(
        ref=action["ref"],
        action=action["title"],
        recommendation=recommendation,
        status=STATUSES.get(action["status"], action["status"]),
        rag=_rag(action, late, on),
        post=action["lead_role"],
        original_due=original,
        current_due=current,
        date_changes=len(action["due_date_revisions"]),
        days_late=late,
        days_past_original=past,
        latest=said["text"] if said else "",
        latest_on=date.fromisoformat(said["date"]) if said else None,
    )


def _rag(action: dict, late: int, on: date) -> str:
    """First match, as `rag_rules` has it."""
    if action["status"] == "Closed":
        return "Blue"
    if action["status"].startswith("Complete"):
        return "Green"
    if late > 31:
        return "Red"
    not_begun = action["status"] == "Not started" and date.fromisoformat(action["planned_start_date"]) < on
    return "Amber" if late or action.get("at_risk") or not_begun else "Green"
