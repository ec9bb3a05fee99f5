"""Every number of a dashboard and of the overviews is clicked: its list has as many actions as it says.

As each person reads it, as at several days. Today the inspector clicks every number of a dashboard; on other days, and
of the others, each person clicks another part of them, so that all are clicked.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from actionplans.asat import standings
from actionplans.course import Course
from actionplans.figures import figures
from actionplans.models import Plan, Snapshot
from actionplans.permissions import visible_as_at
from actionplans.snapshots import as_kept
from core import clock
from inspections import operations as inspecting
from partnerships.models import User

pytestmark = pytest.mark.once

SLUG = "ochilvale-joint-inspection"
INSPECTOR = "inspector@scrutiny.example"
STAFF = tuple(f"{role}@ochilvale.example" for role in ("coordinator", "head", "clerk", "verifier", "chair", "member"))
TODAY = date(2015, 12, 2)
DAYS_BACK = (0, 100, 450)


@dataclass
class Link:
    url: str
    words: str = ""


class Numbers(HTMLParser):
    """The links of a page, and the references of the actions in its lists."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.refs: set[str] = set()
        self.rows: set[tuple[str | None, str]] = set()
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(Link(given.get("href", "")))
            self._open = True
        if "data-ref" in given:
            self.refs.add(given["data-ref"])
            self.rows.add((given.get("data-plan"), given["data-ref"]))

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.links[-1].words += data

    def counts(self) -> list[tuple[str, int]]:
        """The addresses of lists, and the number that stands on each; per cents are no counts."""
        found = []
        for each in self.links:
            number = re.match(r"\s*(\d+)(?![\d%])", each.words)
            if number and ("#actions" in each.url or "#moved" in each.url):
                found.append((each.url, int(number[1])))
        return sorted(set(found))


def length(client, url: str) -> int:
    if "#moved" in url:
        page = client.get(url).content.decode()
        return page.partition('id="moved"')[2].partition("</table>")[0].count("<tr") - 1
    response = client.get(url, headers={"HX-Request": "true"})
    assert response.status_code == 200, url
    return len(Numbers(response.content.decode()).rows)


@pytest.mark.parametrize("back", DAYS_BACK)
def test_each_number_of_a_dashboard_is_the_length_of_its_list(demo, client, back, monkeypatch):
    """450 days back the plan had been agreed, and little had been done."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    plan, today = Plan.objects.get(slug=SLUG), TODAY
    on = today - timedelta(days=back)
    assert plan.approved_on < on
    clicked = 0
    for place, person in enumerate((INSPECTOR, *STAFF)):
        user = User.objects.get(email=person)
        client.force_login(user)
        page = client.get(plan.get_absolute_url(), {"on": on} if back else {}).content.decode()
        counts = Numbers(page).counts()
        assert len(counts) > 25, f"{person}: a dashboard of {len(counts)} numbers is not whole"
        seen = visible_as_at(user, on, today).filter(plan=plan).count()
        assert max(number for url, number in counts if "#actions" in url) <= seen
        clicks_all = person == INSPECTOR and not back
        for url, number in counts if clicks_all else counts[place :: 1 + len(STAFF)]:
            assert length(client, url) == number, f"{person}, {url}"
            clicked += 1
    assert clicked > 25


OVERVIEWS = {"/partnerships/": (INSPECTOR, STAFF[0], STAFF[-1]), "/partnerships/ochilvale/": (STAFF[0], STAFF[-1])}

OVERVIEW_DAYS = (0, 450)


@pytest.fixture
def months(demo):
    """Of each agreed plan the figures at the end of the month before either day, as the worker keeps them."""
    for plan in Plan.objects.agreed():
        for back in OVERVIEW_DAYS:
            on = (TODAY - timedelta(days=back)).replace(day=1) - timedelta(days=1)
            counted = figures(standings(plan.actions.order_by("position"), on), on)
            Snapshot.objects.create(plan=plan, on=on, figures=as_kept(counted))


@pytest.mark.parametrize("back", OVERVIEW_DAYS)
def test_each_number_of_an_overview_is_the_length_of_its_list(demo, months, client, back, monkeypatch):
    """Each person clicks another part of the numbers, on the past day a small one; an inspector reads two plans."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    on = TODAY - timedelta(days=back)
    inspector = User.objects.get(email=INSPECTOR)
    for inspection in demo["ochilvale-long-term-childcare"].inspections.all():
        inspecting.grant_inspection(user=inspector, inspection=inspection, starts_on=TODAY, ends_on=TODAY)
    clicked: set[str] = set()
    for address, people in OVERVIEWS.items():
        for place, person in enumerate(people):
            client.force_login(User.objects.get(email=person))
            page = client.get(address, {"on": on} if back else {}).content.decode()
            counts = Numbers(page).counts()
            assert len(counts) > 15, f"{person}, {address}: an overview of {len(counts)} numbers is not whole"
            for url, number in counts[place :: len(people) * (3 if back else 1)]:
                assert length(client, url) == number, f"{person}, {url}"
                clicked.add(url)
    assert any("/partnerships/" in url and "agency=" in url for url in clicked)
    assert any("/partnerships/" in url and "post=" in url for url in clicked)
    assert any("/partnerships/" in url and f"on={on.replace(day=1) - timedelta(days=1)}" in url for url in clicked)


