"""The grades in a pack: of the inspections that its owner may read, and of no other, wherever they could stand."""

import io
import re
import zipfile

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import PaperRun, Plan
from actionplans.operations import ActionText, Actor
from core import clock
from inspections import operations as inspecting
from inspections.models import Evaluation, Inspection, Level, QualityFramework, QualityIndicator, Scale
from partnerships.models import User
from tests.actionplans import readers
from tests.actionplans.pages import text
from tests.cast import OTHER_INSPECTION

pytestmark = pytest.mark.once

OWN, OTHER = "Adequate of the test", "Weak of the test"
UNANSWERED = "Words of a recommendation that nobody answers"


@pytest.fixture
def second(cast) -> Inspection:
    """Another inspection of ours, by the same framework, with a lower grade, and recommendations on the indicators."""
    ours, second = cast.ours, cast.ours.other.inspections.get()
    scale = Scale.objects.create(slug="test", name="Four points of a test")
    levels = [
        Level.objects.create(scale=scale, position=n, value=str(n), label=label)
        for n, label in enumerate(("Lowest", OTHER, OWN, "Highest"), 1)
    ]
    framework = QualityFramework.objects.create(slug="test", title="Framework of the test", scale=scale)
    work, lead = (
        QualityIndicator.objects.create(framework=framework, code=f"9.{n}", title=title, position=n)
        for n, title in enumerate(("Joint work", "Leadership"), 1)
    )
    Inspection.objects.filter(pk__in=[ours.inspection.pk, second.pk]).update(framework=framework)
    for inspection, level in ((second, levels[1]), (ours.inspection, levels[2])):
        Evaluation.objects.create(inspection=inspection, indicator=work, level=level)
    Inspection.objects.filter(pk=second.pk).update(published_on=cast.day(-900))
    ours.recommendation.indicators.add(work)
    second.recommendations.get().indicators.add(work)
    second.recommendations.create(position=2, number="2", text=UNANSWERED).indicators.add(lead)
    for words, days in (("45%", -210), ("72%", -20)):
        said = {"measure": ours.measure, "words": words, "on": cast.day(days), "by": Actor(cast.owner, ours.post)}
        operations.record_reading(**said, now=cast.moment())
    return Inspection.objects.get(pk=second.pk)


def granted(cast, inspection: Inspection):
    span = {"starts_on": cast.day(-1), "ends_on": cast.day(1)}
    return inspecting.grant_inspection(user=cast.inspector, inspection=inspection, **span)


def asked(cast, person: str) -> PaperRun:
    plan = Plan.objects.get(pk=cast.ours.plan.pk)
    by = Actor(User.objects.get(pk=cast.person(person).pk))
    inspection = Inspection.objects.get(pk=cast.ours.inspection.pk)
    return operations.ask_for_pack(plan=plan, inspection=inspection, by=by, now=cast.moment())


def made(run: PaperRun) -> bytes:
    operations.make_waiting_papers(now=clock.now())
    run.refresh_from_db()
    assert run.state == PaperRun.State.READY, run.problem
    with run.file.open() as file:
        return file.read()


