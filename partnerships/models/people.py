"""People, the posts they hold, and what each may do where."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q

from partnerships.models.bodies import Agency, Partnership
from partnerships.roles import GRANTS, Permission, Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None) -> "User":
        user = self.create_user(email, name, password)
        user.is_superuser = True
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    signs_in = models.BooleanField(default=True, help_text="Without an account a person gets mail, and no form.")
    is_weekly = models.BooleanField(default=False, help_text="Wants one message a week, not up to one a day.")
    mail_failed_at = models.DateTimeField(null=True, blank=True, help_text="Since when mail to the address fails.")
    mail_failure = models.TextField(blank=True, help_text="What the mail server said.")

    memberships_read: dict[int, set[Role]] | None = None  # by partnership; see `roles`

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def roles(self) -> dict[int, set[Role]]:
        """By the keys of partnerships; read once, and kept with the person for as long as a request or task lasts."""
        if self.memberships_read is None:
            self.memberships_read = by_partnership(self.memberships.values_list("partnership_id", "role"))
        return self.memberships_read

    def partnerships_where(self, permission: Permission) -> list[int]:
        """The keys of the partnerships in which the person may do something."""
        return [key for key, roles in self.roles.items() if any(permission in GRANTS[role] for role in roles)]


def by_partnership(rows: Iterable[tuple[int | None, str | None]]) -> dict[int, set[Role]]:
    """Roles by partnership; a row without one stands for a person who is a member of none."""
    found: dict[int, set[Role]] = {}
    for partnership, role in rows:
        if partnership is not None and role is not None:
            found.setdefault(partnership, set()).add(Role(role))
    return found


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: User) -> "PostQuerySet":
        """Those of the partnerships that a person is a member of."""
        return self.filter(partnership__in=Partnership.objects.visible_to(user))


class Post(models.Model):
    """A job, such as Head of Social Services. Actions are owned by posts."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="posts")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="posts")
    title = models.CharField(max_length=200)
    reports_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reports")

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["partnership", "title"],
                name="post_title_once_a_partnership",
                violation_error_message="This partnership already has a post with that title.",
            ),
        )

    def __str__(self) -> str:
        return self.title


class HoldingQuerySet(models.QuerySet["Holding"]):
    def on(self, day: date) -> "HoldingQuerySet":
        """In force on the day: both ends belong to the period."""
        return self.during(day, day)

    def during(self, first: date, last: date | None = None) -> "HoldingQuerySet":
        """In force on some day of a period, both ends included; without a last day the period does not end."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
        return found.filter(starts_on__lte=last) if last else found

    def holders(self) -> "HoldingQuerySet":
        return self.filter(kind=Holding.Kind.HOLDER)

    def deputies(self) -> "HoldingQuerySet":
        return self.filter(kind=Holding.Kind.DEPUTY)


class Holding(models.Model):
    """Who holds a post from when to when, or deputises for its holder."""

    class Kind(models.TextChoices):
        HOLDER = "holder", "Holder"
        DEPUTY = "deputy", "Deputy"

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    user = models.ForeignKey(User, models.PROTECT, related_name="holdings")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HOLDER)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="holding_dates_in_order",
                violation_error_message="The last day must not be before the first.",
            ),
            models.CheckConstraint(
                condition=Q(kind="holder") | Q(ends_on__isnull=False),
                name="holding_of_a_deputy_ends",
                violation_error_message="Give the last day of the deputising period.",
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(kind="holder", ends_on__isnull=True),
                name="holding_one_holder_at_a_time",
                violation_error_message="This post already has a holder. End that holding first.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} as {self.get_kind_display().lower()} of {self.post}"

    def has_begun(self, on: date) -> bool:
        return self.starts_on <= on

    def is_over(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on

    def can_end_early(self, on: date) -> bool:
        """What has not begun, and a deputising period that goes on after the day. A holder hands the post over."""
        if not self.has_begun(on):
            return True
        return self.kind == self.Kind.DEPUTY and not self.is_over(on + timedelta(days=1))


class Membership(models.Model):
    """What a person may do in a partnership."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "partnership", "role"],
                name="membership_once_a_role",
                violation_error_message="This person already has that role here.",
            ),
            models.CheckConstraint(
                condition=~Q(role="inspector"),
                name="membership_not_for_inspectors",
                violation_error_message="Inspectors are granted single inspections, not a partnership.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
