"""Plans, partnerships, agencies, posts and groups side by side: whole rows, as at any day, to each reader their own."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans import operations
from actionplans.asat import standings
from actionplans.figures import Figures, figures, total
from actionplans.models import Action, Plan
from actionplans.operations import Actor, PlanText
from actionplans.overviews import Load, asked_of, loads, plan_rows
from actionplans.papers.agenda import closings, dates_asked
from inspections import operations as inspecting
from partnerships import operations as partnering
from partnerships.models import Group
from tests.actionplans.pages import ask_for, decisions, table, text, verify
from tests.cast import make_inspection, make_plan

LIST = "/partnerships/"


@pytest.fixture
def overview(cast) -> str:
    return reverse("actionplans:partnership", args=[cast.ours.partnership.slug])


def row_of(name: str, plan: Plan, on, actions=None) -> str:
    """A row of the page in words, by the other road: as-at."""
    stood = standings((plan.actions if actions is None else actions).order_by("position"), on)
    return row_in_words(name, plan.title, figures(stood, on))


def row_in_words(name: str, of: str, counts: Figures) -> str:
    """Each number with what is said of it to those who hear it; of nothing there is no list to name."""

    def said(count: int, words: str) -> str:
        return f"{count} {words}, {of}" if count else "0"

    late = f"{counts.longest_late} day{'' if counts.longest_late == 1 else 's'}" if counts.longest_late else "none"
    rates = [
        "none due" if rate is None else f"{rate}% {said(count, word)} of {said(counts.due_by_original, 'due')}"
        for count, rate, word in (
            (counts.verified_of_due, counts.verified_rate, "verified"),
            (counts.closed_of_due, counts.implementation_rate, "closed"),
        )
    ]
    numbers = [said(counts.open, "open"), said(counts.overdue, "overdue"), late]
    numbers += [
        said(counts.progress_overdue, "without the update that is due"),
        said(counts.revised, "whose date moved"),
    ]
    return " ".join([name, *numbers, *rates])


def together(of: str, plans, on, name: str) -> str:
    """The row of several plans together."""
    return row_in_words(of, name, total([figures(standings(each.actions.all(), on), on) for each in plans], on))


def test_the_plans_of_a_partnership_stand_side_by_side_and_their_sum_below(cast, as_, overview):
    ours = cast.ours
    response = as_("coordinator").get(overview)
    found = table(response, "Plans side by side")

    assert sorted(found[:2]) == sorted(row_of(each.title, each, cast.today) for each in (ours.plan, ours.other))
    assert found[2] == together("All 2 plans", (ours.plan, ours.other), cast.today, "all plans")
    assert found[2].startswith("All 2 plans 4 open, all plans 2 overdue, all plans 10 days 2 without")
    assert f'href="{LIST}ours/actions/?show=overdue#actions"' in text(response)
    link = f'href="{ours.plan.get_absolute_url()}?show=overdue#actions"'
    assert link in text(response)
    assert ours.draft.title in text(response).partition("so not counted")[2].partition("</p>")[0]
    assert table(as_("member").get(overview), "Plans side by side") == found
    assert ours.draft.title not in text(as_("member").get(overview))


def test_the_overview_of_a_past_day_is_as_at_that_day(cast, as_, overview):
    on = cast.day(-30)
    response = as_("member").get(f"{overview}?on={on}")

    assert row_of("Plan of ours", cast.ours.plan, on) in table(response, "Plans side by side")
    assert row_of("Plan of ours", cast.ours.plan, on) != row_of("Plan of ours", cast.ours.plan, cast.today)
    assert f"{cast.ours.plan.get_absolute_url()}?on={on}&show=open#actions" in text(response)
    before = as_("coordinator").get(f"{overview}?on={cast.day(-131)}")
    assert "No plan was agreed by this day." in text(before)


def test_the_months_are_those_that_are_kept_and_the_day_itself(cast, as_, overview):
    assert "Left out, because not every plan has its figures kept" in text(as_("member").get(overview))
    operations.keep_snapshots(now=cast.moment())
    response = as_("member").get(overview)
    trend = response.context["trend"]

    assert trend.missing == ()
    assert len(trend.points) in (5, 6)
    last = trend.points[-1]
    assert table(response, "The same in figures") == [
        " ".join([f"{each.on:{'%-d %b %Y' if each is last else '%b %Y'}}", *in_words(each)]) for each in trend.points
    ]
    month = trend.points[-2].on
    assert f'href="{LIST}ours/actions/?on={month}&show=open#actions"' in text(response)
    assert (trend.points[-1].open, trend.points[-1].overdue) == (4, 2)
    assert text(response).count("<polyline") == 2 * 3
    assert f"Open: {len(trend.points)} readings" in text(response)


def in_words(point) -> list[str]:
    named = {key: getattr(point, key) for key in ("open", "overdue", "closed")}
    return [f"{count} {key} on {point.on:%-d %B %Y}" if count else "0" for key, count in named.items()]


def test_groups_are_said_to_have_what_their_papers_ask_for(cast, as_, overview):
    ours = cast.ours
    board = Group.objects.create(partnership=ours.partnership, slug="board", name="Board", kind="board")
    by = Actor(cast.clerk)
    request = ask_for(cast, ours.late)
    ask_for(cast, ours.dormant)
    slip = ask_for(cast, ours.other.actions.get())
    operations.withdraw_date_request(request=slip, reason="A slip", by=Actor(cast.owner), now=cast.moment())
    verify(cast, ours.completed)
    operations.refer_date_change(request=request, group=board, by=by, now=cast.moment())
    rows = plan_rows([ours.plan, ours.other], cast.member, cast.today, cast.today)
    asked = asked_of([ours.group.pk, board.pk], rows, cast.today)

    for group in (ours.group, board):
        of_papers = [
            (row.plan, len(dates_asked(row.plan, list(row.stood), group, cast.today, None)), len(closings(*told)))
            for row in rows
            for told in [(row.plan, row.stood, group)]
        ]
        assert [(each.plan, each.dates, each.closings) for each in asked[group.pk]] == [
            each for each in of_papers if any(each[1:])
        ]
    found = table(as_("member").get(overview), "Groups, when they meet and what waits for them")
    assert found == [
        "Board No meeting is entered. none 1 later date Plan of ours",
        f"Committee of ours {ours.next_meeting.on:%-d %B %Y} {ours.next_meeting.paper_deadline_on:%-d %B %Y} "
        "1 later date 1 verified action to close , Plan of ours Plan of ours",
    ]


def test_what_waits_for_a_group_leads_to_the_actions_and_whoever_decides_to_where_that_is_done(cast, as_, overview):
    ours = cast.ours
    ask_for(cast, ours.late)
    verify(cast, ours.completed)
    where, listed = decisions(cast), f"{ours.plan.get_absolute_url()}?status=verified#actions"
    for person, address, expected in (
        ("clerk", overview, {where, listed}),
        ("clerk", f"{overview}?on={cast.today}", {where, listed}),
        ("member", overview, {listed}),
        ("clerk", f"{overview}?on={cast.day(-1)}", {listed.replace("?", f"?on={cast.day(-1)}&")}),
    ):
        page = text(as_(person).get(address)).partition('id="groups"')[2].partition("</table>")[0]
        links = set(re.findall(r'href="([^"]*(?:decisions|verified)[^"]*)"', page))
        assert links == expected, (person, address)


def test_a_past_day_shows_the_plans_that_a_post_led_then(cast, as_, overview):
    """The vacant post took the lead over yesterday, by a version that the group agreed; the other plan is closed."""
    ours, said = cast.ours, {"by": Actor(cast.coordinator), "now": cast.moment(-1)}
    text_of_plan = replace(PlanText.of(ours.plan), lead_post_id=ours.vacant_post.pk)
    operations.propose_plan(plan=ours.plan, text=text_of_plan, **said)
    operations.agree_version(plan=ours.plan, group=ours.group, reason="The head has left", **said)

    def led_by(post, on) -> bool:
        rows = table(as_("member").get(f"{overview}?on={on}"), f"Posts on {on:%-d %B %Y}")
        (row,) = [each for each in rows if each.startswith(post.title)]
        return "Plan of ours" in row

    assert [led_by(post, cast.today) for post in (ours.post, ours.vacant_post)] == [False, True]
    assert [led_by(post, cast.day(-2)) for post in (ours.post, ours.vacant_post)] == [True, False]

    Plan.objects.filter(pk=ours.other.pk).update(status="draft")  # of a plan that may not be seen nothing is said
    assert ours.other.title not in text(as_("member").get(f"{overview}?on={cast.day(-2)}"))


def test_posts_and_agencies_have_the_load_of_agreed_plans(cast, as_, overview):
    ours = cast.ours
    rows = plan_rows([ours.plan, ours.other], cast.member, cast.today, cast.today)
    of_post = loads(rows, lambda each: each.post_id)
    assert [(of_post[key].open, of_post[key].overdue) for key in (ours.post.pk, ours.vacant_post.pk)] == [
        (3, 1),
        (1, 1),
    ]
    everything = loads(rows, lambda each: each.lead_agency)[""]  # no agency leads any
    assert (everything.open, everything.overdue) == (4, 2)

    def late(of: str, load: Load) -> str:
        missing = load.progress_overdue
        said = f"{missing} without the update that is due, {of}" if missing else "0"
        return f"{load.overdue} overdue, {of} {said}"

    found = table(as_("coordinator").get(overview), f"Posts on {cast.today:%-d %B %Y}")
    vacant, head = of_post[ours.vacant_post.pk], of_post[ours.post.pk]
    vacant_post, head_of, draft = str(ours.vacant_post), str(ours.post), ours.draft.title
    plans = " ".join(sorted([ours.plan.title, ours.other.title]))
    assert found == [
        f"{vacant_post} Vacant Hand over {vacant_post} 1 open action , {vacant_post} {late(vacant_post, vacant)}",
        f"{head_of} Owner 3 open actions , {head_of} 1 in a draft of {head_of}, {draft} {plans} {late(head_of, head)}",
    ]
    assert " in a draft" not in text(as_("member").get(overview))
    assert "Lead nothing that is open: ours council, Helpers (outside body)." in " ".join(
        text(as_("member").get(overview)).split()
    )


# --- partnerships side by side ---


def test_a_member_of_several_partnerships_compares_them(cast, as_):
    partnering.grant_role(user=cast.member, partnership=cast.theirs.partnership, role="member")
    response = as_("member").get(LIST)
    found = table(response, f"Side by side on {cast.today:%-d %B %Y}")

    for row, side in ((found[0], cast.ours), (found[3], cast.theirs)):
        name = side.partnership.name
        assert row == together(f"{name} 2 plans together", (side.plan, side.other), cast.today, name)
    assert sorted(found[1:3]) == sorted(
        row_of(each.title, each, cast.today) for each in (cast.ours.plan, cast.ours.other)
    )
    assert f'href="{reverse("actionplans:partnership", args=["theirs"])}"' in text(response)


def test_an_inspector_compares_what_was_granted_and_nothing_else(cast, as_):
    """Of a plan that answers another inspection too, the actions for that one are neither shown nor counted."""
    ours, theirs = cast.ours, cast.theirs
    other = ours.other.inspections.get()
    ours.plan.inspections.add(other)
    ours.dormant.recommendations.set(other.recommendations.all())
    response = as_("inspector").get(LIST)
    seen = Action.objects.filter(pk__in=[ours.late.pk, ours.completed.pk])
    only = row_of("Ours Partnership Plan of ours", ours.plan, cast.today, seen)

    assert table(response, f"Side by side on {cast.today:%-d %B %Y}") == [only]
    assert reverse("actionplans:partnership", args=["ours"]) not in text(response)
    for secret in (ours.draft.title, ours.other.title, other.title, "Theirs"):
        assert secret not in text(response)

    given = {"starts_on": cast.day(-1), "ends_on": cast.day(1)}
    inspecting.grant_inspection(user=cast.inspector, inspection=theirs.inspection, **given)
    bare, _ = make_inspection("bare", "Inspection without a plan", theirs.partnership, cast.day(-9))
    inspecting.grant_inspection(user=cast.inspector, inspection=bare, **given)
    response = as_("inspector").get(LIST)
    assert table(response, f"Side by side on {cast.today:%-d %B %Y}") == [
        only,
        row_of("Theirs Partnership Plan of theirs", theirs.plan, cast.today),
    ]
    assert "Inspection without a plan" in text(response)
    assert theirs.other.title not in text(response)


def test_a_partnership_without_a_plan_that_may_be_seen_says_so(cast, as_):
    Plan.objects.filter(partnership=cast.ours.partnership).update(status="draft")
    found = table(as_("member").get(LIST), f"Side by side on {cast.today:%-d %B %Y}")

    assert found == ["Ours Partnership No agreed plan that you may see"]


def test_the_overviews_ask_as_often_for_many_plans_as_for_few(cast, as_, overview):
    client, ours = as_("coordinator"), cast.ours
    operations.keep_snapshots(now=cast.moment())

    def asked(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return sum(each["sql"].startswith("SELECT") for each in captured.captured_queries)

    few = [asked(url) for url in (overview, LIST)]
    for number in range(5):
        given = {"actions": [(f"X{number}", ours.post, 9)], "lead_post": ours.post, "group": ours.group}
        said = f"ours-more-{number}", f"More {number}", ours.inspection, ours.recommendation
        make_plan(*said, **given, by=Actor(cast.coordinator), today=cast.today)
    assert [asked(url) for url in (overview, LIST)] == few
    assert few[0] <= 16, few
    assert few[1] <= 10, few
