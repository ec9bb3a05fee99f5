"""What a progress review says about each recommendation of the inspection that it follows."""

from datetime import date

from django.db import models
from django.db.models import Q

from inspections.models.inspections import Inspection, Recommendation
from partnerships.models import User


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def visible_to(self, user: User, on: date, today: date) -> "JudgementQuerySet":
        """Those of the reviews that a person may see today and that were published by the end of a day."""
        return self.filter(inspection__in=Inspection.objects.visible_to(user, today), inspection__published_on__lte=on)


class Judgement(models.Model):
    """The inspectors' own words, which the database keeps from changing. What remains is a recommendation of the review
    that repeats the one that was judged.
    """

    class Word(models.TextChoices):
        MET = "met", "Met: inspectors are satisfied"
        GOOD = "good", "Good progress"
        SOME = "some", "Some progress"
        LITTLE = "little", "Little or no progress"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="judgements")
    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="judgements")
    word = models.CharField(max_length=10, choices=Word)
    text = models.TextField()

    objects = JudgementQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["inspection", "recommendation"],
                name="judgement_once_a_review",
                violation_error_message="This review has already judged that recommendation.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="judgement_has_text",
                violation_error_message="Enter what the inspectors say.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.recommendation.number}: {self.get_word_display()}"

    @property
    def is_satisfied(self) -> bool:
        return self.word == self.Word.MET

    @property
    def slug(self) -> str:
        """How the word is drawn: as a measure that reaches its target, one that does not, or none of both."""
        return {self.Word.MET: "met", self.Word.LITTLE: "missed"}.get(self.Word(self.word), "none")
