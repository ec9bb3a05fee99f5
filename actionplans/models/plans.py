"""Plans, the groups that they answer to, and their reporting rounds."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.chain import FIRST
from inspections.models import Inspection
from partnerships.models import Group, Meeting, Partnership, Post, User
from partnerships.roles import Permission


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User, on: date) -> "PlanQuerySet":
        """The only door of views: drafts to those who may see them, agreed plans to members and granted inspectors."""
        granted = Plan.inspections.through.objects.filter(inspection__in=user.grants.on(on).values("inspection"))
        return self.filter(self._for_members(user) | (self._agreed() & Q(pk__in=granted.values("plan"))))

    def visible_to_member(self, user: User) -> "PlanQuerySet":
        """The part of `visible_to` that comes with a membership, not with a grant."""
        return self.filter(self._for_members(user))

    def agreed(self) -> "PlanQuerySet":
        return self.filter(self._agreed())

    @staticmethod
    def _agreed() -> Q:
        return ~Q(status__in=[Plan.Status.DRAFT, Plan.Status.SUBMITTED])

    def _for_members(self, user: User) -> Q:
        staff = user.partnerships_where(Permission.SEE_DRAFT_PLANS)
        return Q(partnership__in=staff) | (self._agreed() & Q(partnership__in=[*user.roles]))

    def public(self) -> "PlanQuerySet":
        """Those that anybody may read on the public page: agreed, and published until somebody stops it."""
        return self.agreed().filter(published_at__isnull=False)

    def active(self) -> "PlanQuerySet":
        return self.filter(status=Plan.Status.ACTIVE)


class Plan(models.Model):
    """One answer to one or more inspections."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted for approval"
        ACTIVE = "active", "Approved and active"
        CLOSED = "closed", "Closed"

    slug = models.SlugField(unique=True, max_length=100)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="plans")
    title = models.CharField(max_length=300)
    lead_post = models.ForeignKey(Post, models.PROTECT, related_name="led_plans")
    inspections = models.ManyToManyField(Inspection, related_name="plans")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    version = models.PositiveSmallIntegerField(default=0, help_text="0 until the first approval.")
    approved_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The day by which the whole plan should be done.")
    reviews_wording = models.BooleanField(
        default=False, help_text="The committee wording of updates is read before it is published."
    )
    suppress_under = models.PositiveSmallIntegerField(
        default=5, help_text="Numbers of people under this are suppressed in public papers; 0 suppresses none."
    )
    published_at = models.DateTimeField(null=True, blank=True, help_text="Since when the public page is there.")
    history_count = models.PositiveIntegerField(default=0)
    history_head = models.CharField(max_length=64, default=FIRST)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted"]) | Q(approved_on__isnull=False, version__gte=1),
                name="plan_approved_has_date",
                violation_error_message="An approved plan needs the day of its approval.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("actionplans:plan", args=[self.slug])

    def get_public_url(self) -> str:
        return reverse("actionplans:public-plan", args=[self.slug])


class PlanGroup(models.Model):
    """What a group does about a plan; a group may have several roles."""

    class Role(models.TextChoices):
        BRINGS_FORWARD = "brings forward", "Brings forward"
        APPROVES = "approves", "Approves"
        MONITORS = "monitors", "Monitors"
        SCRUTINISES = "scrutinises", "Scrutinises"
        APPROVES_DATES = "approves date changes", "Approves date changes"
        CLOSES = "closes", "Closes"

    REPORTED_TO = (Role.MONITORS, Role.SCRUTINISES)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="plan_groups")
    group = models.ForeignKey(Group, models.PROTECT, related_name="plan_groups")
    role = models.CharField(max_length=30, choices=Role)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "group", "role"],
                name="plan_group_once_a_role",
                violation_error_message="This group already has that role for the plan.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.group} {self.role} {self.plan}"


class Round(models.Model):
    """The period before a meeting in which every open action of a plan owes an update."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rounds")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="rounds")
    opens_on = models.DateField()
    updates_due_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "meeting"],
                name="round_once_a_meeting",
                violation_error_message="This plan already reports to that meeting.",
            ),
            models.CheckConstraint(
                condition=Q(updates_due_on__gte=F("opens_on")),
                name="round_dates_in_order",
                violation_error_message="Updates cannot be due before the round opens.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} for {self.meeting}"

    def get_absolute_url(self) -> str:
        return reverse("actionplans:meeting", args=[self.plan.slug, self.meeting_id])
