"""Checking a plan's history as a page, and taking it away: what holds, what does not, and nothing to read besides."""

import json
import subprocess
import sys

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.extracts import NOT_FOR_YOU, OF_ALL, OF_KIND, OF_PAPERS, PARTLY
from actionplans.integrity import export_history
from actionplans.models import Entry, Plan
from actionplans.operations import ActionText, Actor
from core import chain
from inspections.models import Grant
from partnerships.models import User
from tests.actionplans import tampering
from tests.actionplans.pages import error_of, table, text
from tests.cast import HIDDEN_EVIDENCE, RELEASED_EVIDENCE, WORKING_NOTE
from tests.test_verify import SCRIPT

PAGE = "/plans/ours-plan/check/"
TAKE = f"{PAGE}history.jsonl"
REASON = "Paragraph 3 names a family"
QUESTION = "Which teams were trained first?"


@pytest.fixture
def plan(cast) -> Plan:
    """The plan of the cast with all that could leak: a proposal, an exempt action, questions of two inspections."""
    late, clerk, now = cast.ours.late, Actor(cast.clerk), cast.moment()
    operations.propose(
        plan=cast.ours.plan,
        action=late,
        text=ActionText.of(late).but(title="A title that nobody has agreed"),
        by=Actor(cast.coordinator),
        now=now,
    )
    operations.mark_exempt(action=cast.ours.dormant, is_exempt=True, reason=REASON, by=clerk, now=now)
    operations.mark_evidence_exempt(evidence=cast.ours.released, is_exempt=True, reason=REASON, by=clerk, now=now)
    cast.inspector.grants.update(may_ask=True)
    said = {"action": late, "by": Actor(cast.inspector), "now": now}
    operations.ask_question(inspection=cast.ours.inspection, text=QUESTION, **said)
    return Plan.objects.get(pk=cast.ours.plan.pk)


def rows(response) -> list[dict]:
    return [json.loads(line) for line in response.content.decode().splitlines()]


def mark_of(paper) -> str:
    return f"{paper.history_count}:{paper.history_head}"


# --- the page ---


@pytest.mark.parametrize("person", ["inspector", "member", "owner"])
def test_the_page_says_how_many_and_since_when(as_, cast, plan, person):
    page = text(as_(person).get(PAGE))

    assert f"{plan.history_count} entries, unbroken since {cast.day(-150):%-d %B %Y}." in page
    assert f"{plan.history_count}:{plan.history_head}" in page
    (row,) = table(as_(person).get(PAGE), "is still the same")
    issued = f"edition 1 {cast.day(-70):%-d %B %Y} {cast.ours.paper.history_count}, "
    assert issued in row
    assert row.endswith(" Holds")
    assert ('href="/papers/' in page) == (person != "inspector"), "an inspector reads no papers"


def test_a_mark_is_checked_however_it_was_copied(as_, cast, plan):
    client, mark = as_("inspector"), mark_of(cast.ours.paper)
    assert "<strong>It holds.</strong>" in text(client.get(PAGE, {"mark": f" {mark[:30].upper()}\n {mark[30:]} "}))
    forged = f"{mark[:-1]}{'0' if mark[-1] != '0' else '1'}"
    assert "is not the one that was printed" in text(client.get(PAGE, {"mark": forged}))
    assert "a row that this history does not have" in text(client.get(PAGE, {"mark": f"9{mark}"}))
    for wrong in ("41", mark[:-1], f"{mark}0", "x"):
        response = client.get(PAGE, {"mark": wrong})
        assert response.status_code == 422
        assert error_of(response, "mark")[0].startswith("Enter the whole mark: the number of entries, a colon and 64")
    assert "Enter the mark that the paper prints" in error_of(client.get(PAGE, {"mark": " "}), "mark")[0]


def test_the_first_row_that_does_not_hold_is_named_and_papers_before_it_still_hold(as_, cast, plan):
    """To staff with its kind; to others, who may not know of it, by its number."""
    row = Entry.objects.get(plan=plan, seq=plan.history_count - 1)
    assert row.seq > cast.ours.paper.history_count
    tampering.drop_triggers()
    tampering.change(row, Entry, Entry._meta.get_field("by_name"), "Somebody else")

    page = text(as_("coordinator").get(PAGE))
    assert f"Row {row.seq} does not hold: {row.seq} Evidence exempt from publication of " in page
    assert "unbroken" not in page
    response = as_("inspector").get(PAGE)
    assert f">Row {row.seq} does not hold.<" in text(response)
    assert "Evidence exempt" not in text(response)
    assert table(response, "is still the same")[0].endswith(" Holds")
    later = as_("inspector").get(PAGE, {"mark": f"{plan.history_count}:{plan.history_head}"})
    assert "It cannot be checked" in text(later)

    tampering.change(Entry.objects.get(plan=plan, seq=1), Entry, Entry._meta.get_field("by_name"), "Somebody else")
    assert table(as_("inspector").get(PAGE), "is still the same")[0].endswith(" Does not hold")


# --- the extract ---


