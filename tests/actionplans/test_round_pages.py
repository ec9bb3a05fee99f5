"""The page of a round: who has reported, who has not and was asked, and the buttons that ask."""

import re
from datetime import date

import pytest
from django.urls import reverse
from kombu.exceptions import OperationalError

from actionplans import operations
from actionplans.models import Chase, Message, Reminder
from actionplans.operations import Actor
from actionplans.views import rounds
from core import clock
from partnerships import operations as partnering
from partnerships.models import LocalHoliday, User
from tests.actionplans.pages import text


def page_url(cast) -> str:
    return reverse("actionplans:meeting", args=[cast.ours.plan.slug, cast.ours.next_meeting.pk])


def chase_url(cast) -> str:
    return reverse("actionplans:round-chase", args=[cast.ours.plan.slug, cast.ours.next_meeting.pk])


def section(response) -> str:
    return " ".join(text(response).partition('aria-labelledby="updates"')[2].partition("</section>")[0].split())


def row(response, ref: str) -> str:
    """The words of the row of an action."""
    rows = section(response).partition("<tbody")[2].split("<tr ")
    found = next(each for each in rows if f">{ref} " in each).partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", found).split())


@pytest.fixture
def quiet(cast):
    """Nobody has got a message: the reminders of the cast have not gone out."""
    Reminder.objects.all().delete()
    Message.objects.all().update(on=date(2001, 1, 1), sent_at=clock.at(date(2001, 1, 1)))


@pytest.fixture
def knocks(monkeypatch):
    sent = []
    monkeypatch.setattr(rounds.current_app, "send_task", lambda name, **given: sent.append(name))
    return sent


def test_the_page_says_the_dates_who_has_reported_and_who_has_not(cast, as_):
    response = as_("clerk").get(page_url(cast))
    said = section(response)

    assert f"{cast.ours.next_meeting.on:%-d %B %Y}" in said
    assert f"{cast.ours.next_meeting.paper_deadline_on:%-d %B %Y}, in " in said
    # The round opened 59 days ago: A3 reported 20 days ago, A1 100 days ago, A2 never.
    assert "1 of 3 open actions has reported. 2 have not." in said
    assert f"Yes, {cast.day(-20):%-d %B %Y}, Owner" in row(response, "A3")
    assert "Head of ours: Owner No No draft yet" in row(response, "A1")
    assert "Vacant post of ours: vacant No" in row(response, "A2")


def test_the_working_days_to_the_paper_leave_out_local_holidays(cast, as_):
    deadline = cast.ours.next_meeting.paper_deadline_on
    before = as_("clerk").get(page_url(cast)).context["days_to_paper"]
    LocalHoliday.objects.create(partnership=cast.ours.partnership, on=deadline, name="Fair")

    assert as_("clerk").get(page_url(cast)).context["days_to_paper"] == before - 1


def test_it_says_whether_an_owner_was_asked_and_the_message_accepted(cast, as_):
    """The cast was reminded this morning about due dates; now about the update, and by hand."""
    assert "Not yet" in row(as_("clerk").get(page_url(cast)), "A1")
    message = Message.objects.get(user=cast.owner)
    line = {"anchor_on": cast.day(-1), "step": 1, "capacity": "holder", "kind": Reminder.Kind.PROGRESS_OVERDUE}
    Reminder.objects.create(message=message, user=cast.owner, action=cast.ours.late, **line)
    as_("coordinator").post(chase_url(cast), {"action": cast.ours.late.pk})
    said = row(as_("clerk").get(page_url(cast)), "A1")

    assert f"{cast.today:%-d %B %Y}, Owner: accepted by the mail server" in said
    assert f"Chased {cast.today:%-d %B %Y} by Coordinator" in said
    assert "Chase the other one" in section(as_("coordinator").get(page_url(cast)))
    message.state, message.sent_at = Message.State.REFUSED, None
    message.save()
    assert "refused by the mail server" in row(as_("clerk").get(page_url(cast)), "A1")


def test_the_clerk_reads_and_the_co_ordinator_chases(cast, as_):
    assert "<button" not in section(as_("clerk").get(page_url(cast)))
    said = section(as_("coordinator").get(page_url(cast)))

    assert "Chase all 2" in said
    assert said.count('name="action"') == 2  # not the one that has reported


def test_the_list_of_plans_leads_whoever_makes_papers_to_the_round(cast, as_):
    listed, said = reverse("actionplans:plans"), f'href="{page_url(cast)}">1 of 3 reported for {cast.ours.next_meeting}'
    for person, is_there in {"coordinator": True, "clerk": True, "owner": False, "member": False}.items():
        assert (said in text(as_(person).get(listed))) is is_there, person
    assert page_url(cast) not in text(as_("coordinator").get(listed, {"on": str(cast.day(-1))}))


def test_for_an_owner_without_an_account_the_co_ordinator_is_led_to_the_form(cast, as_):
    User.objects.filter(pk=cast.owner.pk).update(signs_in=False)
    asked = as_("coordinator").get(page_url(cast))

    assert "Has no account: post the update for them on A1" in row(asked, "A1")
    assert cast.ours.late.get_update_url() in section(asked)
    assert "post the update" not in row(asked, "A3")  # has reported
    assert "post the update" not in section(as_("clerk").get(page_url(cast)))


