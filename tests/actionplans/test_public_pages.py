"""The public page and its data: what is on them, what is not, and how caches may keep them."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from actionplans import operations
from actionplans.models import Plan, Publication, UpdateDraft
from actionplans.operations import ActionText, Actor
from actionplans.papers import build_report
from actionplans.papers.editions import public
from core import clock
from tests.actionplans.pages import error_of, text
from tests.actionplans.test_publication import publish, stop
from tests.cast import (
    DRAFT_TITLE,
    DUE_DATE_REASON,
    HIDDEN_EVIDENCE,
    OTHER_TITLE,
    RELEASED_EVIDENCE,
    WORKING_NOTE,
    Cast,
)
from tests.test_queries import add_many, asked

NAMES = ("public-plan", "public-csv", "public-json")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "public-data.md"


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def address(name: str, plan: Plan) -> str:
    return reverse(f"actionplans:{name}", args=[plan.slug])


def get(cast, name: str = "public-plan", **headers):
    return Client().get(address(name, cast.ours.plan), headers=headers)


def everything(cast) -> str:
    answers = [get(cast, name) for name in NAMES]
    assert [each.status_code for each in answers] == [200] * 3
    return "\n".join(text(each) for each in answers)


def test_nothing_is_public_until_it_is_published_and_after_it_was_stopped(cast):
    listed = reverse("actionplans:public-plans")
    for act, status in ((lambda: None, 404), (lambda: publish(cast), 200), (lambda: stop(cast), 404)):
        act()
        assert {get(cast, name).status_code for name in NAMES} == {status}
        assert ("Plan of ours" in text(Client().get(listed))) is (status == 200)
    assert {Client().get(address(name, cast.ours.draft)).status_code for name in NAMES} == {404}


def test_it_says_what_the_public_edition_says_in_whole_rows(cast):
    publish(cast)
    rows = list(csv.DictReader(io.StringIO(get(cast, "public-csv").content.decode("utf-8-sig"))))
    report = public(build_report(Plan.objects.get(pk=cast.ours.plan.pk), on=cast.today))

    assert [each["Ref"] for each in rows] == [each.ref for each in report.rows]
    assert rows[0] == {
        "Ref": "A1",
        "Recommendations": "1",
        "Action": "Action A1 of ours-plan",
        "Lead post": "Head of ours",
        "Lead agency": "",
        "Working with": "Helpers",
        "Start": str(cast.day(-130)),
        "Original due": str(cast.day(-10)),
        "Current due": str(cast.day(-10)),
        "Date changes": "0",
        "Days late": "10",
        "Status": "In progress",
        "Per cent complete": "40",
        "RAG": "Amber",
        "Why this RAG": "10 days past its due date",
        "Reason or barrier": "not recorded",
        "Latest update": "Half of the staff are trained.",
        "Update date": str(cast.day(-100)),
        "Success measure": report.rows[0].measure,
        "Closure": "",
    }
    data = get(cast, "public-json").json()
    assert data["plan"]["history"] == report.history
    assert data["plan"]["published_by_decision_of"] == "Committee of ours"
    assert [each["ref"] for each in data["actions"]] == ["A1", "A2", "A3"]
    page = text(get(cast))
    for said in ("Half of the staff are trained.", "Improve after: Inspection of ours", "10 days late", "minute 15/9"):
        assert said in page


def test_what_must_not_be_seen_is_there_and_is_not_public(cast):
    """Drafts, notes, names, evidence, unread wording, proposals, exempt actions, another partnership, small numbers."""
    by, now, ours = Actor(cast.coordinator), cast.moment(), cast.ours
    UpdateDraft.objects.create(
        action=ours.late, user=cast.owner, fields={"wording": "Wording that nobody has read"}, saved_at=now, sent_at=now
    )
    proposed = ActionText.of(ours.late).but(title="Title that no group has agreed")
    operations.propose(plan=ours.plan, action=ours.late, text=proposed, by=by, now=now)
    operations.mark_exempt(action=ours.completed, is_exempt=True, reason="One family could be told", by=by, now=now)
    operations.add_measure(action=ours.completed, name="Measure of what is exempt", by=by, now=now)
    counted = operations.add_measure(plan=ours.plan, name="Children on the register", by=by, now=now)
    operations.count_people(measure=counted, counts_people=True, total=None, by=by, now=now)
    operations.record_reading(measure=counted, on=cast.day(-1), words="3", by=by, now=now)
    publish(cast)
    found = everything(cast)

    secrets = [WORKING_NOTE, HIDDEN_EVIDENCE, RELEASED_EVIDENCE, DRAFT_TITLE, OTHER_TITLE, DUE_DATE_REASON, "theirs"]
    secrets += ["Wording that nobody has read", "Title that no group has agreed", "One family could be told"]
    secrets += [ours.completed.title, "The tool is in use everywhere.", "Measure of what is exempt", "csrf"]
    assert [each for each in secrets if each in found] == []
    assert {cast.person(role).name for role in Cast.ROLES} & set(re.findall(r"\w+", found)) == set()
    assert "fewer than 5" in found
    reading = get(cast, "public-json").json()["measures"][-1]
    assert (reading["latest"], reading["readings"][0]["value"]) == ("fewer than 5", "")
    assert "1 action is exempt from publication." in found
    assert "Action A1 of ours-plan" in found


def test_every_key_of_the_json_is_explained(cast):
    operations.record_reading(
        measure=cast.ours.measure, on=cast.day(-1), words="50%", by=Actor(cast.owner), now=cast.moment()
    )
    publish(cast)
    document = DOCUMENT.read_text(encoding="utf-8")

    def unexplained(value, path: str = "") -> set[str]:
        if isinstance(value, list):
            return set().union(*(unexplained(each, path) for each in value))
        if not isinstance(value, dict):
            return set()
        own = {key for key in value if f"`{key}`" not in document and f"`{path}{key}`" not in document}
        return own.union(*(unexplained(each, f"{key}.") for key, each in value.items()))

    data = get(cast, "public-json").json()
    assert data["measures"][0]["readings"]
    assert unexplained(data) <= {"plan", "figures"}  # named by what they hold
    assert json.loads(json.dumps(data)) == data


def test_a_spreadsheet_runs_nothing_that_somebody_typed(cast):
    said = {"status": "in_progress", "percent": 50, "wording": '=HYPERLINK("//x")', "barrier": "+1"}
    operations.post_update(action=cast.ours.late, by=Actor(cast.owner), now=cast.moment(), **said)
    publish(cast)
    row = next(csv.DictReader(io.StringIO(get(cast, "public-csv").content.decode("utf-8-sig"))))

    assert (row["Latest update"], row["Reason or barrier"]) == ('\'=HYPERLINK("//x")', "'+1")


# --- caches ---


@pytest.mark.parametrize("name", [*NAMES, "public-plans"])
def test_one_answer_is_everybodys(cast, name):
    publish(cast)
    url = reverse("actionplans:public-plans") if name == "public-plans" else address(name, cast.ours.plan)
    signed_in = Client()
    signed_in.force_login(cast.coordinator)
    stranger, person = Client().get(url), signed_in.get(url)

    assert stranger.content == person.content
    for each in (stranger, person):
        assert each["Cache-Control"] == "public, max-age=60, must-revalidate"
        assert "Cookie" not in each.get("Vary", "")
        assert not each.cookies
        assert each["ETag"] == stranger["ETag"]
    assert Client().post(url).status_code == 405


def test_who_has_it_already_is_told_so_without_computing_it(cast):
    publish(cast)
    first = get(cast)
    again = []
    statements = asked(lambda: again.append(get(cast, **{"If-None-Match": first["ETag"]})))

    assert (again[0].status_code, again[0].content, again[0]["ETag"]) == (304, b"", first["ETag"])
    assert len(statements) == 3, statements
    assert len(asked(lambda: get(cast))) == 3  # kept here, too
    stop(cast)
    assert get(cast, **{"If-None-Match": first["ETag"]}).status_code == 404


def test_whatever_changes_the_page_changes_its_tag(cast, monkeypatch):
    ours, by = cast.ours, Actor(cast.coordinator)
    publish(cast)

    def read() -> None:
        operations.record_reading(measure=ours.measure, on=cast.day(-1), words="3", by=by, now=cast.moment())

    def count() -> None:
        operations.count_people(measure=ours.measure, counts_people=True, total=None, by=by, now=cast.moment())

    def respond() -> None:
        type(ours.recommendation).objects.update(response="not_agreed", response_reason="No money")

    changes = (
        *(read, count, respond, lambda: stop(cast), lambda: publish(cast)),
        lambda: operations.suppress_under(plan=ours.plan, number=0, by=by, now=cast.moment()),
        lambda: Plan.objects.filter(pk=ours.plan.pk).update(title="Another title"),
        lambda: monkeypatch.setattr(clock, "today", lambda: cast.today + timedelta(days=1)),
    )
    tags, pages = [get(cast)["ETag"]], [get(cast).content]
    for change in changes:
        change()
        if Plan.objects.public().exists():
            tags.append(get(cast)["ETag"])
            pages.append(get(cast).content)
    assert len(tags) == len(set(tags)) == len(set(pages)) == len(changes)


def test_a_cache_that_is_away_costs_time_only(cast, monkeypatch):
    publish(cast)
    monkeypatch.setattr("actionplans.views.public.store", None)

    assert "Plan of ours" in text(get(cast))


def test_it_asks_as_often_for_300_actions_as_for_3(cast):
    publish(cast)
    said = {"measure": cast.ours.measure, "on": cast.day(-1), "words": "50%", "by": Actor(cast.owner)}
    operations.record_reading(**said, now=cast.moment())
    get(cast)
    cache.clear()
    few = asked(lambda: get(cast))
    add_many(cast, cast.ours)
    cache.clear()
    many = asked(lambda: get(cast))

    assert len(few) == len(many) <= 45, len(many)
    assert "More 299" in text(get(cast))


# --- the decision ---


def decide(client, cast, **given):
    url = reverse("actionplans:plan-publication", args=[cast.ours.plan.slug])
    plan = Plan.objects.get(pk=cast.ours.plan.pk)
    said = {"meeting": cast.ours.past_meeting.pk, "decided_by": "", "minute": "15/9"}
    said |= {"do": "publish", "seen": f"{plan.history_count}:{plan.history_head}"}
    return client.post(url, said | given)


def test_who_decides_sees_what_the_public_will_see(client, cast):
    client.force_login(cast.approver)
    url = reverse("actionplans:plan-publication", args=[cast.ours.plan.slug])
    operations.mark_exempt(
        action=cast.ours.completed, is_exempt=True, reason="One family", by=Actor(cast.clerk), now=cast.moment()
    )
    preview = text(client.get(url)).partition('class="ft-preview">')[2].partition("</main>")[0]
    answer = decide(client, cast)
    page = text(get(cast)).partition("</h1>")[2].partition('id="data"')[0]

    assert (answer.status_code, answer["Location"]) == (302, cast.ours.plan.get_absolute_url())
    assert page.split()[:-2] == preview.split()[: len(page.split()) - 2]
    assert cast.ours.completed.title not in preview
    row = Publication.objects.get()
    assert (row.is_public, row.by, row.decided_by, row.minute) == (True, cast.approver, "Committee of ours", "15/9")
    assert address("public-plan", cast.ours.plan) in text(client.get(cast.ours.plan.get_absolute_url()))


def test_the_decision_is_named_and_what_was_recorded_meanwhile_is_looked_at(client, cast):
    client.force_login(cast.coordinator)
    unnamed = decide(client, cast, meeting="none")
    assert (unnamed.status_code, error_of(unnamed, "decided_by")) == (422, ["Enter who decided."])
    overtaken = decide(client, cast, seen="1:abc")
    assert overtaken.status_code == 422
    assert "Look again, then publish it." in text(overtaken)
    assert overtaken.context["form"]["seen"].value() != "1:abc"
    assert not Plan.objects.public().exists()


def test_a_page_that_offered_one_thing_never_does_the_other(client, cast):
    """Two have the page open, and one has published: the other's click does not stop it."""
    client.force_login(cast.coordinator)
    assert decide(client, cast).status_code == 302
    again = decide(client, cast)
    assert (again.status_code, "This plan is public already." in text(again)) == (422, True)
    assert Plan.objects.public().exists()
    assert decide(client, cast, do="stop", reason="").status_code == 302
    again = decide(client, cast, do="stop")
    assert (again.status_code, "This plan is not public." in text(again)) == (422, True)


def test_inspectors_and_members_read_in_the_history_who_decided(client, cast):
    publish(cast)
    stop(cast, reason="A family could be told.")
    for person in ("inspector", "member"):
        client.force_login(cast.person(person))
        page = text(client.get(reverse("actionplans:plan-history", args=[cast.ours.plan.slug])))
        assert "Published: anybody can read the plan" in page
        assert "By decision of Committee of ours" in page
        assert "A family could be told." in page