def files_of(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_an_inspector_of_one_has_no_word_of_the_other_in_page_or_pack(as_, cast, second):
    files = files_of(made(asked(cast, "inspector")))
    everything = "\n".join(
        [readers.pdf_text(files["pack.pdf"]), *(each.decode(errors="replace") for each in files.values())]
    )
    page = text(as_("inspector").get(reverse("actionplans:inspection", args=[cast.ours.inspection.slug])))

    assert OWN in " ".join(everything.split())
    assert OWN in page
    for secret in (OTHER, OTHER_INSPECTION, UNANSWERED, "9.2 Leadership", "Action O1 of"):
        assert secret not in " ".join(everything.split()), secret
        assert secret not in page, secret
    assert readers.csv_rows(files["grades.csv"]) == [
        {
            "Quality indicator": "9.1 Joint work",
            "Inspection": cast.ours.inspection.title,
            "Published": str(cast.ours.inspection.published_on),
            "Grade": OWN,
            "Against the grade before": "",
        }
    ]


def test_who_may_read_both_has_the_matrix_with_what_was_done_as_the_page_shows_it(as_, cast, second):
    grant = granted(cast, second)
    pack = made(asked(cast, "inspector"))
    assert made(asked(cast, "clerk")) == pack, "staff have the same bytes, if they may read the same"
    files = files_of(pack)
    rows = readers.csv_rows(files["grades.csv"])
    tables = readers.pdf_tables(files["pack.pdf"])
    head = [f"{each.published_on:%Y}" for each in (second, cast.ours.inspection)]

    assert [(row["Inspection"], row["Grade"], row["Against the grade before"]) for row in rows] == [
        (OTHER_INSPECTION, OTHER, ""),
        (cast.ours.inspection.title, OWN, "better"),
    ]
    assert tables["Grades by “Framework of the test”"] == [
        ["Quality indicator", *head],
        ["9.1 Joint work", OTHER, f"{OWN}, better"],
    ]
    done = readers.csv_rows(files["journeys.csv"])
    keys = ("Quality indicator", "Recommendation", "Ref", "Measure", "Before", "After", "Target")
    said = [tuple(row[key] for key in keys) for row in done]
    assert said == [
        ("9.1 Joint work", "1", "O1", "", "", "", ""),
        ("9.1 Joint work", "1", "A1", "Staff trained", "45%", "72%", "90%"),
        *(("9.1 Joint work", "1", ref, "", "", "", "") for ref in ("A2", "A3")),
        ("9.2 Leadership", "2", "", "", "", "", ""),
    ]
    told = tables["What was done about each quality indicator"]
    assert [row[4] for row in told if row[2].startswith("A1 ")] == ["Staff trained: from 45% to 72%, target 90%"]
    assert [row[1:3] for row in told if row[0] == "9.2 Leadership"] == [
        [f"2, {OTHER_INSPECTION}: {UNANSWERED}", "No action answers it."]
    ]
    page = text(as_("inspector").get(reverse("actionplans:inspection", args=[cast.ours.inspection.slug])))
    journeys = page.partition('id="journeys"')[2].partition("</table>")[0]
    assert re.findall(r'">([AO]\d) ', journeys) == [row["Ref"] for row in done if row["Ref"]]
    assert "45% → <strong>72%</strong>, target 90%" in journeys
    _taken_away(as_, cast, grant)


def _taken_away(as_, cast, grant) -> None:
    """Access to the other inspection ends: the pack that was made with it is shut, and one that waits is not made."""
    run = PaperRun.objects.filter(owner=cast.inspector).latest("pk")
    waiting = asked(cast, "inspector")
    inspecting.end_access(grant=grant, by=cast.coordinator, now=clock.now())

    client = as_("inspector")
    page = text(client.get(run.get_absolute_url()))
    assert "your access to an inspection in it is over" in page
    assert OTHER_INSPECTION not in page
    assert client.get(f"{run.get_absolute_url()}file/").status_code == 404
    assert operations.make_waiting_papers(now=clock.now()) == 0
    waiting.refresh_from_db()
    assert waiting.problem == "You may no longer have the pack of “Plan of ours”. Nothing was made. Ask for a new one."


def test_what_staff_may_see_and_inspectors_may_not_stands_in_no_pack(cast, second):
    """An action of a draft, and a text that is not agreed yet."""
    cast.ours.draft.actions.get().recommendations.set([cast.ours.recommendation])
    said = ActionText.of(cast.ours.late).but(title="A title that nobody has agreed")
    by = Actor(cast.coordinator)
    operations.propose(plan=cast.ours.plan, action=cast.ours.late, text=said, by=by, now=cast.moment())
    done = readers.csv_rows(files_of(made(asked(cast, "clerk")))["journeys.csv"])
    assert [(row["Ref"], row["Action"]) for row in done if row["Recommendation"] == "1"] == [
        ("O1", "Action O1 of ours-other"),
        *((ref, f"Action {ref} of ours-plan") for ref in ("A1", "A2", "A3")),
    ]
