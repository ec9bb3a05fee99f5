"""The pack for inspectors: whole, checkable, the same for whoever asks, and without a word that is not theirs."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from actionplans import operations
from actionplans.models import Evidence, PaperRun, Plan, UpdateDraft
from actionplans.operations import ActionText, Actor, NewEvidence
from core import clock
from inspections import operations as inspecting
from inspections.models import Evaluation, Level, QualityFramework, QualityIndicator, Scale
from partnerships.models import User
from tests.actionplans import readers
from tests.actionplans.pages import error_of, text
from tests.cast import DRAFT_TITLE, HIDDEN_EVIDENCE, OTHER_TITLE, RELEASED_EVIDENCE, WORKING_NOTE

ASK = "/plans/ours-plan/pack/"
REASON = "Paragraph 3 names a family"
SECRETS = (
    *(WORKING_NOTE, HIDDEN_EVIDENCE, DRAFT_TITLE, OTHER_TITLE, REASON),
    *("A title that nobody has agreed", "Words that nobody has published", "Action of another inspection"),
    *("Foreign recommendation", "Question of another inspector"),
)


@pytest.fixture
def plan(cast) -> Plan:
    """The plan of the cast with all that could leak, a measure with a course, a grade, and an exempt action."""
    ours, now, clerk = cast.ours, cast.moment(), Actor(cast.clerk)
    by = Actor(cast.coordinator)
    text_of = ActionText.of(ours.late).but(title="A title that nobody has agreed")
    operations.propose(plan=ours.plan, action=ours.late, text=text_of, by=by, now=now)
    UpdateDraft.objects.create(
        action=ours.late,
        user=cast.owner,
        fields={"wording": "Words that nobody has published"},
        saved_at=now,
    )
    operations.mark_exempt(action=ours.dormant, is_exempt=True, reason=REASON, by=clerk, now=now)
    for days, words in ((-90, "45%"), (-50, "60%"), (-20, "72%")):
        said = {"measure": ours.measure, "words": words, "on": cast.day(days), "by": Actor(cast.owner, ours.post)}
        operations.record_reading(**said, now=now)
    _second_inspection(cast)
    _grade(ours.inspection)
    return Plan.objects.get(pk=ours.plan.pk)


def _second_inspection(cast) -> None:
    """The plan answers it too, by an action of its own and by one that both ask for; somebody asks in its name."""
    ours, second = cast.ours, cast.ours.other.inspections.get()
    foreign = second.recommendations.create(position=2, number="77", text="Foreign recommendation")
    ours.plan.inspections.add(second)
    ours.late.recommendations.add(foreign)
    ours.completed.recommendations.set([foreign])
    inspector = User.objects.create_user("other@scrutiny.example", "Other", "x")
    inspecting.grant_inspection(
        user=inspector, inspection=second, starts_on=cast.day(-1), ends_on=cast.day(1), may_ask=True
    )
    said = {"inspection": second, "text": "Question of another inspector", "now": cast.moment()}
    operations.ask_question(action=ours.late, by=Actor(inspector), **said)
    text_of = ActionText.of(ours.completed).but(title="Action of another inspection")
    given = {"plan": ours.plan, "by": Actor(cast.coordinator), "now": cast.moment()}
    operations.propose(action=ours.completed, text=text_of, **given)
    proposals = ours.plan.proposals.filter(action=ours.late)
    kept = proposals.get()
    proposals.delete()
    operations.agree_version(reason="Asked for", group=ours.group, minute="15/9", **given)
    kept.pk = None
    kept.save(force_insert=True)


def _grade(inspection) -> None:
    scale = Scale.objects.create(slug="test", name="Six points of a test")
    level = Level.objects.create(scale=scale, position=1, label="Good of the test")
    framework = QualityFramework.objects.create(slug="test", title="Framework", scale=scale)
    indicator = QualityIndicator.objects.create(framework=framework, code="9.9", title="Joint work", position=1)
    Evaluation.objects.create(inspection=inspection, indicator=indicator, level=level)


@pytest.fixture
def make(as_, cast, plan) -> Callable:
    """Asks for the pack as somebody, has the worker make it, and downloads it."""

    def made(person: str) -> bytes:
        client = as_(person)
        response = client.post(ASK, {"inspection": cast.ours.inspection.pk})
        assert response.status_code == 302, response.content.decode()
        assert "0 of 2 steps" in text(client.get(response["Location"]))
        assert operations.make_waiting_papers(now=clock.now()) == 1
        page = text(client.get(response["Location"]))
        assert "Your pack is ready." in page, page
        file = client.get(f"{response['Location']}file/")
        assert file["Content-Type"] == "application/zip"
        return b"".join(file.streaming_content)

    return made


def files_of(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_pack_is_whole_checkable_the_same_for_whoever_asks_and_tells_nothing_else(make, cast, plan, tmp_path):
    pack = make("inspector")
    files = files_of(pack)
    evidence = f"evidence/A1/{cast.ours.released.seq}-Training-register-released-to-inspectors.txt"

    assert make("clerk") == pack, "staff download the same bytes"
    names = {
        "README.txt",
        "actions.csv",
        "evidence.csv",
        "grades.csv",
        "journeys.csv",
        "history.jsonl",
        "manifest.sha256",
        "pack.pdf",
        "verify.py",
    }
    assert set(files) == names | {evidence}
    assert files[evidence] == f"{RELEASED_EVIDENCE}\n".encode()
    listed = dict(line.split("  ")[::-1] for line in files["manifest.sha256"].decode().splitlines())
    assert listed == {name: sha256(data) for name, data in files.items() if name != "manifest.sha256"}

    pdf = readers.pdf_text(files["pack.pdf"])
    everything = "\n".join(
        [pdf, *(data.decode(errors="replace") for name, data in files.items() if name != "pack.pdf")]
    )
    words = " ".join(everything.split())
    for secret in SECRETS:
        assert secret not in words, secret
    _check_pages(files["pack.pdf"], pdf, cast)
    _check_tables(files, cast)
    _check_history(files, plan, tmp_path)


def _check_pages(made: bytes, pdf: str, cast) -> None:
    """The PDF says what the inspector's pages say, also of what is exempt from publication."""
    said = " ".join(pdf.split())
    for expected in (
        "For inspectors. Not for publication",
        "Exempt from publication: A2",
    ):
        assert expected in said
    tables = readers.pdf_tables(made)
    actions = tables["Actions for recommendation 1"]
    assert [row[0] for row in actions[1:]] == ["A1", "A2"]
    assert any("Half of the staff are trained." in cell for cell in actions[1])
    assert [rows[1:] for name, rows in tables.items() if name.startswith("Grades by")] == [
        [["9.9 Joint work", "Good of the test"]]
    ]
    (row,) = tables["Evidence released for recommendation 1"][1:]
    assert [row[0], row[1], row[2], row[5], row[6]] == ["A1", RELEASED_EVIDENCE, "1", "no", cast.ours.released.sha256]
    (paper,) = tables["Papers issued"][1:]
    assert paper[4] == f"{cast.ours.paper.history_count}:{cast.ours.paper.history_head}"
    kept = {(each.format, each.sha256) for each in cast.ours.paper.files.filter(is_exempt=False)}
    assert {(row[1], row[2]) for row in tables["Files of the papers"][1:]} == kept
    course = next(rows for caption, rows in tables.items() if caption == "Readings: Staff trained")
    assert [row[1] for row in course[1:]] == ["45%", "60%", "72%"]


