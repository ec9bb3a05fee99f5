"""Pages of reminders: the rules of a plan, what was sent to me, proof, who is above whom."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from actionplans import reminders
from actionplans.models import Reminder, ReminderRules
from actionplans.proof import proof_rows
from core.models import AuditEntry
from partnerships import operations as partnering
from tests.actionplans.pages import text

TYPED = {
    "update_before": "7, 2",
    "update_after": "1, 8, 22",
    "due_before": "14, 3",
    "due_after": "2 9,23",
    "then_every": "28",
    "line_after": "",
    "lead_after": "30",
    "chair_after": "60",
}


@pytest.fixture
def rules_url(cast):
    return reverse("actionplans:plan-rules", args=[cast.ours.plan.slug])


# --- the rules ---


def test_rules_are_said_in_words_and_on_a_calendar(cast, as_, rules_url):
    response = as_("coordinator").get(rules_url)
    words = text(response)
    days = reminders.forecast(cast.ours.plan, cast.today)

    assert "While an action is late they are told 1, 8 and 22 days after its date, then every 28 days" in words
    assert "Messages go out on any day of the week." in words
    assert days, "something is foreseen"
    html = response.content.decode()
    for day in days:
        assert f'href="#day-{day.on}"' in html
        assert f'id="day-{day.on}"' in html


def test_rules_are_tried_before_they_are_saved(cast, as_, rules_url):
    response = as_("coordinator").post(rules_url, TYPED | {"show": "Show"})

    assert "They are not saved yet" in text(response)
    assert "2, 9 and 23 days after its date" in text(response)
    assert reminders.rules_of([cast.ours.plan.pk])[cast.ours.plan.pk].due_after == (1, 8, 22)


def test_rules_are_saved_and_who_did_it_is_recorded(cast, as_, rules_url):
    response = as_("coordinator").post(rules_url, TYPED | {"save": "Save"}, follow=True)

    assert "The reminder rules are saved." in text(response)
    row = ReminderRules.objects.get(plan=cast.ours.plan)
    assert (row.due_after, row.line_after, row.lead_after, row.working_days_only) == ([2, 9, 23], None, 30, False)
    assert AuditEntry.objects.filter(what="changed the reminder rules", who="Coordinator").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"due_after": "1, two"}, "Enter whole numbers of days, separated by commas, such as 1, 8, 22."),
        ({"due_after": ""}, "Enter at least one number of days: what is late is never left unsaid."),
        ({"due_after": "1, 2, 9, 10"}, "Let the time between reminders grow"),
        ({"then_every": "1"}, "Reminders never go out daily for ever."),
        ({"then_every": ""}, "Enter a number of days."),
        ({"lead_after": "soon"}, "The plan lead: enter a whole number of days."),
        ({"chair_after": "20"}, "Enter 30 or more"),
        ({"due_before": "99999"}, "Enter whole numbers of days"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_lost(as_, rules_url, given, words):
    response = as_("coordinator").post(rules_url, TYPED | given | {"save": "Save"})

    assert response.status_code == 422
    assert words.removesuffix(".") in text(response)
    assert 'value="2 9,23"' in response.content.decode() or "due_after" in given


# --- what was sent to me ---


def test_what_was_sent_to_me_names_what_i_may_still_see(cast, as_):
    words = text(as_("owner").get(reverse("actionplans:my-reminders")))

    assert f"{cast.ours.late.ref} {cast.ours.late.title}" in words
    assert "sent and accepted" in words
    assert "theirs" not in words.lower()
    cast.owner.memberships.all().delete()
    words = text(as_("owner").get(reverse("actionplans:my-reminders")))
    assert cast.ours.late.title not in words
    assert "plans that you do not see any more" in words


def test_i_choose_how_often(cast, as_):
    url = reverse("actionplans:my-reminders")
    response = as_("owner").post(url, {"often": "weekly"}, follow=True)
    cast.owner.refresh_from_db()

    assert "You get at most one message a week." in text(response)
    assert cast.owner.is_weekly
    assert as_("owner").post(url, {"often": "never"}).status_code == 422
    cast.owner.refresh_from_db()
    assert cast.owner.is_weekly


# --- proof ---


def test_the_proof_of_a_plan_and_of_one_action(cast, as_):
    url = reverse("actionplans:plan-proof", args=[cast.ours.plan.slug])
    of_plan, of_action = (text(as_("clerk").get(f"{url}{query}")) for query in ("", "?action=A1"))

    assert "Reminders about this plan" in of_plan
    assert cast.ours.dormant.title in of_plan
    assert f"Reminders about A1 {cast.ours.late.title}" in of_action
    assert cast.ours.dormant.title not in of_action
    for words in (of_plan, of_action):
        assert "Owner" in words
        assert "owner@followthrough.example" in words
        assert "Action overdue, 8 days after" in words


def test_the_file_has_a_row_for_each_and_no_formula(cast, as_):
    cast.owner.name = "=cmd()"
    cast.owner.save()
    response = as_("coordinator").get(reverse("actionplans:plan-proof-csv", args=[cast.ours.plan.slug]))
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    expected = proof_rows(Reminder.objects.filter(action__plan=cast.ours.plan))

    assert [(row["Action"], row["Reminder"], row["As what"], row["Rule"]) for row in rows] == [
        (each.action.ref, each.kind, each.capacity, each.rule) for each in expected
    ]
    assert {row["Outcome"] for row in rows} == {"Sent and accepted"}
    assert {row["To"] for row in rows if row["Address"] == "owner@followthrough.example"} == {"'=cmd()"}


@pytest.mark.parametrize("role", ["inspector", "member"])
def test_a_reader_sees_that_chasing_happened_and_not_who_said_what(cast, as_, role):
    words = text(as_(role).get(cast.ours.late.get_absolute_url()))
    chasing = words.partition("Chasing")[2]

    assert "Action overdue" in chasing
    assert "(holder of the post)" in chasing
    assert "Owner" not in chasing.partition("Do not enter")[0]
    assert "followthrough.example" not in words


def test_what_was_not_accepted_is_not_shown_as_chasing(cast, as_):
    reminders_of = cast.ours.late.reminders.all()
    for each in reminders_of:
        each.message.state = "refused"
        each.message.save()

    words = text(as_("inspector").get(cast.ours.late.get_absolute_url()))
    assert "No reminder was sent about this action." in words


# --- who is above whom ---


def test_a_post_is_said_to_report_to_another(cast, as_):
    ours = cast.ours
    url = reverse("actionplans:post-line", args=[ours.partnership.slug, ours.post.pk])
    response = as_("coordinator").post(url, {"post": ours.vacant_post.pk}, follow=True)
    ours.post.refresh_from_db()

    assert f"Saved: {ours.vacant_post}." in text(response)
    assert ours.post.reports_to == ours.vacant_post


def test_a_circle_is_refused_beside_the_field(cast, as_):
    ours = cast.ours
    partnering.report_to(post=ours.vacant_post, to=ours.post, by=cast.coordinator, now=cast.moment())
    url = reverse("actionplans:post-line", args=[ours.partnership.slug, ours.post.pk])
    response = as_("coordinator").post(url, {"post": ours.vacant_post.pk})

    assert response.status_code == 422
    assert "reports to this post already" in text(response)
    ours.post.refresh_from_db()
    assert ours.post.reports_to is None


def test_a_group_is_given_a_chair_of_its_own_partnership(cast, as_):
    ours = cast.ours
    url = reverse("actionplans:group-chair", args=[ours.partnership.slug, ours.group.slug])
    assert as_("coordinator").post(url, {"post": cast.theirs.post.pk}).status_code == 422
    as_("coordinator").post(url, {"post": ours.post.pk})
    ours.group.refresh_from_db()

    assert ours.group.chair == ours.post
    later = cast.today + timedelta(days=60)
    told = {line.capacity for line in reminders.lines_due(later).get(cast.owner.pk, [])}
    assert "holder" in told, "the owner chairs, and is told as the owner"
