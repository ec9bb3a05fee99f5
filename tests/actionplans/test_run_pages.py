"""The pages of papers across plans: asking, progress, files, schedules; other people's do not exist."""

import pytest
from django.test import Client
from django.urls import reverse

from actionplans import operations
from actionplans.models import PaperRun, PaperSchedule
from actionplans.operations import Actor
from core import clock
from partnerships import operations as partnering
from partnerships.models import Membership
from partnerships.roles import Role
from tests.actionplans import readers

NEW = "/papers/new/"


@pytest.fixture(autouse=True)
def files(settings, tmp_path, cast):
    """The cast's own files are elsewhere."""
    settings.MEDIA_ROOT = str(tmp_path)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(cast, *plans, **given) -> dict:
    said = {"group": "", "on": "", "format": "csv", "edition": "public"}
    for plan in plans:
        said.setdefault(f"plans_{plan.partnership_id}", []).append(plan.pk)
    return said | given


def make_all():
    return operations.make_waiting_papers(now=clock.now())


def test_from_asking_to_the_file(cast):
    client = client_of(cast.clerk)
    answer = client.post(NEW, form(cast, cast.ours.plan, cast.ours.other))
    run = PaperRun.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, run.get_absolute_url())
    assert (run.owner, run.on, run.is_exempt) == (cast.clerk, cast.today, False)

    waits = client.get(run.get_absolute_url()).content.decode()
    assert "0 of 2 plans" in waits
    assert "Check again" in waits
    assert 'data-progress="at work" aria-live="polite"' in waits
    assert make_all() == 1
    ready = client.get(run.get_absolute_url()).content.decode()
    assert "Your paper is ready" in ready
    assert 'data-progress="over"' in ready
    file = client.get(reverse("actionplans:paper-run-file", args=[run.pk]))
    rows = readers.csv_rows(b"".join(file.streaming_content))
    assert {row["Plan"] for row in rows} == {cast.ours.plan.title, cast.ours.other.title}
    assert f'filename="combined-progress-report-2-plans-{cast.today}.csv"' in file["Content-Disposition"]