def test_one_click_asks_all_and_says_who_is_written_to(cast, as_, quiet, knocks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = as_("coordinator").post(chase_url(cast), {"all": "yes"}, follow=True)

    assert set(Chase.objects.values_list("action__ref", flat=True)) == {"A1", "A2"}
    assert knocks == ["actionplans.tasks.plan_reminders"]
    said = str(next(iter(response.context["messages"])))
    assert said == (
        "2 updates are asked for. Owner will be written to today. "
        "Vacant post of ours is vacant: the plan lead, Owner, is asked instead."
    )
    assert "Chase all" not in section(response)
    assert "Asked today" in row(response, "A1")


def test_who_had_a_message_today_gets_it_tomorrow(cast, as_):
    response = as_("coordinator").post(chase_url(cast), {"action": cast.ours.late.pk}, follow=True)

    assert "Owner had a message today already: it comes with tomorrow’s." in text(response)
    assert list(Chase.objects.values_list("action__ref", flat=True)) == ["A1"]


def test_who_cannot_be_reached_is_named(cast, as_, quiet):
    User.objects.filter(pk=cast.owner.pk).update(mail_failed_at=cast.moment(-1))
    client = as_("coordinator")
    said = text(client.post(chase_url(cast), {"action": cast.ours.late.pk}, follow=True))
    assert "Owner cannot be reached: mail to the address fails." in said

    partnering.hand_over(post=cast.ours.post, to=None, on=cast.today, by=cast.coordinator, now=cast.moment())
    said = text(client.post(chase_url(cast), {"action": cast.ours.dormant.pk}, follow=True))
    assert "Vacant post of ours is vacant: nobody can be reached for it." in said
    assert "will be written to" not in said


def test_the_deputy_is_the_one_who_is_asked(cast, as_, quiet):
    partnering.deputise(post=cast.ours.post, user=cast.verifier, starts_on=cast.day(-1), ends_on=cast.day(5))
    response = as_("coordinator").post(chase_url(cast), {"action": cast.ours.late.pk}, follow=True)

    assert "Verifier will be written to today." in text(response)
    assert "Head of ours: Verifier, deputy" in row(response, "A1")


def test_asking_twice_a_day_asks_once_and_says_so(cast, as_):
    client = as_("coordinator")
    client.post(chase_url(cast), {"all": "yes"})
    response = client.post(chase_url(cast), {"all": "yes"}, follow=True)

    assert "asked for today already" in text(response)
    assert Chase.objects.count() == 2


def test_who_reported_meanwhile_is_named_and_nobody_is_asked(cast, as_):
    owner, late = Actor(cast.owner, cast.ours.post), cast.ours.late
    given = {"status": "in_progress", "percent": 50, "wording": "More.", "barrier": "Ill"}
    operations.post_update(action=late, by=owner, now=cast.moment(), **given)
    response = as_("coordinator").post(chase_url(cast), {"action": [late.pk, cast.ours.dormant.pk]}, follow=True)

    assert "A1: reported already" in text(response)
    assert not Chase.objects.exists()


@pytest.mark.parametrize("given", [{}, {"action": "A1"}, {"action": "999999999999"}])
def test_what_names_no_action_asks_for_nothing(cast, as_, given):
    response = as_("coordinator").post(chase_url(cast), given, follow=True)

    assert "Choose at least one action." in text(response)
    assert not Chase.objects.exists()


def test_a_broker_that_is_down_loses_neither_the_page_nor_what_was_asked(
    cast, as_, monkeypatch, django_capture_on_commit_callbacks
):
    def down(*args, **given):
        raise OperationalError("connection refused")

    monkeypatch.setattr(rounds.current_app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        response = as_("coordinator").post(chase_url(cast), {"all": "yes"})

    assert response.status_code == 302
    assert Chase.objects.count() == 2


def test_a_meeting_that_was_held_owes_nothing_and_a_past_day_shows_the_paper_alone(cast, as_):
    held = reverse("actionplans:meeting", args=[cast.ours.plan.slug, cast.ours.past_meeting.pk])
    said = section(as_("coordinator").get(held))
    assert "The meeting has been held." in said
    assert "<button" not in said

    past = text(as_("coordinator").get(f"{page_url(cast)}?on={cast.day(-1)}"))
    assert 'aria-labelledby="updates"' not in past
    assert "Updates due" in past


def test_an_update_that_waits_to_be_read_leads_to_its_reading(cast, as_):
    owner = Actor(cast.owner, cast.ours.post)
    draft = operations.save_draft(action=cast.ours.late, fields={"wording": "Mine"}, by=owner, now=cast.moment())
    assert "A draft is being typed" in row(as_("coordinator").get(page_url(cast)), "A1")
    draft.sent_at = clock.now()
    draft.save()
    response = as_("coordinator").get(page_url(cast))

    assert "1 update waits for its wording to be read." in section(response)
    review = reverse("actionplans:update-review", args=[cast.ours.plan.slug, "A1", draft.pk])
    assert f'href="{review}"' in section(response)
    assert "Mine" not in section(response)