def test_staff_take_every_row_as_the_command_does(as_, plan):
    assert as_("verifier").get(TAKE).content.decode().splitlines() == list(export_history(plan))


def test_an_inspector_takes_what_they_may_read_and_the_hash_of_the_rest(as_, cast, plan, tmp_path):
    response = as_("inspector").get(TAKE)
    found = {row["seq"]: row for row in rows(response)}
    withheld = {seq: row["withheld"] for seq, row in found.items() if "facts" not in row}
    kinds = {each.seq: each for each in Entry.objects.filter(plan=plan).with_details()}

    expected = {}
    for seq, entry in kinds.items():
        if entry.pk == cast.ours.hidden.pk:
            expected[seq] = NOT_FOR_YOU
        elif getattr(entry.detail, "working_note", "") or entry.kind in {"exemption", "evidenceexemption"}:
            expected[seq] = PARTLY
    assert withheld == expected
    assert len(expected) == 5
    assert all(set(row) == {"seq", "previous", "hash", "withheld"} for row in found.values() if "facts" not in row)
    for secret in (WORKING_NOTE, HIDDEN_EVIDENCE, REASON, "nobody has agreed"):
        assert secret not in response.content.decode()
    for open_to_them in (RELEASED_EVIDENCE, QUESTION):
        assert open_to_them in response.content.decode()

    file = tmp_path / "history.jsonl"
    file.write_bytes(response.content)
    answer = verify(file, mark_of(cast.ours.paper))
    assert answer.stdout.splitlines() == [
        f"Unbroken: {plan.history_count} rows, {plan.history_count}:{plan.history_head}",
        "Withheld: 5 rows. They are given by their hash, and what they say is not checked.",
    ]
    hidden = next(row for row in found.values() if row.get("withheld") == NOT_FOR_YOU)
    told = kinds[hidden["seq"]].detail.facts()
    assert chain.digest(hidden["previous"], told) == hidden["hash"], "whoever is shown its facts later can check them"


@pytest.mark.parametrize("forge", ["hash", "previous", "facts"])
def test_the_program_finds_a_forged_extract(as_, plan, tmp_path, forge):
    """A row that is withheld is held by the row after it, which was computed from its hash."""
    lines = rows(as_("inspector").get(TAKE))
    place = next(n for n, row in enumerate(lines[:-1]) if "withheld" in row and "facts" in lines[n + 1])
    if forge == "facts":
        lines[place + 1]["withheld"] = "so that nobody looks"
        lines[place + 1]["facts"]["by_name"] = "Somebody else"
    else:
        lines[place][forge] = "f" * 64
    file = tmp_path / "history.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in lines))

    answer = verify(file)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Broken: row {place + 1 + (forge != 'previous')} does not hold")


def test_members_read_why_something_is_exempt_and_no_question(as_, plan):
    found = as_("member").get(TAKE).content.decode()

    assert REASON in found
    for secret in (WORKING_NOTE, HIDDEN_EVIDENCE, QUESTION):
        assert secret not in found


def test_an_inspector_of_another_inspection_takes_nothing_of_this_one(as_, cast, plan):
    """The plan answers both, and one action does."""
    second = cast.ours.other.inspections.get()
    plan.inspections.add(second)
    cast.ours.late.recommendations.add(second.recommendations.get())
    other = User.objects.create_user("other@scrutiny.example", "Other", "x")
    Grant.objects.create(user=other, inspection=second, starts_on=cast.day(-1), ends_on=cast.day(1))
    client = as_("inspector")
    client.force_login(other)
    lines = rows(client.get(TAKE))

    readable = [row for row in lines if "facts" in row]
    assert {row["facts"].get("action_id") for row in readable} <= {None, cast.ours.late.pk}
    texts = [row for row in readable if row["facts"]["kind"] == "revision" and "action_id" in row["facts"]]
    assert texts == [], "its text names the other inspection"
    assert QUESTION not in json.dumps(lines)
    assert client.get("/plans/theirs-plan/check/history.jsonl").status_code == 404


def test_every_column_was_thought_of():
    """A new column, or a new kind, is withheld from all but staff until somebody says who may read it."""
    thought_of = {"update": {"working_note", "wording_sent"}}
    wrong = {}
    for kind in Entry.Kind:
        model = tampering.detail_table(kind)
        own = {each.attname for each in model._meta.local_fields} - {"entry_ptr_id"} if model else set()
        shared = {each.attname for each in Entry._meta.local_fields} - {"id", "hash", "previous"}
        known = OF_ALL | OF_KIND.get(kind, set()) | OF_PAPERS.get(kind, set())
        known |= thought_of["update"] if kind == "progressupdate" else set()
        if kind not in {"edited", "removed"} and own | shared != known:
            wrong[kind] = (own | shared) ^ known
    assert wrong == {}


def test_the_program_can_be_taken_away(as_):
    response = as_("inspector").get(reverse("actionplans:verify-program"))
    assert b"".join(response.streaming_content) == SCRIPT.read_bytes()


def verify(file, *mark: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-I", SCRIPT, file, *mark], capture_output=True, text=True)
