"""Actions: what will be done, for which recommendations, by whom, by when."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.urls import reverse

from actionplans.models.plans import Plan, Round
from actionplans.models.states import OVER, UNDONE, ActionState, Status
from actionplans.rag import SETTABLE, Rag, rag_case
from inspections.models import QualityIndicator, Recommendation
from partnerships.models import Agency, Holding, Post, User


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: User, on: date) -> "ActionQuerySet":
        """Those of the plans that a member may see; to an inspector those that answer a granted inspection."""
        granted = user.grants.on(on).values("inspection")
        answer = Action.recommendations.through.objects.filter(recommendation__inspection__in=granted).values("action")
        return self.filter(
            Q(plan__in=Plan.objects.visible_to_member(user)) | Q(pk__in=answer, plan__in=Plan.objects.agreed())
        )

    def owned_by(self, user: User, on: date) -> "ActionQuerySet":
        """Those of the posts that the person holds or deputises for on the day."""
        return self.filter(lead_post__in=Holding.objects.on(on).filter(user=user).values("post"))

    def with_own(self, user: User, on: date) -> "ActionQuerySet":
        """With what the person has to do with each on the day, in the same query.

        `own_draft` is their draft, where there is one; `is_spoken_for` whether they hold, or deputise for, the post
        that owns it; `is_contributed_to` the same of any post of a contributing agency; `is_open_to_questions` whether
        a grant lets them ask about it.
        """
        held = Holding.objects.on(on).filter(user=user)
        agencies = Action.contributors.through.objects.filter(action=OuterRef(OuterRef("pk"))).values("agency")
        found = self.annotate(
            own_draft=FilteredRelation("drafts", condition=Q(drafts__user=user)),
            is_spoken_for=Exists(held.filter(post=OuterRef("lead_post"))),
            is_contributed_to=Exists(held.filter(post__agency__in=agencies)),
            is_open_to_questions=Exists(
                user.grants.on(on).filter(may_ask=True, inspection__recommendations__actions=OuterRef("pk"))
            ),
        )
        return found.select_related("own_draft")  # type: ignore[misc]  # a relation of this query alone

    def open(self) -> "ActionQuerySet":
        return self.exclude(status__in=OVER)

    def overdue(self, on: date) -> "ActionQuerySet":
        """As `is_overdue`: not completed, and `on` is after the current due date."""
        return self.filter(status__in=UNDONE, current_due_on__lt=on)

    def progress_overdue(self, on: date) -> "ActionQuerySet":
        """As `is_progress_overdue`: open, and without an update in a round whose date has passed."""
        called = Round.objects.filter(plan=OuterRef("plan"), updates_due_on__lt=on).order_by("-opens_on")
        return (
            self.open()
            .filter(plan__status=Plan.Status.ACTIVE)
            .annotate(called_on=Subquery(called.values("opens_on")[:1]))
            .filter(Q(last_update_on__lt=F("called_on")) | Q(last_update_on__isnull=True, called_on__isnull=False))
        )

    def with_rag(self, on: date) -> "ActionQuerySet":
        """Annotates `rag_word`, as `rag`."""
        return self.annotate(rag_word=rag_case(on))


ActionsAndRemoved = models.Manager.from_queryset(ActionQuerySet)


class ActionManager(ActionsAndRemoved):
    """The actions of plans, without those that were taken out of a draft: these are named by its history alone."""

    def get_queryset(self):
        return super().get_queryset().filter(is_removed=False)


class Action(ActionState):
    class Priority(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    class Horizon(models.TextChoices):
        SHORT = "short", "Short term"
        MEDIUM = "medium", "Medium term"
        LONG = "long", "Long term"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField()
    ref = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    recommendations = models.ManyToManyField(Recommendation, related_name="actions")
    lead_post = models.ForeignKey(Post, models.PROTECT, related_name="led_actions")
    lead_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="led_actions")
    contributors = models.ManyToManyField(Agency, blank=True, related_name="contributions")
    start_on = models.DateField(null=True, blank=True)
    priority = models.CharField(max_length=10, choices=Priority, blank=True)
    horizon = models.CharField(max_length=10, choices=Horizon, blank=True)
    is_quick_win = models.BooleanField("quick win", default=False)
    indicators = models.ManyToManyField(QualityIndicator, blank=True, related_name="actions")
    verifier = models.CharField(max_length=200, blank=True, help_text="The person or body who is to verify.")
    is_removed = models.BooleanField(default=False, help_text="Taken out of the draft before it was agreed.")

    objects = ActionManager()

    class Meta:
        indexes = (
            models.Index(fields=["plan", "status", "current_due_on"], name="action_late"),
            # What reminders look for: of a million open actions only those that are late, or soon will be.
            models.Index(fields=["current_due_on"], condition=Q(status__in=sorted(UNDONE)), name="action_undone_due"),
            models.Index(
                fields=["plan", "last_update_on"], condition=~Q(status__in=sorted(OVER)), name="action_open_updated"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "ref"],
                condition=Q(is_removed=False),
                name="action_ref_once_a_plan",
                violation_error_message="This plan already has an action with that reference.",
            ),
            models.CheckConstraint(
                condition=~Q(status=""), name="action_has_status", violation_error_message="Choose a status."
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="action_percent_to_100",
                violation_error_message="Per cent complete must be between 0 and 100.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.COMPLETED, Status.VERIFIED, Status.CLOSED]) | Q(percent=100),
                name="action_done_is_100",
                violation_error_message="A completed action is 100 per cent complete.",
            ),
            models.CheckConstraint(
                condition=Q(start_on__isnull=True)
                | Q(current_due_on__isnull=True)
                | Q(current_due_on__gte=F("start_on")),
                name="action_due_after_start",
                violation_error_message="The due date must not be before the start.",
            ),
            models.CheckConstraint(
                condition=Q(rag_set="", rag_reason="")
                | (Q(rag_set__in=SETTABLE, status__in=sorted(UNDONE)) & ~Q(rag_reason="")),
                name="action_rag_set_while_undone",
                violation_error_message="A RAG is set by hand with a reason, and while the action is not completed.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("actionplans:action", args=[self.plan.slug, self.ref])

    def get_update_url(self) -> str:
        return reverse("actionplans:action-update", args=[self.plan.slug, self.ref])

    def rag(self, on: date) -> Rag:
        return self.rag_of(self.start_on, on)

    def is_progress_overdue(self, on: date, rounds: Iterable[Round]) -> bool:
        """Open, and without a published update in the last of the plan's `rounds` whose date has passed."""
        return self.is_open and self.plan.status == Plan.Status.ACTIVE and overdue_round(self, rounds, on) is not None


class EvidenceRequirement(models.Model):
    """A kind of proof that was asked for when the action was agreed."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="evidence_requirements")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.text


class Updated(Protocol):
    """Whatever knows the day of its last update."""

    @property
    def last_update_on(self) -> date | None: ...


def has_reported(state: Updated, found: Round) -> bool:
    """Whether an update was published since the round opened. Source of the rule: docs/adr/0004."""
    return state.last_update_on is not None and state.last_update_on >= found.opens_on


def overdue_round(state: Updated, rounds: Iterable[Round], on: date) -> Round | None:
    """The round that an update is overdue for, if any.

    Of the rounds whose date has passed the one that opened last decides: an update since then answers all of them.
    """
    called = [each for each in rounds if each.updates_due_on < on]
    last = max(called, key=lambda each: each.opens_on, default=None)
    return last if last and not has_reported(state, last) else None


def owed_round(state: Updated, rounds: Iterable[Round], on: date) -> Round | None:
    """The open round that still waits for an update of this action, if any: the one whose date comes first."""
    open_now = [each for each in rounds if each.opens_on <= on <= each.updates_due_on]
    waiting = [each for each in open_now if not has_reported(state, each)]
    return min(waiting, key=lambda each: each.updates_due_on, default=None)
