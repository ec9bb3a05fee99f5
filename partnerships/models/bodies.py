"""Partnerships, their agencies, their groups and the meetings of these."""

from datetime import date

from django.db import models
from django.db.models import F, Q


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user) -> "PartnershipQuerySet":
        """Those a person is a member of. Inspectors see inspections, not partnerships."""
        return self.filter(pk__in=[*user.roles])


class Partnership(models.Model):
    """A community planning partnership or the like."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)

    objects = PartnershipQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class LocalHoliday(models.Model):
    """A day off of a partnership besides the bank holidays of Scotland: it is no working day there."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="local_holidays")
    on = models.DateField()
    name = models.CharField(max_length=100)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["partnership", "on"],
                name="local_holiday_once_a_day",
                violation_error_message="That day is entered as a holiday already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%-d %B %Y}"


class Agency(models.Model):
    """A member body of a partnership, or an outside body that contributes to it by name."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="agencies")
    name = models.CharField(max_length=200)
    is_member = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "agencies"
        constraints = (
            models.UniqueConstraint(
                fields=["partnership", "name"],
                name="agency_name_once_a_partnership",
                violation_error_message="This partnership already has an agency with that name.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """A committee or board that approves, monitors or scrutinises plans."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="groups")
    slug = models.SlugField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    chair = models.ForeignKey("partnerships.Post", models.PROTECT, null=True, blank=True, related_name="chairs")
    paper_days = models.PositiveSmallIntegerField(
        default=10, help_text="Working days before a meeting by which its papers must be ready."
    )
    update_days = models.PositiveSmallIntegerField(
        default=5, help_text="Working days before the paper deadline by which updates must be posted."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["partnership", "slug"],
                name="group_slug_once_a_partnership",
                violation_error_message="This partnership already has a group with that name.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def after(self, day: date) -> "MeetingQuerySet":
        return self.filter(on__gt=day).order_by("on")


class Meeting(models.Model):
    """A dated sitting of a group, with the day by which its papers must be ready."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings")
    on = models.DateField()
    paper_deadline_on = models.DateField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["group", "on"],
                name="meeting_once_a_day",
                violation_error_message="This group already meets on that day.",
            ),
            models.CheckConstraint(
                condition=Q(paper_deadline_on__lte=F("on")),
                name="meeting_papers_before_it",
                violation_error_message="The paper deadline must not be after the meeting.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.group}, {self.on:%-d %B %Y}"
