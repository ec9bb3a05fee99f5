"""The two editions of a paper: what is exempt is in no format of the public one, and all of it in the other."""

import io
import zipfile
from dataclasses import dataclass, replace

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.models import Plan
from actionplans.operations import ActionText, Actor, Decision, NewEvidence
from actionplans.papers import FORMATS, Report, build_report
from actionplans.papers.editions import differs, public
from actionplans.papers.layouts import STANDARD, LayoutColumn
from partnerships import operations as partnering
from tests.actionplans import readers
from tests.actionplans.pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# A word for each thing that an action has in a paper. None of them is in anything else.
ROW = {"QZTITL", "QZPOST", "QZUPDT", "QZBARR", "QZMEAS", "QZVERI", "QZMINU", "QZAA", "QZBB", "QZCC"}
SECTIONS = {"QZASKD"}
TITLES = {"QZEVID", "QZALSO"}  # of evidence of an exempt action; and of exempt evidence of an action that is none
NEVER = {"QZNOTE", "QZWHYY"}  # a working note, and why it is exempt
OF_FORMATS = {"csv": ROW, "xlsx": ROW | SECTIONS, "docx": ROW | SECTIONS | TITLES, "html": ROW | SECTIONS | TITLES}
LAYOUT = replace(STANDARD, columns=(*STANDARD.columns, LayoutColumn("evidence", "Evidence")))


@dataclass
class Kept:
    """A plan with three exempt actions (late, verified, closed since the last paper) and one that is not."""

    plan: Plan
    report: Report


@pytest.fixture
def kept(cast) -> Kept:
    ours, by = cast.ours, Actor(cast.coordinator)
    post = partnering.post_of(partnership=ours.partnership, title="Head of QZPOST")
    plan = operations.draft_plan(
        slug="kept", partnership=ours.partnership, title="Kept", lead_post=ours.post, inspections=[ours.inspection]
    )
    for role in ours.plan.plan_groups.values_list("role", flat=True):
        operations.answer_to(plan=plan, group=ours.group, role=role)
    actions = {
        ref: operations.add_action(
            plan=plan,
            ref=ref,
            text=ActionText(title, post_id, (ours.recommendation.pk,), measure=measure, start_on=str(cast.day(-130))),
            due_on=cast.day(due),
            by=by,
            now=cast.moment(-150),
        )
        for ref, title, post_id, measure, due in (
            ("S1", "Shown", ours.post.pk, "", 10),
            ("QZAA", "Late QZTITL", post.pk, "QZMEAS", -10),
            ("QZBB", "Verified QZTITL", post.pk, "", 20),
            ("QZCC", "Closed QZTITL", post.pk, "", 20),
        )
    }
    operations.submit_plan(plan=plan, group=ours.group, by=by, now=cast.moment(-140))
    operations.approve_plan(plan=plan, group=ours.group, by=by, now=cast.moment(-130), minute="1")
    plan.refresh_from_db()
    operations.issue_paper(plan=plan, meeting=ours.past_meeting, on=cast.day(-70), by=by, now=cast.moment(-70))
    for ref in ("QZAA", "S1"):
        said = {"status": "in_progress", "percent": 10, "working_note": "QZNOTE", "barrier": "Slow"}
        if ref != "S1":
            said |= {"barrier": "QZBARR"}
        wording = "Begun QZUPDT" if ref != "S1" else "Begun"
        operations.post_update(action=actions[ref], by=by, now=cast.moment(-30), wording=wording, **said)
        new = NewEvidence(title="QZEVID" if ref != "S1" else "QZALSO")
        evidence = operations.add_evidence(action=actions[ref], evidence=new, by=by, now=cast.moment(-29))
        operations.release_evidence(evidence=evidence, is_released=True, by=by, now=cast.moment(-29))
        if ref == "S1":
            operations.mark_evidence_exempt(
                evidence=evidence, is_exempt=True, reason="QZWHYY", by=by, now=cast.moment(-28)
            )
    operations.request_date_change(
        action=actions["QZAA"], to_on=cast.day(40), reason="QZASKD", by=by, now=cast.moment(-20)
    )
    for ref in ("QZBB", "QZCC"):
        done = {"status": "completed", "percent": 100, "wording": "Done QZUPDT"}
        operations.post_update(action=actions[ref], by=by, now=cast.moment(-30), **done)
        verdict = {"verifier": "Audit QZVERI", "statement": "Read QZVERI"}
        operations.verify_action(action=actions[ref], by=Actor(cast.verifier), now=cast.moment(-25), **verdict)
    decision = Decision("Committee", minute="QZMINU")
    operations.close_action(action=actions["QZCC"], by=by, decision=decision, now=cast.moment(-20))
    for ref in ("QZAA", "QZBB", "QZCC"):
        operations.mark_exempt(action=actions[ref], is_exempt=True, reason="QZWHYY", by=by, now=cast.moment(-10))
    return Kept(plan, build_report(plan, on=cast.today, meeting=ours.next_meeting, layout=LAYOUT))


