"""What is exempt from publication, and what counts people: the verbs, the history and the pages."""

from dataclasses import replace

import pytest
from django.urls import reverse

from actionplans import operations
from actionplans.asat import standings
from actionplans.integrity import check_history
from actionplans.models import Action, Entry, Evidence, EvidenceExemption, Exemption, Measure, Plan
from actionplans.operations import Actor, NewEvidence, Refusal
from actionplans.papers import FORMATS, build_report
from actionplans.papers.editions import public
from core.models import AuditEntry
from tests.actionplans.pages import CHI, error_of, text, url
from tests.cast import HIDDEN_EVIDENCE, RELEASED_EVIDENCE

WHY = "Paragraph 3 of Schedule 7A: one family could be told"


def mark(cast, action: Action, is_exempt=True, reason=WHY, days=0) -> Exemption:
    by, now = Actor(cast.clerk), cast.moment(days)
    return operations.mark_exempt(action=action, is_exempt=is_exempt, reason=reason, by=by, now=now)


def mark_evidence(cast, evidence: Evidence, is_exempt=True, reason=WHY) -> EvidenceExemption:
    by, now = Actor(cast.clerk), cast.moment()
    return operations.mark_evidence_exempt(evidence=evidence, is_exempt=is_exempt, reason=reason, by=by, now=now)


def titles(cast, report) -> set[str]:
    return {title for row in report.rows for title, _ in row.evidence}


# --- marks ---


def test_the_last_mark_counts_and_each_is_a_row_of_history(cast):
    action = cast.ours.late
    mark(cast, action, days=-3)
    mark(cast, action, is_exempt=False, reason="The family agrees", days=-1)
    (then,) = standings(Action.objects.filter(pk=action.pk), cast.day(-2))
    (now,) = standings(Action.objects.filter(pk=action.pk), cast.today)

    assert (then.is_exempt, now.is_exempt) == (True, False)
    rows = action.entries.filter(kind=Entry.Kind.EXEMPTION).order_by("seq").with_details()
    assert [(each.detail.is_exempt, each.detail.reason) for each in rows] == [(True, WHY), (False, "The family agrees")]
    assert check_history(Plan.objects.get(pk=action.plan_id)).fault == ""


def test_a_mark_needs_a_reason_and_changes_something(cast):
    action, evidence = cast.ours.late, cast.ours.released
    for verb, what in ((lambda **given: mark(cast, action, **given), "action"),
                       (lambda **given: mark_evidence(cast, evidence, **given), "evidence")):  # fmt: skip
        with pytest.raises(Refusal, match="Enter the reason."):
            verb(reason=" ")
        with pytest.raises(Refusal, match=f"This {what} is not exempt."):
            verb(is_exempt=False)
        verb()
        with pytest.raises(Refusal, match=f"This {what} is exempt already."):
            verb()
    assert (Exemption.objects.count(), EvidenceExemption.objects.count()) == (1, 1)


def test_a_mark_of_evidence_holds_for_the_version_to_come(cast):
    """Else whoever adds a corrected copy would publish it."""
    first, by = cast.ours.released, Actor(cast.coordinator)
    mark_evidence(cast, first)
    new = NewEvidence(title=RELEASED_EVIDENCE, replaces=first)
    second = operations.add_evidence(action=cast.ours.late, evidence=new, by=by, now=cast.moment())
    operations.release_evidence(evidence=second, is_released=True, by=by, now=cast.moment())
    report = build_report(cast.ours.plan, on=cast.today)

    assert titles(cast, report) == {RELEASED_EVIDENCE}
    assert titles(cast, public(report)) == set()
    assert public(report).rows[0].evidence_held == report.rows[0].evidence_held == 2
    with pytest.raises(Refusal, match="exempt already"):
        mark_evidence(cast, second)
    mark_evidence(cast, second, is_exempt=False)
    assert titles(cast, public(build_report(cast.ours.plan, on=cast.today))) == {RELEASED_EVIDENCE}


# --- their pages ---


def exempt_page(evidence: Evidence | None = None, action: Action | None = None) -> str:
    if evidence is None:
        return url("action-exempt", action)
    return reverse("actionplans:evidence-exempt", args=[evidence.action.plan.slug, evidence.action.ref, evidence.pk])


