from inspections.models.frameworks import Level, QualityFramework, QualityIndicator, Scale, ScrutinyBody
from inspections.models.inspections import Evaluation, Finding, Grant, Inspection, Recommendation
from inspections.models.reviews import Judgement

__all__ = [
    "Evaluation",
    "Finding",
    "Grant",
    "Inspection",
    "Judgement",
    "Level",
    "QualityFramework",
    "QualityIndicator",
    "Recommendation",
    "Scale",
    "ScrutinyBody",
]
