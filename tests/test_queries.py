"""Pages ask the database as often for 300 actions as for 3, and seldom: an answer that grows with the data is slow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans.calendar import token_of
from actionplans.models import (
    Action,
    Entry,
    EvidenceRequirement,
    Measure,
    Plan,
    ProgressUpdate,
    Reading,
    Revision,
    Status,
    UpdateDraft,
)
from bench.report import MOST_QUERIES
from core import clock
from inspections.models import QualityFramework, QualityIndicator, Recommendation
from partnerships import operations as partnering
from partnerships.models import Group, Holding, Post, User
from tests.cast import Cast, Side

pytestmark = pytest.mark.once

MANY = 300
MOST = 13  # queries of a page, with those for the session and the person
MOST_OF = {  # the last ones compute a whole paper, or two days: a query for each table that they name
    **dict.fromkeys(("plan", "plan as at"), MOST_QUERIES),
    "plan, to an inspector": MOST_QUERIES + 1,  # and the record of the reading, when the page is done
    "actions of all plans": MOST_QUERIES,
    **dict.fromkeys(("action", "action as at", "action, to an inspector"), MOST_QUERIES),
    **dict.fromkeys(("changes", "changes, to an inspector"), 22),
    "publication of a plan": 44,
    "meeting": 51,  # a whole paper, what it is compared with, and who has reported for it
    "check of a paper": 46,  # the paper made again, and the history read
    **dict.fromkeys(("check of the history", "history to take away"), 30),  # a query for each kind of row there is
    "all actions as CSV": 16,
    "form of a meeting": 14,  # what names the meeting, and so keeps it: a query for each kind of row
    "inspection": 26,  # its grades, its recommendations, and how every action on them stands
    "recommendation": 17,
    "partnership": 16,  # its plans, their months, its groups, agencies and posts
    "reminder rules": 16,  # everything that decides what goes out in the next sixty days
}
WORK = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def add_many(cast: Cast, side: Side, count: int = MANY) -> None:
    """So many more late actions in the plan, each with a post, a holder, an update, a measure and a recommendation."""
    plan, moment = side.plan, clock.at(cast.day(-90))
    posts = Post.objects.bulk_create(Post(partnership=side.partnership, title=f"Post {n}") for n in range(count))
    people = User.objects.bulk_create(User(email=f"{n}@many.example", name=f"Person {n}") for n in range(count))
    Holding.objects.bulk_create(
        Holding(post=post, user=user, starts_on=cast.day(-500)) for post, user in zip(posts, people, strict=True)
    )
    recommendations = Recommendation.objects.bulk_create(
        Recommendation(
            inspection=side.inspection, position=n, number=f"M{n}", text=f"More {n}", accountable_post=posts[n]
        )
        for n in range(2, count // 10)
    )
    state: dict[str, Any] = {
        "status": Status.IN_PROGRESS,
        "percent": 50,
        "current_due_on": cast.day(-3),
        "original_due_on": cast.day(-9),
        "last_update_on": cast.day(-90),
    }
    actions = Action.objects.bulk_create(
        Action(
            plan=plan, position=n + 10, ref=f"M{n}", title=f"More {n}", lead_post=(posts[n], side.post)[n % 2], **state
        )
        for n in range(count)
    )
    Action.recommendations.through.objects.bulk_create(
        Action.recommendations.through(action=action, recommendation=recommendations[n % len(recommendations)])
        for n, action in enumerate(actions)
    )
    side.recommendation.actions.add(*actions)
    EvidenceRequirement.objects.bulk_create(EvidenceRequirement(action=a, position=1, text="Register") for a in actions)
    measures = Measure.objects.bulk_create(Measure(action=a, name="Trained", direction="words") for a in actions)
    Reading.objects.bulk_create(
        Reading(measure=m, on=cast.day(-50), words="half", recorded_at=moment, by_name="Somebody") for m in measures
    )
    add_updates(cast, plan, actions, state)


def add_updates(cast: Cast, plan, actions: list[Action], state: dict) -> None:
    """An update a row, written past the operations: here only the number of rows matters, not their hashes."""
    last = plan.entries.order_by("-seq").values_list("seq", flat=True).first()
    entries = Entry.objects.bulk_create(
        Entry(
            plan=plan,
            seq=last + n,
            action=action,
            kind=Entry.Kind.UPDATE,
            happened_on=cast.day(-90),
            recorded_at=clock.at(cast.day(-90)),
            by=cast.coordinator,
            by_name="Coordinator",
            previous="0" * 64,
            hash="0" * 64,
            **state,
        )
        for n, action in enumerate(actions, 1)
    )
    for entry in entries:
        ProgressUpdate(entry_ptr=entry, wording="Half of the staff are trained.").save_base(raw=True, force_insert=True)
    plan.history_count = last + len(actions)
    plan.save(update_fields=["history_count"])


def asked(ask: Callable[[], object]) -> list[str]:
    """The statements that do work; transactions begin and end at no cost worth counting."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [query["sql"] for query in captured.captured_queries if query["sql"].lstrip(" (").upper().startswith(WORK)]


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def get(client: Client, url: str) -> str:
    response: Any = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


PAGES = {
    "my actions": ("owner", lambda side: reverse("actionplans:my-actions")),
    "sent to me": ("owner", lambda side: reverse("actionplans:my-reminders")),
    "proof of reminders": ("coordinator", lambda side: reverse("actionplans:plan-proof", args=[side.plan.slug])),
    "proof as a file": ("coordinator", lambda side: reverse("actionplans:plan-proof-csv", args=[side.plan.slug])),
    "reminder rules": ("coordinator", lambda side: reverse("actionplans:plan-rules", args=[side.plan.slug])),
    "my calendar": ("owner", lambda side: reverse("actionplans:my-calendar")),
    "calendar of an owner": ("owner", lambda side: reverse("actionplans:calendar", args=[token_of(side.calendar)])),
    "plans": ("coordinator", lambda side: reverse("actionplans:plans")),
    "search": ("coordinator", lambda side: f"{reverse('actionplans:search')}?q=more+OR+half"),
    "publication of a plan": (
        "approver",
        lambda side: reverse("actionplans:plan-publication", args=[side.plan.slug]),
    ),
    "plan": ("coordinator", lambda side: side.plan.get_absolute_url()),
    "plan as at": ("coordinator", lambda side: f"{side.plan.get_absolute_url()}?on=2020-01-01"),
    "plan, to an inspector": ("inspector", lambda side: side.plan.get_absolute_url()),
    "action": ("coordinator", lambda side: side.late.get_absolute_url()),
    "action, to an inspector": ("inspector", lambda side: side.late.get_absolute_url()),
    "questions": ("coordinator", lambda side: reverse("actionplans:questions")),
    "inspectors": ("coordinator", lambda side: reverse("actionplans:inspectors", args=[side.inspection.slug])),
    "wording to read": ("coordinator", lambda side: reverse("actionplans:review-queue")),
    "plan being built": ("coordinator", lambda side: reverse("actionplans:plan-build", args=[side.plan.slug])),
    "versions": ("coordinator", lambda side: reverse("actionplans:plan-versions", args=[side.plan.slug])),
    "form of an update": ("owner", lambda side: side.late.get_update_url()),
    "measure": ("coordinator", lambda side: reverse("actionplans:measure", args=[side.plan.slug, side.measure.pk])),
    "action as at": ("coordinator", lambda side: f"{side.late.get_absolute_url()}?on={clock.today() - timedelta(99)}"),
    "changes": ("coordinator", lambda side: reverse("actionplans:plan-changes", args=[side.plan.slug])),
    "changes, to an inspector": ("inspector", lambda side: reverse("actionplans:plan-changes", args=[side.plan.slug])),
    "history": ("coordinator", lambda side: reverse("actionplans:plan-history", args=[side.plan.slug])),
    "history, to an inspector": ("inspector", lambda side: reverse("actionplans:plan-history", args=[side.plan.slug])),
    "check of the history": ("inspector", lambda side: reverse("actionplans:plan-check", args=[side.plan.slug])),
    "form of a pack": ("inspector", lambda side: reverse("actionplans:plan-pack", args=[side.plan.slug])),
    "history to take away": ("inspector", lambda side: reverse("actionplans:plan-extract", args=[side.plan.slug])),
    "recommendation": (
        "coordinator",
        lambda side: reverse("actionplans:recommendation", args=[side.inspection.slug, side.recommendation.pk]),
    ),
    "form of a RAG": ("coordinator", lambda side: f"{side.late.get_absolute_url()}rag/"),
    "form of an exemption": ("clerk", lambda side: f"{side.late.get_absolute_url()}exempt/"),
    "form of what counts people": (
        "coordinator",
        lambda side: reverse("actionplans:measure-people", args=[side.plan.slug, side.measure.pk]),
    ),
    "exempt evidence": (
        "clerk",
        lambda side: reverse("actionplans:evidence-exempt", args=[side.plan.slug, side.late.ref, side.hidden.pk]),
    ),
    "plans as at": ("coordinator", lambda side: f"{reverse('actionplans:plans')}?on={clock.today() - timedelta(99)}"),
    "actions of all plans": (
        "coordinator",
        lambda side: reverse("actionplans:partnership-actions", args=[side.partnership.slug]),
    ),
    "late": ("coordinator", lambda side: reverse("actionplans:late", args=[side.partnership.slug])),
    "words of a paper": (
        "clerk",
        lambda side: reverse("actionplans:paper-words", args=[side.plan.slug, side.next_meeting.pk]),
    ),
    "check of a paper": ("clerk", lambda side: reverse("actionplans:paper-check", args=[side.paper.pk])),
    "layout of papers": (
        "clerk",
        lambda side: reverse("actionplans:group-layout", args=[side.partnership.slug, side.group.slug]),
    ),
    "meeting": ("clerk", lambda side: reverse("actionplans:meeting", args=[side.plan.slug, side.next_meeting.pk])),
    "paper": ("member", lambda side: side.paper.get_absolute_url()),
    "papers": ("coordinator", lambda side: reverse("actionplans:papers")),
    "form of a paper": ("coordinator", lambda side: reverse("actionplans:paper-run-new")),
    "how far a paper is": ("coordinator", lambda side: side.run.get_absolute_url()),
    "partnership": ("member", lambda side: reverse("actionplans:partnership", args=[side.partnership.slug])),
    "post": ("coordinator", lambda side: reverse("actionplans:post", args=[side.partnership.slug, side.post.pk])),
    "person": (
        "coordinator",
        lambda side: reverse("actionplans:person", args=[side.partnership.slug, side.post.holdings.get().user_id]),
    ),
    "group": ("coordinator", lambda side: reverse("actionplans:group", args=[side.partnership.slug, side.group.slug])),
    "template of a group": (
        "clerk",
        lambda side: reverse("actionplans:group-template", args=[side.partnership.slug, side.group.slug]),
    ),
    "form of a meeting": (
        "clerk",
        lambda side: reverse(
            "actionplans:meeting-change", args=[side.partnership.slug, side.group.slug, side.next_meeting.pk]
        ),
    ),
    "form of a hand-over": (
        "coordinator",
        lambda side: reverse("actionplans:post-handover", args=[side.partnership.slug, side.post.pk]),
    ),
    "partnerships": ("member", lambda side: reverse("actionplans:partnerships")),
    "inspection": ("member", lambda side: reverse("actionplans:inspection", args=[side.inspection.slug])),
    "form of a review": (
        "coordinator",
        lambda side: reverse("actionplans:progress-review-new", args=[side.inspection.slug]),
    ),
    "form of a report": (
        "coordinator",
        lambda side: reverse("actionplans:report-new", args=[side.partnership.slug]),
    ),
    "form of grades": ("coordinator", lambda side: reverse("actionplans:report-grades", args=[side.inspection.slug])),
    "all actions as CSV": ("coordinator", lambda side: reverse("actionplans:actions-csv")),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_for_300_actions_as_for_3_and_seldom(cast, page):
    person, url = PAGES[page][0], PAGES[page][1](cast.ours)
    client = client_of(cast.person(person))
    for of in ({"action": cast.ours.late}, {"plan": cast.ours.plan}):
        measure = Measure.objects.create(name="Trained", direction="words", **of)
        said = {"on": cast.day(-50), "words": "half", "recorded_at": cast.moment(-50), "by_name": "We"}
        Reading.objects.create(measure=measure, **said)
    get(client, url)  # the first page of a process fills caches that later ones use
    few = asked(lambda: get(client, url))
    add_many(cast, cast.ours)
    if page == "search":  # on PostgreSQL a plan that is made for tables as they were before can take a minute
        connection.cursor().execute("ANALYZE")
    many = asked(lambda: get(client, url))

    assert len(few) == len(many), f"{page}: {len(few)} queries for 3 actions, {len(many)} for {MANY}"
    most = MOST_OF.get(page, MOST)
    assert len(many) <= most, f"{page}: {len(many)} queries, more than {most}:\n" + "\n".join(sql[:200] for sql in many)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        *(("plan", "More 299"), ("my actions", "More 299"), ("post", "More 299"), ("inspection", "More 29")),
        ("recommendation", "More 299"),
    ],
)
def test_the_300_are_on_the_page(cast, page, text):
    person, url = PAGES[page][0], PAGES[page][1](cast.ours)
    assert text not in get(client_of(cast.person(person)), url)
    add_many(cast, cast.ours)

    assert text in get(client_of(cast.person(person)), url)