def _check_tables(files: dict[str, bytes], cast) -> None:
    rows = readers.csv_rows(files["actions.csv"])
    assert [row["Ref"] for row in rows] == ["A1", "A2"], "A3 answers another inspection"
    assert "Evidence held" not in rows[0]
    assert rows[0]["Recommendation"] == f"1 {cast.ours.recommendation.text}", "of this inspection alone"
    assert [(row["Evidence whose newest version is released"], row["Exempt from publication"]) for row in rows] == [
        ("1", "no"),
        ("0", "yes"),
    ]
    (piece,) = readers.csv_rows(files["evidence.csv"])
    assert piece["SHA-256"] == sha256(files[piece["File in the pack, or where it is"]])


def _check_history(files: dict[str, bytes], plan: Plan, tmp_path) -> None:
    for name in ("history.jsonl", "verify.py"):
        (tmp_path / name).write_bytes(files[name])
    lines = [json.loads(line) for line in files["history.jsonl"].decode().splitlines()]
    withheld = sum("facts" not in line for line in lines)
    command = [sys.executable, "-I", "verify.py", "history.jsonl", f"{plan.history_count}:{plan.history_head}"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert answer.stdout.startswith(f"Unbroken: {plan.history_count} rows, ")
    assert f"Withheld: {withheld} rows." in answer.stdout
    assert " ".join(command[2:]) in " ".join(files["README.txt"].decode().split())


def test_evidence_that_was_taken_back_is_taken_back_from_a_pack_that_was_made(as_, make, cast):
    make("inspector")
    run = PaperRun.objects.latest("pk")
    by = Actor(cast.coordinator)
    operations.release_evidence(evidence=cast.ours.released, is_released=False, by=by, now=clock.now())

    client = as_("inspector")
    assert "Evidence was taken back since" in text(client.get(run.get_absolute_url()))
    assert client.get(f"{run.get_absolute_url()}file/").status_code == 404
    assert not any(name.startswith("evidence/") for name in files_of(make("inspector")))


def test_who_has_no_access_any_more_has_no_pack(as_, make, cast):
    make("inspector")
    run = PaperRun.objects.latest("pk")
    as_("inspector").post(ASK, {"inspection": cast.ours.inspection.pk})
    inspecting.end_access(grant=cast.inspector.grants.get(), by=cast.coordinator, now=clock.now())

    assert operations.make_waiting_papers(now=clock.now()) == 0
    assert (
        PaperRun.objects.latest("pk").problem
        == "You may no longer have the pack of “Plan of ours”. Nothing was made. Ask for a new one."
    )
    client = as_("inspector")
    assert client.get(ASK).status_code == 404
    assert "your access to an inspection in it is over" in text(client.get(run.get_absolute_url()))
    assert client.get(f"{run.get_absolute_url()}file/").status_code == 404


def test_a_file_that_cannot_be_given_is_named_with_why(make, cast):
    by, late = Actor(cast.coordinator), cast.ours.late
    gone, forged = (_released(late, f"{name}.txt", by, cast) for name in ("gone", "forged"))
    link = operations.add_evidence(
        action=late, evidence=NewEvidence(title="=A link", link="https://www.example.org/"), by=by, now=cast.moment()
    )
    operations.release_evidence(evidence=link, is_released=True, by=by, now=cast.moment())
    gone.file.storage.delete(gone.file.name)
    with forged.file.storage.open(forged.file.name, "wb") as file:
        file.write(b"something else")

    files = files_of(make("inspector"))
    index = {
        row["Evidence"]: row["File in the pack, or where it is"] for row in readers.csv_rows(files["evidence.csv"])
    }
    assert index["gone.txt"] == "Left out: the file is not where it was kept"
    assert index["forged.txt"] == "Left out: the file is not the one whose SHA-256 was kept"
    assert index["'=A link"] == "A link", "never a formula"
    assert sum(name.startswith("evidence/") for name in files) == 1


def _released(action, name: str, by: Actor, cast) -> Evidence:
    given = NewEvidence(title=name, form="file", file=SimpleUploadedFile(name, name.encode()))
    evidence = operations.add_evidence(action=action, evidence=given, by=by, now=cast.moment())
    operations.release_evidence(evidence=evidence, is_released=True, by=by, now=cast.moment())
    return evidence


@pytest.mark.parametrize("person", ["owner", "member"])
def test_others_ask_for_none(as_, cast, person):
    client = as_(person)
    assert client.post(ASK, {"inspection": cast.ours.inspection.pk}).status_code == 403
    assert "Inspectors’ pack" not in text(client.get("/plans/ours-plan/"))


def test_the_pack_of_another_inspection_cannot_be_smuggled_in(as_, cast, plan):
    client, second = as_("inspector"), cast.ours.other.inspections.get()
    response = client.post(ASK, {"inspection": second.pk})
    assert response.status_code == 422
    assert second.title not in text(response)
    assert error_of(response, "inspection") == ["Choose an inspection of the list."]
    assert OTHER_TITLE not in text(client.get(ASK))
    assert second.title in text(as_("clerk").get(ASK)), "whoever makes papers chooses"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
