"""The verbs of inspections: the only writers of reports and of access to them."""

from inspections.operations.access import change_access, end_access, give_access, grant_inspection
from inspections.operations.entering import enter_grades, enter_publication, enter_report
from inspections.operations.reports import (
    Judged,
    RecommendationIsLocked,
    evaluate,
    publish_report,
    record_finding,
    record_inspection,
    record_progress_review,
    record_recommendation,
    respond,
)

__all__ = [
    "Judged",
    "RecommendationIsLocked",
    "change_access",
    "end_access",
    "enter_grades",
    "enter_publication",
    "enter_report",
    "evaluate",
    "give_access",
    "grant_inspection",
    "publish_report",
    "record_finding",
    "record_inspection",
    "record_progress_review",
    "record_recommendation",
    "respond",
]