@pytest.mark.parametrize("role", [role for role in Cast.ROLES if role != "outsider"])
def test_a_plan_and_an_action_ask_seldom_whoever_reads_them(cast, role):
    """With everything that costs a query: measures, indicators, a draft of one's own, a past day, what is not agreed.

    Not counted is the record of an inspector's reading, which is written when the page is done.
    """
    ours, person = cast.ours, cast.person(role)
    add_what_costs(cast, ours.plan, ours.late, person)
    add_what_costs(cast, ours.draft, ours.draft.actions.get(), person)
    agreed = [ours.plan.get_absolute_url(), ours.late.get_absolute_url()]
    urls = [*agreed, *(f"{url}?on={cast.day(-15)}" for url in agreed)]
    if role not in {"member", "inspector"}:
        urls += [ours.draft.get_absolute_url(), ours.draft.actions.get().get_absolute_url()]
    client = client_of(person)
    for url in urls:
        get(client, url)
        counted = asked(lambda url=url: get(client, url))
        counted = [each for each in counted if not each.startswith('INSERT INTO "core_auditentry"')]
        assert len(counted) <= MOST_QUERIES, f"{url}: {len(counted)} queries:\n" + "\n".join(counted)


def add_what_costs(cast: Cast, plan: Plan, action: Action, person: User) -> None:
    framework, _ = QualityFramework.objects.get_or_create(slug="framework", title="Framework")
    indicator, _ = QualityIndicator.objects.get_or_create(framework=framework, position=1, code="1.1", title="Lives")
    action.indicators.add(indicator)
    UpdateDraft.objects.create(action=action, user=person, fields={}, saved_at=cast.moment())
    for of in ({"action": action}, {"plan": plan}):
        measure = Measure.objects.create(name="Trained", direction="words", **of)
        said = {"on": cast.day(-50), "words": "half", "recorded_at": cast.moment(-50), "by_name": "We"}
        Reading.objects.create(measure=measure, **said)
    agreed = Revision.objects.filter(action=action).last()
    if agreed:  # once more, with the indicator, written past the operations
        agreed.text["indicators_ids"] = [indicator.pk]
        agreed.pk = agreed.id = None
        agreed.seq, agreed._state.adding = 9000, True
        agreed.save()


