"""Asking GRANTS about a person. The memberships of a person are read once a request."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet

from partnerships.models import Holding, Membership, Partnership, Post, User
from partnerships.models.people import by_partnership
from partnerships.roles import GRANTS, Permission, Role, roles_with


def with_memberships(user_id: int) -> User | None:
    """The person of that key, with their memberships read already. One query."""
    people = User.objects.filter(pk=user_id)
    rows = list(people.annotate(in_partnership=F("memberships__partnership_id"), in_role=F("memberships__role")))
    if not rows:
        return None
    user = rows[0]
    user.memberships_read = by_partnership((row.in_partnership, row.in_role) for row in rows)
    return user


def roles_of(user: User, partnership: Partnership) -> set[Role]:
    return user.roles.get(partnership.pk, set())


def all_roles_of(user: User) -> set[Role]:
    """The roles of a person anywhere; none for an inspector."""
    return set().union(*user.roles.values())


def may(user: User, permission: Permission, partnership: Partnership) -> bool:
    return any(permission in GRANTS[role] for role in roles_of(user, partnership))


def require(user: User, permission: Permission, partnership: Partnership) -> None:
    """Raises PermissionDenied (403): for what a person may read but not do."""
    if not may(user, permission, partnership):
        raise PermissionDenied


def speaks_for(user: User, post_id: int, on: date) -> bool:
    """Whether the person holds the post, or deputises for its holder, on the day."""
    return Holding.objects.on(on).filter(user=user, post_id=post_id).exists()


def may_arrange_cover(user: User, post: Post, on: date) -> bool:
    """Who manages posts, and the holder of the post on the day: for the time that they are away."""
    if may(user, Permission.MANAGE_POSTS, post.partnership):
        return True
    return Holding.objects.on(on).holders().filter(user=user, post=post).exists()


def may_change_account(by: User, user: User) -> bool:
    """Who manages posts in each partnership that the person belongs to.

    Whoever sets the address of an account can have its password sent there: managing posts of one partnership must not
    open another, nor the whole service.
    """
    elsewhere = set(user.roles) - set(by.partnerships_where(Permission.MANAGE_POSTS))
    return not elsewhere and (by.is_superuser or not user.is_superuser)


def members(partnership: Partnership) -> QuerySet[User]:
    """The people of a partnership whose accounts are on, by name."""
    return _people(Membership.objects.filter(partnership=partnership))


def people_of(partnership: Partnership) -> QuerySet[User]:
    """Who belongs or belonged to a partnership: its members, and whoever holds, held or is to hold a post there."""
    belongs = Membership.objects.filter(partnership=partnership)
    held = Holding.objects.filter(post__partnership=partnership)
    return User.objects.filter(Q(pk__in=belongs.values("user")) | Q(pk__in=held.values("user")))


def updaters(partnership: Partnership) -> QuerySet[User]:
    """Those of the members who may post updates, so that they can answer for a post."""
    roles = {*roles_with(Permission.POST_OWN_UPDATES), *roles_with(Permission.POST_ANY_UPDATE)}
    return _people(Membership.objects.filter(partnership=partnership, role__in=roles))


def _people(memberships: QuerySet[Membership]) -> QuerySet[User]:
    return User.objects.filter(pk__in=memberships.values("user"), is_active=True).order_by("name", "pk")
