"""The actions of all plans of a partnership: who sees which, filtered, in any order, as at any day, page by page."""

import re

import pytest
from django.urls import reverse

from actionplans.views import lists
from inspections import operations as inspecting
from tests.actionplans.pages import table, text

URL = "/partnerships/ours/actions/"


def rows(response) -> list[tuple[str, str]]:
    """The plan and the reference of each action, in their order."""
    return [(plan, ref) for ref, plan in re.findall(r'data-ref="([^"]+)" data-plan="([^"]+)"', text(response))]


def test_members_read_the_actions_of_all_agreed_plans_and_which_plan_each_is_of(as_, cast):
    ours = cast.ours
    for person in ("member", "coordinator"):
        response = as_(person).get(URL)
        assert sorted(rows(response)) == [
            ("ours-other", "O1"),
            *(("ours-plan", ref) for ref in ("A1", "A2", "A3")),
        ]
        assert ours.draft.title not in text(response)
        assert "theirs" not in text(response)
    late = next(row for row in table(response, '<caption class="govuk-visually-hidden">Actions') if "A1" in row)
    day = cast.day(-10)
    assert late.startswith(
        f"A1 Action A1 of ours-plan Plan of ours Head of ours {day:%-d %b %Y} {day:%-d %b %Y} In progress 40%"
    )
    assert f'href="{ours.plan.get_absolute_url()}"' in text(response)


def test_an_inspector_reads_the_actions_that_were_granted_and_an_outsider_finds_no_such_list(as_, cast):
    ours = cast.ours
    other = ours.other.inspections.get()
    ours.plan.inspections.add(other)
    ours.dormant.recommendations.set(other.recommendations.all())
    response = as_("inspector").get(URL)

    assert rows(response) == [("ours-plan", "A1"), ("ours-plan", "A3")]
    assert ours.other.title not in text(response)
    assert "A2" not in text(response)
    assert reverse("actionplans:partnership", args=["ours"]) + '"' not in text(response)
    assert as_("outsider").get(URL).status_code == 404
    inspecting.end_access(grant=cast.inspector.grants.get(), by=cast.coordinator, now=cast.moment(-1))
    assert as_("inspector").get(URL).status_code == 404


def test_filters_across_plans_combine_and_orders_hold(as_, cast):
    client = as_("member")

    def refs(**asked: str) -> list[str]:
        return [ref for _, ref in rows(client.get(URL, asked))]

    assert refs(show="overdue", sort="late") == ["A1", "A2"]
    assert refs(plan="ours-other") == ["O1"]
    assert refs(plan="ours-other", show="overdue") == []
    assert refs(post="Head of ours", sort="due") == ["A1", "A3", "O1"]
    assert refs(sort="moves")[0] == "A3"
    assert refs(show="overdue", on=str(cast.day(-7))) == ["A1"]
    assert refs(on=str(cast.day(-131))) == []
    page = text(client.get(URL, {"show": "overdue", "plan": "ours-plan"}))
    assert "<strong>2</strong> of 4 actions. Show: Overdue; Plan: Plan of ours." in page
    assert "No agreed plan had an action that you may see on that day." in text(client.get(URL, {"on": cast.day(-131)}))


@pytest.mark.parametrize("asked", [{"show": "late"}, {"plan": "ours-draft"}, {"plan": "theirs-plan"}, {"sort": "ref"}])
def test_a_filter_that_cannot_be_is_said_beside_it(as_, cast, asked):
    response = as_("coordinator").get(URL, asked)

    assert response.status_code == 422
    assert "There is nothing of that kind here on this day." in text(response)
    assert "Nothing is shown: change what is marked above." in text(response)
    assert rows(response) == []
    assert as_("coordinator").get(URL, {"on": "2999-01-01"}).status_code == 422


def test_a_filter_asked_by_script_is_answered_with_the_list_and_its_count_alone(as_, cast):
    client = as_("member")
    part = client.get(URL, {"show": "overdue"}, headers={"HX-Request": "true"})
    page = client.get(URL, {"show": "overdue"})

    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in page["Vary"]
    assert "<main" not in text(part)
    assert "<strong>2</strong> of 4 actions. Show: Overdue." in text(part)
    assert rows(part) == rows(page)


def test_a_long_list_is_paged_and_keeps_its_filters(as_, cast, monkeypatch):
    monkeypatch.setattr(lists, "ROWS_A_PAGE", 3)
    client = as_("member")
    first, second = (client.get(URL, {"show": "open", "sort": "due", "page": number}) for number in (1, 2))

    assert [len(rows(each)) for each in (first, second)] == [3, 1]
    assert len({*rows(first), *rows(second)}) == 4
    assert "<strong>4</strong> of 4 actions" in text(second)
    assert "?show=open&sort=due&page=2" in text(first)