def test_a_clerk_marks_an_action_and_ends_it_again(cast, as_):
    clerk, action = as_("clerk"), cast.ours.late
    page = exempt_page(action=action)
    assert "Mark as exempt" in text(clerk.get(page))
    done = clerk.post(page, {"exempt": "yes", "reason": WHY}, follow=True)

    assert f"{action.ref} is exempt." in text(done)
    assert f"<strong>Exempt from publication</strong>: {WHY}" in text(done)
    assert WHY in text(clerk.get(page))
    again = clerk.post(page, {"exempt": "yes", "reason": WHY})
    assert again.status_code == 422
    assert "This action is exempt already." in text(again)
    ended = clerk.post(page, {"exempt": "no", "reason": "It is known now"}, follow=True)
    assert "<strong>Exempt from publication</strong>" not in text(ended)
    assert "No longer exempt from publication" in text(ended)


def test_nothing_is_marked_without_a_reason_or_with_personal_data(cast, as_):
    clerk, page = as_("clerk"), exempt_page(action=cast.ours.late)

    assert error_of(clerk.post(page, {"exempt": "yes", "reason": ""}), "reason") == ["Enter the reason."]
    assert "CHI number" in "".join(error_of(clerk.post(page, {"exempt": "yes", "reason": CHI}), "reason"))
    assert not Exemption.objects.exists()


def test_everybody_sees_that_it_is_exempt_but_an_inspector_not_why(cast, as_):
    mark(cast, cast.ours.late)
    mark_evidence(cast, cast.ours.released)
    pages = [cast.ours.late.get_absolute_url(), reverse("actionplans:plan-history", args=[cast.ours.plan.slug])]
    for person, times in (("member", 2), ("owner", 2), ("inspector", 0)):
        client = as_(person)
        for page in pages:
            said = text(client.get(page))
            assert "Exempt from publication" in said, f"{person}, {page}"
            assert f"Evidence exempt from publication: {RELEASED_EVIDENCE}" in said
            assert said.count(WHY) >= times if times else WHY not in said
    assert "Mark as exempt" not in text(as_("member").get(pages[0]))
    assert "Publication: exempt or not" not in text(as_("owner").get(pages[0]))


def test_a_mark_of_evidence_that_is_not_released_is_for_staff(cast, as_):
    mark_evidence(cast, cast.ours.hidden)
    page = cast.ours.late.get_absolute_url()

    assert f"Evidence exempt from publication: {HIDDEN_EVIDENCE}" in text(as_("owner").get(page))
    for person in ("member", "inspector"):
        said = text(as_(person).get(page))
        assert HIDDEN_EVIDENCE not in said
        assert WHY not in said


def test_the_history_can_be_asked_for_marks(cast, as_):
    mark(cast, cast.ours.late)
    page = reverse("actionplans:plan-history", args=[cast.ours.plan.slug])
    said = text(as_("coordinator").get(f"{page}?kind=exemption"))

    assert "1 row, the newest first." in said
    assert WHY in said


def test_on_a_past_day_nothing_is_to_be_marked(cast, as_):
    page = f"{cast.ours.late.get_absolute_url()}?on={cast.day(-5)}"
    said = text(as_("clerk").get(page))

    assert "Publication: exempt or not" not in said
    assert "Mark as exempt" not in said


def test_evidence_is_marked_on_a_page_of_its_own(cast, as_):
    evidence = cast.ours.released
    done = as_("coordinator").post(exempt_page(evidence), {"exempt": "yes", "reason": WHY}, follow=True)

    assert f"{RELEASED_EVIDENCE} is exempt." in text(done)
    assert f"<dd>Exempt: {WHY}</dd>" in text(done)


# --- what counts people ---


def add(cast, name: str, total: Measure | None = None, **of) -> Measure:
    given = of or {"plan": cast.ours.plan}
    by, now = Actor(cast.coordinator), cast.moment(-9)
    return operations.add_measure(name=name, counts_people=True, total=total, by=by, now=now, **given)


def count(cast, measure: Measure, total: Measure | None, counts_people=True) -> Measure:
    by, now = Actor(cast.coordinator), cast.moment()
    return operations.count_people(measure=measure, counts_people=counts_people, total=total, by=by, now=now)


def test_a_total_is_of_the_same_plan_counts_people_and_is_no_part_of_its_part(cast):
    whole = add(cast, "Children")
    part = add(cast, "Children who wait", total=whole)
    deep = add(cast, "Children who wait long", total=part, action=cast.ours.late)

    assert deep.part_of == part
    for total, said in (
        (deep, "is a part of this measure"),
        (whole, "is a part of this measure"),
        (cast.ours.measure, "does not count people"),
        (add(cast, "Others", plan=cast.ours.other), "Choose a measure of the same plan."),
    ):
        with pytest.raises(Refusal, match=said):
            count(cast, whole, total)
    with pytest.raises(Refusal, match="Other measures are parts of this one"):
        count(cast, whole, None, counts_people=False)
    with pytest.raises(Refusal, match="Only numbers of people can be part"):
        count(cast, deep, part, counts_people=False)