def test_an_address_that_asks_for_what_is_not_there_says_so_beside_the_filter(as_, cast):
    client = as_("member")
    for asked in ({"show": "nonsense"}, {"rag": "Purple"}, {"round": "1"}, {"recommendation": "9999"}):
        response = client.get(cast.ours.plan.get_absolute_url(), asked)
        assert response.status_code == 422
        assert "There is a problem" in response.content.decode()
        assert not Numbers(response.content.decode()).refs


def test_filters_combine_and_orders_hold(as_, cast):
    client, url = as_("member"), cast.ours.plan.get_absolute_url()

    def refs(**asked: str) -> list[str]:
        page = client.get(url, asked).content.decode()
        return re.findall(r'data-ref="([^"]+)"', page)

    assert sorted(refs()) == ["A1", "A2", "A3"]
    assert refs(show="overdue", sort="late") == ["A1", "A2"]
    assert refs(show="overdue", post="Vacant post of ours") == ["A2"]
    assert refs(show="overdue", status="completed") == []
    assert refs(sort="moves")[0] == "A3"
    assert refs(show="overdue", on=str(cast.day(-60))) == []


def test_a_filter_asked_by_script_answers_with_the_list_and_its_count_alone(as_, cast):
    client, url = as_("member"), cast.ours.plan.get_absolute_url()
    part = client.get(url, {"show": "overdue"}, headers={"HX-Request": "true"})
    page = client.get(url, {"show": "overdue"})

    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in page["Vary"]
    assert "<main" not in part.content.decode()
    assert 'hx-swap-oob="innerHTML"' in part.content.decode()
    assert "<strong>2</strong> of 3 actions. Show: Overdue." in part.content.decode()
    assert Numbers(part.content.decode()).refs == Numbers(page.content.decode()).refs == {"A1", "A2"}


def test_the_course_of_a_plan_is_its_as_at_on_every_day(demo):
    for plan in Plan.objects.all():
        last = clock.today()
        actions = plan.actions.order_by("position")
        course = Course(standings(actions, last), last)
        day: date = plan.approved_on or last
        for point in (each for each in course.burn_up(day) if each.done is not None):
            stood = standings(actions, point.on)
            counted = figures(stood, point.on)
            assert point.promised == counted.due_by_original
            assert point.done == sum(each.state.is_done for each in stood)
            assert point.verified == sum(each.is_verified for each in stood)
            assert {key: state.status for key, state in course.at(point.on).items()} == {
                each.action.pk: each.state.status for each in stood
            }


def test_reporting_in_a_round_is_what_the_rows_say(cast):
    """Of three open actions one reported in time; the owner of another said something after the date."""
    plan = cast.ours.plan
    rounds = plan.rounds.select_related("meeting__group")
    course = Course(standings(plan.actions.order_by("position"), cast.today), cast.today)
    (kept,) = course.kept(rounds)
    said = {name: len(getattr(kept, name)) for name in ("owed", "in_time", "late", "missing")}
    assert said == {"owed": 3, "in_time": 1, "late": 0, "missing": 2}
    assert kept.in_time == {cast.ours.completed.pk} or kept.in_time == {cast.ours.late.pk}
