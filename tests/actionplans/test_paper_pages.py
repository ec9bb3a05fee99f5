"""Making a paper over HTTP: its words, its layout, issuing it, checking it, and what the meeting did with it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse

from actionplans import operations
from actionplans.models import Paper, PaperDecision, PaperLayout, PaperWords, Reading
from actionplans.operations import Actor
from actionplans.papers import layouts
from actionplans.papers.checking import check_paper
from actionplans.papers.layouts import STANDARD, layout_of, starting_points
from core import clock
from core.models import AuditEntry
from tests.actionplans.pages import CHI, error_of, text


def address(cast, name: str, **query: object) -> str:
    found = reverse(f"actionplans:{name}", args=[cast.ours.plan.slug, cast.ours.next_meeting.pk])
    return f"{found}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else found


def layout_address(cast) -> str:
    return reverse("actionplans:group-layout", args=[cast.ours.partnership.slug, cast.ours.group.slug])


def issue(cast, **given):
    facts = {"plan": cast.ours.plan, "meeting": cast.ours.next_meeting, "on": cast.today, "by": Actor(cast.clerk)}
    return operations.issue_paper(**facts | {"now": clock.now()} | given)


def council(cast) -> None:
    """The group takes the layout of a council, with boxes for words."""
    layout = starting_points()["Clackmannanshire Council"]
    operations.set_paper_layout(group=cast.ours.group, layout=layout, by=Actor(cast.clerk), now=clock.now())


def boxes(cast) -> dict[str, str]:
    """The name of the box for each heading."""
    return {heading: f"words_{place}" for place, heading in enumerate(layout_of(cast.ours.group).written)}


# --- words ---


def test_words_are_written_kept_and_printed_in_the_draft(cast, as_):
    council(cast)
    client, box = as_("clerk"), boxes(cast)["9.0 Legality"]

    response = client.post(address(cast, "paper-words"), {box: "No legal\nimplications.", "seen": ""}, follow=True)

    assert "Words saved." in text(response)
    assert PaperWords.objects.get().words["9.0 Legality"] == "No legal\nimplications."
    draft = text(response)
    assert '<p class="govuk-body">No legal</p>' in draft
    assert '<p class="govuk-body">implications.</p>' in draft
    assert "Author(s)" in draft.split("Write the words")[0], "the boxes that are empty are named"


def test_the_words_of_the_last_paper_are_offered_again(cast, as_):
    council(cast)
    client, box = as_("clerk"), boxes(cast)["Author(s)"]
    client.post(address(cast, "paper-words"), {box: "The Improvement Officer", "seen": ""})
    issue(cast)
    later = cast.ours.group.meetings.create(on=cast.day(90), paper_deadline_on=cast.day(80))

    page = text(client.get(reverse("actionplans:paper-words", args=[cast.ours.plan.slug, later.pk])))

    assert "The Improvement Officer" in page
    assert "Nothing is saved for this meeting yet." in page
    assert PaperWords.objects.count() == 1, "looking saves nothing"


def test_what_somebody_else_wrote_meanwhile_is_shown_and_nothing_is_lost(cast, as_):
    council(cast)
    client, box = as_("clerk"), boxes(cast)["9.0 Legality"]
    seen = client.get(address(cast, "paper-words")).context["form"]["seen"].value()
    as_("coordinator").post(address(cast, "paper-words"), {box: "Counsel was asked.", "seen": ""})

    response = client.post(address(cast, "paper-words"), {box: "No implications.", "seen": seen})

    assert response.status_code == 422
    assert error_of(response, box) == [
        f"{cast.coordinator} has changed this meanwhile: “Counsel was asked.”. "
        "Save again to keep what stands in the box."
    ]
    assert "No implications." in text(response)
    latest = response.context["form"]["seen"].value()
    client.post(address(cast, "paper-words"), {box: "No implications.", "seen": latest})
    assert PaperWords.objects.get().words["9.0 Legality"] == "No implications."


def test_personal_data_in_words_is_stopped(cast, as_):
    council(cast)
    box = boxes(cast)["9.0 Legality"]
    response = as_("clerk").post(address(cast, "paper-words"), {box: f"About {CHI}", "seen": ""})

    assert response.status_code == 422
    assert error_of(response, box)[0].startswith(f"“{CHI}” looks like")
    assert not PaperWords.objects.exists()


def test_the_words_survive_an_ended_session(cast, as_):
    council(cast)
    client, box = as_("clerk"), boxes(cast)["9.0 Legality"]
    client.logout()
    client.post(address(cast, "paper-words"), {box: "Typed before", "seen": ""})
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")

    assert "Typed before" in text(client.get(address(cast, "paper-words"))) or not PaperWords.objects.exists()


# --- the layout of a group ---


def sent(layout: layouts.Layout, **changed: str) -> dict[str, object]:
    """What a browser sends for a layout."""
    given: dict[str, object] = {"name": layout.name, "contents": layout.contents or "", "checks": layout.checks or ""}
    rows = [("head", layout.head, ("label", "source")), ("section", layout.sections, ("heading", "block", "new_page"))]
    rows.append(("column", layout.columns, ("heading", "key")))
    for name, of, fields in rows:
        for place, row in enumerate(of):
            given[f"{name}-{place}-place"] = place + 1
            given |= {f"{name}-{place}-{field}": getattr(row, field) or "" for field in fields}
    return {key: value for key, value in given.items() if value != ""} | changed


@pytest.mark.parametrize("name", starting_points())
def test_every_published_layout_can_be_taken_as_it_is(cast, as_, name):
    client = as_("clerk")
    page = client.get(f"{layout_address(cast)}?start={name.replace(' ', '+')}")
    assert page.context["layout"].head[0].initial.get("label") == next(
        (each.label for each in starting_points()[name].head), None
    )
    assert not PaperLayout.objects.exists()

    client.post(layout_address(cast), sent(starting_points()[name]))

    assert layout_of(cast.ours.group) == starting_points()[name]
    assert AuditEntry.objects.filter(what="changed the layout of papers").count() == 1


def test_rows_are_moved_renamed_added_and_taken_away(cast, as_):
    given = sent(STANDARD, **{"section-0-place": "90", "section-1-heading": "What we ask", "section-2-heading": ""})
    last = len(STANDARD.sections)
    given |= {f"section-{last}-place": "1", f"section-{last}-heading": "Equality", f"section-{last}-block": "words"}
    as_("clerk").post(layout_address(cast), given)

    headings = [each.heading for each in layout_of(cast.ours.group).sections]
    assert headings[:2] == ["Equality", "What we ask"]
    assert headings[-1] == "Purpose"
    assert "Background" not in headings
    assert len(headings) == last


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"section-1-heading": "Purpose"}, "“Purpose” stands there twice."),
        ({"section-1-place": "one"}, "Enter the place as a whole number"),
        ({"name": ""}, "Enter a name"),
        ({"column-1-key": "ref"}, "These columns show the same: Action, Ref."),
        ({f"column-{place}-heading": "" for place in range(9)}, "Enter at least one column"),
    ],
)
def test_what_is_wrong_with_a_layout_is_said_and_nothing_is_lost(cast, as_, changed, said):
    response = as_("clerk").post(layout_address(cast), sent(STANDARD, **changed))

    assert response.status_code == 422
    assert said in text(response)
    assert 'value="Exceptions"' in text(response)
    assert not PaperLayout.objects.exists()


def test_too_many_columns_are_refused_by_their_width():
    every = tuple(layouts.LayoutColumn(key, key) for key in layouts.WIDTHS)
    (said,) = layouts.problems(layouts.Layout("All", (), STANDARD.sections, every))
    assert said.startswith(f"The columns need {sum(layouts.WIDTHS.values())} mm")


def test_a_paper_follows_the_layout_and_columns_of_its_group(cast, as_):
    given = sent(STANDARD, **{"column-2-heading": "Who answers", "section-5-heading": "Key to colours"})
    as_("clerk").post(layout_address(cast), given)
    page = text(as_("clerk").get(address(cast, "meeting")))

    assert ">Who answers</th>" in page
    assert ">Key to colours</h3>" in page
    assert ">RAG</h3>" not in page


# --- issuing, and issuing again ---


def test_another_edition_says_what_it_changes(cast, as_):
    first, client = issue(cast), as_("clerk")
    page = text(client.get(address(cast, "meeting")))
    assert f"Issue another edition as at {cast.today:%-d %B %Y}" in page

    asked = client.post(address(cast, "paper-issue"), {"on": str(cast.today)})
    assert asked.status_code == 200, "it asks first"
    empty = client.post(address(cast, "paper-issue"), {"on": str(cast.today), "changed": " "})
    assert error_of(empty, "changed") == ["Enter what this edition changes."]
    done = client.post(address(cast, "paper-issue"), {"on": str(cast.today), "changed": "The date of A1."}, follow=True)

    second = Paper.objects.order_by("-pk").first()
    assert (first.edition, second.edition, second.changed) == (1, 2, "The date of A1.")
    assert "What this edition changed:</strong> The date of A1." in text(done)
    assert first.get_absolute_url() in text(done)


def test_the_operation_refuses_another_edition_without_a_reason(cast):
    issue(cast)
    with pytest.raises(operations.Refusal, match="Say what this edition changes"):
        issue(cast)
    assert Paper.objects.filter(meeting=cast.ours.next_meeting).count() == 1


# --- checking ---


def test_a_paper_holds_however_the_day_goes_on(cast, as_):
    """Issued at noon, then the plan goes on the same day and later: made again, it is the same."""
    paper = issue(cast)
    owner = Actor(cast.owner)
    said = {"status": "completed", "percent": 100, "wording": "Done.", "evidence_gap": "Kept by the partner"}
    operations.post_update(action=cast.ours.late, by=owner, now=clock.now(), **said)
    operations.record_reading(
        measure=cast.ours.measure, on=cast.today, words="85%", by=Actor(cast.coordinator), now=clock.now()
    )

    found = check_paper(Paper.objects.get(pk=paper.pk))

    assert [(each.what, each.holds) for each in found] == [
        *(("Files", True), ("Contents", True), ("History", True), ("Numbers", True), ("Words", True))
    ]
    assert found[-1].said == ("Every word comes out the same.",)
    assert "The paper is what was issued" in text(
        as_("member").get(reverse("actionplans:paper-check", args=[paper.pk]))
    )
    assert Reading.objects.filter(words="85%").exists()
    check = reverse("actionplans:plan-check", args=[paper.plan.slug])
    shown = text(as_("member").get(paper.get_absolute_url()))
    assert f'<dt>Check on</dt><dd><a class="govuk-link" href="{settings.SITE_URL}{check}">' in shown
    assert "Anybody who may read the plan can check that none of them has changed since" in shown
    assert as_("inspector").get(check).status_code == 200


def test_a_file_that_was_exchanged_is_found(cast, as_):
    paper = issue(cast)
    file = paper.files.get(format="csv").file
    file.storage.delete(file.name)
    file.storage.save(file.name, ContentFile(b"Ref,Action\r\n"))
    gone = paper.files.get(format="pdf").file
    gone.storage.delete(gone.name)

    files = check_paper(paper)[0]

    assert not files.holds
    assert [each.split(":")[0] for each in sorted(files.said)] == [
        "The file cannot be read",
        "The file is another one than was issued",
    ]
    page = text(as_("clerk").get(reverse("actionplans:paper-check", args=[paper.pk])))
    assert "Something does not hold." in page


def test_contents_and_numbers_that_were_changed_are_found(cast):
    paper = issue(cast)
    paper.content["figures"]["overdue"] += 1
    if paper.exempt_content:
        paper.exempt_content["figures"]["overdue"] += 1

    found = {each.what: each for each in check_paper(paper)}

    assert [name for name, each in found.items() if not each.holds] == ["Contents", "Numbers"]
    assert found["Numbers"].said[0].startswith("figures overdue: ")


def test_a_post_with_another_name_is_told_and_is_no_fault(cast):
    paper = issue(cast)
    cast.ours.vacant_post.title = "Renamed post"
    cast.ours.vacant_post.save()
    plan = cast.ours.plan
    plan.title = "Another title"
    plan.save()

    words = check_paper(Paper.objects.get(pk=paper.pk))[-1]

    assert words.holds
    assert any("Another title" in each for each in words.said)


def test_a_paper_from_before_posts_were_kept_apart_reads_as_it_did(cast):
    paper = issue(cast)
    for section in paper.content["sections"]:
        for row in section["rows"]:
            del row["post"]

    assert check_paper(paper)[-1].said == ("Every word comes out the same.",)


# --- what the meeting did with it ---


def decide(cast, client, paper, **given):
    sent = {
        "meeting": str(paper.meeting_id),
        "minute": "M 12",
        f"paper-{paper.pk}-outcome": "noted",
        f"paper-{paper.pk}-words": "",
    }
    return client.post(reverse("actionplans:decisions", args=[cast.ours.plan.slug]), sent | given, follow=True)


def test_a_clerk_records_what_a_meeting_did_with_the_paper(cast, as_):
    client, paper = as_("clerk"), cast.ours.paper
    decided = reverse("actionplans:decisions", args=[cast.ours.plan.slug])
    assert paper.get_absolute_url() in text(client.get(decided))

    assert "1 decision recorded." in text(decide(cast, client, paper))

    row = PaperDecision.objects.get()
    assert (row.paper, row.decision, row.minute) == (paper, "noted", "M 12")
    assert "Noted (minute M 12)" in text(as_("member").get(paper.get_absolute_url()))
    assert paper.get_absolute_url() not in text(client.get(decided)), "it no longer waits"


def test_a_referral_says_to_whom(cast, as_):
    paper = cast.ours.paper
    response = decide(cast, as_("clerk"), paper, **{f"paper-{paper.pk}-outcome": "referred"})

    assert response.status_code == 422
    assert "Say to whom it was referred, or what was decided" in text(response)
    assert not PaperDecision.objects.exists()


def test_nothing_is_decided_before_the_meeting(cast):
    paper = issue(cast)
    with pytest.raises(operations.Refusal, match="Record what it decided from then on"):
        operations.record_paper_decision(
            paper=paper, outcome="noted", words="", minute="", by=Actor(cast.clerk), now=clock.now()
        )


# --- members ---


def test_members_read_what_changed_since_last_time_in_plain_words(cast, as_):
    said = {"status": "completed", "percent": 100, "wording": "Done.", "evidence_gap": "Kept by the partner"}
    operations.post_update(action=cast.ours.late, by=Actor(cast.owner), now=clock.now(), **said)
    paper = issue(cast)

    page = text(as_("member").get(paper.get_absolute_url()))

    assert "What changed since last time" in page
    assert "<strong>Completed:</strong> A1 " in page
    assert cast.ours.paper.as_at + timedelta(1) <= paper.as_at
