"""The page that compares two days: where it begins, what it refuses, and whose actions it is about."""

import pytest
from django.urls import reverse

from actionplans.models import Plan
from tests.actionplans.pages import text


def page_of(client, cast, query=""):
    return client.get(reverse("actionplans:plan-changes", args=[cast.ours.plan.slug]) + query)


def test_the_page_begins_with_what_changed_since_the_last_meeting(as_, cast):
    response = page_of(as_("member"), cast)
    found = response.context["changes"]

    assert (found.start, found.end) == (cast.ours.past_meeting.on, cast.today)
    assert {kind.key: [row.ref for row in kind.rows] for kind in found.kinds if kind.rows} == {
        "completed": ["A3"],
        "slipped": ["A1", "A2"],
        "rag": ["A1", "A3"],
    }
    assert f'value="{cast.ours.past_meeting.on}"' in text(response)


def test_each_count_is_the_number_of_rows_that_it_leads_to(as_, cast):
    response = page_of(as_("member"), cast, f"?from={cast.day(-150)}&to={cast.day(-5)}")
    said = text(response)

    for kind in response.context["changes"].kinds:
        assert (f'href="#{kind.key}"' in said) is (f'id="{kind.key}"' in said) is bool(kind.rows)
        assert all(f"{row.ref} {row.title}</a>" in said for row in kind.rows)
    assert f"{cast.ours.late.get_absolute_url()}?on={cast.day(-5)}" in said


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (-5, -30, "The first day must be before the second. Change one of them."),
        (-5, -5, "The first day must be before the second. Change one of them."),
        (0, None, "The first day must be before the second. Change one of them."),
        (-2000 * 365, None, "Enter a day in 1900 or later."),
        (3, None, "has not come yet. Enter today or a day before it."),
    ],
)
def test_days_that_cannot_be_compared_are_refused_beside_the_field(as_, cast, first, second, sentence):
    query = f"?from={cast.day(first)}" + (f"&to={cast.day(second)}" if second is not None else "")
    response = page_of(as_("clerk"), cast, query)

    assert response.status_code == 422
    assert sentence in response.context["form"].errors["from"][0]
    assert sentence.removesuffix(".") in text(response)
    assert f'value="{cast.day(first)}"' in text(response), "what was typed is lost"
    assert "changes" not in response.context


def test_to_an_inspector_it_is_about_the_actions_that_they_may_see(as_, cast):
    """A plan that answers two inspections; only A2 answers the one that is granted."""
    other = cast.ours.other.inspections.get().recommendations.get()
    for action in (cast.ours.late, cast.ours.completed):
        action.recommendations.set([other])
    found = page_of(as_("inspector"), cast).context["changes"]

    assert {row.ref for kind in found.kinds for row in kind.rows} == {"A2"}
    assert [each.after for each in found.figures if each.label == "Actions"] == [1]


def test_to_those_who_see_no_drafts_all_is_new_with_the_approval(as_, cast):
    query = f"?from={cast.day(-145)}&to={cast.day(-130)}"
    new = {
        role: [row.ref for row in page_of(as_(role), cast, query).context["changes"].kinds[0].rows]
        for role in ("member", "inspector", "coordinator")
    }

    assert new == {"member": ["A1", "A2", "A3"], "inspector": ["A1", "A2", "A3"], "coordinator": []}


def test_without_a_meeting_it_begins_with_the_approval(as_, cast):
    Plan.objects.get(pk=cast.ours.plan.pk).plan_groups.all().delete()

    assert page_of(as_("member"), cast).context["changes"].start == cast.day(-130)
