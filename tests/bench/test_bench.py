"""The benchmark's data are what they claim, the bare views show what the pages show, and the table tells the truth."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from actionplans.integrity import check_history
from actionplans.models import STATE_FIELDS, Action, Entry, Plan, ProgressUpdate
from actionplans.operations import Actor, post_update
from bench import pages
from bench.bare import settings as bare
from bench.data import NotEmpty, Size, make_data
from bench.load import FORM, Timing
from bench.report import Line, Work, as_table
from core import clock
from partnerships.models import Membership, Partnership, User

pytestmark = pytest.mark.once

TINY = Size(partnerships=3, actions=64, updates=320)
COORDINATOR, NATIONAL = "post0@partnership-001.example", "national@bench.example"


@pytest.fixture
def first(db) -> Partnership:
    """The first of three partnerships, the one with most of the plans."""
    make_data(TINY, clock.today())
    return Partnership.objects.get(slug="partnership-001")


def test_there_is_as_much_as_was_asked_for(first):
    assert Partnership.objects.count() == 3
    assert Plan.objects.count() == 8
    assert first.plans.count() == 6
    assert Action.objects.count() == 64
    assert ProgressUpdate.objects.count() == 320
    assert Membership.objects.filter(user__email=NATIONAL).count() == 3


def test_every_history_holds(first):
    checked = [check_history(plan) for plan in Plan.objects.all()]

    assert [each.fault for each in checked] == [""] * 8
    assert sum(each.count for each in checked) == Entry.objects.count() > 320 + 2 * 64


def test_each_action_is_as_its_last_row_of_history_says(first):
    for action in Action.objects.all():
        last = action.entries.latest("seq")
        assert [getattr(action, name) for name in STATE_FIELDS] == [getattr(last, name) for name in STATE_FIELDS]


def test_rows_are_in_the_order_of_time_across_all_plans(first):
    moments = list(Entry.objects.order_by("pk").values_list("recorded_at", "happened_on"))

    assert moments == sorted(moments)
    assert moments[-1][1] < clock.today()


def test_about_15_in_100_are_late(first):
    late = Action.objects.overdue(clock.today()).count()

    assert 5 <= 100 * late / 64 <= 30


def test_the_operations_can_write_after_it(first):
    action = Action.objects.filter(status="in_progress").select_related("plan")[0]
    by = Actor(User.objects.get(email=COORDINATOR))
    given = {"status": "in_progress", "percent": 50, "wording": FORM["wording"], "barrier": FORM["barrier"]}

    post_update(action=action, by=by, now=clock.now(), **given)

    assert check_history(Plan.objects.get(pk=action.plan_id)).fault == ""


def test_a_database_in_use_is_refused(first):
    with pytest.raises(NotEmpty):
        make_data(TINY, clock.today() - timedelta(days=1))


def body(path: str, email: str) -> bytes:
    client = Client()
    client.force_login(User.objects.get(email=email))
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.getvalue()


def both(name: str, arguments: list, bare_path: str, read: Callable[[bytes], list], email: str = COORDINATOR) -> tuple:
    ours = read(body(reverse(name, args=arguments), email))
    with override_settings(ROOT_URLCONF=bare.ROOT_URLCONF, MIDDLEWARE=bare.MIDDLEWARE, TEMPLATES=bare.TEMPLATES):
        return ours, read(body(bare_path, email))


def test_the_bare_list_shows_the_same_late_actions_in_the_same_order(first):
    late = Action.objects.filter(plan__partnership=first).overdue(clock.today()).order_by("current_due_on", "pk")
    ours, plain = both("actionplans:late", [first.slug], f"/late/{first.slug}/", pages.refs)

    assert ours == plain == [action.ref for action in late]
    assert ours


def test_the_bare_dashboard_names_the_same_actions(first):
    plan = first.plans.earliest("pk")
    ours, plain = both("actionplans:plan", [plan.slug], f"/plans/{plan.slug}/", pages.sorted_refs)

    assert ours == plain
    assert set(ours) == {action.ref for action in plan.actions.all()}


def test_the_bare_page_of_an_action_shows_as_much_history(first):
    action = Action.objects.filter(plan__partnership=first).select_related("plan").earliest("pk")
    path = f"/plans/{action.plan.slug}/{action.ref}/"
    ours, plain = both("actionplans:action", [action.plan.slug, action.ref], path, pages.days_of_history)

    assert ours == plain
    assert len(ours) == action.entries.count()


def test_the_bare_csv_says_the_same_in_every_cell(first):
    ours, plain = both("actionplans:actions-csv", [], "/actions.csv", pages.rows_of_csv, NATIONAL)

    assert ours == plain
    assert len(ours) == 1 + 64


@pytest.mark.parametrize(
    ("seconds", "queries", "verdict"), [(0.04, 12, "met"), (0.05, 3, "missed"), (0.02, 13, "missed")]
)
def test_an_aim_is_met_by_time_and_queries_together(seconds, queries, verdict):
    line = Line(Work("late", "late actions", 2.0), Timing([seconds] * 3, [0.02] * 3, 50), (queries, 3), (5, 0))

    assert line.verdict == verdict
    assert f"| {seconds / 0.02:.2f}× | {seconds / 0.02:.2f}×   | 2×  | {queries} + 3 " in as_table([line])


def test_hidden_inputs_are_read_in_any_order_of_attributes():
    html = b'<input type="hidden" name="a" value="1"><input name="b"><input value="2" type="hidden" name="c">'

    assert pages.hidden_inputs(html) == {"a": "1", "c": "2"}