def test_an_action_asks_as_often_for_a_long_history_as_for_a_short_one(cast):
    client, action = client_of(cast.coordinator), cast.ours.late
    get(client, action.get_absolute_url())
    few = asked(lambda: get(client, action.get_absolute_url()))
    add_updates(cast, cast.ours.plan, [action] * MANY, {"status": Status.IN_PROGRESS, "percent": 50})
    many = asked(lambda: get(client, action.get_absolute_url()))

    most = MOST_OF["action"]
    assert len(few) == len(many) <= most, f"{len(few)} queries for a short history, {len(many)} for a long one"


def test_a_measure_asks_as_often_for_many_readings_as_for_few(cast):
    client, measure = client_of(cast.coordinator), cast.ours.measure
    url = reverse("actionplans:measure", args=[cast.ours.plan.slug, measure.pk])

    def read(first: int, last: int) -> None:
        said = {"measure": measure, "recorded_at": cast.moment(), "by_name": "We"}
        Reading.objects.bulk_create(Reading(on=cast.day(-n), words=str(n), value=n, **said) for n in range(first, last))

    read(0, 2)
    get(client, url)
    few = asked(lambda: get(client, url))
    read(2, 60)
    for number in range(5):
        measure.comparators.create(name=f"Area {number}")
    many = asked(lambda: get(client, url))

    assert len(few) == len(many) <= MOST, f"{len(few)} queries for few readings, {len(many)} for many"


