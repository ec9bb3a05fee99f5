"""Verbs that set a partnership up: what it is made of, and taking back what was entered by mistake."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from core import audit
from core.free import first_free
from core.refusal import Refusal
from core.removal import InUse, remove_unused
from partnerships.models import Agency, Group, Partnership, Post, User
from partnerships.operations.people import grant_role
from partnerships.roles import Role


@transaction.atomic
def enter_partnership(*, name: str, agencies: Sequence[str], by: User, now: datetime) -> Partnership:
    """A new partnership of these agencies. Whoever enters it is its first administrator, and gives others their roles.

    Raises Refusal for a name that is taken, and as `enter_agencies`.
    """
    if Partnership.objects.filter(name__iexact=name).exists():
        raise Refusal(f"“{name}” is entered already.", "name")
    slug = _free_slug(name, "partnership", 50, Partnership.objects.values_list("slug", flat=True))
    partnership = Partnership.objects.create(name=name, slug=slug)
    grant_role(user=by, partnership=partnership, role=Role.ADMINISTRATOR)
    by.memberships_read = None  # they were read before this one
    audit.record(who=by, what="entered a partnership", about=slug, at=now, name=name)
    enter_agencies(partnership=partnership, names=agencies, is_member=True, by=by, now=now)
    return partnership


@transaction.atomic
def enter_agencies(
    *, partnership: Partnership, names: Sequence[str], is_member: bool, by: User, now: datetime
) -> list[Agency]:
    """Member bodies, or outside bodies that contribute. Raises Refusal for a name that is given twice or entered."""
    _check_new(names, partnership.agencies.values_list("name", flat=True), "names")
    made = [Agency.objects.create(partnership=partnership, name=each, is_member=is_member) for each in names]
    for each in made:
        _record("entered an agency", partnership, each, by, now, is_member=is_member)
    return made


@transaction.atomic
def enter_posts(
    *, partnership: Partnership, titles: Sequence[str], agency: Agency | None, by: User, now: datetime
) -> list[Post]:
    """Posts of an agency, vacant until they are handed over. Raises Refusal for a title given twice or entered."""
    _check_new(titles, partnership.posts.values_list("title", flat=True), "titles")
    made = [Post.objects.create(partnership=partnership, title=each, agency=agency) for each in titles]
    for each in made:
        _record("entered a post", partnership, each, by, now, agency=str(agency or ""))
    return made


@transaction.atomic
def enter_group(
    *, partnership: Partnership, name: str, kind: str, paper_days: int, update_days: int, by: User, now: datetime
) -> Group:
    """A committee or board, with the working days that it asks for. Raises Refusal for a name that is entered."""
    _check_new([name], partnership.groups.values_list("name", flat=True), "name")
    slug = _free_slug(name, "group", 50, partnership.groups.values_list("slug", flat=True))
    days = {"paper_days": paper_days, "update_days": update_days}
    group = Group.objects.create(partnership=partnership, slug=slug, name=name, kind=kind, **days)
    _record("entered a group", partnership, group, by, now, kind=kind, **days)
    return group


@transaction.atomic
def remove_mistake(*, thing: Agency | Group | Post, by: User, now: datetime) -> None:
    """Takes away what nothing mentions. Raises Refusal for what is in use: history and papers name it."""
    said = str(thing)
    try:
        remove_unused(thing)
    except InUse as used:
        refused = f"“{said}” stays: something here names it, such as a post, a meeting, a plan or a person."
        raise Refusal(refused, "thing") from used
    _record("removed a mistake", thing.partnership, thing, by, now, kind=thing._meta.model_name)


def _check_new(wanted: Sequence[str], entered: Iterable[str], field: str) -> None:
    taken = {each.casefold() for each in entered}
    for each in wanted:
        if each.casefold() in taken:
            raise Refusal(f"“{each}” is entered already, or stands here twice. Take one away.", field)
        taken.add(each.casefold())


def _free_slug(name: str, otherwise: str, most: int, taken: Iterable[str]) -> str:
    """For the address: the words of the name, with a number where they are taken. “new” is a page."""
    return first_free(slugify(name)[: most - 5].strip("-") or otherwise, {*taken, "new"})


def _record(what: str, partnership: Partnership, thing: object, by: User, now: datetime, **details: object) -> None:
    audit.record(who=by, what=what, about=f"{partnership.slug}: {thing}"[:300], at=now, **details)
