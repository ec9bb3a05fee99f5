"""Setting a partnership up: what is entered once, what is refused, what may be taken away again."""

import pytest

from core import clock
from core.models import AuditEntry
from core.refusal import Refusal
from partnerships import operations as partnering
from partnerships.models import Agency, Membership, Partnership, Post, User
from partnerships.roles import Role


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def keeper(db) -> User:
    return User.objects.create_superuser("keeper@followthrough.example", "Keeper")


@pytest.fixture
def founded(keeper, now) -> Partnership:
    return partnering.enter_partnership(
        name="Glen Partnership", agencies=["Glen Council", "NHS Glen"], by=keeper, now=now
    )


def roles(user: User, partnership: Partnership) -> list[str]:
    return sorted(Membership.objects.filter(user=user, partnership=partnership).values_list("role", flat=True))


def refused(verb, **given) -> str:
    with pytest.raises(Refusal) as caught:
        verb(**given)
    return " ".join(caught.value.messages)


def test_who_enters_a_partnership_is_its_administrator(founded, keeper):
    assert founded.slug == "glen-partnership"
    assert list(founded.agencies.order_by("name").values_list("name", "is_member")) == [
        ("Glen Council", True),
        ("NHS Glen", True),
    ]
    assert roles(keeper, founded) == ["administrator"]
    assert [*keeper.roles] == [founded.pk]
    assert {"entered a partnership", "entered an agency"} <= {*AuditEntry.objects.values_list("what", flat=True)}


def test_addresses_are_free_and_never_those_of_a_page(founded, keeper, now):
    named = [
        partnering.enter_partnership(name=name, agencies=["A"], by=keeper, now=now).slug
        for name in ("Glen, Partnership", "New", "漢字")
    ]

    assert named == ["glen-partnership-2", "new-2", "partnership"]


def test_a_name_is_entered_once_and_nothing_of_a_refused_list_stays(founded, keeper, now):
    given = {"partnership": founded, "by": keeper, "now": now}

    assert "“GLEN council” is entered" in refused(
        partnering.enter_agencies, names=["Police", "GLEN council"], is_member=True, **given
    )
    assert "“Head” is entered" in refused(partnering.enter_posts, titles=["Head", "Head"], agency=None, **given)
    assert "is entered" in refused(
        partnering.enter_partnership, name="glen partnership", agencies=["B"], by=keeper, now=now
    )
    assert not Post.objects.filter(partnership=founded).exists()
    assert not Agency.objects.filter(name="Police").exists()


def test_only_what_nothing_mentions_can_be_removed(founded, keeper, now, cast):
    mine = {"by": keeper, "now": now}
    council = founded.agencies.get(name="Glen Council")
    head, line = partnering.enter_posts(partnership=founded, titles=["Head", "Line"], agency=council, **mine)
    partnering.report_to(post=head, to=line, **mine)

    assert "stays" in refused(partnering.remove_mistake, thing=council, **mine)  # a post is its
    assert "stays" in refused(partnering.remove_mistake, thing=line, **mine)  # a post reports to it
    assert "stays" in refused(partnering.remove_mistake, thing=cast.ours.group, **mine)
    assert "stays" in refused(partnering.remove_mistake, thing=cast.ours.post, **mine)
    contributor = cast.ours.late.contributors.first() or council
    assert "stays" in refused(partnering.remove_mistake, thing=contributor, **mine)
    partnering.remove_mistake(thing=head, **mine)
    partnering.remove_mistake(thing=line, **mine)
    partnering.remove_mistake(thing=council, **mine)

    assert list(founded.agencies.values_list("name", flat=True)) == ["NHS Glen"]


def test_roles_are_said_by_somebody_else_and_an_owner_stays_one_while_a_post_is_theirs(founded, keeper, now):
    person = partnering.add_person(
        partnership=founded, name="Kim", email="Kim@glen.example", by=keeper, now=now, roles=[Role.CLERK, Role.MEMBER]
    )
    assert roles(person, founded) == ["clerk", "member"]
    [post] = partnering.enter_posts(partnership=founded, titles=["Head"], agency=None, by=keeper, now=now)
    partnering.hand_over(post=post, to=person, on=clock.day_of(now), by=keeper, now=now)
    given = {"partnership": founded, "now": now}

    assert "your own roles" in refused(partnering.set_roles, user=keeper, roles=[Role.VERIFIER], by=keeper, **given)
    assert "at least one" in refused(partnering.set_roles, user=person, roles=[], by=keeper, **given)
    assert "answers for Head" in refused(partnering.set_roles, user=person, roles=[Role.VERIFIER], by=keeper, **given)
    partnering.set_roles(user=person, roles=[Role.OWNER, Role.VERIFIER], by=keeper, **given)

    assert roles(person, founded) == ["owner", "verifier"]
    assert AuditEntry.objects.filter(what="changed roles").latest("pk").details == {
        "before": ["clerk", "member", "owner"],
        "after": ["owner", "verifier"],
    }
