"""Inspections, what they found, and what they recommend."""

from datetime import date

from django.db import models
from django.db.models import Q

from core import chain
from inspections.models.frameworks import Level, QualityFramework, QualityIndicator, ScrutinyBody
from partnerships.models import Agency, Partnership, Post, User


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: User, on: date) -> "InspectionQuerySet":
        """Those of the partnerships a person is a member of, and those granted to an inspector on the day."""
        granted = user.grants.on(on).values("inspection")
        return self.filter(Q(partnership__in=[*user.roles]) | Q(pk__in=granted))


class Inspection(models.Model):
    class Kind(models.TextChoices):
        JOINT = "joint inspection", "Joint inspection"
        PROGRESS = "progress review", "Progress review"
        INDEPENDENT = "independent review", "Independent review"
        SELF = "self-assessment", "Self-assessment"

    slug = models.SlugField(unique=True, max_length=100)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="inspections")
    kind = models.CharField(max_length=30, choices=Kind)
    title = models.CharField(max_length=300)
    lead_body = models.ForeignKey(ScrutinyBody, models.PROTECT, related_name="led")
    partner_bodies = models.ManyToManyField(ScrutinyBody, blank=True, related_name="joined")
    commissioned_by = models.CharField(max_length=200, blank=True)
    trigger = models.CharField(max_length=300, blank=True)
    fieldwork = models.CharField(max_length=200, blank=True, help_text="When inspectors were on site, in words.")
    published_on = models.DateField(null=True, blank=True)
    conclusion = models.TextField(blank=True)
    framework = models.ForeignKey(QualityFramework, models.PROTECT, null=True, blank=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")

    objects = InspectionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def ungraded(self) -> models.QuerySet[QualityIndicator]:
        """The indicators of its framework that it has not graded; none where the framework has no scale."""
        graded = Evaluation.objects.filter(inspection=self).values("indicator")
        of_framework = QualityIndicator.objects.filter(framework=self.framework_id, framework__scale__isnull=False)
        return of_framework.exclude(pk__in=graded).order_by("position")


class Evaluation(models.Model):
    """The grade of one quality indicator in one inspection."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="evaluations")
    indicator = models.ForeignKey(QualityIndicator, models.PROTECT)
    level = models.ForeignKey(Level, models.PROTECT)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["inspection", "indicator"],
                name="evaluation_once_an_indicator",
                violation_error_message="This inspection has already graded that indicator.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator}: {self.level}"


class Finding(models.Model):
    class Kind(models.TextChoices):
        STRENGTH = "strength", "Strength"
        AREA = "area_for_improvement", "Area for improvement"
        GOOD_PRACTICE = "good_practice", "Good practice"

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="findings")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=30, choices=Kind)
    text = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["inspection", "position"], name="finding_position_once"),)

    def __str__(self) -> str:
        return self.text


class Recommendation(models.Model):
    """The inspectors' own words, which the database keeps from changing, and the partnership's response to them."""

    class Response(models.TextChoices):
        AGREED = "agreed", "Agreed"
        PARTLY = "partly_agreed", "Partly agreed"
        NOT_AGREED = "not_agreed", "Not agreed"

    class Priority(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="recommendations")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=20)
    text = models.TextField()
    priority = models.CharField(max_length=10, choices=Priority, blank=True)
    indicators = models.ManyToManyField(QualityIndicator, blank=True, related_name="recommendations")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repeated_by")
    response = models.CharField(max_length=20, choices=Response, blank=True)
    response_reason = models.TextField(blank=True)
    accountable_post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    lead_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["inspection", "number"],
                name="recommendation_number_once",
                violation_error_message="This inspection already has a recommendation with that number.",
            ),
            models.CheckConstraint(
                condition=~Q(response__in=["partly_agreed", "not_agreed"]) | ~Q(response_reason=""),
                name="recommendation_reason_when_not_agreed",
                violation_error_message="Give the reason why this is not, or only partly, agreed.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.text}"

    @property
    def response_mark(self) -> str:
        """Changes whenever the response does: a form that was opened before notices it."""
        keys = {"accountable_post": self.accountable_post_id, "lead_agency": self.lead_agency_id}
        return chain.mark({"response": self.response, "reason": self.response_reason, **keys})


class GrantQuerySet(models.QuerySet["Grant"]):
    def on(self, day: date) -> "GrantQuerySet":
        """In force on the day: both ends belong to it. What was ended early is over for good."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)


class Grant(models.Model):
    """An inspector's access to one inspection, which ends by itself."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="grants")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was ended before its last day, if so.")
    may_ask = models.BooleanField(default=False, help_text="May ask questions about the actions that they read.")

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="grant_dates_in_order",
                violation_error_message="The last day must not be before the first.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.inspection} to {self.ends_on:%-d %B %Y}"

    def is_over(self, on: date) -> bool:
        return self.ended_at is not None or self.ends_on < on