def test_plans_of_two_partnerships_stand_apart_and_only_those_that_one_makes_papers_of(cast):
    partnering.grant_role(user=cast.clerk, partnership=cast.theirs.partnership, role=Role.OWNER)
    page = client_of(cast.clerk).get(NEW).content.decode()
    assert "Plans of Ours Partnership" in page
    assert "Plans of Theirs Partnership" not in page
    assert cast.ours.draft.title not in page

    partnering.grant_role(user=cast.clerk, partnership=cast.theirs.partnership, role=Role.CLERK)
    assert "Plans of Theirs Partnership" in client_of(cast.clerk).get(NEW).content.decode()
    answer = client_of(cast.clerk).post(NEW, form(cast, cast.ours.plan, cast.theirs.plan))
    assert answer.status_code == 302
    assert make_all() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose at least one plan"),
        ({"format": "odt"}, "odt"),
        ({"edition": ""}, "Choose an edition"),
        ({"on": "2999-01-01"}, "1 January 2999 has not come yet."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(cast, given, said):
    plans = [cast.ours.plan] if given else []
    answer = client_of(cast.clerk).post(NEW, form(cast, *plans, **given))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert PaperRun.objects.filter(owner=cast.clerk).count() == 0


def test_a_group_that_a_plan_is_not_reported_to_is_said_beside_it(cast):
    cast.ours.other.plan_groups.all().delete()
    sent = form(cast, cast.ours.plan, cast.ours.other, group=cast.ours.group.pk)
    answer = client_of(cast.clerk).post(NEW, sent)
    assert answer.status_code == 422
    assert "is not reported to Committee of ours" in answer.content.decode()
    assert 'id="id_group_error"' in answer.content.decode() or "group" in answer.context["form"].errors


def test_a_foreign_plan_cannot_be_smuggled_in(cast):
    sent = form(cast, cast.ours.plan)
    sent[f"plans_{cast.ours.partnership.pk}"].append(cast.theirs.plan.pk)
    assert client_of(cast.clerk).post(NEW, sent).status_code == 422


@pytest.mark.parametrize("role", ["clerk", "administrator", "member", "inspector", "outsider"])
def test_the_paper_of_another_person_does_not_exist(cast, role):
    client, run = client_of(cast.person(role)), cast.ours.run
    addresses = [reverse(f"actionplans:paper-run{end}", args=[run.pk]) for end in ("", "-file")]
    assert [client.get(each).status_code for each in addresses] == [404, 404]
    assert client.post(reverse("actionplans:paper-run-again", args=[run.pk])).status_code == 404
    assert run.title not in client.get("/papers/").content.decode()


def test_whoever_may_no_longer_sees_that_and_has_no_file(cast):
    client = client_of(cast.clerk)
    client.post(NEW, form(cast, cast.ours.plan))
    make_all()
    run = PaperRun.objects.latest("pk")
    Membership.objects.filter(user=cast.clerk).delete()
    assert "you may no longer make papers" in client.get(run.get_absolute_url()).content.decode()
    assert client.get(reverse("actionplans:paper-run-file", args=[run.pk])).status_code == 404


def test_a_failure_says_why_and_can_be_tried_again(cast):
    client = client_of(cast.clerk)
    client.post(NEW, form(cast, cast.ours.plan))
    run = PaperRun.objects.latest("pk")
    PaperRun.objects.filter(pk=run.pk).update(state="failed", problem="The service stopped.")
    page = client.get(run.get_absolute_url()).content.decode()
    assert "The service stopped." in page
    assert "Try again" in page

    again = client.post(reverse("actionplans:paper-run-again", args=[run.pk]))
    assert again["Location"] == run.get_absolute_url()
    assert make_all() == 1
    refused = client.post(reverse("actionplans:paper-run-again", args=[run.pk]), follow=True)
    assert "This paper is ready, or is being made." in refused.content.decode()


def test_a_file_that_was_deleted_says_so_in_the_list_and_on_its_page(cast):
    client = client_of(cast.coordinator)
    PaperRun.objects.filter(pk=cast.ours.run.pk).update(file="", sha256="")
    assert "the file was deleted after 30 days" in client.get("/papers/").content.decode()
    assert "Make it again" in client.get(cast.ours.run.get_absolute_url()).content.decode()
    assert client.get(reverse("actionplans:paper-run-file", args=[cast.ours.run.pk])).status_code == 404


def test_the_list_shows_issued_papers_to_those_who_may_read_them(cast):
    shown = {role: client_of(cast.person(role)).get("/papers/").content.decode() for role in cast.ROLES}
    address = cast.ours.paper.get_absolute_url()
    assert {role for role in shown if f'href="{address}"' in shown[role]} == set(cast.ROLES) - {"inspector", "outsider"}
    assert {role for role in shown if "Make a paper" in shown[role]} == {"coordinator", "clerk", "outsider"}
    assert {role for role in shown if "</strong>Papers" in shown[role] or ">Papers</strong>" in shown[role]} == set(
        cast.ROLES
    ) - {"inspector"}


def test_drafts_are_switched_on_beside_a_meeting_and_off_in_the_list(cast):
    client, ours = client_of(cast.clerk), cast.ours
    operations.open_rounds(plan=ours.plan, on=cast.today)
    meeting = reverse("actionplans:meeting", args=[ours.plan.slug, ours.next_meeting.pk])
    address = reverse("actionplans:paper-drafts", args=[ours.plan.slug, ours.group.slug])
    assert "Make my draft when updates are due" in client.get(meeting).content.decode()

    assert "Drafts that make themselves" in client.post(address, follow=True).content.decode()
    assert PaperSchedule.objects.get().since == cast.today
    assert "Stop making my draft" in client.get(meeting).content.decode()
    assert client_of(cast.member).post(address, {"do": "stop"}).status_code == 403
    assert "Drafts that make themselves" not in client.post(address, {"do": "stop"}, follow=True).content.decode()
    assert not PaperSchedule.objects.exists()


def test_a_draft_that_is_ready_is_on_the_start_page_and_in_the_list(cast):
    ours = cast.ours
    found = operations.open_rounds(plan=ours.plan, on=cast.today)[-1]
    operations.schedule_drafts(plan=ours.plan, group=ours.group, by=Actor(cast.clerk), now=cast.moment())
    due = found.updates_due_on
    type(found).objects.filter(pk=found.pk).update(opens_on=cast.day(-9), updates_due_on=cast.day(-1))
    PaperSchedule.objects.update(since=cast.day(-1))
    assert due > cast.today
    client = client_of(cast.clerk)
    assert "Draft ready" not in client.get("/plans/").content.decode()
    assert make_all() == 1

    run = PaperRun.objects.get(round=found)
    assert (
        f'Draft ready: <a class="govuk-link" href="{run.get_absolute_url()}"' in client.get("/plans/").content.decode()
    )
    assert "draft ready" in client.get("/papers/").content.decode()
    assert "Draft ready" not in client_of(cast.coordinator).get("/plans/").content.decode()


def test_the_pages_ask_as_often_for_many_as_for_few(cast, django_assert_max_num_queries):
    client = client_of(cast.coordinator)
    for number in range(30):
        run = PaperRun.objects.create(
            owner=cast.coordinator, title=f"Paper {number}", on=cast.today, format="csv", asked_at=cast.moment()
        )
        run.plans.add(cast.ours.plan)
    for _ in range(5):
        group = cast.ours.group
        schedule = {"plan": cast.ours.plan, "group": group, "owner": cast.coordinator}
        PaperSchedule.objects.get_or_create(**schedule, defaults={"since": cast.today})
    client.get("/papers/")
    with django_assert_max_num_queries(12):
        page = client.get("/papers/").content.decode()
    assert "The latest 20 are shown." in page
