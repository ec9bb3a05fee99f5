"""Rows of history that change nothing about an action: what an inspector asks about it, and what is answered."""

from datetime import date

from django.db import models
from django.db.models import Prefetch, Q

from actionplans.models.actions import Action
from actionplans.models.history import Entry, EntryQuerySet
from inspections.models import Inspection
from partnerships.models import User
from partnerships.roles import Permission


class QuestionQuerySet(EntryQuerySet):
    def visible_to(self, user: User, on: date) -> "QuestionQuerySet":
        """Those of partnerships where the person reads working notes, and those of inspections granted on the day."""
        staff = user.partnerships_where(Permission.SEE_WORKING_NOTES)
        granted = user.grants.on(on).values("inspection")
        readable = Q(plan__partnership__in=staff) | Q(inspection__in=granted)
        return self.filter(readable, action__in=Action.objects.visible_to(user, on))

    def open(self) -> "QuestionQuerySet":
        return self.filter(answers=None)

    def answered(self) -> "QuestionQuerySet":
        return self.filter(answers__isnull=False).distinct()

    def with_answers(self) -> "QuestionQuerySet":
        """Each with its action, plan and inspection, and in a second query its answers, oldest first."""
        answers = Prefetch("answers", Answer.objects.order_by("seq"))
        return self.select_related("action__plan__partnership", "inspection").prefetch_related(answers)


class Question(Entry):
    """What an inspector asks about an action. It is read by staff, and by the inspectors of the inspection."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="+")
    text = models.TextField()

    objects = QuestionQuerySet.as_manager()  # type: ignore[misc]  # more than the base class has

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""), name="question_says_what", violation_error_message="Enter your question."
            ),
        )


class Answer(Entry):
    """What the partnership answers. A later answer adds to, or puts right, the one before; all of them stay."""

    of = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    text = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""), name="answer_says_what", violation_error_message="Enter the answer."
            ),
        )