def found_in(made: bytes, words: set[str]) -> set[str]:
    """Those of the words that are anywhere in a file; Office files are unpacked."""
    if made.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(made)) as file:
            made = b"\n".join(file.read(name) for name in file.namelist())
    said = made.decode("utf-8", "replace")
    return {word for word in words if word in said}


@pytest.mark.parametrize("ending", OF_FORMATS)
def test_what_is_exempt_is_in_every_format_of_the_exempt_edition_and_in_none_of_the_public_one(kept, ending):
    every = ROW | SECTIONS | TITLES | NEVER
    exempt, shown = FORMATS[ending].write(kept.report), FORMATS[ending].write(public(kept.report))

    assert found_in(exempt, every) == OF_FORMATS[ending]
    assert found_in(shown, every) == set()
    assert found_in(shown, {"S1", "Shown", "Begun"}) == {"S1", "Shown", "Begun"}


@pytest.mark.system
def test_it_is_in_no_word_of_the_public_pdf_either(kept):
    every = ROW | SECTIONS | TITLES | NEVER
    exempt, shown = (FORMATS["pdf"].write(each) for each in (kept.report, public(kept.report)))

    assert found_in(readers.pdf_text(exempt).encode(), every) >= {"QZAA", "QZASKD", "QZMINU"}
    for made in (readers.pdf_text(shown), readers._poppler("pdfinfo", "-struct-text", shown)):
        assert found_in(made.encode(), every) == set()
    assert found_in(shown, every) == set()


def test_no_kept_value_of_the_public_edition_has_a_word_of_it(kept):
    assert found_in(str(public(kept.report).as_json()).encode(), ROW | SECTIONS | TITLES | NEVER) == set()


def test_the_public_edition_says_how_many_are_left_out_and_counts_them(kept):
    page = FORMATS["html"].write(public(kept.report)).decode()

    assert "3 actions are exempt from publication. The counts of this paper include them." in page
    assert "not for publication" not in page
    assert public(kept.report).figures == kept.report.figures
    assert public(kept.report).figures.actions == 4
    assert "Exempt edition: not for publication." in FORMATS["html"].write(kept.report).decode()


def test_the_public_edition_of_a_public_edition_is_the_same(kept):
    once = public(kept.report)

    assert differs(kept.report)
    assert public(once) == once


def test_a_paper_without_anything_exempt_has_one_edition(cast):
    report = build_report(cast.ours.plan, on=cast.today, meeting=cast.ours.next_meeting)

    assert not differs(report)
    assert cast.ours.paper.exempt_content is None
    assert set(cast.ours.paper.files.values_list("is_exempt", flat=True)) == {False}


# --- pages and files ---


def draft(cast, kept, name="meeting", *keys, **query) -> str:
    url = reverse(f"actionplans:{name}", args=[kept.plan.slug, cast.ours.next_meeting.pk, *keys])
    return url + "".join(f"?{key}={value}" for key, value in query.items())


def test_a_draft_is_shown_whole_until_the_public_edition_is_asked_for(cast, as_, kept):
    clerk = as_("clerk")
    whole, shown = text(clerk.get(draft(cast, kept))), text(clerk.get(draft(cast, kept, edition="public")))

    assert "QZTITL" in whole
    assert "This is the <strong>exempt edition</strong>" in whole
    assert "This is the <strong>public edition</strong>" in shown
    assert "QZTITL" not in shown.partition('id="editions"')[2]
    assert "edition=public" in shown.partition("Take this draft: public edition")[2].partition("</ul>")[0]
    assert "QZTITL" in text(clerk.get(draft(cast, kept, "meeting-file", "csv")))
    assert "QZTITL" not in text(clerk.get(draft(cast, kept, "meeting-file", "csv", edition="public")))


def test_an_issued_paper_keeps_both_editions_and_members_read_both(cast, as_, kept):
    paper = operations.issue_paper(
        plan=kept.plan, meeting=cast.ours.next_meeting, on=cast.today, by=Actor(cast.clerk), now=cast.moment()
    )
    member = as_("member")
    whole, shown = (text(member.get(f"{paper.get_absolute_url()}{query}")) for query in ("", "?edition=public"))

    assert "QZTITL" in whole
    assert "QZTITL" not in shown
    assert "Exempt edition, not for publication" in whole
    for name, words in (("paper-file", set()), ("paper-file-exempt", ROW)):
        given = member.get(reverse(f"actionplans:{name}", args=[paper.pk, "csv"]))
        assert found_in(b"".join(given.streaming_content), ROW) == words
        assert ("-exempt.csv" in given["Content-Disposition"]) is bool(words)
    assert as_("inspector").get(reverse("actionplans:paper-file-exempt", args=[paper.pk, "csv"])).status_code == 404
    assert as_("outsider").get(reverse("actionplans:paper-file-exempt", args=[paper.pk, "csv"])).status_code == 404


def test_a_paper_with_one_edition_has_no_exempt_files(cast, as_):
    page = text(as_("member").get(cast.ours.paper.get_absolute_url()))

    assert "Exempt edition" not in page
    given = as_("member").get(reverse("actionplans:paper-file-exempt", args=[cast.ours.paper.pk, "csv"]))
    assert given.status_code == 404
