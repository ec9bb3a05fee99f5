"""What a message says: to a co-ordinator on Monday, to somebody without an account, to those above the owner."""

from datetime import date, timedelta

import pytest
from django.core import mail

from actionplans import reminders
from actionplans.asat import standings
from actionplans.figures import figures
from actionplans.models import Action, Message
from core import clock
from partnerships import operations as partnering
from partnerships.models import Holding, Meeting, User
from partnerships.roles import Role
from tests.actionplans.desk import set_rules, vacate

pytestmark = pytest.mark.once

MONDAY = date(2015, 6, 15)


def run(on, hour=7):
    reminders.plan_day(on, clock.at(on, hour))
    return reminders.deliver_outbox(on, clock.at(on, hour))


def mails_to(user):
    return [each for each in mail.outbox if each.to == [user.email]]


def bodies(message):
    return [message.body, message.alternatives[0].content]


@pytest.fixture
def quiet(house):
    """Whatever the cast was sent on its first day is forgotten."""
    Message.objects.all().update(has_summary=False, on=MONDAY - timedelta(days=30), sent_at=clock.at(date(2015, 5, 1)))
    mail.outbox.clear()
    return house


# --- the co-ordinator's Monday ---


def test_a_co_ordinator_gets_the_week_with_the_figures_of_the_dashboard(quiet, desk):
    over = desk.open_round(-30, -10)
    Meeting.objects.filter(pk=over.meeting_id).update(paper_deadline_on=MONDAY - timedelta(days=1))
    open_now = desk.open_round(-5, 10)
    desk.post_update(desk.first, MONDAY)
    run(MONDAY, 13)
    (message,) = mails_to(quiet.coordinator)
    counts = figures(standings(Action.objects.filter(plan=desk.plan), MONDAY), MONDAY)

    for body in bodies(message):
        words = " ".join(body.split())
        assert "Desk plan" in words
        said = f"{counts.open} open, {counts.overdue} overdue, {counts.progress_overdue} without an update"
        assert f"{said} in the round that has passed." in words
        assert "Updates due 25 June 2015: 1 of 2 reported." in words
        assert f"http://testserver{open_now.get_absolute_url()}" in words
        assert "Plan that no group has agreed yet" not in words
    assert counts.progress_overdue == 1


def test_the_week_names_a_round_until_its_paper_is_due(quiet, desk):
    late = desk.open_round(-30, -10)
    desk.open_round(-5, 10)
    run(MONDAY, 13)

    (message,) = mails_to(quiet.coordinator)
    assert f"reported. http://testserver{late.get_absolute_url()}" in bodies(message)[0]


def test_the_summary_comes_once_a_week_in_the_message_of_the_day(quiet):
    for day in range(7):
        run(MONDAY + timedelta(days=day))

    with_summary = Message.objects.filter(user=quiet.coordinator, has_summary=True)
    assert [each.on for each in with_summary] == [MONDAY]
    run(MONDAY + timedelta(days=7))
    assert with_summary.all().count() == 2


def test_a_monday_on_which_nothing_ran_is_made_up_for(quiet):
    run(MONDAY + timedelta(days=2))

    assert Message.objects.get(user=quiet.coordinator, has_summary=True).on == MONDAY + timedelta(days=2)


def test_a_summary_names_what_nobody_is_told_and_whom_mail_does_not_reach(quiet, desk):
    late = desk.due(1)
    vacate(desk.post, late)
    vacate(desk.lead_post, late)
    partnering.mail_failed(user=quiet.owner, answer="550 no such mailbox", now=clock.at(late))
    run(MONDAY + timedelta(days=21))

    body = mails_to(quiet.coordinator)[-1].body
    assert "Nobody is told about 1 action: the post and the post of the plan lead are vacant." in body
    assert "Mail fails to: Owner. Ask for the right address." in body
    assert "550" not in body


def test_a_summary_whose_plans_were_closed_meanwhile_is_withdrawn(quiet):
    reminders.plan_day(MONDAY, clock.at(MONDAY, 7))
    quiet.coordinator.memberships.all().delete()
    reminders.deliver_outbox(MONDAY, clock.at(MONDAY, 8))

    assert Message.objects.get(user=quiet.coordinator, on=MONDAY).state == Message.State.WITHDRAWN
    assert mails_to(quiet.coordinator) == []


def test_nobody_else_gets_a_summary(quiet):
    run(MONDAY)

    people = set(Message.objects.filter(has_summary=True).values_list("user", flat=True))
    coordinators = User.objects.filter(memberships__role=Role.COORDINATOR).values_list("pk", flat=True)
    assert people == set(coordinators)


# --- without an account ---


def test_who_has_no_account_is_asked_to_turn_to_the_co_ordinator(quiet, desk):
    User.objects.filter(pk=desk.head.pk).update(signs_in=False)
    run(desk.due(1))
    (message,) = mails_to(desk.head)

    for body in bodies(message):
        assert "Ask Coordinator to enter your update: " in body
        assert "coordinator@followthrough.example" in body
        assert "/updates/new/" not in body
        assert "/my-actions/" not in body
    assert 'href="mailto:coordinator@followthrough.example?subject=Update%20on%20D1"' in bodies(message)[1]


# --- those above the owner ---


def test_the_plan_lead_is_shown_the_action_not_the_form(quiet, desk):
    set_rules(desk.plan, lead_after=5, line_after=None, working_days_only=False)
    run(desk.due(5))
    (message,) = mails_to(desk.lead)

    for body in bodies(message):
        owner = desk.plan.actions.get(ref="D1").lead_post.title
        assert f"Sent to you as: plan lead, because it is late. Owner: {owner}." in body
        assert "http://testserver/plans/desk-plan/actions/D1/" in body
        assert "/updates/new/" not in body


# --- one message, whatever it holds ---


def test_one_message_holds_lines_of_plans_of_two_partnerships(quiet, desk):
    theirs = quiet.theirs
    Holding.objects.filter(post=theirs.post).update(ends_on=desk.due(0))
    partnering.appoint(post=theirs.post, user=desk.head, starts_on=desk.due(1))
    set_rules(theirs.plan, working_days_only=False)
    run(desk.due(1))
    (message,) = mails_to(desk.head)

    for body in bodies(message):
        for title in ("Desk plan", "Plan of theirs"):
            assert title in body


def test_a_message_loads_nothing_and_watches_nobody(quiet, desk):
    run(desk.due(1))
    html = bodies(mails_to(desk.head)[0])[1]

    for word in ("<img", "<script", "<link", "<iframe", "url(", "utm_", "?track"):
        assert word not in html
