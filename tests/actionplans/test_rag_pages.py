"""The page on which the RAG is set by hand, and where it shows: pages, the public page, lists, the extract, papers."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from actionplans import operations
from actionplans.models import Action, RagSetting
from actionplans.operations import Actor
from actionplans.operations.updates import last_seq
from actionplans.papers import FORMATS, build_report
from actionplans.papers.layouts import STANDARD
from actionplans.rag import BY_HAND_EXPLAINED
from tests.actionplans import readers
from tests.actionplans.pages import CHI, error_of, fresh, text, url
from tests.actionplans.test_publication import publish

pytestmark = pytest.mark.once

WHY = "QZWHY, the post is filled"
SAID = f"set by hand: {WHY}; the rule says Amber: 10 days past its due date"


@pytest.fixture
def late(cast) -> Action:
    """Amber by the rule, and set to Red two days ago."""
    said: dict[str, Any] = {"by": Actor(cast.coordinator), "now": cast.moment(-2), "reason": f"{WHY}."}
    operations.set_rag(action=cast.ours.late, word="Red", **said)
    return fresh(cast.ours.late)


def test_a_coordinator_sets_it_and_goes_back(cast, as_):
    action, client = cast.ours.late, as_("coordinator")
    page = url("action-rag", action)
    assert f'href="{page}">Set the RAG by hand</a>' in text(client.get(action.get_absolute_url()))
    assert "Go back to the computed RAG" not in text(client.get(page))

    done = client.post(page, {"word": "Green", "reason": WHY, "seen": last_seq(action)}, follow=True)
    assert f"The RAG of {action.ref} is Green, set by hand." in text(done)
    assert SAID in text(done)
    assert f'href="{page}">Change the RAG that was set by hand</a>' in text(done)
    assert "Go back to the computed RAG. The rule says Amber: 10 days past its due date" in text(client.get(page))

    done = client.post(page, {"word": "computed", "reason": "It is over.", "seen": last_seq(action)}, follow=True)
    assert f"The RAG of {action.ref} is computed again." in text(done)
    history = text(done)
    assert history.index("RAG computed again") < history.index("RAG set by hand: Green")
    assert "The rule said:</span> Amber: 10 days past its due date (default-timeliness, version 1)" in history
    assert list(RagSetting.objects.order_by("seq").values_list("word", "by_name")) == [
        ("Green", "Coordinator"),
        ("", "Coordinator"),
    ]


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(cast, as_, late):
    client, page = as_("coordinator"), url("action-rag", late)

    def sent(**given):
        response = client.post(page, {"word": "Green", "reason": "QZKEPT", "seen": last_seq(late)} | given)
        assert response.status_code == 422
        return response

    assert error_of(sent(word=""), "word") == ["Choose the RAG."]
    assert error_of(sent(word="Red"), "word") == ["The RAG of this action is Red already. Choose another."]
    assert error_of(sent(word="Amber"), "word") == ["The rule says Amber. Choose to go back to the computed RAG."]
    assert error_of(sent(word="Blue"), "word")
    assert error_of(sent(reason=" "), "reason") == ["Enter the reason."]
    assert error_of(sent(reason="x" * 201), "reason") == ["Enter the reason in at most 200 characters."]
    assert error_of(sent(reason=f"About {CHI}"), "reason"), "what looks like personal data is stopped"
    said: dict[str, Any] = {"by": Actor(cast.owner), "now": cast.moment(), "wording": "On.", "barrier": "Illness"}
    operations.post_update(action=late, status="in_progress", percent=70, **said)
    conflict = sent(seen=last_seq(late) - 1)
    assert "Owner recorded “progress update” on this action since you opened the form." in text(conflict)
    assert ">QZKEPT</textarea>" in text(conflict).replace("\n", "")
    assert RagSetting.objects.count() == 1
    again = {"word": "Green", "reason": "QZKEPT", "seen": conflict.context["form"]["seen"].value()}
    assert client.post(page, again).status_code == 302


def test_it_cannot_be_set_where_it_follows_from_the_status_and_the_page_says_so(cast, as_):
    client, page = as_("coordinator"), url("action-rag", cast.ours.completed)
    assert page not in text(client.get(cast.ours.completed.get_absolute_url()))
    said = text(client.get(page))
    assert "This action is “Completed, awaiting verification”." in said
    assert "Save the RAG" not in said
    assert client.post(page, {"word": "Red", "reason": WHY}).status_code == 422
    past = f"{cast.ours.late.get_absolute_url()}?on={cast.day(-1)}"
    assert "Set the RAG by hand" not in text(client.get(past)), "nothing is to be written on a past day"


def test_everybody_who_sees_the_rag_sees_that_it_was_set_and_what_the_rule_says(cast, as_, late):
    slug, here = cast.ours.plan.slug, cast.ours.partnership.slug
    with_reason = {
        late.get_absolute_url(): ("coordinator", "owner", "member", "inspector"),
        f"{reverse('actionplans:plan', args=[slug])}?rag=Red": ("coordinator", "member", "inspector"),
        f"{reverse('actionplans:partnership-actions', args=[here])}?rag=Red": ("member", "inspector"),
        reverse("actionplans:my-actions"): ("owner",),
        f"{reverse('actionplans:plan-changes', args=[slug])}?{between(cast)}": ("member", "inspector"),
    }
    for page, people in with_reason.items():
        for person in people:
            said = text(as_(person).get(page)).replace("Set by hand", "set by hand")
            assert SAID in said, f"{person}, {page}"
    for name in ("late", "post"):
        args = [here, cast.ours.post.pk] if name == "post" else [here]
        said = text(as_("member").get(reverse(f"actionplans:{name}", args=args)))
        assert 'Red</strong>\n<span class="ft-rag__reason">set by hand</span>' in said, name
        assert "It then says “set by hand”, the reason, and what the rule says." in said, f"{name} has no key"
    form = text(as_("owner").get(late.get_update_url()))
    assert f"It is {SAID}. Not needed if this update completes it." in form
    dashboard = text(as_("member").get(reverse("actionplans:plan", args=[slug])))
    assert f'<a class="govuk-link" href="/plans/{slug}/?show=rag-by-hand#actions">1<' in dashboard
    assert BY_HAND_EXPLAINED in dashboard
    listed = text(as_("member").get(reverse("actionplans:plan", args=[slug]), {"show": "rag-by-hand"}))
    assert "<strong>1</strong> of 3 actions" in listed
    amber = text(as_("member").get(f"{reverse('actionplans:plan', args=[slug])}?rag=Amber"))
    assert SAID not in amber
    past = text(as_("inspector").get(f"{late.get_absolute_url()}?on={cast.day(-3)}"))
    assert WHY not in past, "it was set the day after"


def between(cast) -> str:
    """What the page of what changed is asked for: three days ago, and today."""
    days = {"from": cast.day(-3), "to": cast.today}
    return "&".join(f"{name}={day}" for name, day in days.items())


def test_who_may_not_set_it_is_not_offered_it(cast, as_, late):
    for person in ("owner", "clerk", "verifier", "member", "inspector", "approver"):
        client = as_(person)
        assert url("action-rag", late) not in text(client.get(late.get_absolute_url())), person
        assert client.post(url("action-rag", late), {"word": "Green", "reason": WHY}).status_code == 403
    assert as_("outsider").get(url("action-rag", late)).status_code == 404
    assert RagSetting.objects.count() == 1


def test_an_inspector_takes_the_row_away_in_full(cast, as_, late):
    sent = as_("inspector").get(reverse("actionplans:plan-extract", args=[cast.ours.plan.slug]))
    rows = [json.loads(line) for line in sent.content.decode().splitlines()]
    facts = [each["facts"] for each in rows if each.get("facts", {}).get("kind") == "ragsetting"]
    assert [(each["word"], each["reason"], each["rag_set"]) for each in facts] == [("Red", f"{WHY}.", "Red")]


def test_the_public_reads_it_on_the_page_and_in_both_files(cast, late):
    cache.clear()
    publish(cast)
    page, table, data = (
        Client().get(reverse(f"actionplans:{name}", args=[cast.ours.plan.slug]))
        for name in ("public-plan", "public-csv", "public-json")
    )
    assert SAID in text(page)
    assert "It then says “set by hand”" in text(page)
    row = next(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert (row["RAG"], row["Why this RAG"]) == ("Red", SAID)
    (action,) = (each for each in data.json()["actions"] if each["ref"] == late.ref)
    assert (action["rag"], action["rag_because"]) == ("Red", SAID)


def test_a_paper_says_it_in_every_format_and_counts_by_it(cast, late):
    report = build_report(cast.ours.plan, on=cast.today)
    report = replace(report, layout=STANDARD)
    made = {ending: FORMATS[ending].write(report) for ending in ("csv", "xlsx", "docx", "html", "pdf")}
    (row,) = (each for each in readers.csv_rows(made["csv"]) if each["Ref"] == late.ref)
    assert (row["RAG"], row["Why this RAG"]) == ("Red", SAID)
    sheet = next(each for each in readers.xlsx_tables(made["xlsx"])["Actions"] if each[0] == late.ref)
    assert SAID in sheet
    for tables in (readers.docx_tables(made["docx"]), readers.pdf_tables(made["pdf"])):
        cells = [cell for rows in tables.values() for each in rows for cell in each]
        assert f"Red: {SAID}" in {" ".join(cell.split()) for cell in cells}
        counts = next(rows for caption, rows in tables.items() if caption.startswith("Actions by RAG"))
        assert {each[0]: each[1] for each in counts[1:]}["Red"] == "1"
    assert f"Red: {SAID}" in made["html"].decode()
    told = {"xlsx": readers.xlsx_text(made["xlsx"]), "docx": readers.docx_text(made["docx"])}
    told |= {"html": made["html"].decode(), "pdf": " ".join(readers.pdf_text(made["pdf"]).split())}
    assert [ending for ending, words in told.items() if BY_HAND_EXPLAINED not in words] == []


def test_the_paper_of_before_is_made_again_as_it_was(cast, late):
    """As at the day before, whatever was set since."""
    report = build_report(cast.ours.plan, on=cast.day(-3))
    assert {(each.ref, each.rag) for each in report.rows} >= {(late.ref, "Amber")}
    assert not any("by hand" in each.rag_because for each in report.rows)
