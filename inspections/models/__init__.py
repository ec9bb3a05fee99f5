from inspections.models.frameworks import Level, QualityFramework, QualityIndicator, Scale, ScrutinyBody
from inspections.models.inspections import Evaluation, Finding, Grant, Inspection, Recommendation

__all__ = [
    "Evaluation",
    "Finding",
    "Grant",
    "Inspection",
    "Level",
    "QualityFramework",
    "QualityIndicator",
    "Recommendation",
    "Scale",
    "ScrutinyBody",
]
