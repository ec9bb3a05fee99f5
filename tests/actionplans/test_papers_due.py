"""The way of a clerk: from signing in to the paper that is due, and from an issued one to what comes next."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Plan, Round
from actionplans.operations import Actor
from core import clock
from tests.actionplans.pages import text

pytestmark = pytest.mark.once


def rows(response) -> list[list[str]]:
    """The words of each cell of the table of papers that are due, without what is hidden."""
    body = text(response).partition('id="due"')[2].partition("</table>")[0].partition("<tbody")[2]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("<tr ")[1:]]
    seen = [[re.sub(r'<span class="govuk-visually-hidden">.*?</span>', "", cell) for cell in row] for row in cells]
    return [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row] for row in seen]


def issue(cast, meeting, by: str):
    said = {"plan": cast.ours.plan, "meeting": meeting, "on": cast.today, "by": Actor(cast.person(by))}
    return operations.issue_paper(**said, now=clock.now())


def test_a_clerk_starts_at_the_papers_and_sees_which_is_due_first(cast, as_):
    ours, client = cast.ours, as_("clerk")
    for side in (ours, cast.theirs):
        operations.open_rounds(plan=side.plan, on=cast.today)
    later = ours.group.meetings.create(on=cast.day(200), paper_deadline_on=cast.day(190))
    passed = ours.group.meetings.create(on=cast.day(3), paper_deadline_on=cast.day(-2))
    for meeting, opens in ((later, 100), (passed, -90)):
        Round.objects.create(
            plan=ours.plan, meeting=meeting, opens_on=cast.day(opens), updates_due_on=cast.day(opens + 1)
        )
    held = ours.group.meetings.create(on=cast.day(-1), paper_deadline_on=cast.day(-9))
    Round.objects.create(plan=ours.plan, meeting=held, opens_on=cast.day(-60), updates_due_on=cast.day(-20))

    start = client.get(reverse("start"), follow=True)
    assert start.redirect_chain[-1][0] == reverse("actionplans:papers")
    found = rows(start)

    named = [row[0] for row in found]
    assert named[0] == str(passed), "the deadline that is nearest or past comes first"
    assert named[-1] == str(later)
    assert str(held) not in named
    assert cast.theirs.plan.title not in {row[1] for row in found}, "theirs has rounds, too"
    assert found[0][2] == f"{passed.paper_deadline_on:%-d %B %Y} has passed"
    assert found[0][3] == f"1 of 3 have reported due {cast.day(-89):%-d %B %Y}"
    assert found[-1][3] == f"asked for from {cast.day(100):%-d %B %Y}"
    assert {row[4] for row in found} == {"not issued"}
    assert Round.objects.get(meeting=passed).get_absolute_url() in text(start)

    issue(cast, passed, "clerk")
    first = rows(client.get(reverse("actionplans:papers")))[0]
    assert first[4] == f"Edition 1 issued {cast.today:%-d %B %Y}"
    assert "has passed" not in first[2]
    Plan.objects.filter(pk=ours.plan.pk).update(status=Plan.Status.CLOSED)
    assert ours.plan.title not in {row[1] for row in rows(client.get(reverse("actionplans:papers")))}


def test_who_makes_no_papers_is_shown_none_that_is_due(cast, as_):
    operations.open_rounds(plan=cast.ours.plan, on=cast.today)
    shown = {role: text(as_(role).get(reverse("actionplans:papers"))) for role in cast.ROLES}
    assert {role for role in shown if 'id="due"' in shown[role]} == {"coordinator", "clerk", "outsider"}
    assert cast.ours.plan.title not in shown["outsider"].partition('id="due"')[2]
    assert as_("coordinator").get(reverse("start")).url == reverse("actionplans:plans")


def test_an_inspector_finds_the_comparison_of_partnerships(cast, as_):
    page = as_("inspector").get(reverse("actionplans:plans"))
    assert f'href="{reverse("actionplans:partnerships")}"' in text(page).partition("</nav>")[0]


def test_an_issued_paper_leads_on_to_the_meeting_and_to_its_decisions(cast, as_):
    ours, decisions = cast.ours, reverse("actionplans:decisions", args=[cast.ours.plan.slug])
    coming, held = issue(cast, ours.next_meeting, "clerk"), ours.next_meeting
    page = text(as_("clerk").get(coming.get_absolute_url()))
    assert f"can be recorded from {held.on:%-d %B %Y}." in page
    assert reverse("actionplans:meeting", args=[ours.plan.slug, held.pk]) in page
    assert f'href="{decisions}"' not in page

    type(held).objects.filter(pk=held.pk).update(on=cast.today, paper_deadline_on=cast.today - timedelta(days=9))
    for role, leads in (("clerk", True), ("approver", True), ("member", False), ("owner", False)):
        page = text(as_(role).get(coming.get_absolute_url()))
        assert (f'href="{decisions}"' in page) is leads, role
    coming.refresh_from_db(fields=["meeting"])
    operations.record_paper_decision(
        paper=coming, outcome="noted", words="", minute="M 1", by=Actor(cast.clerk), now=clock.now()
    )
    assert f'href="{decisions}"' not in text(as_("clerk").get(coming.get_absolute_url()))


def test_what_the_pages_of_a_paper_say_is_so(cast, as_):
    client, ours = as_("clerk"), cast.ours
    words = reverse("actionplans:paper-words", args=[ours.plan.slug, ours.next_meeting.pk])
    operations.open_rounds(plan=ours.plan, on=cast.today)
    meeting = text(client.get(reverse("actionplans:meeting", args=[ours.plan.slug, ours.next_meeting.pk])))
    assert "No heading would stay empty." in meeting
    assert "Before you issue it: 1 of 3 open actions has reported. 2 have not." in meeting
    page = text(client.get(words))
    assert "Nothing is saved for this meeting yet." in page
    assert "The boxes hold" not in page, "no paper of the group said anything"
    issued = issue(cast, ours.next_meeting, "clerk")
    again = reverse("actionplans:paper-issue", args=[ours.plan.slug, ours.next_meeting.pk])
    assert "Issue this edition" in text(client.get(again))
    check = text(client.get(reverse("actionplans:paper-check", args=[issued.pk])))
    assert f"{reverse('actionplans:plan-check', args=[ours.plan.slug])}#yourself" in check
    assert "docs/verify.py" not in check


def test_two_days_between_which_nothing_happened_say_so(cast, as_):
    address = reverse("actionplans:plan-changes", args=[cast.ours.plan.slug])
    said = "Nothing happened to any action in between."
    assert said in text(as_("member").get(address, {"from": cast.day(-2000), "to": cast.day(-1999)}))
    assert said not in text(as_("member").get(address, {"from": cast.day(-2000), "to": cast.today}))


def test_a_filter_that_cannot_be_is_named_in_the_title(cast, as_):
    page = as_("member").get(cast.ours.plan.get_absolute_url(), {"show": "gossip"})
    assert page.status_code == 422
    assert "<title>Error: " in text(page)
