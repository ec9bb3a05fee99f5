"""What is known of an action's plan spares the database questions and changes nothing that a person reads."""

import pytest

from actionplans import operations
from actionplans.models import Action, Entry
from actionplans.operations import Actor
from actionplans.timeline import history_of, readable, with_kinds
from partnerships import operations as partnering
from partnerships.models import User
from partnerships.roles import Role

pytestmark = pytest.mark.once
PEOPLE = ["owner", "inspector"]  # staff here and a member there; who sees least


@pytest.fixture
def told(cast):
    """What may only be read by some: evidence taken back, a draft that was changed, notes of another partnership."""
    by = Actor(cast.coordinator)
    operations.release_evidence(evidence=cast.ours.released, is_released=False, by=by, now=cast.moment())
    operations.mark_exempt(action=cast.ours.late, is_exempt=True, reason="Paragraph 6", by=by, now=cast.moment())
    partnering.grant_role(user=cast.owner, partnership=cast.theirs.partnership, role=Role.MEMBER)
    return cast


@pytest.mark.parametrize("person", PEOPLE)
def test_an_action_and_a_plan_tell_a_person_what_the_general_question_tells(
    told, person, django_assert_max_num_queries
):
    user = User.objects.get(pk=getattr(told, person).pk)
    compared = 0
    for on in (told.today, told.day(-97)):
        for action in with_kinds(Action.objects.visible_to(user, told.today)).select_related("plan"):
            generally = list(readable(action.entries.order_by("-seq"), user, on, told.today))
            with django_assert_max_num_queries(1):
                rows = history_of(action, user, on, told.today)
                details = [row.detail for row in rows]
            assert [(row.pk, row.is_corrected, row.plan, row.action) for row in rows] == [
                (row.pk, row.is_corrected, row.plan, row.action) for row in generally
            ]
            assert [(type(each), each.facts()) for each in details] == [
                (type(row.detail), row.detail.facts()) for row in generally
            ]
            compared += len(rows)
        for plan in {each.plan for each in Action.objects.visible_to(user, told.today).select_related("plan")}:
            every = Entry.objects.filter(plan=plan).order_by("-seq")
            within = readable(every, user, on, told.today, within=plan)
            assert [row.pk for row in within] == [row.pk for row in readable(every, user, on, told.today)]
    assert compared > 10
