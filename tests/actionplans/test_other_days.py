"""Filters stay when another day is asked for, and one that means nothing there hides no page."""

import re

import pytest
from django.utils.html import escape

from tests.actionplans.pages import text

pytestmark = pytest.mark.once
ACROSS = "/partnerships/ours/actions/"
PART = {"HX-Request": "true"}


def days_of(page: str) -> list[str]:
    """The addresses of the links that lead to other days."""
    offered = page.partition('id="days"')[2].partition("</div>\n")[0] + page.partition('id="to-today"')[2][:300]
    return re.findall(r'href="([^"]*)"', offered)


def carried(page: str) -> set[tuple[str, str]]:
    form = page.partition('id="filters-of-day"')[2].partition("</span>")[0]
    return set(re.findall(r'name="([^"]*)" value="([^"]*)"', form))


@pytest.mark.parametrize("where", ["plan", "partnership"])
@pytest.mark.parametrize("headers", [{}, PART])
def test_each_way_to_another_day_keeps_the_filters(as_, cast, where, headers):
    url = cast.ours.plan.get_absolute_url() if where == "plan" else ACROSS
    asked = {"show": "open", "post": "Head of ours", "sort": "due"}
    page = as_("member").get(url, asked | {"on": str(cast.day(-20)), "page": "1"}, headers=headers).content.decode()

    assert carried(page) == set(asked.items())
    links = days_of(page)
    assert len(links) >= (6 if where == "plan" else 3)
    assert all(link.endswith(escape("show=open&post=Head+of+ours&sort=due")) for link in links), links
    today = [link for link in links if link.startswith(url)]
    assert len(today) == 2
    assert not any("on=" in each for each in today)
    assert len([link for link in links if "?on=20" in link]) == len(links) - 2


def test_without_filters_the_links_are_bare_and_one_that_is_wrong_goes_no_further(as_, cast):
    client, url = as_("member"), cast.ours.plan.get_absolute_url()
    page = client.get(url, {"on": str(cast.day(-20)), "show": ""}).content.decode()
    assert carried(page) == set()
    assert url in days_of(page)

    wrong = client.get(url, {"show": "nonsense", "rag": "Green", "round": "1"})
    assert wrong.status_code == 422
    assert carried(wrong.content.decode()) == {("rag", "Green")}
    unread = client.get(url, {"on": "31-31-2026", "show": "open"})
    assert (unread.status_code, carried(unread.content.decode())) == (422, {("show", "open")})


def test_what_is_there_on_other_days_only_leads_to_an_empty_list_and_the_whole_page(as_, cast):
    """Before any action ended or was late; before the round was asked for; before the plan had begun."""
    client, plan = as_("member"), cast.ours.plan
    (held,) = (each for each in plan.rounds.select_related("meeting") if each.meeting == cast.ours.past_meeting)
    asked = {
        "status": ("completed", "Status: Completed, awaiting verification (none on this day)"),
        "rag": ("Red", "RAG: Red (none on this day)"),
        "priority": ("low", "Priority: Low (none on this day)"),
        "post": ("Chief of <old>", "Owner: Chief of <old> (none on this day)"),
        "agency": ("Helpers", "Lead agency: Helpers (none on this day)"),
        "round": (str(held.pk), f"Round: {held.meeting} (none on this day); Answer: Asked"),
    }
    for name, (value, words) in asked.items():
        more = {"answer": "owed"} if name == "round" else {}
        response = client.get(plan.get_absolute_url(), {"on": cast.day(-100), name: value} | more)
        said = text(response)
        assert response.status_code == 200, name
        assert f"<strong>0</strong> of 3 actions. {words}." in said
        assert "There is a problem" not in said
        assert (name, escape(value)) in carried(response.content.decode())
    early = text(
        client.get(plan.get_absolute_url(), {"on": cast.day(-151), "recommendation": cast.ours.recommendation.pk})
    )
    assert "of 0 actions. Recommendation: 1 " in early
    across = client.get(ACROSS, {"on": cast.day(-131), "plan": "ours-plan"})
    assert "<strong>0</strong> of 0 actions. Plan: Plan of ours (none on this day)." in text(across)


def test_a_name_of_other_days_is_told_to_those_who_may_see_it(as_, cast):
    """Plans, recommendations and rounds of others stay an error, and unnamed."""
    theirs, on = cast.theirs, cast.day(-131)
    for name, value in (("plan", "theirs-plan"), ("plan", "ours-draft"), ("plan", "ours\x00plan")):
        response = as_("coordinator").get(ACROSS, {"on": on, name: value})
        assert response.status_code == 422, value
        assert "Plan of theirs" not in text(response)
    (foreign,) = theirs.plan.rounds.filter(meeting=theirs.past_meeting)
    url = cast.ours.plan.get_absolute_url()
    for asked in (
        {"recommendation": str(theirs.recommendation.pk)},
        {"recommendation": "9" * 5000},
        {"round": str(foreign.pk), "answer": "owed"},
    ):
        response = as_("inspector").get(url, {"on": on} | asked)
        assert response.status_code == 422, asked
        assert f"{theirs.group}" not in text(response)
        assert (
            theirs.recommendation.text not in text(response)
            or theirs.recommendation.text == cast.ours.recommendation.text
        )