def test_a_partnership_asks_as_often_for_many_groups_and_posts_as_for_few(cast):
    client, url = client_of(cast.member), reverse("actionplans:partnership", args=["ours"])
    get(client, url)
    few = asked(lambda: get(client, url))
    for number in range(20):
        group = Group.objects.create(
            partnership=cast.ours.partnership,
            slug=f"g{number}",
            name=f"Group {number}",
            kind="board",
            chair=cast.ours.post,
        )
        partnering.add_meeting(group=group, on=cast.day(50))
        partnering.agency_of(partnership=cast.ours.partnership, name=f"Agency {number}")
    many = asked(lambda: get(client, url))

    assert len(few) == len(many) <= MOST_OF["partnership"], f"{len(few)} queries for few groups, {len(many)} for many"


def test_posting_an_update_costs_the_same_in_a_plan_of_300(cast):
    owner = client_of(cast.owner)

    def post(action: Action) -> None:
        seen = action.entries.order_by("-seq").values_list("seq", flat=True).first()
        data = {"status": "in_progress", "percent": 60, "wording": "More are trained.", "barrier": "Ill", "seen": seen}
        response = owner.post(action.get_update_url(), data)
        assert response.status_code == 302, response.content

    post(cast.ours.late)
    few = asked(lambda: post(cast.ours.late))
    add_many(cast, cast.ours)
    many = asked(lambda: post(cast.ours.late))

    assert len(few) == len(many), f"{len(few)} queries in a plan of 3 actions, {len(many)} in one of {MANY}"
    assert len(many) <= 20, f"{len(many)} queries to post an update:\n" + "\n".join(sql[:200] for sql in many)