def test_whether_a_measure_counts_people_is_said_on_its_page_and_on_record(cast, as_):
    whole, measure = add(cast, "Children"), cast.ours.measure
    page = reverse("actionplans:measure-people", args=[cast.ours.plan.slug, measure.pk])
    coordinator = as_("coordinator")
    done = coordinator.post(page, {"counts_people": "on", "total": whole.pk}, follow=True)

    assert "Counts people, part of Children." in text(done)
    kept = AuditEntry.objects.filter(what="set whether a measure counts people").last()
    assert kept.details == {"counts_people": True, "part_of": "Children"}
    wrong = coordinator.post(page, {"total": whole.pk})
    assert error_of(wrong, "total") == ["Only numbers of people can be part of a total here."]


def test_a_new_measure_of_a_plan_can_count_people(cast, as_):
    whole = add(cast, "Children")
    page = reverse("actionplans:measure-new", args=[cast.ours.plan.slug])
    said = {"name": "Waiting", "direction": "lower", "counts_people": "on", "total": whole.pk}
    as_("coordinator").post(page, said)

    assert list(whole.parts.values_list("name", "counts_people")) == [("Waiting", True)]


def test_the_number_of_suppression_is_set_with_the_plan(cast, as_):
    coordinator, plan = as_("coordinator"), cast.ours.plan
    page = reverse("actionplans:plan-settings", args=[plan.slug])
    done = coordinator.post(page, {"number": "10", "suppress": "Save"}, follow=True)

    assert "Numbers of people under 10 are suppressed in public papers." in text(done)
    assert Plan.objects.get(pk=plan.pk).suppress_under == 10
    assert AuditEntry.objects.filter(what="set the number of suppression").last().details == {"number": 10}
    for number in ("2", "21", "-1", "many", ""):
        refused = coordinator.post(page, {"number": number, "suppress": "Save"})
        assert refused.status_code == 422
        assert "Enter 0, or a number from 3 to 20" in text(refused)
        assert "There is a problem" in text(refused)
    assert Plan.objects.get(pk=plan.pk).suppress_under == 10


def test_the_public_paper_does_not_repeat_a_small_number_anywhere(cast):
    action, by = cast.ours.completed, Actor(cast.coordinator)
    said = {"baseline": "41", "target": "0", "direction": "lower"}
    measure = operations.add_measure(
        action=action, name="Waiting", counts_people=True, by=by, now=cast.moment(-9), **said
    )
    operations.record_reading(measure=measure, on=cast.day(-8), words="3", by=by, now=cast.moment(-8))
    report = build_report(cast.ours.plan, on=cast.today, meeting=cast.ours.next_meeting)
    shown = public(report)

    (row,) = (each for each in report.rows if each.ref == action.ref)
    assert row.not_improved == "Waiting: 3, target 0"
    assert [each.detail for each in report.exceptions if each.kind == "Done but not improved enough"]
    (row,) = (each for each in shown.rows if each.ref == action.ref)
    assert row.measure == "Waiting: baseline 41, target fewer than 5, latest fewer than 5"
    assert row.not_improved == "Waiting: suppressed"
    assert not [each for each in shown.exceptions if each.kind == "Done but not improved enough"]
    assert [(each.is_suppressed, each.verdict) for each in shown.measures if each.name == "Waiting"] == [
        (True, "Not shown, because values are suppressed")
    ]
    page = FORMATS["html"].write(shown).decode()
    assert "Numbers of people under 5 are suppressed, and others from which these could be counted." in page
    assert "Waiting: 3" in FORMATS["html"].write(report).decode()
    assert "Waiting: 3" not in page
    assert public(replace(report, suppress_under=0)).measures == report.measures


def test_a_group_is_not_told_that_nothing_is_short_where_that_is_suppressed(cast):
    action, by = cast.ours.completed, Actor(cast.coordinator)
    measure = operations.add_measure(
        action=action, name="Waiting", counts_people=True, target="1", direction="lower", by=by, now=cast.moment(-9)
    )
    operations.record_reading(measure=measure, on=cast.day(-8), words="1", by=by, now=cast.moment(-8))
    operations.verify_action(
        action=action, by=Actor(cast.verifier), verifier="Audit", statement="Read", now=cast.moment(-7)
    )
    report = build_report(cast.ours.plan, on=cast.today, meeting=cast.ours.next_meeting)

    assert [each.not_improved for each in report.closings] == [""]
    assert [each.not_improved for each in public(report).closings] == ["Waiting: suppressed"]
